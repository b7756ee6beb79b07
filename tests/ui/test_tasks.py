"""Coroutines that end with their owner."""

from __future__ import annotations

import asyncio

from kkdesk.ui.tasks import Tasks
from tests.ui.conftest import Run


def test_errors_go_to_the_reporter(run: Run) -> None:
    async def go() -> list[BaseException]:
        seen: list[BaseException] = []
        tasks = Tasks(seen.append)

        async def fail() -> None:
            raise ValueError("broken")

        tasks.start(fail())
        await tasks.settled()
        return seen

    assert [str(error) for error in run(go())] == ["broken"]


def test_closing_cancels_and_waits_for_clean_up(run: Run) -> None:
    async def go() -> list[str]:
        steps: list[str] = []
        tasks = Tasks(lambda error: steps.append(repr(error)))

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                steps.append("cleaned up")

        tasks.start(work())
        await asyncio.sleep(0)
        await tasks.close()
        return steps

    assert run(go()) == ["cleaned up"]


def test_nothing_starts_after_closing(run: Run) -> None:
    async def go() -> bool:
        tasks = Tasks(lambda _error: None)
        await tasks.close()

        async def work() -> None:
            raise AssertionError("must not run")

        return tasks.start(work()) is None and not tasks.busy

    assert run(go())


def test_settled_waits_for_what_was_started_meanwhile(run: Run) -> None:
    async def go() -> list[str]:
        steps: list[str] = []
        tasks = Tasks(lambda error: steps.append(repr(error)))

        async def second() -> None:
            await asyncio.sleep(0)
            steps.append("second")

        async def first() -> None:
            steps.append("first")
            tasks.start(second())

        tasks.start(first())
        await tasks.settled()
        return steps

    assert run(go()) == ["first", "second"]
