"""Why the system refused something to do with a file, in words of people and in both languages."""

from __future__ import annotations

import errno
from typing import Final

from kkdesk.model.bilingual import Bilingual

_DISCONNECTED: Final = Bilingual("ο δίσκος δεν είναι συνδεδεμένος", "the disk is not connected")
_DENIED: Final = Bilingual("δεν έχετε δικαίωμα", "you have no permission")
_IN_USE: Final = Bilingual("το χρησιμοποιεί άλλο πρόγραμμα", "another program is using it")
_REASONS: Final = {
    errno.ENOENT: Bilingual("δεν υπάρχει", "it does not exist"),
    errno.ENOTDIR: Bilingual("δεν είναι φάκελος", "it is not a folder"),
    errno.EISDIR: Bilingual("είναι φάκελος", "it is a folder"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: Bilingual("ο δίσκος είναι μόνο για ανάγνωση", "the disk is read-only"),
    errno.EBUSY: _IN_USE,
    errno.ETXTBSY: _IN_USE,
    errno.EIO: Bilingual("ο δίσκος παρουσίασε σφάλμα", "the disk failed"),
    errno.EFBIG: Bilingual("το αρχείο είναι πολύ μεγάλο για τον δίσκο", "the file is too large for the disk"),
    errno.ENOSPC: Bilingual("ο δίσκος είναι γεμάτος", "the disk is full"),
    errno.EDQUOT: Bilingual("εξαντλήθηκε ο χώρος που σας αναλογεί", "your share of the disk is used up"),
    errno.ENAMETOOLONG: Bilingual("το όνομα είναι πολύ μακρύ", "the name is too long"),
    errno.EMFILE: Bilingual("είναι ανοιχτά πάρα πολλά αρχεία", "too many files are open"),
    errno.ENODEV: _DISCONNECTED,
    errno.ENXIO: _DISCONNECTED,
    errno.ESTALE: _DISCONNECTED,
}


def os_reason(error: OSError) -> Bilingual:
    """The reason of `error`; of a rare one the system's number and, in English, its own words."""
    found = _REASONS.get(error.errno or 0)
    if found is not None:
        return found
    return Bilingual(f"κωδικός σφάλματος {error.errno}", error.strerror or type(error).__name__)
