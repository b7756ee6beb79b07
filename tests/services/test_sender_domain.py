"""SPF, DKIM and DMARC of the sender's domain, and who signs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kkdesk.services.sender_domain import RecordState, Sender, SenderRecords, WhoSigns, look_up, sender_of
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.servers.dns_server import DnsServer, Zone

OK, MISSING, SEVERAL = RecordState.OK, RecordState.MISSING, RecordState.SEVERAL
MALFORMED, UNKNOWN = RecordState.MALFORMED, RecordState.UNKNOWN


def txt(*texts: str) -> Zone:
    return {"TXT": [f'"{text}"' for text in texts]}


def looked_up(zones: dict[str, Zone], sender: Sender) -> SenderRecords:
    async def body() -> SenderRecords:
        async with DnsServer(zones) as server:
            return await look_up(server.client(0.4), sender)

    return asyncio.run(body())


PLAIN = Sender("news.kktires.gr", WhoSigns.SERVER)
SIGNED = Sender("kktires.gr", WhoSigns.OURS, "kktires.gr", "kk1")


def test_all_in_order() -> None:
    zones = {
        "kktires.gr": txt("google-site-verification=x", "v=spf1 include:_spf.example ~all"),
        "kk1._domainkey.kktires.gr": txt("v=DKIM1; k=rsa; p=MIIB" + "A" * 150),
        "_dmarc.kktires.gr": txt("v=DMARC1; p=none; rua=mailto:d@kktires.gr"),
    }
    assert looked_up(zones, SIGNED) == SenderRecords(OK, OK, OK)


def test_nothing_there() -> None:
    assert looked_up({"kktires.gr": txt("v=spf10 -all")}, SIGNED) == SenderRecords(MISSING, MISSING, MISSING)


def test_who_does_not_answer_has_not_failed() -> None:
    zones: dict[str, Zone] = {
        "kktires.gr": "SERVFAIL",
        "kk1._domainkey.kktires.gr": "REFUSED",
        "_dmarc.kktires.gr": "silent",
    }
    assert looked_up(zones, SIGNED) == SenderRecords(UNKNOWN, UNKNOWN, UNKNOWN)


def test_dmarc_of_the_domain_above_counts_and_an_unknown_one_hides_nothing() -> None:
    above = {"_dmarc.kktires.gr": txt("v=DMARC1;p=reject")}
    assert looked_up(above, PLAIN).dmarc is OK
    assert looked_up({**above, "_dmarc.news.kktires.gr": txt("v=DMARC1")}, PLAIN).dmarc is MALFORMED
    assert looked_up({**above, "_dmarc.news.kktires.gr": "SERVFAIL"}, PLAIN).dmarc is UNKNOWN
    assert looked_up(above, PLAIN).dkim is UNKNOWN, "no selector is guessed"


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (("v=DMARC1; p=quarantine",), OK), (("v=DMARC1; p=NONE",), OK), (("v=DMARC1; p=never",), MALFORMED),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), SEVERAL), (("v=DMARC2; p=none",), MISSING),
        (("hello", "v=DMARC1 ;p = none"), OK),
    ],
)  # fmt: skip
def test_dmarc_records(record: tuple[str, ...], state: RecordState) -> None:
    assert looked_up({"_dmarc.kktires.gr": txt(*record)}, SIGNED).dmarc is state


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (("p=MIIB",), OK), (("v=DKIM1; p=",), MALFORMED), (("v=DKIM2; p=MIIB",), MALFORMED), (("hello",), MALFORMED),
        (("v=DKIM1; p=A", "v=DKIM1; p=B"), SEVERAL), (("v=DKIM1;k=rsa;  p=MI IB",), OK),
    ],
)  # fmt: skip
def test_dkim_keys(record: tuple[str, ...], state: RecordState) -> None:
    assert looked_up({"kk1._domainkey.kktires.gr": txt(*record)}, SIGNED).dkim is state


def test_two_spf_records_are_none() -> None:
    assert looked_up({"kktires.gr": txt("v=spf1 -all", "V=SPF1 mx ~all")}, SIGNED).spf is SEVERAL


@pytest.mark.parametrize(
    ("env", "from_email", "sender"),
    [
        ({}, "", None),
        ({}, "info@ελ.gr", Sender("xn--qxam.gr", WhoSigns.NOBODY)),
        ({"SMTP_HOST": "mail.x.gr", "SMTP_FROM": "KK <info@KKtires.gr>"}, "", Sender("kktires.gr", WhoSigns.SERVER)),
        ({"SMTP_HOST": "mail.x.gr", "SMTP_USER": "info@x.gr"}, "", Sender("x.gr", WhoSigns.SERVER)),
        ({"SMTP_HOST": "smtp.gmail.com", "SMTP_FROM": "a@b.gr"}, "c@d.gr", Sender("d.gr", WhoSigns.GOOGLE)),
        ({"EMAIL_TRANSPORT": "Gmail"}, "c@d.gr", Sender("d.gr", WhoSigns.GOOGLE)),
        (
            {"EMAIL_TRANSPORT": "folder", "SMTP_HOST": "smtp.gmail.com"},
            "c@d.gr",
            Sender("d.gr", WhoSigns.NOBODY),
        ),
        (
            {"EMAIL_TRANSPORT": "gmail", "DKIM_DOMAIN": "d.gr", "DKIM_SELECTOR": "S1"},
            "c@news.d.gr",
            Sender("news.d.gr", WhoSigns.OURS, "d.gr", "s1"),
        ),
        (
            {"SMTP_HOST": "m.x.gr", "DKIM_DOMAIN": "other.gr", "DKIM_SELECTOR": "s1"},
            "c@d.gr",
            Sender("d.gr", WhoSigns.OURS_ELSEWHERE, "other.gr", "s1"),
        ),
    ],
)
def test_who_sends_and_who_signs(tmp_path: Path, env: dict[str, str], from_email: str, sender: Sender | None) -> None:
    assert sender_of(Settings(Profile.at(tmp_path), env), from_email) == sender


@pytest.mark.parametrize(
    ("env", "from_email", "at_home"),
    [
        ({"SMTP_HOST": "mailgate.otenet.gr"}, "shop@otenet.gr", True),
        ({"SMTP_HOST": "smtp.office365.com"}, "shop@hotmail.com", True),
        ({"SMTP_HOST": "smtp.mail.yahoo.com"}, "shop@yahoo.gr", True),
        ({"EMAIL_TRANSPORT": "gmail"}, "shop@gmail.com", True),
        ({"EMAIL_TRANSPORT": "gmail"}, "shop@yahoo.gr", False),
        ({"SMTP_HOST": "smtp.gmail.com"}, "shop@yahoo.gr", False),
        ({"SMTP_HOST": "mail.kktires.gr"}, "shop@otenet.gr", False),
        ({"SMTP_HOST": "mail.notgmail.com"}, "shop@gmail.com", False),
        ({"EMAIL_TRANSPORT": "folder", "SMTP_HOST": "mailgate.otenet.gr"}, "shop@otenet.gr", False),
    ],
)
def test_a_provider_s_address_leaves_from_its_own_server_or_from_another(
    tmp_path: Path, env: dict[str, str], from_email: str, at_home: bool
) -> None:
    sender = sender_of(Settings(Profile.at(tmp_path), env), from_email)
    assert sender is not None and sender.at_home is at_home
