"""Columns and their values as people read them, for any table that a change may touch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QCoreApplication

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import LAST_EDIT, WHOLE_ROW
from kkdesk.model.customer_fields import FIELD
from kkdesk.ui.customers.columns import cell_text
from kkdesk.ui.formats import clock_time, day, number
from kkdesk.ui.synchronisation.words import CountWords

if TYPE_CHECKING:
    from kkdesk.model.change import FailedGuard, Guard
    from kkdesk.model.customer import Customer
    from kkdesk.model.row import SqlValue

translate = QCoreApplication.translate
#: Characters of a value that are shown; a mail's text is longer than a window.
_SHOWN: Final = 280
#: Columns that only the program writes: nobody decides about them, nor reads them.
_SILENT: Final = frozenset({"id", "org_id", "updated_at", "created_at", "created_by", "geocoded_at", "avatar"})
#: What columns are called in tables that have no form of fields.
_WORDS: Final[Mapping[str, Bilingual]] = {
    "name": Bilingual("Όνομα", "Name"),
    "content": Bilingual("Κείμενο", "Text"),
    "html": Bilingual("Κείμενο", "Text"),
    "subject": Bilingual("Θέμα", "Subject"),
    "preview_text": Bilingual("Προεπισκόπηση στα εισερχόμενα", "Preview in the inbox"),
    "description": Bilingual("Περιγραφή", "Description"),
    "color": Bilingual("Χρώμα", "Colour"),
    "status": Bilingual("Κατάσταση", "Status"),
    "scheduled_at": Bilingual("Προγραμματισμένη αποστολή", "Scheduled for"),
    "filters": Bilingual("Κανόνες", "Rules"),
    "recipient_filters": Bilingual("Παραλήπτες", "Recipients"),
    "signature_id": Bilingual("Υπογραφή", "Signature"),
    "template_id": Bilingual("Πρότυπο", "Template"),
    "category": Bilingual("Κατηγορία", "Category"),
    "is_default": Bilingual("Προεπιλεγμένη", "Default"),
    "from_name": Bilingual("Όνομα αποστολέα", "Sender's name"),
    "from_email": Bilingual("Διεύθυνση αποστολέα", "Sender's address"),
    "reason": Bilingual("Αιτία", "Reason"),
    "title": Bilingual("Τίτλος", "Title"),
    "notes": Bilingual("Σημειώσεις", "Notes"),
}
_STATUS: Final[Mapping[str, Bilingual]] = {
    "draft": Bilingual("Πρόχειρη", "Draft"),
    "scheduled": Bilingual("Προγραμματισμένη", "Scheduled"),
    "sending": Bilingual("Στέλνεται", "Sending"),
    "sent": Bilingual("Στάλθηκε", "Sent"),
    "paused": Bilingual("Σε παύση", "Paused"),
    "failed": Bilingual("Απέτυχε", "Failed"),
    "cancelled": Bilingual("Ακυρώθηκε", "Cancelled"),
}
#: One record of each table: its name in a sentence, and what is said of one that somebody deleted.
_RECORDS: Final[Mapping[str, tuple[Bilingual, Bilingual]]] = {
    "customers": (
        Bilingual("Πελάτης", "Customer"),
        Bilingual("Ο πελάτης διαγράφηκε από άλλον", "Somebody else deleted the customer"),
    ),
    "customer_notes": (
        Bilingual("Σημείωση", "Note"),
        Bilingual("Η σημείωση διαγράφηκε από άλλον", "Somebody else deleted the note"),
    ),
    "tags": (
        Bilingual("Ετικέτα", "Tag"),
        Bilingual("Η ετικέτα διαγράφηκε από άλλον", "Somebody else deleted the tag"),
    ),
    "segments": (
        Bilingual("Ομάδα πελατών", "Segment"),
        Bilingual("Η ομάδα διαγράφηκε από άλλον", "Somebody else deleted the segment"),
    ),
    "email_campaigns": (
        Bilingual("Καμπάνια", "Campaign"),
        Bilingual("Η καμπάνια διαγράφηκε από άλλον", "Somebody else deleted the campaign"),
    ),
    "email_templates": (
        Bilingual("Πρότυπο", "Template"),
        Bilingual("Το πρότυπο διαγράφηκε από άλλον", "Somebody else deleted the template"),
    ),
    "email_signatures": (
        Bilingual("Υπογραφή", "Signature"),
        Bilingual("Η υπογραφή διαγράφηκε από άλλον", "Somebody else deleted the signature"),
    ),
    "organizations": (
        Bilingual("Στοιχεία της επιχείρησης", "The business"),
        Bilingual("Η εγγραφή διαγράφηκε από άλλον", "Somebody else deleted the record"),
    ),
}
_ANY: Final = (Bilingual("Εγγραφή", "Record"), Bilingual("Η εγγραφή διαγράφηκε από άλλον", "Somebody else deleted it"))
_MARKUP: Final = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads columns and values out in one language ("el" or "en")."""

    language: str

    def record(self, table: str) -> str:
        """What one record of a table is called."""
        return _RECORDS.get(table, _ANY)[0].in_language(self.language)

    def deleted(self, table: str) -> str:
        """That somebody else has deleted a record."""
        return _RECORDS.get(table, _ANY)[1].in_language(self.language)

    def column(self, table: str, column: str) -> str:
        """What a column is called."""
        if table == "customers" and column in FIELD:
            return FIELD[column].label.in_language(self.language)
        if table == "customer_notes" and column == "content":
            return _RECORDS[table][0].in_language(self.language)
        words = _WORDS.get(column)
        # A column that nobody has described: better its own name than none.
        return words.in_language(self.language) if words else column.replace("_", " ").capitalize()

    def value(self, table: str, column: str, value: SqlValue) -> str:
        """A value; a dash where there is nothing."""
        if value is None or value == "":
            return "—"
        if table == "customers" and column in FIELD:
            return self._customer_value(column, value)
        if column.startswith("is_"):
            return _yes_no(value)
        if column.endswith("_at") and isinstance(value, int):
            return f"{day(value)}, {clock_time(value)}"
        if column == "status" and value in _STATUS:
            return _STATUS[str(value)].in_language(self.language)
        if isinstance(value, int):
            return number(value)
        return self._text(value)

    def mine(self, guard: Guard) -> str:
        """What the person wanted."""
        if is_deletion(guard):
            return translate("SyncValues", "Deletion")
        if guard.column == LAST_EDIT:
            return translate("SyncValues", "Your changes")
        return self.value(guard.table, guard.column, guard.new)

    def theirs(self, failed: FailedGuard) -> str:
        """What is there now: of a whole record, what differs from what the person saw."""
        guard = failed.guard
        if failed.missing:
            return self.deleted(guard.table)
        if guard.column == WHOLE_ROW:
            return self._differences(guard, failed.current)
        if guard.column == LAST_EDIT:
            return translate("SyncValues", "Edited in the meantime")
        return self.value(guard.table, guard.column, failed.current)

    def title(self, guard: Guard) -> str:
        """What is at stake: a field, or the record itself."""
        return self.record(guard.table) if is_about_row(guard) else self.column(guard.table, guard.column)

    def _customer_value(self, column: str, value: SqlValue) -> str:
        field = FIELD[column]
        if field.kind == "flag":
            return _yes_no(value)
        held = cast("Customer", SimpleNamespace(**{column: value}))
        return _short(cell_text(held, field, self.language)) or number_or_dash(value)

    def _text(self, value: SqlValue) -> str:
        text = str(value)
        if text[:1] in {"{", "["}:
            return _rules(text)
        return _short(_BLANKS.sub(" ", _MARKUP.sub(" ", text)).strip()) or "—"

    def _differences(self, guard: Guard, current: SqlValue) -> str:
        before, now = _image(guard.old), _image(current)
        lines = [
            f"{self.column(guard.table, name)}: {self._shown(guard.table, name, before.get(name))}"
            f" → {self._shown(guard.table, name, value)}"
            for name, value in now.items()
            if name not in _SILENT and before.get(name) != value
        ]
        return "\n".join(lines) or translate("SyncValues", "Edited in the meantime")

    def _shown(self, table: str, column: str, value: SqlValue) -> str:
        shown = self.value(table, column, _from_image(value, table, column))
        return shown if len(shown) <= _SHOWN // 4 else f"{shown[: _SHOWN // 4]}…"


