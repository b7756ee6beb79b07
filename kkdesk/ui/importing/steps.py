"""Where one is in the import."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

_NUMBERS = ("number-circle-one", "number-circle-two", "number-circle-three", "number-circle-four")


class StepTrail(QWidget):
    """The names of the steps in a line; the one in hand is strong, those before it lead back."""

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        """`names` in the language of the window."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.buttons = [button(name, "quiet") for name in names]
        for at, made in enumerate(self.buttons):
            made.setCheckable(True)
            if at:
                row.addWidget(label("›", "muted"))
            row.addWidget(made)
        self.show_step(0)

    def show_step(self, current: int, *, locked: bool = False, finished: bool = False) -> None:
        """The step in hand; with `locked` (while something runs, and when all is done) none leads back.

        `finished`: the step in hand is done, too.
        """
        for at, made in enumerate(self.buttons):
            made.setChecked(at == current)
            made.setEnabled(at == current or (at < current and not locked))
            done = at < current or (finished and at == current)
            made.setIcon(icon("check-circle" if done else _NUMBERS[at], "success" if done else "accent"))
