"""What SQL asks to tell people's opens and clicks from machines'.

A row of `email_tracking` is a machine's when `kk_visits` knows of a machine's visit to its link and of no person's.
What the web CRM recorded, which judges nobody, has no visits, and counts as a person's.
"""

from __future__ import annotations

from typing import Final

_VISIT: Final = """SELECT {what} FROM kk_visits w WHERE w.recipient_id = t.recipient_id AND w.type = t.type
  AND w.link_url = coalesce(t.link_url, '') AND w.actor = '{actor}'"""

#: Of a row `t` of `email_tracking`: whether only machines came.
BY_MACHINE: Final = (
    f"(EXISTS ({_VISIT.format(what='1', actor='machine')}) AND NOT EXISTS ({_VISIT.format(what='1', actor='person')}))"
)
#: Of a row `t` of `email_tracking` that is a person's: when the person came first, in Unix seconds.
PERSON_AT: Final = f"coalesce(({_VISIT.format(what='w.at_ms / 1000', actor='person')}), t.created_at)"


def machines_alone(campaign: str, kind: str) -> str:
    """A SELECT of the recipients of a campaign by whom (`open`, `click`) only machines did it.

    `campaign` is an expression or a parameter, `kind` one of our own words.
    """
    seen = f"SELECT recipient_id FROM kk_visits WHERE campaign_id = {campaign} AND type = '{kind}' AND actor ="
    return f"{seen} 'machine' EXCEPT {seen} 'person'"
