"""Pictures of the page for `kkdesk tour`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
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


def importing_scenes() -> Sequence[Scene]:
    """What the page can look like."""
    return (
        Scene("columns", _columns),
        Scene("running", _running),
        Scene("check", _check),
        Scene("done", _done),
        Scene("bad-file", _bad_file),
        Scene("export", _export),
    )


def sample_file(folder: Path, name: str = "pelatologio-2026.csv") -> Path:
    """A list with the usual faults, in the encoding of the usual programs."""
    path = folder / name
    path.write_bytes(_SAMPLE.encode("cp1253"))
    return path


async def _columns(page: ImportingPage) -> None:
    page.look_at(sample_file(page.workspace.profile.folder))
    await page.settled()


async def _running(page: ImportingPage) -> None:
    await _columns(page)
    title = QCoreApplication.translate("ImportingPage", "Importing %1…")
    page.progress_step.begin(title.replace("%1", "pelatologio-2026.csv"))
    page.progress_step.show_progress(Progress("writing", 21_000, 48_200, 9_800.0, created=48_200))
    page.trail.show_step(3, locked=True)
    page.stack.setCurrentWidget(page.progress_step)


async def _check(page: ImportingPage) -> None:
    await _columns(page)
    page.check()
    await page.settled()


async def _done(page: ImportingPage) -> None:
    await _check(page)
    page.bring_in()
    await page.settled()
    # The next picture, and the next language, shall find the customers as they were.
    if page.report is not None and page.report.change_id:
        await page.workspace.history.undo(page.report.change_id)


async def _bad_file(page: ImportingPage) -> None:
    page.look_at(sample_file(page.workspace.profile.folder, "pelatologio-2026.xlsx"))
    await page.settled()


async def _export(page: ImportingPage) -> QWidget:
    dialog = await page.exports.dialog(["one", "two", "three"])
    dialog.open()
    return dialog
