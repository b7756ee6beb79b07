"""What a run of cleaning did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kkdesk.model.errors import KKDeskError


@dataclass(slots=True)
class CleaningReport:
    """Figures of files (rows of `email_assets`), and what ended the run before its limit."""

    #: Why nothing was looked at: switched off, or there is no token of a store.
    skipped: Literal["off", "no_token"] | None = None
    examined: int = 0
    #: Taken out of the library; their content goes when they have been unused for as long again.
    marked: int = 0
    #: Gone for good, content and row.
    deleted: int = 0
    #: Something uses them; they are looked at again after the hours.
    kept: int = 0
    #: The store would not delete them; tried again after the hours.
    failed: int = 0
    #: Due as well, and left to the next run.
    left: int = 0
    #: The time was over before the work was.
    timed_out: bool = False
    error: KKDeskError | None = None

    def figures(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "skipped": self.skipped,
            "examined": self.examined,
            "marked": self.marked,
            "deleted": self.deleted,
            "keptInUse": self.kept,
            "failed": self.failed,
            "leftForNextTime": self.left,
            "timedOut": self.timed_out,
            "error": None if self.error is None else self.error.message("en"),
            "code": None if self.error is None else self.error.code,
        }
