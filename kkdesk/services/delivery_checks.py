"""The part of the checklist that asks the network, all at once and within seconds, before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Final

import structlog

from kkdesk.model.errors import KKDeskError
from kkdesk.services.checklist import Finding
from kkdesk.services.checklist_delivery import domain_findings, link_findings, sender_findings, signing_findings
from kkdesk.services.dns_lookups import Dns
from kkdesk.services.link_check import LinkCheck, LinkState, web_links
from kkdesk.services.mail_domains import MailDomains
from kkdesk.services.send_report import SendReport
from kkdesk.services.sender_domain import RecordState, SenderRecords, look_up, sender_of
from kkdesk.services.settings import Settings

_log = structlog.get_logger(__name__)

#: Seconds that all questions together may take; each of the three keeps a shorter limit of its own.
SECONDS: Final = 4.0
_NOTHING: Final = SenderRecords(RecordState.UNKNOWN, RecordState.UNKNOWN, RecordState.UNKNOWN)


class DeliveryChecks:
    """Looks at the sender's domain, the recipients' domains and the links of a campaign."""

    def __init__(
        self, settings: Settings, dns: Dns, domains: MailDomains, links: LinkCheck, *, seconds: float = SECONDS
    ) -> None:
        """`seconds` is how long a look may take; what is not known by then is told as unknown."""
        self._settings = settings
        self._dns = dns
        self._domains = domains
        self._links = links
        self._seconds = seconds

    async def look(self, report: SendReport) -> tuple[Finding, ...]:
        """What the network says about a campaign, the sender first. Never raises, and sends nothing."""
        found: dict[str, list[Finding]] = {"sender": [], "domains": [], "links": []}

        async def keep(name: str, look: Coroutine[object, object, list[Finding]]) -> None:
            try:
                found[name] = await look
            except KKDeskError as error:  # The remembered answers cannot be read: then nothing is known.
                _log.info("delivery_check_failed", check=name, error=type(error).__name__)

        async with asyncio.TaskGroup() as group:
            group.create_task(keep("sender", self._sender(report)))
            group.create_task(keep("domains", self._recipients(report)))
            group.create_task(keep("links", self._web_links(report)))
        return (*found["sender"], *found["domains"], *found["links"])

    async def _sender(self, report: SendReport) -> list[Finding]:
        sender = sender_of(self._settings, report.campaign.draft.from_email or "")
        if sender is None:
            return []  # Told as an obstacle, or mails only go into the mail folder.
        records = _NOTHING
        try:
            async with asyncio.timeout(self._seconds):
                records = await look_up(self._dns, sender)
        except TimeoutError:
            _log.info("sender_check_time_is_up")
        return [*sender_findings(sender, records), *signing_findings(sender)]

    async def _recipients(self, report: SendReport) -> list[Finding]:
        counts = await asyncio.to_thread(report.preview.domains)
        names = [name for name, _ in counts.most_common()]
        return list(domain_findings(counts, await self._domains.states(names)))

    async def _web_links(self, report: SendReport) -> list[Finding]:
        urls = await asyncio.to_thread(web_links, report.campaign.draft.content + report.signature)
        states: dict[str, LinkState] = await self._links.states(urls)
        return list(link_findings(states))
