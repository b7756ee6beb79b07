"""Settings of the whole company."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kkdesk.model.errors import Conflict, InvalidInput
from kkdesk.workspace import Workspace


def in_workspace(folder: Path, body: Callable[[Workspace], Awaitable[None]]) -> None:
    async def run() -> None:
        workspace = await Workspace.open(folder, env={})
        try:
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(run())


def test_what_is_not_set_has_its_default_and_what_is_set_stays(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        settings = workspace.company_settings
        assert await settings.text("send.by") == "auto"
        assert await settings.number("send.per_minute") == 0
        await settings.put("send.per_minute", "0", " 060 ")
        await settings.put("send.by", "auto", "cloud")
        assert await settings.number("send.per_minute") == 60
        assert (await settings.all())["send.by"] == "cloud"

    in_workspace(tmp_path, body)


def test_a_change_can_be_undone_and_conflicts_are_seen(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        settings = workspace.company_settings
        await settings.put("send.per_hour", "0", "500")
        with pytest.raises(Conflict):
            await settings.put("send.per_hour", "400", "900")
        changed = await settings.put("send.per_hour", "500", "900")
        await workspace.history.undo(changed.change_id)
        assert await settings.number("send.per_hour") == 500

    in_workspace(tmp_path, body)


def test_several_are_changed_and_taken_back_in_one_or_not_at_all(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        settings = workspace.company_settings
        await settings.put("send.per_hour", "0", "500")
        before = await settings.all()
        with pytest.raises(Conflict):
            await settings.put_all({"send.by": ("auto", "cloud"), "send.per_hour": ("400", "900")})
        with pytest.raises(InvalidInput):
            await settings.put_all({"send.by": ("auto", "cloud"), "send.per_hour": ("500", "many")})
        assert await settings.all() == before, "all or none"
        changed = await settings.put_all({"send.by": ("auto", "cloud"), "send.per_hour": ("500", "900")})
        assert await settings.all() == {**before, "send.by": "cloud", "send.per_hour": "900"}
        await workspace.history.undo(changed.change_id)
        assert await settings.all() == before

    in_workspace(tmp_path, body)


@pytest.mark.parametrize(
    ("name", "value"), [("send.by", "nobody"), ("send.per_day", "-1"), ("send.per_second", "1001")]
)
def test_values_that_cannot_be_are_refused(tmp_path: Path, name: str, value: str) -> None:
    async def body(workspace: Workspace) -> None:
        with pytest.raises(InvalidInput):
            await workspace.company_settings.put(name, "", value)
        assert (await workspace.company_settings.all())[name] in {"auto", "0"}

    in_workspace(tmp_path, body)
