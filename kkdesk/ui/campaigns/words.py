"""Campaigns in words: whom they are for, how they stand, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QCoreApplication

from kkdesk.model import customer_category
from kkdesk.model.campaign import CampaignStatus, RecipientFilters
from kkdesk.model.campaign_figures import CampaignSummary, RecipientState
from kkdesk.model.merge_fields import parse
from kkdesk.ui.campaigns.editing.chips import field_title
from kkdesk.ui.formats import moment
from kkdesk.ui.widgets.chips import PillTone
from kkdesk.workspace import Workspace

#: Names of towns, tags and so on that are written out; the rest is a number.
_NAMED: Final = 3

STATUS_TONES: Final[Mapping[CampaignStatus, PillTone]] = {
    CampaignStatus.DRAFT: "neutral",
    CampaignStatus.SCHEDULED: "info",
    CampaignStatus.SENDING: "info",
    CampaignStatus.PAUSED: "warning",
    CampaignStatus.SENT: "success",
    CampaignStatus.FAILED: "danger",
    CampaignStatus.CANCELLED: "neutral",
}
STATE_TONES: Final[Mapping[RecipientState, PillTone]] = {
    RecipientState.PENDING: "neutral",
    RecipientState.SENDING: "info",
    RecipientState.SENT: "success",
    RecipientState.FAILED: "danger",
    RecipientState.UNCONFIRMED: "warning",
    RecipientState.SKIPPED: "neutral",
    RecipientState.CANCELLED: "neutral",
    RecipientState.BOUNCED: "danger",
}


@dataclass(frozen=True, slots=True)
class AudienceNames:
    """What tags and segments are called, by id."""

    tags: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


async def audience_names(workspace: Workspace) -> AudienceNames:
    """The names there are now."""
    tags = {tag.id: tag.name for tag in await workspace.tags.all()}
    segments = {segment.id: segment.name for segment in await workspace.segments.all()}
    return AudienceNames(tags, segments)


def audience_words(filters: RecipientFilters, names: AudienceNames, language: str) -> str:
    """Whom filters select, in one line."""
    translate = QCoreApplication.translate
    if filters.not_understood:
        return translate("CampaignWords", "Not understood")
    if filters.is_nobody:
        return translate("CampaignWords", "Nobody yet")
    if filters.everyone:
        return translate("CampaignWords", "All customers")
    lost_tag, lost_segment = (
        translate("CampaignWords", "a deleted tag"),
        translate("CampaignWords", "a deleted segment"),
    )
    lists = (
        [names.segments.get(key, lost_segment) for key in filters.segments],
        [names.tags.get(key, lost_tag) for key in filters.tags],
        [customer_category.label(key).in_language(language) for key in filters.categories],
        list(filters.cities),
    )
    return " · ".join(_some(part) for part in lists if part)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} +{len(names) - _NAMED}" if len(names) > _NAMED else shown


def readable_subject(subject: str) -> str:
    """A subject with its merge fields by their names: "[Company], our offer"."""
    return parse(subject).fill(lambda field: f"[{field_title(field.name)}]")


def summary_date(summary: CampaignSummary) -> int:
    """The moment that matters: when it was or will be sent, else when it was last edited. Unix seconds."""
    if summary.status is CampaignStatus.SCHEDULED and summary.scheduled_at:
        return summary.scheduled_at
    return summary.sent_at or summary.updated_at


def date_words(summary: CampaignSummary, now: int) -> str:
    """`summary_date` in words."""
    return moment(summary_date(summary), now)
