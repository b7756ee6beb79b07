"""What a person may not do is not offered: its controls are disabled, and their tips say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from kkdesk.model.errors import NotPermitted
from kkdesk.services.rights import require

if TYPE_CHECKING:
    from kkdesk.model.rights import Action
    from kkdesk.ui.shell import Shell


def guard(shell: Shell, action: Action, *controls: QWidget) -> None:
    """Keep `controls` disabled, whoever enables them, where the person's role does not include `action`."""
    try:
        require(shell.workspace.actor, action)
    except NotPermitted as error:
        for control in controls:
            _Forbidden(control, error.message(shell.language))


def allowed(shell: Shell, action: Action) -> bool:
    """Whether the person may; where not, they are told why before anything is typed in vain."""
    try:
        require(shell.workspace.actor, action)
    except NotPermitted as error:
        shell.report(error)
        return False
    return True


class _Forbidden(QObject):
    """Lives with its control."""

    def __init__(self, control: QWidget, why: str) -> None:
        super().__init__(control)
        self._control = control
        control.setEnabled(False)
        control.setToolTip(why)
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._control and event.type() == QEvent.Type.EnabledChange and self._control.isEnabled():
            self._control.setEnabled(False)
        return super().eventFilter(watched, event)
