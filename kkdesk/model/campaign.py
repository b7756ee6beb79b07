"""Campaigns: who they are meant for, and the states they go through. Values are the web CRM's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, NotAllowed


class CampaignStatus(StrEnum):
    """`email_campaigns.status`."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Bilingual:
        """What people call it."""
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final[Mapping[CampaignStatus, Bilingual]] = {
    CampaignStatus.DRAFT: Bilingual("Πρόχειρο", "Draft"),
    CampaignStatus.SCHEDULED: Bilingual("Προγραμματισμένη", "Scheduled"),
    CampaignStatus.SENDING: Bilingual("Σε αποστολή", "Sending"),
    CampaignStatus.PAUSED: Bilingual("Σε παύση", "Paused"),
    CampaignStatus.SENT: Bilingual("Στάλθηκε", "Sent"),
    CampaignStatus.FAILED: Bilingual("Απέτυχε", "Failed"),
    CampaignStatus.CANCELLED: Bilingual("Ακυρώθηκε", "Cancelled"),
}

#: Which status may follow which.
TRANSITIONS: Final[Mapping[CampaignStatus, frozenset[CampaignStatus]]] = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.SCHEDULED, CampaignStatus.SENDING}),
    CampaignStatus.SCHEDULED: frozenset(
        {
            CampaignStatus.DRAFT,
            CampaignStatus.SENDING,
            CampaignStatus.PAUSED,
            CampaignStatus.CANCELLED,
            CampaignStatus.FAILED,
        }
    ),
    CampaignStatus.SENDING: frozenset(
        {CampaignStatus.PAUSED, CampaignStatus.SENT, CampaignStatus.FAILED, CampaignStatus.CANCELLED}
    ),
    CampaignStatus.PAUSED: frozenset({CampaignStatus.SENDING, CampaignStatus.SCHEDULED, CampaignStatus.CANCELLED}),
    CampaignStatus.FAILED: frozenset({CampaignStatus.SENDING, CampaignStatus.SCHEDULED}),
    CampaignStatus.SENT: frozenset(),
    CampaignStatus.CANCELLED: frozenset(),
}

#: Content and audience may change. A scheduled campaign goes back to draft first: its number has been confirmed.
EDITABLE: Final = frozenset({CampaignStatus.DRAFT})


def parse_status(text: str) -> CampaignStatus:
    """The status of a stored campaign. One that nobody knows is shown as failed: it is never sent by itself."""
    try:
        return CampaignStatus(text)
    except ValueError:
        return CampaignStatus.FAILED


def require_transition(now: CampaignStatus, wanted: CampaignStatus) -> None:
    """Raises `NotAllowed` when a campaign in status `now` cannot become `wanted`."""
    if wanted not in TRANSITIONS[now]:
        raise NotAllowed(
            Bilingual(
                f"Η καμπάνια είναι «{now.label.el}» και δεν μπορεί να γίνει «{wanted.label.el}».",
                f"The campaign is “{now.label.en}” and cannot become “{wanted.label.en}”.",
            ),
            kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        )


def require_editable(status: CampaignStatus) -> None:
    """Raises `NotAllowed` when content and audience of a campaign in this status are fixed."""
    if status in EDITABLE:
        return
    next_step = (
        Bilingual(
            "Ακυρώστε πρώτα τον προγραμματισμό της αποστολής.", "Cancel its schedule first, then it can be edited."
        )
        if status is CampaignStatus.SCHEDULED
        else Bilingual("Φτιάξτε αντίγραφο και επεξεργαστείτε εκείνο.", "Make a copy and edit that one.")
    )
    raise NotAllowed(
        Bilingual(
            f"Η καμπάνια είναι «{status.label.el}» και δεν αλλάζει πια.",
            f"The campaign is “{status.label.en}” and can no longer be edited.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=next_step,
    )


@dataclass(frozen=True, slots=True)
class RecipientFilters:
    """Whom a campaign is meant for: towns, tag ids, segment ids, categories. Lists are combined by "and".

    `everyone` is a choice that somebody made; without it, four empty lists are nobody. `not_understood` names the
    parts of a stored value that were not lists of text: the web CRM drops them, we mail nobody then.
    """

    cities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    everyone: bool = False
    not_understood: tuple[str, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether any of the lists says something."""
        return bool(self.cities or self.tags or self.segments or self.categories)

    @property
    def is_nobody(self) -> bool:
        """Whether nobody has been chosen yet."""
        return not self.restricts and not self.everyone

    def to_json(self) -> dict[str, Any]:
        """The filters as stored; `everyone` stands beside four empty lists only, where the web CRM ignores it."""
        lists: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS}
        if self.everyone and not self.restricts:
            lists["everyone"] = True
        return lists

    def dump(self) -> str:
        """The text for `email_campaigns.recipient_filters`."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))

    def require_understood(self) -> None:
        """Raises `InvalidInput` when a part of the stored filters was dropped: without it the audience were wider."""
        if self.not_understood:
            parts = ", ".join(self.not_understood)
            raise InvalidInput(
                Bilingual(
                    f"Οι παραλήπτες της καμπάνιας δεν είναι κατανοητοί ({parts}).",
                    f"The recipients of the campaign cannot be understood ({parts}).",
                ),
                kept=Bilingual("Δεν επιλέχθηκε κανείς.", "Nobody was selected."),
                next_step=Bilingual("Επιλέξτε ξανά τους παραλήπτες.", "Choose the recipients again."),
            )


_LISTS: Final = ("cities", "tags", "segments", "categories")


def parse_filters(stored: object) -> RecipientFilters:
    """`recipient_filters` (JSON text, or what it decodes to) as the web CRM reads it: what is no text is dropped.

    What was dropped is in `not_understood`. Never fails. Lists count before `everyone`, as they do in the web CRM.
    """
    decoded = stored
    if isinstance(stored, str):
        try:
            decoded = json.loads(stored) if stored.strip() else None
        except (ValueError, RecursionError):
            return RecipientFilters(not_understood=("recipient_filters",))
    if decoded is None:
        return RecipientFilters()
    if not isinstance(decoded, dict):
        return RecipientFilters(not_understood=("recipient_filters",))
    lists = {name: _texts(decoded.get(name)) for name in _LISTS}
    dropped = tuple(name for name in _LISTS if not _is_list_of_text(decoded.get(name)))
    return RecipientFilters(
        **lists, everyone=decoded.get("everyone") is True and not any(lists.values()), not_understood=dropped
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _is_list_of_text(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, str) for item in value))


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What a person composes: the part of a campaign that the editor saves. `content` is HTML."""

    name: str
    subject: str = ""
    content: str = ""
    filters: RecipientFilters = RecipientFilters()
    signature_id: str | None = None
    template_id: str | None = None
    #: Another sender than the configured one, with or without a name.
    from_email: str | None = None
    #: Whether opens and clicks are recorded, where the customer's own switch does not forbid it.
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Campaign:
    """A row of `email_campaigns`. Times are Unix seconds."""

    id: str
    org_id: str
    draft: CampaignDraft
    status: CampaignStatus
    scheduled_at: int | None
    sent_at: int | None
    total_recipients: int
    created_at: int
    updated_at: int
    #: The text of `recipient_filters` as it is stored, against which an edit is checked.
    stored_filters: str | None

    @property
    def name(self) -> str:
        """What staff call it; recipients never see it."""
        return self.draft.name

    @property
    def is_editable(self) -> bool:
        """Whether content and audience may change."""
        return self.status in EDITABLE
