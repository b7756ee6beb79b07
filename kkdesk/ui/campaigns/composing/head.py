"""The head of the composer: back, the campaign's name, whether it is saved, test and send."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from kkdesk.services.campaigns import MAX_NAME
from kkdesk.ui.campaigns.composing.keeper import Saved, SaveState
from kkdesk.ui.formats import moment
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button, tool_button
from kkdesk.ui.widgets.labels import label


class ComposerHead(QWidget):
    """Emits what a person wants; the composer does it."""

    back_wanted = Signal()
    test_wanted = Signal()
    send_wanted = Signal()
    copy_wanted = Signal()
    delete_wanted = Signal()
    save_wanted = Signal()
    decide_wanted = Signal()
    save_as_new_wanted = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setPlaceholderText(self.tr("Name of the campaign (only you see it)"))
        self.name.setAccessibleName(self.tr("Name of the campaign"))
        self.name.setMinimumWidth(120)
        self._state = label("", "muted")
        self.test_button = button(self.tr("Send a test…"), symbol="envelope-simple", clicked=self.test_wanted.emit)
        self.send_button = button(self.tr("Send…"), "primary", symbol="paper-plane-tilt", clicked=self.send_wanted.emit)
        self.failed = Banner()
        self.failed.offer(self.tr("Try again"), self.save_wanted.emit)
        self.contested = Banner()
        self.contested.offer(self.tr("Decide now"), self.decide_wanted.emit)
        self.lost = Banner()
        self.lost.offer(self.tr("Save as a new campaign"), self.save_as_new_wanted.emit)
        self.remark = Banner()
        self._arrange()

    def show_state(self, state: SaveState, now: int) -> None:
        """Say whether it is saved."""
        texts = {
            Saved.NOTHING: self.tr("Not saved yet"),
            Saved.EDITED: self.tr("Being written…"),
            Saved.RUNNING: self.tr("Saving…"),
            Saved.FAILED: self.tr("Not saved"),
            Saved.CONTESTED: self.tr("Not saved"),
            Saved.LOST: self.tr("Not saved"),
        }
        if state.saved is Saved.DONE:
            self._state.setText(self.tr("Saved: %1").replace("%1", moment(state.at, now)))
        else:
            self._state.setText(texts[state.saved])
        error = state.error.message(self._language) if state.error else ""
        self.failed.say(error if state.saved is Saved.FAILED else "", "danger")
        self.lost.say(error if state.saved is Saved.LOST else "", "warning")
        contested = self.tr("Somebody else changed the same parts of this campaign.")
        self.contested.say(contested if state.saved is Saved.CONTESTED else "", "warning")

    def _arrange(self) -> None:
        back = tool_button("arrow-left", self.tr("Back to the campaigns  (Alt+Left)"), clicked=self.back_wanted.emit)
        more = tool_button("dots-three-vertical", self.tr("More"))
        menu = QMenu(more)
        menu.addAction(icon("copy"), self.tr("Duplicate"), self.copy_wanted.emit)
        menu.addAction(icon("trash"), self.tr("Delete"), self.delete_wanted.emit)
        more.setMenu(menu)
        more.setPopupMode(more.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(back)
        row.addWidget(self.name, 1)
        row.addWidget(self._state)
        row.addSpacing(4)
        for part in (more, self.test_button, self.send_button):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        for banner in (self.failed, self.contested, self.lost, self.remark):
            column.addWidget(banner)
