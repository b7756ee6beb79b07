"""Rows that do not pass: which, why, and how they come back; and rows that only look like customers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput
from kkdesk.services.importing import problems
from kkdesk.services.importing.problems import Outcome
from kkdesk.services.importing.report import ImportReport
from tests.services.importing.shop import VALID_AFMS, Shop, csv_file, in_shop


def refusals(report: ImportReport, outcome: Outcome = "refused") -> dict[int, str]:
    return {problem.row: problem.column for problem in report.problems if problem.outcome == outcome}


def test_refused_rows_come_out_and_go_in_again_once_corrected(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "e-mail", "Σημειώσεις"],
                ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", ""],
                ["Δέλτα", "123456789", "", "=1+1"],
                ["Ζήτα", "", "όχι", "β;γ"],
                ["", VALID_AFMS[1], "x@y.gr", ""],
                ["", "", "", ""],
            ],
        )
        report = await shop.bring(path)
        assert (report.counts.rows, report.counts.created, report.counts.refused) == (4, 1, 3)
        assert refusals(report) == {3: "ΑΦΜ", 4: "e-mail", 5: ""}
        assert report.refused_file is not None
        with report.refused_file.open(encoding="utf-8-sig", newline="") as file:
            titles, *rows = list(csv.reader(file, delimiter=";"))
        assert titles == ["Επωνυμία", "ΑΦΜ", "e-mail", "Σημειώσεις", "Γραμμή αρχείου", "Γιατί δεν εισήχθη"]
        assert [row[4] for row in rows] == ["3", "4", "5"]
        assert rows[0][3] == "'=1+1"
        assert "ψηφίο ελέγχου" in rows[0][5]
        rows[0][1], rows[1][2], rows[2][0] = VALID_AFMS[2], "z@z.gr", "Ήτα"
        again = await shop.bring(csv_file(tmp_path, [titles, *rows], name="corrected.csv"))
        assert (again.counts.created, again.counts.refused) == (3, 0)
        assert dict(again.columns)["Γιατί δεν εισήχθη"] is None
        assert await shop.value("SELECT notes FROM customers WHERE company = 'Δέλτα'") == "=1+1"

    in_shop(tmp_path, body)


def test_a_file_that_loses_nobody_makes_no_list(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        report = await shop.bring(csv_file(tmp_path, [["Επωνυμία"], ["ΑΒΓ"]]))
        assert report.refused_file is None
        assert not (tmp_path / "refused.csv").exists()

    in_shop(tmp_path, body)


def test_rows_that_are_no_customers(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path, [["Επωνυμία", "Πόλη", "Τζίρος"], ["ΑΒΓ", "Βόλος", "5"], ["", " ", "-"], ["ΣΥΝΟΛΟ:", "", "5"]]
        )
        report = await shop.bring(path)
        assert (report.counts.rows, report.counts.created, report.problems) == (1, 1, ())

    in_shop(tmp_path, body)


def test_a_row_that_swallowed_its_neighbours_is_refused(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = tmp_path / "a.csv"
        path.write_text(
            'Επωνυμία;Πόλη;e-mail\nΑΒΓ;Βόλος;a@b.gr\n"Δέλτα;Χίος;\nΖήτα;Σάμος;z@z.gr\n"Ήτα";Ρόδος;\n', encoding="utf-8"
        )
        report = await shop.bring(path)
        assert problems.UNBALANCED_QUOTES in [group.what for group in report.groups]
        assert report.counts.created == 1

    in_shop(tmp_path, body)


def test_more_cells_than_titles_are_pointed_out(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [["Επωνυμία", "Πόλη"], *[["ΑΒΓ", "Βόλος"]] * 400, ["Δέλτα", "Χίος", "έξτρα"]])
        report = await shop.bring(path, on_match="create")
        assert [(one.row, one.what) for one in report.problems if one.what == problems.TOO_MANY_CELLS] == [
            (402, problems.TOO_MANY_CELLS)
        ]

    in_shop(tmp_path, body)


def test_nothing_recognised_is_explained(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [["Χρώμα", "Μέγεθος"], ["μπλε", "μεγάλο"]])
        with pytest.raises(InvalidInput, match="No column"):
            await shop.bring(path)
        report = await shop.bring(path, wishes={"Χρώμα": "company"})
        assert report.counts.created == 1

    in_shop(tmp_path, body)
