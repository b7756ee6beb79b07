"""Faults of the program itself, met while sending, told in plain words."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError


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
