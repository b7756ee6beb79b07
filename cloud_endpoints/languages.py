"""Which of the two languages a page speaks first."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from starlette.requests import Request

from kkdesk.model.bilingual import Bilingual, Language

_RANGE: Final = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,40})?(?:\s*;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?")
#: Ranges that are looked at.
_MOST: Final = 30


def first_language(request: Request) -> Language:
    """What the address says (`lang`), else what the browser prefers (`Accept-Language`, RFC 9110, 12.5.4).

    Greek for those who ask for neither: the company and its customers speak it.
    """
    chosen = next(iter(request.query_params.getlist("lang")), "")
    if chosen:
        return "en" if chosen == "en" else "el"
    weights = _weights(request.headers.get("accept-language", ""))
    return "en" if weights.get("en", 0.0) > weights.get("el", 0.0) else "el"


def other_language(language: Language) -> Language:
    """The second one."""
    return "el" if language == "en" else "en"


def said(text: Bilingual, language: Language) -> str:
    """The text in one language, as HTML."""
    return escape(text.in_language(language))


def _weights(header: str) -> dict[str, float]:
    """How much each language is wanted, 0 to 1. Of two that are wanted alike the first counts for a little more."""
    found: dict[str, float] = {}
    for place, part in enumerate(header.split(",")[:_MOST]):
        if match := _RANGE.fullmatch(part.strip()):
            weight = min(float(match[2]), 1.0) if match[2] else 1.0
            # Weights have three digits: what is taken off here outweighs none of them.
            found.setdefault(match[1].lower(), weight - place / 1_000_000 if weight else 0.0)
    return found
