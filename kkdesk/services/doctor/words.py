"""How findings are put: short ways to make them, and other people's words made fit to be shown."""

from __future__ import annotations

from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.doctor.check import FAILED, Finding, State

_MOST: Final = 120


def ok(el: str, en: str, **facts: Any) -> Finding:
    """In order."""
    return Finding(State.OK, Bilingual(el, en), None, facts)


def warning(found: Bilingual, next_step: Bilingual | None = None, **facts: Any) -> Finding:
    """It works, but somebody should look."""
    return Finding(State.WARNING, found, next_step, facts)


def failed(found: Bilingual, next_step: Bilingual | None = None, *, exit_code: int = FAILED, **facts: Any) -> Finding:
    """It does not work."""
    return Finding(State.FAILED, found, next_step, facts, exit_code)


def shown(text: object) -> str:
    """`text` from outside, cut, and without what would speak to a terminal."""
    return "".join(letter for letter in str(text)[:_MOST] if letter.isprintable())
