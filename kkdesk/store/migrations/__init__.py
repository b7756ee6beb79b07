"""Numbered SQL files; `kkdesk.store.migrate` runs them."""

from __future__ import annotations

from typing import Final

#: The number of the last one.
LATEST: Final = 13
