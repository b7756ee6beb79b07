"""What the page says of an entry."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from kkdesk.model.suppression import Reason, Suppressed, SuppressionNote
from kkdesk.ui.formats import day, number
from kkdesk.ui.widgets.chips import PillTone

REASON_TONES: Final[dict[Reason, PillTone]] = {
    Reason.COMPLAINT: "danger",
    Reason.UNSUBSCRIBE: "warning",
    Reason.HARD_BOUNCE: "neutral",
    Reason.MANUAL: "info",
}


def source_words(entry: Suppressed) -> str:
    """Who or what put the address on the list."""
    translate = QCoreApplication.translate
    match entry.source:
        case "campaign":
            return entry.source_name
        case "person":
            return entry.source_name or translate("SuppressionWords", "KK Desk")
        case "import":
            return translate("SuppressionWords", "Import from a file")
        case "customer":
            return translate("SuppressionWords", "Customer's record")
        case "web" if entry.reason is Reason.MANUAL:
            return translate("SuppressionWords", "Web CRM")
        case "mail":
            return translate("SuppressionWords", "Recipient's mail server")
        case _:
            return translate("SuppressionWords", "Unsubscribe link or web CRM")


def since_words(entry: Suppressed) -> str:
    """Since when; a dash where nobody wrote it down."""
    return day(entry.since) if entry.since else "–"


def customer_words(entry: Suppressed) -> str:
    """Whose address it is: the first customer, and how many more."""
    if not entry.customers:
        return ""
    more = len(entry.customers) - 1
    return entry.customers[0][1] + (f" +{number(more)}" if more else "")


def note_words(note: SuppressionNote) -> str:
    """What somebody did."""
    translate = QCoreApplication.translate
    match note.action:
        case "add":
            return translate("SuppressionWords", "Added to the list")
        case "import":
            return translate("SuppressionWords", "Added from a file")
        case "left":
            return translate("SuppressionWords", "Unsubscribed by the link of a mail")
        case "returned":
            return translate("SuppressionWords", "Took the unsubscribing back")
        case _:
            return translate("SuppressionWords", "Taken off the list")
