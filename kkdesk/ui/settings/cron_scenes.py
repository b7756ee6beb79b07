"""Pictures of the section on cron-job.org for the tour."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.answers import Call, Job
from kkdesk.services.cron_jobs.errors import refusal
from kkdesk.services.cron_jobs.jobs import JobKind
from kkdesk.services.cron_jobs.report import CronStatus, JobState
from kkdesk.ui.scene import Scene
from kkdesk.ui.settings.cron_dialogs import CallsDialog, SecretDialog

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage

_ORIGIN: Final = "https://crm.kktires.gr"


def _state(kind: JobKind, now: int, every: int) -> JobState:
    """A job that is called every so many seconds, and went wrong once."""
    calls = tuple(
        Call(now - 20 - every * back, *((5, 0, 30_001) if back == 7 else (1, 200, 640 + 37 * back % 400)), "")
        for back in range(50)
    )
    job = Job(
        id=12345,
        title=kind.job_title,
        url=f"{_ORIGIN}{kind.path}",
        enabled=True,
        last_status=1,
        last_duration=calls[0].duration,
        last_execution=calls[0].at,
        next_execution=calls[0].at + every,
        said={},
    )
    return JobState(kind, job, calls)


def _both(now: int) -> tuple[JobState, JobState]:
    return _state(JobKind.EMAILS, now, 60), _state(JobKind.GEOCODING, now, 3600)


async def _show(page: SettingsPage, *states: JobState) -> None:
    page.discard()
    for field in page.cron.section.keys:
        field.show_stored(stored=True, dictated=False)
    page.cron.section.note.say("")
    page.cron.show(CronStatus(states))
    await _scroll(page)


async def _scroll(page: SettingsPage) -> None:
    for _ in range(3):  # the layout follows what is shown in later turns
        await asyncio.sleep(0)
    bar = page.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())


async def _not_set_up(page: SettingsPage) -> QWidget | None:
    page.discard()
    await _scroll(page)
    return None


async def _running(page: SettingsPage) -> QWidget | None:
    await _show(page, *_both(page.workspace.clock()))
    return None


async def _disabled(page: SettingsPage) -> QWidget | None:
    now = page.workspace.clock()
    first, second = _both(now)
    calls = tuple(Call(now - 4_000 - 60 * back, 4, 401, 85, "Unauthorized") for back in range(16))
    assert first.job is not None  # noqa: S101 - made above
    stopped = replace(
        first.job, enabled=False, last_status=4, last_execution=calls[0].at, last_duration=85, next_execution=0
    )
    differs = (Bilingual("χρονοδιάγραμμα", "schedule"), Bilingual("χρόνος αναμονής", "time-out"))
    await _show(page, replace(first, job=stopped, history=calls), replace(second, differs=differs))
    page.scroller.verticalScrollBar().setValue(page.cron.section.y())
    return None


async def _trouble(page: SettingsPage) -> QWidget | None:
    await _show(page, JobState(JobKind.EMAILS), JobState(JobKind.GEOCODING))
    error = refusal(401, "Unauthorized", Bilingual("Δεν άλλαξε τίποτα.", "Nothing was changed."))
    page.cron.section.note.say(error.message(page.shell.language), "danger")
    await _scroll(page)
    return None


async def _calls(page: SettingsPage) -> QWidget | None:
    dialog = CallsDialog(page, _both(page.workspace.clock())[0])
    dialog.open()
    return dialog


async def _secret(page: SettingsPage) -> QWidget | None:
    dialog = SecretDialog(page, "3kq0Zf8cJx-not-a-real-key-7tYw2bV9sLmE4uRa")
    dialog.open()
    return dialog


CRON_SCENES: Final = (
    Scene("cron", _not_set_up),
    Scene("cron-running", _running),
    Scene("cron-disabled", _disabled),
    Scene("cron-trouble", _trouble),
    Scene("cron-calls", _calls),
    Scene("cron-new-key", _secret),
)
