"""The verdict on one address: its form, its domain, what was meant."""

from __future__ import annotations

from pathlib import Path

from kkdesk.model.email_address import MALFORMED
from kkdesk.services.address_check import AddressCheck, AddressVerdict, Verdict, dead_domain_text
from kkdesk.services.mail_domains import MailDomains, MailState
from tests.sample import Sample, in_sample
from tests.servers.dns_server import DnsServer

ZONES = {
    "gmail.com": {"MX": ["5 mx.gmail.com."]},
    "kktires.gr": {"MX": ["10 mail.kktires.gr."]},
    "xn--hxajbheg2az3al.gr": {"MX": ["10 mail.example."]},
    "nomail.gr": {"MX": ["0 ."]},
    "broken.gr": "SERVFAIL",
}


def test_verdicts(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            check = AddressCheck(MailDomains(sample.db, sample.clock, server.client())).check
            valid = AddressVerdict(Verdict.VALID, domain=MailState.TAKES_MAIL)
            assert await check("info@kktires.gr") == valid
            assert await check(" Info@KKtires.gr ") == valid
            assert await check("γιώργος@παράδειγμα.gr") == valid
            assert await check("a@broken.gr") == AddressVerdict(Verdict.UNKNOWN)
            assert await check("a@gmial.com") == AddressVerdict(
                Verdict.INVALID,
                dead_domain_text("gmial.com", MailState.NO_DOMAIN),
                "a@gmail.com",
                MailState.NO_DOMAIN,
            )
            assert await check("a@nomail.gr") == AddressVerdict(
                Verdict.INVALID, dead_domain_text("nomail.gr", MailState.NULL_MX), domain=MailState.NULL_MX
            )
            asked = len(server.questions)
            assert await check("info @kktires.gr") == AddressVerdict(Verdict.INVALID, MALFORMED, "info@kktires.gr")
            assert await check("a@host.local") == AddressVerdict(Verdict.INVALID, MALFORMED)
            assert (await check("")).verdict is Verdict.INVALID
            assert len(server.questions) == asked, "what has no form is not looked up"

    in_sample(tmp_path, body)


def test_why_a_domain_is_dead_is_told_by_its_name() -> None:
    told = [dead_domain_text("x.gr", state) for state in MailState if state.is_dead]
    assert len(set(told)) == 3
    assert all("x.gr" in text.el and "x.gr" in text.en and "%1" not in text.el + text.en for text in told)
