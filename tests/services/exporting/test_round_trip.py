"""What is exported comes back the same; nothing in it is a formula; the file is there whole or not at all."""

from __future__ import annotations

import asyncio
import csv
import multiprocessing
import os
import signal
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kkdesk.model.customer_fields import FIELDS
from kkdesk.model.errors import Cancelled, DiskFull, InvalidInput
from kkdesk.model.row import SqlValue
from kkdesk.services.child_process import ChildEnded, in_child
from kkdesk.services.exporting import service, writers
from kkdesk.services.exporting.columns import COLUMNS, chosen_columns
from kkdesk.services.exporting.job import ExportJob, ExportProgress, run_export
from kkdesk.services.exporting.service import Exporting
from kkdesk.services.importing.fields import TAKEN_COLUMNS
from kkdesk.store.place import LocalPlace
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, in_shop

# Blanks around texts and control characters are no part of what a form keeps, either.
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
SHARP = st.sampled_from(["=1+1", "+306971234567", "-5", "@SUM(A1)", "'=x", "''", "'90s", "#N/A", "—", "1.234", "007", "Ναι", "αβγ;δ", '"α"', "1/2", "TRUE"])  # fmt: skip
TEXT = (LINE | SHARP).map(str.strip)
LINES = (st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x0b\x0c\x7f\x85"), max_size=30) | SHARP).map(
    lambda text: "".join(letter for letter in text if letter in "\t\r\n" or ord(letter) >= 32).strip()
)  # fmt: skip
AMOUNTS = st.floats(-1e12, 1e12).map(lambda value: value + 0.0)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "lines": LINES,
    "email": st.sampled_from(["a@b.gr", "Info@Abg.gr", "x.y+z@παράδειγμα.ελ", ""]),
    "phone": st.sampled_from(["+306971234567", "+302101234567", "+302421012345", "+4930123456", "ζητήστε", "123", ""]),
    "url": st.sampled_from(["https://abg.gr", "http://www.abg.gr/α?β=1", ""]),
    "afm": st.sampled_from(["", *VALID_AFMS]),
    "postal": st.sampled_from(["38221", "10431", ""]),
    "money": AMOUNTS,
    "number": st.integers(0, 100),
    "flag": st.integers(0, 1),
    "day": st.dates(max_value=date(2026, 9, 1)).map(lambda day: day.isoformat()) | st.just(""),
    "moment": st.integers(0, NOW) | st.none(),
}  # fmt: skip
RANGES = {
    "latitude": st.floats(-90, 90),
    "longitude": st.floats(-180, 180),
    "credit_limit": st.floats(0, 1e12) | st.none(),
    "next_follow_up_date": st.integers(0, 2 * NOW) | st.none(),
    "created_at": st.integers(0, NOW),
    "updated_at": st.just(NOW),
    "country": TEXT.filter(bool),
    "currency": TEXT.filter(bool),
    "company": TEXT.filter(bool),
}


def strategy(field: Any) -> st.SearchStrategy[Any]:
    if field.name in RANGES:
        return RANGES[field.name]
    if field.kind == "choice":
        return st.sampled_from(sorted(field.choices or {}))
    return VALUES[field.kind]


CUSTOMERS = st.fixed_dictionaries({field.name: strategy(field) for field in FIELDS})
TAGS = st.lists(TEXT.filter(bool), unique_by=str.casefold, max_size=3)


def exporting(shop: Shop) -> Exporting:
    return Exporting(shop.actor, place=shop.db.place)


async def write(shop: Shop, target: Path, language: str = "el") -> None:
    """Export everybody, in this very process."""
    job = ExportJob(shop.actor.org_id, target, target.suffix, COLUMNS, None, language)
    await run_export(shop.db, job, lambda _progress: None)


async def read_back(shop: Shop, path: Path, folder: Path) -> list[dict[str, SqlValue]]:
    """Import the file into an empty profile; its customers by the order of the file."""
    found: list[dict[str, SqlValue]] = []

    async def body(other: Shop) -> None:
        report = await other.bring(path, match=(), on_match="create")
        assert report.counts.refused == 0, report.problems
        tags = await other.tags()
        for row in await other.db.query("SELECT * FROM customers ORDER BY id"):
            values = {name: row[name] for name in (*TAKEN_COLUMNS, "first_name")}
            found.append({**values, "tags": ", ".join(sorted(tags.get(str(row["company"]), ())))})

    await asyncio.to_thread(in_shop, folder, body)
    return found


