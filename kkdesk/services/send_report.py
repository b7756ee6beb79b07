"""What is to be known before a campaign is sent: who gets it, who does not, and what would go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.audience import NOBODY, AudiencePreview
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign
from kkdesk.model.change import as_int, as_text
from kkdesk.model.email_address import is_mailable
from kkdesk.model.errors import InvalidInput, KKDeskError, NotConfigured
from kkdesk.model.web_text import trim
from kkdesk.services.audience import Audience
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.checklist import Finding, Severity, check_content, fields_in_use
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
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

    @property
    def count(self) -> int:
        """How many get the mail: the number that a person confirms."""
        return len(self.preview.recipients)

    @property
    def can_send(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles and all(finding.severity is not Severity.STOP for finding in self.findings)


class SendReports:
    """Looks at a campaign as it would be sent now."""

    def __init__(
        self, db: Database, actor: Actor, campaigns: Campaigns, audience: Audience, settings: Settings, secrets: Secrets
    ) -> None:
        """Reads only, except that the first report may make and keep the tracking secret."""
        self._db = db
        self._actor = actor
        self._campaigns = campaigns
        self._audience = audience
        self._settings = settings
        self._secrets = secrets

    async def prepare(self, campaign_id: str) -> SendReport:
        """Everything to look at before sending. Changes nothing. Raises `NotFound`."""
        campaign = await self._campaigns.get(campaign_id)
        obstacles = await self._configuration_obstacles(campaign)
        preview = NOBODY
        try:
            preview = await self._audience.preview(campaign.draft.filters)
        except InvalidInput as error:
            obstacles.append(error)
        else:
            if not preview.recipients:
                obstacles.append(_nobody(campaign, preview))
        signature = await self._signature(campaign)
        blank = await self._blank_values(fields_in_use(campaign.draft), preview)
        findings = await asyncio.to_thread(check_content, campaign.draft, signature, blank)
        findings += await self._lost_parts(campaign)
        return SendReport(campaign, preview, tuple(findings), tuple(obstacles))

    async def _configuration_obstacles(self, campaign: Campaign) -> list[KKDeskError]:
        found: list[KKDeskError] = []
        try:
            Signer(await self._secrets.tracking_secret(), self._settings.text("NEXTAUTH_URL"))
        except NotConfigured as error:
            found.append(error)
        sender = campaign.draft.from_email or self._settings.text("SMTP_FROM")
        # Without a mail server mails go to a folder, where any sender will do.
        if (sender or self._settings.text("SMTP_HOST")) and not is_mailable(sender):
            found.append(_no_sender(sender))
        return found

    async def _signature(self, campaign: Campaign) -> str:
        rows = await self._db.query(
            "SELECT content FROM email_signatures WHERE org_id = ? AND id = ?",
            (self._actor.org_id, campaign.draft.signature_id),
        )
        return as_text(rows[0]["content"]) if rows else ""

    async def _blank_values(self, fields: Iterable[str], preview: AudiencePreview) -> Mapping[str, int]:
        names = sorted(fields)
        if not names or not preview.recipients:
            return {}
        ids = await asyncio.to_thread(json.dumps, [recipient.customer_id for recipient in preview.recipients])
        counts = ", ".join(f"sum(trim(coalesce({_FIELD_TEXT[name]}, '')) = '') AS {name}" for name in names)
        rows = await self._db.query(
            f"SELECT {counts} FROM customers c WHERE c.id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (ids,),
        )
        return {name: as_int(rows[0][name]) for name in names}

    async def _lost_parts(self, campaign: Campaign) -> list[Finding]:
        """Tags and segments of the audience that have been deleted, and segments without conditions."""
        filters = campaign.draft.filters
        lost: list[Finding] = []
        for table, ids in (("tags", filters.tags), ("segments", filters.segments)):
            rows = await self._db.query(
                f"SELECT count(*) AS n FROM {table} WHERE org_id = ? AND id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (self._actor.org_id, json.dumps(ids)),
            )
            missing = len(set(ids)) - as_int(rows[0]["n"])
            if missing:
                lost.append(_LOST[table](missing))
        return lost


def _lost_tags(missing: int) -> Finding:
    text = Bilingual(
        f"Ετικέτες των παραληπτών που δεν υπάρχουν πια: {missing}.", f"Tags of the audience that no longer exist: {missing}."
    )
    return Finding("lost_tag", Severity.WARN, text)


def _lost_segments(missing: int) -> Finding:
    text = Bilingual(
        f"Τμήματα πελατών που δεν υπάρχουν πια: {missing}.", f"Segments of the audience that no longer exist: {missing}."
    )
    return Finding("lost_segment", Severity.WARN, text)


_LOST: Final = {"tags": _lost_tags, "segments": _lost_segments}
NOTHING_SENT: Final = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")


def _nobody(campaign: Campaign, preview: AudiencePreview) -> InvalidInput:
    if campaign.draft.filters.is_nobody:
        return InvalidInput(
            Bilingual("Δεν έχουν επιλεγεί παραλήπτες.", "No recipients have been chosen."),
            kept=NOTHING_SENT,
            next_step=Bilingual("Επιλέξτε παραλήπτες, ή «Όλοι».", "Choose recipients, or “Everyone”."),
        )
    return InvalidInput(
        Bilingual(
            f"Κανείς από τους {preview.selected} επιλεγμένους πελάτες δεν μπορεί να λάβει το μήνυμα.",
            f"None of the {preview.selected} selected customers can get the mail.",
        ),
        kept=NOTHING_SENT,
        next_step=Bilingual("Δείτε τους λόγους ή αλλάξτε παραλήπτες.", "See the reasons, or choose other recipients."),
    )


def _no_sender(sender: str) -> NotConfigured:
    what = (
        Bilingual(f"Ο αποστολέας «{sender}» δεν είναι διεύθυνση e-mail.", f"The sender “{sender}” is no e-mail address.")
        if trim(sender)
        else Bilingual("Λείπει ο αποστολέας (SMTP_FROM).", "The sender (SMTP_FROM) is missing.")
    )
    return NotConfigured(
        what,
        kept=NOTHING_SENT,
        next_step=Bilingual("Ορίστε τον στις ρυθμίσεις αλληλογραφίας.", "Set it in the mail settings."),
    )
