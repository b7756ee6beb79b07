"""`kkdesk campaign`: list campaigns, show one, send one."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from kkdesk.commands.report import WRONG_ARGUMENTS, Report
from kkdesk.model.audience import AudiencePreview
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign_figures import CampaignSummary
from kkdesk.model.clock import ATHENS, athens_time
from kkdesk.model.errors import Cancelled
from kkdesk.services.checklist import Finding, Severity
from kkdesk.services.send_report import SendReport
from kkdesk.workspace import Workspace


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `campaign list|show|send`."""
    group = verbs.add_parser("campaign", help="καμπάνιες e-mail / e-mail campaigns", parents=[common])
    group.set_defaults(run=_usage_of(group), needs_workspace=False)
    actions = group.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help="όλες οι καμπάνιες / all campaigns", parents=[common])
    listing.set_defaults(run=_list, needs_workspace=True)
    show = actions.add_parser("show", help="στοιχεία μιας καμπάνιας / one campaign", parents=[common])
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=_show, needs_workspace=True)
    send = actions.add_parser("send", help="αποστολή / send", parents=[common])
    send.add_argument("id", metavar="ID")
    send.add_argument("--yes", action="store_true", help="χωρίς ερώτηση / without asking")
    send.add_argument("--at", metavar="TIME", type=_moment, help='"2026-12-01 09:00", ώρα Αθήνας / Athens time')
    send.set_defaults(run=_send, needs_workspace=True)


