"""The schema: the web CRM's name for name in a new file, and nothing lost in an old one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.errors import DatabaseDamaged, DatabaseNewer
from kkdesk.store.local import prepare
from kkdesk.store.migrate import all_migrations, statements_of
from kkdesk.store.migrations import LATEST

DATA = Path(__file__).parents[1] / "data"
SAMPLE = DATA / "webapp-sample.db"
TRIGGERS = json.loads((DATA / "vectors" / "db_triggers.json").read_text(encoding="utf-8"))


def names(path: Path, kind: str) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'kk\\_%' ESCAPE '\\'",
            (kind,),
        )
        return {name for (name,) in rows}


def table_facts(path: Path) -> dict[str, object]:
    """Columns with type, NOT NULL, default and key, and foreign keys, of every table of the web CRM."""
    facts: dict[str, object] = {}
    with closing(sqlite3.connect(path)) as connection:
        for name in names(path, "table"):
            columns = [row[1:] for row in connection.execute(f"PRAGMA table_info({name})")]
            keys = sorted(row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({name})"))
            facts[name] = (columns, keys)
    return facts


def picked(rows: Iterable[tuple[object, ...]], places: list[int]) -> list[tuple[object, ...]]:
    return sorted((tuple(row[place] for place in places) for row in rows), key=repr)


def all_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names(path, "table")}


def test_a_new_profile_has_the_web_crms_schema(tmp_path: Path) -> None:
    new = tmp_path / "crm.db"
    prepare(new)
    for kind in ("table", "index", "view", "trigger"):
        assert names(new, kind) == names(SAMPLE, kind)
    assert table_facts(new) == table_facts(SAMPLE)


def test_views_give_the_same_columns_and_rows(tmp_path: Path) -> None:
    """Ours are written differently; on the sample data they say the same."""
    copy = tmp_path / "crm.db"
    shutil.copy(SAMPLE, copy)
    new = tmp_path / "new.db"
    prepare(new)
    with closing(sqlite3.connect(copy)) as theirs, closing(sqlite3.connect(new)) as ours:
        ours_sql = dict(ours.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
        for name, sql in ours_sql.items():
            cursor = theirs.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in cursor.description]
            expected = cursor.fetchall()
            theirs.execute(sql.replace(f"CREATE VIEW {name}", f"CREATE TEMP VIEW our_{name}"))
            found = theirs.execute(f"SELECT * FROM our_{name}")
            assert [column[0] for column in found.description] == columns, name
            # The web CRM's view counts one mail once for each of its opens and clicks; ours counts mails.
            kept = [place for place, column in enumerate(columns) if column != "emails_sent"]
            assert picked(found, kept) == picked(expected, kept), name


def test_upgrade_keeps_every_row_and_table(tmp_path: Path) -> None:
    copy = tmp_path / "crm.db"
    shutil.copy(SAMPLE, copy)
    before = all_rows(copy)
    assert prepare(copy)
    assert all_rows(copy) == before
    assert table_facts(copy) == table_facts(SAMPLE)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_upgrade_can_be_run_twice(tmp_path: Path) -> None:
    copy = tmp_path / "crm.db"
    shutil.copy(SAMPLE, copy)
    prepare(copy)
    rows = all_rows(copy)
    assert prepare(copy) == []
    assert all_rows(copy) == rows


def test_the_file_as_it_was_is_kept_beside(tmp_path: Path) -> None:
    copy = tmp_path / "crm.db"
    shutil.copy(SAMPLE, copy)
    prepare(copy)
    assert all_rows(tmp_path / "crm.db.before-0001") == all_rows(SAMPLE)


def test_an_old_database_gets_the_columns_and_tables_it_lacks(tmp_path: Path) -> None:
    """As a database that the web CRM's last three migrations never reached (see docs/architecture.md)."""
    old = tmp_path / "crm.db"
    shutil.copy(SAMPLE, old)
    with closing(sqlite3.connect(old)) as connection:
        for kind, name in connection.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR name LIKE 'idx\\_%' ESCAPE '\\'"
        ).fetchall():
            connection.execute(f"DROP {kind} {name}")
        for table in ("email_delivery_events", "email_suppressions", "email_validation_cache", "email_retry_config"):
            connection.execute(f"DROP TABLE {table}")
        for column in ("failure_category", "bounce_type", "domain", "email_normalized"):
            connection.execute(f"ALTER TABLE campaign_recipients DROP COLUMN {column}")
        connection.commit()
    recipients = all_rows(old)["campaign_recipients"]
    prepare(old)
    assert names(old, "table") == names(SAMPLE, "table")
    assert names(old, "trigger") == set(), "rules are not forced upon data that never had them"
    with closing(sqlite3.connect(old)) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(campaign_recipients)")}
        assert {"failure_category", "bounce_type", "domain", "email_normalized"} <= columns
        assert connection.execute("SELECT count(*) FROM campaign_recipients").fetchone()[0] == len(recipients)


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO kk_migrations VALUES (9999, 'future', '', 0)")
        connection.commit()
    with pytest.raises(DatabaseNewer):
        prepare(path)


