"""Numbers, days, yes and no, tags, guarded text: as people write them, and back again."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.customer_fields import FIELD
from kkdesk.services.importing.amounts import amount_text, decimal_mark, parse_amount
from kkdesk.services.importing.cells import Cell, cell_text, column_letters
from kkdesk.services.importing.choices import parse_choice, parse_flag
from kkdesk.services.importing.days import day_text, moment_text, month_comes_first, parse_day, parse_moment
from kkdesk.services.importing.tag_list import MAX_TAG, parse_tags, tags_text
from kkdesk.services.spreadsheet_text import PLACEHOLDERS, guard, unguard


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (697123456.0, "697123456"), (6.97e9, "6970000000"), (1.5, "1.5"), (True, "Ναι"), (None, ""), (7, "7"),
        (datetime(2026, 3, 1, 14, 5), "2026-03-01 14:05:00"), (datetime(2026, 3, 1), "2026-03-01"),
        (date(2026, 3, 1), "2026-03-01"), ("αβγ", "αβγ"),
    ],
)  # fmt: skip
def test_the_text_of_a_cell(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_letters_of_columns() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("text", "greek", "english"),
    [
        ("1.234,50", 1234.5, 1234.5),
        ("1,234.50", 1234.5, 1234.5),
        ("1.234", 1234.0, 1.234),
        ("1,234", 1.234, 1234.0),
        ("12,5", 12.5, 12.5),
        ("€ 1.500", 1500.0, 1.5),
        ("1.500,00 €", 1500.0, 1500.0),
        ("1 500,50", 1500.5, 1500.5),
        ("1.234.567", 1234567.0, 1234567.0),
        ("-3,25", -3.25, -3.25),
        ("0,123", 0.123, 0.123),
        ("1e5", 100000.0, 100000.0),
        ("1.23.4", None, None),
        ("δώδεκα", None, None),
        ("", None, None),
        ("1e999", None, None),
    ],
)
def test_amounts(text: str, greek: float | None, english: float | None) -> None:
    assert parse_amount(text, ",") == greek
    assert parse_amount(text, ".") == english


def test_amounts_of_cells_that_are_no_text() -> None:
    assert parse_amount(12) == 12.0
    assert parse_amount(float("nan")) is None
    assert parse_amount(True) is None
    assert parse_amount(date(2026, 1, 1)) is None


def test_a_column_tells_its_decimal_mark() -> None:
    assert decimal_mark(["1.234", "12.5"]) == "."
    assert decimal_mark(["1.234", "12,50"]) == ","
    assert decimal_mark(["1,234.50"]) == "."
    assert decimal_mark(["1.234", 5, None]) == ","


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([",", "."]), st.sampled_from([",", "."]))
def test_amounts_come_back_exactly_whatever_the_column_looks_like(value: float, written: str, read: str) -> None:
    assert parse_amount(amount_text(value, written), read) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/11/2026", date(2026, 11, 3)),
        ("03.11.2026", date(2026, 11, 3)),
        ("3-11-26", date(2026, 11, 3)),
        ("5/5/79", date(1979, 5, 5)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2026-11-03T10:00:00Z", date(2026, 11, 3)),
        ("3 Νοεμβρίου 2026", date(2026, 11, 3)),
        ("3 ΜΑΪΟΥ 1980", date(1980, 5, 3)),
        ("3 Ιουν. 1980", date(1980, 6, 3)),
        ("3 Ιουλίου 1980", date(1980, 7, 3)),
        ("3 Mar 1980", date(1980, 3, 3)),
        (45000.0, date(2023, 3, 15)),
        ("45000", date(2023, 3, 15)),
        ("31/2/2026", None),
        ("13/13/2026", None),
        ("άγνωστη", None),
        ("", None),
        (12.0, None),
    ],
)
def test_days(text: Cell, day: date | None) -> None:
    assert parse_day(text) == day


def test_american_columns_are_noticed() -> None:
    assert month_comes_first(["11/3/2026", "11/25/2026"])
    assert not month_comes_first(["11/3/2026", "25/11/2026", "11/25/2026"])
    assert not month_comes_first(["11/3/2026", "2026-11-25", None])
    assert parse_day("11/3/2026", month_first=True) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3/11/2026", 1793656800),
        ("3/11/2026 14:05", 1793707500),
        ("3/11/2026 2:05 μ.μ.", 1793707500),
        ("3/11/2026 12:05 π.μ.", 1793657100),
        ("2026-11-03T12:05:00Z", 1793707500),
        ("2026-11-03 14:05:00+02:00", 1793707500),
        ("3/11/2026 25:00", None),
        ("3/11/2026 τότε", None),
    ],
)
def test_moments_are_read_on_an_athens_clock(text: str, moment: int | None) -> None:
    assert parse_moment(text) == moment


@given(st.integers(-2_000_000_000, 4_102_444_800))
def test_moments_come_back_to_the_second(moment: int) -> None:
    assert parse_moment(moment_text(moment)) == moment


@pytest.mark.parametrize("moment", [1793062800, 1793066400, 1793064600])
def test_the_hour_that_comes_twice_comes_back(moment: int) -> None:
    # 25 October 2026, 03:00 and 04:00 to 03:00 in Athens.
    assert parse_moment(moment_text(moment)) == moment


@given(st.dates())
def test_days_come_back(day: date) -> None:
    assert parse_day(day_text(day)) == day


@pytest.mark.parametrize("text", ["Ναι", "ΝΑΙ", "ναι.", "Ν", "yes", "Y", "TRUE", "1", "x", "Χ", "✓", True, 1.0])
def test_yes(text: Cell) -> None:
    assert parse_flag("is_vip", text) is True


@pytest.mark.parametrize("text", ["Όχι", "ΟΧΙ", "no", "FALSE", "0", "✗", False, 0])
def test_no(text: Cell) -> None:
    assert parse_flag("is_vip", text) is False


def test_words_that_only_one_column_uses() -> None:
    assert parse_flag("is_active", "Ανενεργός") is False
    assert parse_flag("is_active", "ενεργή") is True
    assert parse_flag("is_vip", "ενεργή") is None
    assert parse_flag("is_vip", "ίσως") is None


def test_choices_in_both_languages_and_as_keys() -> None:
    for field in ("category", "lifecycle_stage", "lead_source"):
        for key, label in (FIELD[field].choices or {}).items():
            for text in (key, label.el, label.en, label.el.upper(), key.upper()):
                assert parse_choice(field, text) == key, text
    assert parse_choice("category", "ΣΥΝΕΡΓΕΙΟ") == "garage"
    assert parse_choice("lifecycle_stage", "κάτι") is None


def test_tags_as_people_write_them() -> None:
    assert parse_tags("VIP, Χειμερινά; Φορτηγά|Στόλος\nΝέα") == ("VIP", "Χειμερινά", "Φορτηγά", "Στόλος", "Νέα")
    assert parse_tags(' "Α, Β" ; VIP; VIP;; ') == ("Α, Β", "VIP")
    assert parse_tags('"χωρίς τέλος') == ('"χωρίς τέλος',)
    assert parse_tags("") == ()
    assert parse_tags("x" * 500) == ("x" * MAX_TAG,)


names = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters=',;|"\n'), max_size=20).map(str.strip)


@given(st.lists(names.filter(bool), unique=True, max_size=5))
def test_tags_come_back(tags: list[str]) -> None:
    assert list(parse_tags(tags_text(tags))) == tags


@given(st.text(st.sampled_from("=+-@\t\r\n'＝ aά1#N/ULL—"), max_size=8) | st.text(max_size=20))
def test_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert guarded not in PLACEHOLDERS


def test_other_peoples_apostrophes_stay() -> None:
    assert unguard("'90s Tyres") == "'90s Tyres"
    assert guard("'90s Tyres") == "'90s Tyres"
    assert unguard("'=1+1") == "=1+1"
    assert guard("'=1+1") == "''=1+1"
