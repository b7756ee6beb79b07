"""By what a text would name a file: its address, its path or its id, whatever way they are spelt.

Between its letters and digits a spelling may differ: `-` may be `%2D` or `&#45;`, `&` may be `&amp;`, a query may
follow. So a text names a file when a run of letters and digits that comes early in the file's path (`assets`) is
followed closely by the longest such runs of its name. That may take a stranger for the file, which then stays, and
never the file for a stranger. Texts that may spell even letters so (`%61`, `&#97;`) are read here, decoded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

_RUN: Final = re.compile(r"[A-Za-z0-9]+")
#: A run of so many says something about which file it is; the web CRM's names have 13 digits and 21 random characters.
_TELLING: Final = 4
#: The shortest run that is looked for first: the web CRM's ids begin with `ast_`.
_SHORTEST_MARK: Final = 3
#: Bytes that a spelling may take for what is no letter or digit: `&amp;#x1F600;`, `%25CE%25B1`.
_SPELT: Final = 20
#: Spellings within spellings (`%2561`, `&amp;#97;`) that are undone.
_LAYERS: Final = 4


@dataclass(frozen=True, slots=True)
class Way:
    """One way to name a file: `mark`, and within `width` bytes behind it both runs (the empty one is everywhere)."""

    mark: str
    first: str
    second: str
    width: int


@dataclass(frozen=True, slots=True)
class Named:
    """A file, and the ways in which a text can name it. Without any, nobody can tell whether one does."""

    id: str
    ways: tuple[Way, ...]


def named(asset_id: str, url: str, path: str) -> Named:
    """What names the file of this id at `url`, stored under `path`."""
    prefix, mark, rest = asset_id.partition("_")
    by_id = _way(prefix, rest, rest) if mark else _way("", asset_id, asset_id)
    ways = {_in_path(urlsplit(url).path), _in_path(path), by_id}
    # One of them may say nothing (a path in another alphabet): then nobody can look for it.
    known = tuple(way for way in sorted(ways - {None}, key=repr) if way is not None)
    return Named(asset_id, known if len(known) == len(ways) else ())


def named_in(text: str, files: Iterable[Named]) -> set[str]:
    """Ids of those of `files` that `text`, decoded, names."""
    plain = decoded(text)
    return {
        file.id
        for file in files
        if any(all(run in plain for run in (way.mark, way.first, way.second)) for way in file.ways)
    }


def decoded(text: str) -> str:
    """`text` without percent-encoding and character references, of several layers."""
    for _ in range(_LAYERS):
        plain = html.unescape(unquote(text))
        if plain == text:
            break
        text = plain
    return text


def _in_path(path: str) -> Way | None:
    folder, _, rest = unquote(path).strip("/").partition("/")
    last = rest.rpartition("/")[2] if rest else folder
    stem = last.rpartition(".")[0] or last
    return _way(folder if rest else "", rest, stem)


def _way(before: str, behind: str, name: str) -> Way | None:
    """`name`, which is the end of `behind`, which follows on `before`. None when it has no letters and digits."""
    runs = sorted(_RUN.findall(name), key=len, reverse=True)
    if not runs:
        return None
    first, second = [*(run for run in runs if len(run) >= _TELLING), "", ""][:2]
    mark = max(_RUN.findall(before), key=len, default="")
    if len(mark) < _SHORTEST_MARK:
        # Nothing before it: its own longest run is all there is to look for.
        return Way(runs[0], "", "", 0)
    space = before[before.index(mark) :] + behind
    width = sum(1 if letter.isascii() and letter.isalnum() else _SPELT for letter in space) + _SPELT
    return Way(mark, first, second, width)
