"""A dialog in which data moves: what will happen, how far it is, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.errors import Cancelled, KKDeskError
from kkdesk.ui.formats import number
from kkdesk.ui.settings.moving import share_words, stage_words
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.progress import ProgressCard

if TYPE_CHECKING:
    from kkdesk.services.moving.progress import MovingProgress, MovingReport
    from kkdesk.ui.page import Page

_WIDTH: Final = 540

#: Starts a move: it is told where to report, and what stops it.
Move = Callable[[Callable[["MovingProgress"], None], asyncio.Event], Coroutine[Any, Any, "MovingReport"]]


class MovingDialog(QDialog):
    """Accepted once the data has moved: the workspace is to be opened anew then. Refuses to close in between."""

    def __init__(self, page: Page, title: str) -> None:
        """The steps are added by whoever knows them; work ends with `page`."""
        super().__init__(page.window())
        self.page = page
        self.setWindowTitle("KK Desk")
        self.setMinimumWidth(_WIDTH)
        self._stop: asyncio.Event | None = None
        self._moved = False
        self._step: QWidget | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.setSpacing(16)
        self._title = label(title, wrap=True)
        self._title.setProperty("role", "dialog-title")
        outer.addWidget(self._title)
        self._body = QVBoxLayout()
        outer.addLayout(self._body, 1)
        self.error = Banner("", "danger")
        outer.addWidget(self.error)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(8)
        self._foot.addStretch(1)
        outer.addLayout(self._foot)
        self.cancel_button = button(self.tr("Cancel"), clicked=self.reject)
        self.next_button = button("", "primary")
        self.next_button.setDefault(True)
        self._foot.addWidget(self.cancel_button)
        self._foot.addWidget(self.next_button)
        self._next: Callable[[], object] = self.accept
        self.next_button.clicked.connect(lambda _checked: self._next())

    def show_step(self, step: QWidget, confirm: str, go_on: Callable[[], object]) -> None:
        """Show `step`, with a button named `confirm` that calls `go_on`."""
        if self._step is not None and self._step is not step:
            self._body.removeWidget(self._step)
            self._step.hide()
        self._step = step
        self._body.addWidget(step)
        step.show()
        self.next_button.setText(confirm)
        self.next_button.show()
        self.next_button.setEnabled(True)
        self._next = go_on
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setEnabled(True)
        self._grow()

    def show_error(self, error: KKDeskError) -> None:
        """Say what went wrong; what was entered stays."""
        self.error.say(error.message(self.page.shell.language), "danger")
        self._grow()

    def run(self, move: Move, *, may_stop: bool = True) -> None:
        """Move, and show how far it is; after a failure the step before is there again."""
        before, text, go_on = self._step, self.next_button.text(), self._next
        self.error.say("")
        self._stop = asyncio.Event()
        card = ProgressCard(self.tr("Beginning…"))
        self.show_step(card, "", self.accept)
        self.next_button.hide()
        self.cancel_button.setText(self.tr("Stop"))
        self.cancel_button.setEnabled(may_stop)
        self.page.start(self._run(move(self._hearer(card), self._stop), before, text, go_on))

    def show_progress(self, card: ProgressCard, progress: MovingProgress) -> None:
        """Tell how far it is."""
        card.set_title(stage_words(progress))
        card.show_progress(progress.done, progress.total, share_words(progress))

    def show_done(self, report: MovingReport) -> None:
        """Tell that all has moved."""
        self._moved = True
        self._stop = None
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Banner(self.tr("Done: everything is in its new place."), "success"))
        facts = self.tr("%1 rows in %2 tables.").replace("%1", number(report.rows)).replace("%2", number(report.tables))
        column.addWidget(label(f"{facts} {self.verdict()}", wrap=True))
        column.addWidget(label(self.tr("KK Desk will now open again with this data."), "muted", wrap=True))
        self.show_step(holder, self.tr("Continue"), self.accept)
        self.cancel_button.hide()
        self.next_button.setFocus()

    def verdict(self) -> str:
        """What was found on looking again."""
        return ""

    def reject(self) -> None:
        """Stop what goes on; what has moved already cannot be called off any more."""
        if self._moved:
            self.accept()
        elif self._stop is not None:
            if self.cancel_button.isEnabled():
                self._stop.set()
                self.cancel_button.setEnabled(False)
                self.cancel_button.setText(self.tr("Stopping…"))
        else:
            super().reject()

    async def _run(
        self, work: Coroutine[Any, Any, MovingReport], before: QWidget | None, text: str, go_on: Callable[[], object]
    ) -> None:
        try:
            report = await work
        except KKDeskError as error:
            self._stop = None
            if before is not None:
                self.show_step(before, text, go_on)
            if not isinstance(error, Cancelled):
                self.show_error(error)
            return
        self.show_done(report)

    def _hearer(self, card: ProgressCard) -> Callable[[MovingProgress], None]:
        return lambda progress: self.show_progress(card, progress)

    def _grow(self) -> None:
        layout: Any = self.layout()
        layout.activate()
        width = max(self.width(), _WIDTH)
        self.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))
