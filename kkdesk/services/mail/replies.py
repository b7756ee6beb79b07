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
#: 5.1.90: Exchange, of an account that has sent as many mails as it may.
_SENDER_ADDRESS: Final = frozenset({"5.1.7", "5.1.8", "5.1.90"})
#: The server wants a sign-in, or a better one (RFC 4954, 6).
_SIGN_IN: Final = frozenset({530, 534, 535, 538})
#: An address with letters beyond ASCII that a server on the way cannot carry: nobody's fault, and this mail's alone.
_NEEDS_SMTPUTF8: Final = "5.6.7"
_GREYLISTED = re.compile(r"gr[ae]y[- ]?list", re.IGNORECASE)
# Exim and what is built on it give no status codes, and say in words that it is the sender whom they do not want.
_NOT_FROM_US = re.compile(
    r"\brelay(?:ing)?\b.{0,20}\b(?:not (?:permitted|allowed)|denied|prohibited)|\bto relay\b"
    r"|\bauthenticat\w+ .{0,20}required|\bmust .{0,10}authenticate|\b(?:black|block|deny)[- ]?list"
    r"|\b(?:spam(?:haus|cop)?|rbl|dnsbl|spf|dkim|dmarc|reputation)\b|\bsender\b.{0,20}\b(?:verif\w+|reject|denied)",
    re.IGNORECASE,
)
#: Of the sender's provider, whose limits hold for all that it sends.
_SENT_ENOUGH = re.compile(
    r"\b(?:e-?mails|mails|messages|recipients) (?:per|an?|in an?|in the last) (?:hour|day|minute)\b"
    r"|\b(?:sending|submission|outbound|daily|hourly|relay)\b.{0,20}(?:limit|quota)",
    re.IGNORECASE,
)
_RECEIVES_TOO_MUCH = re.compile(r"\breceiving mail (?:at a rate|too quickly)", re.IGNORECASE)
_MAILBOX = re.compile(r"\bmailbox|\b(?:over|exceed\w*)\b.{0,20}quota|\bquota\b|storage allocation", re.IGNORECASE)
_SIZE = re.compile(r"\b(?:message|mail) (?:size|(?:is )?too (?:large|big))|\bmaximum (?:message )?size", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*@\S*")
_NO_SUCH_DOMAIN = re.compile(
    r"(?:domain|host)(?: name)? (?:does ?n[o']t exist|not found)|(?:no such|unknown) (?:domain|host)|nxdomain",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Words of the web CRM's columns for an outcome that is not `sent`."""

    #: `failure_category`: syntax, bounce, dns, policy, content or connection.
    category: str
    #: `failure_reason_detailed` and the events' `failure_reason`.
    reason: str
    #: hard, soft or empty.
    bounce_type: str
    #: `bounce_subtype`: noemail (certain), general (unknown), mailbox_full, or empty.
    subtype: str = ""
    #: The address does not exist: it need not be tried by any campaign.
    suppress: bool = False
    #: Not the recipient's fault but ours or our reputation's: others would fare no better.
    ours: bool = False
    #: Which row of the retry configuration says when it may be tried again; None when it may not.
    retry: RetryKind | None = None
    #: The recipient's domain asks us to slow down.
    slow_down: bool = False


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
    status, text = outcome.status, _words(outcome)
    if not status and _SENT_ENOUGH.search(text):
        return Verdict("policy", "rate_limited", "soft", retry="rate_limited")
    # By itself 452 speaks of the system's storage (RFC 5321, 4.2.3); of a mailbox only where that is said, or nothing.
    full = outcome.code == 452 and outcome.stage == "recipient" and not status and (not text or _MAILBOX.search(text))
    if status in _MAILBOX_FULL or full:
        return Verdict("bounce", "soft_bounce", "soft", "mailbox_full", retry="soft_bounce")
    if _GREYLISTED.search(text):
        # Asked of every first attempt: waiting with the others would only make them wait twice.
        return Verdict("bounce", "deferred", "soft", retry="deferred")
    if status == "4.2.1" or status.startswith("4.7.") or outcome.code == 421:
        # With 421 the server itself takes its leave, whoever the recipient is.
        theirs = outcome.code != 421 and outcome.stage in {"recipient", "data", "content"}
        return Verdict("policy", "rate_limited", "soft", retry="rate_limited", slow_down=theirs)
    if status.startswith("4.4."):
        return Verdict("dns", "dns_failure", "soft", retry="connection_failed")
    return Verdict("bounce", "deferred", "soft", retry="deferred")


def _permanent(outcome: Outcome) -> Verdict:
    status, text = outcome.status, _words(outcome)
    if _RECEIVES_TOO_MUCH.search(text):
        # Gmail says so with 550 5.2.1, too, which otherwise is a mailbox that has been closed.
        return Verdict("policy", "rate_limited", "soft", retry="rate_limited", slow_down=True)
    if status in _NO_SUCH_ADDRESS:
        return Verdict("bounce", "hard_bounce", "hard", "noemail", suppress=True)
    if status == _NEEDS_SMTPUTF8:
        return Verdict("content", "needs_smtputf8", "")
    if _is_about_the_sender(outcome, text):
        return Verdict("policy", "blocked", "", ours=True)
    silent_552 = outcome.code == 552 and not status
    about_mailbox = outcome.stage == "recipient" and (_MAILBOX.search(text) or not _SIZE.search(text))
    if status in _MAILBOX_FULL or (silent_552 and about_mailbox):
        return Verdict("bounce", "soft_bounce", "soft", "mailbox_full")
    if status in _TOO_LARGE or outcome.code == 552:
        return Verdict("content", "too_large", "", ours=True)
    if status == "5.4.4":
        if _NO_SUCH_DOMAIN.search(text):
            return Verdict("dns", "dns_failure", "hard", "noemail", suppress=True)
        return Verdict("dns", "dns_failure", "soft", retry="dns_failure")
    if status.startswith(("5.5.", "5.6.")) or outcome.stage in {"data", "content"}:
        return Verdict("content", "refused_content", "", ours=True)
    return Verdict("bounce", "hard_bounce", "hard", "general")


def _is_about_the_sender(outcome: Outcome, text: str) -> bool:
    """Policy, reputation, sign-in and limits are the sender's business: the address is not to blame."""
    status = outcome.status
    # A server that says 5yz and 4.7.z means the one or the other; about policy it is either way.
    if status[1:].startswith(".7.") or status in _SENDER_ADDRESS or outcome.code in _SIGN_IN:
        return True
    if status in {*_MAILBOX_FULL, *_TOO_LARGE, "5.4.4"}:
        return False
    return bool(_NOT_FROM_US.search(text) or _SENT_ENOUGH.search(text))


def _words(outcome: Outcome) -> str:
    """What was said, without addresses: their letters are no words of the server's."""
    return _ADDRESS.sub("", outcome.text)
