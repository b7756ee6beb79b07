"""The section on the database in Settings: where the data is, moving it, a new key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, KKDeskError, Offline, SignInNeeded
from kkdesk.model.sync_state import SyncState
from kkdesk.services.moving.progress import MovingProgress, MovingReport, Target
from kkdesk.ui.settings.connecting import ConnectDialog, LocalDialog, TokenDialog
from kkdesk.ui.settings.moving import share_words, stage_words
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.shell import Shell
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run
from tests.ui.test_dialogs import when_open

Heard = Callable[[MovingProgress], None]
URL = "libsql://kk.turso.io"
REPORT = MovingReport(48_210, 61)


class Mover:
    """Answers as told, and writes down what it was asked."""

    def __init__(self, target: Target, *, fails: KKDeskError | None = None, waits: bool = False) -> None:
        self.target = target
        self.fails = fails
        self.waits = waits
        self.asked: list[tuple[str, ...]] = []
        self.begun = asyncio.Event()

    async def look(self, url: str, token: str) -> Target:
        self.asked.append(("look", url, token))
        if self.fails is not None:
            raise self.fails
        return self.target

    async def upload(self, url: str, token: str, heard: Heard, stop: asyncio.Event) -> MovingReport:
        return await self._move("upload", url, token, heard, stop)

    async def join(self, url: str, token: str, heard: Heard, stop: asyncio.Event) -> MovingReport:
        return await self._move("join", url, token, heard, stop)

    async def work_locally(self, heard: Heard) -> MovingReport:
        return await self._move("work_locally", "", "", heard, asyncio.Event())

    async def _move(self, name: str, url: str, token: str, heard: Heard, stop: asyncio.Event) -> MovingReport:
        self.asked.append((name, url, token))
        heard(MovingProgress("uploading", 12_000, 48_000))
        self.begun.set()
        if self.waits:
            await stop.wait()
            raise Cancelled(Bilingual("Διακόπηκε.", "Stopped."))
        if self.fails is not None:
            raise self.fails
        return REPORT


@pytest.fixture
def reopened(shell: Shell) -> list[bool]:
    """Grows each time the workspace is to be opened anew."""
    told: list[bool] = []
    shell.reopen_wanted.connect(lambda: told.append(True))
    return told


async def opened(shell: Shell, mover: Mover | None = None, target: object = None) -> SettingsPage:
    if mover is not None:
        shell.workspace.__dict__["moving"] = mover
    page = SettingsPage(shell)
    await page.come_forward(target)
    return page


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def connect(found: QWidget) -> ConnectDialog:
    assert isinstance(found, ConnectDialog)
    return found


def fill(dialog: ConnectDialog) -> None:
    dialog.url.setText(f" {URL} ")
    dialog.token.setText(" a.b.c ")
    dialog.next_button.click()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)


async def dialog_of(page: SettingsPage) -> ConnectDialog:
    found: list[ConnectDialog] = []
    when_open(lambda dialog: found.append(connect(dialog)))
    page.database.section.connect_button.click()
    await until(lambda: bool(found))
    return found[0]


@pytest.mark.parametrize(
    ("target", "found", "may_upload", "may_join", "name"),
    [
        (Target("KK Tires", 3_412, empty=False), "Found: KK Tires, with 3,412 customers.", False, True, "join"),
        (Target("", 0, empty=True), "This database is empty.", True, True, "upload"),
        (Target("", 0, empty=False, resumable=True), "An upload of this computer's data", True, False, "upload"),
    ],
)
def test_connecting_offers_what_makes_sense_and_opens_again(
    run: Run,
    shell: Shell,
    reopened: list[bool],
    target: Target,
    found: str,
    may_upload: bool,
    may_join: bool,
    name: str,
) -> None:
    async def go() -> None:
        mover = Mover(target)
        page = await opened(shell, mover)
        dialog = await dialog_of(page)
        assert dialog.token.echoMode() == QLineEdit.EchoMode.Password
        fill(dialog)
        await until(lambda: bool(dialog.findChildren(QRadioButton)))
        assert any(text.startswith(found) for text in texts(dialog))
        assert (dialog.upload.isEnabled(), dialog.join.isEnabled()) == (may_upload, may_join)
        dialog.next_button.click()
        await until(lambda: any("48,210 rows in 61 tables." in text for text in texts(dialog)))
        compared = any("Every row was compared" in text for text in texts(dialog))
        assert compared is (name == "upload")
        assert not reopened, "only when that was read"
        dialog.next_button.click()
        await page.settled()
        assert mover.asked == [("look", URL, "a.b.c"), (name, URL, "a.b.c")]
        assert reopened == [True]
        await page.close_down()

    run(go())


def test_a_wrong_address_is_marked_and_nobody_asked(run: Run, shell: Shell) -> None:
    async def go() -> None:
        mover = Mover(Target("", 0, empty=True))
        page = await opened(shell, mover)
        dialog = await dialog_of(page)
        for wrong in ("", "kk.turso.io", "libsql://", "file:crm.db"):
            dialog.url.setText(wrong)
            dialog.next_button.click()
            assert "An address begins with libsql:// or https://" in texts(dialog)
        dialog.reject()
        await page.settled()
        assert not mover.asked
        await page.close_down()

    run(go())


def test_a_key_that_is_not_taken_is_told_in_place_and_what_was_entered_stays(
    run: Run, shell: Shell, reopened: list[bool]
) -> None:
    async def go() -> None:
        error = SignInNeeded(Bilingual("Δεν δέχεται το κλειδί.", "It does not take the key."))
        mover = Mover(Target("", 0, empty=True), fails=error)
        page = await opened(shell, mover)
        dialog = await dialog_of(page)
        fill(dialog)
        await until(lambda: dialog.error.text == "It does not take the key.")
        assert dialog.token.text().strip() == "a.b.c" and dialog.next_button.isEnabled()
        mover.fails = None
        dialog.next_button.click()
        await until(lambda: bool(dialog.findChildren(QRadioButton)))
        assert dialog.error.isHidden()
        dialog.reject()
        await page.settled()
        assert not reopened
        await page.close_down()

    run(go())


def test_a_move_shows_how_far_it_is_and_can_be_stopped(run: Run, shell: Shell, reopened: list[bool]) -> None:
    async def go() -> None:
        mover = Mover(Target("", 0, empty=True), waits=True)
        page = await opened(shell, mover)
        dialog = await dialog_of(page)
        fill(dialog)
        await until(lambda: bool(dialog.findChildren(QRadioButton)))
        dialog.next_button.click()
        await until(mover.begun.is_set)
        assert {"Uploading", "12,000 of 48,000 · 25%"} <= set(texts(dialog))
        dialog.reject()  # Escape, or the window's cross
        assert dialog.isVisible() and dialog.cancel_button.text() == "Stopping…"
        await until(dialog.cancel_button.isEnabled)
        assert "This database is empty." in texts(dialog) and dialog.error.isHidden()
        dialog.reject()
        await page.settled()
        assert not reopened
        await page.close_down()

    run(go())


def test_a_move_that_fails_says_why_and_can_be_tried_again(run: Run, shell: Shell, reopened: list[bool]) -> None:
    async def go() -> None:
        mover = Mover(Target("", 0, empty=True))
        page = await opened(shell, mover)
        dialog = await dialog_of(page)
        fill(dialog)
        await until(lambda: bool(dialog.findChildren(QRadioButton)))
        mover.fails = Offline(Bilingual("Χάθηκε η σύνδεση.", "The connection was lost."))
        dialog.next_button.click()
        await until(lambda: dialog.error.text == "The connection was lost.")
        mover.fails = None
        dialog.next_button.click()
        await until(lambda: any("48,210 rows" in text for text in texts(dialog)))
        dialog.reject()  # what has moved has moved
        await page.settled()
        assert reopened == [True]
        await page.close_down()

    run(go())


def test_the_page_opens_the_dialog_it_is_asked_for(run: Run, shell: Shell) -> None:
    async def go() -> None:
        found: list[QWidget] = []

        def close(dialog: QWidget) -> None:
            found.append(connect(dialog))
            connect(dialog).reject()

        when_open(close)
        page = await opened(shell, Mover(Target("", 0, empty=True)), "connect")
        await page.settled()
        assert found
        await page.close_down()

    run(go())


def connected(shell: Shell, **state: Any) -> StagedExchange:
    exchange = StagedExchange(SyncState("online", last_success=shell.workspace.clock(), **state))
    shell.workspace.settings.store({"DATABASE_URL": f"{URL}?authToken=secret"})
    shell.exchange.follow(exchange)
    return exchange


def test_where_the_data_is(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page = await opened(shell, Mover(Target("", 0, empty=True)))
        section = page.database.section
        assert section.place.text() == "On this computer alone"
        assert not section.connect_button.isHidden() and section.local_button.isHidden()
        connected(shell)
        assert section.place.text() == "In the company's database, with a copy on this computer"
        assert section.address.text() == URL, "without what is secret"
        assert section.last.text().startswith("Last synchronised: Today")
        assert section.connect_button.isHidden()
        assert not section.local_button.isHidden() and not section.token_button.isHidden()
        await page.close_down()

    run(go())


def test_what_the_environment_dictates_cannot_be_changed_here(run: Run, tmp_path: object) -> None:
    async def go() -> None:
        workspace = await Workspace.open(f"{tmp_path}/other", {"DATABASE_URL": "file:crm.db"})
        shell = Shell(workspace, "en")
        page = SettingsPage(shell)
        await page.come_forward()
        assert page.database.section.connect_button.isHidden() and page.database.mover is None
        await page.close_down()
        await shell.tasks.close()
        await workspace.close()

    run(go())


def test_working_locally_makes_a_copy_and_opens_again(run: Run, shell: Shell, reopened: list[bool]) -> None:
    async def go() -> None:
        mover = Mover(Target("", 0, empty=True))
        page = await opened(shell, mover)
        connected(shell, waiting=3)
        found: list[LocalDialog] = []
        when_open(lambda dialog: found.append(dialog) if isinstance(dialog, LocalDialog) else None)
        page.database.section.local_button.click()
        await until(lambda: bool(found))
        assert any(text.startswith("3 changes have not been sent yet.") for text in texts(found[0]))
        found[0].next_button.click()
        await until(lambda: any("48,210 rows" in text for text in texts(found[0])))
        found[0].next_button.click()
        await page.settled()
        assert mover.asked == [("work_locally", "", "")] and reopened == [True]
        await page.close_down()

    run(go())


def test_a_new_key_is_taken_and_the_exchange_goes_on(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page = await opened(shell, Mover(Target("", 0, empty=True)))
        exchange = connected(shell)

        def give(dialog: QWidget) -> None:
            assert isinstance(dialog, TokenDialog)
            assert not dialog.confirm_button.isEnabled(), "not without a key"
            assert dialog.token.echoMode() == QLineEdit.EchoMode.Password
            dialog.token.setText(" new.key ")
            dialog.confirm_button.click()

        when_open(give)
        await page.come_forward("token")
        await page.settled()
        assert exchange.asked == [("use_token", "new.key")]
        await page.close_down()

    run(go())


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (MovingProgress("reading"), ("Reading the data of this computer", "")),
        (MovingProgress("verifying", 50, 200), ("Comparing row by row", "50 of 200 · 25%")),
        (MovingProgress("first_sync", 1024, 2048), ("Fetching the company's data", "1.0 kB of 2.0 kB · 50%")),
    ],
)
def test_stages_in_words(progress: MovingProgress, words: tuple[str, str]) -> None:
    assert (stage_words(progress), share_words(progress)) == words
