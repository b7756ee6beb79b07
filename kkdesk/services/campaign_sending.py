"""Sending a campaign: the report, the confirmation that names the number, and what can be done until it ends."""

from __future__ import annotations

from typing import Final, Protocol

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign, CampaignStatus, require_transition
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed
from kkdesk.model.rights import Action
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.checklist import Severity
from kkdesk.services.queue.records import Enqueued
from kkdesk.services.rights import require
from kkdesk.services.send_report import NOTHING_SENT, SendReport, SendReports
from kkdesk.store.database import Database

_BACK_TO_DRAFT = """
UPDATE email_campaigns SET status = 'draft', scheduled_at = NULL, updated_at = ?2
WHERE id = ?1 AND org_id = ?3 AND status = 'scheduled'
  AND NOT EXISTS (SELECT 1 FROM email_jobs j WHERE j.campaign_id = ?1 AND j.status = 'processing')
RETURNING id"""
_DROP_JOBS = """
UPDATE email_jobs SET status = 'cancelled', completed_at = ?2, updated_at = ?2
WHERE campaign_id = ?1 AND status = 'queued'
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = ?1 AND k.status = 'draft')"""


class Queue(Protocol):
    """What is asked of the send queue (`kkdesk.services.queue.jobs.SendQueue`)."""

    async def enqueue(self, campaign_id: str, run_at: int | None = None) -> Enqueued:
        """Queue the campaign for `run_at` (Unix seconds), or for now."""
        ...

    async def pause(self, campaign_id: str) -> None:
        """Begin no further mail."""
        ...

    async def resume(self, campaign_id: str) -> None:
        """Go on where it stopped."""
        ...

    async def cancel(self, campaign_id: str) -> None:
        """Mail nobody any more."""
        ...


class CampaignSending:
    """Queues campaigns, once what and to whom has been looked at and confirmed."""

    def __init__(
        self, db: Database, actor: Actor, clock: Clock, queue: Queue, campaigns: Campaigns, reports: SendReports
    ) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._queue = queue
        self._campaigns = campaigns
        self._reports = reports

    async def prepare_send(self, campaign_id: str) -> SendReport:
        """Everything to look at before sending: `SendReports.prepare`. Raises `NotFound`."""
        return await self._reports.prepare(campaign_id)

    async def send(self, campaign_id: str, *, confirmed_count: int, at: int | None = None) -> Enqueued:
        """Queue the campaign for now, or for `at` (Unix seconds). Its recipients are listed when sending begins.

        `confirmed_count` is the number the person confirmed. Raises `Conflict` when it is another by now, `NotAllowed`
        for a campaign that is neither draft nor scheduled, `NotConfigured` when mails would have no working
        unsubscribe link or sender, and `InvalidInput` for content, recipients or a time that do not do.
        """
        require(self._actor, Action.SEND_CAMPAIGNS)
        report = await self._reports.prepare(campaign_id)
        _require_sendable(report.campaign)
        if at is not None and at <= self._clock():
            raise _time_has_passed()
        for obstacle in report.obstacles:
            raise obstacle
        for finding in report.findings:
            if finding.severity is Severity.STOP:
                raise InvalidInput(finding.text, kept=NOTHING_SENT, next_step=_EDIT_FIRST)
        if report.count != confirmed_count:
            raise _other_number(confirmed_count, report.count)
        if report.campaign.status is CampaignStatus.SCHEDULED:
            # The queue leaves a job that is there as it is: for another time a new one is needed.
            await self.cancel_schedule(campaign_id)
        return await self._queue.enqueue(campaign_id, at)

    async def cancel_schedule(self, campaign_id: str) -> None:
        """Make a scheduled campaign a draft again.

        Raises `NotFound`, and `NotAllowed` when it is not waiting any more.
        """
        require(self._actor, Action.SEND_CAMPAIGNS)
        campaign = await self._campaigns.get(campaign_id)
        now = self._clock()
        change = Change(
            Bilingual(f"Ακύρωση προγραμματισμού «{campaign.name}»", f"Cancel the schedule of “{campaign.name}”"),
            (
                Statement(_BACK_TO_DRAFT, (campaign_id, now, self._actor.org_id)),
                Statement(_DROP_JOBS, (campaign_id, now)),
            ),
            actor=self._actor.user_id,
            at_primary=True,
        )
        await self._db.apply(change)
        if (await self._campaigns.get(campaign_id)).status is not CampaignStatus.DRAFT:
            require_transition(campaign.status, CampaignStatus.DRAFT)
            raise NotAllowed(
                Bilingual("Η αποστολή μόλις ξεκίνησε.", "Sending has just begun."),
                next_step=Bilingual("Μπορείτε να την παύσετε ή να την ακυρώσετε.", "You can pause or cancel it."),
            )

    async def pause(self, campaign_id: str) -> None:
        """Begin no further mail; those in flight are finished. Raises `NotFound`, `NotAllowed`."""
        await self._require(campaign_id, CampaignStatus.PAUSED)
        await self._queue.pause(campaign_id)

    async def resume(self, campaign_id: str) -> None:
        """Go on with a paused campaign. Raises `NotFound`, `NotAllowed`."""
        await self._queue.resume(campaign_id)

    async def cancel(self, campaign_id: str) -> None:
        """Call it off for good: who has not been mailed will not be. Raises `NotFound`, `NotAllowed`."""
        await self._require(campaign_id, CampaignStatus.CANCELLED)
        await self._queue.cancel(campaign_id)

    async def _require(self, campaign_id: str, wanted: CampaignStatus) -> None:
        require_transition((await self._campaigns.get(campaign_id)).status, wanted)


_EDIT_FIRST: Final = Bilingual("Επεξεργαστείτε την καμπάνια και δοκιμάστε ξανά.", "Edit the campaign and try again.")


def _require_sendable(campaign: Campaign) -> None:
    if campaign.status in (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED):
        return
    if campaign.status is CampaignStatus.FAILED and not campaign.total_recipients:
        return  # It failed before anybody was listed.
    next_step = {
        CampaignStatus.PAUSED: Bilingual("Επιλέξτε «Συνέχιση».", "Choose Resume."),
        CampaignStatus.FAILED: Bilingual(
            "Δοκιμάστε ξανά τους παραλήπτες που απέτυχαν.", "Try the failed recipients again."
        ),
        CampaignStatus.SENDING: None,
    }.get(campaign.status, Bilingual("Για νέα αποστολή φτιάξτε ένα αντίγραφο.", "To send it again, make a copy."))
    raise NotAllowed(
        Bilingual(f"Η καμπάνια είναι «{campaign.status.label.el}».", f"The campaign is “{campaign.status.label.en}”."),
        kept=NOTHING_SENT,
        next_step=next_step,
    )


def _other_number(confirmed: int, count: int) -> Conflict:
    return Conflict(
        Bilingual(
            f"Επιβεβαιώσατε {confirmed} παραλήπτες, αλλά πλέον είναι {count}.",
            f"You confirmed {confirmed} recipients, but by now there are {count}.",
        ),
        kept=NOTHING_SENT,
        next_step=Bilingual(
            "Δείτε ξανά τους παραλήπτες και επιβεβαιώστε.", "Look at the recipients again and confirm."
        ),
    )


def _time_has_passed() -> InvalidInput:
    return InvalidInput(
        Bilingual("Η ώρα αποστολής έχει περάσει.", "The time to send has passed."),
        kept=NOTHING_SENT,
        next_step=Bilingual("Δώστε μελλοντική ώρα, ή στείλτε τώρα.", "Give a later time, or send now."),
    )
