"""Identifiers: the web CRM's forms, and ULIDs that tell their time."""

from __future__ import annotations

import re
import time

import pytest

from kkdesk.model.ids import nanoid, new_id, ulid, ulid_after, ulid_time


def test_row_ids_have_the_web_crms_form() -> None:
    ids = {new_id("cust") for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch(r"cust_[A-Za-z0-9_-]{21}", one) for one in ids)
    assert len(nanoid()) == 21


def test_a_ulid_tells_when_it_was_made() -> None:
    before = int(time.time())
    made = ulid()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", made)
    assert before <= ulid_time(made) <= int(time.time())
    assert ulid_time("01ARZ3NDEKTSV4RRFFQ69G5FAV") == 1_469_922_850


@pytest.mark.parametrize("text", ["", "01ARZ3", "U" * 26])
def test_what_is_no_ulid_has_no_time(text: str) -> None:
    with pytest.raises(ValueError):
        ulid_time(text)


def test_a_ulid_of_another_clock_follows_the_one_before_it() -> None:
    now = int(time.time()) + 5000
    first = ulid_after("", now)
    assert now <= ulid_time(first) <= now + 2
    assert ulid_after(first, now + 60) > first
    set_back = ulid_after(first, now - 3600)
    assert set_back > first
    assert ulid_time(set_back) - ulid_time(first) in {0, 1}
    assert len({ulid_after(first, now - 3600) for _ in range(100)}) == 100, "several may follow one"
    with pytest.raises(ValueError, match="ULID"):
        ulid_after("yesterday", now)
