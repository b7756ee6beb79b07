"""By what a text would name a file: its address, its path or its id, whatever way they are spelt.

Between its letters and digits a spelling may differ: `-` may be `%2D` or `&#45;`, `&` may be `&amp;`, a query may
follow. So a text names a file when it has the longest runs of ASCII letters and digits of the file's name in it. That
may take a stranger for the file (which then stays a little longer), and never the file for a stranger. Texts that may
spell even letters so (`%61`, `&#97;`) are read here, decoded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_RUN: Final = re.compile(r"[A-Za-z0-9]+")
#: A run of so many says something about which file it is; the web CRM's names have 13 digits and 21 random characters.
_TELLING: Final = 4
#: Spellings within spellings (`%2561`, `&amp;#97;`) that are undone.
_LAYERS: Final = 4

#: Both are in a text that names the file. The second may be empty.
Runs = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A file, and the ways in which a text can name it. Without any, nobody can tell whether one does."""

    id: str
    ways: tuple[Runs, ...]


def named(asset_id: str, url: str, path: str) -> Named:
    """What names the file of this id at `url`, stored under `path`."""
    ways = {_runs(_stem(url)), _runs(_stem(path)), _runs(asset_id)}
    # One of them may say nothing; a path in another alphabet, say. Then it cannot be looked for.
    return Named(asset_id, () if ("", "") in ways else tuple(sorted(ways)))


def named_in(text: str, files: Iterable[Named]) -> set[str]:
    """Ids of those of `files` that `text`, decoded, names."""
    plain = decoded(text)
    return {file.id for file in files if any(first in plain and second in plain for first, second in file.ways)}


def decoded(text: str) -> str:
    """`text` without percent-encoding and character references, of several layers."""
    for _ in range(_LAYERS):
        plain = html.unescape(unquote(text))
        if plain == text:
            break
        text = plain
    return text


def as_patterns(files: Sequence[Named]) -> list[tuple[str, str, str]]:
    """For each way to name one of `files`: its id, and two GLOB patterns that a text which names it matches."""
    return [(file.id, f"*{first}*", f"*{second}*" if second else "*") for file in files for first, second in file.ways]


def _stem(address: str) -> str:
    """The last part of an address or path, decoded, without query and extension."""
    last = address.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
    plain = unquote(last)
    return plain.rpartition(".")[0] or plain


def _runs(name: str) -> Runs:
    found = sorted(_RUN.findall(name), key=len, reverse=True)
    telling = [run for run in found if len(run) >= _TELLING] or found[:1]
    first, second = (*telling, "", "")[:2]
    return first, second
