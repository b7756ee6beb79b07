"""What a report means, by the same rules as a server's answer while sending (`mail/replies.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.email_address import address_key
from kkdesk.services.bounces.letters import Letter, RecipientStatus
from kkdesk.services.mail.replies import Verdict, judge
from kkdesk.services.mail.transport import Outcome

EventType = Literal["bounce", "deferred", "delivered", "complaint"]

#: The server kept trying until its time was up, says Exchange in class 5: that is no word on the address.
_EXPIRED: Final = frozenset({"5.4.7", "5.4.300", "5.4.316", "5.4.317"})
_STILL: Final = "4.4.7"
_SEVERITY: Final = {"failed": 2, "delayed": 1, "delivered": 0}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a letter says of one mail of ours."""

    event: EventType
    #: As a server's answer; its `status` is the one that the report states.
    outcome: Outcome
    #: None where nothing went wrong.
    verdict: Verdict | None


def weigh(letter: Letter, address: str, at: int) -> Finding | None:
    """What `letter` says of our mail to `address`, at the time `at`; None when it says nothing of consequence."""
    if letter.kind == "complaint":
        verdict = Verdict("complaint", "spam_complaint", "", suppress=True)
        return Finding(
            "complaint", Outcome("refused", at, "content", text=f"Feedback-Type: {letter.feedback}"), verdict
        )
    if letter.kind != "report" or not letter.statuses:
        return None
    status = _about(letter.statuses, address)
    if status.action == "delivered":
        return Finding("delivered", Outcome("sent", at, "recipient", status.code, status.status, status.text), None)
    judged = judge(_as_answer(status, at))
    said = Outcome(_result(status), at, "recipient", status.code, status.status, status.text)
    return Finding("bounce" if status.action == "failed" else "deferred", said, judged)


def _about(statuses: Sequence[RecipientStatus], address: str) -> RecipientStatus:
    """The status that is about `address`, else the worst: it is ours by its id, wherever the mail was sent on to."""
    key = address_key(address)
    named = [status for status in statuses if key in {address_key(status.final), address_key(status.original)}]
    return max(named or statuses, key=lambda status: _SEVERITY[status.action])


def _as_answer(status: RecipientStatus, at: int) -> Outcome:
    """`status` as the answer to RCPT that says the same; what is not known stays as general as can be."""
    result = _result(status)
    enhanced = _STILL if status.status in _EXPIRED else status.status
    temporary = enhanced.startswith("4") if enhanced else result == "deferred"
    code = status.code
    if code is None or (code < 500) != temporary:
        code = 450 if temporary else 550
    return Outcome("deferred" if temporary else "refused", at, "recipient", code, enhanced, status.text)


def _result(status: RecipientStatus) -> Literal["deferred", "refused"]:
    """Whether it may work later. A mail that failed after days of temporary refusals may, for another mail."""
    if status.action == "delayed":
        return "deferred"
    number = status.status or str(status.code or "")
    return "deferred" if number.startswith("4") else "refused"
