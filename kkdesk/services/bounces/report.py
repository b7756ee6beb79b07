"""What was found in the bounce mailbox, and how reading it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError


@dataclass(frozen=True, slots=True)
class MailboxState:
    """`checked_at`: Unix seconds, to the hour, of the last reading that went well, 0 before the first."""

    checked_at: int
    #: Why the last reading did not go well.
    error: Bilingual | None


@dataclass(slots=True)
class BounceReport:
    """Figures of one reading, and what stopped it."""

    #: Messages that were new in the mailbox.
    read: int = 0
    #: Of them, those about mails of ours.
    ours: int = 0
    #: New events of these kinds.
    bounces: int = 0
    deferred: int = 0
    delivered: int = 0
    complaints: int = 0
    #: About mails whose sending is not on record yet: they are read again.
    early: int = 0
    #: There was no time for all of it.
    unfinished: bool = False
    error: KKDeskError | None = None

    def count(self, event: str) -> None:
        """Add one event."""
        match event:
            case "bounce":
                self.bounces += 1
            case "deferred":
                self.deferred += 1
            case "delivered":
                self.delivered += 1
            case "complaint":
                self.complaints += 1

    def figures(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "read": self.read,
            "ours": self.ours,
            "bounced": self.bounces,
            "deferred": self.deferred,
            "delivered": self.delivered,
            "complaints": self.complaints,
            "unfinished": self.unfinished,
            "error": None if self.error is None else self.error.message("en"),
            "code": None if self.error is None else self.error.code,
        }
