"""Hrana: values through the real server, conditions, rows, addresses; what the server's failures are called here."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.errors import (
    DatabaseBusy,
    DiskFull,
    InvalidInput,
    Offline,
    SignInNeeded,
    StatementRefused,
    StoreError,
)
from kkdesk.model.row import SqlValue, row_dict
from kkdesk.store.hrana import (
    AllOf,
    AnyOf,
    Autocommit,
    BatchResult,
    Failed,
    Not,
    RemoteRow,
    Step,
    StepError,
    Succeeded,
    from_json,
    to_json,
)
from kkdesk.store.hrana_client import HranaClient, base_url
from kkdesk.store.hrana_errors import status_error, step_error
from tests.servers.sqld import Sqld, sqld_server

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.binary(),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Sqld]:
    with sqld_server() as running:
        yield running


def asked(server: Sqld, *steps: Step) -> BatchResult:
    async def token() -> str:
        return server.token()

    async def ask() -> BatchResult:
        client = HranaClient(server.url, token)
        try:
            return (await client.batch([steps]))[0]
        finally:
            await client.close()

    return asyncio.run(ask())


def rows_of(result: BatchResult, step: int) -> list[list[SqlValue]]:
    answer = result.results[step]
    assert answer is not None, result.errors
    return [list(row) for row in answer.rows]


@settings(max_examples=40)
@given(st.lists(VALUES, min_size=1, max_size=30))
def test_values_come_back_from_the_server_as_they_went(server: Sqld, values: list[SqlValue]) -> None:
    marks = ", ".join("?" * len(values))
    types = ", ".join(f"typeof(?{number})" for number in range(1, len(values) + 1))
    result = asked(server, Step(f"SELECT {marks}", values), Step(f"SELECT {types}", values))
    back = rows_of(result, 0)[0]
    # The sign of zero counts too.
    assert list(map(repr, back)) == list(map(repr, values))
    names = {type(None): "null", int: "integer", float: "real", str: "text", bytes: "blob"}
    assert rows_of(result, 1)[0] == [names[type(value)] for value in values]


@given(VALUES)
def test_values_are_read_as_they_are_written(value: SqlValue) -> None:
    assert repr(from_json(to_json(value))) == repr(value)


def test_numbers_that_json_lacks() -> None:
    assert to_json(math.nan) == {"type": "null"}, "as SQLite keeps it"
    for infinite in (math.inf, -math.inf):
        with pytest.raises(StatementRefused):
            to_json(infinite)


def test_an_infinite_number_of_the_server_is_no_number_here(server: Sqld) -> None:
    ((value,),) = rows_of(asked(server, Step("SELECT 9e999")), 0)
    assert isinstance(value, float) and math.isnan(value)


def test_text_that_is_no_unicode_is_refused_before_it_is_sent(server: Sqld) -> None:
    with pytest.raises(StatementRefused):
        asked(server, Step("SELECT ?", ("\ud800",)))


def test_conditions_decide_which_steps_run(server: Sqld) -> None:
    result = asked(
        server,
        Step("SELECT 1"),
        Step("SELECT missing"),
        Step("SELECT 2", condition=Succeeded(0)),
        Step("SELECT 3", condition=Succeeded(1)),
        Step("SELECT 4", condition=Failed(1)),
        Step("SELECT 5", condition=AllOf((Succeeded(0), Failed(1)))),
        Step("SELECT 6", condition=AllOf((Succeeded(0), Succeeded(1)))),
        Step("SELECT 7", condition=AnyOf((Succeeded(0), Succeeded(1)))),
        Step("SELECT 8", condition=Not(Autocommit())),
        Step("BEGIN", condition=Autocommit()),
        Step("SELECT 9", condition=Not(Autocommit())),
    )
    ran = [place for place, answer in enumerate(result.results) if answer is not None]
    assert ran == [0, 2, 4, 5, 7, 9, 10]
    assert [place for place, error in enumerate(result.errors) if error is not None] == [1]


def test_what_is_no_sql_refuses_the_batch_before_anything_ran(server: Sqld) -> None:
    result = asked(server, Step("CREATE TABLE never (a)"), Step("SELEC 1"))
    assert result.error is not None and result.error.code == "SQL_PARSE_ERROR"
    assert rows_of(asked(server, Step("SELECT name FROM sqlite_master WHERE name = 'never'")), 0) == []


def test_several_batches_go_in_one_request(server: Sqld) -> None:
    async def token() -> str:
        return server.token()

    async def ask() -> list[BatchResult]:
        client = HranaClient(server.url, token)
        try:
            return await client.batch([[Step("SELECT 1")], [Step("SELEC")], [Step("SELECT 2"), Step("SELECT 3")]])
        finally:
            await client.close()

    first, second, third = asyncio.run(ask())
    assert rows_of(first, 0) == [[1]]
    assert second.error is not None
    assert (rows_of(third, 0), rows_of(third, 1)) == ([[2]], [[3]])


def renewed(server: Sqld, tokens: list[str]) -> tuple[list[str], BatchResult | None]:
    """What is asked with the first of `tokens`, and with the next whenever one is refused: refused, answer."""
    refused: list[str] = []

    async def token() -> str:
        return tokens[min(len(refused), len(tokens) - 1)]

    async def ask() -> BatchResult | None:
        client = HranaClient(server.url, token, refused=refused.append)
        try:
            return (await client.batch([[Step("SELECT 1")]]))[0]
        except SignInNeeded:
            return None
        finally:
            await client.close()

    return refused, asyncio.run(ask())


def test_a_token_that_is_refused_is_replaced_once(server: Sqld) -> None:
    old, new = server.token(expires_in=-120), server.token()
    refused, answer = renewed(server, [old, new])
    assert refused == [old] and answer is not None and rows_of(answer, 0) == [[1]]
    refused, answer = renewed(server, [old, server.token(expires_in=-100), new])
    assert len(refused) == 1 and answer is None, "a second one that is refused is an answer"
    refused, answer = renewed(server, [old])
    assert refused == [old] and answer is None


def test_a_stream_holds_a_transaction_over_several_requests(server: Sqld) -> None:
    async def token() -> str:
        return server.token()

    async def talk() -> list[BatchResult]:
        client = HranaClient(server.url, token)
        try:
            stream = client.stream()
            said = [await stream.batch([Step("BEGIN IMMEDIATE"), Step("CREATE TABLE streamed (a)")])]
            said.append(await stream.batch([Step("INSERT INTO streamed VALUES (1)", condition=Not(Autocommit()))]))
            await stream.close()
            await stream.close()
            said.append(await client.stream().batch([Step("SELECT * FROM streamed")], last=True))
            return said
        finally:
            await client.close()

    begun, inserted, after = asyncio.run(talk())
    assert begun.errors == (None, None)
    assert inserted.results[0] is not None and inserted.results[0].count == 1
    assert after.errors[0] is not None and "streamed" in after.errors[0].message, "what was not committed is gone"


def test_rows_are_like_those_of_sqlite(server: Sqld) -> None:
    sql = "SELECT 1 AS a, 'x' AS \"Ä b\", 2 AS A, NULL"
    (answer,) = (asked(server, Step(sql)).results[0],)
    assert answer is not None
    (remote,) = answer.rows
    local = sqlite3.connect(":memory:")
    local.row_factory = sqlite3.Row
    row = local.execute(sql).fetchone()
    local.close()
    assert list(remote.keys()) == list(row.keys())
    assert tuple(remote) == tuple(row)
    assert (remote["A"], remote[2], remote[-1], len(remote)) == (row["A"], row[2], row[-1], len(row))
    assert row_dict(remote)["Ä b"] == "x"
    with pytest.raises(IndexError):
        remote["none"]
    with pytest.raises(IndexError):
        remote[4]
    assert remote == RemoteRow(tuple(row.keys()), {}, tuple(row))
    assert hash(remote) == hash(RemoteRow(tuple(row.keys()), {}, tuple(row)))
    assert "x" not in repr(remote).replace("RemoteRow", ""), "people's data is not logged by accident"


@pytest.mark.parametrize(
    ("given_url", "http"),
    [
        ("libsql://shop-acme.turso.io", "https://shop-acme.turso.io"),
        ("libsql://shop-acme.turso.io/?authToken=secret", "https://shop-acme.turso.io"),
        ("libsql://127.0.0.1:8080?tls=0", "http://127.0.0.1:8080"),
        ("https://user:secret@db.example.gr:8443/crm/", "https://db.example.gr:8443/crm"),
        (" http://[::1]:8080 ", "http://[::1]:8080"),
    ],
)
def test_addresses(given_url: str, http: str) -> None:
    assert base_url(given_url) == http


@pytest.mark.parametrize("wrong", ["", "file:crm.db", "wss://x", "libsql://", "http://x:port", "http://[::1", "crm.db"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        base_url(wrong)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("SQLITE_CONSTRAINT", "SQLite error: AFM must be exactly 9 digits", StatementRefused),
        ("TRANSACTION_TIMEOUT", "Transaction timed out", DatabaseBusy),
        ("TRANSACTION_BUSY", "", DatabaseBusy),
        ("SQLITE_BUSY", "SQLite error: database is locked", DatabaseBusy),
        ("SQLITE_FULL", "SQLite error: database or disk is full", DiskFull),
        ("BLOCKED", "", SignInNeeded),
        ("PROXY_ERROR", "", Offline),
        ("RESPONSE_TOO_LARGE", "", StoreError),
        ("SQLITE_TOOBIG", "", StoreError),
        ("SOMETHING_NEW", "whatever", StoreError),
    ],
)
def test_failures_of_statements(code: str, message: str, kind: type[Exception]) -> None:
    error = step_error(StepError(message, code))
    assert type(error) is kind
    assert error.message("el") and error.message("en")
    assert "SQLite error" not in error.message("el")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, StoreError) for status in (400, 413)),
        *((status, SignInNeeded) for status in (401, 403)),
        *((status, Offline) for status in (200, 302, 404, 429, 500, 503)),
    ],
)
def test_failures_of_http(status: int, kind: type[Exception]) -> None:
    error = status_error(status, "body")
    assert type(error) is kind
    assert error.message("el") and error.message("en")
