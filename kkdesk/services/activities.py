"""Entries of a customer's history, in the web CRM's `customer_activities`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kkdesk.model.change import Statement

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.bilingual import Bilingual

# `title` is Greek, the web CRM's language; the English lies beside it in `metadata`.
# The ids are made there too, of the letters that nanoids have: 100,000 of them would hold up whoever builds the change.
_INSERT = (
    "INSERT INTO customer_activities (id, org_id, customer_id, type, title, metadata, created_by, created_at) "
    "SELECT 'act_' || substr(hex(randomblob(11)), 1, 21), ?1, id, ?2, ?3, ?4, ?5, ?6 FROM customers "
    # Somebody else may have deleted a customer by the time that the change arrives.
    "WHERE id IN (SELECT value FROM json_each(?7))"
)


def activity(actor: Actor, customer_id: str, kind: str, title: Bilingual, now: int) -> Statement:
    """One entry; `kind` is one of the web CRM's types, `now` in Unix seconds."""
    return activities_of(actor, (customer_id,), kind, title, now)


def activities_of(actor: Actor, customer_ids: Sequence[str], kind: str, title: Bilingual, now: int) -> Statement:
    """The same entry for many customers."""
    metadata = json.dumps({"title_en": title.en}, ensure_ascii=False)
    customers = json.dumps(list(customer_ids))
    return Statement(_INSERT, (actor.org_id, kind, title.el, metadata, actor.user_id, now, customers))
