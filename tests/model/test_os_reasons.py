"""Refusals of the system in words, none of them English inside a Greek sentence."""

from __future__ import annotations

import errno
import os

import pytest

from kkdesk.model.greek_fold import fold
from kkdesk.model.os_reasons import os_reason


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_refusal_is_told_in_english_to_greeks(number: int) -> None:
    reason = os_reason(OSError(number, os.strerror(number), "/some/where"))
    assert not set(fold(reason.el)) & set("abcdefghijklmnopqrstuvwxyz"), reason.el
    assert reason.en


def test_known_and_unknown_ones() -> None:
    assert os_reason(OSError(errno.EROFS, "Read-only file system")).el == "ο δίσκος είναι μόνο για ανάγνωση"
    rare = os_reason(OSError(errno.EXDEV, "Invalid cross-device link"))
    assert (rare.el, rare.en) == (f"κωδικός σφάλματος {errno.EXDEV}", "Invalid cross-device link")
    assert os_reason(OSError("no number")).en == "OSError"
