"""What an SMTP reply means for the recipient: whose fault it is, and whether it may work later.

Replies: RFC 5321, 4.2; enhanced status codes: RFC 3463 and the IANA registry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.retry import RetryKind

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s+|\Z)")
_NO_SUCH_ADDRESS: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_MAILBOX_FULL: Final = frozenset({"5.2.2", "4.2.2"})
_TOO_LARGE: Final = frozenset({"5.2.3", "5.3.4"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Words of the web CRM's columns for an outcome that is not `sent`."""

    #: `failure_category`: syntax, bounce, dns, policy, content or connection.
    category: str
    #: `failure_reason_detailed` and the events' `failure_reason`.
    reason: str
    #: hard, soft or empty.
    bounce_type: str
    #: The address does not exist: it need not be tried by any campaign.
    suppress: bool = False
    #: Which row of the retry configuration applies to a temporary refusal.
    retry: RetryKind = "deferred"


def split_status(text: str) -> tuple[str, str]:
    """The enhanced status code at the beginning of a reply's text (empty when there is none), and the rest."""
    found = _ENHANCED.match(text)
    return (found[1], text[found.end() :].strip()) if found else ("", text.strip())


def judge(outcome: Outcome) -> Verdict:
    """What an outcome other than `sent` says."""
    if outcome.result == "unconfirmed":
        return Verdict("connection", "unconfirmed", "")
    if outcome.code is None and outcome.result == "refused" and outcome.stage == "content":
        return Verdict("content", "not_composed", "")
    if outcome.code is None and outcome.result == "refused":
        # Not even tried: no mail could be written to the address.
        return Verdict("syntax", "invalid_syntax", "")
    if outcome.code is None:
        return Verdict("connection", "connection_failed", "soft", retry="connection_failed")
    return _temporary(outcome) if outcome.result == "deferred" else _permanent(outcome)


def _temporary(outcome: Outcome) -> Verdict:
    status = outcome.status
    if status in _MAILBOX_FULL or (outcome.code == 452 and outcome.stage == "recipient" and not status):
        return Verdict("bounce", "soft_bounce", "soft", retry="soft_bounce")
    if status in {"4.2.1", "4.7.28"} or outcome.code == 421:
        return Verdict("policy", "rate_limited", "soft", retry="rate_limited")
    if status.startswith("4.4."):
        return Verdict("dns", "dns_failure", "soft", retry="connection_failed")
    return Verdict("bounce", "deferred", "soft")


def _permanent(outcome: Outcome) -> Verdict:
    status = outcome.status
    if status in _NO_SUCH_ADDRESS:
        return Verdict("bounce", "hard_bounce", "hard", suppress=True)
    if status in _MAILBOX_FULL:
        return Verdict("bounce", "soft_bounce", "soft")
    if status in _TOO_LARGE or outcome.code == 552:
        return Verdict("content", "too_large", "")
    # Policy and reputation are the sender's business: the address is not to blame.
    if status.startswith("5.7."):
        return Verdict("policy", "blocked", "")
    if status == "5.4.4":
        return Verdict("dns", "dns_failure", "hard")
    if status.startswith(("5.5.", "5.6.")) or outcome.stage in {"data", "content"}:
        return Verdict("content", "refused_content", "")
    return Verdict("bounce", "hard_bounce", "hard")
