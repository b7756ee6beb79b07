"""What group commit promises: batches one after the other, an answer for each, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.services.tracking.group_commit import GroupCommit


class Disk:
    """Something that is written to, batch by batch, when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.free = asyncio.Event()
        self.busy = 0
        self.failing: set[int] = set()

    async def write(self, items: Sequence[int]) -> None:
        self.busy += 1
        assert self.busy == 1, "two batches at once"
        self.batches.append(list(items))
        await self.free.wait()
        self.busy -= 1
        if self.failing & set(items):
            raise OSError("no")


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_what_comes_during_a_batch_is_the_next_batch() -> None:
    async def run() -> None:
        disk = Disk()
        commit = GroupCommit(disk.write)
        first = asyncio.create_task(commit.add(1))
        await turns()
        others = [asyncio.create_task(commit.add(n)) for n in range(2, 6)]
        await turns()
        assert disk.batches == [[1]] and not first.done() and commit.waiting == 4
        disk.free.set()
        await asyncio.gather(first, *others)
        assert disk.batches == [[1], [2, 3, 4, 5]]
        assert (commit.waiting, commit.under_way) == (0, 0.0)

    asyncio.run(run())


def test_a_batch_that_fails_fails_for_those_who_were_in_it() -> None:
    async def run() -> None:
        disk = Disk()
        disk.failing = {1}
        disk.free.set()
        commit = GroupCommit(disk.write, most=2)
        found = await asyncio.gather(*(commit.add(n) for n in range(4)), return_exceptions=True)
        assert [type(one) for one in found] == [OSError, OSError, type(None), type(None)]

    asyncio.run(run())


def test_who_gives_up_in_the_queue_is_not_written() -> None:
    async def run() -> None:
        disk = Disk()
        commit = GroupCommit(disk.write)
        tasks = [asyncio.create_task(commit.add(1))]
        await turns()
        tasks += [asyncio.create_task(commit.add(n)) for n in (2, 3)]
        await turns()
        tasks[0].cancel()
        tasks[1].cancel()
        await turns()
        disk.free.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        await commit.close()
        # The first batch had been begun; its item is written although nobody waits any more.
        assert disk.batches == [[1], [3]]

    asyncio.run(run())


def test_how_long_a_batch_has_been_under_way() -> None:
    async def run() -> None:
        now = 100.0
        disk = Disk()
        commit = GroupCommit(disk.write, clock=lambda: now)
        task = asyncio.create_task(commit.add(1))
        await turns()
        now = 100.75
        assert commit.under_way == 0.75
        disk.free.set()
        await task
        assert commit.under_way == 0

    asyncio.run(run())


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["add", "turn", "give up", "let go", "hold"]), max_size=60), st.integers(1, 5))
def test_each_is_written_once_and_answered_after(steps: list[str], most: int) -> None:
    async def run() -> None:
        disk = Disk()
        commit = GroupCommit(disk.write, most=most)
        tasks: list[asyncio.Task[None]] = []
        for step in steps:
            match step:
                case "add":
                    tasks.append(asyncio.create_task(commit.add(len(tasks))))
                case "turn":
                    await turns(1)
                case "give up" if tasks:
                    tasks[len(tasks) // 2].cancel()
                case "let go":
                    disk.free.set()
                case "hold":
                    disk.free.clear()
        disk.free.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await commit.close()
        written = [item for batch in disk.batches for item in batch]
        assert len(written) == len(set(written))
        assert all(len(batch) <= most for batch in disk.batches)
        assert {n for n, result in enumerate(results) if result is None} <= set(written)

    asyncio.run(run())


def test_a_fault_reaches_who_waits_and_the_next_batch_is_written() -> None:
    class Broken(Exception):
        pass

    async def run() -> None:
        calls = 0

        async def write(_items: Sequence[int]) -> None:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise Broken

        commit = GroupCommit(write)
        with pytest.raises(Broken):
            await commit.add(1)
        await commit.add(2)

    asyncio.run(run())
