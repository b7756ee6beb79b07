"""Migrations: numbered SQL files, additive, each safe to run again; nothing of the web CRM is altered or dropped.

A file that begins with `-- only: new` runs in databases that have no tables yet. Tables that exist but lack columns
(the web CRM's migrations do not always all run, see docs/architecture.md) get the missing ones, without NOT NULL.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import system_clock
from kkdesk.model.errors import DatabaseNewer

_ONLY_NEW = "-- only: new"
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql\Z")
LEDGER = (
    "CREATE TABLE IF NOT EXISTS kk_migrations "
    "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file."""

    number: int
    name: str
    sql: str

    @property
    def only_new(self) -> bool:
        """Whether it runs in databases without tables only."""
        return self.sql.startswith(_ONLY_NEW)

    @property
    def sha256(self) -> str:
        """Hex digest of the text, kept with the record that it ran."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def all_migrations() -> list[Migration]:
    """Every migration that comes with this version, by number."""
    found = [
        Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
        for file in files("kkdesk.store").joinpath("migrations").iterdir()
        if (match := _FILE_NAME.match(file.name))
    ]
    return sorted(found, key=lambda migration: migration.number)


def pending(connection: sqlite3.Connection) -> list[Migration]:
    """The migrations that this database has not seen. Reads only.

    Raises `DatabaseNewer` when it has seen one that this version does not know.
    """
    return pending_after(_applied(connection))


def pending_after(applied: Set[int]) -> list[Migration]:
    """The migrations that a database lacks which has seen those with the numbers `applied`.

    Raises `DatabaseNewer` when it has seen one that this version does not know.
    """
    known = all_migrations()
    if applied and max(applied) > known[-1].number:
        raise DatabaseNewer(
            Bilingual(
                "Η βάση έχει αναβαθμιστεί από νεότερη έκδοση του KK Desk.",
                "The database has been upgraded by a newer version of KK Desk.",
            ),
            kept=Bilingual("Τίποτα δεν πειράχτηκε.", "Nothing was touched."),
            next_step=Bilingual("Εγκαταστήστε τη νεότερη έκδοση.", "Install the newer version."),
        )
    return [migration for migration in known if migration.number not in applied]


def migrate(connection: sqlite3.Connection) -> list[Migration]:
    """Run what is pending, each migration and its record in one transaction; the ones that ran.

    `connection` must be in autocommit mode (`isolation_level=None`).
    """
    ran = []
    for migration in pending(connection):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _run(connection, migration):
                ran.append(migration)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return ran


def statements_of(sql: str) -> list[str]:
    """The single statements of a script; a semicolon inside a trigger's body does not end one."""
    found: list[str] = []
    current = ""
    for line in sql.splitlines(keepends=True):
        if not current and (not line.strip() or line.startswith("--")):
            continue
        current += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(current):
            found.append(current.strip())
            current = ""
    if current.strip():
        found.append(current.strip())
    return found


def _run(connection: sqlite3.Connection, migration: Migration) -> bool:
    connection.execute(LEDGER)
    # Another process may have run it between `pending` and BEGIN.
    if connection.execute("SELECT 1 FROM kk_migrations WHERE number = ?", (migration.number,)).fetchone():
        return False
    if not migration.only_new or _is_new(connection):
        for statement in statements_of(migration.sql):
            connection.execute(statement)
        _add_missing_columns(connection, migration)
    connection.execute(
        "INSERT INTO kk_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
        (migration.number, migration.name, migration.sha256, system_clock()),
    )
    return True


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether the web CRM's own migrator has left no trace: this database was made by us."""
    return (
        not connection.execute("SELECT count(*) FROM __drizzle_migrations").fetchone()[0]
        and not (connection.execute("SELECT count(*) FROM organizations").fetchone()[0])
    )


def _add_missing_columns(connection: sqlite3.Connection, migration: Migration) -> None:
    wanted = wanted_columns(migration)
    present = {table: {row[1].lower() for row in connection.execute(f"PRAGMA table_info({table})")} for table in wanted}
    for statement in missing_columns(wanted, present):
        connection.execute(statement)


def wanted_columns(migration: Migration) -> dict[str, list[tuple[str, str]]]:
    """By table that the migration makes: its columns, and how each is declared where it is added later."""
    tables = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+) \(", migration.sql)
    if not tables:
        return {}
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in statements_of(migration.sql):
            if statement.startswith("CREATE TABLE"):
                made.execute(statement)
        return {
            table: [
                (name, f"{name} {kind}" + ("" if default is None else f" DEFAULT {default}"))
                for _, name, kind, _, default, _ in made.execute(f"PRAGMA table_info({table})")
            ]
            for table in tables
        }


def missing_columns(wanted: Mapping[str, Sequence[tuple[str, str]]], present: Mapping[str, Set[str]]) -> list[str]:
    """Statements that add to the tables of `present` (their columns, in small letters) what they lack."""
    return [
        f"ALTER TABLE {table} ADD COLUMN {declared}"
        for table, columns in wanted.items()
        if table in present
        for name, declared in columns
        if name.lower() not in present[table]
    ]


def _applied(connection: sqlite3.Connection) -> set[int]:
    exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kk_migrations'").fetchone()
    if not exists:
        return set()
    return {int(row[0]) for row in connection.execute("SELECT number FROM kk_migrations")}
