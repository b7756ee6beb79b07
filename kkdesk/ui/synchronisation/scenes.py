"""Pictures of the page and of the status bar in every state, for the tour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from kkdesk.model.sync_state import Connection, SyncState
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.synchronisation.page import SynchronisationPage

_MEGABYTE = 1_000_000


async def _show(page: SynchronisationPage, tab: str, *, conflicts: bool = False, count: int = 0, **state: Any) -> None:
    from kkdesk.ui.synchronisation.staging import StagedExchange, all_conflicts, sent_changes, waiting_changes

    now = page.workspace.clock()
    stuck = all_conflicts(now) if conflicts else []
    waits = waiting_changes(now, count)
    known = SyncState(
        "online", last_success=now - 40, frames=18_342, waiting=len(waits), conflicts=len(stuck)
    )  # fmt: skip
    staged = StagedExchange(replace(known, **state), waits, stuck, sent_changes(now))
    page.shell.exchange.follow(staged)
    await page.activate(tab)


async def _history(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "sent")
    return None


async def _nothing(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "waiting")
    return None


async def _nothing_to_decide(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "conflicts")
    return None


async def _offline(page: SynchronisationPage) -> QWidget | None:
    now = page.workspace.clock()
    await _show(page, "waiting", count=3, connection="offline", last_success=now - 2_700)
    page.waiting_table.selectRow(0)
    return None


async def _many(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "waiting", count=10_000)
    return None


def _conflict(change_id: str, chosen: Sequence[str] = ()) -> Any:
    async def prepare(page: SynchronisationPage) -> QWidget | None:
        await _show(page, "conflicts", conflicts=True)
        page.conflicts.select(change_id)
        view = page.conflicts.view
        if view is not None:
            for field, choice in zip(view.fields, chosen, strict=False):
                field.choose(choice)
        return None

    return prepare


async def _give_up(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "conflicts", conflicts=True)
    page.conflicts.select("c4")
    view = page.conflicts.view
    question = None if view is None else page.give_up_question(view.conflict)
    if question is not None:
        question.open()
    return question


def _connection(connection: Connection, **state: Any) -> Any:
    async def prepare(page: SynchronisationPage) -> QWidget | None:
        await _show(page, "waiting", connection=connection, **state)
        return None

    return prepare


async def _syncing(page: SynchronisationPage) -> QWidget | None:
    await _show(page, "waiting", syncing=True, last_success=None)
    return None


async def _locally(page: SynchronisationPage) -> QWidget | None:
    page.shell.exchange.follow_workspace(page.workspace)
    await page.activate()
    return None


#: The last one leaves things as they were.
SCENES: tuple[Scene, ...] = (
    Scene("history", _history),
    Scene("nothing", _nothing),
    Scene("nothing-to-decide", _nothing_to_decide),
    Scene("offline", _offline),
    Scene("many", _many),
    Scene("both-edited", _conflict("c1")),
    Scene("both-edited-chosen", _conflict("c1", ("mine", "theirs", "mine", "other", "theirs"))),
    Scene("edited-meanwhile", _conflict("c2")),
    Scene("deleted-meanwhile", _conflict("c3")),
    Scene("refused", _conflict("c4")),
    Scene("give-up", _give_up),
    Scene("syncing", _syncing),
    Scene("first-sync", _connection("first_sync", done=34 * _MEGABYTE, total=80 * _MEGABYTE, last_success=None)),
    Scene("rebuilding", _connection("rebuilding", done=12 * _MEGABYTE, total=80 * _MEGABYTE)),
    Scene("sign-in", _connection("sign_in", count=2)),
    Scene("disk-full", _connection("disk_full", count=2)),
    Scene("locally", _locally),
)
