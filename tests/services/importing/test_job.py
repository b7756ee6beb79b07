"""Whole imports: what is created, tagged and told; one change, undone as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.row import as_int
from kkdesk.services.importing.report import ImportReport, Progress
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, afm, csv_file, in_shop, xlsx_file

TITLES = ["Επωνυμία", "Όνομα", "Επώνυμο", "ΑΦΜ", "e-mail", "Κινητό", "Πόλη", "Ετικέτες"]


def thousand() -> list[list[Any]]:
    """A thousand customers as an accounting program lists them."""
    towns = ("Βόλος", "Λάρισα", "Αθήνα", "Θεσσαλονίκη", "Πάτρα")
    rows: list[list[Any]] = []
    for at in range(1000):
        company = at % 3 == 0
        rows.append(
            [
                f"Ελαστικά {at} ΑΕ" if company else None,
                None if company else ("Γιώργος", "Μαρία", "Νίκος")[at % 5 % 3],
                None if company else ("Βλάχος", "Ρήγα", "Παππάς")[at % 7 % 3],
                int(afm(10_000_000 + at)) if company else None,
                f"pelatis{at}@example{at % 20}.gr",
                6_970_000_000 + at,
                towns[at % 5],
                "Χειμερινά" if at % 10 == 0 else None,
            ]
        )
    return rows


def test_a_workbook_of_a_thousand_rows(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = xlsx_file(tmp_path, [["ΠΕΛΑΤΟΛΟΓΙΟ 2026"], [], TITLES, *thousand()], merged=["A1:H1"])
        report = await shop.bring(path)
        assert report.counts.rows == report.counts.created == 1000
        assert report.problems == ()
        assert report.new_tags == ("Χειμερινά",)
        assert await shop.value("SELECT count(*) FROM customers WHERE first_name = ''") == 334
        assert await shop.value("SELECT count(*) FROM customer_tags") == 100
        assert await shop.value("SELECT count(*) FROM customers WHERE id GLOB 'cust_*' AND length(id) = 26") == 1000
        row = (await shop.db.query("SELECT * FROM customers WHERE email = 'pelatis3@example3.gr'"))[0]
        assert row["company"] == "Ελαστικά 3 ΑΕ"
        assert row["first_name"] == ""
        assert row["mobile"] == "+306970000003"
        assert row["afm"] == afm(10_000_003)
        assert row["country"] == "Ελλάδα"
        assert row["category"] == "wholesale"
        assert row["lead_source"] == "import"
        assert (row["is_active"], row["unsubscribed"]) == (1, 0)
        assert (row["created_at"], row["created_by"]) == (NOW, shop.actor.user_id)

    in_shop(tmp_path, body)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = xlsx_file(tmp_path, [TITLES, *thousand()])
        await shop.bring(path)
        before = await shop.customers()
        again = await shop.bring(path)
        assert (again.counts.created, again.counts.skipped, again.change_id) == (0, 1000, "")
        updating = await shop.bring(path, on_match="update")
        assert (updating.counts.updated, updating.counts.unchanged, updating.change_id) == (0, 1000, "")
        assert await shop.customers() == before

    in_shop(tmp_path, body)


def test_an_import_is_one_change_and_can_be_undone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        report = await shop.bring(xlsx_file(tmp_path, [TITLES, *thousand()]))
        (change,) = await shop.history.recent()
        assert change.id == report.change_id
        assert change.label.el == "Εισαγωγή pelates.xlsx (1.000 πελάτες)"
        assert change.label.en == "Import of pelates.xlsx (1,000 customers)"
        assert change.rows == 1000
        edited = (await shop.customers())[5]["id"]
        await shop.write("UPDATE customers SET city = 'Χίος', updated_at = ? WHERE id = ?", NOW + 5, edited)
        undone = await shop.history.undo(change.id)
        # Somebody has worked on one since: that one stays.
        assert [row["id"] for row in await shop.customers()] == [edited]
        assert await shop.value("SELECT count(*) FROM customer_tags") == 0
        assert await shop.value("SELECT count(*) FROM tags") == 0
        await shop.history.undo(undone.change_id)
        assert await shop.value("SELECT count(*) FROM customers") == 1000
        assert await shop.value("SELECT count(*) FROM customer_tags") == 100

    in_shop(tmp_path, body)


def test_a_dry_run_says_it_all_and_writes_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [["Επωνυμία", "ΑΦΜ", "Ετικέτες"], ["ΑΒΓ", VALID_AFMS[0], "VIP"], ["Δ", "1", ""]])
        dry = await shop.bring(path, dry_run=True)
        assert (dry.counts.created, dry.counts.refused, dry.new_tags) == (1, 1, ("VIP",))
        assert dry.dry_run
        assert dry.change_id == ""
        assert dry.refused_file is not None
        assert await shop.customers() == []
        assert await shop.value("SELECT count(*) FROM kk_changes WHERE undo_until IS NOT NULL") == 0
        real = await shop.bring(path)
        assert real.counts == dry.counts

    in_shop(tmp_path, body)


def test_tags_old_and_new_and_for_all(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        customer = await shop.add(company="ΑΒΓ", email="a@b.gr")
        org = shop.actor.org_id
        await shop.write("INSERT INTO tags (id, org_id, name, created_at) VALUES ('t1', ?, 'Χειμερινά', 1)", org)
        await shop.write(
            "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES ('c1', ?, 't1', 1)", customer
        )
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "e-mail", "Ετικέτες"],
                ["ΑΒΓ", "a@b.gr", "ΧΕΙΜΕΡΙΝΑ, νεα"],
                ["Δ", "d@d.gr", "Νέα"],
                ["Ε", "", ""],
            ],
        )
        report = await shop.bring(path, on_match="fill", tags=("Έκθεση 2026",))
        assert report.new_tags == ("Νέα", "Έκθεση 2026")
        assert await shop.tags() == {
            "ΑΒΓ": {"Χειμερινά", "Νέα", "Έκθεση 2026"}, "Δ": {"Νέα", "Έκθεση 2026"}, "Ε": {"Έκθεση 2026"},
        }  # fmt: skip
        assert await shop.value("SELECT count(*) FROM customer_tags") == 6
        assert (await shop.bring(path, on_match="fill", tags=("Έκθεση 2026",))).counts.unchanged == 3

    in_shop(tmp_path, body)


def test_a_list_of_addresses_alone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        report = await shop.bring(csv_file(tmp_path, [["email"], ["a@b.gr"], ["c@d.gr"]]))
        assert report.counts.created == 2
        assert [row["first_name"] for row in await shop.customers()] == ["", ""]

    in_shop(tmp_path, body)


def test_progress_is_told(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.bring(xlsx_file(tmp_path, [TITLES, *thousand()]))
        said = [one for one in shop.heard if isinstance(one, Progress)]
        assert said[0].stage == "reading"
        assert said[0].total == 1000
        assert said[-1].stage == "writing"
        prepared = [one for one in shop.heard if isinstance(one, ImportReport)]
        assert [as_int(one.counts.created) for one in prepared] == [1000]

    in_shop(tmp_path, body)


def test_a_write_that_is_stopped_half_way_leaves_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = xlsx_file(tmp_path, [TITLES, *thousand()])

        def stop(said: Progress | ImportReport) -> None:
            if isinstance(said, Progress) and said.stage == "writing":
                raise BrokenPipeError

        shop.heard = _Hearing(stop)
        with pytest.raises(BrokenPipeError):
            await shop.bring(path)
        assert await shop.customers() == []
        assert await shop.value("SELECT count(*) FROM tags") == 0
        assert await shop.value("SELECT count(*) FROM kk_undo") == 0

    in_shop(tmp_path, body)


class _Hearing(list[Any]):
    def __init__(self, hear: Callable[[Any], None]) -> None:
        super().__init__()
        self._hear = hear

    def append(self, said: Any) -> None:
        self._hear(said)
