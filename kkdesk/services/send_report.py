"""What is to be known before a campaign is sent: who gets it, who does not, and what would go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from kkdesk.model.actor import Actor
from kkdesk.model.audience import NOBODY, AudiencePreview
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign, CampaignDraft
from kkdesk.model.errors import InvalidInput, KKDeskError, NotConfigured
from kkdesk.model.row import as_int, as_text
from kkdesk.model.segment import parse_rule
from kkdesk.services.audience import Audience
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.checklist import Area, Finding, Severity, check_content, fields_in_use
from kkdesk.services.checklist_facts import facts, subject_findings, text_findings, tracking_notes
from kkdesk.services.mail.assets import CAMPAIGN_FILES, carried, frozen_files
from kkdesk.services.mail.css import inline_css
from kkdesk.services.send_duration import SendPace
from kkdesk.services.tracking_switches import untracked_customers
from kkdesk.store.database import Database

#: SQL for the text that each merge field takes from a row `c` of customers, as `merge_values` does.
_FIELD_TEXT: Final[Mapping[str, str]] = {
    "firstName": "c.first_name",
    "lastName": "c.last_name",
    "company": "c.company",
    "email": "c.email",
    "city": "c.city",
    "phone": "coalesce(nullif(c.phone, ''), c.mobile)",
    "vocative": "c.first_name",
}


@dataclass(frozen=True, slots=True)
class SendReport:
    """What is to be known before sending: who gets it, who does not, and what was found."""

    campaign: Campaign
    preview: AudiencePreview
    findings: tuple[Finding, ...]
    #: Errors that forbid sending: missing settings, filters that cannot be understood.
    obstacles: tuple[KKDeskError, ...]
    #: What is in order, and what is worth knowing.
    facts: tuple[Finding, ...] = ()
    #: HTML of the signature that goes beneath the message.
    signature: str = ""

    @property
    def count(self) -> int:
        """How many get the mail: the number that a person confirms."""
        return self.preview.count

    @property
    def can_send(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles and all(finding.severity is not Severity.STOP for finding in self.findings)


class MailCheck(Protocol):
    """Whoever composes the mails (`kkdesk.services.mail.composer.CampaignComposer`)."""

    async def check(self, from_email: str = "") -> None:
        """Raises `NotConfigured` when mails would have no working unsubscribe link or no sender."""
        ...


class SendReports:
    """Looks at a campaign as it would be sent now."""

    def __init__(
        self,
        db: Database,
        actor: Actor,
        campaigns: Campaigns,
        audience: Audience,
        mails: MailCheck,
        pace: SendPace,
    ) -> None:
        """Reads only, except that asking `mails` may make and keep the secret that signs links."""
        self._db = db
        self._actor = actor
        self._campaigns = campaigns
        self._audience = audience
        self._mails = mails
        self._pace = pace

    async def prepare(self, campaign_id: str) -> SendReport:
        """Everything to look at before sending. Changes nothing. Raises `NotFound`."""
        campaign = await self._campaigns.get(campaign_id)
        obstacles: list[KKDeskError] = []
        try:
            await self._mails.check(campaign.draft.from_email or "")
        except NotConfigured as error:
            obstacles.append(error)
        preview = NOBODY
        try:
            preview = await self._audience.preview(campaign.draft.filters)
        except InvalidInput as error:
            obstacles.append(error)
        else:
            if not preview.count:
                obstacles.append(_nobody(campaign, preview))
        signature = await self._signature(campaign)
        listed = await self._db.query(CAMPAIGN_FILES, (campaign.id,))
        try:
            carried(frozen_files(as_text(listed[0][0])), campaign.draft.content + signature)
        except InvalidInput as error:
            obstacles.append(error)
        blank = await self._blank_values(fields_in_use(campaign.draft), preview)
        findings = await asyncio.to_thread(_of_content, campaign.draft, signature, blank)
        findings += await self._lost_parts(campaign)
        findings += await self._left_out(campaign)
        pace = await self._pace.findings(preview.count)
        findings += [finding for finding in pace if finding.severity is Severity.WARN]
        known = await asyncio.to_thread(lambda: list(facts(campaign.draft, signature, findings, obstacles)))
        known += [finding for finding in pace if finding.severity is not Severity.WARN]
        off = await untracked_customers(self._db, self._actor.org_id)
        known += tracking_notes(campaign.draft, len(off.intersection(preview.customer_ids())) if off else 0)
        return SendReport(campaign, preview, tuple(findings), tuple(obstacles), tuple(known), signature)

    async def _signature(self, campaign: Campaign) -> str:
        rows = await self._db.query(
            "SELECT content FROM email_signatures WHERE org_id = ? AND id = ?",
            (self._actor.org_id, campaign.draft.signature_id),
        )
        return as_text(rows[0]["content"]) if rows else ""

    async def _blank_values(self, fields: Iterable[str], preview: AudiencePreview) -> Mapping[str, int]:
        names = sorted(fields)
        if not names or not preview.count:
            return {}
        ids = await asyncio.to_thread(json.dumps, preview.customer_ids())
        counts = ", ".join(f"sum(trim(coalesce({_FIELD_TEXT[name]}, '')) = '') AS {name}" for name in names)
        rows = await self._db.query(
            f"SELECT {counts} FROM customers c WHERE c.id IN (SELECT value FROM json_each(?))",
            (ids,),
        )
        return {name: as_int(rows[0][name]) for name in names}

    async def _lost_parts(self, campaign: Campaign) -> list[Finding]:
        """Tags and segments of the audience that have been deleted, and segments that select nobody."""
        filters = campaign.draft.filters
        tags = await self._db.query(
            "SELECT id FROM tags WHERE org_id = ? AND id IN (SELECT value FROM json_each(?))",
            (self._actor.org_id, json.dumps(filters.tags)),
        )
        segments = await self._db.query(
            "SELECT id, name, filters FROM segments WHERE org_id = ? AND id IN (SELECT value FROM json_each(?))",
            (self._actor.org_id, json.dumps(filters.segments)),
        )
        empty = [as_text(row["name"]) for row in segments if _is_empty(row["filters"])]
        return [
            *_lost("lost_tag", len(set(filters.tags)) - len(tags), _LOST_TAGS),
            *_lost("lost_segment", len(set(filters.segments)) - len(segments), _LOST_SEGMENTS),
            *(Finding("empty_segment", Severity.WARN, _empty_segment(name), Area.RECIPIENTS) for name in empty),
        ]

    async def _left_out(self, campaign: Campaign) -> tuple[Finding, ...]:
        """Files of the campaign that somebody has deleted since, or that lie where they cannot be fetched from."""
        rows = await self._db.query(
            "SELECT count(*) AS n FROM campaign_assets c LEFT JOIN email_assets a ON a.id = c.asset_id "
            "WHERE c.campaign_id = ? AND (a.id IS NULL OR a.deleted_at IS NOT NULL "
            "OR a.blob_url NOT LIKE 'https://%')",
            (campaign.id,),
        )
        return _lost("files_left_out", as_int(rows[0]["n"]), _FILES_LEFT_OUT, Area.MESSAGE)


NOTHING_SENT: Final = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")
_CHOOSE_OTHERS: Final = Bilingual(
    "Δείτε τους λόγους ή επιλέξτε άλλους παραλήπτες.", "See the reasons, or choose other recipients."
)
_FILES_LEFT_OUT: Final = Bilingual(
    "Συνημμένα και εικόνες που διαγράφηκαν ή δεν μπορούν να ληφθούν και δεν θα συνοδεύουν το μήνυμα",
    "Attachments and pictures that were deleted or cannot be fetched and will not travel with the mail",
)
_LOST_TAGS: Final = Bilingual(
    "Ετικέτες των παραληπτών που δεν υπάρχουν πια", "Tags of the audience that no longer exist"
)
_LOST_SEGMENTS: Final = Bilingual(
    "Τμήματα πελατών που δεν υπάρχουν πια", "Segments of the audience that no longer exist"
)


def _of_content(draft: CampaignDraft, signature: str, blank: Mapping[str, int]) -> list[Finding]:
    unreadable = inline_css(draft.content + signature).finding
    return [
        *check_content(draft, signature, blank),
        *([Finding("css_unreadable", Severity.WARN, unreadable, Area.MESSAGE)] if unreadable else []),
        *subject_findings(draft),
        *text_findings(draft, signature),
    ]


def _lost(code: str, missing: int, what: Bilingual, area: Area = Area.RECIPIENTS) -> tuple[Finding, ...]:
    text = Bilingual(f"{what.el}: {missing}.", f"{what.en}: {missing}.")
    return (Finding(code, Severity.WARN, text, area),) if missing else ()


def _is_empty(filters: object) -> bool:
    try:
        return parse_rule(filters).is_empty
    except InvalidInput:
        return False  # An obstacle, told as such by the preview.


def _empty_segment(name: str) -> Bilingual:
    return Bilingual(
        f"Το τμήμα «{name}» δεν έχει συνθήκες και δεν επιλέγει κανέναν.",
        f"The segment “{name}” has no conditions and selects nobody.",
    )


def _nobody(campaign: Campaign, preview: AudiencePreview) -> InvalidInput:
    if campaign.draft.filters.is_nobody:
        return InvalidInput(
            Bilingual("Δεν έχουν επιλεγεί παραλήπτες.", "No recipients have been chosen."),
            kept=NOTHING_SENT,
            next_step=Bilingual("Επιλέξτε παραλήπτες, ή «Όλοι».", "Choose recipients, or “Everyone”."),
        )
    if not preview.selected:
        return InvalidInput(
            Bilingual("Κανένας πελάτης δεν ταιριάζει με την επιλογή.", "No customer matches what was chosen."),
            kept=NOTHING_SENT,
            next_step=_CHOOSE_OTHERS,
        )
    return InvalidInput(
        Bilingual(
            f"Κανείς από τους {preview.selected} επιλεγμένους πελάτες δεν μπορεί να λάβει το μήνυμα.",
            f"None of the {preview.selected} selected customers can get the mail.",
        ),
        kept=NOTHING_SENT,
        next_step=_CHOOSE_OTHERS,
    )
