"""Who may be the same customer, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.customer import Customer
from kkdesk.workspace import Workspace
from tests.services.indexed_sample import in_workspace

THERE = Customer(
    company="Ζβζ Ελαστικά Α.Ε.", city="Κάρπαθος", email="Info@Zvz.example", email_secondary="second@zvz.example",
    mobile="+30 690 000 0001", phone="22450 12345", afm="094259216",
)  # fmt: skip
PERSON = Customer(first_name="Ζήνων", last_name="Ζβζόπουλος", city="Κάρπαθος")


@pytest.mark.parametrize(
    ("draft", "kinds"),
    [
        (Customer(company="Άλλη", afm="EL 094 259216"), ["afm"]),
        (Customer(company="Άλλη", email="<info@zvz.EXAMPLE>"), ["email"]),
        (Customer(company="Άλλη", email="second@zvz.example"), ["email"]),
        (Customer(company="Άλλη", phone="690 0000001"), ["phone"]),
        (Customer(company="Άλλη", phone_secondary="0030 2245012345"), ["phone"]),
        (Customer(company="ΖΒΖ ΕΛΑΣΤΙΚΑ"), ["name"]),
        (Customer(company="zvz elastika ae", city="Αλλού"), ["name"]),
        (Customer(company="Ελαστικά Ζβζ ΑΕ", afm="094259216", email="info@zvz.example"), ["afm", "email", "name"]),
        (Customer(first_name="ΖΗΝΩΝ", last_name="ΖΒΖΟΠΟΥΛΟΣ"), ["name"]),
        (Customer(first_name="Zvzopoulos", last_name="Zinon", city="ΚΑΡΠΑΘΟΣ"), ["name"]),
    ],
)
def test_somebody_who_is_there_already(tmp_path: Path, draft: Customer, kinds: list[str]) -> None:
    async def body(workspace: Workspace) -> None:
        for customer in (THERE, PERSON):
            await workspace.customers.create(customer)
        (candidate,) = await workspace.duplicates.candidates(draft)
        assert [reason.kind for reason in candidate.reasons] == kinds
        assert all(reason.label.el and reason.label.en and reason.value for reason in candidate.reasons)

    in_workspace(tmp_path, body)


@pytest.mark.parametrize(
    "draft",
    [
        Customer(),
        Customer(company="Ζβζ"),
        Customer(company="Άλλη", afm="094259217", email="inf@zvz.example", mobile="6900000002"),
        Customer(company="Άλλη", email="info@zvz.example.gr", phone="12345"),
        Customer(first_name="Ζήνων", last_name="Ζβζόπουλος", city="Ρόδος"),
        Customer(first_name="Ζήνων"),
        Customer(company='"', email="@", mobile="+", afm="*"),
    ],
)
def test_somebody_else(tmp_path: Path, draft: Customer) -> None:
    async def body(workspace: Workspace) -> None:
        for customer in (THERE, PERSON):
            await workspace.customers.create(customer)
        assert await workspace.duplicates.candidates(draft) == []

    in_workspace(tmp_path, body)


def test_nobody_is_a_duplicate_of_themselves_and_the_surest_comes_first(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        first = await workspace.customers.create(THERE)
        other = await workspace.customers.create(Customer(company="Άλλη Ζβζ", mobile="6900000001"))
        seen = await workspace.customers.get(first.ids[0])
        assert [one.customer.id for one in await workspace.duplicates.candidates(seen)] == list(other.ids)
        draft = Customer(company="Νέα", mobile="6900000001", afm="094259216")
        found = await workspace.duplicates.candidates(draft)
        assert [one.customer.id for one in found] == [*first.ids, *other.ids]
        assert len(await workspace.duplicates.candidates(draft, limit=1)) == 1

    in_workspace(tmp_path, body)


def test_another_organisation_is_not_looked_at(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        rows = await workspace.db.query(
            "SELECT email FROM customers WHERE org_id <> 'org_kktires' AND email LIKE '%@%' AND email NOT IN "
            "(SELECT email FROM customers WHERE org_id = 'org_kktires' AND email IS NOT NULL) LIMIT 1"
        )
        assert await workspace.duplicates.candidates(Customer(company="x", email=str(rows[0]["email"]))) == []

    in_workspace(tmp_path, body)
