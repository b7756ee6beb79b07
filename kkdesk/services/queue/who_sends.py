"""Who sends campaigns: the cloud once it is there, or the desktops. A setting of the company (`send.by`).

The queue is safe whoever drains it; this is about where the mail server's password has to be. `auto` leaves it to the
cloud as long as its scheduler has called within the last hour.
"""

from __future__ import annotations

from typing import Final, Literal

from kkdesk.model.change import Statement

#: Where a worker runs; `nowhere`: on a computer that has no way to send for the company.
Place = Literal["desktop", "cloud", "nowhere"]

CLOUD_SEEN: Final = "cloud.seen_at"
#: Seconds after which a cloud that has not been heard of is not waited for, and between its words.
CLOUD_GONE_SECONDS: Final = 3600
_WORD_SECONDS: Final = 600

#: Whether a worker at ?4 may send at ?2 for organisation ?1.
MAY_SEND: Final = f"""?4 <> 'nowhere' AND CASE
  coalesce((SELECT value FROM kk_settings WHERE org_id = ?1 AND name = 'send.by'), 'auto')
  WHEN 'cloud' THEN ?4 = 'cloud' WHEN 'desktop' THEN ?4 = 'desktop'
  ELSE ?4 = 'cloud' OR NOT EXISTS (SELECT 1 FROM kk_settings
    WHERE org_id = ?1 AND name = '{CLOUD_SEEN}' AND CAST(value AS INTEGER) > ?2 - {CLOUD_GONE_SECONDS}) END"""

_SEEN = f"""
INSERT INTO kk_settings (id, org_id, name, value, updated_at) VALUES (?1 || ':{CLOUD_SEEN}', ?1, '{CLOUD_SEEN}', ?2, ?2)
ON CONFLICT (id) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
WHERE CAST(value AS INTEGER) < excluded.updated_at - {_WORD_SECONDS}
"""


def cloud_is_here(org_id: str, now: int) -> Statement:
    """The cloud's worker says that it is there."""
    return Statement(_SEEN, (org_id, now))
