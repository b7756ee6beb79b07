"""Encodings, delimiters and rows of text files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.services.importing import text_file
from kkdesk.services.importing.text_encoding import scan_text
from kkdesk.services.importing.text_file import TextForm, sniff_delimiter, text_form, text_rows
from tests.services.importing.shop import csv_file

GREEK = "Επωνυμία;Πόλη\nΆλφα Ελαστικά ΑΕ;Άργος\nΈψιλον «Όμικρον»;Ήλιδα Ώρα Ύψος\n"


def read(path: Path, form: TextForm) -> list[list[str]]:
    return [row for rows in text_rows(path, form) for row in rows.rows]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1253", "cp1253"),
        ("iso8859-7", "iso8859-7"),
        ("cp737", "cp737"),
    ],
)
def test_greek_encodings_are_told_apart(tmp_path: Path, written: str, found: str) -> None:
    path = tmp_path / "a.csv"
    # Windows-1253 has no quotation marks in common with DOS.
    text = GREEK.replace("«", "").replace("»", "") if written == "cp737" else GREEK
    path.write_bytes(text.encode(written))
    assert scan_text(path).encoding == found
    assert path.read_text(encoding=found).startswith("Επωνυμία")


def test_one_accented_capital_tells_the_code_pages_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for encoding in ("cp1253", "iso8859-7"):
        path.write_bytes("Όνομα;Πόλη\nΆννα;Ψαχνά\n".encode(encoding))
        assert path.read_text(encoding=scan_text(path).encoding).endswith("Άννα;Ψαχνά\n")


def test_a_western_file_is_no_greek_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Name;Stadt\nMüller;Köln\nStraßer;Düren\n".encode("cp1252"))
    assert scan_text(path).encoding == "cp1252"


def test_a_letter_cut_by_the_end_of_a_block_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.importing.text_encoding._BLOCK", 7)
    path = tmp_path / "a.csv"
    path.write_bytes(GREEK.encode())
    assert scan_text(path).encoding == "utf-8"
    path.write_bytes(GREEK.encode()[:-2] + "ά".encode()[:1])
    with pytest.raises(InvalidInput, match="not readable text"):
        scan_text(path)


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 50, bytes(range(128, 256)) * 20])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="not readable text"):
        scan_text(path)


def test_empty_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(InvalidInput, match="is empty"):
        scan_text(tmp_path / "a.csv")
    with pytest.raises(NotFound):
        scan_text(tmp_path / "b.csv")
    with pytest.raises(InvalidInput, match="folder"):
        text_form(tmp_path, "utf-8")


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.importing.text_encoding.MAX_TEXT_BYTES", 10)
    path = tmp_path / "a.csv"
    path.write_bytes(GREEK.encode())
    with pytest.raises(InvalidInput, match="larger than"):
        scan_text(path)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    rows = [["Επωνυμία", "Διεύθυνση", "Ποσό"], ["ΑΒΓ, Μεταφορές; ΑΕ", "Ερμού 5, Αθήνα", "1,5"], ["Δέλτα", "", "2,5"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows * 5)
    assert sniff_delimiter(text.getvalue()) == delimiter


def test_commas_inside_of_cells_do_not_outweigh_semicolons() -> None:
    assert sniff_delimiter("Όνομα;Οδός\nΝίκος;Ερμού 5, Αθήνα\nΆννα;Αιόλου 3, Βόλος\n") == ";"


def test_a_single_column_has_the_delimiter_of_greece() -> None:
    assert sniff_delimiter("email\na@b.gr\nc@d.gr\n") == ";"


def test_excels_hint_names_the_delimiter_and_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=|\nΌνομα|Πόλη\nΝίκος|Βόλος; κέντρο\n", encoding="utf-8-sig")
    form = text_form(path, "utf-8-sig")
    assert form.delimiter == "|"
    assert read(path, form) == [["Όνομα", "Πόλη"], ["Νίκος", "Βόλος; κέντρο"]]


def test_a_quotation_mark_without_end_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Όνομα;Πόλη\n"Νίκος;Βόλος\n' + "Άννα;Άργος\n" * 20_000, encoding="utf-8")
    with pytest.raises(InvalidInput, match="quotation mark"):
        read(path, TextForm("utf-8", ";"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "no-such-encoding"])
def test_an_encoding_that_does_not_fit_is_explained(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(GREEK.encode("cp1253"))
    with pytest.raises(InvalidInput, match=f"cannot be read as {encoding}"):
        text_form(path, encoding)


def test_too_many_rows_are_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "MAX_ROWS", 20)
    monkeypatch.setattr(text_file, "SPARE_ROWS", 0)
    path = csv_file(tmp_path, [["α", "β"]] * 21)
    with pytest.raises(InvalidInput, match="more than"):
        text_file.refuse_too_many(path, TextForm("utf-8-sig", ";"), 22)
    # Lines within cells are no rows.
    path = csv_file(tmp_path, [["α\n" * 5, "β"]] * 19)
    text_file.refuse_too_many(path, TextForm("utf-8-sig", ";"), 100)


cells = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=8),
    delimiter=st.sampled_from(text_file.DELIMITERS),
    encoding=st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_any_cells_survive(tmp_path: Path, rows: list[list[str]], delimiter: str, encoding: str) -> None:
    path = csv_file(tmp_path, rows, delimiter=delimiter, encoding=encoding)
    assert read(path, TextForm(encoding, delimiter)) == rows
