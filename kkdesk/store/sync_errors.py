"""What people are told when the company's database does not answer, or the replica cannot be brought up to date."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, KKDeskError, NotAllowed, Offline, SignInNeeded, StoreError
from kkdesk.store.disk_room import is_full

if TYPE_CHECKING:
    from kkdesk.store.sync_process import Fetched


def other_database(waiting: int) -> NotAllowed:
    """So many changes wait, and the server has another database than the one they were made on."""
    return NotAllowed(
        Bilingual(
            f"Περιμένουν {waiting} αλλαγές για άλλη βάση δεδομένων από αυτήν.",
            f"{waiting} changes are waiting for another database than this one.",
        ),
        kept=Bilingual("Οι αλλαγές φυλάσσονται.", "The changes are kept."),
        next_step=Bilingual(
            "Συνδεθείτε στην προηγούμενη βάση για να παραδοθούν, ή χρησιμοποιήστε άλλο προφίλ.",
            "Connect to the previous database so that they are delivered, or use another profile.",
        ),
    )


def silent() -> Offline:
    """The server has not answered; whether it has the change is not known, and is asked for again."""
    return Offline(
        Bilingual("Η βάση της εταιρείας δεν απάντησε.", "The company's database did not answer."),
        kept=Bilingual("Η αλλαγή σας φυλάχτηκε και περιμένει.", "Your change is kept, and waits."),
        next_step=Bilingual("Δείτε τη σελίδα «Συγχρονισμός».", "See the page “Synchronisation”."),
    )


def needs_server() -> Offline:
    """What only the server can decide cannot be done now."""
    return Offline(
        Bilingual(
            "Αυτό γίνεται μόνο με σύνδεση: η βάση της εταιρείας δεν απαντά.",
            "This needs a connection: the company's database does not answer.",
        ),
        kept=Bilingual("Τίποτα δεν ξεκίνησε.", "Nothing was begun."),
        next_step=Bilingual("Δοκιμάστε ξανά όταν επιστρέψει η σύνδεση.", "Try again when the connection is back."),
    )


def connection_of(error: KKDeskError) -> str:
    """What the state of the exchange says after `error`."""
    if isinstance(error, SignInNeeded):
        return "sign_in"
    return "disk_full" if isinstance(error, DiskFull) else "offline"


def trouble(answer: Fetched, path: Path) -> KKDeskError:
    """Why a fetch into `path` has failed: the disk, the folder or the network."""
    kept = Bilingual("Οι αλλαγές σας περιμένουν σε αυτόν τον υπολογιστή.", "Your changes are waiting on this computer.")
    if answer.trouble == "disk_full" or is_full(path.parent):
        return DiskFull(
            Bilingual(
                "Ο δίσκος είναι γεμάτος: τα νέα δεδομένα δεν χωρούν.", "The disk is full: new data finds no room."
            ),
            kept=kept,
            next_step=Bilingual(
                "Ελευθερώστε χώρο· ο συγχρονισμός συνεχίζει μόνος του.", "Free some space; it goes on by itself."
            ),
        )
    if not _writable(path.parent):
        return StoreError(
            Bilingual(
                f"Ο φάκελος δεδομένων δεν είναι εγγράψιμος: {path.parent}",
                f"The data folder cannot be written: {path.parent}",
            ),
            kept=kept,
            next_step=Bilingual("Δώστε δικαίωμα εγγραφής σε αυτόν.", "Allow writing to it."),
        )
    return Offline(
        Bilingual("Η βάση της εταιρείας δεν απαντά.", "The company's database does not answer."),
        kept=kept,
        next_step=Bilingual(
            "Ελέγξτε τη σύνδεση στο διαδίκτυο· ο συγχρονισμός συνεχίζει μόνος του.",
            "Check the internet connection; it goes on by itself.",
        ),
    )


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        return error.errno not in {errno.EACCES, errno.EROFS, errno.EPERM}
