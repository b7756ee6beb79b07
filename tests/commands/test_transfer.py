"""`kkdesk import` and `kkdesk export` as a person and as a program use them."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kkdesk.cli import main
from kkdesk.workspace import Workspace
from tests.services.importing.shop import VALID_AFMS, csv_file, xlsx_file

ROWS = [
    ["Επωνυμία", "Α.Φ.Μ.", "e-mail", "Πόλη", "Χρώμα", "Κατηγορία"],
    ["ΑΒΓ ΑΕ", VALID_AFMS[0], "a@b.gr", "Βόλος", "μπλε", "Στόλος"],
    ["Δέλτα", "123456789", "", "Χίος", "", ""],
    ["Ζήτα", VALID_AFMS[1], "z@z.gr", "Βόλος", "", "Λιανική"],
]


@pytest.fixture
def kkdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on a profile; gives the exit code, standard output and standard error."""
    monkeypatch.setenv("KKDESK_LANGUAGE", "en")

    def run(*args: str | Path) -> tuple[int, str, str]:
        code = main(["--data", str(tmp_path / "profile"), *map(str, args)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_workbook_just_works(tmp_path: Path, kkdesk: Any) -> None:
    path = xlsx_file(tmp_path, ROWS)
    code, out, _ = kkdesk("import", path)
    assert code == 0
    assert "pelates.xlsx: 3 rows. New customers: 2, updated: 0, skipped: 0, refused: 1." in out
    assert "Row 3, Α.Φ.Μ. «123456789»" in out
    assert "Columns that were not read: Χρώμα" in out
    code, out, _ = kkdesk("import", path, "--json")
    data = json.loads(out)
    counts = {key: data[key] for key in ("rows", "created", "updated", "skipped", "refused")}
    assert counts == {"rows": 3, "created": 0, "updated": 0, "skipped": 2, "refused": 1}
    assert data["columns"]["Α.Φ.Μ."] == "afm"
    assert data["columns"]["Χρώμα"] is None
    assert (data["problems"][0]["row"], data["problems"][0]["outcome"]) == (3, "refused")
    assert Path(data["refused_file"]).exists()
    assert data["change_id"] is None


def test_a_dry_run_with_a_list_of_the_refused(tmp_path: Path, kkdesk: Any) -> None:
    refused = tmp_path / "refused.csv"
    code, out, _ = kkdesk("import", csv_file(tmp_path, ROWS), "--dry-run", "--refused", refused, "--json")
    data = json.loads(out)
    assert (code, data["created"], data["refused"], data["dry_run"]) == (0, 2, 1, True)
    with refused.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file, delimiter=";")] == ["Επωνυμία", "Δέλτα"]
    assert json.loads(kkdesk("import", tmp_path / "pelates.csv", "--json")[1])["created"] == 2


def test_everything_can_be_said(tmp_path: Path, kkdesk: Any) -> None:
    path = xlsx_file(tmp_path, [["κάτι"]], sheets={"Λίστα": [["τίτλος"], *ROWS]})
    code, out, _ = kkdesk(
        "import", path, "--sheet", "Λίστα", "--header-row", "2", "--map", "Χρώμα=Σημειώσεις", "--map", "Πόλη=",
        "--match", "afm", "--on-match", "update", "--leave-out-wrong", "--tag", "Έκθεση", "--yes", "--json",
    )  # fmt: skip
    data = json.loads(out)
    assert (code, data["created"], data["new_tags"]) == (0, 3, ["Έκθεση"])
    assert (data["columns"]["Χρώμα"], data["columns"]["Πόλη"]) == ("notes", None)


def test_text_files_in_any_form(tmp_path: Path, kkdesk: Any) -> None:
    path = csv_file(tmp_path, ROWS, delimiter="\t", encoding="cp1253", name="pelates.txt")
    data = json.loads(kkdesk("import", path, "--encoding", "cp1253", "--delimiter", "tab", "--json")[1])
    assert data["created"] == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--map", "Χρώμα"), "is not COLUMN=FIELD"),
        (("--map", "Χρώμα=ουρανός"), "no field"),
        (("--match", "colour"), "Unknown key"),
        (("--delimiter", "abc"), "single character"),
        (("--encoding", "klingon"), "cannot be read as klingon"),
    ],
)
def test_wrong_words_are_explained(tmp_path: Path, kkdesk: Any, args: tuple[str, ...], words: str) -> None:
    code, _, err = kkdesk("import", csv_file(tmp_path, ROWS), *args)
    assert code == 1
    assert words in err


def test_bad_files_are_explained_and_nothing_is_written(tmp_path: Path, kkdesk: Any) -> None:
    for path in (
        csv_file(tmp_path, ROWS, name="text.xlsx"),
        csv_file(tmp_path, ROWS[:1], name="titles.csv"),
        tmp_path / "nobody.csv",
    ):
        code, out, err = kkdesk("import", path, "--json")
        assert code == 1
        assert "Nothing was written." in err
        assert json.loads(out)["code"] in {"invalid_input", "not_found"}


def test_an_import_that_refuses_everything_has_failed(tmp_path: Path, kkdesk: Any) -> None:
    code, out, _ = kkdesk("import", csv_file(tmp_path, [ROWS[0], ROWS[2]]))
    assert code == 1
    assert "refused: 1" in out


def test_a_person_is_asked_first(tmp_path: Path, kkdesk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv_file(tmp_path, ROWS)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, code in (("όχι", 1), ("ναι", 0)):
        monkeypatch.setattr("builtins.input", lambda _question, answer=answer: answer)
        assert kkdesk("import", path)[0] == code
    assert json.loads(kkdesk("import", path, "--json")[1])["skipped"] == 2


def test_export_of_everybody_and_of_some(tmp_path: Path, kkdesk: Any) -> None:
    kkdesk("import", csv_file(tmp_path, ROWS), "--tag", "VIP")
    code, out, _ = kkdesk("export", tmp_path / "all.xlsx", "--json")
    assert (code, json.loads(out)["customers"]) == (0, 2)
    for given, names in (
        (("category=στόλος",), ["ΑΒΓ ΑΕ"]),
        (("city=Βόλος", "tag=vip", "has_email"), ["ΑΒΓ ΑΕ", "Ζήτα"]),
        (("text=zita",), ["Ζήτα"]),
        (("vip=ναι",), []),
    ):
        filters = [word for one in given for word in ("--filter", one)]
        code, out, _ = kkdesk("export", tmp_path / "some.csv", "--columns", "Επωνυμία,city", *filters)
        assert code == 0
        assert f"Wrote {len(names)} customers" in out
        with (tmp_path / "some.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row[0] for row in csv.reader(file, delimiter=";")][1:] == names


@pytest.mark.parametrize(
    "given", ["colour=blue", "category=ουρανός", "vip=ίσως", "tag=κανένας", "segment=κανένα", "city"]
)
def test_filters_that_there_are_not(tmp_path: Path, kkdesk: Any, given: str) -> None:
    code, _, err = kkdesk("export", tmp_path / "a.csv", "--filter", given)
    assert code == 1
    assert err
    assert not (tmp_path / "a.csv").exists()


def test_an_import_is_taken_back_as_one(tmp_path: Path, kkdesk: Any) -> None:
    change = json.loads(kkdesk("import", csv_file(tmp_path, ROWS), "--json")[1])["change_id"]

    async def undo() -> int:
        workspace = await Workspace.open(tmp_path / "profile")
        try:
            await workspace.history.undo(change)
            return len(await workspace.db.query("SELECT id FROM customers"))
        finally:
            await workspace.close()

    assert asyncio.run(undo()) == 0
