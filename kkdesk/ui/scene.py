"""Scenes: what `kkdesk tour` takes a picture of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of a page: `prepare(page)` brings it about and may return the dialog it opened.

    The dialog must be open and not awaited (`dialog.open()`); the tour closes it afterwards. The picture is taken
    once no task of the page runs any more, so `prepare` may also just start things.
    """

    #: Part of the file's name: lower-case letters, digits and hyphens.
    name: str
    prepare: Callable[[Any], Awaitable[QWidget | None]]
