"""What became of one recipient's mail, from the first attempt to the last click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign_figures import RecipientRow
from kkdesk.services.queue.causes import HistoryEntry
from kkdesk.services.tracking.classification import RULE_NAMES
from kkdesk.ui.campaigns.outcome.reasons import reason_words
from kkdesk.ui.formats import moment
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

_KINDS: Final[Mapping[str, tuple[str, Bilingual]]] = {
    "sent": ("paper-plane-tilt", Bilingual("Το παρέλαβε ο διακομιστής", "Taken by the mail server")),
    "delivered": ("check-circle", Bilingual("Παραδόθηκε", "Delivered")),
    "bounce": ("warning-circle", Bilingual("Δεν παραδόθηκε", "Not delivered")),
    "deferred": ("clock", Bilingual("Αναβλήθηκε", "Put off")),
    "complaint": ("warning", Bilingual("Δηλώθηκε ανεπιθύμητο", "Reported as spam")),
    "unsubscribe": ("x-circle", Bilingual("Διαγράφηκε", "Unsubscribed")),
    "open": ("envelope-open", Bilingual("Άνοιξε το μήνυμα", "Opened the mail")),
    "click": ("link-simple", Bilingual("Έκανε κλικ", "Clicked")),
    "machine_open": ("robot", Bilingual("Το άνοιξε μηχανή", "Opened by a machine")),
    "machine_click": ("robot", Bilingual("Έλεγξε σύνδεσμο μηχανή", "A link checked by a machine")),
}
_WIDTH, _HEIGHT = 620, 460


class HistoryDialog(QDialog):
    """A list in the order of time. Accepted: the person wants to see what `wanted` names."""

    def __init__(
        self,
        parent: QWidget,
        recipient: RecipientRow,
        entries: Sequence[HistoryEntry],
        language: str,
        now: int,
        *,
        listed: bool,
    ) -> None:
        """`now` in Unix seconds, for “today” and “yesterday”; `listed`: the address is on the suppression list."""
        super().__init__(parent.window())
        self._language, self._now = language, now
        self.wanted: Literal["customer", "suppression"] = "customer"
        self.setWindowTitle("KK Desk")
        self.resize(_WIDTH, _HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(label(recipient.name or recipient.email, "dialog-title", wrap=True))
        state = recipient.state.label.in_language(language)
        words = reason_words(recipient.reason).in_language(language) if recipient.reason else ""
        column.addWidget(label("  ·  ".join(filter(None, (recipient.email, state, words))), "muted", wrap=True))
        self.entries = QListWidget()
        self.entries.setWordWrap(True)
        self.entries.setSpacing(3)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entries.setAccessibleName(self.tr("What became of the mail"))
        for entry in entries:
            symbol = _KINDS[entry.kind][0] if entry.kind in _KINDS else "info"
            self.entries.addItem(QListWidgetItem(icon(symbol, "muted"), self._text(entry)))
        column.addWidget(self.entries, 1)
        self._nothing = label(self.tr("Nothing is on record about this mail yet."), "muted", wrap=True)
        column.addWidget(self._nothing, 1)
        self.entries.setVisible(bool(entries))
        self._nothing.setVisible(not entries)
        self.customer_button = button(self.tr("Open the customer"), symbol="user", clicked=self.accept)
        self.suppression_button = button(
            self.tr("On the suppression list"), symbol="prohibit", clicked=self._to_suppression
        )
        self.suppression_button.setVisible(listed)
        close = button(self.tr("Close"), "primary", clicked=self.reject)
        row = QHBoxLayout()
        row.addWidget(self.customer_button)
        row.addWidget(self.suppression_button)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        if entries:
            self.entries.setCurrentRow(len(entries) - 1)
        (self.entries if entries else close).setFocus()

    def _to_suppression(self) -> None:
        self.wanted = "suppression"
        self.accept()

    def _text(self, entry: HistoryEntry) -> str:
        known = _KINDS.get(entry.kind)
        head = [moment(entry.at, self._now), known[1].in_language(self._language) if known else entry.kind]
        if entry.reason:
            head.append(_why(entry).in_language(self._language))
        said = " ".join(filter(None, (str(entry.code or ""), entry.status, entry.text)))
        more = []
        if entry.attempt and entry.kind in {"sent", "deferred", "bounce"}:
            more.append(self.tr("attempt %1").replace("%1", str(entry.attempt)))
        if entry.next_attempt_at and entry.kind == "deferred":
            more.append(self.tr("next attempt: %1").replace("%1", moment(entry.next_attempt_at, self._now)))
        lines = ("  ·  ".join(head), said, "  ·  ".join(more), entry.link)
        return "\n".join(filter(None, lines))


def _why(entry: HistoryEntry) -> Bilingual:
    rule = RULE_NAMES.get(entry.reason) if entry.kind.startswith("machine_") else None
    return rule.says if rule else reason_words(entry.reason)
