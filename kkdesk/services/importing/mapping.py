"""Which column of a file is which field: guesses from titles and from values, each with how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.services.importing.cells import Cell, cell_text
from kkdesk.services.importing.evidence import agreement, field_of_values, several_words
from kkdesk.services.importing.fields import TARGET, target_of
from kkdesk.services.importing.reading import Examined
from kkdesk.services.importing.source import SourceColumn, SourceFile
from kkdesk.services.importing.synonyms import (
    CUSTOMER_ID,
    FULL_NAME,
    STREET_NUMBER,
    field_of_header,
    header_key,
)

#: Column index to target; a column that is not in it is left out.
ColumnMap = Mapping[int, str]
Reason = Literal["title", "values", "person"]

#: Below this a column is better left out.
SURE_ENOUGH: Final = 0.45
#: Below this the window asks for a look.
QUITE_SURE: Final = 0.7
#: Where a second column of a kind goes.
_SECOND: Final = {
    "phone": ("phone_secondary", "mobile"),
    "mobile": ("phone_secondary",),
    "email": ("email_secondary",),
    "company": (),
}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column probably is. `target` None: nothing of ours. `confidence` is from 0 to 1."""

    column: SourceColumn
    target: str | None
    confidence: float
    reason: Reason

    @property
    def wants_a_look(self) -> bool:
        """Whether a person should see to it before the import."""
        return self.target is not None and self.confidence < QUITE_SURE


def guess_mapping(examined: Examined) -> tuple[ColumnGuess, ...]:
    """A guess for each column, in the order of the file; no two columns have one target."""
    values = {column.index: _texts(examined.sample, column.index) for column in examined.source.columns}
    wishes = [
        (confidence, column, target, reason)
        for column in examined.source.columns
        for target, confidence, reason in _wishes(column, values[column.index])
    ]
    taken: dict[str, ColumnGuess] = {}
    settled: dict[int, ColumnGuess] = {}
    # The surest first; of equals the column further left.
    for confidence, column, target, reason in sorted(wishes, key=lambda wish: (-wish[0], wish[1].index)):
        if confidence >= SURE_ENOUGH and column.index not in settled and target not in taken:
            taken[target] = settled[column.index] = ColumnGuess(column, target, confidence, reason)
    _see_whole(settled, values)
    return tuple(
        settled.get(column.index, ColumnGuess(column, None, 0.0, "title")) for column in examined.source.columns
    )


def as_map(guesses: Sequence[ColumnGuess]) -> dict[int, str]:
    """The guesses as a mapping."""
    return {guess.column.index: guess.target for guess in guesses if guess.target is not None}


def adjusted(source: SourceFile, mapping: ColumnMap, wishes: Mapping[str, str]) -> dict[int, str]:
    """`mapping` with what a person asks for: titles (or letters) of columns to names of fields; "" leaves one out.

    Raises `InvalidInput` for an unknown column or field, and for two columns that go to one field.
    """
    result = dict(mapping)
    for title, name in wishes.items():
        column = _column(source, title)
        target = target_of(name) if name.strip(" -") else None
        if name.strip(" -") and target is None:
            raise InvalidInput(
                Bilingual(f"Δεν υπάρχει πεδίο «{name}».", f"There is no field “{name}”."),
                next_step=Bilingual(
                    "Τα πεδία είναι: " + ", ".join(item.label.el for item in TARGET.values()),
                    "The fields are: " + ", ".join(TARGET),
                ),
            )
        result = {index: kept for index, kept in result.items() if kept != target and index != column.index}
        if target is not None:
            result[column.index] = target
    given = [target_of(name) for name in wishes.values() if name.strip(" -")]
    if len(given) != len(set(given)):
        raise InvalidInput(
            Bilingual("Δύο στήλες δεν μπορούν να πάνε στο ίδιο πεδίο.", "Two columns cannot go to one field.")
        )
    return dict(sorted(result.items()))


def _wishes(column: SourceColumn, values: Sequence[str]) -> list[tuple[str, float, Reason]]:
    """What the column would be, the dearest wish first."""
    by_title, title_sure = field_of_header(column.title)
    by_value, value_sure = field_of_values(values)
    if by_title is None:
        # A title that says "row number" or "reason" is believed against any values.
        return [(by_value, value_sure, "values")] if by_value and title_sure < 1.0 else []
    fit = agreement(by_title, values)
    contradicted = by_value is not None and by_value != by_title and fit < 1 / 2
    sure = title_sure * (0.3 if contradicted else 0.6 + 0.4 * fit)
    if by_title == CUSTOMER_ID and fit < 1.0:
        return []
    wishes: list[tuple[str, float, Reason]] = [(by_title, sure, "title")]
    # "Τηλέφωνο" twice, mobiles beneath the second: values choose among the places of a second one.
    wishes += [(second, sure - (0.05 if second == by_value else 0.1), "title") for second in _SECOND.get(by_title, ())]
    if contradicted and by_value is not None:
        wishes.append((by_value, value_sure, "values"))
    return wishes


def _see_whole(settled: dict[int, ColumnGuess], values: Mapping[int, Sequence[str]]) -> None:
    """Put right what only all columns together tell."""
    index_of = {guess.target: index for index, guess in settled.items()}
    first, last = index_of.get("first_name"), index_of.get("last_name")
    # "Όνομα" without "Επώνυμο" beside it, and two words in each cell, is a full name.
    if first is not None and last is None and FULL_NAME not in index_of and several_words(values[first]):
        settled[first] = _as(settled[first], FULL_NAME, 0.8)
    if FULL_NAME in index_of and "company" not in index_of and first is not None and last is not None:
        settled[index_of[FULL_NAME]] = _as(settled[index_of[FULL_NAME]], "company", 0.6)
    # A number that belongs to no street is some other number.
    if STREET_NUMBER in index_of and "street" not in index_of:
        del settled[index_of[STREET_NUMBER]]


def _as(guess: ColumnGuess, target: str, confidence: float) -> ColumnGuess:
    return ColumnGuess(guess.column, target, confidence, guess.reason)


def _texts(sample: Sequence[Sequence[Cell]], index: int) -> list[str]:
    texts = (cell_text(row[index]).strip() for row in sample if index < len(row))
    return [text for text in texts if text]


def _column(source: SourceFile, title: str) -> SourceColumn:
    key = header_key(title)
    for column in source.columns:
        if column.title == title or (key and header_key(column.title) == key):
            return column
    for column in source.columns:
        if column.letters == title.strip().upper():
            return column
    raise InvalidInput(
        Bilingual(f"Το αρχείο δεν έχει στήλη «{title}».", f"The file has no column “{title}”."),
        next_step=Bilingual(
            "Οι στήλες του είναι: " + ", ".join(column.name for column in source.columns),
            "Its columns are: " + ", ".join(column.name for column in source.columns),
        ),
    )
