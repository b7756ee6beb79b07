"""Records visits, many in one change: `email_tracking` and its counters as the web CRM keeps them, `kk_visits` beside.

A batch is one question and, when there is anything new, one change. What is known already is not written again, so a
change that is repeated, or a visit that is given twice, does no harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import nanoid
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.tracking.classification import TOGETHER_MS, Actor, Circumstances, Rule, judge
from kkdesk.services.tracking.visits import Visit
from kkdesk.store.database import Database

_LABEL: Final = Bilingual("Ανοίγματα και κλικ", "Opens and clicks")

# What is known of each visit's mail. None of those of unknown mails, and of campaigns and customers not to be tracked.
# A mail that is still claimed was handed over after its claim: a visit soon after the claim is soon after the send.
_FACTS: Final = f"""
SELECT v.key AS place, coalesce(r.sent_at, CASE WHEN s.state IN ('claimed', 'unconfirmed') THEN s.claimed_at END)
    AS sent_at,
  EXISTS (SELECT 1 FROM email_tracking t WHERE t.recipient_id = r.id AND t.campaign_id = r.campaign_id
    AND t.type = v.value ->> 'type' AND t.link_url IS nullif(v.value ->> 'link', '')) AS tracked,
  (SELECT group_concat(k.actor) FROM kk_visits k WHERE k.recipient_id = r.id AND k.type = v.value ->> 'type'
    AND k.link_url = v.value ->> 'link') AS known,
  (SELECT count(DISTINCT k.link_url) FROM kk_visits k WHERE k.recipient_id = r.id AND k.type = 'click'
    AND k.link_url <> v.value ->> 'link'
    AND k.at_ms BETWEEN (v.value ->> 'at') - {TOGETHER_MS} AND (v.value ->> 'at') + {TOGETHER_MS}) AS links_together
FROM json_each(?1) AS v
CROSS JOIN campaign_recipients r ON r.id = v.value ->> 'recipient' AND r.campaign_id = v.value ->> 'campaign'
LEFT JOIN kk_sends s ON s.recipient_id = r.id
WHERE NOT EXISTS (SELECT 1 FROM kk_untracked_campaigns u WHERE u.id = r.campaign_id)
  AND NOT EXISTS (SELECT 1 FROM kk_untracked_customers u WHERE u.id = r.customer_id)
"""
# Looking and writing are one statement, so that two servers at once cannot both find nothing.
_TRACK: Final = """
INSERT INTO email_tracking (id, campaign_id, recipient_id, type, link_url, ip_address, user_agent, created_at)
SELECT 'track_' || (v.value ->> 'id'), r.campaign_id, r.id, v.value ->> 'type', nullif(v.value ->> 'link', ''),
  v.value ->> 'network', v.value ->> 'agent', (v.value ->> 'at') / 1000
FROM json_each(?1) AS v CROSS JOIN campaign_recipients r ON r.id = v.value ->> 'recipient'
WHERE r.campaign_id = v.value ->> 'campaign' AND NOT EXISTS (
  SELECT 1 FROM email_tracking t WHERE t.recipient_id = r.id AND t.campaign_id = r.campaign_id
    AND t.type = v.value ->> 'type' AND t.link_url IS nullif(v.value ->> 'link', ''))
"""
_COUNT: Final = """
UPDATE email_campaigns
SET open_count = coalesce(open_count, 0) + n.opens, click_count = coalesce(click_count, 0) + n.clicks
FROM (
  SELECT t.campaign_id, sum(t.type = 'open') AS opens, sum(t.type = 'click') AS clicks
  FROM json_each(?1) AS v CROSS JOIN email_tracking t ON t.id = 'track_' || (v.value ->> 'id')
  GROUP BY t.campaign_id) AS n
WHERE email_campaigns.id = n.campaign_id
"""
_VISITS: Final = """
INSERT INTO kk_visits (id, campaign_id, recipient_id, type, link_url, actor, rule, network, user_agent, at_ms)
SELECT 'visit_' || (v.value ->> 'id'), r.campaign_id, r.id, v.value ->> 'type', v.value ->> 'link',
  v.value ->> 'actor', v.value ->> 'rule', v.value ->> 'network', v.value ->> 'agent', v.value ->> 'at'
FROM json_each(?1) AS v CROSS JOIN campaign_recipients r ON r.id = v.value ->> 'recipient'
WHERE r.campaign_id = v.value ->> 'campaign'
ON CONFLICT DO NOTHING
"""
# Of links that were visited together the first looked like a person's, until the second came.
_REJUDGE: Final = f"""
UPDATE OR REPLACE kk_visits SET actor = '{Actor.MACHINE}', rule = 'burst'
FROM json_each(?1) AS v
WHERE kk_visits.recipient_id = v.value ->> 'recipient' AND kk_visits.actor = '{Actor.PERSON}'
  AND kk_visits.at_ms BETWEEN (v.value ->> 'at') - {TOGETHER_MS} AND (v.value ->> 'at') + {TOGETHER_MS}
