"""What a person is told whose change meets somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import WHOLE_ROW
from kkdesk.model.errors import Conflict

if TYPE_CHECKING:
    from kkdesk.model.change import FailedGuard


def somebody_else_changed(failed: Sequence[FailedGuard]) -> Conflict:
    """What a person is told whose change rests on what others have changed."""
    if all(item.guard.column == WHOLE_ROW for item in failed):
        return Conflict(
            Bilingual(
                "Κάποιος άλλος επεξεργάστηκε στο μεταξύ όσα θέλατε να διαγράψετε.",
                "Somebody else has edited in the meantime what you wanted to delete.",
            ),
            failed,
            kept=Bilingual("Δεν διαγράφηκε τίποτα.", "Nothing has been deleted."),
            next_step=Bilingual(
                "Δείτε τα όπως είναι τώρα και διαγράψτε τα ξανά, αν το θέλετε ακόμη.",
                "Look at it as it is now, and delete it again if you still want to.",
            ),
        )
    if all(item.missing for item in failed):
        return Conflict(
            Bilingual(
                "Κάποιος άλλος διέγραψε στο μεταξύ την εγγραφή.",
                "Somebody else has deleted the record in the meantime.",
            ),
            failed,
            kept=Bilingual("Οι αλλαγές σας δεν γράφτηκαν.", "Your changes have not been written."),
            next_step=Bilingual(
                "Αν χρειάζεται, επαναφέρετέ την από το Ιστορικό και δοκιμάστε ξανά.",
                "If it is needed, bring it back from the History and try again.",
            ),
        )
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


def already_undone() -> Conflict:
    """The error for a change that is to be taken back and cannot be, or not any more."""
    return Conflict(
        Bilingual("Η αλλαγή έχει ήδη αναιρεθεί ή έληξε.", "The change has been undone already, or is too old."),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
    )
