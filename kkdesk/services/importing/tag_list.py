"""Tags in one cell: separated by commas, semicolons, bars or lines; names that hold one of these are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_TAG: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[,;|\n]|\Z)|([^,;|\n]*))(?:[,;|\n]|\Z)')
_NEEDS_QUOTES: Final = re.compile(r'[,;|\n]|^"')
#: As many characters as the window shows of a tag's name.
MAX_TAG: Final = 100


def parse_tags(text: str) -> tuple[str, ...]:
    """The names, each once, in order."""
    names: dict[str, None] = {}
    at = 0
    while at < len(text):
        found = _TAG.match(text, at)
        if found is None or found.end() == at:
            break
        at = found.end()
        name = found[1].replace('""', '"') if found[1] is not None else found[2]
        if name.strip():
            names.setdefault(name.strip()[:MAX_TAG])
    return tuple(names)


def tags_text(names: Iterable[str]) -> str:
    """The names in one cell, so that `parse_tags` gives them back."""
    return ", ".join('"' + name.replace('"', '""') + '"' if _NEEDS_QUOTES.search(name) else name for name in names)
