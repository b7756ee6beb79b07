"""The index finds what plain Python finds, in the same order, after any edits; and it survives what happens to files."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.customer_query import SORTS, CustomerQuery
from kkdesk.store import search_build, search_write
from kkdesk.store.search_build import bring_up_to_date, open_index
from kkdesk.store.search_query import count, doc_of, docs, first, named
from kkdesk.store.search_schema import SORT_COLUMNS
from tests.store.search_shop import ORG, OTHER_ORG, TAGS, SearchShop, index_rows, search_shop

NAMES = (
    "Παπαδόπουλος",
    "ΠΑΠΑΔΟΠΟΥΛΟΥ",
    "Γιώργος",
    "Χρήστος",
    "Ξανθός",
    "Anderson",
    "Θεοδώρου",
    "Ελαστικά Α.Ε.",
    "",
    " ",
)
PLACES = ("Αθήνα", "ΑΘΗΝΑ", "Θεσσαλονίκη", "Ν. Ηράκλειο", "", None)
NUMBERS = ("6971234567", "697 123 45 68", "+30 2310 555666", "2310", "", None)

customers = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(NAMES) | st.text(max_size=6),
        "last_name": st.sampled_from(NAMES),
        "company": st.sampled_from((*NAMES, None)) | st.text(max_size=6),
        "email": st.sampled_from(("info@papas.example", "G.Papadopoulos@mail.example", "", None)),
        "city": st.sampled_from(PLACES),
        "mobile": st.sampled_from(NUMBERS),
        "phone": st.sampled_from(NUMBERS),
        "afm": st.sampled_from(("094259216", "123456783", None)),
        "postal_code": st.sampled_from(("54621", "10563", None)),
        "category": st.sampled_from(("retail", "Χονδρική", "garage", None)),
        "is_vip": st.sampled_from((0, 1, None)),
        "is_active": st.sampled_from((0, 1, None)),
        "unsubscribed": st.sampled_from((0, 1, None)),
        "revenue": st.sampled_from((0.0, 10.5, -3.0, 1e9)),
        "lead_score": st.integers(0, 3),
        "created_at": st.integers(1, 5),
        "updated_at": st.integers(1, 5),
        "last_contact_date": st.none() | st.integers(1, 3),
        "next_follow_up_date": st.none() | st.integers(1, 3),
    },
)
keys = st.sampled_from([f"cust_{number}" for number in range(8)])
tag_lists = st.lists(st.sampled_from(TAGS), unique=True)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, customers, tag_lists),
        st.tuples(st.just("remove"), keys),
        st.tuples(st.just("set"), keys, customers),
    ),
    max_size=8,
)
texts = st.sampled_from(
    ("", "π", "παπ", "papad", "γιω παπ", "8e", "thes", "xr", "χρ", "697", "6971234567", "2310 555", "54621", "942",
     "info@papas.example", "g.papad", "αθ", "ελαστικα αε", "***", "😀", '"(AND', "NEAR(a b)", "name : x", "παπ*", "0030 697")
) | st.text(max_size=8)  # fmt: skip
queries = st.builds(
    CustomerQuery,
    text=texts,
    category=st.sampled_from(("", "", "retail", "wholesale", "garage", "nobody's")),
    city=st.sampled_from(("", "", "αθηνα", "Αθήνα", "Nowhere")),
    tag_id=st.sampled_from(("", "", *TAGS)),
    vip=st.sampled_from((None, None, True, False)),
    has_email=st.sampled_from((None, None, True, False)),
    subscribed=st.sampled_from((None, None, True, False)),
    active=st.sampled_from((None, None, True, False)),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)


def apply(shop: SearchShop, edit: Any) -> None:
    kind, customer_id, *rest = edit
    if kind == "put":
        shop.put(customer_id, rest[0], rest[1])
    elif kind == "remove":
        shop.remove(customer_id)
    elif rest[0]:
        shop.set(customer_id, **rest[0])


@settings(deadline=None, max_examples=80)
@given(st.lists(edits, min_size=1, max_size=3), st.lists(queries, min_size=1, max_size=8))
def test_the_index_finds_what_plain_python_finds(rounds: list[Any], asked: list[CustomerQuery]) -> None:
    with search_shop() as shop:
        shop.put("other", {"company": "Παπαδόπουλος", "email": "info@papas.example"}, org=OTHER_ORG)
        for number, batch in enumerate(rounds):
            for edit in batch:
                apply(shop, edit)
            # Past the ledger and with old times: only a thorough look can find these.
            shop.refresh(thorough=number > 0)
            for query in asked:
                expected = shop.expected(query)
                assert shop.found(query) == expected
                assert count(shop.index, query) == len(expected)
                assert [one.id for one in first(shop.index, query, 3)] == expected[:3]


@pytest.mark.parametrize("crowded", [False, True])
def test_newcomers_find_their_place_in_the_alphabet(crowded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if crowded:
        # Room for two between neighbours, so that they must stand up again and again.
        monkeypatch.setattr(search_write, "GAP", 2)
        monkeypatch.setattr(search_write, "CROWD", 4)
    letters = "αβγδεζηθικλμνξοπρστυφχψω"
    with search_shop() as shop:
        for step in (7, 5, 3, 2, 1):
            for number in range(0, 24 * 24, step):
                name = letters[number // 24] + letters[number % 24]
                shop.put(f"cust_{number}", {"company": name, "updated_at": 1000 - step})
            shop.refresh(thorough=True)
            assert shop.found(CustomerQuery()) == shop.expected(CustomerQuery())
        assert index_rows(shop.index) == 24 * 24
        assert shop.found(CustomerQuery(text="αγ")) == ["cust_2"]


def test_recent_writes_are_found_by_ledger_and_time_alone() -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα", "updated_at": 100})
        shop.put("cust_2", {"company": "Βήτα", "updated_at": 100})
        assert shop.refresh().changed == 2
        assert shop.refresh().changed == 0
        shop.set("cust_1", company="Γάμα", updated_at=101)
        assert shop.refresh().changed == 1
        # Undo puts an old time back: the images in the ledger name the customer.
        shop.set("cust_1", company="Άλφα", updated_at=100)
        shop.crm.execute("INSERT INTO kk_changes (id, label, applied_at) VALUES ('c', '{}', 1)")
        shop.crm.execute("INSERT INTO kk_undo (change_id, seq, tbl, row_id) VALUES ('c', 0, 'customers', 'cust_1')")
        assert shop.refresh().changed == 1
        # So do the images of a tag's assignment; and what merely came or went shows in the numbers.
        shop.crm.execute(
            "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES ('t', 'cust_2', 'tag_a', 1)"
        )
        assert shop.refresh().changed == 1
        assert shop.found(CustomerQuery(tag_id="tag_a")) == ["cust_2"]
        shop.remove("cust_2")
        assert shop.refresh().changed == 1
        assert shop.found(CustomerQuery()) == ["cust_1"]


def test_a_silent_change_is_found_by_a_thorough_look() -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα"})
        shop.refresh()
        shop.set("cust_1", unsubscribed=1)
        assert shop.refresh(thorough=True).changed == 1
        assert shop.found(CustomerQuery(subscribed=False)) == ["cust_1"]


def test_an_index_of_other_rules_or_another_organisation_is_made_anew() -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα"})
        shop.put("cust_2", {"company": "Βήτα"}, org=OTHER_ORG)
        shop.refresh()
        shop.index.execute("UPDATE meta SET value = -1 WHERE key = 'rules'")
        shop.index.close()
        shop.index = open_index(shop.path, shop.source, ORG)
        assert index_rows(shop.index) == 0
        shop.refresh()
        assert shop.found(CustomerQuery()) == ["cust_1"]
        shop.index.close()
        shop.index = open_index(shop.path, shop.source, OTHER_ORG)
        bring_up_to_date(shop.index, OTHER_ORG)
        assert shop.found(CustomerQuery()) == ["cust_2"]


def test_few_are_left_to_a_process_when_there_are_too_many() -> None:
    with search_shop() as shop:
        for number in range(5):
            shop.put(f"cust_{number}", {"company": "Άλφα"})
        outcome = bring_up_to_date(shop.index, ORG, limit=4)
        assert (outcome.changed, outcome.left) == (0, 5)
        assert index_rows(shop.index) == 0


def test_the_process_goes_on_where_a_killed_one_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_build, "CHUNK", 10)
    with search_shop() as shop:
        for number in range(100):
            shop.put(f"cust_{number:03}", {"company": f"Πελάτης {number:03}", "updated_at": 5})

        def stop(done: int, _total: int) -> None:
            if done >= 50:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bring_up_to_date(shop.index, ORG, step=stop)
        assert shop.found(CustomerQuery()) == [f"cust_{number:03}" for number in range(50)]
        command = [sys.executable, "-m", "kkdesk.store.search_build", str(shop.path), str(shop.source), ORG]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "50 50"
        assert shop.found(CustomerQuery()) == [f"cust_{number:03}" for number in range(100)]


def test_the_process_says_that_a_damaged_index_is_unfit() -> None:
    with search_shop() as shop:
        other = shop.path.with_name("other.db")
        other.write_bytes(os.urandom(20_000))
        command = [sys.executable, "-m", "kkdesk.store.search_build", str(other), str(shop.source), ORG]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == search_build.EXIT_UNFIT


def test_two_processes_may_write_the_same_customers() -> None:
    with search_shop() as shop:
        for number in range(30):
            shop.put(f"cust_{number:02}", {"company": f"Πελάτης {number}", "updated_at": 7})
        second = open_index(shop.path, shop.source, ORG)
        try:
            assert shop.refresh().changed == 30
            assert bring_up_to_date(second, ORG).changed == 0
            shop.set("cust_01", company="Άλλος", updated_at=8)
            assert bring_up_to_date(second, ORG).changed == 1
            assert shop.refresh().changed == 0
        finally:
            second.close()
        assert shop.found(CustomerQuery(text="αλλος")) == ["cust_01"]


def test_odd_values_hinder_nobody() -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα", "revenue": "πολλά", "notes": b"\xff\xfe", "mobile": "9" * 5000})
        shop.put("cust_2", {"company": "\x00\x1f😀 ﬁ", "revenue": float("inf"), "city": "x" * 10_000})
        shop.crm.execute("UPDATE customers SET last_name = CAST(x'ceff' AS TEXT), is_vip = 'ναι' WHERE id = 'cust_1'")
        shop.refresh()
        assert shop.found(CustomerQuery(text="αλφα")) == ["cust_1"]
        assert set(shop.found(CustomerQuery(sort="revenue"))) == {"cust_1", "cust_2"}
        assert shop.found(CustomerQuery(text="x" * 10_000)) == ["cust_2"]
        shop.remove("cust_1")
        shop.remove("cust_2")
        assert shop.refresh().changed == 2
        assert shop.found(CustomerQuery(text="αλφα")) == []


def test_names_that_begin_so_come_before_names_that_hold_the_word() -> None:
    with search_shop() as shop:
        shop.put("a", {"company": "Ελαστικά Παπάς"})
        shop.put("b", {"last_name": "Παπάς", "first_name": "Νίκος"})
        shop.put("c", {"last_name": "Ωμέγα", "email": "papas@mail.example"})
        shop.refresh()
        assert named(shop.index, "παπ", 5) == ["b", "a"]
        assert named(shop.index, "papas", 5) == ["a", "b"]
        assert named(shop.index, "…", 5) == []
        assert shop.found(CustomerQuery(text="papas")) == ["a", "b", "c"]


def test_every_order_has_its_column() -> None:
    assert set(SORTS) == {"name", *SORT_COLUMNS}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_a_whole_list_is_read_in_its_order_without_sorting(sort: str, descending: bool) -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα"})
        shop.refresh()
        statements: list[str] = []
        shop.index.set_trace_callback(statements.append)
        docs(shop.index, CustomerQuery(sort=sort, descending=descending, vip=False))
        shop.index.set_trace_callback(None)
        plan = " ".join(str(row[3]) for row in shop.index.execute(f"EXPLAIN QUERY PLAN {statements[-1]}"))
        assert "TEMP B-TREE" not in plan


def test_the_number_of_a_customer_is_known_until_the_name_changes() -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα", "updated_at": 1})
        shop.put("cust_2", {"company": "Βήτα", "updated_at": 1})
        shop.refresh()
        before = doc_of(shop.index, "cust_1")
        shop.set("cust_1", city="Πάτρα", updated_at=2)
        shop.refresh()
        assert doc_of(shop.index, "cust_1") == before
        shop.set("cust_1", company="Ωμέγα", updated_at=3)
        shop.refresh()
        assert doc_of(shop.index, "cust_1") not in {before, None}
        assert doc_of(shop.index, "nobody") is None


def test_a_missing_source_is_an_error_and_makes_no_file() -> None:
    with search_shop() as shop:
        missing = shop.source.with_name("missing.db")
        with pytest.raises(sqlite3.OperationalError):
            open_index(shop.path, missing, ORG)
        assert not missing.exists()
