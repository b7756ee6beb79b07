"""A file of addresses on its way onto the list: read, looked at, written, done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kkdesk.model.errors import KKDeskError
from kkdesk.services.suppression_edits import Imported
from kkdesk.services.suppression_file import AddressFile
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.figures import FigureTile
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.progress import ProgressCard

_WIDTH = 640
#: Pixels of what is under way, of what is in a file, and of a file with lines to read.
_LOW, _HIGHER, _HIGH = 200, 330, 450
_NOTE_LENGTH = 500


class ImportDialog(QDialog):
    """Emits `run_wanted(note)`, and `stop_wanted` when the person has had enough of what is under way."""

    run_wanted = Signal(str)
    stop_wanted = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        """Shows at first that the file `name` is being read."""
        super().__init__(parent.window())
        self.setWindowTitle("KK Desk")
        self._working = True
        self.title = label(self.tr("Never mail the addresses of %1").replace("%1", name))
        self.title.setProperty("role", "dialog-title")
        self.title.setWordWrap(True)
        self.card = ProgressCard(self.tr("Reading the file…"), cancel=self.tr("Cancel"))
        self.card.cancelled.connect(self.reject)
        self.trouble = Banner()
        self.outcome = Banner()
        self._make_preview()
        self.stack = QStackedWidget()
        self._parts = (_top(self.card), self._preview(), _top(self.trouble), _top(self.outcome))
        for part in self._parts:
            self.stack.addWidget(part)
        self.cancel_button = button(self.tr("Cancel"), clicked=self.reject)
        self.run_button = button("", "primary", clicked=lambda: self.run_wanted.emit(self.note.text()))
        self.close_button = button(self.tr("Close"), "primary", clicked=self.accept)
        self._arrange()
        self._show(0)

    def show_preview(self, found: AddressFile, new: int) -> None:
        """Show what is in the file, before anything is written; `new` addresses are not listed yet."""
        self._working = False
        self.new.show_figure(number(new))
        self.listed.show_figure(number(len(found.addresses) - new))
        self.wrong.show_figure(number(found.wrong_count))
        self.column.setText(self.tr("The addresses are those of the column “%1”.").replace("%1", found.column))
        self.column.setVisible(bool(found.column))
        lines = [self.tr("Line %1: %2").replace("%1", number(at)).replace("%2", text) for at, text in found.wrong]
        if more := found.wrong_count - len(found.wrong):
            lines.append(self.tr("and %Ln more line(s)", "", more))
        self.wrong_lines.setPlainText("\n".join(lines))
        self.wrong_part.setVisible(bool(lines))
        self.run_button.setText(self.tr("Never mail %Ln address(es)", "", new) if new else self.tr("Nothing to add"))
        self.run_button.setEnabled(bool(new))
        self._show(1, _HIGH if lines else _HIGHER)
        (self.note if new else self.cancel_button).setFocus()

    def show_writing(self) -> None:
        """Show that the list is being written."""
        self._working = True
        self.card.set_title(self.tr("Adding the addresses…"))
        self.card.show_progress(0, 0)
        self._show(0)

    def show_progress(self, done: int, total: int) -> None:
        """How many addresses are written."""
        text = self.tr("%1 of %2 addresses").replace("%1", number(done)).replace("%2", number(total))
        self.card.show_progress(done, total, text)

    def show_outcome(self, done: Imported) -> None:
        """Show what became of it."""
        self._working = False
        said = [self.tr("%Ln address(es) will not be mailed any more.", "", done.added)]
        if done.listed:
            said.append(self.tr("%Ln had been on the list before.", "", done.listed))
        if done.stopped:
            said.append(self.tr("You stopped it: import the same file again to go on."))
        self.outcome.say(" ".join(said), "warning" if done.stopped else "success")
        self._show(3)
        self.close_button.setFocus()

    def show_trouble(self, error: KKDeskError, language: str) -> None:
        """Show why the file cannot be used, or why writing ended."""
        self._working = False
        self.trouble.say(error.message(language), "danger")
        self._show(2)
        self.close_button.setFocus()

    def reject(self) -> None:
        """Escape and the cross: what is under way is stopped first, and says what it did."""
        if self._working:
            self.card.cancel_button.setEnabled(False)
            self.stop_wanted.emit()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross does as Escape does."""
        if self._working:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)

    def _show(self, part: int, height: int = _LOW) -> None:
        # The other parts are as high as they like, and would keep the dialog so.
        for at, made in enumerate(self._parts):
            policy = QSizePolicy.Policy.Preferred if at == part else QSizePolicy.Policy.Ignored
            made.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.resize(_WIDTH, height)
        self.stack.setCurrentIndex(part)
        self.card.cancel_button.setEnabled(True)
        self.cancel_button.setVisible(part == 1)
        self.run_button.setVisible(part == 1)
        self.close_button.setVisible(part > 1)

    def _make_preview(self) -> None:
        self.new = FigureTile(self.tr("New on the list"))
        self.listed = FigureTile(self.tr("Listed already"))
        self.wrong = FigureTile(self.tr("Lines without an address"))
        self.column = label("", "muted", wrap=True)
        self.note = QLineEdit()
        self.note.setMaxLength(_NOTE_LENGTH)
        self.wrong_lines = QPlainTextEdit()
        self.wrong_lines.setReadOnly(True)
        self.wrong_lines.setTabChangesFocus(True)
        self.wrong_lines.setMinimumHeight(64)

    def _preview(self) -> QWidget:
        preview = QWidget()
        column = QVBoxLayout(preview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        tiles = QHBoxLayout()
        tiles.setSpacing(10)
        for tile in (self.new, self.listed, self.wrong):
            tiles.addWidget(tile, 1)
        column.addLayout(tiles)
        column.addWidget(self.column)
        column.addWidget(
            FormRow(
                self.tr("Note"),
                self.note,
                self.tr("Where the list comes from. It stays with each address."),
                beside=False,
            )
        )
        self.wrong_part = FormRow(self.tr("Lines that are left out"), self.wrong_lines, beside=False)
        column.addWidget(self.wrong_part, 1)
        column.addStretch(0)
        return preview

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self.title)
        column.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for made in (self.cancel_button, self.run_button, self.close_button):
            row.addWidget(made)
        column.addLayout(row)
        self.run_button.setDefault(True)


def _top(widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return holder
