"""The section on cron-job.org in Settings, against the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit

from kkdesk.services.cron_jobs.answers import Call
from kkdesk.services.cron_jobs.jobs import JobKind, wanted_job
from kkdesk.services.cron_jobs.report import JobState
from kkdesk.ui.campaigns.pills import TONE_ROLE
from kkdesk.ui.dialogs import Question
from kkdesk.ui.settings.cron_dialogs import CallsDialog, CallsModel, SecretDialog
from kkdesk.ui.settings.cron_section import CronSection
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.shell import Activity, Shell, ToastText
from kkdesk.workspace import Workspace
from tests.conftest import MemoryKeyring
from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, Failure, cron_job_org_beside
from tests.ui.conftest import Run
from tests.ui.test_dialogs import when_open

ORIGIN = "https://crm.example.gr"
SECRET = "secret-of-the-calls"
EMAILS, GEOCODING = JobKind.EMAILS, JobKind.GEOCODING


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[CronJobOrgStandIn]:
    """The account; every look at its clock is a second later."""
    ticks = iter(range(1_795_457_560, 1_795_467_560))
    with cron_job_org_beside(CronJobOrgStandIn(lambda: next(ticks))) as made:
        monkeypatch.setattr("kkdesk.services.cron_jobs.client.CRON_JOB_ORG", made.url)
        monkeypatch.setattr("kkdesk.services.cron_jobs.client.CREATE_PAUSE", 0.0)
        yield made


async def opened(shell: Shell, *, keys: bool = True) -> SettingsPage:
    """The page, settled; with `keys` everything that a set-up needs is in the settings."""
    if keys:
        shell.workspace.settings.store({"NEXTAUTH_URL": ORIGIN})
        await shell.workspace.secrets.put("CRON_JOB_ORG_API_KEY", KEY)
        await shell.workspace.secrets.put("CRON_SECRET", SECRET)
    page = SettingsPage(shell)
    await page.come_forward()
    await page.settled()
    return page


def words(section: CronSection) -> list[str]:
    return [row.pill.text() for row in section.jobs.values()]


def agree(found: QDialog) -> None:
    assert isinstance(found, Question)
    found.confirm_button.click()


def test_from_nothing_to_running(run: Run, shell: Shell, workspace: Workspace, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        toasts: list[ToastText] = []
        shell.toast_wanted.connect(toasts.append)
        page = await opened(shell, keys=False)
        section = page.cron.section
        assert words(section) == ["Not set up", "Not set up"]
        assert section.look_button.isHidden() and section.remove_button.isHidden()
        assert section._actions_row.hint.startswith("Give both keys")
        assert not account.seen, "without a key nobody is asked"
        page.form.field("NEXTAUTH_URL").setText(ORIGIN)  # type: ignore[attr-defined]
        QTest.keyClicks(section.key, KEY)
        QTest.keyClicks(section.secret, SECRET)
        assert page.is_edited and section.key.echoMode() == QLineEdit.EchoMode.Password
        page.save()
        await page.settled()
        assert await workspace.secrets.get("CRON_JOB_ORG_API_KEY") == KEY
        assert section.key.text() == "" and section.key.placeholderText() == "Unchanged"
        assert words(section) == ["Not set up", "Not set up"] and account.seen == [("GET", "/jobs")]
        section.setup_button.click()
        await page.settled()
        assert words(section) == ["Waiting for the first call"] * 2
        assert toasts[-1].text == "cron-job.org calls the endpoints"
        assert section.setup_button.text() == "Repair" and not section.remove_button.isHidden()
        assert [job["extendedData"]["headers"] for job in account.jobs.values()] == [{"x-cron-secret": SECRET}] * 2
        await page.close_down()

    run(go())


def test_how_the_jobs_are_is_shown_and_not_asked_too_often(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        now = shell.workspace.clock()
        for kind, status in ((EMAILS, 1), (GEOCODING, 4)):
            identity = account.add(**wanted_job(kind, ORIGIN, SECRET))
            account.note(identity, status, {1: 200, 4: 404}[status], at=now - 60, duration=1234)
        page = await opened(shell)
        section = page.cron.section
        assert words(section) == ["Working", "Failing"]
        good, bad = (row.row.hint for row in section.jobs.values())
        assert good.startswith("Last call: Today, ") and "OK (200)  ·  1,234 ms  ·  next: " in good
        assert "The server answered with an error (404)" in bad and "no such address" in bad
        assert section.alarm.isHidden() and len(account.seen) == 3
        for _ in range(3):
            await page.come_forward()
            await page.refresh(frozenset({"settings"}))
        await page.settled()
        assert len(account.seen) == 3, "a day has a hundred requests"
        section.look_button.click()
        await page.settled()
        assert len(account.seen) == 6
        await page.close_down()

    run(go())


def test_a_disabled_job_raises_the_alarm_and_is_repaired(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        emails = account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        account.add(**{**wanted_job(GEOCODING, ORIGIN, SECRET), "requestTimeout": 3})
        for _ in range(16):
            account.note(emails, 4, 401)
        page = await opened(shell)
        section = page.cron.section
        assert words(section) == ["Disabled", "Needs repair"]
        assert not section.alarm.isHidden()
        assert "“Sending campaigns” is not called any more." in section.alarm.text
        assert "more than 15 times in a row" in section.alarm.text and "CRON_SECRET" in section.alarm.text
        assert "Not as it should be: time-out" in section.jobs[GEOCODING].row.hint
        section.setup_button.click()
        await page.settled()
        assert account.jobs[emails]["enabled"] and section.alarm.isHidden()
        assert words(section)[1] == "Waiting for the first call"
        await page.close_down()

    run(go())


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(401, "Unauthorized"), "does not take the API key"),
        (Failure(429, "Quota Limit Exceeded"), "100 a day"),
        (Failure(cut=True), "does not answer"),
    ],
)
def test_errors_are_said_in_place_and_what_was_known_stays(
    run: Run, shell: Shell, account: CronJobOrgStandIn, failure: Failure, said: str
) -> None:
    async def go() -> None:
        for kind in JobKind:
            account.note(account.add(**wanted_job(kind, ORIGIN, SECRET)), 1, 200)
        page = await opened(shell)
        section = page.cron.section
        for press in (section.look_button, section.setup_button):
            account.failures = {len(account.seen): failure}
            press.click()
            await page.settled()
            assert said in section.note.text and not section.note.isHidden()
            assert words(section) == ["Working", "Working"]
            assert section.actions.isEnabled()
        section.look_button.click()
        await page.settled()
        assert section.note.isHidden()
        await page.close_down()

    run(go())


def test_it_can_be_stopped(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        page = await opened(shell)
        section = page.cron.section
        account.failures = {len(account.seen): Failure(hang=True)}
        began: asyncio.Future[Activity] = asyncio.get_running_loop().create_future()
        shell.activity_started.connect(began.set_result)
        section.look_button.click()
        async with asyncio.timeout(30):
            activity = await began
        assert activity.text == "Asking cron-job.org…"
        assert words(section) == ["Looking…", "Looking…"] and not section.actions.isEnabled()
        assert activity.cancel is not None
        activity.cancel()
        await page.settled()
        assert words(section) == ["Not set up", "Not set up"] and section.actions.isEnabled()
        assert section.note.isHidden()
        await page.close_down()

    run(go())


def test_moving_a_job_is_asked_about(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        there = account.add(**wanted_job(EMAILS, "https://old.example.gr", "x"))
        asked: list[str] = []

        def decide(found: QDialog) -> None:
            assert isinstance(found, Question)
            asked.extend(label.text() for label in found.findChildren(QLabel))
            (found.confirm_button if len(asked) > 2 else found.cancel_button).click()

        page = await opened(shell)
        for _ in range(2):
            when_open(decide)
            page.cron.section.setup_button.click()
            await page.settled()
            if len(asked) == 2:
                assert account.jobs[there]["url"].startswith("https://old.example.gr")
        assert asked[0] == "Move the job here?" and "https://old.example.gr/api/cron/email-jobs" in asked[1]
        assert account.jobs[there]["url"] == f"{ORIGIN}/api/cron/email-jobs"
        await page.close_down()

    run(go())


@pytest.mark.parametrize("sure", [True, False])
def test_removing_is_asked_about(run: Run, shell: Shell, account: CronJobOrgStandIn, sure: bool) -> None:
    async def go() -> None:
        for kind in JobKind:
            account.add(**wanted_job(kind, ORIGIN, SECRET))
        page = await opened(shell)

        def decide(found: QDialog) -> None:
            assert isinstance(found, Question)
            assert found.cancel_button.isDefault()
            (found.confirm_button if sure else found.cancel_button).click()

        when_open(decide)
        page.cron.section.remove_button.click()
        await page.settled()
        assert len(account.jobs) == (0 if sure else 2)
        assert page.cron.section.remove_button.isHidden() is sure
        await page.close_down()

    run(go())


def test_jobs_of_others_and_gaps_are_told(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        account.add(url=f"{ORIGIN}/api/cron/email-jobs?key=hunter2", title="CRM")
        page = await opened(shell)
        section = page.cron.section
        assert section.others.text().startswith(
            f"The job “CRM” at cron-job.org calls {ORIGIN}/api/cron/email-jobs, too"
        )
        assert "hunter2" not in section.others.text()
        section.setup_button.click()
        await page.settled()
        assert section.note.text == "1 duplicate removed."
        account.some_failed = True
        section.look_button.click()
        await page.settled()
        assert "did not list all jobs" in section.others.text()
        await page.close_down()

    run(go())


def test_a_new_key_of_the_calls_is_shown_once(
    run: Run, shell: Shell, account: CronJobOrgStandIn, memory_keyring: MemoryKeyring
) -> None:
    async def go() -> None:
        page = await opened(shell, keys=False)
        shown: list[str] = []

        def read(found: QDialog) -> None:
            if isinstance(found, SecretDialog):
                found.copy_button.click()
                assert found.copy_button.text() == "Copied"
                shown.append(found.field.text())
                found.accept()
            else:
                agree(found)
                when_open(read)

        for _ in range(2):
            when_open(read)
            page.cron.section.secret_button.click()
            await page.settled()
        assert len(set(shown)) == 2
        assert QGuiApplication.clipboard().text() == shown[1] == await shell.workspace.secrets.get("CRON_SECRET")
        assert page.cron.section.secret.placeholderText() == "Unchanged"
        QGuiApplication.clipboard().clear()
        await page.close_down()

    run(go())


def test_what_is_not_saved_is_not_used(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> list[str]:
        page = await opened(shell)
        seen = len(account.seen)
        QTest.keyClicks(page.cron.section.key, "another")
        said: list[str] = []

        def read(found: QDialog) -> None:
            said.extend(label.text() for label in found.findChildren(QLabel))
            found.accept()

        for press in (page.cron.section.setup_button, page.cron.section.secret_button):
            when_open(read)
            press.click()
            await page.settled()
        assert len(account.seen) == seen
        page.discard()
        assert page.cron.section.key.text() == ""
        await page.close_down()
        return said

    assert run(go()).count("Save first") == 2


def test_what_the_environment_dictates(run: Run, tmp_path: Path, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        env = {"CRON_SECRET": SECRET, "CRON_JOB_ORG_API_KEY": KEY, "NEXTAUTH_URL": ORIGIN}
        workspace = await Workspace.open(tmp_path / "other", env)
        shell = Shell(workspace, "en")
        page = await opened(shell, keys=False)
        section = page.cron.section
        assert not section.key.isEnabled() and not section.secret.isEnabled()
        assert section.secret_button.isHidden()
        assert account.seen, "it is looked at all the same"
        await page.close_down()
        await shell.tasks.close()
        await workspace.close()

    run(go())


def test_without_a_keyring_the_page_opens(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        before = keyring.get_keyring()
        keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
        try:
            page = await opened(shell, keys=False)
            assert words(page.cron.section) == ["Not set up", "Not set up"]
            await page.close_down()
        finally:
            keyring.set_keyring(before)

    run(go())


def test_the_last_calls_in_a_table(run: Run, shell: Shell, account: CronJobOrgStandIn) -> None:
    async def go() -> None:
        emails = account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        account.add(**wanted_job(GEOCODING, ORIGIN, SECRET))
        for _ in range(60):
            account.note(emails, 1, 200)
        account.note(emails, 4, 503, "Service Unavailable")
        page = await opened(shell)
        found: list[tuple[int, Any, bool]] = []

        def look(dialog: QDialog) -> None:
            assert isinstance(dialog, CallsDialog)
            model = dialog.model
            found.append((model.rowCount(), model.index(0, 1).data(), dialog.table.isVisible()))
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

        for kind in JobKind:
            when_open(look)
            page.cron.section.jobs[kind].calls_button.click()
            await page.settled()
        assert found == [(50, "The server answered with an error (503)", True), (0, None, False)]
        await page.close_down()

    run(go())


def test_the_model_of_the_calls(run: Run) -> None:
    now = 1_795_457_560
    calls = (Call(now - 60, 1, 200, 1500, "OK"), Call(now - 90_000, 5, 0, 30_000, "Timeout"))
    model = CallsModel(calls, "en", now)
    assert [model.headerData(at, Qt.Orientation.Horizontal) for at in range(3)] == ["When", "Outcome", "Took"]
    rows = [[model.index(row, column).data() for column in range(3)] for row in range(2)]
    assert rows[0][1:] == ["OK (200)", "1,500 ms"] and rows[0][0].startswith("Today, ")
    assert rows[1][1:] == ["No answer in time", "30,000 ms"] and rows[1][0].startswith("Yesterday, ")
    assert [model.index(row, 1).data(TONE_ROLE) for row in range(2)] == ["success", "danger"]
    assert model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole) == "Timeout"


def test_a_job_that_is_missing_has_no_calls_to_show(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page = await opened(shell, keys=False)
        row = page.cron.section.jobs[EMAILS]
        row.show_state(JobState(EMAILS), 0)
        assert row.calls_button.isHidden() and row.row.hint == ""
        await page.close_down()

    run(go())