@pytest.mark.parametrize("content", [b"this is no database at all" * 50, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "crm.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged) as raised:
        prepare(path)
    assert path.read_bytes() == content
    assert str(path) in raised.value.message("el")


def test_a_failing_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    prepare(path)
    broken = all_migrations()
    broken.append(type(broken[0])(9000, "broken", "CREATE TABLE half (id TEXT);\nINSERT INTO nowhere VALUES (1);\n"))
    monkeypatch.setattr("kkdesk.store.migrate.all_migrations", lambda: broken)
    monkeypatch.setattr("kkdesk.store.local.LATEST", 9000)
    with pytest.raises(Exception, match="nowhere"):
        prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None
        assert connection.execute("SELECT 1 FROM kk_migrations WHERE number = 9000").fetchone() is None


def test_a_script_is_cut_into_statements() -> None:
    script = "-- why\nCREATE TABLE a (b);\n\nCREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  SELECT 1;\nEND;\nSELECT 2"
    found = statements_of(script)
    assert found == [
        "CREATE TABLE a (b);",
        "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  SELECT 1;\nEND;",
        "SELECT 2",
    ]


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    path = tmp_path_factory.mktemp("rules") / "crm.db"
    prepare(path)
    connection = sqlite3.connect(path)
    connection.executescript(
        "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'o', 'o', 0, 0);"
        "INSERT INTO email_campaigns (id, org_id, name, subject, content, created_at, updated_at)"
        " VALUES ('p', 'o', '', '', '', 0, 0);"
        "INSERT INTO customers (id, org_id, first_name, created_at, updated_at) VALUES ('c', 'o', '', 0, 0);"
    )
    return connection


_FILL = {
    "customers": {"id": "x", "org_id": "o", "first_name": "x", "created_at": 0, "updated_at": 0},
    "leads": {"id": "x", "org_id": "o", "first_name": "x", "source": "manual", "created_at": 0, "updated_at": 0},
    "campaign_recipients": {"id": "x", "campaign_id": "p", "customer_id": "c"},
}


@pytest.mark.parametrize("vector", TRIGGERS, ids=lambda vector: vector["name"])
def test_trigger_vectors(ruled: sqlite3.Connection, vector: dict[str, dict[str, object]]) -> None:
    given, expected = vector["input"], vector["expected"]
    table, column = str(given["table"]), str(given["column"])
    values = dict(_FILL[table])
    if given["operation"] == "insert":
        values[column] = given["value"]
    elif given.get("old_value") is not None:
        values[column] = given["old_value"]
    marks = ", ".join("?" * len(values))
    try:
        ruled.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
        if given["operation"] == "update":
            ruled.execute(f"UPDATE {table} SET {column} = ? WHERE id = 'x'", (given["value"],))
        message = None
    except sqlite3.IntegrityError as error:
        message = str(error)
    finally:
        ruled.rollback()
    assert message == expected.get("message")
    assert (message is None) == expected["accepted"]


def test_the_latest_migration_is_known_without_reading_them() -> None:
    assert [migration.number for migration in all_migrations()] == list(range(1, LATEST + 1))
