"""Fixtures of the window's tests: no screen, the product's own loop, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

# Without the file the screen is 800 x 800, smaller than the window may become.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication

from kkdesk.ui.app import make_application
from kkdesk.ui.language import Languages
from kkdesk.ui.loop import make_loop
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.workspace import Workspace

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """One application for all tests, as `kkdesk` makes it (in place of pytest-qt's)."""
    return make_application([])


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Run]:
    """Runs a coroutine in the product's loop; fails when a test leaves a task running."""
    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        yield runner.run
        left = asyncio.all_tasks(runner.get_loop())
        assert not left, f"left running: {left}"


@pytest.fixture(autouse=True)
def no_window_left(qapp: QApplication) -> Iterator[None]:
    """Fails when a test leaves a window on the screen."""
    yield
    left = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    # Whatever is alive would be dressed again with every change of the theme, which takes seconds in the end.
    for widget in qapp.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not left, f"left visible: {left}"


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """Tests read the sources' English; those of translations ask for Greek themselves."""
    before = QLocale()
    languages = Languages(qapp)
    languages.use("en")
    yield
    languages.forget()
    QLocale.setDefault(before)


@pytest.fixture
def scheme(qapp: QApplication) -> Scheme:
    """The light theme, as staff see it."""
    return Scheme(qapp, "light")


@pytest.fixture
def workspace(run: Run, tmp_path: Path) -> Iterator[Workspace]:
    """An empty profile, untouched by the environment."""
    opened = run(Workspace.open(tmp_path / "profile", {}))
    yield opened
    run(opened.close())


@pytest.fixture
def shell(run: Run, workspace: Workspace) -> Iterator[Shell]:
    """What a page is given; errors that nobody shows fail the test."""
    errors: list[BaseException] = []

    async def make() -> Shell:
        made = Shell(workspace, "en")
        made.failed.connect(errors.append)
        return made

    made = run(make())
    yield made
    run(made.tasks.close())
    assert not errors, errors
