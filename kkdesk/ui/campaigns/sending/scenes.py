"""Scenes of the last look before sending. Obstacles that the sample has not are made here; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import NotConfigured
from kkdesk.services.checklist import Finding, check_content
from kkdesk.services.checklist_delivery import domain_findings, link_findings, sender_findings, signing_findings
from kkdesk.services.checklist_facts import facts, tracking_notes
from kkdesk.services.link_check import LinkState
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail_domains import MailState
from kkdesk.services.send_report import SendReport
from kkdesk.services.sender_domain import RecordState, Sender, SenderRecords, WhoSigns
from kkdesk.ui.campaigns.sending.flow import send_dialog, send_test
from kkdesk.ui.campaigns.staging import asked, open_draft, opened
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.campaigns.page import CampaignsPage

_CHANGED = Bilingual(
    "Επιβεβαιώσατε 83 παραλήπτες, αλλά πλέον είναι 82.", "You confirmed 83 recipients, but by now there are 82."
)
_FAULTY = (
    "<p>Γεια σας {{firstNam}},</p><p>δείτε τις <a href='#'>προσφορές</a> μας για το {{city}}.</p>"
    "<p><img src='file:///C:/logo.png'></p>"
)
_OURS = Sender("kktires.gr", WhoSigns.OURS, "kktires.gr", "kk1")
_THEIRS = Sender("kktires.gr", WhoSigns.SERVER)
_GOOD = SenderRecords(RecordState.OK, RecordState.OK, RecordState.OK)
# The sample profile has no public address, without which there is no link; the obstacle is taken away, too.
_UNSUBSCRIBE = next(fact for fact in facts(CampaignDraft("", "", ""), "", (), ()) if fact.code == "unsubscribe_link")


async def _report(page: CampaignsPage) -> SendReport | None:
    draft = await open_draft(page)
    return await page.workspace.campaign_sending.prepare_send(draft.id) if draft else None


async def _send(page: CampaignsPage) -> QWidget | None:
    """All in order, the network included."""
    report = await _report(page)
    if report is None:
        return None
    dialog = send_dialog(page, replace(report, obstacles=(), facts=(*report.facts, _UNSUBSCRIBE)))
    dialog.findings.show_network(_answers(_OURS, _GOOD, {"gmail.com": MailState.TAKES_MAIL}, LinkState.ALIVE))
    return opened(dialog)


async def _asking(page: CampaignsPage) -> QWidget | None:
    """While the network is asked."""
    report = await _report(page)
    if report is None:
        return None
    dialog = send_dialog(page, replace(report, obstacles=(), facts=(*report.facts, _UNSUBSCRIBE)))
    dialog.findings.wait()
    return opened(dialog)


async def _network(page: CampaignsPage) -> QWidget | None:
    """Everything that the network can find, and does not know."""
    report = await _report(page)
    if report is None:
        return None
    dialog = send_dialog(page, replace(report, obstacles=(), facts=(*report.facts, _UNSUBSCRIBE)))
    records = SenderRecords(RecordState.SEVERAL, RecordState.UNKNOWN, RecordState.MISSING)
    dead = {"gmial.com": MailState.NO_DOMAIN, "palia-etairia.gr": MailState.NULL_MX, "argos.gr": MailState.UNKNOWN}
    dialog.findings.show_network(_answers(_THEIRS, records, dead, LinkState.DEAD))
    return opened(dialog)


def _answers(
    sender: Sender, records: SenderRecords, domains: Mapping[str, MailState], link: LinkState
) -> Sequence[Finding]:
    counts = {domain: number for number, domain in enumerate(domains, 2)}
    return (
        *sender_findings(sender, records),
        *signing_findings(sender),
        *domain_findings(counts, domains),
        *link_findings({"https://www.kktires.gr/prosfores/cheimerina-2025": link}),
    )


async def _later(page: CampaignsPage) -> QWidget | None:
    report = await _report(page)
    if report is None:
        return None
    dialog = send_dialog(page, replace(report, obstacles=()), page.shell.say(_CHANGED))
    dialog.later_choice.setChecked(True)
    return opened(dialog)


async def _no_address(page: CampaignsPage) -> QWidget | None:
    report = await _report(page)
    return opened(send_dialog(page, report)) if report else None


async def _no_secret(page: CampaignsPage) -> QWidget | None:
    report = await _report(page)
    try:
        Signer("", "https://crm.example.gr")
    except NotConfigured as error:
        return opened(send_dialog(page, replace(report, obstacles=(error,)))) if report else None
    return None


async def _findings(page: CampaignsPage) -> QWidget | None:
    report = await _report(page)
    if report is None:
        return None
    faulty = replace(report.campaign.draft, subject="", content=_FAULTY, tracked=False)
    found = check_content(faulty, "", {"city": 9})
    campaign = replace(report.campaign, draft=faulty)
    known = (*facts(faulty, "", found, ()), *tracking_notes(faulty, 0))
    told = replace(report, campaign=campaign, obstacles=(), findings=tuple(found), facts=known)
    return opened(send_dialog(page, told))


async def _test(page: CampaignsPage) -> QWidget | None:
    draft = await open_draft(page)
    return await asked(send_test(page, draft.id, None, page)) if draft else None


def sending_scenes() -> Sequence[Scene]:
    """Who gets it, when, what stands in the way, and the test."""
    return (
        Scene("send", _send),
        Scene("send-asking", _asking),
        Scene("send-network", _network),
        Scene("send-later", _later),
        Scene("send-no-address", _no_address),
        Scene("send-no-secret", _no_secret),
        Scene("send-findings", _findings),
        Scene("test", _test),
    )