def _usage_of(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    def show(_args: argparse.Namespace) -> int:
        parser.print_help()
        return WRONG_ARGUMENTS

    return show


async def _list(workspace: Workspace, _args: argparse.Namespace) -> Report:
    campaigns = [summary async for summary in _all(workspace)]
    lines = tuple(Bilingual(_line(one, "el"), _line(one, "en")) for one in campaigns)
    nothing = (Bilingual("Δεν υπάρχουν καμπάνιες.", "There are no campaigns."),)
    return Report(lines or nothing, {"campaigns": [_summary_data(one) for one in campaigns]})


async def _show(workspace: Workspace, args: argparse.Namespace) -> Report:
    summary = await workspace.campaign_statistics.summary(args.id)
    states = await workspace.campaign_statistics.states(args.id)
    tracked = await workspace.tracking_switches.tracks_campaign(args.id)
    figures = summary.figures
    lines = [
        Bilingual(f"{summary.name} ({summary.status.label.el})", f"{summary.name} ({summary.status.label.en})"),
        Bilingual(f"Θέμα: {summary.subject}", f"Subject: {summary.subject}"),
        *(Bilingual(f"{state.label.el}: {count}", f"{state.label.en}: {count}") for state, count in states.items()),
        Bilingual(
            f"Άνοιξαν: {figures.opened} ({_percent(figures.open_rate)}), έκαναν κλικ: {figures.clicked} "
            f"({_percent(figures.click_rate)}), διαγράφηκαν: {figures.unsubscribed}",
            f"Opened: {figures.opened} ({_percent(figures.open_rate)}), clicked: {figures.clicked} "
            f"({_percent(figures.click_rate)}), unsubscribed: {figures.unsubscribed}",
        ),
        Bilingual(
            f"Μόνο από μηχανές: άνοιξαν {figures.opened_by_machines}, έκαναν κλικ {figures.clicked_by_machines}",
            f"By machines only: opened {figures.opened_by_machines}, clicked {figures.clicked_by_machines}",
        ),
        *(() if tracked else (_NOT_TRACKED,)),
    ]
    data = {
        **_summary_data(summary),
        "tracked": tracked,
        "states": {state.value: count for state, count in states.items()},
    }
    return Report(tuple(lines), data)


async def _send(workspace: Workspace, args: argparse.Namespace) -> Report:
    report = await workspace.campaign_sending.prepare_send(args.id)
    # Whoever has decided already does not wait for what the network would say.
    network = () if args.yes else await workspace.delivery_checks.look(report)
    lines = tuple(_report_lines(report, network))
    data = _report_data(report, network)
    if not args.yes and report.can_send and not args.json and sys.stdin.isatty():
        await _ask(lines, report.count, workspace.settings.text("KKDESK_LANGUAGE"))
    elif not args.yes:
        needs_yes = Bilingual(
            "Δεν στάλθηκε τίποτα. Για αποστολή προσθέστε --yes.", "Nothing was sent. Add --yes to send it."
        )
        return Report((*lines, needs_yes), {**data, "queued": False}, WRONG_ARGUMENTS)
    queued = await workspace.campaign_sending.send(args.id, confirmed_count=report.count, at=args.at)
    when = athens_time(queued.run_at).strftime("%d/%m/%Y %H:%M")
    done = (
        Bilingual(f"Προγραμματίστηκε για {when}.", f"Scheduled for {when}.")
        if args.at is not None
        else Bilingual("Μπήκε στην ουρά αποστολής.", "Queued for sending.")
    )
    return Report((*lines, done), {**data, "queued": True, "job": queued.job_id, "run_at": queued.run_at})


async def _all(workspace: Workspace) -> AsyncIterator[CampaignSummary]:
    offset = 0
    while page := await workspace.campaign_statistics.summaries(limit=200, offset=offset):
        for summary in page:
            yield summary
        offset += len(page)


async def _ask(lines: tuple[Bilingual, ...], count: int, language: str) -> None:
    """Show the report and wait for the number to be typed. Raises `Cancelled` for anything else."""
    for line in lines:
        sys.stderr.write(line.in_language(language) + "\n")
    question = Bilingual(
        f"Για αποστολή σε {count} παραλήπτες γράψτε τον αριθμό: ",
        f"To send it to {count} recipients, type the number: ",
    )
    sys.stderr.write(question.in_language(language))
    sys.stderr.flush()
    answer = await asyncio.to_thread(sys.stdin.readline)
    if answer.strip() != str(count):
        raise Cancelled(Bilingual("Η αποστολή ακυρώθηκε.", "Sending was cancelled."))


_NOT_TRACKED: Final = Bilingual("Η καταγραφή ανοιγμάτων και κλικ είναι κλειστή.", "Opens and clicks are not tracked.")
_MARKS: Final = {
    Severity.STOP: "!!",
    Severity.WARN: "!",
    Severity.NOTE: "·",
    Severity.UNKNOWN: "?",
    Severity.GOOD: "✓",
}


def _report_lines(report: SendReport, network: Sequence[Finding]) -> Iterator[Bilingual]:
    name, count, out = report.campaign.name, report.count, report.preview.selected - report.count
    yield Bilingual(f"{name}: {count} παραλήπτες, {out} εξαιρούνται.", f"{name}: {count} recipients, {out} excluded.")
    for reason, excluded in report.preview.counts.items():
        yield Bilingual(f"  {reason.label.el}: {excluded}", f"  {reason.label.en}: {excluded}")
    for finding in (*report.findings, *network, *report.facts):
        mark = _MARKS[finding.severity]
        yield Bilingual(f"  {mark} {finding.text.el}", f"  {mark} {finding.text.en}")
    for obstacle in report.obstacles:
        yield Bilingual(f"  !! {obstacle.message('el')}", f"  !! {obstacle.message('en')}")


def _report_data(report: SendReport, network: Sequence[Finding]) -> dict[str, Any]:
    return {
        "id": report.campaign.id,
        "name": report.campaign.name,
        "recipients": report.count,
        "excluded": _counts(report.preview),
        "findings": [
            {"code": one.code, "severity": one.severity.value, "text": one.text.en}
            for one in (*report.findings, *network, *report.facts)
        ],
        "obstacles": [{"code": one.code, "text": one.message("en")} for one in report.obstacles],
    }


def _counts(preview: AudiencePreview) -> dict[str, int]:
    return {reason.value: count for reason, count in preview.counts.items()}


def _summary_data(summary: CampaignSummary) -> dict[str, Any]:
    figures = summary.figures
    return {
        "id": summary.id,
        "name": summary.name,
        "subject": summary.subject,
        "status": summary.status.value,
        "scheduled_at": summary.scheduled_at,
        "sent_at": summary.sent_at,
        "total_recipients": figures.total,
        "sent": figures.sent,
        "opened": figures.opened,
        "clicked": figures.clicked,
        "unsubscribed": figures.unsubscribed,
        "opened_by_machines": figures.opened_by_machines,
        "clicked_by_machines": figures.clicked_by_machines,
        "unconfirmed": summary.unconfirmed,
    }


def _line(summary: CampaignSummary, language: str) -> str:
    status = summary.status.label.in_language(language)
    figures = summary.figures
    return f"{summary.id}  {status:<16} {figures.sent:>7} / {figures.total:<7} {summary.name}"


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def _moment(text: str) -> int:
    """An Athens wall clock time as Unix seconds."""
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"):
        try:
            return int(datetime.strptime(text.strip(), form).replace(tzinfo=ATHENS).timestamp())
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f'"{text}": "2026-12-01 09:00"')
