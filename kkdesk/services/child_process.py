"""Work in a process of its own: heavy work that must not hold up the window, and that can be ended at any moment.

    result = await in_child(work, argument, heard=show_progress, stop=event)

`work(say, argument)` is a function of a module; `say` sends plain data to `heard`. The child is killed when `stop` is
set, when the caller is cancelled and when this process ends, so `work` must leave nothing half-done wherever it is
ended: it writes files beside their place and data in one transaction.
"""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final, Literal, TypeVar, cast

from kkdesk.model import errors
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, DiskFull, KKDeskError
from kkdesk.model.os_reasons import os_reason

T = TypeVar("T")
Say = Callable[[Any], None]

_NOTHING_WRITTEN: Final = Bilingual(
    "Τίποτα δεν γράφτηκε· τα δεδομένα είναι όπως πριν.", "Nothing was written; the data is as it was."
)


class ChildEnded(KKDeskError):
    """The process ended before its work was done: killed, or out of memory."""

    code = "child_ended"


class ChildFailed(RuntimeError):
    """A fault of the program in the child; the text is the child's traceback."""


async def in_child(
    work: Callable[..., T],
    *args: Any,
    heard: Callable[[Any], None] | None = None,
    stop: asyncio.Event | None = None,
) -> T:
    """Run `work(say, *args)` in a new process and give its result; `heard` gets what it says on the way.

    Raises what the work raised of our own errors, `Cancelled` when `stop` was set, `ChildEnded` when the process died,
    `ChildFailed` for a fault of the program.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_main, args=(sender, work, args), daemon=True)
    loop = asyncio.get_running_loop()
    messages: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
    listener = threading.Thread(target=_listen, args=(receiver, loop, messages), name="kkdesk-child", daemon=True)
    try:
        await asyncio.to_thread(process.start)
        # Ours must go, or the end of the child would not end the pipe.
        sender.close()
        listener.start()
        return cast("T", await _outcome(messages, process, heard, stop))
    finally:
        await asyncio.shield(asyncio.to_thread(_end, process, listener, receiver))


def rebuilt(packed: tuple[str, Bilingual, Bilingual | None, Bilingual | None]) -> KKDeskError:
    """The error that `packed` was made of."""
    name, what, kept, next_step = packed
    kind = getattr(errors, name, KKDeskError)
    error: KKDeskError = kind(what, kept=kept, next_step=next_step)
    return error


def packed(error: KKDeskError) -> tuple[str, Bilingual, Bilingual | None, Bilingual | None]:
    """An error as plain data: exceptions with keyword arguments do not survive pickling."""
    return type(error).__name__, error.what, error.kept, error.next_step


async def _outcome(
    messages: asyncio.Queue[tuple[str, Any] | None],
    process: SpawnProcess,
    heard: Callable[[Any], None] | None,
    stop: asyncio.Event | None,
) -> Any:
    stopped = asyncio.ensure_future(stop.wait()) if stop is not None else None
    try:
        while True:
            message = await _next(messages, stopped)
            if message is None:
                await asyncio.to_thread(process.join)
                raise _ended(process.exitcode)
            kind, content = message
            if kind == "said" and heard is not None:
                heard(content)
            elif kind == "done":
                return content
            elif kind == "failed":
                raise rebuilt(content)
            elif kind == "crashed":
                raise ChildFailed(content)
    finally:
        if stopped is not None:
            stopped.cancel()


async def _next(
    messages: asyncio.Queue[tuple[str, Any] | None], stopped: asyncio.Future[Literal[True]] | None
) -> tuple[str, Any] | None:
    message = asyncio.ensure_future(messages.get())
    try:
        waiting: set[asyncio.Future[Any]] = {message} if stopped is None else {message, stopped}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if message.done():
            return message.result()
    finally:
        message.cancel()
    raise Cancelled(Bilingual("Διακόπηκε.", "Stopped."), kept=_NOTHING_WRITTEN)


def _listen(
    receiver: Connection, loop: asyncio.AbstractEventLoop, messages: asyncio.Queue[tuple[str, Any] | None]
) -> None:
    """Hand on what the child says until the pipe ends."""
    message: tuple[str, Any] | None = ("", None)
    while message is not None:
        try:
            message = receiver.recv()
        except (EOFError, OSError):
            message = None
        try:
            loop.call_soon_threadsafe(messages.put_nowait, message)
        except RuntimeError:
            return  # the loop is closed: nobody is waiting any more


def _end(process: SpawnProcess, listener: threading.Thread, receiver: Connection) -> None:
    """Make sure that nothing is left of the child."""
    if process.pid is not None:
        if process.is_alive():
            process.kill()
        process.join()
        process.close()
    if listener.ident is not None:
        listener.join()
    receiver.close()


def _ended(exit_code: int | None) -> ChildEnded:
    return ChildEnded(
        Bilingual(
            f"Η εργασία διακόπηκε απρόσμενα (κωδικός {exit_code}).", f"The work ended unexpectedly (code {exit_code})."
        ),
        kept=_NOTHING_WRITTEN,
        next_step=Bilingual(
            "Δοκιμάστε ξανά. Αν επαναληφθεί, κλείστε άλλα προγράμματα για να ελευθερωθεί μνήμη.",
            "Try again. If it happens again, close other programs to free memory.",
        ),
    )


def _main(sender: Connection, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """What the child runs."""
    # Ctrl+C reaches the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        message = _result(sender, work, args)
        sender.send(message)
    except BrokenPipeError:
        return  # the parent is gone


def _result(sender: Connection, work: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "done", work(lambda content: sender.send(("said", content)), *args)
    except BrokenPipeError:
        raise
    except KKDeskError as error:
        return "failed", packed(error)
    except OSError as error:
        return "failed", packed(_file_trouble(error))
    except BaseException:  # noqa: BLE001 - it is told to the parent, whatever it is
        return "crashed", traceback.format_exc()


def _file_trouble(error: OSError) -> KKDeskError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(
            Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Ελευθερώστε χώρο και δοκιμάστε ξανά.", "Free some space and try again."),
        )
    where = f": {error.filename}" if error.filename else ""
    return KKDeskError(
        Bilingual(
            f"Ένα αρχείο δεν γράφεται ή δεν διαβάζεται ({os_reason(error).el}){where}",
            f"A file cannot be written or read ({os_reason(error).en}){where}",
        ),
        kept=_NOTHING_WRITTEN,
        next_step=Bilingual(
            "Ελέγξτε ότι ο δίσκος είναι συνδεδεμένος και έχει χώρο, και δοκιμάστε ξανά.",
            "Check that the disk is connected and has room, and try again.",
        ),
    )
