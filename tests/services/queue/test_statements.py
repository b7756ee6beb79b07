"""The statements of every batch find their rows by index, however many customers and campaigns there are."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from kkdesk.services.queue import claims, leases, results
from kkdesk.store.local import connect, prepare

#: A handful of rows each, read once per run of a worker.
_SMALL = re.compile(r"SCAN (x|s|kk_send_jobs|json_each|CONSTANT ROW|j)\b")


def statements(module: ModuleType) -> list[tuple[str, str]]:
    return [
        (f"{module.__name__}.{name}", value)
        for name, value in vars(module).items()
        if name.startswith("_") and isinstance(value, str) and re.match(r"\s*(UPDATE|SELECT|INSERT|DELETE)\b", value)
    ]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "crm.db"
    prepare(path)
    return path


@pytest.mark.parametrize(
    "sql",
    [sql for module in (claims, results, leases) for _, sql in statements(module)],
    ids=[name for module in (claims, results, leases) for name, _ in statements(module)],
)
def test_no_table_is_read_from_end_to_end(database: Path, sql: str) -> None:
    with closing(connect(database)) as connection:
        arguments = [None] * (max(map(int, re.findall(r"\?(\d+)", sql)), default=0) or sql.count("?"))
        try:
            plan = [str(row["detail"]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments)]
        except sqlite3.OperationalError as error:
            pytest.fail(f"{error}: {sql}")
    scans = [step for step in plan if step.startswith("SCAN") and not _SMALL.match(step)]
    assert scans == []
    # By the organisation or the state alone would be nearly everything.
    for poor in (r"customers USING INDEX \w+ \(org_id=\?\)", r"campaign_recipients USING INDEX \w+ \(status=\?\)"):
        assert not [step for step in plan if re.search(poor, step)]
