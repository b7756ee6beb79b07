"""Which mail of ours a letter is about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kkdesk.model.row import Row, as_text
from kkdesk.services.bounces.letters import Letter, Marks
from kkdesk.store.database import Database

# A token is all of a Message-ID before its @, and A is the letter after @: a range of the index.
_OURS = """
SELECT x.value AS mark, 1 AS current, s.recipient_id, s.campaign_id, s.address, s.state, s.message_id, r.email
FROM json_each(?1) AS x
CROSS JOIN kk_sends s ON s.message_id >= '<' || x.value || '@' AND s.message_id < '<' || x.value || 'A'
CROSS JOIN campaign_recipients r ON r.id = s.recipient_id
CROSS JOIN email_campaigns k ON k.id = s.campaign_id AND k.org_id = ?3
UNION ALL
SELECT x.value, 0, s.recipient_id, s.campaign_id, s.address, s.state, s.message_id, r.email
FROM json_each(?2) AS x CROSS JOIN kk_sends s ON s.recipient_id = x.value
CROSS JOIN campaign_recipients r ON r.id = s.recipient_id
CROSS JOIN email_campaigns k ON k.id = s.campaign_id AND k.org_id = ?3
"""


@dataclass(frozen=True, slots=True)
class OurMail:
    """A mail that we sent."""

    recipient_id: str
    campaign_id: str
    #: Folded, as suppressions are kept.
    address: str
    #: As the recipient was listed.
    email: str
    #: Of the last attempt at this recipient.
    message_id: str
    #: In `kk_sends`.
    state: str
    #: The letter is about the last attempt, and not about one before it that was sent again.
    current: bool


async def match(db: Database, org_id: str, letters: Sequence[Letter]) -> list[OurMail | None]:
    """For each letter the mail that it is about; None for one that is not about any of ours. One query.

    A recipient's id counts only beside a Message-ID of our form: by then it is that of a mail which was sent again.
    """
    tokens = sorted({token for letter in letters for token in letter.marks.tokens})
    if not tokens:
        return [None] * len(letters)
    recipients = sorted({letter.marks.recipient_id for letter in letters if letter.marks.tokens} - {""})
    rows = await db.query(_OURS, (json.dumps(tokens), json.dumps(recipients), org_id))
    by_token = {as_text(row["mark"]): row for row in rows if row["current"]}
    by_recipient = {as_text(row["mark"]): row for row in rows if not row["current"]}
    return [_mail(letter.marks, by_token, by_recipient) for letter in letters]


def _mail(marks: Marks, by_token: Mapping[str, Row], by_recipient: Mapping[str, Row]) -> OurMail | None:
    row = next((by_token[token] for token in marks.tokens if token in by_token), None)
    if row is None and marks.tokens:
        row = by_recipient.get(marks.recipient_id)
    if row is None:
        return None
    return OurMail(
        recipient_id=as_text(row["recipient_id"]),
        campaign_id=as_text(row["campaign_id"]),
        address=as_text(row["address"]),
        email=as_text(row["email"]),
        message_id=as_text(row["message_id"]),
        state=as_text(row["state"]),
        current=bool(row["current"]),
    )
