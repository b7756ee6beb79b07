"""Ids for many rows of one kind."""

from __future__ import annotations

import re
from itertools import islice

from kkdesk.model.ids import id_series


def test_ids_of_a_series_look_like_others_and_come_in_order() -> None:
    ids = list(islice(id_series("rcpt"), 200_000))
    assert all(re.fullmatch(r"rcpt_[A-Za-z0-9_-]{21}", one) for one in ids[:1000] + ids[-1000:])
    assert ids == sorted(ids), "SQLite and Python order ASCII alike"
    assert len(set(ids)) == len(ids)


def test_two_series_have_nothing_in_common() -> None:
    assert not set(islice(id_series("rcpt"), 1000)) & set(islice(id_series("rcpt"), 1000))
