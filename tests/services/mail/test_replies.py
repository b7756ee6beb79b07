"""Replies: whose fault, for how long, and what the web CRM's columns call it."""

from __future__ import annotations

import pytest

from kkdesk.services.mail.replies import judge, split_status
from kkdesk.services.mail.smtp_wire import as_reply
from kkdesk.services.mail.transport import Outcome, Result, Stage


@pytest.mark.parametrize(
    ("result", "stage", "code", "status", "expected"),
    [
        ("refused", "recipient", 550, "5.1.1", ("bounce", "hard_bounce", "hard", True)),
        ("refused", "recipient", 550, "5.1.10", ("bounce", "hard_bounce", "hard", True)),
        ("refused", "recipient", 550, "5.2.1", ("bounce", "hard_bounce", "hard", True)),
        ("refused", "recipient", 550, "", ("bounce", "hard_bounce", "hard", False)),
        ("refused", "recipient", 552, "5.2.2", ("bounce", "soft_bounce", "soft", False)),
        ("refused", "recipient", 550, "5.7.1", ("policy", "blocked", "", False)),
        ("refused", "content", 550, "5.7.26", ("policy", "blocked", "", False)),
        ("refused", "content", 552, "5.3.4", ("content", "too_large", "", False)),
        ("refused", "content", 554, "", ("content", "refused_content", "", False)),
        ("refused", "content", 554, "5.6.0", ("content", "refused_content", "", False)),
        ("refused", "recipient", 552, "", ("bounce", "soft_bounce", "soft", False)),
        ("refused", "recipient", 550, "5.4.4", ("dns", "dns_failure", "soft", False)),
        ("refused", "recipient", 553, "5.6.7", ("content", "needs_smtputf8", "", False)),
        ("refused", "recipient", 553, "5.1.8", ("policy", "blocked", "", False)),
        ("refused", "recipient", None, "", ("syntax", "invalid_syntax", "", False)),
        ("unconfirmed", "content", None, "", ("connection", "unconfirmed", "", False)),
    ],
)
def test_permanent_refusals(
    result: Result, stage: Stage, code: int | None, status: str, expected: tuple[str, str, str, bool]
) -> None:
    verdict = judge(Outcome(result, 0, stage, code, status))
    assert (verdict.category, verdict.reason, verdict.bounce_type, verdict.suppress) == expected


@pytest.mark.parametrize(
    ("stage", "code", "status", "retry"),
    [
        ("recipient", 451, "4.7.1", "rate_limited"),
        ("recipient", 450, "", "deferred"),
        ("recipient", 452, "4.2.2", "soft_bounce"),
        ("recipient", 452, "", "soft_bounce"),
        ("sender", 452, "", "deferred"),
        ("recipient", 450, "4.2.1", "rate_limited"),
        ("content", 421, "4.7.0", "rate_limited"),
        ("recipient", 451, "4.4.1", "connection_failed"),
        ("sender", None, "", "connection_failed"),
    ],
)
def test_temporary_refusals(stage: Stage, code: int | None, status: str, retry: str) -> None:
    verdict = judge(Outcome("deferred", 0, stage, code, status))
    assert verdict.retry == retry
    assert not verdict.suppress


