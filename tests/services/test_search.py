"""The global search: what is found, in which order, and what the result says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kkdesk.model.customer import Customer
from kkdesk.services.search import FIELDS
from kkdesk.workspace import Workspace
from tests.services.indexed_sample import in_workspace

ZENON = Customer(
    first_name="Ζήνων", last_name="Ζβζόπουλος", city="Κάρπαθος", email="zenon@thebes.example", mobile="690 000 0001",
    afm="094259216", postal_code="85700",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "field", "met"),
    [
        ("ζβζοπ", "last_name", ["Ζβζόπ"]),
        ("zvzop", "last_name", ["Ζβζόπουλος"]),
        ("ζηνων ζβζ", "first_name", ["Ζήνων"]),
        ("καρπαθος ζηνων", "first_name", ["Ζήνων"]),
        ("zenon@thebes", "email", ["zenon", "thebes"]),
        ("0000001", "mobile", ["000 0001"]),
        ("+30 690 000 00 01", "mobile", ["690 000 0001"]),
        ("094259216", "afm", ["094259216"]),
        ("85700 καρπ", "city", ["Κάρπ"]),
    ],
)
def test_a_result_says_what_was_met(tmp_path: Path, text: str, field: str, met: list[str]) -> None:
    async def body(workspace: Workspace) -> None:
        made = await workspace.customers.create(ZENON)
        (match,) = [one for one in await workspace.search.find(text) if one.customer_id == made.ids[0]]
        assert match.title == "Ζβζόπουλος Ζήνων"
        assert (match.field, [match.value[start:end] for start, end in match.ranges]) == (field, met)
        assert "Κάρπαθος" in match.subtitle
        if field in {"email", "mobile", "afm"}:
            assert match.value in match.subtitle

    in_workspace(tmp_path, body)


def test_names_come_before_other_fields_and_numbers_by_their_beginning(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        inside = await workspace.customers.create(Customer(company="Άα", afm="012345678", mobile="6911777775"))
        begins = await workspace.customers.create(Customer(company="Ωω", mobile="7777751234"))
        found = [match.customer_id for match in await workspace.search.find("777775")]
        assert found == [*begins.ids, *inside.ids]
        by_mail = await workspace.customers.create(Customer(company="Αάα", email="zvzop@mail.example"))
        by_name = await workspace.customers.create(ZENON)
        assert [match.customer_id for match in await workspace.search.find("zvzop")] == [*by_name.ids, *by_mail.ids]

    in_workspace(tmp_path, body)


def test_as_many_as_were_asked_for(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        for limit in (1, 5, 30):
            assert len(await workspace.search.find("α", limit)) == limit
        assert await workspace.search.find("  ") == []
        assert await workspace.search.find("😀") == []

    in_workspace(tmp_path, body)


def test_no_text_is_an_error(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        for text in ('"', "'", "*", "AND", "NEAR(", "a OR", "name:", "^α", "-α", "{α}", "\x00", "α\x00β", "\ud83d", "α" * 10_000,
                     "α " * 5_000, "9" * 10_000, "%_", "\u202e", "🦊 παπ"):  # fmt: skip
            for match in await workspace.search.find(text):
                assert match.field in FIELDS

    in_workspace(tmp_path, body)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=12), min_size=5, max_size=15))
def test_random_texts_are_answered(tmp_path: Path, texts: list[str]) -> None:
    async def body(workspace: Workspace) -> None:
        for text in texts:
            assert len(await workspace.search.find(text, 3)) <= 3

    in_workspace(tmp_path, body)
