"""Faults of the program itself, met while sending: kept in the log without anybody's data, told in plain words."""

from __future__ import annotations

import traceback

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError


def fault_place(error: BaseException) -> str:
    """What was raised and where, e.g. `KeyError at merge:12 < render:34`; never its text, which may hold an address."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return f"{type(error).__name__} at {' < '.join(f'{frame.name}:{frame.lineno}' for frame in reversed(frames))}"


def as_fault(error: Exception) -> KKDeskError:
    """What a person is told when a campaign could not be worked on."""
    return KKDeskError(
        Bilingual(
            f"Η αποστολή σταμάτησε από απρόσμενο σφάλμα του προγράμματος ({type(error).__name__}).",
            f"Sending was stopped by an unexpected fault of the program ({type(error).__name__}).",
        ),
        kept=Bilingual(
            "Ό,τι στάλθηκε έχει σημειωθεί και τα υπόλοιπα μηνύματα μένουν στην ουρά.",
            "What was sent is on record, and the other mails stay in the queue.",
        ),
        next_step=Bilingual(
            "Η αποστολή θα δοκιμαστεί ξανά αυτόματα. Αν επαναληφθεί, στείλτε μας το αρχείο logs/kkdesk.log.",
            "Sending will be tried again by itself. If it happens again, send us the file logs/kkdesk.log.",
        ),
    )