@pytest.mark.parametrize(
    ("status", "stage", "text", "subtype", "ours", "slow_down"),
    [
        ("5.1.1", "recipient", "", "noemail", False, False),
        ("", "recipient", "", "general", False, False),
        ("5.2.2", "recipient", "", "mailbox_full", False, False),
        ("5.7.1", "recipient", "", "", True, False),
        ("5.3.4", "sender", "", "", True, False),
        ("5.6.0", "content", "", "", True, False),
        ("5.6.7", "recipient", "", "", False, False),
        ("5.4.4", "recipient", "Host or domain name not found", "noemail", False, False),
        ("5.4.4", "recipient", "no route", "", False, False),
        ("4.2.2", "recipient", "", "mailbox_full", False, False),
        ("4.7.28", "content", "unusual rate", "", False, True),
        ("4.2.1", "recipient", "receiving mail too quickly", "", False, True),
        ("4.7.1", "recipient", "Greylisted, try again later", "", False, False),
    ],
)
def test_whose_fault_it_is_and_whether_to_slow_down(
    status: str, stage: Stage, text: str, subtype: str, ours: bool, slow_down: bool
) -> None:
    refused = status.startswith("5") or not status
    outcome = Outcome("refused" if refused else "deferred", 0, stage, 550 if refused else 450, status, text)
    verdict = judge(outcome)
    assert (verdict.subtype, verdict.ours, verdict.slow_down) == (subtype, ours, slow_down)
    assert verdict.suppress == (subtype == "noemail"), "nobody is given up for what is not certain"


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        (550, "", "relay not permitted"),
        (554, "", "<maria@shop.gr>: Relay access denied"),
        (550, "5.4.1", "Relaying denied"),
        (530, "", "Must issue a STARTTLS command first"),
        (550, "", "Authentication is required for relay"),
        (554, "", "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
        (550, "5.0.0", "Your IP is on our blacklist"),
        (550, "", "SPF check failed"),
        (550, "4.7.1", "Access denied"),
        (550, "5.3.0", "Rejected: sender verify failed"),
        (
            550,
            "",
            "Domain kktires.gr has exceeded the max emails per hour (200/200 (100%)) allowed. Message discarded.",
        ),
        (550, "5.4.5", "Daily user sending limit exceeded"),
        (550, "5.1.90", "Your message can't be sent because you've reached your daily limit for message recipients"),
    ],
)
def test_what_is_said_of_the_sender_is_never_blamed_on_the_recipient(code: int, status: str, text: str) -> None:
    verdict = judge(Outcome("refused", 0, "recipient", code, status, text))
    assert (verdict.category, verdict.reason, verdict.ours) == ("policy", "blocked", True)
    assert (verdict.subtype, verdict.suppress) == ("", False)


@pytest.mark.parametrize(
    "text", ["<spf@reputation.example>: Recipient address rejected", "no such user spam@shop.gr", "Unrouteable address"]
)
def test_words_within_addresses_say_nothing_of_the_sender(text: str) -> None:
    assert judge(Outcome("refused", 0, "recipient", 550, "", text)).subtype == "general"


@pytest.mark.parametrize(
    ("result", "code", "status", "text", "reason", "subtype"),
    [
        ("deferred", 452, "", "Domain kktires.gr has exceeded the max emails per hour (200/200) allowed.", "rate_limited", ""),
        ("deferred", 452, "", "Requested action not taken: insufficient system storage", "deferred", ""),
        ("deferred", 452, "", "Too many recipients received this hour", "deferred", ""),
        ("deferred", 452, "", "Mailbox is over quota", "soft_bounce", "mailbox_full"),
        ("refused", 552, "", "Message size exceeds fixed maximum message size", "too_large", ""),
        ("refused", 552, "", "Mailbox size limit exceeded", "soft_bounce", "mailbox_full"),
        ("refused", 550, "5.2.1", "The user you are trying to contact is receiving mail at a rate that", "rate_limited", ""),
        ("refused", 550, "5.2.1", "The email account that you tried to reach is disabled", "hard_bounce", "noemail"),
        ("refused", 552, "5.2.2", "The user's daily quota has been reached", "soft_bounce", "mailbox_full"),
    ],
)  # fmt: skip
def test_a_mailbox_is_full_only_where_a_mailbox_is_meant(
    result: Result, code: int, status: str, text: str, reason: str, subtype: str
) -> None:
    verdict = judge(Outcome(result, 0, "recipient", code, status, text))
    assert (verdict.reason, verdict.subtype) == (reason, subtype)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.1.1 no such user", ("5.1.1", "no such user")),
        ("2.0.0", ("2.0.0", "")),
        ("no code here 5.1.1", ("", "no code here 5.1.1")),
        ("5.1.1x no", ("", "5.1.1x no")),
        ("3.1.1 no class", ("", "3.1.1 no class")),
    ],
)
def test_the_enhanced_status_code_is_taken_off_the_text(text: str, expected: tuple[str, str]) -> None:
    assert split_status(text) == expected


def test_a_reply_of_several_lines_is_one_text() -> None:
    reply = as_reply(550, [b"5.1.1 no such user", b"5.1.1 see https://x.example", "5.1.1 λάθος".encode()])
    assert (reply.code, reply.status, reply.text) == (550, "5.1.1", "no such user see https://x.example λάθος")
    assert as_reply(250, [b""]).text == ""
    assert len(as_reply(250, [b"x" * 5000]).text) == 500
