"""The one change that writes an import: new customers, what changes in old ones, tags; all of it or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import LAST_EDIT, Change, Guard, Statement, Touched
from kkdesk.model.row import Row, SqlValue
from kkdesk.services.importing.consent import look_again
from kkdesk.services.importing.plan import OnMatch
from kkdesk.services.importing.spool import Spool, Stream, Values
from kkdesk.services.importing.tagging import Tags
from kkdesk.services.importing.updating import assignment

#: Parameters of one INSERT; SQLite takes three times as many.
_VALUES_TOGETHER: Final = 10_000
#: Of more customers than these it is the time of the last edit that is guarded, and not each value.
_GUARDED: Final = 1_000
_NANOID: Final = 21
_LETTERS: Final = bytes.maketrans(
    bytes(range(256)), b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-" * 4
)


@dataclass(slots=True)
class Pending:
    """What an import will write, put together while the file is read.

    `created` has the values of `columns`; `updates` has, by the columns that change, the new values and the id.
    """

    columns: tuple[str, ...]
    created: Spool = field(default_factory=Spool)
    updates: dict[tuple[str, ...], Spool] = field(default_factory=dict)
    updated_ids: list[str] = field(default_factory=list)
    opted_out_ids: list[str] = field(default_factory=list)
    tags: Tags = field(default_factory=Tags)
    _values: list[Guard] = field(default_factory=list)
    _times: dict[str, SqlValue] = field(default_factory=dict)

    def update(self, customer_id: str, changes: Mapping[str, SqlValue], replaced: Row | None = None) -> None:
        """Remember what changes in a customer; nothing is a change too, when there are tags.

        `replaced` is the customer whose values give way, whatever they are: nobody else may change them meanwhile.
        """
        self.updated_ids.append(customer_id)
        if replaced is not None:
            self._times.setdefault(customer_id, replaced["updated_at"])
            # An opting out holds whatever others did.
            written = [name for name in changes if name != "unsubscribed"]
            if len(self._times) <= _GUARDED:
                self._values += [Guard("customers", customer_id, n, replaced[n], changes[n]) for n in written]
        if changes:
            names = tuple(changes)
            self.updates.setdefault(names, Spool()).put([(*changes.values(), customer_id)])

    def guards(self) -> tuple[Guard, ...]:
        """What the values that give way were when the file was read."""
        if len(self._times) <= _GUARDED:
            return tuple(self._values)
        return tuple(Guard("customers", customer_id, LAST_EDIT, at) for customer_id, at in self._times.items())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (len(self.created) or self.updated_ids or self.opted_out_ids)

    def close(self) -> None:
        """Let go of the rows."""
        for spool in (self.created, *self.updates.values()):
            spool.close()


def import_change(
    pending: Pending,
    *,
    name: str,
    mode: OnMatch,
    actor: Actor,
    now: int,
    since: int,
    told: Callable[[int], None],
) -> Change:
    """The change that writes `pending`.

    `name` is the file's. `since` is when the file began to be read: who opted out after that is looked for again.
    `told` hears how many customers are written so far, and may raise to stop it: nothing is written then.
    """
    ids = new_customer_ids(len(pending.created))
    touched = [*ids, *pending.updated_ids, *pending.opted_out_ids]
    tags = pending.tags.resolved(ids, actor.org_id, now)
    statements = [
        *tags.statements,
        *_insertions(pending, ids, told),
        *_updates(pending, mode, now),
        Statement(
            "UPDATE customers SET unsubscribed = 1, updated_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
            (json.dumps(pending.opted_out_ids), now),
        ),
        *tags.links,
        look_again(actor.org_id, since, touched),
    ]
    changed = {name for names in pending.updates for name in names}
    columns = tuple(sorted(changed | {"updated_at"} | ({"unsubscribed"} if pending.opted_out_ids else set())))
    return Change(
        label=_label(name, len(touched)),
        statements=tuple(statements),
        guards=pending.guards(),
        # Of a new customer nothing has to be kept but whether anybody has touched it since.
        undo=(Touched("customers", tuple(touched), columns=columns), *tags.undo),
        actor=actor.user_id,
    )


def new_customer_ids(count: int) -> list[str]:
    """Ids for new customers, in order: neighbours in the file are neighbours in the index, which is written faster."""
    letters = secrets.token_bytes(_NANOID * count).translate(_LETTERS).decode()
    return sorted("cust_" + letters[at : at + _NANOID] for at in range(0, len(letters), _NANOID))


def _insertions(pending: Pending, ids: Sequence[str], told: Callable[[int], None]) -> Iterator[Statement]:
    """Many rows in one statement: each statement that fires triggers has its pages saved first, and that costs twice
    as much as the row itself."""
    names = ", ".join(("id", *pending.columns))
    marks = f"({', '.join('?' * (1 + len(pending.columns)))})"
    together = max(1, _VALUES_TOGETHER // (1 + len(pending.columns)))
    # The odd rows go first, so that the second statement need not read past the many to find the few.
    odd = len(ids) % together
    for first, last, size in ((0, odd, odd), (odd, len(ids), together)):
        if last > first:
            sql = f"INSERT INTO customers ({names}) VALUES {', '.join([marks] * size)}"
            yield Statement(sql, many=_Groups(pending.created, ids, first, last, size, told))


class _Groups(Stream):
    """Rows `first` to `last` in groups of `size`, each group as one row of parameters."""

    def __init__(
        self, spool: Spool, ids: Sequence[str], first: int, last: int, size: int, told: Callable[[int], None]
    ) -> None:
        super().__init__((last - first) // size, self._groups)
        self._spool, self._ids, self._told = spool, ids, told
        self._first, self._last, self._size = first, last, size

    def _groups(self) -> Iterator[Values]:
        rows = islice(self._spool, self._first, self._last)
        ids = islice(self._ids, self._first, self._last)
        for done in range(self._first, self._last, self._size):
            self._told(done)
            group = zip(islice(ids, self._size), islice(rows, self._size), strict=True)
            yield tuple([value for customer_id, values in group for value in (customer_id, *values)])


def _updates(pending: Pending, mode: OnMatch, now: int) -> Iterator[Statement]:
    for names, spool in pending.updates.items():
        clause = ", ".join(assignment(name, mode) for name in names)
        # The time is a number of ours: as a parameter it would have to be kept in every row.
        sql = f"UPDATE customers SET {clause}, updated_at = {int(now)} WHERE id = ?"
        yield Statement(sql, many=Stream(len(spool), spool.__iter__))


def _label(name: str, count: int) -> Bilingual:
    el = f"{count:,}".replace(",", ".")
    return Bilingual(
        f"Εισαγωγή {name} ({el} {'πελάτης' if count == 1 else 'πελάτες'})",
        f"Import of {name} ({count:,} {'customer' if count == 1 else 'customers'})",
    )
