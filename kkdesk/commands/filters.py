"""Filters of customers on the command line: `--filter category=fleet --filter city=Λάρισα`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kkdesk.model import customer_category
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.greek import fold
from kkdesk.services.importing.choices import parse_flag
from kkdesk.workspace import Workspace

_FLAGS = ("vip", "has_email", "subscribed", "active")
_NAMES = ("text", "category", "city", "tag", "segment", *_FLAGS)


async def customer_query(workspace: Workspace, filters: Sequence[str]) -> CustomerQuery:
    """The query that meets every one of `filters`, each "what=value"; a flag alone means yes.

    Raises `InvalidInput` for a filter that there is not, and `NotFound` for an unknown tag or segment.
    """
    values: dict[str, Any] = {}
    for item in filters:
        name, equals, value = (part.strip() for part in item.partition("="))
        if name in _FLAGS:
            values[name] = True if not equals else _flag(name, value)
        elif name == "category":
            values["category"] = _category(value)
        elif name == "tag":
            values["tag_id"] = await _tag(workspace, value)
        elif name == "segment":
            values["segment_id"] = await _segment(workspace, value)
        elif name in {"text", "city"} and equals:
            values[name] = value
        else:
            raise InvalidInput(
                Bilingual(f"Άγνωστο φίλτρο «{item}».", f"Unknown filter “{item}”."),
                next_step=Bilingual(f"Υπάρχουν: {', '.join(_NAMES)}.", f"There are: {', '.join(_NAMES)}."),
            )
    return CustomerQuery(**values)


def _flag(name: str, value: str) -> bool:
    found = parse_flag(name, value)
    if found is None:
        raise InvalidInput(Bilingual(f"Το φίλτρο {name} θέλει ναι ή όχι.", f"The filter {name} wants yes or no."))
    return found


def _category(value: str) -> str:
    found = customer_category.normalize(value)
    if found is None:
        raise InvalidInput(Bilingual(f"Άγνωστη κατηγορία «{value}».", f"Unknown category “{value}”."))
    return found


async def _tag(workspace: Workspace, name: str) -> str:
    for tag in await workspace.tags.all():
        if fold(tag.name) == fold(name):
            return tag.id
    raise NotFound(Bilingual(f"Δεν υπάρχει ετικέτα «{name}».", f"There is no tag “{name}”."))


async def _segment(workspace: Workspace, name: str) -> str:
    for segment in await workspace.segments.all():
        if fold(segment.name) == fold(name) or segment.id == name:
            return segment.id
    raise NotFound(Bilingual(f"Δεν υπάρχει τμήμα πελατών «{name}».", f"There is no segment “{name}”."))
