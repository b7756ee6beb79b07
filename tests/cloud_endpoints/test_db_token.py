"""The endpoint that lets desktops in: its answers, its record, its limits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cloud_endpoints.rates import TOKENS, UNAUTHORISED
from kkdesk.model.errors import AccessRevoked, Offline
from kkdesk.services.broker_client import BrokerClient
from tests.cloud_endpoints.served import Served, served
from tests.servers.google_issuer import GoogleIssuer
from tests.servers.http_stand_in import served as listening
from tests.servers.turso_platform import API_TOKEN, TursoPlatform

PATH = "/api/auth/db-token"


class Company:
    """Endpoints with a list of one, Google, and Turso."""

    def __init__(self, issuer: GoogleIssuer, turso: TursoPlatform, endpoints: Served) -> None:
        self.issuer, self.turso, self.endpoints = issuer, turso, endpoints

    async def ask(self, token: str | None = None, **headers: str) -> tuple[int, dict[str, object], dict[str, str]]:
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        answer = await self.endpoints.client.post(PATH, headers=headers)
        return answer.status_code, answer.json(), dict(answer.headers)

    async def log(self) -> list[dict[str, object]]:
        return await self.endpoints.rows(
            "SELECT email, event, detail, access, network FROM kk_access_log ORDER BY rowid"
        )


@asynccontextmanager
async def company(folder: Path, **env: str) -> AsyncIterator[Company]:
    issuer, turso = GoogleIssuer(now=int(time.time())), TursoPlatform()
    async with listening(issuer), listening(turso):
        settings = {
            **issuer.environment,
            "AUTH_ALLOWED_EMAILS": "maria@kktires.example, nikos@kktires.example",
            "AUTH_DATABASE_URL": "libsql://crm-kk.turso.io",
            "TURSO_API_URL": turso.url,
            "TURSO_ORGANIZATION": "kk",
            "TURSO_DATABASE": "crm",
            "TURSO_API_TOKEN": API_TOKEN,
            **env,
        }
        async with served(folder, settings) as endpoints:
            yield Company(issuer, turso, endpoints)


def run(folder: Path, body: Callable[[Company], Awaitable[None]], **env: str) -> None:
    async def go() -> None:
        async with company(folder, **env) as made:
            await body(made)

    asyncio.run(go())


def test_a_token_for_who_is_let_in(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        status, said, headers = await company.ask(company.issuer.id_token())
        assert status == 200 and headers["cache-control"] == "no-store"
        assert said["token"] == "turso-token-1" and said["url"] == "libsql://crm-kk.turso.io"
        assert (said["access"], said["role"]) == ("full-access", "owner")
        assert said["user"]["email"] == "maria@kktires.example"  # type: ignore[index]
        assert said["organization"] == {"id": "org_kktires", "name": "KK Tires"}
        assert 3500 < said["expiresIn"] <= 3600 and said["requestId"]  # type: ignore[operator]
        assert [entry["event"] for entry in await company.log()] == ["joined", "token"]
        assert (await company.log())[1]["network"] == "192.0.2.0"

    run(tmp_path, body)


def test_a_role_that_may_not_write_gets_a_token_that_only_reads(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.ask(company.issuer.id_token())
        from kkdesk.model.bilingual import Bilingual
        from kkdesk.model.change import Change, Statement

        await company.endpoints.workspace.db.apply(
            Change(Bilingual("", ""), (Statement("UPDATE organization_members SET role = 'viewer'"),))
        )
        status, said, _ = await company.ask(company.issuer.id_token())
        assert (status, said["access"], said["role"]) == (200, "read-only", "viewer")
        assert company.turso.asked[-1] == ("60m", "read-only")

    run(tmp_path, body)


def test_a_definite_no(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        token = company.issuer.id_token(sub="9", email="stranger@gmail.example")
        status, said, _ = await company.ask(token)
        assert (status, said["code"], said["reason"]) == (403, "not_allowed", "not_listed")
        await company.ask(token)
        assert [(entry["event"], entry["detail"]) for entry in await company.log()] == [("refused", "not_listed")]
        assert company.turso.asked == []

    run(tmp_path, body)


@pytest.mark.parametrize(
    "claims", [{"aud": "web.apps.googleusercontent.com"}, {"exp": 1_000, "iat": 900}, {"email_verified": False}]
)
def test_an_id_token_that_is_not_taken(tmp_path: Path, claims: dict[str, object]) -> None:
    async def body(company: Company) -> None:
        status, said, _ = await company.ask(company.issuer.id_token(**claims))
        assert (status, said["code"]) == (401, "invalid_token") and said["reason"]
        assert await company.log() == []

    run(tmp_path, body)


def test_without_a_token_or_with_rubbish(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        for headers in (
            {},
            {"authorization": "Basic eA=="},
            {"authorization": "Bearer"},
            {"authorization": "Bearer x.y.z"},
        ):
            status, said, _ = await company.ask(**headers)
            assert (status, said["code"]) == (401, "invalid_token")
        assert (await company.endpoints.client.get(PATH)).status_code == 405

    run(tmp_path, body)


def test_another_account_with_the_same_address(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.ask(company.issuer.id_token())
        status, said, _ = await company.ask(company.issuer.id_token(sub="another"))
        assert (status, said["code"]) == (409, "other_account")

    run(tmp_path, body)


@pytest.mark.logs("failed")
@pytest.mark.parametrize(
    "missing", ["GOOGLE_DESKTOP_CLIENT_ID", "AUTH_DATABASE_URL", "TURSO_API_TOKEN", "TURSO_DATABASE"]
)
def test_what_is_not_set_up_is_our_failure_and_no_refusal(tmp_path: Path, missing: str) -> None:
    async def body(company: Company) -> None:
        status, said, headers = await company.ask(company.issuer.id_token())
        assert (status, said["code"]) == (503, "not_configured") and headers["retry-after"]
        health = (await company.endpoints.client.get("/api/health")).json()
        assert "is missing" in health["desktops"]

    run(tmp_path, body, **{missing: ""})


@pytest.mark.logs("failed")
def test_a_silent_google_or_turso_is_no_refusal(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        company.turso.status = 500
        status, said, _ = await company.ask(company.issuer.id_token())
        assert (status, said["code"]) == (503, "offline")
        # Nothing was given, and nothing is on record as given.
        assert "token" not in {entry["event"] for entry in await company.log()}
        company.issuer.down = {"/certs", "/.well-known/openid-configuration"}

    run(tmp_path, body)


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        for _ in range(UNAUTHORISED.per_minute):
            assert (await company.ask("x"))[0] == 401
        status, _, headers = await company.ask(company.issuer.id_token())
        assert status == 429 and int(headers["retry-after"]) >= 1

    run(tmp_path, body)


def test_one_person_gets_so_many(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        for _ in range(TOKENS.per_minute):
            assert (await company.ask(company.issuer.id_token()))[0] == 200
        assert (await company.ask(company.issuer.id_token()))[0] == 429
        assert (await company.ask(company.issuer.id_token(sub="2", email="nikos@kktires.example")))[0] == 200

    run(tmp_path, body)


def test_what_a_desktop_needs_to_sign_in(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        said = (await company.endpoints.client.get("/api/auth/desktop")).json()
        assert said["clientId"] == company.issuer.environment["GOOGLE_DESKTOP_CLIENT_ID"]
        assert said["clientSecret"] == company.issuer.environment["GOOGLE_DESKTOP_CLIENT_SECRET"]
        assert said["issuer"] == company.issuer.url and said["name"] == "KK Tires"
        assert API_TOKEN not in json.dumps(said) and "web-secret" not in json.dumps(said)

    run(tmp_path, body, GOOGLE_CLIENT_ID="web", GOOGLE_CLIENT_SECRET="web-secret")


@pytest.mark.parametrize("missing", ["GOOGLE_DESKTOP_CLIENT_ID", "GOOGLE_DESKTOP_CLIENT_SECRET"])
def test_a_desktop_is_told_nothing_where_it_is_not_set_up(tmp_path: Path, missing: str) -> None:
    async def body(company: Company) -> None:
        answer = await company.endpoints.client.get("/api/auth/desktop")
        assert answer.status_code == 404 and answer.json()["code"] == "not_set_up"

    run(tmp_path, body, **{missing: ""})


def test_no_secret_is_in_the_log_or_in_the_records(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        id_token = company.issuer.id_token()
        with capture_logs() as logs:
            await company.ask(id_token)
            company.turso.status = 403
            await company.ask(id_token)
        written = str(logs) + str(
            [list(row.values()) for row in await company.endpoints.rows("SELECT * FROM kk_access_log")]
        )
        ledger = str([list(row.values()) for row in await company.endpoints.rows("SELECT * FROM kk_undo")])
        for secret in (id_token, "turso-token-1", API_TOKEN):
            assert secret not in written + ledger

    run(tmp_path, body)


def test_the_desktop_understands_each_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(company: Company) -> None:
        client = BrokerClient("https://crm.example.gr")

        async def endpoints_client() -> object:
            return company.endpoints.client

        monkeypatch.setattr(client, "_client", endpoints_client)
        monkeypatch.setattr(client, "origin", "")
        grant = await client.database_token(company.issuer.id_token())
        assert (grant.token, grant.role, grant.org_id) == ("turso-token-1", "owner", "org_kktires")
        assert (await client.desktop_client()).name == "KK Tires"
        with pytest.raises(AccessRevoked):
            await client.database_token(company.issuer.id_token(sub="9", email="stranger@gmail.example"))
        for _ in range(UNAUTHORISED.per_minute):
            await company.ask("x")
        with pytest.raises(Offline):
            await client.database_token(company.issuer.id_token())

    run(tmp_path, body)
