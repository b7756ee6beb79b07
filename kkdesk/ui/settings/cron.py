"""What the section on cron-job.org shows and does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject

from kkdesk.model.errors import KKDeskError, SecretsUnavailable
from kkdesk.services.cron_jobs.errors import JobElsewhere
from kkdesk.services.cron_jobs.report import CronStatus, JobState, RemovalReport, SetupReport
from kkdesk.services.cron_jobs.service import CRON_SECRET, CronJobs
from kkdesk.ui.dialogs import answer, confirm, message
from kkdesk.ui.operation import run
from kkdesk.ui.settings.cron_dialogs import CallsDialog, SecretDialog
from kkdesk.ui.settings.cron_section import CronSection

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage

T = TypeVar("T")

# Seconds for which what was seen is shown without asking again: a look takes three of a day's hundred requests.
_FRESH = 900


class CronSettings(QObject):
    """Lets the person set up, watch and remove the jobs of `page`'s workspace."""

    def __init__(self, page: SettingsPage) -> None:
        """Shows that nothing is known yet."""
        super().__init__(page)
        self.page = page
        self.section = CronSection(page.shell.language)
        self.section.setup_wanted.connect(self.set_up)
        self.section.look_wanted.connect(self.look)
        self.section.remove_wanted.connect(lambda: page.start(self._remove()))
        self.section.secret_wanted.connect(lambda: page.start(self._make_secret()))
        self.section.calls_wanted.connect(self._show_calls)
        self._has_key = False
        self._last: CronStatus | None = None
        self._looked_at = 0

    @property
    def service(self) -> CronJobs:
        """What speaks to cron-job.org."""
        return self.page.workspace.cron_jobs

    def come_forward(self, *, anew: bool = False) -> None:
        """The page is seen, or (`anew`) its settings have changed: look how the jobs are, unless that is known."""
        if anew:
            self._last, self._looked_at = None, 0
        self.page.start(self._come_forward())

    def set_up(self) -> None:
        """Make or mend both jobs."""
        self.page.start(self._set_up())

    def look(self) -> None:
        """Ask how the jobs are."""
        self._run(self._status(), self.tr("Asking cron-job.org…"), self.show)

    def show(self, status: CronStatus) -> None:
        """Show how the jobs are now."""
        self._last, self._looked_at = status, self.page.workspace.clock()
        self._show_last()

    async def _come_forward(self) -> None:
        settings = self.page.settings
        self.section.secret_button.setVisible(settings.from_environment(CRON_SECRET) is None)
        try:
            self._has_key = await self.service.has_key()
        except SecretsUnavailable:
            self._has_key = False  # The page says so where the signing key is.
        if self.page.workspace.clock() - self._looked_at < _FRESH:
            return
        self._show_last()
        if self._has_key and settings.text("NEXTAUTH_URL"):
            self.look()

    async def _set_up(self) -> None:
        if await self._is_saved():
            self._run(self.service.setup(), self.tr("Setting up cron-job.org…"), self._was_set_up)

    async def _move(self, error: JobElsewhere) -> None:
        if await confirm(
            self.page,
            self.tr("Move the job here?"),
            f"{error.what.in_language(self.page.shell.language)}\n\n"
            + self.tr(
                "If another installation works at that address, it will no longer be called, and will send nothing "
                "by itself.",
            ),
            confirm=self.tr("Move it here"),
            danger=True,
        ):
            self._run(self.service.setup(move=True), self.tr("Setting up cron-job.org…"), self._was_set_up)

    async def _remove(self) -> None:
        if await confirm(
            self.page,
            self.tr("Remove the jobs from cron-job.org?"),
            self.tr(
                "The endpoints are no longer called. Campaigns then leave only while KK Desk is open on a computer "
                "that may send.",
            ),
            confirm=self.tr("Remove the jobs"),
            danger=True,
        ):
            self._run(self.service.remove(), self.tr("Removing the jobs…"), self._was_removed)

    async def _make_secret(self) -> None:
        if not await self._is_saved():
            return
        if await self.service.has_secret() and not await confirm(
            self.page,
            self.tr("Replace the key of the calls?"),
            self.tr("Until the endpoints and cron-job.org both have the new one, no call will get through."),
            confirm=self.tr("Replace the key"),
            danger=True,
        ):
            return
        secret = await self.service.new_secret()
        self.section.secret.show_stored(stored=True, dictated=False)
        await answer(SecretDialog(self.page, secret))

    def _run(self, work: Coroutine[Any, Any, T], what: str, done: Callable[[T], None]) -> None:
        self.section.note.say("")
        run(self.page, work, what=what, control=self.section.actions, done=done, failed=self._failed)

    async def _status(self) -> CronStatus:
        self.section.show_looking()
        try:
            return await self.service.status()
        except (KKDeskError, asyncio.CancelledError):
            self._show_last()
            raise

    def _show_last(self) -> None:
        if self._last is None:
            self.section.show_unknown(has_key=self._has_key)
        else:
            self.section.show_status(self._last, self.page.workspace.clock())

    def _was_set_up(self, report: SetupReport) -> None:
        self.page.shell.toast(self.tr("cron-job.org calls the endpoints"))
        self.look()
        language = self.page.shell.language
        words = [warning.in_language(language) for warning in report.warnings]
        if report.removed:
            words.append(self.tr("%n duplicate(s) removed.", None, len(report.removed)))
        self.section.note.say("\n".join(words), "warning")

    def _was_removed(self, report: RemovalReport) -> None:
        removed = len(report.removed)
        self.page.shell.toast(self.tr("%n job(s) removed from cron-job.org", None, removed))
        self.look()

    def _failed(self, error: KKDeskError) -> bool:
        if isinstance(error, JobElsewhere):
            self.page.start(self._move(error))
        else:
            self.section.note.say(error.message(self.page.shell.language), "danger")
        return True

    def _show_calls(self, state: JobState) -> None:
        self.page.start(answer(CallsDialog(self.page, state)))

    async def _is_saved(self) -> bool:
        if not self.page.is_edited:
            return True
        await message(
            self.page,
            self.tr("Save first"),
            self.tr("This uses the settings in force, not those being edited."),
        )
        return False
