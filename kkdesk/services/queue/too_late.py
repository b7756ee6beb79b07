"""What a person is told when a run had a time to keep within and somebody was slower than that."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Offline

_AGAIN = Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself.")


def mail_server_silent() -> Offline:
    """The mail server has not answered."""
    return Offline(
        Bilingual(
            "Ο διακομιστής αλληλογραφίας δεν απάντησε στον χρόνο που είχε αυτή η κλήση.",
            "The mail server did not answer in the time that this call had.",
        ),
        kept=Bilingual("Όσα μηνύματα δεν στάλθηκαν μένουν στην ουρά.", "Mails that were not sent stay in the queue."),
        next_step=_AGAIN,
    )


def files_too_slow() -> Offline:
    """What the mails are made of was not there in time."""
    return Offline(
        Bilingual(
            "Τα αρχεία της καμπάνιας δεν λήφθηκαν στον χρόνο που είχε αυτή η κλήση.",
            "The campaign's files could not be fetched in the time that this call had.",
        ),
        kept=Bilingual("Δεν στάλθηκε τίποτα· η καμπάνια περιμένει.", "Nothing was sent; the campaign waits."),
        next_step=Bilingual(
            "Θα δοκιμαστεί ξανά αυτόματα. Αν επαναληφθεί, στείλτε την από υπολογιστή, ή με μικρότερα αρχεία.",
            "It will be tried again by itself. If it happens again, send it from a computer, or with smaller files.",
        ),
    )


def database_silent() -> Offline:
    """The database has not written down what came of mails."""
    return Offline(
        Bilingual("Η βάση δεδομένων δεν απάντησε εγκαίρως.", "The database did not answer in time."),
        kept=Bilingual(
            "Ό,τι στάλθηκε είναι στο ημερολόγιο αποστολής.", "What was sent is in the journal of the worker."
        ),
        next_step=_AGAIN,
    )
