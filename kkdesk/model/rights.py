"""What each role may do: the one table. Services ask it before they write; the window hides what it does not allow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kkdesk.model.actor import Role
from kkdesk.model.bilingual import Bilingual


class Action(Enum):
    """Something a person may be allowed to do. The value says it for people, after "You may not"."""

    EDIT_CUSTOMERS = Bilingual("να αλλάζετε πελάτες, σημειώσεις και ετικέτες", "change customers, notes and tags")
    IMPORT_CUSTOMERS = Bilingual("να εισάγετε πελάτες από αρχεία", "import customers from files")
    EXPORT_CUSTOMERS = Bilingual("να εξάγετε πελάτες σε αρχεία", "export customers to files")
    EDIT_CAMPAIGNS = Bilingual(
        "να γράφετε καμπάνιες, πρότυπα και υπογραφές", "write campaigns, templates and signatures"
    )
    SEND_CAMPAIGNS = Bilingual("να στέλνετε καμπάνιες", "send campaigns")
    EDIT_SUPPRESSIONS = Bilingual("να αλλάζετε ποιοι δεν λαμβάνουν μηνύματα", "change who is never mailed")
    UNDO = Bilingual("να αναιρείτε αλλαγές", "take changes back")
    FIND_PLACES = Bilingual("να αναζητάτε θέσεις πελατών", "look up places of customers")
    CHANGE_COMPANY = Bilingual("να αλλάζετε τις ρυθμίσεις της εταιρείας", "change the company's settings")
    MOVE_DATABASE = Bilingual("να μεταφέρετε τα δεδομένα της εταιρείας", "move the company's data")
    MANAGE_MEMBERS = Bilingual(
        "να προσκαλείτε, να αφαιρείτε και να αλλάζετε ρόλους", "invite or remove people, or change roles"
    )
    ROTATE_SECRETS = Bilingual("να αλλάζετε τα κλειδιά κρυπτογράφησης", "replace encryption keys")


_EVERYDAY: Final = frozenset(
    {
        Action.EDIT_CUSTOMERS,
        Action.IMPORT_CUSTOMERS,
        Action.EDIT_CAMPAIGNS,
        Action.SEND_CAMPAIGNS,
        Action.EDIT_SUPPRESSIONS,
        Action.UNDO,
        Action.FIND_PLACES,
    }
)
_RUNNING_THE_COMPANY: Final = frozenset({Action.EXPORT_CUSTOMERS, Action.CHANGE_COMPANY, Action.MOVE_DATABASE})
_OWNING_IT: Final = frozenset({Action.MANAGE_MEMBERS, Action.ROTATE_SECRETS})

RIGHTS: Final[Mapping[Role, frozenset[Action]]] = {
    "viewer": frozenset(),
    "member": _EVERYDAY,
    "admin": _EVERYDAY | _RUNNING_THE_COMPANY,
    "owner": _EVERYDAY | _RUNNING_THE_COMPANY | _OWNING_IT,
}

#: Tables whose changes are taken back only by who may change the company's settings.
OF_THE_COMPANY: Final = frozenset({"kk_settings", "organizations", "organization_members", "kk_access"})

ROLE_NAMES: Final[Mapping[Role, Bilingual]] = {
    "owner": Bilingual("Ιδιοκτήτης", "Owner"),
    "admin": Bilingual("Διαχειριστής", "Administrator"),
    "member": Bilingual("Μέλος", "Member"),
    "viewer": Bilingual("Μόνο ανάγνωση", "Read only"),
}


def may(role: Role, action: Action) -> bool:
    """Whether `role` includes `action`."""
    return action in RIGHTS[role]


def may_write(role: Role) -> bool:
    """Whether `role` includes anything that writes to the database; who may not gets a read-only token."""
    return bool(RIGHTS[role])
