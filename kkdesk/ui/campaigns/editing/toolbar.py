"""The editor's toolbar: it wraps where the window is narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QSizePolicy, QToolButton, QWidget

from kkdesk.ui.campaigns.editing import runs
from kkdesk.ui.campaigns.editing.actions import EditorActions
from kkdesk.ui.campaigns.editing.chips import field_titles
from kkdesk.ui.campaigns.editing.editor import MailEditor
from kkdesk.ui.marking import QT_TRANSLATE_NOOP
from kkdesk.ui.shortcuts import native
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import menu_button, tool_button
from kkdesk.ui.widgets.flow import FlowLayout

#: Dark enough to be read on white.
COLOURS: Final = (
    ("#1f2937", QT_TRANSLATE_NOOP("EditorToolbar", "Black")),
    ("#4b5563", QT_TRANSLATE_NOOP("EditorToolbar", "Grey")),
    ("#b3261e", QT_TRANSLATE_NOOP("EditorToolbar", "Red")),
    ("#c2410c", QT_TRANSLATE_NOOP("EditorToolbar", "Orange")),
    ("#1a6f42", QT_TRANSLATE_NOOP("EditorToolbar", "Green")),
    ("#0b6b87", QT_TRANSLATE_NOOP("EditorToolbar", "Petrol")),
    ("#1d4ed8", QT_TRANSLATE_NOOP("EditorToolbar", "Blue")),
    ("#6d28d9", QT_TRANSLATE_NOOP("EditorToolbar", "Purple")),
)
_KINDS: Final = (
    ("paragraph", QT_TRANSLATE_NOOP("EditorToolbar", "Paragraph")),
    ("heading1", QT_TRANSLATE_NOOP("EditorToolbar", "Heading 1")),
    ("heading2", QT_TRANSLATE_NOOP("EditorToolbar", "Heading 2")),
    ("heading3", QT_TRANSLATE_NOOP("EditorToolbar", "Heading 3")),
)
_ALIGNMENTS: Final = (
    ("left", "text-align-left", QT_TRANSLATE_NOOP("EditorToolbar", "Left")),
    ("center", "text-align-center", QT_TRANSLATE_NOOP("EditorToolbar", "Centred")),
    ("right", "text-align-right", QT_TRANSLATE_NOOP("EditorToolbar", "Right")),
    ("justify", "text-align-justify", QT_TRANSLATE_NOOP("EditorToolbar", "Justified")),
)


class EditorToolbar(QWidget):
    """Buttons that show the state at the cursor and change it."""

    def __init__(self, actions: EditorActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: MailEditor = actions.editor
        self._actions = actions
        self._row = FlowLayout(self, gap=2)
        size = self.sizePolicy()
        size.setHeightForWidth(True)
        size.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(size)
        self.kinds = self._kinds()
        self._toggles: dict[str, QToolButton] = {}
        self._row.addWidget(self.kinds)
        self._add_looks()
        self._add_blocks()
        self._add_objects()
        self._editor.state_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Show what is true at the cursor."""
        state = self._editor.state
        self.kinds.blockSignals(True)
        self.kinds.setCurrentIndex(min(int(state.shape.kind[1]), 3) if state.shape.kind[0] == "h" else 0)
        self.kinds.blockSignals(False)
        in_heading = state.shape.kind[0] == "h"
        on = {
            "bold": state.look.bold or in_heading,
            "italic": state.look.italic,
            "underline": state.look.underline,
            "link": state.look.link is not None,
            "bullets": state.shape.list == "bullets",
            "numbers": state.shape.list == "numbers",
        }
        for name, toggle in self._toggles.items():
            toggle.setChecked(on[name])
        self._toggles["bold"].setEnabled(not in_heading)
        self._align.setIcon(icon(_align_icon(state.shape.align)))
        self.undo.setEnabled(state.can_undo)
        self.redo.setEnabled(state.can_redo)

    # Parts ----------------------------------------------------------------------------------------------

    def _kinds(self) -> QComboBox:
        box = QComboBox()
        for command, title in _KINDS:
            box.addItem(_say(title), command)
        box.setAccessibleName(self.tr("Kind of paragraph"))
        box.setToolTip(self.tr("Kind of paragraph"))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.activated.connect(lambda at: self._editor.perform(_KINDS[at][0]))
        return box

    def _add_looks(self) -> None:
        self._toggle("bold", "text-bolder", self.tr("Bold"), "Ctrl+B")
        self._toggle("italic", "text-italic", self.tr("Italic"), "Ctrl+I")
        self._toggle("underline", "text-underline", self.tr("Underlined"), "Ctrl+U")
        self._menu("palette", self.tr("Colour"), self._fill_colours)
        self._plain("eraser", self.tr("Without formatting"), "Ctrl+\\", lambda: self._editor.perform("plain"))
        self._gap()

    def _add_blocks(self) -> None:
        self._toggle("bullets", "list-bullets", self.tr("Bullets"), "Ctrl+Shift+8")
        self._toggle("numbers", "list-numbers", self.tr("Numbers"), "Ctrl+Shift+7")
        self._align = self._menu("text-align-left", self.tr("Alignment"), self._fill_alignments)
        self._gap()

    def _add_objects(self) -> None:
        page = self._actions.page
        self._toggle("link", "link-simple", self.tr("Link"), "Ctrl+K")
        self._plain("image", self.tr("Picture"), "", lambda: page.start(self._actions.choose_picture()))
        self._plain(
            "hand-pointing", self.tr("Button with a link"), "", lambda: page.start(self._actions.insert_button())
        )
        self._gap()
        self.undo = self._plain("arrow-counter-clockwise", self.tr("Undo"), "Ctrl+Z", self._editor.undo)
        self.redo = self._plain("arrow-clockwise", self.tr("Redo"), "Ctrl+Shift+Z", self._editor.redo)
        self._gap()
        self._row.addWidget(field_button(self._actions.insert_field))

    def _fill_colours(self, menu: QMenu) -> None:
        menu.addAction(icon("prohibit", "muted"), self.tr("As the mail's text"), lambda: self._colour(""))
        for colour, title in COLOURS:
            menu.addAction(_swatch(colour), _say(title), lambda chosen=colour: self._colour(chosen))

    def _fill_alignments(self, menu: QMenu) -> None:
        for command, symbol, title in _ALIGNMENTS:
            menu.addAction(icon(symbol), _say(title), lambda chosen=command: self._editor.perform(chosen))

    def _colour(self, colour: str) -> None:
        runs.set_colour(self._editor, colour)
        self._editor.setFocus()

    def _toggle(self, command: str, symbol: str, title: str, keys: str) -> None:
        made = self._plain(symbol, title, keys, lambda: self._editor.perform(command))
        made.setCheckable(True)
        self._toggles[command] = made

    def _plain(self, symbol: str, title: str, keys: str, do: Callable[[], object]) -> QToolButton:
        made = tool_button(symbol, f"{title}  {native(keys)}" if keys else title, clicked=do)
        made.setAccessibleName(title)
        self._row.addWidget(made)
        return made

    def _menu(self, symbol: str, title: str, fill: Callable[[QMenu], None]) -> QToolButton:
        made = tool_button(symbol, title)
        menu = QMenu(made)
        fill(menu)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._row.addWidget(made)
        return made

    def _gap(self) -> None:
        line = QFrame()
        line.setProperty("role", "upright")
        line.setFixedSize(9, 28)
        line.setContentsMargins(4, 0, 4, 0)
        line.setMaximumWidth(1)
        self._row.addWidget(line)


def field_button(insert: Callable[[str], object]) -> QWidget:
    """A button that drops the merge fields; `insert(name)` puts one in."""
    menu = QMenu()
    for name, title in field_titles().items():
        menu.addAction(icon("user", "muted"), title, lambda chosen=name: insert(chosen))
    made = menu_button(QCoreApplication.translate("EditorToolbar", "Field"), menu, "quiet", symbol="brackets-curly")
    made.setToolTip(QCoreApplication.translate("EditorToolbar", "Insert a value of the recipient's own"))
    return made


def _say(title: str) -> str:
    return QCoreApplication.translate("EditorToolbar", title)


def _align_icon(align: str) -> str:
    return next((symbol for name, symbol, _title in _ALIGNMENTS if name == align), "text-align-left")


def _swatch(colour: str) -> QIcon:
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(picture.rect().adjusted(3, 3, -3, -3), 6, 6)
    painter.end()
    return QIcon(picture)
