"""The whole look at the network, from a report: with answers, without any, and out of time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kkdesk.model.audience import Candidates, sort_out
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign
from kkdesk.model.errors import DatabaseBusy
from kkdesk.model.row import Row
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.checklist import Severity
from kkdesk.services.delivery_checks import DeliveryChecks
from kkdesk.services.dns_lookups import Dns
from kkdesk.services.link_check import LinkCheck
from kkdesk.services.mail_domains import MailDomains
from kkdesk.services.send_report import SendReport
from kkdesk.services.settings import Settings
from kkdesk.store.database import Args
from kkdesk.store.profile import Profile
from tests.sample import Sample, in_sample
from tests.servers.dns_server import DnsServer, Zone

ZONES: dict[str, Zone] = {
    "gmail.com": {"MX": ["5 mx.gmail.com."]},
    "kktires.gr": {"TXT": ['"v=spf1 -all"'], "MX": ["5 mx.kktires.gr."]},
    "_dmarc.kktires.gr": {"TXT": ['"v=DMARC1; p=none"']},
    "inside.gr": {"A": ["10.0.0.1"]},
}
ENV = {"SMTP_HOST": "mail.kktires.gr", "SMTP_FROM": "KK Tires <info@kktires.gr>"}
EMAILS = ["a@kktires.gr", "b@gone.gr", "c@gone.gr", "d@gmail.com"]


async def report_of(sample: Sample) -> SendReport:
    content = "<p><a href='https://away.gr/'>α</a> <a href='https://inside.gr/'>β</a></p>"
    await sample.add_campaign("camp_x", '{"all":true}', content=content)
    campaign: Campaign = await Campaigns(sample.db, sample.actor, sample.clock).get("camp_x")
    rows = range(len(EMAILS))
    preview = sort_out(Candidates([f"c{n}" for n in rows], [""] * 4, EMAILS, [1] * 4, list(rows)), {})
    return SendReport(campaign, preview, (), ())


def checks(sample: Sample, tmp_path: Path, dns: Dns, env: Mapping[str, str], seconds: float = 3.0) -> DeliveryChecks:
    domains = MailDomains(sample.db, sample.clock, dns, seconds=seconds)
    settings = Settings(Profile.at(tmp_path), env)
    return DeliveryChecks(settings, dns, domains, LinkCheck(dns, seconds=seconds), seconds=seconds)


def test_everything_the_network_says(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            found = await checks(sample, tmp_path, server.client(), ENV).look(await report_of(sample))
        assert [finding.code for finding in found] == [
            "sender_records", "signs_server", "dead_domains", "dead_web_link", "links_unknown",
        ]  # fmt: skip
        assert "gone.gr (2)" in found[2].text.en
        assert "https://away.gr/" in found[3].text.en and "https://inside.gr/" in found[4].text.en

    in_sample(tmp_path, body)


def test_without_answers_everything_is_unknown_and_nothing_a_fault(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        silent = dict.fromkeys(("kktires.gr", "gone.gr", "gmail.com", "away.gr", "inside.gr"), "silent")
        async with DnsServer({**silent, "_dmarc.kktires.gr": "silent"}) as server:
            report = await report_of(sample)
            found = await checks(sample, tmp_path, server.client(9), ENV, seconds=0.3).look(report)
        assert [(finding.code, finding.severity) for finding in found] == [
            ("sender_unknown", Severity.UNKNOWN),
            ("signs_server", Severity.NOTE),
            ("domains_unknown", Severity.UNKNOWN),
            ("links_unknown", Severity.UNKNOWN),
        ]

    in_sample(tmp_path, body)


def test_without_a_sender_and_with_a_busy_database_the_rest_is_told(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        report = await report_of(sample)

        async def busy(sql: str, args: Args = ()) -> list[Row]:
            raise DatabaseBusy(Bilingual("", ""))

        sample.db.query = busy  # type: ignore[method-assign] - as if somebody else held it
        async with DnsServer(ZONES) as server:
            found = await checks(sample, tmp_path, server.client(), {}).look(report)
        assert [finding.code for finding in found] == ["dead_web_link", "links_unknown"]

    in_sample(tmp_path, body)
