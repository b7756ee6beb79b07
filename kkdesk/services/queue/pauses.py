"""Campaigns that are held by themselves: refused for what is ours to put right, or with too many errors.

A person reads why and lets it go on; refusals of a cause that has been let go on once are failures of their mail only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Statement
from kkdesk.model.ids import new_id
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.mail.replies import Verdict
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.leases import write_error
from kkdesk.store.database import Database

#: Why a campaign holds: reputation or policy, its size, its content, or too many failures of whatever kind.
Cause = Literal["blocked", "too_large", "refused_content", "errors"]

#: Results looked back at, how many there must be, and the share of failures that is too much.
WINDOW: Final = 100
ENOUGH: Final = 20
TOO_MANY_PERCENT: Final = 30

_LET_GO_ON = """EXISTS (SELECT 1 FROM kk_send_pauses p
  WHERE p.campaign_id = ?2 AND p.cause = ?3 AND p.resumed_at IS NOT NULL)"""
_NOTE = f"""
INSERT INTO kk_send_pauses (id, campaign_id, cause, domain, paused_at)
SELECT ?1, k.id, ?3, ?4, ?5 FROM email_campaigns k
WHERE k.id = ?2 AND k.status IN ('scheduled', 'sending') AND (?3 = 'errors' OR NOT {_LET_GO_ON})
"""
_HELD_NOW = "EXISTS (SELECT 1 FROM kk_send_pauses p WHERE p.id = ?1)"
_PAUSE = f"UPDATE email_campaigns SET status = 'paused', updated_at = ?3 WHERE id = ?2 AND {_HELD_NOW}"
_PAUSE_JOBS = f"""
UPDATE email_jobs SET status = 'cancelled', locked_at = NULL, locked_by = NULL, last_error = ?4, updated_at = ?3
WHERE campaign_id = ?2 AND status IN ('queued', 'processing') AND {_HELD_NOW}
"""
_RESUMED = "UPDATE kk_send_pauses SET resumed_at = ?2 WHERE campaign_id = ?1 AND resumed_at IS NULL"
_KNOWN = "SELECT DISTINCT cause FROM kk_send_pauses WHERE campaign_id = ? AND resumed_at IS NOT NULL"
_RECENT = """
SELECT state, coalesce(reason, '') AS reason, count(*) AS number FROM (
  SELECT state, reason FROM kk_sends
  WHERE campaign_id = ?1 AND settled_at >= coalesce(
      (SELECT max(p.resumed_at) + 1 FROM kk_send_pauses p WHERE p.campaign_id = ?1), 0)
    AND state IN ('sent', 'failed', 'unconfirmed', 'bounced')
  ORDER BY settled_at DESC LIMIT ?2)
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a campaign is to be held."""

    cause: Cause
    #: The recipient's domain that refused; empty when it is not about one.
    domain: str
    reason: Bilingual

    @classmethod
    def of(cls, verdict: Verdict, outcome: Outcome, domain: str) -> Pause | None:
        """The pause that a refusal asks for; None when it is not our fault."""
        if not verdict.ours:
            return None
        said = " ".join(part for part in (str(outcome.code or ""), outcome.status, outcome.text[:200]) if part)
        match verdict.reason:
            case "blocked":
                return cls("blocked", domain, _blocked(domain, said))
            case "too_large":
                return cls("too_large", domain, _too_large(said))
            case _:
                return cls("refused_content", domain, _content(domain, said))


def pause_statements(campaign_id: str, cause: Cause, domain: str, reason: Bilingual, now: int) -> tuple[Statement, ...]:
    """Hold a campaign that waits or is being sent, unless a person has let it go on after this very cause."""
    pause_id = new_id("pause")
    return (
        Statement(_NOTE, (pause_id, campaign_id, cause, domain or None, now)),
        Statement(_PAUSE, (pause_id, campaign_id, now)),
        Statement(_PAUSE_JOBS, (pause_id, campaign_id, now, write_error(reason))),
    )


def resumed_statement(campaign_id: str, now: int) -> Statement:
    """A person lets it go on."""
    return Statement(_RESUMED, (campaign_id, now))


async def known_causes(db: Database, campaign_id: str) -> frozenset[str]:
    """Causes after which a person has let the campaign go on."""
    return frozenset(as_text(row["cause"]) for row in await db.query(_KNOWN, (campaign_id,)))


def recent_results(campaign_id: str) -> Statement:
    """The campaign's latest results by state and reason, since a person last let it go on: for `errors_pile_up`."""
    return Statement(_RECENT, (campaign_id, WINDOW))


def errors_pile_up(rows: Sequence[Row]) -> Pause | None:
    """The pause that the latest results ask for, if too many of them are failures."""
    number = sum(as_int(row["number"]) for row in rows)
    bad = [row for row in rows if row["state"] != "sent"]
    failed = sum(as_int(row["number"]) for row in bad)
    if number < ENOUGH or failed * 100 < number * TOO_MANY_PERCENT:
        return None
    worst = max(bad, key=lambda row: as_int(row["number"]))
    return Pause("errors", "", _errors(failed, number, as_text(worst["reason"]) or as_text(worst["state"])))


def _blocked(domain: str, said: str) -> Bilingual:
    return Bilingual(
        f"Ο {domain} δεν δέχεται μηνύματα από εμάς (πολιτική ή φήμη αποστολέα): {said}",
        f"{domain} takes no mail from us (policy or reputation of the sender): {said}",
    )


def _too_large(said: str) -> Bilingual:
    return Bilingual(f"Το μήνυμα είναι πολύ μεγάλο για τον διακομιστή: {said}", f"The mail is too large: {said}")


def _content(domain: str, said: str) -> Bilingual:
    return Bilingual(
        f"Ο {domain} απορρίπτει το περιεχόμενο του μηνύματος: {said}", f"{domain} refuses the mail's content: {said}"
    )


def _errors(failed: int, number: int, worst: str) -> Bilingual:
    return Bilingual(
        f"Από τα τελευταία {number} μηνύματα απέτυχαν τα {failed} (συχνότερη αιτία: {worst}).",
        f"Of the last {number} mails {failed} failed (most often: {worst}).",
    )
