"""Errors that nobody else shows."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit

from kkdesk.log import configure_logging
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, DatabaseBusy
from kkdesk.ui.dialogs import Message
from kkdesk.ui.reporter import Reporter
from tests.ui.conftest import Run


def shown() -> list[Message]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Message) and widget.isVisible()]


def texts(dialog: Message) -> list[str]:
    return [found.text() for found in dialog.findChildren(QLabel)]


def busy(number: int = 0) -> DatabaseBusy:
    return DatabaseBusy(
        Bilingual(f"απασχολημένη {number}", f"busy {number}"),
        kept=Bilingual("κρατήθηκε", "kept"),
        next_step=Bilingual("ξανά", "again"),
    )


@pytest.fixture
def reporter(qapp: QApplication) -> Reporter:
    return Reporter("en", lambda: None)


def test_our_errors_are_told_as_what_kept_and_next(reporter: Reporter) -> None:
    reporter.report(busy())
    (dialog,) = shown()
    assert texts(dialog) == ["busy 0", "kept\nagain"]
    dialog.accept()


def test_errors_wait_for_one_another(reporter: Reporter) -> None:
    for number in range(10):
        reporter.report(busy(number))
    seen = []
    while dialogs := shown():
        assert len(dialogs) == 1
        seen.append(texts(dialogs[0])[0])
        dialogs[0].accept()
    assert seen == ["busy 0", "busy 1", "busy 2", "busy 3"], "a flood is cut off"


def test_being_stopped_is_no_error(reporter: Reporter) -> None:
    reporter.report(Cancelled(Bilingual("διακόπηκε", "stopped")))
    reporter.report(asyncio.CancelledError())
    assert shown() == []


def test_a_fault_shows_its_details_and_logs_no_data(
    reporter: Reporter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configure_logging(tmp_path, to_terminal=False)

    def fail() -> None:
        raise ValueError("Παπαδόπουλος 6971234567")

    try:
        fail()
    except ValueError as error:
        reporter.report(error)
    (dialog,) = shown()
    details = dialog.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert "6971234567" in details.toPlainText() and "in fail" in details.toPlainText()
    dialog.accept()
    log = (tmp_path / "kkdesk.log").read_text(encoding="utf-8")
    assert "ValueError" in log and "fail" in json.loads(log.splitlines()[-1])["way"][-1]
    assert "6971234567" not in log and "Παπαδόπουλος" not in log


def test_what_nobody_caught_arrives(run: Run, reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[BaseException] = []
    monkeypatch.setattr(reporter, "show", seen.append)

    async def go() -> None:
        loop = asyncio.get_running_loop()
        reporter.install(loop)
        try:
            loop.call_exception_handler({"message": "unhandled", "exception": busy(1)})
            sys.excepthook(DatabaseBusy, busy(2), None)
        finally:
            reporter.uninstall()

    run(go())
    assert [str(error) for error in seen] == ["busy 1", "busy 2"]
