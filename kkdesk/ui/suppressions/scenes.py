"""Pictures of the page and its dialogs, for the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, InvalidInput
from kkdesk.model.opt_out_reason import OptOutReason, told_reason
from kkdesk.model.row import as_text
from kkdesk.model.suppression import Reason
from kkdesk.model.sync_state import SyncState
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visits import MailRef
from kkdesk.services.unsubscribing import Unsubscribing
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.suppressions.import_dialog import ImportDialog
    from kkdesk.ui.suppressions.page import SuppressionsPage


async def _selected(page: SuppressionsPage, row: int = 0) -> QWidget | None:
    page.listing.clear()
    await page.settled()
    if page.listing.model.rowCount() > row:
        page.listing.table.selectRow(row)
        await page.settled()
    return None


async def _history(page: SuppressionsPage) -> QWidget | None:
    edits = page.workspace.suppression_edits
    address = "e.papadopoulou@vulkanizater-lamia.example"
    await edits.add([address], "Το ζήτησε τηλεφωνικά η κ. Παπαδοπούλου")
    await edits.remove([address], "Ζήτησε και πάλι προσφορές, με e-mail στις 12/3")
    await edits.import_addresses([address], "robinson-2026.csv", "Λίστα του λογιστηρίου")
    await page.listing.look_for(address)
    await page.settled()
    return None


async def _by_link(page: SuppressionsPage) -> QWidget | None:
    mails = await page.workspace.db.query(
        "SELECT r.id, r.campaign_id, r.email FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id "
        "WHERE r.status = 'sent' AND coalesce(c.unsubscribed, 0) = 0 ORDER BY r.rowid LIMIT 1"
    )
    for mail in mails:
        links = Unsubscribing(page.workspace.db, page.workspace.clock)
        reason = told_reason(OptOutReason.TOO_MANY, "Ένα τον μήνα θα ήταν αρκετό")
        await links.leave(MailRef(as_text(mail["campaign_id"]), as_text(mail["id"])), reason, Visitor())
        await page.listing.look_for(as_text(mail["email"]))
    await page.settled()
    return None


async def _bounced(page: SuppressionsPage) -> QWidget | None:
    page.listing.clear()
    page.listing.show_reason(Reason.HARD_BOUNCE)
    await page.settled()
    return None


async def _nobody(page: SuppressionsPage) -> QWidget | None:
    await page.listing.look_for("nobody@nowhere.example")
    return None


async def _failed(page: SuppressionsPage) -> QWidget | None:
    busy = Bilingual("Η βάση δεδομένων είναι απασχολημένη.", "The database is busy.")
    page.listing.state.show_error(
        DatabaseBusy(busy, next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a moment.")), page.listing.clear
    )
    return None


async def _loading(page: SuppressionsPage) -> QWidget | None:
    page.listing.state.show_waiting("")
    return None


async def _offline(page: SuppressionsPage) -> QWidget | None:
    from kkdesk.ui.synchronisation.staging import StagedExchange

    await _selected(page)
    now = page.workspace.clock()
    page.shell.exchange.follow(StagedExchange(SyncState("offline", last_success=now - 2_700), [], [], []))
    return None


async def _add(page: SuppressionsPage, text: str = "") -> QWidget | None:
    from kkdesk.ui.suppressions.dialogs import AddDialog

    page.shell.exchange.follow_workspace(page.workspace)
    dialog = AddDialog(page)
    dialog.field.setPlainText(text)
    dialog.open()
    return dialog


async def _add_many(page: SuppressionsPage) -> QWidget | None:
    return await _add(page, "Νίκος Παππάς <nikos@example.gr>\nmaria@example.gr; info@ελαστικά.gr\nδεν είναι διεύθυνση")


async def _remove(page: SuppressionsPage, *, has_wishes: bool = False, count: int = 1) -> QWidget | None:
    from kkdesk.ui.suppressions.dialogs import RemoveDialog

    addresses = ["maria@example.gr", "nikos@example.gr", "info@example.gr", "x@example.gr"][:count]
    dialog = RemoveDialog(page, addresses, has_wishes=has_wishes)
    dialog.open()
    return dialog


async def _remove_wish(page: SuppressionsPage) -> QWidget | None:
    return await _remove(page, has_wishes=True)


async def _remove_many(page: SuppressionsPage) -> QWidget | None:
    return await _remove(page, has_wishes=True, count=4)


def _import(page: SuppressionsPage) -> ImportDialog:
    from kkdesk.ui.suppressions.import_dialog import ImportDialog

    dialog = ImportDialog(page, "robinson-2026.csv")
    dialog.open()
    return dialog


async def _import_reading(page: SuppressionsPage) -> QWidget | None:
    return _import(page)


async def _import_preview(page: SuppressionsPage, wrong: int = 3) -> QWidget | None:
    from kkdesk.services.suppression_file import AddressFile

    dialog = _import(page)
    lines = tuple((at * 7 + 4, f"Παπαδόπουλος Γ. – χωρίς e-mail ({at})") for at in range(wrong))
    addresses = tuple(f"a{at}@example.gr" for at in range(1_284))
    dialog.show_preview(AddressFile("robinson-2026.csv", "E-mail", addresses, 12, lines, wrong), 1_240)
    return dialog


async def _import_clean(page: SuppressionsPage) -> QWidget | None:
    return await _import_preview(page, 0)


async def _import_writing(page: SuppressionsPage) -> QWidget | None:
    dialog = _import(page)
    dialog.show_writing()
    dialog.show_progress(62_000, 100_000)
    return dialog


async def _import_done(page: SuppressionsPage) -> QWidget | None:
    from kkdesk.services.suppression_edits import Imported

    dialog = _import(page)
    dialog.show_outcome(Imported(1_240, 44))
    return dialog


async def _import_refused(page: SuppressionsPage) -> QWidget | None:
    dialog = _import(page)
    error = InvalidInput(
        Bilingual(
            "Το αρχείο «robinson-2026.csv» δεν περιέχει διευθύνσεις e-mail.",
            "The file “robinson-2026.csv” has no e-mail addresses.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
    )
    dialog.show_trouble(error, page.shell.language)
    return dialog


SCENES: tuple[Scene, ...] = (
    Scene("selected", _selected),
    Scene("history", _history),
    Scene("by-link", _by_link),
    Scene("bounced", _bounced),
    Scene("nobody", _nobody),
    Scene("failed", _failed),
    Scene("loading", _loading),
    Scene("offline", _offline),
    Scene("add", _add),
    Scene("add-many", _add_many),
    Scene("remove", _remove),
    Scene("remove-wish", _remove_wish),
    Scene("remove-many", _remove_many),
    Scene("import-reading", _import_reading),
    Scene("import-preview", _import_preview),
    Scene("import-clean", _import_clean),
    Scene("import-writing", _import_writing),
    Scene("import-done", _import_done),
    Scene("import-refused", _import_refused),
)
