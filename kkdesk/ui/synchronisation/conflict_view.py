"""A change that waits for a decision: what I wanted, what others did, and what shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.errors import InvalidInput
from kkdesk.services.synchronisation import Keep
from kkdesk.ui.formats import moment
from kkdesk.ui.synchronisation.decision import FieldDecision
from kkdesk.ui.synchronisation.values import Reader, is_deletion
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.model.change import Guard
    from kkdesk.model.sync_state import KeptConflict
    from kkdesk.services.synchronisation import Decision

#: Values that are decided one by one; a change of thousands of records is decided as a whole.
MOST_FIELDS: Final = 40
_CAPTION: Final = 132


class ConflictView(QWidget):
    """Shows one `KeptConflict`. What is decided is left to whoever listens."""

    #: A `dict[Guard, Decision]`.
    settled = Signal(object)
    retry_wanted = Signal()
    give_up_wanted = Signal()

    def __init__(self, conflict: KeptConflict, language: str, now: int, parent: QWidget | None = None) -> None:
        """`now` in Unix seconds, for what is called today."""
        super().__init__(parent)
        self.conflict = conflict
        self._reader = Reader(language)
        self._now = now
        self._deletes = bool(conflict.failed) and all(is_deletion(item.guard) for item in conflict.failed)
        self._gone = bool(conflict.failed) and all(item.missing for item in conflict.failed)
        #: One record to delete, or more values than anybody decides one by one.
        self._as_one = (self._deletes and len(conflict.failed) == 1) or len(conflict.failed) > MOST_FIELDS
        self.fields = [
            FieldDecision(item, self._reader, plain=self._as_one, parent=self) for item in conflict.failed[:MOST_FIELDS]
        ]
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self.apply_button: QPushButton | None = None
        self.mine_button: QPushButton | None = None
        self.theirs_button: QPushButton | None = None
        self.retry_button: QPushButton | None = None
        self.give_up_button: QPushButton | None = None
        self._lay_out()
        for field in self.fields:
            field.changed.connect(self._changed)
        self._changed()

    def apply(self) -> None:
        """Settle as chosen, value by value; a value that means nothing is marked and nothing happens."""
        if self.apply_button is None or not self.apply_button.isEnabled():
            return
        decisions: dict[Guard, Decision] = {}
        for field in self.fields:
            try:
                decisions[field.failed.guard] = field.decided()
            except InvalidInput:
                if field.third is not None:
                    field.third.setFocus()
                return
        self.settled.emit(decisions)

    def keep_mine(self) -> None:
        """Settle with all of mine."""
        self.settled.emit({item.guard: Keep.MINE for item in self.conflict.failed})

    def take_theirs(self) -> None:
        """Settle with all of theirs."""
        self.settled.emit({item.guard: Keep.THEIRS for item in self.conflict.failed})

    def focus_first(self) -> None:
        """Put the keyboard where the deciding begins."""
        radios = [radio for field in self.fields for radio in field.group.buttons()]
        buttons = (self.mine_button, self.give_up_button, self.retry_button)
        for target in (*radios, *(one for one in buttons if one is not None)):
            target.setFocus()
            return

    # Inside ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._head())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._body())
        column.addWidget(scroll, 1)
        if self.conflict.kind == "refused":
            self._offer_again(self.tr("Give up…"))
        elif self._gone:
            self._offer_again(self.tr("Accept the deletion"))
        else:
            self._offer_decisions()
        column.addLayout(self._buttons)

    def _head(self) -> QVBoxLayout:
        heads = QVBoxLayout()
        heads.setSpacing(2)
        heads.addWidget(label(self.conflict.label.in_language(self._reader.language), "section-title", wrap=True))
        for text in self._facts():
            heads.addWidget(label(text, "muted", wrap=True))
        return heads

    def _facts(self) -> list[str]:
        facts = [self.tr("You: %1").replace("%1", moment(self.conflict.made_at, self._now))]
        theirs = self.conflict.their_change
        if theirs is not None and theirs.at:
            who = theirs.who or self.tr("Somebody else")
            said = f"{who}: {moment(theirs.at, self._now)}"
            if theirs.label is not None:
                said += f" · {theirs.label.in_language(self._reader.language)}"
            facts.append(said)
        return facts

    def _body(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 12, 8)
        column.setSpacing(12)
        if self.conflict.kind == "refused":
            column.addWidget(label(self._reason(), wrap=True, selectable=True))
            column.addWidget(label(self._refused_hint(), "muted", wrap=True))
        else:
            if hint := self._hint():
                column.addWidget(label(hint, wrap=True))
            column.addLayout(self._table())
        column.addStretch(1)
        return inner

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _CAPTION)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(label(self.tr("Mine"), "strong"), 0, 1)
        grid.addWidget(label(self.tr("Theirs"), "strong"), 0, 2)
        names = dict(self.conflict.names)
        many = len({item.guard.row_id for item in self.conflict.failed}) > 1
        said = self.conflict.label.in_language(self._reader.language)
        line, last = 1, ""
        for field in self.fields:
            guard = field.failed.guard
            name = names.get(guard.row_id, "")
            if guard.row_id != last and (many or (name and name not in said)):
                grid.addWidget(label(name or self._reader.record(guard.table), "strong", wrap=True), line, 0, 1, 4)
                line += 1
            last = guard.row_id
            line = field.fill(grid, line)
        return grid

    def _hint(self) -> str:
        more = len(self.conflict.failed) - len(self.fields)
        if more:
            return self.tr("And %n more value(s): so many are decided together.", None, more)
        if self._gone:
            return self.tr(
                "What you changed is no longer there. Should the deletion have been a mistake, it can be undone in "
                "the change history; then try again here."
            )
        if self._deletes:
            return self.tr("You deleted what somebody else has edited in the meantime. Nothing has been deleted yet.")
        return ""

    def _reason(self) -> str:
        reason = self.conflict.reason
        return reason.in_language(self._reader.language) if reason else self.tr("The database gave no reason.")

    def _refused_hint(self) -> str:
        return self.tr(
            "The company's database did not take this change; nothing of it was written. Try again once the cause is "
            "gone, or give it up and enter it anew."
        )

    def _offer_again(self, drop: str) -> None:
        self.give_up_button = button(drop, clicked=self.give_up_wanted.emit)
        self.retry_button = button(
            self.tr("Try again"), "primary", symbol="arrow-clockwise", clicked=self.retry_wanted.emit
        )
        self._buttons.addWidget(self.give_up_button)
        self._buttons.addWidget(self.retry_button)

    def _offer_decisions(self) -> None:
        mine = self.tr("Delete anyway") if self._deletes else self.tr("Keep all of mine")
        theirs = self.tr("Do not delete") if self._deletes else self.tr("Take all of theirs")
        self.mine_button = button(mine, clicked=self.keep_mine)
        self.theirs_button = button(theirs, clicked=self.take_theirs)
        self._buttons.addWidget(self.mine_button)
        self._buttons.addWidget(self.theirs_button)
        if not self._as_one:
            self.apply_button = button(self.tr("Apply"), "primary", symbol="check", clicked=self.apply)
            self.apply_button.setToolTip(self.tr("Choose for every value first"))
            self._buttons.addWidget(self.apply_button)

    def _changed(self) -> None:
        if self.apply_button is not None:
            ready = not any(field.is_open for field in self.fields)
            self.apply_button.setEnabled(ready)
            self.apply_button.setToolTip("" if ready else self.tr("Choose for every value first"))
