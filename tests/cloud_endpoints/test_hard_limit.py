"""A limit that work cannot outlast."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from cloud_endpoints import hard_limit
from cloud_endpoints.hard_limit import within


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hard_limit, "TIDYING", 0.01)


def test_what_ends_in_time_is_what_it_is() -> None:
    async def fails() -> None:
        raise ConnectionError("its own")

    async def run() -> None:
        assert await within(60, asyncio.sleep(0, "done")) == "done"
        with pytest.raises(ConnectionError, match="its own"):
            await within(60, fails())

    asyncio.run(run())


@pytest.mark.parametrize("stubborn", [0, 1, 5])
def test_what_does_not_end_is_cancelled_until_it_does(stubborn: int) -> None:
    """Tidying up may stand still, too."""
    seen: list[str] = []

    async def tidying(times: int, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            seen.append("tidying")
            if times:
                await tidying(times - 1, asyncio.get_running_loop().create_future)
            seen.append("tidied")

    async def run() -> None:
        with pytest.raises(TimeoutError):
            await within(0, tidying(stubborn, asyncio.get_running_loop().create_future))
        assert seen.count("tidying") == stubborn + 1
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_result_that_comes_as_it_is_cancelled_is_a_result() -> None:
    async def late() -> str:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            return "what was done by then"
        return ""

    async def run() -> None:
        assert await within(0, late()) == "what was done by then"

    asyncio.run(run())


def test_whoever_waits_and_is_cancelled_leaves_nothing_behind() -> None:
    async def run() -> None:
        waiting = asyncio.create_task(within(60, asyncio.sleep(60)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
