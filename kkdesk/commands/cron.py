"""`kkdesk cron`: the jobs at cron-job.org that call the endpoints; set up, looked at, removed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from getpass import getpass
from typing import Any, Final

from kkdesk.commands.report import FAILED, WRONG_ARGUMENTS, Report
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_time
from kkdesk.model.errors import NotAllowed, SecretsUnavailable
from kkdesk.services.cron_jobs.answers import Call, Job
from kkdesk.services.cron_jobs.report import CronStatus, JobOutcome, JobState, RemovalReport, SetupReport, outcome
from kkdesk.services.cron_jobs.service import API_KEY, CRON_SECRET
from kkdesk.workspace import Workspace

_MOST_CALLS: Final = 50


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `cron setup|status|remove|new-secret`."""
    group = verbs.add_parser("cron", help="οι κλήσεις από το cron-job.org / the scheduler's jobs", parents=[common])
    group.set_defaults(run=_usage_of(group), needs_workspace=False)
    actions = group.add_subparsers(metavar="ACTION")
    setup = actions.add_parser("setup", help="ρύθμιση ή επιδιόρθωση / set up or repair", parents=[common])
    setup.add_argument(
        "--key-from-stdin", action="store_true", help="το κλειδί API από την είσοδο / read the API key, and keep it"
    )
    setup.add_argument("--move", action="store_true", help="και όσες καλούν άλλη διεύθυνση / take jobs from elsewhere")
    setup.set_defaults(run=_setup, needs_workspace=True)
    status = actions.add_parser("status", help="πώς πάνε / how they are", parents=[common])
    status.add_argument("--history", metavar="N", type=_count, default=5, help="0–50, default 5")
    status.set_defaults(run=_status, needs_workspace=True)
    remove = actions.add_parser("remove", help="διαγραφή / delete them", parents=[common])
    remove.add_argument("--yes", action="store_true", help="χωρίς ερώτηση / without asking")
    remove.set_defaults(run=_remove, needs_workspace=True)
    secret = actions.add_parser("new-secret", help="νέο CRON_SECRET / make a CRON_SECRET", parents=[common])
    secret.add_argument("--yes", action="store_true", help="και αν υπάρχει ήδη / replace the one there is")
    secret.set_defaults(run=_new_secret, needs_workspace=True)


