"""One value of a conflict: mine, theirs, or another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from kkdesk.services.synchronisation import Edited, Keep
from kkdesk.ui.synchronisation.third_value import ThirdValue, third_value
from kkdesk.ui.synchronisation.values import Reader, is_about_row
from kkdesk.ui.widgets.choice import TextChoice
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.model.change import FailedGuard
    from kkdesk.services.synchronisation import Decision

_MINE, _THEIRS, _OTHER = range(3)
_TOP: Final = Qt.AlignmentFlag.AlignTop


class FieldDecision(QObject):
    """A line of the table of a conflict, perhaps with a second one to write in. Emits `changed`."""

    changed = Signal()

    def __init__(
        self, failed: FailedGuard, reader: Reader, *, plain: bool = False, parent: QObject | None = None
    ) -> None:
        """Nothing is chosen yet. `plain` values are read only: they are decided as one."""
        super().__init__(parent)
        self.failed = failed
        self._reader = reader
        self._plain = plain or failed.missing
        self.title = reader.title(failed.guard)
        self.group = QButtonGroup(self)
        self.third: ThirdValue | None = None if self._plain or is_about_row(failed.guard) else self._third()
        self.group.idToggled.connect(self._chosen)

    def fill(self, grid: QGridLayout, line: int) -> int:
        """Put the widgets into `grid` from `line` on; the next free line."""
        caption = label(self.title, wrap=True)
        caption.setMinimumHeight(24)
        grid.addWidget(caption, line, 0, _TOP)
        said = {_MINE: self._reader.mine(self.failed.guard), _THEIRS: self._reader.theirs(self.failed)}
        if self._plain:
            for place, text in said.items():
                value = label(text, wrap=True, selectable=True)
                value.setMinimumHeight(24)
                grid.addWidget(value, line, place + 1, _TOP)
            return line + 1
        names = {_MINE: self.tr("%1, mine: %2"), _THEIRS: self.tr("%1, theirs: %2")}
        for place, text in said.items():
            choice = TextChoice(text, names[place].replace("%1", self.title).replace("%2", text))
            self.group.addButton(choice.radio, place)
            grid.addWidget(choice, line, place + 1, _TOP)
        if self.third is None:
            return line + 1
        grid.addWidget(self._other(), line, _OTHER + 1, _TOP)
        # Not before it is wanted: a table of choices is read more easily than a form.
        self.third.hide()
        grid.addWidget(self.third, line + 1, 1, 1, 3)
        return line + 2

    @property
    def is_open(self) -> bool:
        """Whether something has to be chosen still."""
        return not self._plain and self.group.checkedId() < 0

    def choose(self, place: str) -> None:
        """Choose "mine", "theirs" or "other"."""
        self.group.button({"mine": _MINE, "theirs": _THEIRS}.get(place, _OTHER)).setChecked(True)

    def decided(self) -> Decision:
        """What was chosen. Raises `InvalidInput` when another value means nothing; the field says why."""
        chosen = self.group.checkedId()
        if chosen == _OTHER and self.third is not None:
            return Edited(self.third.value())
        return Keep.MINE if chosen == _MINE else Keep.THEIRS

    def _third(self) -> ThirdValue | None:
        name = self.tr("%1, another value").replace("%1", self.title)
        return third_value(self.failed, name, self._reader.language)

    def _other(self) -> QWidget:
        radio = QRadioButton(self.tr("Another…"))
        radio.setAccessibleName(self.tr("%1, another value").replace("%1", self.title))
        self.group.addButton(radio, _OTHER)
        return radio

    def _chosen(self, place: int, on: bool) -> None:  # noqa: FBT001 - Qt's own signal
        if place == _OTHER and self.third is not None:
            self.third.setVisible(on)
        self.changed.emit()
