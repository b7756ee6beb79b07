"""The queue in the status bar, and the worker process of the window."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.ui.changes import ALL_KINDS
from kkdesk.ui.sending import QueueWatch, Sender
from kkdesk.ui.shell import Shell
from kkdesk.ui.status_bar import StatusBar
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run


class Hand(Sender):
    """Counts how often it is needed."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.asked = 0
        self.renewed = 0

    async def start(self) -> None:
        self.asked += 1

    async def renew(self) -> None:
        self.renewed += 1


async def queue_a_campaign(workspace: Workspace) -> None:
    now, org = workspace.clock(), workspace.actor.org_id
    user = workspace.actor.user_id
    await workspace.db.apply(
        Change(
            Bilingual("Δείγμα", "Sample"),
            (
                Statement(
                    "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_by, created_at, "
                    "updated_at) VALUES ('camp_1', ?, 'Χειμώνας', 'Χειμώνας', '<p>x</p>', 'sending', ?, ?, ?)",
                    (org, user, now, now),
                ),
                Statement(
                    "INSERT INTO email_jobs (id, campaign_id, org_id, sender_user_id, status, run_at, created_at, "
                    "updated_at) VALUES ('job_1', 'camp_1', ?, ?, 'queued', ?, ?, ?)",
                    (org, user, now, now, now),
                ),
            ),
        )
    )


def test_a_worker_is_started_when_there_is_work(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> list[int]:
        parent, hand = QWidget(), Hand()
        status = StatusBar("profile", parent)
        QueueWatch(shell, status, hand).look()
        await shell.tasks.settled()
        before = hand.asked
        await queue_a_campaign(workspace)
        shell.bus.tell({"mail"})
        await shell.tasks.settled()
        parent.deleteLater()
        return [before, hand.asked]

    assert run(go()) == [0, 1]


@pytest.mark.parametrize(
    ("waiting", "unconfirmed", "text"),
    [
        (0, 0, "No mail waiting"),
        (1, 0, "1 mail waiting"),
        (1200, 0, "1,200 mails waiting"),
        (5, 2, "2 mails unconfirmed"),
    ],
)
def test_the_status_bar_puts_the_queue_into_words(qapp: object, waiting: int, unconfirmed: int, text: str) -> None:
    status = StatusBar("profile")
    status.show_queue(waiting, unconfirmed)
    assert status.queue_text() == text


def test_the_worker_runs_under_the_windows_loop_and_ends_with_it(run: Run, workspace: Workspace) -> None:
    async def go() -> list[bool]:
        sender = Sender(workspace.profile.folder)
        await sender.stop()
        await sender.start()
        await sender.start()
        worker = sender._worker
        assert worker is not None
        pid = worker.pid
        lives = [worker.running]
        await sender.renew()
        lives += [worker.running, worker.pid != pid]
        await sender.stop()
        return [*lives, worker.running]

    assert run(go()) == [True, True, True, False]


def test_new_settings_reach_a_running_worker(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> int:
        parent, hand = QWidget(), Hand()
        QueueWatch(shell, StatusBar("profile", parent), hand)
        shell.bus.tell({"settings"}, parent)
        shell.bus.tell(ALL_KINDS)
        await shell.tasks.settled()
        parent.deleteLater()
        return hand.renewed

    assert run(go()) == 1


def test_looks_are_not_lost_while_one_is_under_way(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> int:
        parent, hand = QWidget(), Hand()
        watch = QueueWatch(shell, StatusBar("profile", parent), hand)
        watch.look()
        await asyncio.sleep(0)
        await queue_a_campaign(workspace)
        shell.bus.tell({"campaigns"})
        await shell.tasks.settled()
        parent.deleteLater()
        return hand.asked

    assert run(go()) >= 1
