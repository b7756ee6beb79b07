"""Files of addresses, as other programs and people make them; and the list as a file."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as Excel

from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.suppression import SuppressionQuery, pasted_addresses
from kkdesk.services import suppression_file
from kkdesk.services.suppression_export import export_list
from kkdesk.services.suppression_file import AddressFile, read_addresses
from tests.services.suppressions import customer, suppressed
from tests.services.test_suppression_list import in_workspace


def read(path: Path, content: str | bytes, encoding: str = "utf-8") -> AddressFile:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return suppression_file._read(lambda _content: None, path)


def workbook(path: Path, rows: list[list[Any]]) -> AddressFile:
    book = Excel()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return suppression_file._read(lambda _content: None, path)


def test_one_address_a_line(tmp_path: Path) -> None:
    found = read(tmp_path / "λίστα.txt", "Nikos@Shop.gr\r\n\r\nόχι εδώ\r\nnikos@shop.gr\r\nΜαρία Π. <maria@x.gr>\r\n")
    assert found.addresses == ("nikos@shop.gr", "maria@x.gr")
    assert (found.column, found.repeated, found.wrong) == ("", 1, ((3, "όχι εδώ"),))


@pytest.mark.parametrize("encoding", ["cp1253", "utf-8-sig", "utf-16"])
def test_the_column_with_the_addresses_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    lines = ["Όνομα;Ηλεκτρονική διεύθυνση;Καταχώρισε"]
    lines += [f"Πελάτης {at};p{at}@ελαστικά.gr;maria@kktires.gr" for at in range(3)]
    lines += ["Χωρίς;;maria@kktires.gr", "Δύο;a@x.gr, b@x.gr;"]
    found = read(tmp_path / "list.csv", "\r\n".join(lines), encoding)
    domain = "xn--hxajlrfd1di.gr"
    assert found.addresses == (*(f"p{at}@{domain}" for at in range(3)), "a@x.gr", "b@x.gr")
    assert found.column == "Ηλεκτρονική διεύθυνση"
    assert found.wrong == ((5, "Χωρίς maria@kktires.gr"),), "nobody's own address is taken for a recipient's"


def test_a_workbook(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Αποκλεισμένοι 2024"],
        [],
        ["Α/Α", "E-mail"],
        [1, "a@x.gr"],
        [2, None],
        [3, 6971234567],
        [4, "A@X.GR"],
    ]
    found = workbook(tmp_path / "book.xlsx", rows)
    assert (found.addresses, found.column, found.repeated) == (("a@x.gr",), "E-mail", 1)
    assert found.wrong == ((5, "2"), (6, "6971234567"))


def test_without_titles_all_columns_count(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "a@x.gr,b@x.gr\nc@x.gr,d@x.gr\n")
    assert found.addresses == ("a@x.gr", "b@x.gr", "c@x.gr", "d@x.gr")


@pytest.mark.parametrize("content", ["Όνομα;Πόλη\nΝίκος;Βόλος\n", "", "όχι\nούτε\n"])
def test_a_file_without_addresses_is_refused_with_a_way_out(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path / "a.csv", content)
    assert caught.value.next_step is not None


def test_very_many_wrong_rows_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_file, "WRONG_SHOWN", 3)
    found = read(tmp_path / "a.txt", "a@x.gr\n" + "όχι\n" * 10)
    assert (len(found.wrong), found.wrong_count) == (3, 10)


def test_it_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a@x.gr\n", encoding="utf-8")
    assert asyncio.run(read_addresses(path)).addresses == ("a@x.gr",)
    with pytest.raises(NotFound):
        asyncio.run(read_addresses(tmp_path / "missing.csv"))


@given(st.text(max_size=200))
def test_any_text_can_be_pasted(text: str) -> None:
    found = pasted_addresses(text)
    assert len(set(found.addresses)) == len(found.addresses)
    assert all("@" in address and address == address.strip() for address in found.addresses)
    assert pasted_addresses("\n".join(found.addresses)).addresses == found.addresses


def test_the_list_as_a_file(tmp_path: Path) -> None:
    async def body(workspace: Any) -> None:
        await suppressed(workspace, "a@x.gr", "manual", 1_000_000, suppression_reason="=HYPERLINK(1)")
        await suppressed(workspace, "b@xn--hxajlrfd1di.gr", "hard_bounce", 999_000, expires_at=2_000_000)
        await customer(workspace, "c@x.gr", left=True)
        target = tmp_path / "list.csv"
        told: list[tuple[int, int]] = []
        listing = workspace.suppression_list
        count = await export_list(listing, SuppressionQuery(), target, "el", lambda *at: told.append(at))
        assert count == 3 and told == [(3, 3)]
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter=";"))
        assert rows[0] == ["E-mail", "Λόγος", "Σημείωση", "Από", "Έως", "Πελάτες"]
        assert rows[1] == ["a@x.gr", "Από το προσωπικό", "'=HYPERLINK(1)", "1970-01-12 15:46", "", ""]
        assert rows[2] == ["b@ελαστικά.gr", "Μη παραδόσιμη", "", "1970-01-12 15:30", "1970-01-24 05:33", ""]
        assert rows[3] == ["c@x.gr", "Διαγραφή", "", "", "", "Νίκος"]
        found = suppression_file._read(lambda _content: None, target)
        assert set(found.addresses) == {"a@x.gr", "b@xn--hxajlrfd1di.gr", "c@x.gr"}, "it can be read again"

    in_workspace(tmp_path, body)
