"""A change to the data: what is written in one piece, exactly once, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kkdesk.model.ids import ulid

if TYPE_CHECKING:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.row import Row, SqlValue


#: Stands for a column in a guard that is about all of a row.
WHOLE_ROW: Final = "*"
#: The column that is guarded where a change writes so many rows that their values would be too long a list.
LAST_EDIT: Final = "updated_at"


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement with `?` parameters; with `many`, run once for each of its rows of parameters."""

    sql: str
    args: tuple[SqlValue, ...] = ()
    many: Sequence[tuple[SqlValue, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """What a value was when the person saw it. A change whose guard no longer holds is a conflict.

    `table` and `column` are names of our schema, never input; `row_id` is the value of the column `id`. `new` is what
    the person wants there, so that a conflict can be shown with both. `column` may be `WHOLE_ROW`: `old` is then the
    row's image (`kkdesk.store.row_image`), and `new` NULL: the person wants the row gone. It holds when it is gone.
    """

    table: str
    row_id: str
    column: str
    old: SqlValue
    new: SqlValue = None


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows that a change inserts, updates or deletes, named so that their images are kept for undo.

    The rows are those whose `key_column` is one of `keys`; with `below`, one of the ids of that table's rows which the
    same change touches, beside. `columns` are the ones that are updated (empty: the whole row, as for a deletion).
    List parents before their children: rows come back in that order.
    """

    table: str
    keys: tuple[str, ...] = ()
    key_column: str = "id"
    columns: tuple[str, ...] = ()
    below: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Statements that take effect together or not at all, and once however often they are delivered.

    `label` is what people call it ("Επεξεργασία Παπαδόπουλος Α.Ε."). With `undo` the rows' images are
    stored in `kk_undo` in the same transaction and the change can be taken back for 30 days. With `at_primary` it
    is never kept back for later: without the company's server it fails with `Offline`.
    """

    label: Bilingual
    statements: Sequence[Statement]
    guards: tuple[Guard, ...] = ()
    undo: tuple[Touched, ...] = ()
    actor: str | None = None
    undo_of: str | None = None
    at_primary: bool = False
    id: str = field(default_factory=ulid)


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of a change: the rows of each statement (of its RETURNING clause) and how many it wrote.

    `repeated` is true when the ledger already knew the change: nothing was written and there are no rows.
    """

    change_id: str
    rows: tuple[tuple[Row, ...], ...] = ()
    counts: tuple[int, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class FailedGuard:
    """A guard that did not hold: what the person saw, what is there now; `missing` when the row is gone."""

    guard: Guard
    current: SqlValue
    missing: bool = False
