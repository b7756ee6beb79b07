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
