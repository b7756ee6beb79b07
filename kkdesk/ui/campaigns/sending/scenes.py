"""Scenes of the last look before sending. Obstacles that the sample has not are made here; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.services.checklist import check_content
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.send_report import SendReport
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


async def _report(page: CampaignsPage) -> SendReport | None:
    draft = await open_draft(page)
    return await page.workspace.campaign_sending.prepare_send(draft.id) if draft else None


async def _send(page: CampaignsPage) -> QWidget | None:
    report = await _report(page)
    return opened(send_dialog(page, replace(report, obstacles=()))) if report else None


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
    faulty = replace(report.campaign.draft, subject="", content=_FAULTY)
    found = check_content(faulty, "", {"city": 9})
    campaign = replace(report.campaign, draft=faulty)
    return opened(send_dialog(page, replace(report, campaign=campaign, obstacles=(), findings=tuple(found))))


async def _test(page: CampaignsPage) -> QWidget | None:
    draft = await open_draft(page)
    return await asked(send_test(page, draft.id, None, page)) if draft else None


def sending_scenes() -> Sequence[Scene]:
    """Who gets it, when, what stands in the way, and the test."""
    return (
        Scene("send", _send),
        Scene("send-later", _later),
        Scene("send-no-address", _no_address),
        Scene("send-no-secret", _no_secret),
        Scene("send-findings", _findings),
        Scene("test", _test),
    )
