"""Two people edited the same field: mine and theirs side by side, and a choice for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from kkdesk.model.customer_fields import FIELD
from kkdesk.ui.customers.columns import cell_text
from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.choice import TextChoice
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.model.customer import Customer
    from kkdesk.model.errors import Conflict


#: Pixels: two addresses side by side.
_WIDTH = 640


class CustomerConflict(Question):
    """Asks for each field that both changed; theirs is chosen until one decides otherwise."""

    def __init__(self, parent: QWidget, mine: Customer, theirs: Customer, conflict: Conflict, language: str) -> None:
        """`theirs` is the customer as it is now."""
        super().__init__(
            parent,
            QCoreApplication.translate("CustomerDialogs", "Somebody else changed this customer"),
            QCoreApplication.translate(
                "CustomerDialogs", "Choose which value to keep for each field. Your other changes are kept."
            ),
            confirm=QCoreApplication.translate("CustomerDialogs", "Save"),
        )
        self._mine, self._theirs = mine, theirs
        self._groups: dict[str, QButtonGroup] = {}
        self.setMinimumWidth(_WIDTH)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setHorizontalSpacing(20)
        grid.addWidget(label(QCoreApplication.translate("CustomerDialogs", "Theirs"), "strong"), 0, 1)
        grid.addWidget(label(QCoreApplication.translate("CustomerDialogs", "Mine"), "strong"), 0, 2)
        columns = [failed.guard.column for failed in conflict.failed if failed.guard.column in FIELD]
        for line, name in enumerate(columns, 1):
            grid.addWidget(label(FIELD[name].label.in_language(language)), line, 0)
            group = QButtonGroup(self)
            for place, customer in enumerate((theirs, mine)):
                choice = TextChoice(cell_text(customer, FIELD[name], language) or "—")
                choice.radio.setChecked(place == 0)
                group.addButton(choice.radio, place)
                grid.addWidget(choice, line, place + 1)
            self._groups[name] = group
        self.body.addLayout(grid)

    def settled(self, changed: Sequence[str]) -> Customer:
        """Theirs, with my `changed` columns in it, except those where theirs was chosen."""
        taken = {name for name, group in self._groups.items() if group.checkedId() == 0}
        mine: dict[str, Any] = {name: getattr(self._mine, name) for name in changed if name not in taken}
        return replace(self._theirs, **mine)