def is_deletion(guard: Guard) -> bool:
    """Whether the person wanted the record gone."""
    return guard.column == WHOLE_ROW


def is_about_row(guard: Guard) -> bool:
    """Whether all of a record is at stake, and not one value of it."""
    return guard.column in {WHOLE_ROW, LAST_EDIT, "id"}


def number_or_dash(value: SqlValue) -> str:
    """A value that its field does not show, such as a revenue of 0."""
    return number(value) if isinstance(value, int) else "—" if not value else str(value)


def _yes_no(value: SqlValue) -> str:
    return translate("SyncValues", "Yes") if value not in {0, None, "", "0"} else translate("SyncValues", "No")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _rules(text: str) -> str:
    """A list of rules; they are read where they are edited."""
    try:
        count = len(json.loads(text))
    except ValueError:
        return _short(text)
    return CountWords().rules(count)


def _image(value: SqlValue) -> dict[str, SqlValue]:
    found = json.loads(value) if isinstance(value, str) else {}
    return found if isinstance(found, dict) else {}


def _from_image(value: SqlValue, table: str, column: str) -> SqlValue:
    """An image keeps real numbers as text."""
    field = FIELD.get(column) if table == "customers" else None
    if isinstance(value, str) and field is not None and field.kind in {"money", "degrees", "number"}:
        try:
            return float(value)
        except ValueError:
            return value
    return value
