"""What happened with a customer, from every table that knows of it, the newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.tracking.reactions import BY_MACHINE, PERSON_AT

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.store.database import Database

#: Kinds of entries, for icons and filters.
KINDS: Final = ("mail", "opened", "clicked", "bounced", "unsubscribed", "machine", "note", "task", "call", "change")

# By the link of a mail to the customer, or to somebody else with the same address.
_BY_LINK: Final = """(l.recipient_id IN (SELECT id FROM campaign_recipients WHERE customer_id = ?1)
  OR l.address = (SELECT lower(trim(email)) FROM customers WHERE id = ?1))"""
# Each part gives (at, id, kind, title, detail, who, extra); `title` of an activity is what it stored.
_PARTS: Final = f"""
SELECT a.created_at AS at, a.id, 'activity:' || a.type AS kind, a.title, a.description AS detail, u.name AS who,
  a.metadata AS extra
FROM customer_activities a LEFT JOIN users u ON u.id = a.created_by WHERE a.customer_id = ?1 AND a.org_id = ?2
UNION ALL
SELECT n.created_at, n.id, 'note', NULL, n.content, u.name, NULL
FROM customer_notes n LEFT JOIN users u ON u.id = n.created_by WHERE n.customer_id = ?1 AND n.org_id = ?2
UNION ALL
SELECT t.created_at, t.id, 'task', NULL, t.title, u.name, t.status
FROM tasks t LEFT JOIN users u ON u.id = t.created_by WHERE t.customer_id = ?1 AND t.org_id = ?2
UNION ALL
SELECT coalesce(r.sent_at, r.last_attempt_at), r.id, 'recipient:' || r.status, NULL, p.name, NULL, r.error_message
FROM campaign_recipients r JOIN email_campaigns p ON p.id = r.campaign_id
WHERE r.customer_id = ?1 AND p.org_id = ?2 AND r.status IN ('sent', 'failed', 'bounced')
  AND coalesce(r.sent_at, r.last_attempt_at) IS NOT NULL
UNION ALL
SELECT CASE WHEN {BY_MACHINE} THEN t.created_at ELSE {PERSON_AT} END, t.id,
  CASE WHEN {BY_MACHINE} THEN 'machine:' ELSE 'tracking:' END || t.type, NULL, p.name, NULL, t.link_url
FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id JOIN email_campaigns p ON p.id = t.campaign_id
WHERE r.customer_id = ?1 AND p.org_id = ?2 AND (t.type <> 'unsubscribe' OR NOT EXISTS (
  SELECT 1 FROM kk_link_optouts l WHERE l.recipient_id = t.recipient_id AND l.tracking_id = t.id))
UNION ALL
SELECT l.left_at, l.id, 'link:left', NULL, p.name, NULL, l.reason
FROM kk_link_optouts l LEFT JOIN email_campaigns p ON p.id = l.campaign_id WHERE l.org_id = ?2 AND {_BY_LINK}
UNION ALL
SELECT l.undone_at, l.id || ':undone', 'link:returned', NULL, p.name, NULL, NULL
FROM kk_link_optouts l LEFT JOIN email_campaigns p ON p.id = l.campaign_id
WHERE l.org_id = ?2 AND l.undone_at IS NOT NULL AND {_BY_LINK}
"""
_PAGE: Final = f"SELECT * FROM ({_PARTS}) WHERE (at, id) < (?3, ?4) ORDER BY at DESC, id DESC LIMIT ?5"

_TITLES: Final = {
    "note": ("note", Bilingual("Σημείωση", "Note")),
    "task": ("task", Bilingual("Εργασία", "Task")),
    "recipient:sent": ("mail", Bilingual("Στάλθηκε μήνυμα", "Mail sent")),
    "recipient:failed": ("bounced", Bilingual("Το μήνυμα δεν στάλθηκε", "The mail could not be sent")),
    "recipient:bounced": ("bounced", Bilingual("Το μήνυμα επέστρεψε", "The mail came back")),
    "tracking:open": ("opened", Bilingual("Άνοιξε το μήνυμα", "Opened the mail")),
    "tracking:click": ("clicked", Bilingual("Πάτησε σύνδεσμο", "Clicked a link")),
    "machine:open": ("machine", Bilingual("Το μήνυμα το άνοιξε μηχανή", "The mail was opened by a machine")),
    "machine:click": ("machine", Bilingual("Σύνδεσμο τον έλεγξε μηχανή", "A link was checked by a machine")),
    "tracking:unsubscribe": ("unsubscribed", Bilingual("Διαγράφηκε από τη λίστα", "Unsubscribed")),
    "link:left": ("unsubscribed", Bilingual("Διαγράφηκε από τη λίστα", "Unsubscribed")),
    "link:returned": ("change", Bilingual("Αναίρεσε τη διαγραφή από τη λίστα", "Took the unsubscribing back")),
}
#: Kinds whose `extra` says more: a link, a reason.
_TOLD_MORE: Final = frozenset({"tracking:click", "machine:click", "recipient:failed", "recipient:bounced", "link:left"})
_ACTIVITY_KINDS: Final = {
    "call": "call",
    "meeting": "call",
    "email_sent": "mail",
    "email_opened": "opened",
    "email_clicked": "clicked",
    "note": "note",
    "note_added": "note",
    "task_created": "task",
    "task_completed": "task",
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, at `at` (Unix seconds); `kind` is one of `KINDS`."""

    at: int
    kind: str
    title: Bilingual
    detail: str
    who: str
    id: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries, and where the next page begins (None: there are no older ones)."""

    entries: tuple[TimelineEntry, ...]
    next: Cursor | None


class Timeline:
    """Timelines of the customers of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Reads only."""
        self._db = db
        self._actor = actor

    async def page(self, customer_id: str, after: Cursor | None = None, limit: int = 50) -> TimelinePage:
        """The newest entries, or those older than `after`."""
        start = after or Cursor(2**62, "")
        args = (customer_id, self._actor.org_id, start.at, start.id, limit + 1)
        rows = await self._db.query(_PAGE, args)
        entries = tuple(_entry(row) for row in rows[:limit])
        last = Cursor(entries[-1].at, entries[-1].id) if len(rows) > limit else None
        return TimelinePage(entries, last)


def _entry(row: Row) -> TimelineEntry:
    stored, detail, extra = as_text(row["kind"]), as_text(row["detail"]), as_text(row["extra"])
    if stored.startswith("activity:"):
        kind = _ACTIVITY_KINDS.get(stored.removeprefix("activity:"), "change")
        title = Bilingual(as_text(row["title"]), _english(extra) or as_text(row["title"]))
    else:
        # A kind that only a newer web CRM writes is shown by its own name.
        kind, title = _TITLES.get(stored, ("change", Bilingual(stored, stored)))
        if stored in _TOLD_MORE and extra:
            detail = f"{detail} · {extra}"
    return TimelineEntry(as_int(row["at"]), kind, title, detail, as_text(row["who"]), as_text(row["id"]))


def _english(metadata: str) -> str:
    try:
        stored = json.loads(metadata) if metadata else {}
    except ValueError:
        return ""
    found = stored.get("title_en") if isinstance(stored, dict) else None
    return found if isinstance(found, str) else ""
