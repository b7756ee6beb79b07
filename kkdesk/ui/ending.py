"""Why the window closes, and what comes after it."""

from __future__ import annotations

from enum import Enum, auto


class Ending(Enum):
    """What is to be done once the workspace is closed."""

    CLOSED = auto()
    #: The data has moved, or the person's role has changed: open again.
    REOPEN = auto()
    SIGNED_OUT = auto()
    #: The copy of the company's data goes, too.
    SIGNED_OUT_WITH_DATA = auto()
    #: The company lets this person in no more.
    REVOKED = auto()