def wanted(customer: dict[str, Any], tags: list[str]) -> dict[str, SqlValue]:
    values = {name: (None if value == "" else value) for name, value in customer.items() if name in TAKEN_COLUMNS}
    return {**values, "first_name": customer["first_name"], "tags": ", ".join(sorted(tags))}


async def put(shop: Shop, at: int, customer: dict[str, Any], tags: list[str]) -> None:
    """Put a customer into the database as it is."""
    customer_id = await shop.add(**{**customer, "id": f"cust_{at:021}"})
    for place, tag in enumerate(tags):
        key = f"tag_{at}_{place}"
        await shop.write(
            "INSERT INTO tags (id, org_id, name, created_at) VALUES (?, ?, ?, 1)", key, shop.actor.org_id, tag
        )
        sql = "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES (?, ?, ?, 1)"
        await shop.write(sql, "ct_" + key, customer_id, key)


def by_company(rows: list[dict[str, SqlValue]]) -> list[dict[str, SqlValue]]:
    return sorted(rows, key=lambda row: str(row["company"]))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    drawn=st.lists(st.tuples(CUSTOMERS, TAGS), min_size=1, max_size=3, unique_by=lambda pair: pair[0]["company"]),
    ending=st.sampled_from([".csv", ".xlsx"]),
    language=st.sampled_from(["el", "en"]),
)
def test_whatever_is_exported_comes_back(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Any], ending: str, language: str
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    (folder / "other").mkdir()
    customers = []
    for at, (customer, tags) in enumerate(drawn):
        # Whoever shares an address with somebody who has opted out is opted out, and tags that differ in their accents
        # only are one tag: those are other tests.
        email = customer["email"] and f"{at}{customer['email']}"
        customers.append((customer | {"email": email}, [f"{tag} {at}{place}" for place, tag in enumerate(tags)]))

    async def body(shop: Shop) -> None:
        for at, (customer, tags) in enumerate(customers):
            await put(shop, at, customer, tags)
        target = folder / f"export{ending}"
        await write(shop, target, language)
        back = await read_back(shop, target, folder / "other")
        assert by_company(back) == by_company([wanted(customer, tags) for customer, tags in customers])
        # And into the same profile it changes nothing at all.
        again = await shop.bring(target, on_match="update", match=())
        assert again.counts.unchanged == again.counts.rows == len(customers)

    in_shop(folder, body)


