"""Migrations of the company's database: each with its record in one batch, safe when two computers run them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kkdesk.model.errors import DatabaseBusy, KKDeskError
from kkdesk.model.row import as_int, as_text
from kkdesk.store.hrana import AllOf, AnyOf, Condition, Failed, Step, Succeeded
from kkdesk.store.hrana_errors import busy, step_error
from kkdesk.store.migrate import LEDGER, Migration, missing_columns, pending_after, statements_of, wanted_columns
from kkdesk.store.remote_change import ROLLBACK
from kkdesk.store.remote_guards import STOP, was_stopped

if TYPE_CHECKING:
    from kkdesk.store.hrana import BatchResult, StepError
    from kkdesk.store.hrana_client import HranaClient

#: How often a migration is begun anew when another writer was in between.
_TRIES: Final = 5
#: The columns of the tables in a JSON array, as one text.
_COLUMNS: Final = (
    "SELECT json_group_array(json_array(name, col)) FROM (SELECT m.name AS name, lower(c.name) AS col "
    "FROM sqlite_master m JOIN pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND m.name IN (SELECT value FROM json_each(?1)) ORDER BY 1, 2)"
)
#: The step that stops when another computer has run the migration.
_KNOWN: Final = 2
_IS_WEB: Final = "EXISTS (SELECT 1 FROM __drizzle_migrations) OR EXISTS (SELECT 1 FROM organizations)"


async def pending(client: HranaClient) -> list[Migration]:
    """The migrations that the database has not seen. Reads only. Raises `DatabaseNewer`, and what `batch` does."""
    steps = [
        Step(f"SELECT CASE WHEN count(*) = 0 THEN {STOP} END FROM sqlite_master WHERE name = 'kk_migrations'"),
        Step("SELECT number FROM kk_migrations", condition=Succeeded(0)),
    ]
    result = (await client.batch([steps]))[0]
    error = _error(result)
    if error is not None and not was_stopped(error):
        raise step_error(error)
    numbers = None if error else result.results[1]
    return pending_after({as_int(row["number"]) for row in numbers.rows} if numbers else set())


async def migrate(client: HranaClient) -> list[str]:
    """Run what is pending; the names of the migrations that ran here. Raises what `pending` does."""
    return [migration.name for migration in await pending(client) if await _run(client, migration)]


async def _run(client: HranaClient, migration: Migration) -> bool:
    """Whether it ran here, and not on another computer meanwhile."""
    for number in range(1, _TRIES + 1):
        seen = await _columns_of(client, migration)
        steps = _steps(migration, seen)
        result = (await client.batch([steps]))[0]
        if result.error is None and result.results[-2] is not None:
            return True
        known = None if result.error else result.errors[_KNOWN]
        if known is not None and was_stopped(known):
            return False
        if number == _TRIES or not _may_pass(result):
            break
    raise _failure(result)


def _steps(migration: Migration, seen: str) -> list[Step]:
    tables = json.dumps(list(wanted_columns(migration)))
    steps = [
        Step("BEGIN IMMEDIATE", want_rows=False),
        Step(LEDGER, condition=Succeeded(0), want_rows=False),
        Step(
            f"SELECT CASE WHEN EXISTS (SELECT 1 FROM kk_migrations WHERE number = ?) THEN {STOP} END",
            (migration.number,),
            Succeeded(1),
        ),
        Step(f"SELECT CASE WHEN ({_COLUMNS}) IS NOT ?2 THEN {STOP} END", (tables, seen), Succeeded(2)),
    ]
    begun: Condition = Succeeded(3)
    passed_over: tuple[Condition, ...] = ()
    if migration.only_new:
        # Asked both ways, so that a failure of another kind is not taken for either answer.
        steps.append(Step(f"SELECT CASE WHEN {_IS_WEB} THEN {STOP} END", condition=begun))
        steps.append(Step(f"SELECT CASE WHEN NOT ({_IS_WEB}) THEN {STOP} END", condition=AllOf((begun, Failed(4)))))
        begun, passed_over = Succeeded(4), (Succeeded(5),)
    for sql in (*_missing(migration, seen), *statements_of(migration.sql)):
        steps.append(Step(sql, condition=begun, want_rows=False))
        begun = Succeeded(len(steps) - 1)
    record = "INSERT INTO kk_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, unixepoch())"
    args = (migration.number, migration.name, migration.sha256)
    steps.append(Step(record, args, AnyOf((begun, *passed_over)), want_rows=False))
    steps.append(Step("COMMIT", condition=Succeeded(len(steps) - 1), want_rows=False))
    steps.append(ROLLBACK)
    return steps


async def _columns_of(client: HranaClient, migration: Migration) -> str:
    result = (await client.batch([[Step(_COLUMNS, (json.dumps(list(wanted_columns(migration))),))]]))[0]
    answer = result.results[0] if result.error is None else None
    if answer is None:
        raise _failure(result)
    return as_text(answer.rows[0][0])


def _missing(migration: Migration, seen: str) -> list[str]:
    present: dict[str, set[str]] = {}
    for table, column in json.loads(seen):
        present.setdefault(table, set()).add(column)
    # A table that is not there yet is made whole by the migration itself.
    return missing_columns(wanted_columns(migration), present)


def _may_pass(result: BatchResult) -> bool:
    """Whether it failed because of what another writer did meanwhile."""
    error = _error(result)
    return error is None or was_stopped(error) or isinstance(step_error(error), DatabaseBusy)


def _failure(result: BatchResult) -> KKDeskError:
    error = _error(result)
    return busy() if error is None or was_stopped(error) else step_error(error)


def _error(result: BatchResult) -> StepError | None:
    found = [error for error in (result.error, *result.errors) if error is not None]
    return next((error for error in found if not was_stopped(error)), found[0] if found else None)
