"""Ids of new customers, and rows on their way to the database."""

from __future__ import annotations

from typing import Any

import pytest

from kkdesk.services.importing.spool import Spool, Stream
from kkdesk.services.importing.writing import new_customer_ids


def test_ids_are_new_ordered_and_of_the_web_crms_form() -> None:
    ids = new_customer_ids(500)
    assert ids == sorted(set(ids))
    assert len(ids) == 500
    letters = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert all(one.startswith("cust_") and len(one) == 26 and set(one[5:]) <= letters for one in ids)
    assert new_customer_ids(0) == []


def test_a_spool_gives_back_what_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.importing.spool._IN_MEMORY", 100)
    spool = Spool()
    rows: list[tuple[Any, ...]] = [(at, f"Πελάτης {at}", None, at / 7) for at in range(50)]
    for at in range(0, 50, 10):
        spool.put(rows[at : at + 10])
    spool.put([])
    assert list(spool) == list(spool) == rows
    assert len(spool) == 50
    stream = Stream(len(spool), spool.__iter__)
    assert (stream[3], stream[45:47]) == (rows[3], rows[45:47])
    spool.close()