def _usage_of(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    def show(_args: argparse.Namespace) -> int:
        parser.print_help()
        return WRONG_ARGUMENTS

    return show


async def _setup(workspace: Workspace, args: argparse.Namespace) -> Report:
    key = await _given_key(workspace, args)
    report = await workspace.cron_jobs.setup(key, move=args.move)
    # Only now: a key that does not work must not take the place of one that does.
    kept = await _keep(workspace, key) if key else ()
    return Report((*_setup_lines(report), *kept), _setup_data(report))


async def _status(workspace: Workspace, args: argparse.Namespace) -> Report:
    status = await workspace.cron_jobs.status()
    lines = tuple(line for state in status.jobs for line in _state_lines(state, args.history))
    data = {
        "well": status.is_well,
        "incomplete": status.incomplete,
        "jobs": [_state_data(state) for state in status.jobs],
        "others": [_job_data(job) for job in status.others],
    }
    return Report((*lines, *_status_notes(status)), data, 0 if status.is_well else FAILED)


async def _remove(workspace: Workspace, args: argparse.Namespace) -> Report:
    if not args.yes:
        line = Bilingual(
            "Δεν διαγράφηκε τίποτα. Για διαγραφή προσθέστε --yes.", "Nothing was deleted. Add --yes to delete."
        )
        return Report((line,), {"removed": []}, WRONG_ARGUMENTS)
    report = await workspace.cron_jobs.remove()
    data = {"removed": [_job_data(job) for job in report.removed], "others": [_job_data(job) for job in report.others]}
    return Report(tuple(_removal_lines(report)), data)


async def _new_secret(workspace: Workspace, args: argparse.Namespace) -> Report:
    if not args.yes and await workspace.cron_jobs.has_secret():
        line = Bilingual(
            "Υπάρχει ήδη CRON_SECRET. Για νέο προσθέστε --yes: ώσπου να το πάρουν ο διακομιστής και (με kkdesk cron "
            "setup) το cron-job.org, οι κλήσεις θα αποτυγχάνουν.",
            "There is a CRON_SECRET. Add --yes to replace it: until the endpoints and (by kkdesk cron setup) "
            "cron-job.org have the new one, calls will fail.",
        )
        return Report((line,), {"made": False}, WRONG_ARGUMENTS)
    secret = await workspace.cron_jobs.new_secret()
    lines = (
        Bilingual(f"{CRON_SECRET}={secret}", f"{CRON_SECRET}={secret}"),
        Bilingual(
            "Βάλτε το στο περιβάλλον του διακομιστή και επανεκκινήστε τον· έπειτα τρέξτε kkdesk cron setup. "
            "Φυλάχτηκε στην κλειδοθήκη αυτού του υπολογιστή και δεν θα εμφανιστεί ξανά.",
            "Put it into the environment of the endpoints and start them again; then run kkdesk cron setup. "
            "It is kept in this computer's keyring, and will not be shown again.",
        ),
    )
    return Report(lines, {"made": True, CRON_SECRET: secret})


async def _given_key(workspace: Workspace, args: argparse.Namespace) -> str:
    """The key that is typed or piped in, never an argument, which every process can read; empty: the stored one."""
    if args.key_from_stdin:
        if workspace.settings.from_environment(API_KEY) is not None:
            raise NotAllowed(
                Bilingual(
                    f"Το {API_KEY} ορίζεται από μεταβλητή περιβάλλοντος.", f"{API_KEY} is set by the environment."
                ),
                next_step=Bilingual("Αλλάξτε το εκεί, ή αφαιρέστε το.", "Change it there, or take it away."),
            )
        return (await asyncio.to_thread(_line)).strip()
    if sys.stdin.isatty() and not args.json and not await workspace.cron_jobs.has_key():
        return (await asyncio.to_thread(_line)).strip()
    return ""


def _line() -> str:
    return getpass(f"{API_KEY}: ") if sys.stdin.isatty() else sys.stdin.readline(1000)


async def _keep(workspace: Workspace, key: str) -> tuple[Bilingual, ...]:
    try:
        await workspace.secrets.put(API_KEY, key)
    except SecretsUnavailable as error:
        # As on a server: the jobs are set up all the same.
        return (Bilingual(error.message("el"), error.message("en")),)
    return (Bilingual("Το κλειδί API φυλάχτηκε στην κλειδοθήκη.", "The API key is kept in the keyring."),)


_DONE: Final = {
    "created": Bilingual("δημιουργήθηκε", "created"),
    "repaired": Bilingual("επιδιορθώθηκε", "repaired"),
    "kept": Bilingual("ήταν ήδη σωστή", "was right already"),
}


def _setup_lines(report: SetupReport) -> Iterator[Bilingual]:
    for one in report.jobs:
        yield _outcome_line(one)
    for job in report.removed:
        yield Bilingual(f"Διαγράφηκε διπλή εργασία: {job.title}", f"Deleted a duplicate: {job.title}")
    yield from map(_other_line, report.others)
    for warning in report.warnings:
        yield Bilingual(f"! {warning.el}", f"! {warning.en}")


def _outcome_line(one: JobOutcome) -> Bilingual:
    done, label, often = _DONE[one.done], one.kind.label, one.kind.often
    el = f" ({', '.join(part.el for part in one.parts)})" if one.parts else ""
    en = f" ({', '.join(part.en for part in one.parts)})" if one.parts else ""
    return Bilingual(f"{label.el}, {often.el}: {done.el}{el}.", f"{label.en}, {often.en}: {done.en}{en}.")


def _other_line(job: Job) -> Bilingual:
    name = job.title or str(job.id)
    return Bilingual(
        f"! Και η εργασία «{name}» καλεί {job.address}· δεν είναι του KK Desk και έμεινε όπως ήταν.",
        f"! The job “{name}” calls {job.address}, too; it is not KK Desk's and was left as it is.",
    )


def _state_lines(state: JobState, calls: int) -> Iterator[Bilingual]:
    label, standing = state.kind.label, state.standing.label
    yield Bilingual(f"{label.el}: {standing.el}", f"{label.en}: {standing.en}")
    if state.job is not None:
        yield from _job_lines(state, state.job)
    if state.differs:
        yield Bilingual(
            f"  Διαφέρει: {', '.join(part.el for part in state.differs)}",
            f"  Different: {', '.join(part.en for part in state.differs)}",
        )
    if (advice := state.advice) is not None:
        yield Bilingual(f"  ! {advice.el}", f"  ! {advice.en}")
    for call in state.history[:calls]:
        words = outcome(call.status, call.http_status)
        at = _moment(call.at)
        yield Bilingual(f"    {at}  {words.el}, {call.duration} ms", f"    {at}  {words.en}, {call.duration} ms")


def _job_lines(state: JobState, job: Job) -> Iterator[Bilingual]:
    yield Bilingual(f"  Καλεί {job.address}", f"  Calls {job.address}")
    words = outcome(job.last_status, state.last_http_status if job.last_status else 0)
    if job.last_execution:
        at = _moment(job.last_execution)
        yield Bilingual(
            f"  Τελευταία κλήση {at}: {words.el}, {job.last_duration} ms",
            f"  Last call {at}: {words.en}, {job.last_duration} ms",
        )
    if job.next_execution and job.enabled:
        at = _moment(job.next_execution)
        yield Bilingual(f"  Επόμενη κλήση {at}", f"  Next call {at}")


def _status_notes(status: CronStatus) -> Iterator[Bilingual]:
    yield from map(_other_line, status.others)
    if status.incomplete:
        yield Bilingual(
            "! Το cron-job.org δεν έδειξε όλες τις εργασίες: όσες λείπουν ίσως υπάρχουν.",
            "! cron-job.org did not list all jobs: those that are missing may be there.",
        )


def _removal_lines(report: RemovalReport) -> Iterator[Bilingual]:
    for job in report.removed:
        yield Bilingual(f"Διαγράφηκε: {job.title}", f"Deleted: {job.title}")
    if not report.removed:
        yield Bilingual("Δεν υπήρχε εργασία του KK Desk.", "There was no job of KK Desk.")
    yield from map(_other_line, report.others)


def _moment(seconds: int) -> str:
    return athens_time(seconds).strftime("%d/%m/%Y %H:%M:%S")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_CALLS:
        raise argparse.ArgumentTypeError(f'"{text}": 0–50')
    return int(text)


def _setup_data(report: SetupReport) -> dict[str, Any]:
    return {
        "jobs": [
            {"job": one.kind.value, "id": one.id, "done": one.done, "repaired": [part.en for part in one.parts]}
            for one in report.jobs
        ],
        "duplicates_removed": [_job_data(job) for job in report.removed],
        "others": [_job_data(job) for job in report.others],
        "warnings": [warning.en for warning in report.warnings],
    }


def _state_data(state: JobState) -> dict[str, Any]:
    job = state.job
    data: dict[str, Any] = {
        "job": state.kind.value,
        "standing": state.standing.value,
        "differs": [part.en for part in state.differs],
        "advice": None if state.advice is None else state.advice.en,
        "history": [_call_data(call) for call in state.history],
    }
    if job is None:
        return data
    return data | {
        **_job_data(job),
        "enabled": job.enabled,
        "last_status": job.last_status,
        "last_status_text": outcome(job.last_status).en,
        "last_http_status": state.last_http_status or None,
        "last_execution": job.last_execution or None,
        "last_duration_ms": job.last_duration,
        "next_execution": job.next_execution or None,
    }


def _job_data(job: Job) -> dict[str, Any]:
    return {"id": job.id, "title": job.title, "address": job.address}


def _call_data(call: Call) -> dict[str, Any]:
    return {
        "at": call.at,
        "status": call.status,
        "status_text": outcome(call.status).en,
        "http_status": call.http_status or None,
        "duration_ms": call.duration,
    }
