"""What a person decided about an import. Plain data, so that it can go to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.importing.mapping import ColumnMap
from kkdesk.services.importing.source import ReadOptions, SourceFile

#: By what a customer is recognised, the surest first.
MatchKey = Literal["afm", "email", "phone", "name"]
MATCH_KEYS: Final[tuple[MatchKey, ...]] = ("afm", "email", "phone", "name")
MATCH_LABELS: Final[dict[MatchKey, Bilingual]] = {
    "afm": Bilingual("ΑΦΜ", "Tax number (ΑΦΜ)"),
    "email": Bilingual("E-mail", "E-mail"),
    "phone": Bilingual("Τηλέφωνο", "Phone"),
    "name": Bilingual("Όνομα και πόλη", "Name and town"),
}

#: What becomes of a row whose customer is there already: leave the customer alone; fill what is empty; overwrite with
#: what the row has (its empty cells never erase); make another customer.
OnMatch = Literal["skip", "fill", "update", "create"]
ON_MATCH: Final[tuple[OnMatch, ...]] = ("skip", "fill", "update", "create")

#: What becomes of a row with a wrong tax number or e-mail address.
OnWrong = Literal["refuse", "leave_out"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen beside the columns. `tags` are put on every customer that is created or updated."""

    match: tuple[MatchKey, ...] = MATCH_KEYS
    on_match: OnMatch = "skip"
    on_wrong: OnWrong = "refuse"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import of a file that was looked at and whose columns are settled."""

    source: SourceFile
    mapping: ColumnMap
    choices: Choices = field(default_factory=Choices)

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path


@dataclass(frozen=True, slots=True)
class QuickImport:
    """An import of a file that nobody has looked at: the columns are guessed, and put right by `wishes`.

    `wishes` names columns by title or letters, and what they are ("" leaves one out).
    """

    path: Path
    options: ReadOptions = field(default_factory=ReadOptions)
    wishes: Mapping[str, str] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)
