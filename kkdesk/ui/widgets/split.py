"""Two panes with a divider whose place is remembered."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QSplitter, QWidget


class SplitPane(QSplitter):
    """List at the left, details at the right; the list grows with the window."""

    def __init__(
        self, left: QWidget, right: QWidget | None, state: QSettings, key: str, *, right_width: int = 400,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`key` names the divider in `state` (`shell.state`). Without `right`, `set_right` gives it later."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._state = state
        self._key = f"split/{key}"
        self.setChildrenCollapsible(False)
        self._right_width = right_width
        self.addWidget(left)
        self.setStretchFactor(0, 1)
        if right is not None:
            self.set_right(right)

    def set_right(self, right: QWidget) -> None:
        """Put the details beside the list, the divider where it was left."""
        self.addWidget(right)
        self.setStretchFactor(1, 0)
        kept = self._state.value(self._key)
        if not (isinstance(kept, QByteArray) and self.restoreState(kept)):
            self.setSizes([1_000_000, self._right_width])
        self.splitterMoved.connect(self._keep)

    def _keep(self) -> None:
        self._state.setValue(self._key, self.saveState())
