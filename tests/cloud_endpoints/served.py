"""The endpoints, served in the test's own loop: no port, no thread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock, system_clock
from kkdesk.workspace import Workspace

ORIGIN = "https://crm.example.gr"
#: Where all requests come from, as the server sees it.
PROXY = "192.0.2.1"


@dataclass(frozen=True)
class Served:
    """A client of the running endpoints, and the workspace behind them."""

    client: httpx.AsyncClient
    workspace: Workspace
    app: Starlette

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows as plain dictionaries."""
        return [{name: row[name] for name in row.keys()} for row in await self.workspace.db.query(sql)]  # noqa: SIM118


@asynccontextmanager
async def served(
    folder: Path, env: Mapping[str, str], start: str = "", clock: Clock = system_clock
) -> AsyncIterator[Served]:
    """The endpoints on the profile at `folder`; `start` holds one SQL statement a line, run first.

    Without EMAIL_TRACKING_SECRET in `env` there is none: the keyring is not asked.
    """
    workspace = await Workspace.open(folder, env, clock)
    try:
        statements = tuple(Statement(line) for line in start.strip().splitlines())
        await workspace.db.apply(Change(Bilingual("", ""), statements))
    finally:
        await workspace.close()
    app = create_app(Home(folder, {"TRUSTED_PROXIES": PROXY, **env}, clock))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(PROXY, 123))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            # Only what a test says of itself is recorded.
            del client.headers["user-agent"]
            yield Served(client, app.state.endpoints.workspace, app)