"""


@dataclass(frozen=True, slots=True)
class _Judged:
    visit: Visit
    rule: Rule
    #: The web CRM's table does not have it yet.
    untracked: bool
    #: `kk_visits` does not have one of this actor yet.
    new: bool


class Recording:
    """Judges and records visits. To be given one batch at a time."""

    def __init__(self, db: Database) -> None:
        """Needs no actor: recipients are nobody's users."""
        self._db = db
        #: Visits of the last second.
        self._recent: list[Visit] = []

    async def record(self, visits: Sequence[Visit]) -> None:
        """Write what is new of `visits`; unknown and untracked mails change nothing. They are durable on return.

        Raises the `StoreError` family: nothing is known of any of them then, and they may be given again.
        """
        facts = await self._facts(visits)
        near = _by_recipient([*self._recent, *visits])
        judged = [self._judge(visits[at], row, near[visits[at].mail.recipient_id]) for at, row in facts.items()]
        since = max(visit.at_ms for visit in visits) - TOGETHER_MS
        self._recent = [visit for visit in (*self._recent, *visits) if visit.at_ms >= since]
        tracked = _firsts(entry for entry in judged if entry.untracked)
        seen = [_plain(entry) for entry in judged if entry.new]
        burst = [_plain(entry) for entry in judged if entry.rule.name == "burst"]
        if tracked or seen or burst:
            await self._db.apply(Change(_LABEL, tuple(_statements(tracked, seen, burst)), at_primary=True))

    async def _facts(self, visits: Sequence[Visit]) -> dict[int, Row]:
        asked = [
            {
                "recipient": visit.mail.recipient_id,
                "campaign": visit.mail.campaign_id,
                "type": visit.kind,
                "link": visit.link,
                "at": visit.at_ms,
            }
            for visit in visits
        ]
        rows = await self._db.query(_FACTS, (json.dumps(asked),))
        return {as_int(row["place"]): row for row in rows}

    def _judge(self, visit: Visit, row: Row, near: Sequence[Visit]) -> _Judged:
        rule = judge(
            Circumstances(
                visit.kind,
                head=visit.head,
                prefetch=visit.prefetch,
                agent=visit.visitor.user_agent or "",
                seconds_after_send=_after_send(visit, row),
                company=_company(visit, near, as_int(row["links_together"])),
            )
        )
        known = as_text(row["known"] or "").split(",")
        # A request for headers shows nobody a picture and leads nowhere: the web CRM does not hear of it.
        return _Judged(visit, rule, not row["tracked"] and not visit.head, rule.actor.value not in known)


def _by_recipient(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        found.setdefault(visit.mail.recipient_id, []).append(visit)
    return found


def _company(visit: Visit, near: Sequence[Visit], links_together: int) -> int:
    """How many requests made within a second of `visit` a person could not have made beside it.

    `near` are visits to the same mail that this process knows of, `links_together` how many other links the database
    knows to have been clicked.
    """
    others = [other for other in near if other is not visit and abs(other.at_ms - visit.at_ms) <= TOGETHER_MS]
    links = len({other.link for other in others if other.kind == "click" and other.link != visit.link})
    clicks = max(links, links_together)
    # Somebody quick opens a mail and clicks within a second, but only once.
    return sum(other.head for other in others) + (clicks if visit.kind == "click" else max(clicks - 1, 0))


def _firsts(judged: Iterable[_Judged]) -> list[dict[str, object]]:
    """Of each mail and link the first: within one statement the database does not see its own rows."""
    found: dict[tuple[str, str, str], _Judged] = {}
    for entry in judged:
        found.setdefault((entry.visit.mail.recipient_id, entry.visit.kind, entry.visit.link), entry)
    return [_plain(entry) for entry in found.values()]


def _after_send(visit: Visit, row: Row) -> float | None:
    if row["sent_at"] is None:
        return None
    return visit.at_ms / 1000 - as_int(row["sent_at"])


def _plain(entry: _Judged) -> dict[str, object]:
    visit = entry.visit
    return {
        # Never of the visit: given twice, it would be counted by whoever finds its row, and not by who wrote it.
        "id": nanoid(),
        "recipient": visit.mail.recipient_id,
        "campaign": visit.mail.campaign_id,
        "type": visit.kind,
        "link": visit.link,
        "network": visit.visitor.network,
        "agent": visit.visitor.user_agent,
        "at": visit.at_ms,
        "actor": entry.rule.actor.value,
        "rule": entry.rule.name,
    }


def _statements(
    tracked: Sequence[dict[str, object]], seen: Sequence[dict[str, object]], burst: Sequence[dict[str, object]]
) -> list[Statement]:
    statements = []
    if tracked:
        rows = json.dumps(tracked)
        statements += [Statement(_TRACK, (rows,)), Statement(_COUNT, (rows,))]
    if seen:
        statements.append(Statement(_VISITS, (json.dumps(seen),)))
    if burst:
        statements.append(Statement(_REJUDGE, (json.dumps(burst),)))
    return statements
