"""A sample campaign on its way: who got it, and what they did with it."""

from __future__ import annotations

import json
from typing import Final, Literal

from kkdesk.model.audience import Recipient
from kkdesk.model.change import Statement
from kkdesk.model.row import SqlValue
from kkdesk.services.demo import texts
from kkdesk.services.demo.sample import DAY, Row, Sample, insertion
from kkdesk.services.tracking.classification import Circumstances, judge
from kkdesk.services.tracking.visitor import network_of
from kkdesk.services.tracking.visits import Kind

_USER_AGENTS: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0)",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)
_MACHINES: Final = ("Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0 (Windows NT 6.1) BarracudaCentral")
_REASONS: Final = ("Δεν με ενδιαφέρει πια", "Λαμβάνω πολλά μηνύματα", None, None)
_BOUNCE: Final = "SMTP_SEND_FAILED: 550 5.1.1 User unknown"
_RECIPIENT_COLUMNS: Final = (
    "id", "campaign_id", "customer_id", "email", "status", "sent_at", "error_message", "failure_category",
    "failure_reason_detailed", "bounce_type", "attempt_count", "last_attempt_at", "email_normalized", "domain",
)  # fmt: skip
_TRACKING_COLUMNS: Final = (
    "id", "campaign_id", "recipient_id", "type", "link_url", "ip_address", "user_agent", "created_at",
)  # fmt: skip
_VISIT_COLUMNS: Final = (
    "id", "campaign_id", "recipient_id", "type", "link_url", "actor", "rule", "network", "user_agent", "at_ms",
)  # fmt: skip
SUPPRESSION_COLUMNS: Final = (
    "id", "org_id", "email", "suppression_type", "suppression_reason", "source_campaign_id", "bounce_count",
    "suppressed_at",
)  # fmt: skip

# One look at every customer, however many opted out.
_OPT_OUT: Final = """
UPDATE customers SET unsubscribed = 1,
  updated_at = max(updated_at, (SELECT value FROM json_each(?1) WHERE key = lower(trim(email))))
WHERE org_id = ?2 AND lower(trim(email)) IN (SELECT key FROM json_each(?1))"""


def suppression(sample: Sample, key: str, kind: str, reason: str | None, campaign_id: str | None, at: int) -> Row:
    """A row of `email_suppressions`, in the order of `SUPPRESSION_COLUMNS`. `key` is the mailbox in one spelling."""
    return (sample.new_id("supp"), sample.actor.org_id, key, kind, reason, campaign_id, int(kind == "hard_bounce"), at)


class Sending:
    """The finished campaign's recipients and what they did, row by row."""

    def __init__(self, sample: Sample, campaign_id: str, sent_at: int) -> None:
        """Sending begins at `sent_at` (Unix seconds)."""
        self._sample, self._campaign_id, self._clock = sample, campaign_id, sent_at
        self._rng, self._new_id = sample.rng, sample.new_id
        self._org_id, self._now = sample.actor.org_id, sample.now
        self._recipients: list[Row] = []
        self._events: list[Row] = []
        self._visits: list[Row] = []
        self._unsubscribes: list[Row] = []
        self._suppressions: list[Row] = []
        self._opted_out: dict[str, int] = {}
        self._bounces = 0

    @property
    def counters(self) -> tuple[int, ...]:
        """total, sent, open, click, bounce and unsubscribe counts."""
        kinds = [row[3] for row in self._events]
        total = len(self._recipients)
        unsubscribed = len(self._unsubscribes)
        return total, total - self._bounces, kinds.count("open"), kinds.count("click"), self._bounces, unsubscribed

    def deliver(self, recipient: Recipient) -> None:
        """Send to one recipient: mostly delivered, sometimes opened, clicked, bounced or unsubscribed."""
        rng = self._rng
        recipient_id = self._new_id("rcpt")
        self._clock += rng.random() < 0.2  # about five mails a second
        bounced = rng.random() < 0.012
        outcome: tuple[SqlValue, ...] = (
            ("failed", None, _BOUNCE, "bounce", "hard_bounce", "hard") if bounced
            else ("sent", self._clock, None, None, None, None)
        )  # fmt: skip
        self._recipients.append(
            (
                recipient_id, self._campaign_id, recipient.customer_id, recipient.email, *outcome, 1, self._clock,
                recipient.key, recipient.domain,
            )
        )  # fmt: skip
        if bounced:
            self._bounces += 1
            row = suppression(self._sample, recipient.key, "hard_bounce", _BOUNCE, self._campaign_id, self._clock)
            self._suppressions.append(row)
        elif rng.random() < 0.41:
            self._read(recipient_id, recipient)
        elif recipient_id[-1] in "AEIOU":
            # One in twelve of the others: a telephone or a mail filter that fetches everything.
            agent = _MACHINES[ord(recipient_id[-2]) % len(_MACHINES)]
            self._record(recipient_id, "open", None, min(self._clock + 40, self._now), agent, "198.51.100.0")

    def statements(self) -> list[Statement]:
        """Inserts of all rows, and the opt-out of those who unsubscribed."""
        tables = (
            ("campaign_recipients", _RECIPIENT_COLUMNS, self._recipients),
            ("email_tracking", _TRACKING_COLUMNS, self._events),
            ("kk_visits", _VISIT_COLUMNS, self._visits),
            ("unsubscribes", ("id", "org_id", "email", "reason", "campaign_id", "created_at"), self._unsubscribes),
            ("email_suppressions", SUPPRESSION_COLUMNS, self._suppressions),
        )
        found = [insertion(table, columns, rows) for table, columns, rows in tables if rows]
        if self._opted_out:
            # Every customer who has the address, as a real unsubscribe does.
            found.append(Statement(_OPT_OUT, (json.dumps(self._opted_out), self._org_id)))
        return found

    def _read(self, recipient_id: str, recipient: Recipient) -> None:
        rng = self._rng
        # Half of those who read at all do so on the first day.
        opened = min(self._clock + 60 + int(rng.expovariate(1 / DAY)), self._now)
        agent, address = rng.choice(_USER_AGENTS), f"203.0.113.{rng.randint(1, 254)}"  # documentation range, RFC 5737

        def record(kind: Kind | Literal["unsubscribe"], link: str | None, at: int) -> None:
            self._record(recipient_id, kind, link, at, agent, address)

        record("open", None, opened)
        for link in texts.AUTUMN_LINKS:
            if rng.random() < 0.16:
                record("click", link, min(opened + rng.randint(5, 400), self._now))
        if rng.random() < 0.03:
            at = min(opened + rng.randint(20, 3600), self._now)
            reason = rng.choice(_REASONS)
            record("unsubscribe", None, at)
            self._unsubscribes.append(
                (self._new_id("unsub"), self._org_id, recipient.email, reason, self._campaign_id, at)
            )
            row = suppression(self._sample, recipient.key, "unsubscribe", reason, self._campaign_id, at)
            self._suppressions.append(row)
            self._opted_out[recipient.key] = at

    def _record(
        self, recipient: str, kind: Kind | Literal["unsubscribe"], link: str | None, at: int, agent: str, address: str
    ) -> None:
        """What the web CRM's table keeps, and who came."""
        event_id, campaign, network = self._new_id("track"), self._campaign_id, network_of(address)
        self._events.append((event_id, campaign, recipient, kind, link, network, agent, at))
        if kind == "unsubscribe":
            return
        rule = judge(Circumstances(kind, agent=agent))
        visit_id = f"visit_{event_id.removeprefix('track_')}"
        who = (rule.actor.value, rule.name, network, agent)
        self._visits.append((visit_id, campaign, recipient, kind, link or "", *who, at * 1000))
