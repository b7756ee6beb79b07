"""A block of rows looked at: what each becomes, and every problem in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from kkdesk.model.greek import fold
from kkdesk.model.row import SqlValue
from kkdesk.services.importing import problems
from kkdesk.services.importing.cells import Cell
from kkdesk.services.importing.cleaning import Cleaner, Notes
from kkdesk.services.importing.columns import column_cleaner
from kkdesk.services.importing.person_names import split_name, surnames_come_first
from kkdesk.services.importing.plan import ImportPlan
from kkdesk.services.importing.problems import Problem
from kkdesk.services.importing.reading import Block
from kkdesk.services.importing.synonyms import CUSTOMER_ID, FULL_NAME, STREET_NUMBER, SUBSCRIBED, TAGS
from kkdesk.services.importing.tag_list import parse_tags

_NAMES: Final = ("first_name", "last_name", "company")
#: Where numbers go of which a cell has several, the best place first.
_PHONES: Final = {"mobile": ("mobile", "phone_secondary", "phone"), "phone": ("phone", "phone_secondary", "mobile")}
_TOTALS: Final = ("συνολο", "συνολα", "γενικο συνολο", "total", "grand total")


@dataclass(slots=True)
class Checked:
    """A block after the check. `values` has a list for each column of `customers` that the file fills.

    The lists run in step with `numbers` and `rows`. `blank` are places of rows with nothing in them, `refused` those
    that cannot be imported, with the reasons. `ids` and `tags` are None where the file has no such column.
    """

    numbers: Sequence[int]
    rows: Sequence[Sequence[Cell]]
    values: dict[str, list[SqlValue]]
    ids: Sequence[SqlValue] | None
    tags: Sequence[tuple[str, ...]] | None
    refused: dict[int, list[Problem]]
    blank: set[int]
    problems: list[Problem]


class Checker:
    """Checks the blocks of one file, in their order: the first settles what single cells leave open."""

    def __init__(self, plan: ImportPlan, now: int) -> None:
        """`now` in Unix seconds: birthdays and past contacts lie before it."""
        self._plan = plan
        self._now = now
        self._names = {column.index: column.name for column in plan.source.columns}
        self._width = max((column.index for column in plan.source.columns), default=0) + 1
        self._cleaners: dict[int, Cleaner] = {}
        self._surname_first = False
        self._tags: dict[SqlValue, tuple[str, ...]] = {None: ()}

    def check(self, block: Block) -> Checked:
        """What becomes of the rows of `block`."""
        notes = Notes(block.numbers)
        columns = list(zip_longest(*block.rows, fillvalue=""))
        empty: tuple[Cell, ...] = ("",) * len(block.rows)
        if not self._cleaners:
            self._prepare(columns, empty)
        found = {
            self._plan.mapping[index]: clean(columns[index] if index < len(columns) else empty, notes)
            for index, clean in self._cleaners.items()
        }
        blank = _blank(found)
        ids, tags = found.pop(CUSTOMER_ID, None), found.pop(TAGS, None)
        self._join_up(found, notes)
        self._look_at_rows(block, found, blank, notes)
        refused = {at: reasons for at, reasons in notes.refused.items() if at not in blank}
        unseen = {block.numbers[at] for at in blank}
        return Checked(
            numbers=block.numbers,
            rows=block.rows,
            values=found,
            ids=ids,
            tags=None if tags is None else [self._tag_names(cell) for cell in tags],
            refused=refused,
            blank=blank,
            problems=sorted((one for one in notes.problems if one.row not in unseen), key=lambda one: one.row),
        )

    def _prepare(self, columns: Sequence[Sequence[Cell]], empty: Sequence[Cell]) -> None:
        refuse = self._plan.choices.on_wrong == "refuse"
        for index, target in self._plan.mapping.items():
            first = columns[index] if index < len(columns) else empty
            self._cleaners[index] = column_cleaner(
                target, self._names.get(index, ""), first, now=self._now, refuse=refuse
            )
            if target == FULL_NAME:
                self._surname_first = surnames_come_first(str(cell) for cell in first)

    def _join_up(self, found: dict[str, list[SqlValue]], notes: Notes) -> None:
        """Spread and merge what the file has otherwise than the database."""
        if FULL_NAME in found:
            self._split_names(found)
        if STREET_NUMBER in found:
            numbers = found.pop(STREET_NUMBER)
            streets = found.get("street", [None] * len(numbers))
            found["street"] = [
                " ".join(str(part) for part in (street, number) if part) or None
                for street, number in zip(streets, numbers, strict=True)
            ]
        if SUBSCRIBED in found:
            wanted = found.pop(SUBSCRIBED)
            # Only a No says something: a Yes never brings back anybody who has opted out.
            opted_out = found.get("unsubscribed", [None] * len(wanted))
            found["unsubscribed"] = [1 if yes == 0 else known for yes, known in zip(wanted, opted_out, strict=True)]
        _place_extras(found, notes)
        _drop_half_places(found)

    def _split_names(self, found: dict[str, list[SqlValue]]) -> None:
        full = found.pop(FULL_NAME)
        parts = [split_name(str(text), surname_first=self._surname_first) if text else ("", "", "") for text in full]
        for name, place in (("first_name", 0), ("last_name", 1), ("company", 2)):
            known = found.get(name, [None] * len(full))
            found[name] = [value or part[place] or None for value, part in zip(known, parts, strict=True)]

    def _look_at_rows(self, block: Block, found: dict[str, list[SqlValue]], blank: set[int], notes: Notes) -> None:
        for at in block.swallowed:
            notes.add(at, "", "", "refused", problems.UNBALANCED_QUOTES)
        if self._plan.source.form is not None:
            for at, row in enumerate(block.rows):
                if len(row) > self._width and any(row[self._width :]):
                    notes.add(at, "", str(row[self._width]), "warning", problems.TOO_MANY_CELLS)
        named = [found[name] for name in _NAMES if name in found]
        # A list of addresses alone has no names to miss; a row with a name missing has.
        needed = named or [found[name] for name in ("email", "phone", "mobile") if name in found]
        for at, values in enumerate(zip(*needed, strict=True) if needed else ()):
            if not any(values) and at not in blank:
                notes.add(at, "", "", "refused", problems.NO_NAME)
        blank.update(_totals(named, found, len(block.rows)))
        if not needed:
            for at in set(range(len(block.rows))) - blank:
                notes.add(at, "", "", "refused", problems.NO_NAME)

    def _tag_names(self, cell: SqlValue) -> tuple[str, ...]:
        if cell not in self._tags:
            self._tags[cell] = parse_tags(str(cell))
        return self._tags[cell]


def _blank(found: dict[str, list[SqlValue]]) -> set[int]:
    """Places of rows in which no column that matters holds anything."""
    if not found:
        return set()
    return {at for at, values in enumerate(zip(*found.values(), strict=True)) if not any(v is not None for v in values)}


def _totals(named: Sequence[Sequence[SqlValue]], found: dict[str, list[SqlValue]], count: int) -> Iterator[int]:
    """Places of rows that add up the others: a name that says so, and no way to reach anybody."""
    reach = [found[name] for name in ("email", "phone", "mobile", "afm") if name in found]
    for at in range(max(0, count - 3), count):
        names = [str(values[at]) for values in named if values[at]]
        if len(names) == 1 and fold(names[0]).strip(": ") in _TOTALS and not any(values[at] for values in reach):
            yield at


def _place_extras(found: dict[str, list[SqlValue]], notes: Notes) -> None:
    """Put second addresses and further telephone numbers where there is room for them."""
    for at, offers in notes.extras.items():
        for target, value in offers:
            _place(found, _PHONES.get(target, (target,)), at, value, notes)


def _place(found: dict[str, list[SqlValue]], places: Sequence[str], at: int, value: str, notes: Notes) -> None:
    there = {name: found[name][at] if name in found else None for name in places}
    if value in there.values():
        return
    free = next((name for name, taken in there.items() if not taken), None)
    if free is not None:
        found.setdefault(free, [None] * len(notes.numbers))[at] = value
    elif len(places) > 1:
        notes.add(at, "", value, "warning", problems.PHONE_LEFT_OVER)


def _drop_half_places(found: dict[str, list[SqlValue]]) -> None:
    """A latitude without a longitude is no place."""
    if "latitude" not in found and "longitude" not in found:
        return
    if "latitude" not in found or "longitude" not in found:
        found.pop("latitude", None)
        found.pop("longitude", None)
        return
    for at, (latitude, longitude) in enumerate(zip(found["latitude"], found["longitude"], strict=True)):
        if (latitude is None) != (longitude is None):
            found["latitude"][at] = found["longitude"][at] = None
