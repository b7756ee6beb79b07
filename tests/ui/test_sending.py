"""The queue in the status bar, and the worker process of the window."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.ui.sending import QueueWatch, WorkerProcess
from kkdesk.ui.shell import Shell
from kkdesk.ui.status_bar import StatusBar
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run


class Hand(WorkerProcess):
    """Counts how often it is needed."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.asked = 0

    def ensure(self) -> None:
        self.asked += 1


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


def test_the_worker_ends_with_the_window(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[Any]] = []
    real = subprocess.Popen
    waits = "import sys; sys.stdin.read()"

    def start(command: list[str], **options: Any) -> subprocess.Popen[Any]:
        assert command[1:] == ["-m", "kkdesk", "worker", "--while-stdin-open", "--data", str(tmp_path)]
        started.append(real([sys.executable, "-c", waits], **options))
        return started[-1]

    monkeypatch.setattr("kkdesk.ui.sending.subprocess.Popen", start)
    worker = WorkerProcess(tmp_path)
    lives = [worker.is_running]
    worker.let_go()
    worker.ensure()
    worker.ensure()
    lives.append(worker.is_running)
    assert len(started) == 1
    worker.let_go()
    started[0].wait(timeout=60)
    lives.append(worker.is_running)
    assert lives == [False, True, False]
    worker.ensure()
    assert len(started) == 1, "one that ended at once is not started over and over"


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
