"""The one place where the failures of the company's server become ours: network, HTTP, Hrana, SQLite over there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import (
    DatabaseBusy,
    DiskFull,
    KKDeskError,
    Offline,
    SignInNeeded,
    StatementRefused,
    StoreError,
)

if TYPE_CHECKING:
    from kkdesk.store.hrana import StepError

_NOTHING_WRITTEN: Final = Bilingual(
    "Τίποτα δεν γράφτηκε· τα δεδομένα είναι όπως πριν.", "Nothing was written; the data is as it was."
)
_AGAIN: Final = Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a moment.")
#: The server's disk, or another writer, for the moment.
_BUSY: Final = {"TRANSACTION_BUSY", "TRANSACTION_TIMEOUT", "SQLITE_BUSY", "SQLITE_LOCKED"}
_SQLITE_SAYS: Final = "SQLite error: "


def unreachable() -> Offline:
    """The network or the server did not answer."""
    return Offline(
        Bilingual("Η βάση της εταιρείας δεν απαντά.", "The company's database does not answer."),
        next_step=Bilingual(
            "Ελέγξτε τη σύνδεση στο διαδίκτυο και δοκιμάστε ξανά.", "Check the internet connection and try again."
        ),
    )


def status_error(status: int, body: str) -> KKDeskError:
    """What a person is told about an HTTP answer that is no success."""
    if status == 401:
        return SignInNeeded(
            Bilingual(
                "Ο διακομιστής της εταιρείας δεν δέχεται πια το κλειδί πρόσβασης.",
                "The company's server no longer takes the access token.",
            ),
            next_step=Bilingual("Συνδεθείτε ξανά.", "Sign in again."),
        )
    if status == 403:
        return SignInNeeded(
            Bilingual(
                "Το κλειδί πρόσβασης δεν επιτρέπει αυτή την ενέργεια στη βάση της εταιρείας.",
                "The access token does not allow this in the company's database.",
            ),
            next_step=Bilingual(
                "Ζητήστε κλειδί με δικαίωμα εγγραφής και συνδεθείτε ξανά.",
                "Ask for a token that allows writing, and sign in again.",
            ),
        )
    if status == 404:
        return Offline(
            Bilingual(
                "Η βάση της εταιρείας δεν υπάρχει σε αυτή τη διεύθυνση.",
                "There is no company database at this address.",
            ),
            next_step=Bilingual("Ελέγξτε τη διεύθυνση στις ρυθμίσεις.", "Check the address in the settings."),
        )
    if status == 429 or status >= 500:
        return unreachable()
    if status in {400, 413}:
        return StoreError(
            Bilingual(
                f"Ο διακομιστής της εταιρείας δεν κατάλαβε τι του ζητήθηκε: {body[:200]}",
                f"The company's server did not understand what it was asked: {body[:200]}",
            ),
            kept=_NOTHING_WRITTEN,
        )
    return unexpected()


def step_error(error: StepError) -> KKDeskError:
    """What a person is told about a statement that failed over there."""
    if error.code in _BUSY:
        return busy()
    if error.code == "SQLITE_FULL":
        return DiskFull(
            Bilingual("Ο δίσκος του διακομιστή είναι γεμάτος.", "The server's disk is full."),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Ενημερώστε τον διαχειριστή της βάσης.", "Tell whoever runs the database."),
        )
    if error.code == "BLOCKED":
        return SignInNeeded(
            Bilingual(
                "Η πρόσβαση στη βάση της εταιρείας έχει ανασταλεί.", "Access to the company's database is suspended."
            ),
            next_step=Bilingual("Ενημερώστε τον διαχειριστή της βάσης.", "Tell whoever runs the database."),
        )
    if error.code == "PROXY_ERROR":
        return unreachable()
    text = error.message.removeprefix(_SQLITE_SAYS)
    if error.code == "SQLITE_CONSTRAINT":
        return StatementRefused(
            Bilingual(f"Η βάση αρνήθηκε μια τιμή: {text}", f"The database refused a value: {text}"),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Διορθώστε την τιμή και δοκιμάστε ξανά.", "Correct the value and try again."),
        )
    if error.code in {"SQLITE_TOOBIG", "RESPONSE_TOO_LARGE"}:
        return StoreError(
            Bilingual(
                "Τα δεδομένα είναι περισσότερα από όσα χωρούν σε μία απάντηση του διακομιστή.",
                "The data is more than fits into one answer of the server.",
            )
            if error.code == "RESPONSE_TOO_LARGE"
            else Bilingual(
                "Ένα στοιχείο είναι μεγαλύτερο από όσο δέχεται ο διακομιστής.",
                "An item is larger than the server takes.",
            ),
            next_step=Bilingual("Δοκιμάστε με λιγότερα στοιχεία.", "Try with fewer items."),
        )
    return StoreError(
        Bilingual(f"Σφάλμα της βάσης της εταιρείας: {text}", f"Error of the company's database: {text}"),
        kept=_NOTHING_WRITTEN,
    )


def busy() -> DatabaseBusy:
    """Another writer holds the server's database, or the server ended a transaction that others waited for."""
    return DatabaseBusy(
        Bilingual(
            "Η βάση της εταιρείας είναι απασχολημένη από άλλον υπολογιστή.",
            "The company's database is in use by another computer.",
        ),
        kept=_NOTHING_WRITTEN,
        next_step=_AGAIN,
    )


def only_reads() -> StoreError:
    """A query wrote, and was undone."""
    return StoreError(
        Bilingual("Ένα ερώτημα προσπάθησε να γράψει στη βάση.", "A query tried to write to the database."),
        kept=_NOTHING_WRITTEN,
    )


def unexpected() -> Offline:
    """Somebody else answered, as the sign-in page of a hotel's network does."""
    return Offline(
        Bilingual(
            "Σε αυτή τη διεύθυνση δεν απαντά βάση δεδομένων.", "What answers at this address is no database server."
        ),
        next_step=Bilingual(
            "Ελέγξτε αν το δίκτυο ζητά πρώτα σύνδεση σε σελίδα του, και τη διεύθυνση στις ρυθμίσεις.",
            "Check whether the network wants you to sign in on a page of its own first, and the address in the "
            "settings.",
        ),
    )
