"""Checks, what they find, and how a list of them is gone through. A new check is one more entry in a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError
from kkdesk.model.faults import fault_place

Subject = TypeVar("Subject")

_log = structlog.get_logger(__name__)

#: Seconds that one check may take, what it waits for included.
SECONDS: Final = 90.0
#: What a failure is, as exit codes have it: plain, something is not configured, something is not reached.
FAILED, NOT_CONFIGURED, NOT_REACHED = 1, 3, 4


class State(StrEnum):
    """`skipped`: what it rests on is not there, so that nothing is known."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, what to do next, and figures for programs. Never holds a secret.

    `exit_code` is what kind of failure it is, where it is one.
    """

    state: State
    found: Bilingual
    next_step: Bilingual | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    exit_code: int = FAILED


class CannotTell(Exception):
    """Raised by a check that rests on what another one did not find: it is skipped."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """One thing to look at. `name` is for programs, `label` for people.

    `look` may raise `CannotTell`, and the errors that people are told, which are failures with their exit codes.
    """

    name: str
    label: Bilingual
    look: Callable[[Subject], Awaitable[Finding]]


@dataclass(frozen=True, slots=True)
class Result:
    """A check and what it found."""

    name: str
    label: Bilingual
    finding: Finding


@dataclass(frozen=True, slots=True)
class Examination:
    """All results, in the order of the list."""

    results: tuple[Result, ...]

    def count(self, state: State) -> int:
        """How many checks ended in `state`."""
        return sum(result.finding.state is state for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 without a failure; else 1 where one is plain, 3 where something is missing, 4 where nothing answered."""
        codes = {result.finding.exit_code for result in self.results if result.finding.state is State.FAILED}
        return next((code for code in (FAILED, NOT_CONFIGURED, NOT_REACHED) if code in codes), 0)


#: Hears how many checks of how many have ended, and what the last one was about.
Heard = Callable[[int, int, Bilingual], None]


async def examine(
    checks: Sequence[Check[Subject]], subject: Subject, heard: Heard | None = None, *, seconds: float = SECONDS
) -> Examination:
    """Go through `checks` at once; those that rest on others wait for what they need of them."""
    done = 0

    async def one(check: Check[Subject]) -> Result:
        nonlocal done
        finding = await _look(check, subject, seconds)
        done += 1
        if heard is not None:
            heard(done, len(checks), check.label)
        return Result(check.name, check.label, finding)

    return Examination(tuple(await asyncio.gather(*(one(check) for check in checks))))


async def _look(check: Check[Subject], subject: Subject, seconds: float) -> Finding:
    try:
        async with asyncio.timeout(seconds):
            return await check.look(subject)
    except CannotTell as unknown:
        return Finding(State.SKIPPED, unknown.why)
    except KKDeskError as error:  # before TimeoutError, which some of ours are, too
        return Finding(State.FAILED, error.what, error.next_step, exit_code=error.exit_code)
    except TimeoutError:
        return Finding(State.FAILED, _TOO_SLOW, exit_code=NOT_REACHED)
    except Exception as error:  # noqa: BLE001 - a fault in one check must not keep the others' findings from anybody
        _log.error("check_faulty", check=check.name, fault=fault_place(error))
        return Finding(State.FAILED, _FAULT)


_TOO_SLOW: Final = Bilingual("Δεν τελείωσε στον χρόνο του.", "It did not end in its time.")
_FAULT: Final = Bilingual(
    "Απρόσμενο σφάλμα του προγράμματος· το ημερολόγιο λέει πού.", "Unexpected fault of the program; the log says where."
)
