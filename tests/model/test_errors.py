"""Errors that people meet: what they say, and that they survive the way out of another process."""

from __future__ import annotations

import pickle

import pytest

from kkdesk.model import errors
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import FailedGuard, Guard
from kkdesk.model.errors import Conflict, KKDeskError

WHAT, KEPT, NEXT = Bilingual("τι", "what"), Bilingual("έμεινε.", "kept."), Bilingual("μετά", "next")
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, KKDeskError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_back_from_another_process_as_it_was(kind: type[KKDeskError]) -> None:
    back = pickle.loads(pickle.dumps(kind(WHAT, kept=KEPT, next_step=NEXT)))
    assert type(back) is kind
    assert (back.what, back.kept, back.next_step, back.args) == (WHAT, KEPT, NEXT, ("what",))
    assert back.message("el") == "τι. έμεινε. μετά."


def test_a_conflict_comes_back_with_both_values() -> None:
    failed = (FailedGuard(Guard("tags", "t", "name", "old", "mine"), "theirs"),)
    assert pickle.loads(pickle.dumps(Conflict(WHAT, failed))).failed == failed
