"""Workbooks, good and bad: each bad one has a message that says what to do."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.services.importing import archive_check
from kkdesk.services.importing.file_errors import file_errors
from kkdesk.services.importing.reading import open_file
from kkdesk.services.importing.source import ReadOptions
from kkdesk.services.importing.workbook import open_workbook
from tests.services.importing.shop import csv_file, xlsx_file

ROWS = [["Επωνυμία", "Πόλη"], ["ΑΒΓ ΑΕ", "Βόλος"], ["Δέλτα ΕΠΕ", "Άργος"]]


def refusal(path: Path, options: ReadOptions | None = None) -> InvalidInput:
    """The error that a file meets, with a way out in both languages."""
    with pytest.raises(InvalidInput) as caught, open_file(path) as file:
        file.examine(options)
    error = caught.value
    assert error.next_step is not None
    assert error.next_step.el
    assert error.next_step.en
    assert error.kept is not None
    return error


def test_text_called_xlsx(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ROWS, name="pelates.xlsx")
    assert "plain text" in refusal(path).what.en


def test_a_web_page_called_xls(tmp_path: Path) -> None:
    path = tmp_path / "pelates.xls"
    path.write_text("<html><table><tr><td>ΑΒΓ</td></tr></table></html>", encoding="utf-8")
    assert "web page" in refusal(path).what.en


def test_a_workbook_cut_off(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    path.write_bytes(path.read_bytes()[:-200])
    assert "damaged" in refusal(path).what.en


def test_a_workbook_with_a_broken_part(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    content = bytearray(path.read_bytes())
    at = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo("xl/worksheets/sheet1.xml").header_offset
    content[at + 60 : at + 90] = b"\xff" * 30
    path.write_bytes(bytes(content))
    assert "damaged" in refusal(path).what.en


@pytest.mark.parametrize("name", ["word/document.xml", "xl/workbook.xml"])
def test_an_archive_that_is_no_workbook(tmp_path: Path, name: str) -> None:
    path = tmp_path / "pelates.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "<nothing/>")
    assert "damaged" in refusal(path).what.en


def test_bytes_that_only_look_like_an_old_workbook(tmp_path: Path) -> None:
    path = tmp_path / "pelates.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00\x07" * 2000)
    assert "damaged" in refusal(path).what.en


def test_binary_rubbish_called_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "pelates.xlsx"
    path.write_bytes(bytes(range(256)) * 10)
    assert "damaged" in refusal(path).what.en


def test_a_password(tmp_path: Path) -> None:
    # Excel wraps an encrypted workbook in a compound file with a stream of this name.
    path = tmp_path / "pelates.xlsx"
    filler = b"\x00" * (1 << 20)
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + filler + "EncryptedPackage".encode("utf-16-le") + filler)
    assert "password" in refusal(path).what.en


def test_empty_file_empty_sheet_and_titles_alone(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    empty.touch()
    assert "is empty" in refusal(empty).what.en
    assert "sheet “Πελάτες”" in refusal(xlsx_file(tmp_path, [])).what.en
    assert "titles only" in refusal(xlsx_file(tmp_path, ROWS[:1])).what.en
    assert "titles only" in refusal(csv_file(tmp_path, ROWS[:1])).what.en
    assert "is empty" in refusal(csv_file(tmp_path, [["", ""], ["", " "]])).what.en


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "MAX_UNPACKED_BYTES", 3_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * 4_000_000)
    assert path.stat().st_size < 10_000
    assert "memory" in refusal(path).what.en


def test_a_bomb_that_lies_about_its_size_is_not_opened_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "MAX_UNPACKED_BYTES", 3_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * 4_000_000)
    content = path.read_bytes().replace(struct.pack("<I", 4_000_000), struct.pack("<I", 1_000))
    path.write_bytes(content)
    assert "memory" in refusal(path).what.en


def test_a_value_far_to_the_right_is_explained(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    with_stray(path, "XFD2")
    assert "beyond column" in refusal(path).what.en


def test_a_value_far_down_is_explained(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    with_stray(path, "A1048576")
    assert "more than 500,000 rows" in refusal(path).what.en


def test_colour_far_to_the_right_does_not_matter(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    with_stray(path, "XFD2", value="")
    with open_file(path) as file:
        assert len(file.examine().source.columns) == 2


def with_stray(path: Path, cell: str, value: str = "x") -> None:
    """Put a cell where people put none, without filling the gap."""
    import openpyxl
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    if value:
        sheet[cell] = value
    else:
        sheet[cell].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(path)


def test_a_workbook_beyond_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "MAX_WORKBOOK_BYTES", 100)
    assert "larger than" in refusal(xlsx_file(tmp_path, ROWS)).what.en


def test_sheets_are_chosen_by_name_and_by_number(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [], sheets={"Λιανική": ROWS, "Χονδρική": [["Επωνυμία"], ["Ζήτα ΑΕ"]]})
    with open_file(path) as file:
        first = file.examine()
        assert first.source.sheets == ("Πελάτες", "Λιανική", "Χονδρική")
        assert first.source.sheet == "Λιανική"  # the first that has something in it
        assert file.examine(ReadOptions(sheet="Χονδρική")).source.columns[0].samples == ("Ζήτα ΑΕ",)
        assert file.examine(ReadOptions(sheet="3")).source.sheet == "Χονδρική"
    assert "Λιανική" in refusal(path, ReadOptions(sheet="Άλλο")).next_step.el  # type: ignore[union-attr]


def test_hidden_sheets_are_not_offered(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx_file(tmp_path, ROWS, sheets={"Κρυφό": ROWS})
    book = openpyxl.load_workbook(path)
    book["Κρυφό"].sheet_state = "hidden"
    book.save(path)
    with open_file(path) as file:
        assert file.examine().source.sheets == ("Πελάτες",)


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS, name="pelates.csv")
    with open_file(path) as file:
        assert file.examine().source.kind == "workbook"


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path, [[], [None, "Επωνυμία", "Πόλη"], [], [None, "ΑΒΓ", "Βόλος"], [], [None, "Δέλτα", "Άργος"]]
    )
    with open_file(path) as file:
        source = file.examine().source
        assert source.header_row == 2
        assert [column.letters for column in source.columns] == ["B", "C"]
        (block,) = file.blocks(source)
    assert block.numbers == [4, 6]


def test_a_file_that_was_saved_again_after_the_look(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ROWS)
    with open_file(path) as file:
        source = file.examine().source
    csv_file(tmp_path, [*ROWS, ["Νέος", "Χίος"]])
    with open_file(path) as file, pytest.raises(InvalidInput, match="has changed"):
        list(file.blocks(source))


def test_a_file_that_vanished_after_the_look(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ROWS)
    with open_file(path) as file:
        source = file.examine().source
        path.unlink()
        with pytest.raises(NotFound):
            list(file.blocks(source))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "another program has it"),
        (IsADirectoryError(21, "Is a directory"), "a folder"),
        (OSError(5, "Input/output error"), "the disk failed"),
    ],
)
def test_trouble_with_the_file_is_explained(error: OSError, words: str) -> None:
    with pytest.raises(InvalidInput, match=words), file_errors(Path("pelates.xlsx")):
        raise error


def test_a_fault_inside_the_reader_is_a_broken_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As pyo3 raises it."""

    def panic(_path: Path) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("python_calamine.load_workbook", panic)
    with pytest.raises(InvalidInput, match="damaged"), open_workbook(xlsx_file(tmp_path, ROWS)):
        pass
