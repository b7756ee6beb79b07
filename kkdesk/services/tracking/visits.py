"""A visit: one request for the open pixel or for a link of a mail whose signature has been verified."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from kkdesk.services.tracking.visitor import Visitor

Kind = Literal["open", "click"]
_KINDS: Final = ("open", "click")


@dataclass(frozen=True, slots=True)
class MailRef:
    """One mail to one recipient, as signed links name it. The signature has been verified by the caller."""

    campaign_id: str
    recipient_id: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What happened; who did it is judged later. Recording one twice is the same as recording it once."""

    mail: MailRef
    kind: Kind
    #: Unix milliseconds.
    at_ms: int
    #: The destination of a click; else empty.
    link: str = ""
    visitor: Visitor = field(default_factory=Visitor)
    #: Only the headers were asked for.
    head: bool = False
    #: The client said that it fetches ahead.
    prefetch: bool = False

    def plain(self) -> dict[str, Any]:
        """The visit as JSON takes it."""
        return asdict(self)


def visit_of(plain: object) -> Visit:
    """The visit that `Visit.plain` gave. Raises `ValueError` for anything else."""
    entry: dict[str, Any] = {**plain} if isinstance(plain, dict) else {}
    try:
        mail, visitor = MailRef(**entry.pop("mail")), Visitor(**entry.pop("visitor"))
        visit = Visit(mail=mail, visitor=visitor, **entry)
    except (TypeError, KeyError) as error:
        raise ValueError("not a visit") from error
    texts = (mail.campaign_id, mail.recipient_id, entry.get("link"))
    if entry["kind"] not in _KINDS or type(entry["at_ms"]) is not int or not all(type(text) is str for text in texts):
        raise ValueError("not a visit")
    return visit
