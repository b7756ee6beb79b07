"""Whole imports: what is created, matched, updated, refused, tagged; consent; undo."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import InvalidInput
from kkdesk.model.row import as_int
from kkdesk.services.importing import problems
from kkdesk.services.importing.problems import Outcome
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.services.importing.spool import Spool, Stream
from kkdesk.services.importing.writing import new_customer_ids
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


def test_undoing_an_update_restores_every_value(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0], city="Βόλος", revenue=10.125)
        await shop.add(company="Δέλτα", afm=VALID_AFMS[1], phone="2421012345")
        before = await shop.customers()
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "Πόλη", "Τζίρος", "Τηλέφωνο", "Ετικέτες"],
                ["ΑΒΓ ΑΕ", VALID_AFMS[0], "Λάρισα", "99,5", "", "VIP"],
                ["Δέλτα", VALID_AFMS[1], "", "", "2421099999", ""],
                ["Νέα ΕΠΕ", VALID_AFMS[2], "Χίος", "", "", "VIP"],
            ],
        )
        report = await shop.bring(path, on_match="update")
        assert (report.counts.created, report.counts.updated) == (1, 2)
        first, second, _ = await shop.customers()
        assert (first["company"], first["city"], first["revenue"]) == ("ΑΒΓ ΑΕ", "Λάρισα", 99.5)
        assert (second["phone"], second["city"], second["updated_at"]) == ("+302421099999", None, NOW)
        await shop.history.undo(report.change_id)
        assert await shop.customers() == before
        assert await shop.tags() == {}

    in_shop(tmp_path, body)


def test_filling_touches_only_what_is_empty(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="info@abg.gr", city="Βόλος", phone="", revenue=0.0)
        path = csv_file(
            tmp_path,
            [["Επωνυμία", "e-mail", "Πόλη", "Τηλ", "Τζίρος"], ["Άλλη", "INFO@abg.gr", "Χίος", "2421012345", "5"]],
        )
        report = await shop.bring(path, on_match="fill")
        assert (report.counts.updated, report.counts.matched) == (1, {"email": 1})
        found = await shop.customer()
        assert (found["company"], found["city"]) == ("ΑΒΓ", "Βόλος")
        assert (found["phone"], found["revenue"]) == ("+302421012345", 5.0)

    in_shop(tmp_path, body)


def test_filling_keeps_what_somebody_typed_meanwhile(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        customer_id = await shop.add(company="ΑΒΓ", email="info@abg.gr")
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Πόλη"], ["ΑΒΓ", "info@abg.gr", "Χίος"]])
        apply = shop.db.apply

        async def typed_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            await shop.write("UPDATE customers SET city = 'Σάμος' WHERE id = ?", customer_id)
            return await apply(change)

        shop.db.apply = typed_first  # type: ignore[method-assign]
        await shop.bring(path, on_match="fill")
        assert (await shop.customer())["city"] == "Σάμος"

    in_shop(tmp_path, body)


def test_another_spelling_of_the_same_is_no_change(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="Info@Abg.gr", phone="2421 012345", category="Στόλος", notes=" αβγ ")
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "e-mail", "Τηλ", "Κατηγορία", "Σημειώσεις"],
                ["ΑΒΓ", "info@abg.gr", "+302421012345", "fleet", "αβγ"],
            ],
        )
        assert (await shop.bring(path, on_match="update")).counts.unchanged == 1

    in_shop(tmp_path, body)


@pytest.mark.parametrize(
    ("there", "row", "key"),
    [
        ({"company": "Α", "afm": VALID_AFMS[0]}, {"Επωνυμία": "Β", "ΑΦΜ": "EL" + VALID_AFMS[0]}, "afm"),
        ({"company": "Α", "email": "a@b.gr"}, {"Επωνυμία": "Β", "e-mail": " A@B.GR "}, "email"),
        ({"company": "Α", "email": "a@παράδειγμα.ελ"}, {"Επωνυμία": "Β", "e-mail": "a@xn--hxajbheg2az3al.xn--qxam"}, "email"),
        ({"last_name": "Βλάχος", "mobile": "697 1234567"}, {"Επώνυμο": "ΒΛΑΧΟΣ", "Τηλ": "+306971234567"}, "phone"),
        ({"company": "Α.Β.Γ. Α.Ε."}, {"Επωνυμία": "αβγ αε"}, "name"),
        ({"first_name": "Νίκος", "last_name": "Βλάχος", "city": "Βόλος"},
         {"Ονοματεπώνυμο": "ΒΛΑΧΟΣ ΝΙΚΟΣ", "Πόλη": "ΒΟΛΟΣ"}, "name"),
        # Different people, whatever agrees.
        ({"company": "Α", "afm": VALID_AFMS[0], "email": "a@b.gr"},
         {"Επωνυμία": "Α", "ΑΦΜ": VALID_AFMS[1], "e-mail": "a@b.gr"}, None),
        ({"last_name": "Βλάχος", "phone": "2421012345"}, {"Επώνυμο": "Ρήγα", "Τηλ": "2421012345"}, None),
        ({"last_name": "Βλάχος", "email": "a@b.gr"}, {"Επώνυμο": "Βλάχος", "e-mail": "c@d.gr"}, None),
        ({"last_name": "Βλάχος", "city": "Βόλος"}, {"Επώνυμο": "Βλάχος", "Πόλη": "Χίος"}, None),
        ({"last_name": "Βλάχος", "phone": "2421012345"}, {"Επώνυμο": "Βλάχος", "Τηλ": "2421099999"}, None),
    ],
)  # fmt: skip
def test_by_what_a_customer_is_recognised(
    tmp_path: Path, there: dict[str, str], row: dict[str, str], key: str | None
) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(**there)
        report = await shop.bring(csv_file(tmp_path, [list(row), list(row.values())]))
        assert report.counts.matched == ({key: 1} if key else {})
        assert report.counts.created == (0 if key else 1)

    in_shop(tmp_path, body)


def test_only_the_chosen_keys_recognise(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="a@b.gr")
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail"], ["ΑΒΓ", "a@b.gr"]])
        assert (await shop.bring(path, match=("afm",))).counts.created == 1
        assert (await shop.bring(path, match=())).counts.created == 1
        assert (await shop.bring(path, on_match="create")).counts.created == 1
        report = await shop.bring(path)
        assert report.counts.skipped == 1
        assert problems.SEVERAL_MATCH in [group.what for group in report.groups]

    in_shop(tmp_path, body)


def test_of_several_the_oldest_is_updated(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(id="cust_young", company="ΑΒΓ", email="a@b.gr", created_at=NOW - 5)
        await shop.add(id="cust_old", company="ΑΒΓ", email="a@b.gr", created_at=NOW - 50)
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Πόλη"], ["ΑΒΓ", "a@b.gr", "Χίος"]])
        await shop.bring(path, on_match="update")
        assert await shop.value("SELECT city FROM customers WHERE id = 'cust_old'") == "Χίος"
        assert await shop.value("SELECT city FROM customers WHERE id = 'cust_young'") is None

    in_shop(tmp_path, body)


def test_our_own_id_recognises_before_anything_else(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        mine = "cust_" + "a" * 21
        await shop.add(id=mine, company="ΑΒΓ", email="a@b.gr")
        await shop.add(company="Άλλη", email="new@b.gr")
        path = csv_file(tmp_path, [["Κωδικός KK Desk", "Επωνυμία", "e-mail"], [mine, "ΑΒΓ", "new@b.gr"]])
        report = await shop.bring(path, on_match="update", match=())
        assert report.counts.matched == {"id": 1}
        assert await shop.value("SELECT email FROM customers WHERE id = ?", mine) == "new@b.gr"
        gone = csv_file(tmp_path, [["Κωδικός KK Desk", "Επωνυμία"], ["cust_" + "b" * 21, "Νέα"]])
        assert (await shop.bring(gone)).counts.created == 1

    in_shop(tmp_path, body)


def test_duplicates_inside_the_file(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "e-mail", "Πόλη"],
                ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", "Βόλος"],
                ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", "Βόλος"],
                ["Δέλτα", "", "a@b.gr", "Χίος"],
                ["Ζήτα", VALID_AFMS[1], "a@b.gr", "Σάμος"],
            ],
        )
        report = await shop.bring(path)
        # The very same row is one customer; two names at one address, or two tax numbers, are two.
        assert (report.counts.created, report.counts.repeated) == (3, 1)
        found = {problem.row: (problem.what, problem.value) for problem in report.problems}
        assert found[3] == (problems.SAME_AS_ROW, "#2")
        assert found[4] == (problems.LIKE_ROW, "#2")
        assert (await shop.bring(path, on_match="create")).counts.created == 4

    in_shop(tmp_path, body)


def test_two_rows_of_one_customer_update_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0])
        rows = [["ΑΦΜ", "Επωνυμία", "Πόλη"], [VALID_AFMS[0], "ΑΒΓ", "Βόλος"], [VALID_AFMS[0], "ΑΒΓ", "Χίος"]]
        report = await shop.bring(csv_file(tmp_path, rows), on_match="update")
        assert (report.counts.updated, report.counts.repeated) == (1, 1)
        assert (await shop.customer())["city"] == "Βόλος"

    in_shop(tmp_path, body)


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


def test_who_opted_out_never_comes_back(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        org = shop.actor.org_id
        await shop.add(company="Παλιά", email="out@b.gr", unsubscribed=1)
        await shop.write(
            "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'Gone@b.gr', 1)", org
        )
        sql = (
            "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at) VALUES (?, ?, ?, ?, 1)"
        )
        await shop.write(sql, "s1", org, "spam@b.gr", "complaint")
        await shop.write(sql, "s2", org, "bounced@b.gr", "hard_bounce")
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "e-mail", "Newsletter", "Ετικέτες"],
                ["Παλιά", "OUT@b.gr", "Ναι", "VIP"],
                ["Άλλη", "out@b.gr", "Ναι", ""],
                ["Έφυγε", "gone@B.gr", "Ναι", ""],
                ["Θύμωσε", "spam@b.gr", "", ""],
                ["Γύρισε", "bounced@b.gr", "Ναι", ""],
                ["Αρνείται", "no@b.gr", "Όχι", ""],
                ["Ίδια διεύθυνση", "NO@b.gr", "Ναι", ""],
            ],
        )
        report = await shop.bring(path, on_match="update", match=("name",))
        flags = {str(row["company"]): row["unsubscribed"] for row in await shop.customers()}
        assert flags == {
            "Παλιά": 1, "Άλλη": 1, "Έφυγε": 1, "Θύμωσε": 1, "Γύρισε": 0, "Αρνείται": 1, "Ίδια διεύθυνση": 1,
        }  # fmt: skip
        warned = [problem.row for problem in report.problems if problem.what == problems.STAYS_UNSUBSCRIBED]
        assert warned == [3, 4, 5, 8]

    in_shop(tmp_path, body)


def test_an_update_to_an_address_that_opted_out(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0], email="old@b.gr", unsubscribed=0)
        sql = "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'out@b.gr', 1)"
        await shop.write(sql, shop.actor.org_id)
        path = csv_file(tmp_path, [["Επωνυμία", "ΑΦΜ", "e-mail"], ["ΑΒΓ", VALID_AFMS[0], "out@b.gr"]])
        await shop.bring(path, on_match="update")
        found = await shop.customer()
        assert (found["email"], found["unsubscribed"]) == ("out@b.gr", 1)

    in_shop(tmp_path, body)


@pytest.mark.parametrize("mode", ["skip", "fill", "update"])
def test_a_no_in_the_file_counts_in_every_mode(tmp_path: Path, mode: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="a@b.gr", unsubscribed=0)
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Newsletter"], ["ΑΒΓ", "a@b.gr", "Όχι"]])
        report = await shop.bring(path, on_match=mode)
        assert (await shop.customer())["unsubscribed"] == 1
        assert (problems.OPT_OUT_SKIPPED in [group.what for group in report.groups]) == (mode == "skip")
        await shop.history.undo(report.change_id)
        assert (await shop.customer())["unsubscribed"] == 0

    in_shop(tmp_path, body)


def test_who_opts_out_while_the_file_is_read_is_caught_in_the_same_transaction(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail"], ["ΑΒΓ", "Late@b.gr"], ["Δ", "stays@b.gr"]])
        apply = shop.db.apply

        async def opt_out_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            sql = "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'late@b.gr', ?)"
            await shop.write(sql, shop.actor.org_id, NOW + 1)
            return await apply(change)

        shop.db.apply = opt_out_first  # type: ignore[method-assign]
        await shop.bring(path)
        assert {row["company"]: row["unsubscribed"] for row in await shop.customers()} == {"ΑΒΓ": 1, "Δ": 0}

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


def test_rows_that_are_no_customers(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path, [["Επωνυμία", "Πόλη", "Τζίρος"], ["ΑΒΓ", "Βόλος", "5"], ["", " ", "-"], ["ΣΥΝΟΛΟ:", "", "5"]]
        )
        report = await shop.bring(path)
        assert (report.counts.rows, report.counts.created, report.problems) == (1, 1, ())

    in_shop(tmp_path, body)


def test_a_list_of_addresses_alone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        report = await shop.bring(csv_file(tmp_path, [["email"], ["a@b.gr"], ["c@d.gr"]]))
        assert report.counts.created == 2
        assert [row["first_name"] for row in await shop.customers()] == ["", ""]

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
