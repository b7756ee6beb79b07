"""What a row changes in a customer who is there already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from kkdesk.model import customer_category
from kkdesk.model.customer_fields import FIELD
from kkdesk.model.greek import normalize_phone
from kkdesk.model.row import Row, SqlValue, as_text
from kkdesk.services.importing.identity import email_key
from kkdesk.services.importing.plan import OnMatch
from kkdesk.store.database import Database

#: Columns in which zero is what a new customer has, and means that nobody has filled it in.
_ZERO_IS_EMPTY: Final = ("revenue", "lead_score")
#: When a customer was entered stays what it is.
_NEVER: Final = ("created_at",)


async def stored_values(db: Database, columns: Sequence[str], ids: Sequence[str]) -> dict[str, Row]:
    """The rows of customers by id, with `columns` and what every update looks at."""
    names = ", ".join(dict.fromkeys(("id", "email", "unsubscribed", "updated_at", *columns)))
    rows = await db.query(
        f"SELECT {names} FROM customers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {as_text(row["id"]): row for row in rows}


def differences(stored: Row, values: Mapping[str, SqlValue], mode: OnMatch) -> dict[str, SqlValue]:
    """The columns that the row changes, with their new values.

    Empty cells change nothing, other spellings of the same telephone or address neither, and nobody who has opted out
    is ever opted in.
    """
    changed: dict[str, SqlValue] = {}
    for name, value in values.items():
        old = stored[name]
        if value is None or name in _NEVER or _same(name, old, value):
            continue
        if name == "unsubscribed":
            if value:
                changed[name] = 1
        elif mode == "update" or _is_empty(name, old):
            changed[name] = value
    return changed


def assignment(name: str, mode: OnMatch) -> str:
    """The SET clause of one column; `fill` looks once more, in case somebody has filled it in meanwhile."""
    if mode == "update" or FIELD[name].kind == "flag":
        return f'"{name}" = ?'
    empty = "0" if name in _ZERO_IS_EMPTY else "''"
    return f'"{name}" = coalesce(nullif("{name}", {empty}), ?)'


def _is_empty(name: str, old: SqlValue) -> bool:
    return old is None or old == "" or (name in _ZERO_IS_EMPTY and old == 0)


def _same(name: str, old: SqlValue, new: SqlValue) -> bool:
    if old == new:
        return True
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    match FIELD[name].kind:
        case "phone":
            return normalize_phone(old) == normalize_phone(new)
        case "email":
            return email_key(old) == email_key(new)
        case "choice" if name == "category":
            return customer_category.normalize(old) == new
        case _:
            return old.strip() == new
