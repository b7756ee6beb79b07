"""The one place that imports Turso's driver, and where its errors, bare `ValueError`s with text, get a meaning.

It holds Python's interpreter lock through every call, network included, and some of its calls never end: it runs in a
process of its own (`kkdesk.store.sync_child`) that may be killed at any moment.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final, Literal

if sys.platform == "win32":
    import libsql
else:
    import libsql_experimental as libsql

#: `offline`: no answer; `rejected`: the replica is no continuation of what the server has, or is damaged.
Trouble = Literal["offline", "sign_in", "rejected", "disk_full", "unknown"]

#: Words of the driver, folded, that tell of each kind; the first kind that has one counts.
_SIGNS: Final[tuple[tuple[Trouble, str], ...]] = (
    ("disk_full", r"no space left|disk is full|disk full"),
    ("sign_in", r"unauthori[sz]ed|unauthenticated|permission denied|jwt|\b40[13]\b"),
    ("rejected", r"malformed|not a database|corrupt|wal.?index|wal.?frame|incompatible|log.?id|checksum|mismatch"),
    ("offline", r"connect|transport|timed? ?out|unavailable|tcp|dns|http|hyper|status"),
)


def connect(path: Path, url: str, token: str) -> Any:
    """A replica at `path` of the database at `url`. Asks the server at once. Raises `ValueError`."""
    return libsql.connect(str(path), sync_url=url, auth_token=token)


def trouble_of(text: str) -> Trouble:
    """What kind of trouble the driver's words tell of."""
    words = text.casefold()
    return next((kind for kind, signs in _SIGNS if re.search(signs, words)), "unknown")
