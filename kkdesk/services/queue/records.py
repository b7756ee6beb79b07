"""What the send queue tells its callers, and what it hands to whoever composes the mails."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from kkdesk.model.audience import AudiencePart
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.row import Row
from kkdesk.services.mail.transport import OutgoingMail


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A job of the queue. `existing` is true when the campaign had a live job already, which is this one."""

    job_id: str
    campaign_id: str
    #: When it is due, Unix seconds.
    run_at: int
    existing: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is. The figures add up to `total`, from the first moment there is a snapshot."""

    campaign_id: str
    #: The campaign's status in the web CRM's words.
    status: str
    total: int
    pending: int
    #: Refused for now and to be tried again at `next_attempt_at`; counted in `pending` too.
    deferred: int
    in_flight: int
    sent: int
    failed: int
    #: Opted out, suppressed or inactive since the snapshot: never mailed.
    skipped: int
    unconfirmed: int
    cancelled: int
    #: Unix seconds.
    started_at: int | None
    finished_at: int | None
    next_attempt_at: int | None
    #: Why the last run stopped, for people; None when nothing is wrong.
    last_error: Bilingual | None
    #: Taken by a server and returned later; counted in `failed` too.
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A mail of which nobody knows whether it left: a person resends it or leaves it."""

    recipient_id: str
    campaign_id: str
    campaign_name: str
    customer_id: str
    email: str
    message_id: str
    #: Unix seconds.
    claimed_at: int


@dataclass(frozen=True, slots=True)
class FrozenCampaign:
    """The campaign as it was when its recipients were listed. Later edits, here or in the web CRM, do not reach it."""

    id: str
    org_id: str
    name: str
    subject: str
    #: HTML.
    content: str
    #: HTML of the signature; empty when it has none.
    signature: str
    from_email: str
    #: Its attachments and pictures, as JSON (`mail.assets.frozen_files`).
    files: str = "[]"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One recipient at send time: the row of `campaign_recipients` and the customer as they are now."""

    recipient_id: str
    campaign_id: str
    #: The address as it was when the recipients were listed.
    email: str
    message_id: str
    #: The columns of `customers` that merge fields come from, by name.
    customer: Row
    #: Whether opens and clicks are recorded: neither the campaign's switch nor the customer's is off.
    tracked: bool = True


class MailTemplate(Protocol):
    """A campaign taken apart once; only merge fields, links and headers are filled in per recipient."""

    @property
    def message_domain(self) -> str:
        """The domain of its Message-IDs, in ASCII: that of the sender's address."""
        ...

    def render(self, addressee: Addressee, now: int) -> OutgoingMail:
        """The finished mail. `now` (Unix seconds) is its Date; its Message-ID is the addressee's.

        Where the addressee is not `tracked` it has no open pixel, and its links as they were written. Raises
        `InvalidInput` when this one recipient cannot be mailed (an address that cannot be written).
        """
        ...


class Composer(Protocol):
    """Makes templates of campaigns."""

    async def compile(self, campaign: FrozenCampaign) -> MailTemplate:
        """Take the campaign apart.

        Raises `NotConfigured` without a working unsubscribe link, `InvalidInput` for content that cannot be sent.
        """
        ...


class Audience(Protocol):
    """Decides who gets a campaign."""

    def parts(self, campaign_id: str, place: str = "") -> AsyncGenerator[AudiencePart, None]:
        """Everybody who gets the campaign, part by part, the oldest records first, from `place` on.

        A mailbox, or a customer, may come again in a later part: the first counts. Raises `InvalidInput` when a rule of
        the audience cannot be understood: then nobody is mailed.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueueOverview:
    """The queue of the whole organisation, for a status bar."""

    #: Campaigns waiting or being sent.
    jobs: int
    pending: int
    unconfirmed: int
    #: Workers whose heartbeat is fresh.
    workers: int
    #: When the next waiting job is due, Unix seconds.
    next_run_at: int | None
