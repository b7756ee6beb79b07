"""Why somebody with a verified Google account gets no database token."""

from __future__ import annotations

from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Conflict, NotAllowed, NotConfigured

Reason = Literal["not_listed", "revoked"]


class NotLetIn(NotAllowed):
    """The company does not let this account in. `reason` is for programs."""

    code = "not_allowed"

    def __init__(self, reason: Reason) -> None:
        super().__init__(
            Bilingual(
                "Η εταιρεία δεν δίνει πρόσβαση σε αυτόν τον λογαριασμό.", "The company does not let this account in."
            ),
            next_step=Bilingual("Μιλήστε με έναν ιδιοκτήτη.", "Talk to an owner."),
        )
        self.reason = reason


class OtherAccount(Conflict):
    """The address belongs to somebody who has signed in with another Google account."""

    code = "other_account"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "Η διεύθυνση είναι δεμένη με άλλον λογαριασμό Google.", "The address is tied to another Google account."
            ),
            next_step=Bilingual(
                "Ζητήστε από έναν ιδιοκτήτη να σας αφαιρέσει και να σας προσκαλέσει ξανά.",
                "Ask an owner to remove you, and to invite you again.",
            ),
        )


def not_configured(name: str) -> NotConfigured:
    """A setting of the server is missing."""
    return NotConfigured(
        Bilingual(f"Λείπει η ρύθμιση {name} του διακομιστή.", f"The server's setting {name} is missing."),
        next_step=_SET,
    )


def refused_by_turso(status: int) -> NotConfigured:
    """Turso does not make tokens for us."""
    return NotConfigured(
        Bilingual(
            f"Το Turso δεν δίνει κλειδιά βάσης (απάντηση {status}).",
            f"Turso gives no database tokens (answer {status}).",
        ),
        next_step=Bilingual(
            "Ελέγξτε τα TURSO_ORGANIZATION, TURSO_DATABASE και TURSO_API_TOKEN.",
            "Check TURSO_ORGANIZATION, TURSO_DATABASE and TURSO_API_TOKEN.",
        ),
    )


_SET: Final = Bilingual(
    "Δώστε τη ως μεταβλητή περιβάλλοντος του διακομιστή.", "Set it as an environment variable of the server."
)
