"""Running what a person asked for."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QPushButton

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, Conflict, InvalidInput, KKDeskError
from kkdesk.ui import operation
from kkdesk.ui.operation import run as operate
from kkdesk.ui.page import Page
from kkdesk.ui.shell import Activity, Shell, ToastText
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run
from tests.ui.samples import add_customers, count_customers, delete_customers


def test_the_control_is_disabled_meanwhile(run: Run, shell: Shell) -> None:
    async def go() -> list[bool]:
        page, control, gate = Page(shell), QPushButton(), asyncio.Event()

        async def work() -> None:
            await gate.wait()

        operate(page, work(), control=control)
        await asyncio.sleep(0)
        during = control.isEnabled()
        gate.set()
        await page.settled()
        await page.close_down()
        return [during, control.isEnabled()]

    assert run(go()) == [False, True]


def test_progress_shows_for_slow_work_and_can_stop_it(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "PROGRESS_AFTER_SECONDS", 0.0)

    async def go() -> list[str]:
        page = Page(shell)
        steps: list[str] = []
        shown: asyncio.Future[Activity] = asyncio.get_running_loop().create_future()
        shell.activity_started.connect(shown.set_result)

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                steps.append("stopped")

        operate(page, work(), what="Deleting…", done=lambda _result: steps.append("done"))
        activity = await shown
        activity.ended.connect(lambda: steps.append("ended"))
        assert activity.cancel is not None
        activity.cancel()
        await page.settled()
        await page.close_down()
        return [activity.text, *steps]

    assert run(go()) == ["Deleting…", "stopped", "ended"]


def test_quick_work_shows_no_progress(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page = Page(shell)
        shown: list[object] = []
        shell.activity_started.connect(shown.append)

        async def work() -> int:
            return 7

        operate(page, work(), what="Deleting…", done=shown.append)
        await page.settled()
        await page.close_down()
        return shown

    assert run(go()) == [7]


def test_success_is_told_shown_and_can_be_undone(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        page = Page(shell)
        toasts: list[ToastText] = []
        told: list[object] = []
        shell.toast_wanted.connect(toasts.append)
        shell.bus.changed.connect(lambda kinds, _initiator: told.append(kinds))
        ids = await add_customers(workspace, 3)

        async def work() -> _Deleted:
            return _Deleted(await delete_customers(workspace, ids))

        operate(page, work(), changes={"customers"}, toast="3 customers deleted", undo=True)
        await page.settled()
        assert await count_customers(workspace) == 0
        assert [(toast.text, toast.action) for toast in toasts] == [("3 customers deleted", "Undo")]
        await page.close_down()

        assert toasts[0].do is not None
        toasts[0].do()
        await shell.tasks.settled()
        assert await count_customers(workspace) == 3
        assert told == [frozenset({"customers", "history"})] * 2

    run(go())


def test_an_error_may_be_shown_in_place(run: Run, shell: Shell) -> None:
    async def go() -> list[str]:
        page = Page(shell)
        seen: list[str] = []

        async def work() -> None:
            raise InvalidInput(Bilingual("λάθος", "wrong"))

        def in_place(error: KKDeskError) -> bool:
            seen.append(error.what.en)
            return True

        operate(page, work(), failed=in_place, toast="never", changes={"customers"})
        await page.settled()
        await page.close_down()
        return seen

    assert run(go()) == ["wrong"]


def test_after_a_conflict_pages_show_what_others_wrote(run: Run, workspace: Workspace) -> None:
    async def go() -> None:
        own = Shell(workspace, "en")
        seen: list[object] = []
        own.failed.connect(seen.append)
        own.bus.changed.connect(lambda kinds, _initiator: seen.append(kinds))
        page = Page(own)

        async def work() -> None:
            raise Conflict(Bilingual("άλλος", "somebody else"))

        operate(page, work(), changes={"customers"}, toast="never")
        await page.settled()
        await page.close_down()
        assert seen[0] == frozenset({"customers", "history"})
        assert isinstance(seen[1], Conflict)

    run(go())


def test_other_errors_reach_the_reporter_once(run: Run, workspace: Workspace) -> None:
    async def go() -> list[object]:
        own = Shell(workspace, "en")
        seen: list[object] = []
        own.failed.connect(seen.append)
        own.toast_wanted.connect(seen.append)
        page, control = Page(own), QPushButton()

        async def work() -> None:
            raise ZeroDivisionError

        operate(page, work(), toast="never", control=control)
        await page.settled()
        await page.close_down()
        return [*(type(one) for one in seen), control.isEnabled()]

    assert run(go()) == [ZeroDivisionError, True]


def test_a_cancellation_by_the_service_is_silent(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page = Page(shell)
        seen: list[object] = []
        shell.toast_wanted.connect(seen.append)

        async def work() -> None:
            raise Cancelled(Bilingual("Διακόπηκε", "Stopped"))

        operate(page, work(), toast="never")
        await page.settled()
        await page.close_down()
        return seen

    assert run(go()) == []


def test_work_ends_with_its_page(run: Run, shell: Shell) -> None:
    async def go() -> list[str]:
        page = Page(shell)
        steps: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                steps.append("cleaned up")

        operate(page, work(), what="Sending…", toast="never")
        await asyncio.sleep(0)
        await page.close_down()
        return steps

    assert run(go()) == ["cleaned up"]


class _Deleted:
    """A domain result that names its change."""

    def __init__(self, change_id: str) -> None:
        self.change_id = change_id
