"""The web CRM's recipient selection, reproduced where it is right.

Ours selects in SQL through `filters_condition`; the two conditions that the web CRM always adds (an address, not
unsubscribed) are reasons for exclusion with us, and are added here to compare.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from kkdesk.model.campaign import parse_filters
from kkdesk.model.errors import InvalidInput
from kkdesk.model.segment import Rule, parse_rule
from kkdesk.store.segment_sql import filters_condition
from tests.sample import upgraded
from tests.vectors import Vector, name, vectors

VECTORS = vectors("recipients")

# What is right where the web CRM is wrong: how many it must be, found by an independent query on the same file.
RIGHT_INSTEAD = {
    "sample/tag-other-org": "0",
    "sample/segment/Μεγάλος τζίρος (κείμενο από τη φόρμα)": "revenue > 10000",
    "sample/segment/Όχι VIP (κείμενο από τη φόρμα)": "is_vip = 0",
    "sample/segment/Lead score 50+": "lead_score >= 50",
    "sample/segment/Θεσσαλονίκη με lead score": "city = 'Θεσσαλονίκη' AND lead_score >= 50",
    # Without conditions nobody is selected, now on every screen.
    "sample/segment/Χωρίς φίλτρα": "0",
    "sample/segment/Κενές συνθήκες": "0",
    "sample/segment/Χώρα": "country = 'Ελλάδα'",
    "sample/segment/Email με κάτω παύλα": "instr(email, '_') > 0",
    "sample/segment/Πεζά αθήνα": "city IN ('Αθήνα', 'ΑΘΗΝΑ')",
    "sample/segment/Κενή πόλη": "city IS NULL OR city = ''",
    # Not marked as bugs, but they rest on one. A lead score is understood, so the second segment counts as well.
    "sample/segments-one-useless": "city = 'Αθήνα' OR lead_score >= 50",
    # Case and accents do not count in "begins with" either: Γιώργος in capitals and in decomposed form as well.
    "sample/segment/Ονόματα Γιώ": "first_name GLOB 'Γι[ωώ]*' OR first_name GLOB 'ΓΙ[ΩΏ]*'",
}


@pytest.fixture(scope="module")
def sample() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(upgraded())) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        yield connection


def select(sample: sqlite3.Connection, vector: Vector) -> list[str]:
    org_id = vector["input"]["org_id"]
    filters = parse_filters(vector["input"]["filters"])
    condition = filters_condition(filters, rules(sample, org_id, filters.segments), org_id)
    return mailable(sample, org_id, condition.sql, *condition.args)


def rules(sample: sqlite3.Connection, org_id: str, ids: tuple[str, ...]) -> Mapping[str, Rule]:
    rows = sample.execute("SELECT id, filters FROM segments WHERE org_id = ?", (org_id,)).fetchall()
    return {row["id"]: parse_rule(row["filters"]) for row in rows if row["id"] in ids}


def mailable(sample: sqlite3.Connection, org_id: str, where: str, *args: object) -> list[str]:
    sql = (
        "SELECT id FROM customers c WHERE org_id = ? AND email IS NOT NULL AND email <> '' "
        f"AND coalesce(unsubscribed, 0) = 0 AND ({where}) ORDER BY id"
    )
    return [row["id"] for row in sample.execute(sql, (org_id, *args))]


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if v["name"] not in RIGHT_INSTEAD and not v.get("expected_is_bug")], ids=name
)
def test_the_same_customers_as_the_web_crm(sample: sqlite3.Connection, vector: Vector) -> None:
    expected = vector["expected"]
    found = select(sample, vector)
    assert len(found) == expected["selected"]
    assert found[:3] == expected["first_ids"]
    assert hashlib.sha256("\n".join(found).encode()).hexdigest() == expected["ids_sha256"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["name"] in RIGHT_INSTEAD], ids=name)
def test_the_right_customers_where_the_web_crm_is_wrong(sample: sqlite3.Connection, vector: Vector) -> None:
    right = mailable(sample, vector["input"]["org_id"], RIGHT_INSTEAD[vector["name"]])
    assert select(sample, vector) == right


def test_an_operator_that_nobody_knows_stops_everything(sample: sqlite3.Connection) -> None:
    [vector] = [v for v in VECTORS if v["name"] == "sample/segment/Άγνωστος τελεστής"]
    with pytest.raises(InvalidInput, match="endsWith"):
        select(sample, vector)


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_filters_are_read_as_the_web_crm_reads_them(vector: Vector) -> None:
    assert parse_filters(vector["input"]["filters"]).to_json() == vector["expected"]["normalised_filters"]


def test_every_fault_of_the_web_crm_has_its_right_answer_here() -> None:
    faults = {v["name"] for v in VECTORS if v.get("expected_is_bug")}
    assert faults - {"sample/segment/Άγνωστος τελεστής"} <= set(RIGHT_INSTEAD)
