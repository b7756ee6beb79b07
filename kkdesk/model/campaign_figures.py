"""What became of a campaign: figures, and the state of each recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignStatus, RecipientFilters


class RecipientState(StrEnum):
    """Where one recipient's mail is."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    #: Nobody knows whether it left: a person resends it or leaves it.
    UNCONFIRMED = "unconfirmed"
    #: Opted out, suppressed or inactive since the recipients were listed.
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"

    @property
    def label(self) -> Bilingual:
        """The state as people read it."""
        return _STATES[self]


_STATES: Final[Mapping[RecipientState, Bilingual]] = {
    RecipientState.PENDING: Bilingual("Σε αναμονή", "Waiting"),
    RecipientState.SENDING: Bilingual("Στέλνεται", "Being sent"),
    RecipientState.SENT: Bilingual("Στάλθηκε", "Sent"),
    RecipientState.FAILED: Bilingual("Απέτυχε", "Failed"),
    RecipientState.UNCONFIRMED: Bilingual("Ανεπιβεβαίωτο", "Unconfirmed"),
    RecipientState.SKIPPED: Bilingual("Παραλείφθηκε", "Skipped"),
    RecipientState.CANCELLED: Bilingual("Ακυρώθηκε", "Cancelled"),
    RecipientState.BOUNCED: Bilingual("Επιστράφηκε", "Bounced"),
}


class Reaction(StrEnum):
    """What a recipient did with the mail; `email_tracking.type`, and what only machines did."""

    OPENED = "open"
    CLICKED = "click"
    UNSUBSCRIBED = "unsubscribe"
    #: Opened, or clicked, by scanners and prefetching servers, and by no person.
    BY_MACHINE = "machine"

    @property
    def label(self) -> Bilingual:
        """The reaction as people read it."""
        return _REACTIONS[self]


_REACTIONS: Final[Mapping[Reaction, Bilingual]] = {
    Reaction.OPENED: Bilingual("Άνοιξε", "Opened"),
    Reaction.CLICKED: Bilingual("Έκανε κλικ", "Clicked"),
    Reaction.UNSUBSCRIBED: Bilingual("Διαγράφηκε", "Unsubscribed"),
    Reaction.BY_MACHINE: Bilingual("Μόνο μηχανή", "Machine only"),
}


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """Counts of recipients, each counted once for whatever they did however often.

    Opened and clicked are people's; of the recipients by whom only machines did, there is a count of their own.
    """

    total: int = 0
    sent: int = 0
    opened: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    opened_by_machines: int = 0
    clicked_by_machines: int = 0

    @property
    def reached(self) -> int:
        """How many got the mail. Whoever opened it has got it, whatever the mail server said."""
        opened, clicked = self.opened + self.opened_by_machines, self.clicked + self.clicked_by_machines
        return max(self.sent, opened, clicked, self.unsubscribed)

    @property
    def open_rate(self) -> float | None:
        """Share (0 to 1) of those reached who opened it; None before anybody is reached."""
        return _share(self.opened, self.reached)

    @property
    def click_rate(self) -> float | None:
        """Share (0 to 1) of those reached who clicked at least one link; None before anybody is reached."""
        return _share(self.clicked, self.reached)

    @property
    def unsubscribe_rate(self) -> float | None:
        """Share (0 to 1) of those reached who unsubscribed by this mail; None before anybody is reached."""
        return _share(self.unsubscribed, self.reached)


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign as the list shows it. Times are Unix seconds."""

    id: str
    name: str
    subject: str
    status: CampaignStatus
    figures: CampaignFigures
    #: Mails of which nobody knows whether they left: somebody has to decide.
    unconfirmed: int
    scheduled_at: int | None
    sent_at: int | None
    created_at: int
    updated_at: int
    #: Whom it is meant for.
    filters: RecipientFilters = field(default_factory=RecipientFilters)


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient of a campaign. `reason` is why the mail failed or was skipped. Times are Unix seconds.

    Opened and clicked are a person's times, `machine_at` when a machine came first.
    """

    recipient_id: str
    customer_id: str
    name: str
    email: str
    state: RecipientState
    sent_at: int | None
    opened_at: int | None
    clicked_at: int | None
    unsubscribed_at: int | None
    reason: str
    machine_at: int | None = None


@dataclass(frozen=True, slots=True)
class RecipientsPage:
    """Some recipients; `total` is how many there are in all for the same filter and search."""

    total: int
    rows: tuple[RecipientRow, ...]


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """A link of a campaign, how many recipients clicked it, and of how many others only machines did."""

    url: str
    clicked: int
    machines: int = 0


@dataclass(frozen=True, slots=True)
class HourFigures:
    """What came in within one hour that begins at `start` (Unix seconds)."""

    start: int
    opened: int
    clicked: int
    unsubscribed: int


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
