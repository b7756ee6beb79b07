"""What a POST to an unsubscribe link asks for. Whatever makes no sense asks for what the signed link is there for."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from kkdesk.model.opt_out_reason import told_reason

#: Fields of one form.
_MOST_FIELDS: Final = 10
#: The field of a one-click request (RFC 8058, 3.2).
_ONE_CLICK: Final = "List-Unsubscribe"

# It warns of each body that it cannot read, byte by byte: that is its sender's business.
logging.getLogger("python_multipart").setLevel(logging.ERROR)


class Action(StrEnum):
    """What a button of the page asks for; without one it is `LEAVE`."""

    LEAVE = "leave"
    REASON = "reason"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    action: Action = Action.LEAVE
    #: Why, for whoever said so.
    reason: str | None = None
    #: What is to be undone.
    optout_id: str = ""


async def asked_in(request: Request) -> Asked:
    """What the body asks for: urlencoded or multipart, with or without a type. `RequestLimits` keeps it small.

    A one-click request, a body that cannot be read and an action said twice unsubscribe, whatever else is in them.
    """
    fields = await _fields(request)
    reason = told_reason(_first(fields, "why"), _first(fields, "reason"))
    said = fields.get("action", ())
    if _ONE_CLICK in fields or len(said) != 1 or said[0] not in set(Action):
        return Asked(reason=reason)
    return Asked(Action(said[0]), reason, _first(fields, "optout"))


async def _fields(request: Request) -> Mapping[str, Sequence[str]]:
    body = await request.body()
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        pairs = await _multipart(request, body)
    else:
        pairs = _urlencoded(body)
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _urlencoded(body: bytes) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return ()


async def _multipart(request: Request, body: bytes) -> Sequence[tuple[str, str]]:
    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, once(), max_files=0, max_fields=_MOST_FIELDS).parse()
    except (MultiPartException, ValueError, KeyError):
        return ()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")