INJECTED = {
    "company": "=cmd|' /C calc'!A0",
    "city": "@SUM(1+1)*cmd|' /C calc'!A0",
    "street": "+1-1",
    "notes": "\t=1+1\n-2",
    "title": "-",
    "phone": "+49301234567",
    "mobile": "+306971234567",
    "fax": "=fax",
}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_is_a_formula(tmp_path: Path, ending: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(**INJECTED)
        target = tmp_path / f"export{ending}"
        await write(shop, target)
        if ending == ".csv":
            with target.open(encoding="utf-8-sig", newline="") as file:
                cells: list[Any] = [cell for row in csv.reader(file, delimiter=";") for cell in row]
        else:
            sheet = openpyxl.load_workbook(target).active
            assert sheet is not None
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
            cells = [cell.value for row in sheet.iter_rows() for cell in row]
        texts = [cell for cell in cells if isinstance(cell, str)]
        assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert {"697 123 4567", "00 49301234567"} <= set(texts)
        (tmp_path / "other").mkdir()
        (back,) = await read_back(shop, target, tmp_path / "other")
        assert {name: back[name] for name in INJECTED} == INJECTED

    in_shop(tmp_path, body)


def test_a_workbook_has_numbers_and_days(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", revenue=1234.5, birthday="1980-05-03", last_contact_date=1_762_171_500, is_vip=1)
        target = tmp_path / "export.xlsx"
        await write(shop, target)
        sheet = openpyxl.load_workbook(target).active
        assert sheet is not None
        titles, values = (list(row) for row in sheet.iter_rows(values_only=True))
        found = dict(zip(titles, values, strict=True))
        assert found["Τζίρος"] == 1234.5
        assert found["Γενέθλια"] == datetime(1980, 5, 3)
        assert found["Τελευταία επαφή"] == datetime(2025, 11, 3, 14, 5)
        assert found["VIP"] == "Ναι"
        assert sheet.freeze_panes == "A2"

    in_shop(tmp_path, body)


def test_titles_and_values_in_english(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ABC", category="fleet", revenue=1234.5)
        await exporting(shop).export(tmp_path / "a.csv", columns=["Company", "category", "Τζίρος"], language="en")
        text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
        assert text == "Company,Category,Revenue\nABC,Fleet,1234.5\n"

    in_shop(tmp_path, body)


def test_chosen_customers_in_the_order_wanted(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = [await shop.add(company=name) for name in ("Α", "Β", "Γ")]
        heard: list[ExportProgress] = []
        report = await exporting(shop).export(
            tmp_path / "a.csv", columns=["company"], ids=[ids[2], "cust_gone", ids[0]], heard=heard.append
        )
        assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").split() == ["Επωνυμία", "Γ", "Α"]
        assert (report.rows, report.path) == (2, tmp_path / "a.csv")
        assert heard

    in_shop(tmp_path, body)


def test_nobody_of_another_organisation(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        sql = "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o2', 'Άλλη', 'o2', 1, 1)"
        await shop.write(sql)
        theirs = await shop.add(company="Ξένη", org_id="o2")
        await shop.add(company="Δική μας")
        for ids in (None, [theirs]):
            await exporting(shop).export(tmp_path / "a.csv", columns=["company"], ids=ids)
            assert "Ξένη" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")

    in_shop(tmp_path, body)


def test_columns_that_there_are_not() -> None:
    with pytest.raises(InvalidInput, match="no column"):
        chosen_columns(["company", "χρώμα"])
    with pytest.raises(InvalidInput):
        chosen_columns([])
    assert [column.key for column in chosen_columns(["ΕΠΩΝΥΜΙΑ", "company", "tags"])] == ["company", "tags"]


def test_endings_and_folders_that_cannot_be_written(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        with pytest.raises(InvalidInput, match=r"\.pdf"):
            await exporting(shop).export(tmp_path / "a.pdf")
        with pytest.raises(InvalidInput, match="No files can be written"):
            await exporting(shop).export(tmp_path / "nowhere" / "a.csv")
        (tmp_path / "a.csv").mkdir()
        with pytest.raises(InvalidInput, match="cannot be replaced"):
            await exporting(shop).export(tmp_path / "a.csv")
        assert not list(tmp_path.glob(".*"))

    in_shop(tmp_path, body)


def test_a_text_too_long_for_excel_is_told(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", notes="ω" * 40_000)
        report = await exporting(shop).export(tmp_path / "a.xlsx")
        assert report.cut == 1
        assert (await exporting(shop).export(tmp_path / "a.csv")).cut == 0

    in_shop(tmp_path, body)


def test_more_customers_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "MAX_EXCEL_ROWS", 3)

    async def body(shop: Shop) -> None:
        for at in range(3):
            await shop.add(company=f"Ε {at}")
        with pytest.raises(InvalidInput, match="1,048,575"):
            await write(shop, tmp_path / "a.xlsx")

    in_shop(tmp_path, body)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_an_export_that_is_ended_leaves_the_old_file(tmp_path: Path, how: str) -> None:
    async def body(shop: Shop) -> None:
        ids = [await shop.add(company=f"Ε {at}") for at in range(3)]
        target = tmp_path / "a.xlsx"
        target.write_text("παλιό", encoding="utf-8")
        stop = asyncio.Event()

        def end(_progress: ExportProgress) -> None:
            if how == "stop":
                stop.set()
            else:
                (child,) = multiprocessing.active_children()
                os.kill(child.pid or 0, signal.SIGKILL)

        with pytest.raises(Cancelled if how == "stop" else ChildEnded):
            await exporting(shop).export(target, ids=ids * 5000, heard=end, stop=stop)
        assert target.read_text(encoding="utf-8") == "παλιό"
        assert not list(tmp_path.glob(".*"))

    in_shop(tmp_path, body)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_full_disk(tmp_path: Path, ending: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ")
        full = tmp_path / "full"
        full.symlink_to("/dev/full")
        job = ExportJob(shop.actor.org_id, full, ending, COLUMNS, None, "el")
        with pytest.raises(DiskFull):
            await in_child(service._export, LocalPlace(tmp_path / "crm.db"), job)

    in_shop(tmp_path, body)
