"""What becomes of single cells, seen through the whole import: one row, one customer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kkdesk.model.customer_fields import FIELD
from kkdesk.services.importing import problems
from kkdesk.services.importing.cleaning import Notes
from kkdesk.services.importing.columns import column_cleaner
from kkdesk.services.importing.fields import TAKEN_COLUMNS
from kkdesk.services.importing.problems import Problem
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, csv_file, in_shop, xlsx_file


def cleaned(target: str, *cells: Any, refuse: bool = True) -> tuple[list[Any], list[Problem], Notes]:
    notes = Notes(numbers=range(2, 2 + len(cells)))
    clean = column_cleaner(target, "Στήλη", cells, now=NOW, refuse=refuse)
    return clean(cells, notes), notes.problems, notes


def one(target: str, cell: Any, *, refuse: bool = True) -> tuple[Any, str]:
    """The value and, if there is a remark, what becomes of the row."""
    values, found, _ = cleaned(target, cell, refuse=refuse)
    return values[0], found[0].outcome if found else ""


@pytest.mark.parametrize(
    ("cell", "value", "outcome"),
    [
        ("094429812", "094429812", ""),
        (" 094 429 812 ", "094429812", ""),
        ("EL094429812", "094429812", ""),
        ("ΕΛ 094.429.812", "094429812", ""),
        ("94429812", "094429812", "mended"),
        (94429812.0, "094429812", "mended"),
        (123456783.0, "123456783", ""),
        ("9,4429812E+07", "094429812", "mended"),
        ("123456789", None, "refused"),
        ("12345", None, "refused"),
        ("δεν έχει", None, "refused"),
        ("DE123456789", None, "warning"),
        ("000000000", None, "mended"),
        (0.0, None, "mended"),
        ("-", None, ""),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_tax_numbers(cell: Any, value: str | None, outcome: str) -> None:
    assert one("afm", cell) == (value, outcome)


def test_wrong_values_can_be_left_out_instead() -> None:
    assert one("afm", "123456789", refuse=False) == (None, "warning")
    assert one("email", "όχι e-mail", refuse=False) == (None, "warning")


@pytest.mark.parametrize(
    ("cell", "value", "outcome"),
    [
        ("info@abg.gr", "info@abg.gr", ""),
        ("  Info@Abg.gr ", "Info@Abg.gr", ""),
        ("mailto:info@abg.gr", "info@abg.gr", ""),
        ("Γιώργος <g@abg.gr>", "g@abg.gr", ""),
        ("info@abg.gr;", "info@abg.gr", ""),
        ("info@παράδειγμα.ελ", "info@παράδειγμα.ελ", ""),
        ("a@b.gr; c@d.gr", "a@b.gr", "mended"),
        ("n@gmial.com", "n@gmial.com", "warning"),
        ("info@abg", None, "refused"),
        ("info abg.gr", None, "refused"),
        ("info@abg..gr", None, "refused"),
        ("δεν έχει", None, "refused"),
        ("—", None, ""),
    ],
)
def test_addresses(cell: Any, value: str | None, outcome: str) -> None:
    assert one("email", cell) == (value, outcome)


@pytest.mark.parametrize(
    ("cell", "value", "outcome"),
    [
        ("2421012345", "+302421012345", ""),
        ("24210-12345", "+302421012345", ""),
        ("(2421) 012.345", "+302421012345", ""),
        ("+30 697 123 4567", "+306971234567", ""),
        ("00306971234567", "+306971234567", ""),
        (6971234567.0, "+306971234567", ""),
        (306971234567.0, "+306971234567", ""),
        ("6,971234567E+09", "+306971234567", ""),
        ("6,97E+09", None, "warning"),
        ("+49 30 123456", "+4930123456", ""),
        ("0049 30 123456", "+4930123456", ""),
        ("2421012345, 6971234567", "+302421012345", "mended"),
        ("12345", "12345", "warning"),
        ("ζητήστε τον Νίκο", "ζητήστε τον Νίκο", "warning"),
        ("", None, ""),
    ],
)
def test_telephones(cell: Any, value: str | None, outcome: str) -> None:
    assert one("phone", cell) == (value, outcome)


@pytest.mark.parametrize(
    ("target", "cell", "value", "outcome"),
    [
        ("postal_code", "382 21", "38221", ""),
        ("postal_code", "Τ.Κ. 38221", "38221", ""),
        ("postal_code", 38221.0, "38221", ""),
        ("postal_code", "SW1A 1AA", None, "warning"),
        ("postal_code", "99999", "99999", "warning"),
        ("website", "www.abg.gr", "https://www.abg.gr", ""),
        ("website", "http://abg.gr/x", "http://abg.gr/x", ""),
        ("website", "σύντομα", None, "warning"),
        ("category", "ΣΤΟΛΟΣ", "fleet", ""),
        ("category", "φίλος", None, "warning"),
        ("is_vip", "ΝΑΙ", 1, ""),
        ("is_vip", False, 0, ""),
        ("is_vip", "ίσως", None, "warning"),
        ("revenue", "1.234,50 €", 1234.5, ""),
        ("revenue", 1234.5, 1234.5, ""),
        ("revenue", "πολλά", None, "warning"),
        ("credit_limit", "-5", None, "warning"),
        ("lead_score", "70", 70, ""),
        ("lead_score", "170", None, "warning"),
        ("latitude", "39,362", 39.362, ""),
        ("latitude", "139,3", None, "warning"),
        ("birthday", "3/5/1980", "1980-05-03", ""),
        ("birthday", datetime(1980, 5, 3), "1980-05-03", ""),
        ("birthday", date(1980, 5, 3), "1980-05-03", ""),
        ("birthday", "3/5/38", "1938-05-03", ""),
        ("birthday", "3/5/2038", None, "warning"),
        ("birthday", "31/2/1980", None, "warning"),
        ("last_contact_date", "3/11/2025 14:05", 1762171500, ""),
        ("last_contact_date", "3/11/2027", None, "warning"),
        ("next_follow_up_date", "3/11/2027", 1825192800, ""),
        ("notes", "Πρώτη\nδεύτερη", "Πρώτη\nδεύτερη", ""),
        ("city", "Νέα\nΙωνία ", "Νέα Ιωνία", ""),
        ("city", "'=1+1", "=1+1", ""),
        ("city", "Βόλος\x00\x07", "Βόλος", ""),
        ("city", "#N/A", None, ""),
        ("city", "\u00a0", None, ""),
        ("company", 3.0, "3", ""),
    ],
)
def test_other_cells(target: str, cell: Any, value: Any, outcome: str) -> None:
    assert one(target, cell) == (value, outcome)


def test_coordinates_with_three_decimals_are_no_thousands() -> None:
    assert cleaned("longitude", "23.123", "22.94")[0] == [23.123, 22.94]
    assert cleaned("longitude", "23,123", "22,94")[0] == [23.123, 22.94]


def test_a_remark_names_row_column_and_cell() -> None:
    _, (found,), notes = cleaned("afm", "", "123456789")
    assert (found.row, found.column, found.value) == (3, "Στήλη", "123456789")
    assert list(notes.refused) == [1]


@settings(max_examples=60)
@given(
    target=st.sampled_from(TAKEN_COLUMNS),
    cells=st.lists(
        st.text(max_size=30)
        | st.from_regex(r"[0-9.,+E/: -]{1,14}", fullmatch=True)
        | st.floats()
        | st.booleans()
        | st.datetimes()
        | st.dates()
        | st.integers()
        | st.none(),
        min_size=1,
        max_size=20,
    ),
)
def test_no_cell_is_too_strange(target: str, cells: list[Any]) -> None:
    values, _, _ = cleaned(target, *cells)
    assert len(values) == len(cells)
    kind = FIELD[target].kind
    for value in values:
        assert value is None or isinstance(value, int | float if kind in {"money", "degrees"} else str | int)
        assert value != ""


TRIGGERED = {
    "email": ["a@b.gr;x@", "y@z.gr", ".@.", "@a.b", "a@.b", "info@abg.gr", "a@b..c", "α β@γ.δ"],
    "email_secondary": ["a@", "@", "ok@ok.gr"],
    "afm": ["12345678", "123456789", "abcdefghi", "٠٩٤٤٢٩٨١٢", *VALID_AFMS],
    "postal_code": ["105 63", "1234", "٣٨٢٢١", "38221", "ABCDE"],
    "website": ["http://", "https://a..b", "ftp://abg.gr", "http://a.b", "abg.gr"],
}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_nothing_is_written_that_the_database_refuses(tmp_path: Path, data: st.DataObject) -> None:
    texts = {name: st.sampled_from(some) | st.text(max_size=12) for name, some in TRIGGERED.items()}
    rows = data.draw(st.lists(st.fixed_dictionaries(texts), min_size=1, max_size=5))

    async def body(shop: Shop) -> None:
        titles = ["company", *TRIGGERED]
        path = csv_file(tmp_path, [titles, *([f"Ε {at}", *row.values()] for at, row in enumerate(rows))])
        report = await shop.bring(path, match=(), on_match="create")
        assert report.counts.created + report.counts.refused == len(rows)

    in_shop(tmp_path, body)


def test_two_numbers_in_one_cell_find_places(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "Τηλέφωνα", "email"],
                ["ΑΒΓ", "2421012345 / 6971234567", "a@b.gr, c@d.gr"],
                ["Δ", "2421012345, 2421012346, 6971234567, 6971234568", ""],
            ],
        )
        report = await shop.bring(path, match=())
        first, second = await shop.customers()
        assert (first["phone"], first["mobile"]) == ("+302421012345", "+306971234567")
        assert (first["email"], first["email_secondary"]) == ("a@b.gr", "c@d.gr")
        assert second["phone_secondary"] == "+302421012346"
        assert problems.PHONE_LEFT_OVER in [group.what for group in report.groups]

    in_shop(tmp_path, body)


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Παπαδόπουλος Γεώργιος", ("Γεώργιος", "Παπαδόπουλος", None)),
        ("Γεώργιος Παπαδόπουλος", ("Γεώργιος", "Παπαδόπουλος", None)),
        ("ΡΗΓΑ ΑΝΝΑ ΜΑΡΙΑ", ("ΑΝΝΑ ΜΑΡΙΑ", "ΡΗΓΑ", None)),
        ("Άννα Μαρία Ρήγα", ("Άννα Μαρία", "Ρήγα", None)),
        ("Vlachos, Nikos", ("Nikos", "Vlachos", None)),
        ("Nikos Vlachos", ("Nikos", "Vlachos", None)),
        ("Βλάχος", ("", "Βλάχος", None)),
        ("Νίκος", ("Νίκος", None, None)),
        ("ΑΦΟΙ ΒΛΑΧΟΥ Ο.Ε.", ("", None, "ΑΦΟΙ ΒΛΑΧΟΥ Ο.Ε.")),
        ("Ελαστικά Βόλου ΙΚΕ", ("", None, "Ελαστικά Βόλου ΙΚΕ")),
        ("Βλάχος & Υιοί", ("", None, "Βλάχος & Υιοί")),
        ("Tyres 4 You", ("", None, "Tyres 4 You")),
    ],
)
def test_full_names_are_taken_apart(tmp_path: Path, full: str, expected: tuple[Any, ...]) -> None:
    async def body(shop: Shop) -> None:
        await shop.bring(csv_file(tmp_path, [["Ονοματεπώνυμο", "email"], [full, "a@b.gr"]]))
        found = await shop.customer()
        assert (found["first_name"], found["last_name"], found["company"]) == expected

    in_shop(tmp_path, body)


def test_unknown_names_follow_the_rest_of_the_file(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        rows = [["Ονοματεπώνυμο"], ["ΒΛΑΧΟΣ ΝΙΚΟΣ"], ["ΡΗΓΑ ΑΝΝΑ"], ["ΨΑΡΟΥΔΑ ΞΕΝΙΤΣΑ"]]
        await shop.bring(csv_file(tmp_path, rows))
        assert await shop.value("SELECT first_name FROM customers WHERE last_name = 'ΨΑΡΟΥΔΑ'") == "ΞΕΝΙΤΣΑ"

    in_shop(tmp_path, body)


def test_numbers_that_excel_turned_into_floats(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = xlsx_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "Κινητό", "Τ.Κ.", "Αρ.", "Διεύθυνση", "Γενέθλια", "Τζίρος", "VIP"],
                ["ΑΒΓ", 94429812, 6971234567, 38221, 12, "Ερμού", datetime(1980, 5, 3), 1234.5, True],
            ],
        )
        report = await shop.bring(path)
        found = await shop.customer()
        assert found["afm"] == "094429812"
        assert found["mobile"] == "+306971234567"
        assert found["postal_code"] == "38221"
        assert found["street"] == "Ερμού 12"
        assert found["birthday"] == "1980-05-03"
        assert found["revenue"] == 1234.5
        assert found["is_vip"] == 1
        assert [problem.what for problem in report.problems] == [problems.ZERO_PUT_BACK]

    in_shop(tmp_path, body)
