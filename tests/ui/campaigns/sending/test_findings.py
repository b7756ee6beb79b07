"""The checklist in the window: at once what needs no network, the rest when it comes, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QLabel

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.checklist import Area, Finding, Severity
from kkdesk.services.send_report import SendReport
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.campaigns.sending.dialog import SendDialog
from kkdesk.ui.campaigns.sending.findings import FindingList
from kkdesk.ui.campaigns.sending.flow import ask_network, confirm_and_send, send_dialog
from tests.servers.dns_server import DnsServer
from tests.ui.campaigns.conftest import draft_of, opened_dialog
from tests.ui.conftest import Run

ASKING = "Asking the network about domains and links…"


def told(findings: FindingList) -> list[str]:
    return [one.text() for one in findings._body.findChildren(QLabel)]


def finding(code: str, severity: Severity, area: Area = Area.DELIVERY) -> Finding:
    return Finding(code, severity, Bilingual(f"{code}-el", f"{code}-en"), area)


async def report_for(page: CampaignsPage, **values: object) -> SendReport:
    return await page.workspace.campaign_sending.prepare_send(await draft_of(page.workspace, **values))


def test_the_network_joins_when_it_has_answered(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        report = await report_for(page, content="<p>α <a href='https://kktires.gr/'>β</a></p>")
        findings = FindingList(report, "en")
        assert told(findings)[0] == "Everything is in order."
        findings.wait()
        assert told(findings)[0] == ASKING and findings.is_waiting
        assert "The links are written correctly." in told(findings)
        answers = [
            finding("links_alive", Severity.GOOD, Area.MESSAGE),
            finding("spf_unknown", Severity.UNKNOWN),
            finding("dead_domains", Severity.WARN, Area.RECIPIENTS),
        ]
        findings.show_network(answers)
        lines = told(findings)
        assert lines[:3] == ["1 point to look at", "dead_domains-en", "Message"] and ASKING not in lines
        assert "The links are written correctly." not in lines, "the network knows better"
        assert lines.index("links_alive-en") < lines.index("Delivery") < lines.index("spf_unknown-en")
        assert "Recipients" not in lines, "nothing else to say of them"
        findings.deleteLater()

    run(go())


def test_what_is_only_unknown_is_no_point_to_look_at(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        findings = FindingList(await report_for(page), "el")
        findings.show_network([finding("a", Severity.UNKNOWN), finding("b", Severity.NOTE)])
        assert told(findings)[0] == "Everything is in order." and {"a-el", "b-el"} <= set(told(findings))
        findings.deleteLater()

    run(go())


def test_what_forbids_sending_stands_first(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        findings = FindingList(await report_for(page, subject=""), "en")
        findings.show_network([finding("spf_missing", Severity.WARN)])
        assert told(findings)[:3] == ["It cannot be sent like this.", "The subject is missing.", "spf_missing-en"]
        findings.deleteLater()

    run(go())


def test_it_can_be_sent_while_the_network_is_asked_and_then_nobody_asks_on(
    run: Run, page: CampaignsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        page.show()
        asked, dropped = asyncio.Event(), asyncio.Event()

        async def never(_report: SendReport) -> Sequence[Finding]:
            asked.set()
            try:
                await asyncio.Event().wait()
            finally:
                dropped.set()
            raise AssertionError("nobody has answered")

        monkeypatch.setattr(page.workspace.delivery_checks, "look", never)
        sending = page.start(confirm_and_send(page, await draft_of(page.workspace)))
        dialog = await opened_dialog(SendDialog)
        await asked.wait()
        assert dialog.findings.is_waiting and dialog.send_button.isEnabled()
        dialog.send_button.click()
        assert sending is not None and await sending is not None
        await dropped.wait()
        page.hide()

    run(go())


def test_real_answers_arrive_in_the_open_dialog(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        async with DnsServer({"gmail.com": {"MX": ["5 mx.gmail.com."]}}) as server:
            page.workspace.__dict__["dns"] = server.client()
            report = await report_for(page, from_email="info@kktires.gr")
            dialog = send_dialog(page, report)
            ask_network(page, dialog)
            await page.settled()
            lines = told(dialog.findings)
            assert not dialog.findings.is_waiting
            assert any("has no SPF record" in line for line in lines)
            assert any("The mail will not reach" in line for line in lines), "no domain exists but gmail.com"
            dialog.reject()
            dialog.deleteLater()

    run(go())
