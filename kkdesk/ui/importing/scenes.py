"""Pictures of the page for `kkdesk tour`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.services.importing.report import Progress
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.importing.page import ImportingPage

# A list as an accounting program gives it, with what goes wrong in such lists.
_SAMPLE = """
Κωδ.;Επωνυμία;Όνομα;Επώνυμο;Α.Φ.Μ.;Διεύθυνση;Τ.Κ.;Πόλη;Τηλέφωνο;Κινητό;E-mail;Παρατηρήσεις;Χ
30-001;Μεταφορική Πηλίου ΑΕ;;;094429812;Δημητριάδος 85;382 21;Βόλος;24210 45678;;info@pilio.example;;φορτηγά
30-002;;Γεωργία;Αναγνώστου;;Ρήγα Φεραίου 12;38333;Βόλος;;697 555 1234;g.anagnostou@example.gr;;
30-003;Αφοί Καραμήτρου ΟΕ;;;90000045;Φαρσάλων 140;41335;Λάρισα;2410 555 321;;karamitrou@example.gr;;ταξί
30-004;;Σταύρος;Μπαλτάς;;Κύπρου 3;41222;Λάρισα;;6,97E+09;s.baltas@gmial.com;;
30-005;Ταξί Θεσσαλίας;;;123456789;Ηπείρου 9;41222;Λάρισα;2410555777;;;;ταξί
30-006;;Ελένη;Ράπτη;;Ερμού 44;3833;Βόλος;;6944000111;eleni.rapti;;
30-007;;;;;Ιάσονος 5;38221;Βόλος;2421012345;;;;
30-008;Βουλκανιζατέρ Όσσα;;;123456783;Βόλου 210;41334;Λάρισα;2410 612345 / 697 222 3344;;ossa@example.gr;;
30-009;;Γεωργία;Αναγνώστου;;Ρήγα Φεραίου 12;38333;Βόλος;;697 555 1234;g.anagnostou@example.gr;;
30-010;;Αχιλλέας;Ντόβας;;Αθανασάκη 2;38222;Βόλος;2421098765;;dovas@example.gr;Προτιμά πρωί;
""".lstrip()


_BY_HAND: tuple[tuple[str | int | None, ...], ...] = (
    ("Πελάτες επαγγελματίες, κατάστημα Λάρισας", None, None, None, None, None, None),
    ("Πελάτης", "Όνομα", "Επίθετο", "Κιν.", "mail", "Περιοχή", "Ελαστικά"),
    ("Ταξί Καλαμάρα", "Ζωή", "Καλαμάρα", 6944120310, "zoi.kalamara@example.gr", "Λάρισα", "205/55 R16"),
    ("Διανομές Γκανάς ΙΚΕ", "Πέτρος", "Γκανάς", 6972003415, None, "Λάρισα", "195/65 R15"),
    ("Ανθοπωλείο Ευδοκία", "Ευδοκία", "Τσιάρα", 6938777120, "e.tsiara@example.gr", "Τύρναβος", "225/45 R17"),
    ("Μπλάνας & Υιοί ΟΕ", "Νίκος", "Μπλάνας", 6945554433, "blanas@example.gr", "Λάρισα", None),
)

_WITHOUT_FAULT = """
Επωνυμία;Όνομα;Επώνυμο;Α.Φ.Μ.;Τ.Κ.;Πόλη;Κινητό;E-mail
Μεταφορική Πηλίου ΑΕ;;;094429812;38221;Βόλος;;info@pilio.example
;Γεωργία;Αναγνώστου;;38333;Βόλος;6975551234;g.anagnostou@example.gr
""".lstrip()


def importing_scenes() -> Sequence[Scene]:
    """What the page can look like."""
    return (
        Scene("columns", _columns),
        Scene("workbook", _workbook),
        Scene("check", _check),
        Scene("refused", _refused),
        Scene("no-problems", _no_problems),
        Scene("running", _running),
        Scene("done", _done),
        Scene("undone", _undone),
        Scene("bad-file", _bad_file),
        Scene("broken-workbook", _broken_workbook),
        Scene("only-titles", _only_titles),
        Scene("export", _export),
    )


def sample_file(folder: Path, name: str = "pelatologio-2026.csv") -> Path:
    """A list with the usual faults, in the encoding of the usual programs."""
    path = folder / name
    path.write_bytes(_SAMPLE.encode("cp1253"))
    return path


def sample_workbook(folder: Path) -> Path:
    """A list that somebody keeps by hand: a heading across, two sheets, titles that are not quite clear."""
    # Heavy, and wanted for this picture only.
    from openpyxl import Workbook

    book = Workbook()
    people = book.active
    people.title = "Επαγγελματίες"
    for row in _BY_HAND:
        people.append(row)
    people.merge_cells("A1:G1")
    book.create_sheet("Στόλοι").append(["Εταιρεία", "Οχήματα"])
    path = folder / "Πελάτες καταστήματος Λάρισας 2026.xlsx"
    book.save(path)
    return path


async def _columns(page: ImportingPage) -> None:
    page.look_at(sample_file(page.workspace.profile.folder))
    await page.settled()


async def _workbook(page: ImportingPage) -> None:
    page.look_at(sample_workbook(page.workspace.profile.folder))
    await page.settled()


async def _check(page: ImportingPage) -> None:
    await _columns(page)
    page.check()
    await page.settled()


async def _refused(page: ImportingPage) -> None:
    await _check(page)
    page.findings_step.chips["refused"].click()


async def _no_problems(page: ImportingPage) -> None:
    path = page.workspace.profile.folder / "neoi-pelates.csv"
    path.write_text(_WITHOUT_FAULT, encoding="utf-8-sig")
    page.look_at(path)
    await page.settled()
    page.columns_step.choices.tag.setText("Έκθεση 2026")
    page.check()
    await page.settled()
    page.columns_step.choices.tag.clear()


async def _running(page: ImportingPage) -> None:
    await _check(page)
    page.show_running("pelatologio-2026.csv")
    page.progress_step.show_progress(Progress("writing", 21_000, 48_200, 9_800.0, created=48_200))


async def _done(page: ImportingPage) -> None:
    await _check(page)
    page.bring_in()
    await page.settled()
    # The next picture, and the next language, shall find the customers as they were.
    if page.report is not None and page.report.change_id:
        await page.workspace.history.undo(page.report.change_id)


async def _undone(page: ImportingPage) -> None:
    await _check(page)
    page.bring_in()
    await page.settled()
    page.outcome_step.undo_button.click()
    await page.settled()


async def _bad_file(page: ImportingPage) -> None:
    page.look_at(sample_file(page.workspace.profile.folder, "pelatologio-2026.xlsx"))
    await page.settled()


async def _broken_workbook(page: ImportingPage) -> None:
    path = sample_workbook(page.workspace.profile.folder)
    path.write_bytes(path.read_bytes()[:2_000])
    page.look_at(path)
    await page.settled()


async def _only_titles(page: ImportingPage) -> None:
    path = page.workspace.profile.folder / "pelatologio-2026.csv"
    path.write_bytes(_SAMPLE.splitlines()[0].encode("cp1253"))
    page.look_at(path)
    await page.settled()


async def _export(page: ImportingPage) -> QWidget:
    page.start_step.trouble.say("")
    dialog = await page.exports.dialog(["one", "two", "three"])
    dialog.open()
    return dialog
