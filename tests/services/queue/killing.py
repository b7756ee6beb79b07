"""Workers that die at a chosen step: `python -m tests.services.queue.killing LOGS`, told what to do line by line.

A line on standard input is a JSON object: `profile`, `step`, `nth`. The process, which has everything imported by then,
forks a worker that empties the queue of the profile and is killed (SIGKILL) when it comes to that step for the nth time.
For each worker that has ended a line is written: its wait status. Without a step the worker comes to its end.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kkdesk.log import configure_logging
from kkdesk.services.mail import smtp, smtp_dialog
from kkdesk.services.queue import exchange, journal, run
from kkdesk.store import remote, replica  # noqa: F401 - imported before the fork, as is what follows
from kkdesk.workspace import Workspace

STEPS = (
    *("before claim", "after claim", "connected", "MAIL", "RCPT", "DATA", "started", "half of the content"),
    *("the final dot", "the answer", "answer noted", "before record", "after record"),
)
#: Of these there are few in a run.
RARE = {"before claim", "after claim", "connected", "before record", "after record"}


class Death:
    """Strikes at the nth time."""

    def __init__(self, step: str, nth: int) -> None:
        self.step = step
        self._left = nth

    def at(self, step: str) -> None:
        """The worker has come to this step."""
        if step == self.step:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)

    def arm(self) -> None:
        """Put itself at the steps of this process."""
        self._around(exchange.Exchange, "write", self._claim_or_record)
        self._around(smtp, "connect", self._connect)
        self._around(journal.Journal, "start", self._start)
        self._around(smtp_dialog.SmtpDialog, "_ask", self._ask)
        real_write, real_answer = smtp_dialog.SmtpDialog._write, journal.Journal.answer

        def write(dialog: smtp_dialog.SmtpDialog, data: bytes) -> None:
            if not data.endswith(b"\r\n.\r\n"):
                real_write(dialog, data)
                return
            if self.step == "half of the content" and self._left == 1:
                real_write(dialog, data[: len(data) // 2])
            self.at("half of the content")
            real_write(dialog, data)
            self.at("the final dot")

        def answer(book: journal.Journal, *args: Any) -> None:
            self.at("the answer")
            real_answer(book, *args)
            self.at("answer noted")

        smtp_dialog.SmtpDialog._write = write  # type: ignore[method-assign]
        journal.Journal.answer = answer  # type: ignore[method-assign]

    def _around(self, owner: Any, name: str, wrap: Callable[..., Any]) -> None:
        real = getattr(owner, name)

        @functools.wraps(real)
        async def wrapped(*args: Any, **named: Any) -> Any:
            return await wrap(functools.partial(real, *args, **named), args)

        setattr(owner, name, wrapped)

    async def _claim_or_record(self, real: Callable[[], Any], args: tuple[Any, ...]) -> Any:
        writer, request = args
        records = bool(writer._done)
        if request is not None:
            self.at("before claim")
        if records:
            self.at("before record")
        result = await real()
        if request is not None:
            self.at("after claim")
        if records:
            self.at("after record")
        return result

    async def _connect(self, real: Callable[[], Any], _args: tuple[Any, ...]) -> Any:
        result = await real()
        self.at("connected")
        return result

    async def _start(self, real: Callable[[], Any], _args: tuple[Any, ...]) -> None:
        await real()
        self.at("started")

    async def _ask(self, real: Callable[[], Any], args: tuple[Any, ...]) -> Any:
        self.at(args[1][:4].decode())
        return await real()


async def _empty_the_queue(profile: str) -> None:
    workspace = await Workspace.open(profile, at_server=True)
    try:
        await workspace.new_worker().once()
    finally:
        await workspace.close()


def _work(order: dict[str, Any]) -> None:
    # Small batches, so that a short queue has many of them.
    run.BATCH, run.LOW_WATER = 20, 10
    exchange._AGAIN_SECONDS = (0.1,) * 100  # type: ignore[assignment]
    if order["step"]:
        Death(order["step"], order["nth"]).arm()
    asyncio.run(_empty_the_queue(order["profile"]))


def main() -> None:
    """Fork a worker for each line, and tell of each that has ended."""
    configure_logging(Path(sys.argv[1]), to_terminal=False)
    for line in sys.stdin:
        orders = json.loads(line)
        children = []
        for order in orders:
            child = os.fork()
            if not child:
                status = 1
                try:
                    _work(order)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(statuses), flush=True)


if __name__ == "__main__":
    main()
