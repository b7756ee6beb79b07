"""`kkdesk worker`: send what is queued."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

from kkdesk.commands.report import FAILED, Report
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StoreError
from kkdesk.services.bounces.report import BounceReport
from kkdesk.services.entry import Entry
from kkdesk.services.queue.worker_parts import WorkerReport
from kkdesk.services.worker import Worker
from kkdesk.workspace import Workspace

_STDIN = 0


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `worker`."""
    worker = verbs.add_parser("worker", help="αποστολή της ουράς / send the queue", parents=[common])
    worker.add_argument("--once", action="store_true", help="ό,τι εκκρεμεί, και τέλος / what is due, then end")
    # Given by the window: the worker ends when the window does, however that ends.
    worker.add_argument("--while-stdin-open", action="store_true", help=argparse.SUPPRESS)
    worker.set_defaults(run=_worker, needs_workspace=True, at_server=True, entry=_entry)


def _entry(args: argparse.Namespace) -> Entry:
    """The profile's, with what the window has told of its secrets that the keyring did not keep."""
    entry = Entry.at(args.data)
    if args.while_stdin_open:
        entry.secrets.take_over(_handed_over())
    return entry


def _handed_over() -> dict[str, str]:
    """The first line of standard input: a JSON object. Never an argument or an environment, which others can read."""
    line = b""
    while (byte := os.read(_STDIN, 1)) not in {b"", b"\n"}:
        line += byte
    found = json.loads(line) if line.strip() else {}
    return {str(name): str(value) for name, value in found.items()}


async def _worker(workspace: Workspace, args: argparse.Namespace) -> Report:
    worker = workspace.new_worker()
    with _ends_on_signals(worker):
        if args.while_stdin_open:
            _end_with_stdin(worker, asyncio.get_running_loop())
        try:
            report = await (worker.once() if args.once else worker.serve())
        except StoreError as error:
            report = worker.report
            report.error = _while_sending(error)
    lines = (*_lines(report), *_bounce_lines(worker.bounces))
    data = {**_data(report), "bounces": None if worker.bounces is None else worker.bounces.figures()}
    return Report(lines, data, _exit_code(report, once=args.once))


@contextlib.contextmanager
def _ends_on_signals(worker: Worker) -> Iterator[None]:
    """The first signal lets mails in flight finish; the second gives them up, unconfirmed."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    seen = threading.Event()

    def stop() -> None:
        if seen.is_set() and task is not None:
            task.cancel()
        seen.set()
        worker.request_stop()

    # Windows has no add_signal_handler; this form works everywhere.
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_stdin(worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
    def watch() -> None:
        # The bare descriptor: a buffered reader's lock, held for ever, would abort the interpreter at its end.
        while os.read(_STDIN, 1):
            continue
        with contextlib.suppress(RuntimeError):  # The loop has ended by itself.
            loop.call_soon_threadsafe(worker.request_stop)

    threading.Thread(target=watch, name="kkdesk-stdin", daemon=True).start()


def _while_sending(error: StoreError) -> StoreError:
    """`error` in the words of a send: unlike other work, some of it has been done."""
    kept = Bilingual(
        "Όσα στάλθηκαν έχουν σημειωθεί και τα υπόλοιπα μένουν στην ουρά.",
        "What was sent is on record, and the rest stays in the queue.",
    )
    return type(error)(error.what, kept=kept, next_step=error.next_step)


def _lines(report: WorkerReport) -> Iterator[Bilingual]:
    yield Bilingual(
        f"Στάλθηκαν {report.sent}, απέτυχαν {report.failed}, θα ξαναδοκιμαστούν {report.deferred}, "
        f"παραλείφθηκαν {report.skipped}.",
        f"Sent {report.sent}, failed {report.failed}, to be tried again {report.deferred}, skipped {report.skipped}.",
    )
    unconfirmed = report.unconfirmed + report.settled.unconfirmed
    if unconfirmed:
        yield Bilingual(
            f"{unconfirmed} μηνύματα δεν επιβεβαιώθηκαν: αποφασίστε αν θα σταλούν ξανά.",
            f"{unconfirmed} mails are unconfirmed: decide whether to send them again.",
        )
    if report.settled.held:
        yield Bilingual(
            f"{report.settled.held} αποστολές μπήκαν σε παύση: η βάση επαναφέρθηκε από αντίγραφο ασφαλείας.",
            f"{report.settled.held} campaigns were paused: the database was restored from a backup.",
        )
    if report.paused:
        yield Bilingual(
            f"{report.paused} αποστολές μπήκαν σε παύση: δείτε τον λόγο στην καμπάνια και συνεχίστε.",
            f"{report.paused} campaigns were paused: see why in the campaign, and resume.",
        )
    if report.error is not None:
        yield Bilingual(report.error.message("el"), report.error.message("en"))


def _bounce_lines(bounces: BounceReport | None) -> Iterator[Bilingual]:
    if bounces is None:
        return
    if bounces.ours:
        yield Bilingual(
            f"Επέστρεψαν {bounces.bounces}, παράπονα {bounces.complaints}, καθυστερούν {bounces.deferred}.",
            f"Bounced {bounces.bounces}, complaints {bounces.complaints}, delayed {bounces.deferred}.",
        )
    if bounces.error is not None:
        yield Bilingual(bounces.error.message("el"), bounces.error.message("en"))


def _data(report: WorkerReport) -> dict[str, Any]:
    return {
        "jobs": report.jobs,
        "finished": report.finished,
        "sent": report.sent,
        "failed": report.failed,
        "deferred": report.deferred,
        "skipped": report.skipped,
        "unconfirmed": report.unconfirmed + report.settled.unconfirmed,
        "held": report.settled.held,
        "paused": report.paused,
        "error": None if report.error is None else report.error.message("en"),
        "code": None if report.error is None else report.error.code,
    }


def _exit_code(report: WorkerReport, *, once: bool) -> int:
    # A worker that was told to end has done its work, whatever trouble it met on the way.
    if not once or report.error is None:
        return 0
    return report.error.exit_code or FAILED
