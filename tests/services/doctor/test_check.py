"""How a list of checks is gone through, and what its outcome is to a script."""

from __future__ import annotations

import asyncio

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, NotConfigured, Offline
from kkdesk.services.doctor.check import CannotTell, Check, Examination, Finding, State, examine

TEXT = Bilingual("λέξη", "word")


def check(name: str, state: State = State.OK, exit_code: int = 1) -> Check[None]:
    async def look(_: None) -> Finding:
        return Finding(state, TEXT, exit_code=exit_code)

    return Check(name, TEXT, look)


def raising(error: Exception) -> Check[None]:
    async def look(_: None) -> Finding:
        raise error

    return Check("raising", TEXT, look)


def examined(*checks: Check[None], seconds: float = 90) -> Examination:
    return asyncio.run(examine(checks, None, seconds=seconds))


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        ([(State.OK, 1), (State.WARNING, 1), (State.SKIPPED, 4)], 0),
        ([(State.FAILED, 4)], 4),
        ([(State.FAILED, 4), (State.FAILED, 3)], 3),
        ([(State.FAILED, 3), (State.FAILED, 4), (State.FAILED, 1)], 1),
        ([(State.WARNING, 1), (State.FAILED, 3)], 3),
    ],
)
def test_the_exit_code_is_that_of_the_gravest_failure(states: list[tuple[State, int]], code: int) -> None:
    assert examined(*[check("one", state, exit_code) for state, exit_code in states]).exit_code == code


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (CannotTell(TEXT), State.SKIPPED, 0),
        (NotConfigured(TEXT, next_step=TEXT), State.FAILED, 3),
        (Offline(TEXT), State.FAILED, 4),
        (DatabaseBusy(TEXT), State.FAILED, 1),
        (TimeoutError(), State.FAILED, 4),
    ],
)
def test_what_a_check_raises_is_a_finding(error: Exception, state: State, code: int) -> None:
    seen = examined(raising(error), check("other"))
    assert [result.finding.state for result in seen.results] == [state, State.OK]
    assert seen.exit_code == code


@pytest.mark.logs("check_faulty")
def test_a_fault_in_one_check_leaves_the_others_alone() -> None:
    seen = examined(check("one"), raising(KeyError("secret-value")), check("two"))
    assert [result.finding.state for result in seen.results] == [State.OK, State.FAILED, State.OK]
    assert "secret-value" not in str(seen)


def test_one_that_never_ends_is_ended() -> None:
    async def look(_: None) -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    seen = examined(Check("slow", TEXT, look), check("other"), seconds=0.05)
    assert [result.finding.state for result in seen.results] == [State.FAILED, State.OK]
    assert seen.exit_code == 4


def test_they_are_gone_through_at_once_and_told_in_their_order() -> None:
    async def run() -> tuple[list[str], list[tuple[int, int]]]:
        both = asyncio.Barrier(2)
        told: list[tuple[int, int]] = []

        def waiting(name: str) -> Check[None]:
            async def look(_: None) -> Finding:
                await both.wait()
                return Finding(State.OK, TEXT)

            return Check(name, TEXT, look)

        checks = (waiting("a"), check("b"), waiting("c"))
        seen = await examine(checks, None, lambda done, total, _: told.append((done, total)))
        return [result.name for result in seen.results], told

    names, told = asyncio.run(run())
    assert names == ["a", "b", "c"]
    assert told == [(1, 3), (2, 3), (3, 3)]
