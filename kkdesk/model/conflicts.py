"""What a person is told whose change meets somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Conflict

if TYPE_CHECKING:
    from kkdesk.model.change import FailedGuard


def somebody_else_changed(failed: Sequence[FailedGuard]) -> Conflict:
    """The error for guards that do not hold."""
    return Conflict(
        Bilingual(
            "Κάποιος άλλος άλλαξε στο μεταξύ τα ίδια στοιχεία.",
            "Somebody else has changed the same fields in the meantime.",
        ),
        failed,
        kept=Bilingual("Οι αλλαγές σας δεν γράφτηκαν.", "Your changes have not been written."),
        next_step=Bilingual(
            "Δείτε τις νέες τιμές και αποφασίστε ποια κρατάτε.", "Look at the new values and decide which to keep."
        ),
    )
