"""Why mails did not arrive, as chips with counts; one that is on narrows the list of recipients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kkdesk.model.campaign_figures import RecipientState
from kkdesk.services.queue.causes import CauseCount
from kkdesk.ui.campaigns.outcome.reasons import reason_words
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.chips import ToggleChip
from kkdesk.ui.widgets.flow import FlowLayout
from kkdesk.ui.widgets.labels import label

Cause = tuple[RecipientState, str]
#: States whose cause says enough by itself.
_PLAIN: Final = frozenset({RecipientState.FAILED, RecipientState.UNCONFIRMED})
#: The most frequent ones; the filter by state reaches the rest.
_MOST: Final = 10


def cause_words(cause: Cause, language: str) -> str:
    """A cause as people read it, with its state where that says more."""
    state, reason = cause
    words = reason_words(reason).in_language(language)
    return words if state in _PLAIN else f"{state.label.in_language(language)}: {words}"


class CauseChips(QWidget):
    """Hidden while everything went well. `chosen(state, reason)`; `cleared` when the chosen one is switched off."""

    chosen = Signal(object, str)
    cleared = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._chips: dict[Cause, ToggleChip] = {}
        self._on: Cause | None = None
        self._flow = FlowLayout(self)
        self._flow.addWidget(label(self.tr("Not delivered:"), "muted"))
        self.hide()

    @property
    def chips(self) -> dict[Cause, ToggleChip]:
        """The chips that are shown, by cause."""
        return self._chips

    def show_causes(self, causes: Sequence[CauseCount]) -> None:
        """Show the counts. A chip that is there already keeps its place, so that nothing jumps under the pointer."""
        counts = {(one.state, one.reason): one.number for one in causes[:_MOST]}
        for cause in [one for one in self._chips if one not in counts]:
            chip = self._chips.pop(cause)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for cause, count in counts.items():
            if cause not in self._chips:
                self._chips[cause] = self._made(cause)
            text = f"{cause_words(cause, self._language)} ({number(count)})"
            if self._chips[cause].text() != text:
                self._chips[cause].setText(text)
        self.setVisible(bool(self._chips))

    def choose(self, cause: Cause | None) -> None:
        """Switch the chip of `cause` on and the others off; tells nobody."""
        self._on = cause
        for one, chip in self._chips.items():
            chip.setChecked(one == cause)

    def _made(self, cause: Cause) -> ToggleChip:
        chip = ToggleChip("", self)
        chip.setChecked(cause == self._on)
        chip.clicked.connect(lambda on: self.chosen.emit(*cause) if on else self.cleared.emit())
        self._flow.addWidget(chip)
        chip.show()
        return chip
