"""Whether a disk has room for the small files that everything begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: Bytes: SQLite's shared memory takes half of it.
_LEAST_ROOM: Final = 64 * 1024


def is_full(folder: Path) -> bool:
    """Whether the disk of `folder` has no room left; false when it cannot even be looked at."""
    # Imported for a failure alone: no start of the window waits for it.
    import shutil

    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        # Whatever is wrong, it is something else.
        return False
