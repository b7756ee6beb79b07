"""Asking the table of rights before something is done."""

from __future__ import annotations

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotPermitted
from kkdesk.model.rights import ROLE_NAMES, Action, may


def require(actor: Actor, action: Action) -> None:
    """Raises `NotPermitted` when the actor's role does not include `action`."""
    if not may(actor.role, action):
        role = ROLE_NAMES[actor.role]
        raise NotPermitted(
            Bilingual(
                f"Ο ρόλος σας ({role.el}) δεν σας επιτρέπει {action.value.el}.",
                f"Your role ({role.en}) does not let you {action.value.en}.",
            ),
            kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
            next_step=Bilingual("Ζητήστε το από έναν ιδιοκτήτη.", "Ask an owner for it."),
        )
