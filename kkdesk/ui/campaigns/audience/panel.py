"""The audience: everyone, or who matches towns, tags, segments and categories; and what comes of it, at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.audience import NOBODY, AudiencePreview, Exclusion
from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.errors import InvalidInput, KKDeskError
from kkdesk.services.audience_choices import AudienceChoices
from kkdesk.ui.campaigns.audience.check_list import CheckList
from kkdesk.ui.campaigns.audience.people import PeopleDialog
from kkdesk.ui.campaigns.audience.verdict import AudienceVerdict
from kkdesk.ui.formats import number
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.labels import label

_COUNT_AFTER_MS: Final = 150
#: Counting takes half a second of work for 100,000 customers: not at every change somebody else makes.
_RECOUNT_AFTER_MS: Final = 5_000


class AudiencePanel(QWidget):
    """Edits `RecipientFilters`. `changed` when the person chose; `counted` when the numbers are there."""

    changed = Signal()
    counted = Signal()

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._filters = RecipientFilters()
        self._loading = False
        self._counting: asyncio.Task[None] | None = None
        self.preview: AudiencePreview | None = None
        self.error: KKDeskError | None = None
        self.everyone = QRadioButton(self.tr("Everyone"))
        self.chosen = QRadioButton(self.tr("Only those who match what I choose"))
        self._modes = QButtonGroup(self)
        self._modes.addButton(self.everyone)
        self._modes.addButton(self.chosen)
        self.chosen.setChecked(True)
        self._hint = label("", "muted", wrap=True)
        self._banner = Banner()
        self._make_lists()
        self.verdict = AudienceVerdict(page.shell.language)
        self.verdict.people_wanted.connect(self.show_people)
        self._count_timer = self._timer(_COUNT_AFTER_MS)
        self._recount_timer = self._timer(_RECOUNT_AFTER_MS)
        self._arrange()
        self.everyone.toggled.connect(self._mode_changed)

    @property
    def filters(self) -> RecipientFilters:
        """What is chosen."""
        return self._filters

    def show_filters(self, filters: RecipientFilters) -> None:
        """Show another campaign's audience and count it."""
        self._loading = True
        self._filters = filters
        self.everyone.setChecked(filters.everyone)
        self.chosen.setChecked(not filters.everyone)
        for name, one in self._lists.items():
            one.model.tick_only(getattr(filters, name))
        self._loading = False
        self._show_mode()
        self.count()

    async def load(self) -> None:
        """Read what there is to choose from."""
        choices = await self._page.workspace.audience_chooser.choices()
        self._show_choices(choices)

    def count(self) -> None:
        """Count again, now."""
        self._count_timer.stop()
        self._recount_timer.stop()
        if self._counting is not None:
            self._counting.cancel()
        self._counting = self._page.start(self._count())

    def count_later(self) -> None:
        """Customers changed elsewhere: count again in a while."""
        if not self._recount_timer.isActive():
            self._recount_timer.start()

    def show_people(self, reason: Exclusion | None) -> PeopleDialog | None:
        """List who gets it (None) or who does not for a reason."""
        if self.preview is None:
            return None
        dialog = PeopleDialog(self._page, self.preview, reason)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.load()
        return dialog

    # Inside ---------------------------------------------------------------------------------------------

    async def _count(self) -> None:
        self.verdict.show_counting()
        filters = self._filters
        try:
            self.preview = await self._page.workspace.audience.preview(filters)
            self.error = None
        except InvalidInput as error:
            self.preview, self.error = None, error
        if self.error is not None:
            self.verdict.show_error(self.error)
        else:
            self.verdict.show_preview(self.preview or NOBODY, nobody_chosen=filters.is_nobody)
        self.counted.emit()

    def _mode_changed(self) -> None:
        if not self._loading:
            self._filters = RecipientFilters(everyone=True) if self.everyone.isChecked() else self._ticked()
            self._edited()
        self._show_mode()

    def _list_changed(self) -> None:
        if not self._loading:
            self._filters = self._ticked()
            self._edited()

    def _edited(self) -> None:
        self._banner.say("")
        self._count_timer.start()
        self._show_hint()
        self.changed.emit()

    def _ticked(self) -> RecipientFilters:
        lists = {name: one.model.ticked for name, one in self._lists.items()}
        return replace(RecipientFilters(), **lists)

    def _show_mode(self) -> None:
        for one in self._lists.values():
            one.setEnabled(not self.everyone.isChecked())
        if self._filters.not_understood:
            self._banner.say(
                self.tr("Part of the recipients stored with this campaign is not understood. Please choose again."),
                "warning",
            )
        else:
            self._banner.say("")
        self._show_hint()

    def _show_hint(self) -> None:
        used = [name for name in self._lists if getattr(self._filters, name)]
        if self._filters.everyone:
            text = self.tr("Every active customer with an e-mail address who has not unsubscribed.")
        elif len(used) > 1:
            text = self.tr("Whoever matches at least one choice in each of the lists used: all lists together narrow.")
        else:
            text = self.tr("More choices in one list add recipients; choices in another list narrow them down.")
        self._hint.setText(text)

    def _show_choices(self, choices: AudienceChoices) -> None:
        self.everyone.setText(self.tr("Everyone (%1 customers)").replace("%1", number(choices.total)))
        self._loading = True
        for name, found in (
            ("cities", choices.towns),
            ("tags", choices.tags),
            ("segments", choices.segments),
            ("categories", choices.categories),
        ):
            self._lists[name].model.show_choices(found)
        self._loading = False

    def _make_lists(self) -> None:
        language = self._page.shell.language
        self._lists = {
            "segments": CheckList(
                self.tr("Segments"),
                self.tr("Search segments"),
                self.tr("No segments yet."),
                language,
                self.tr("Deleted segment"),
            ),
            "categories": CheckList(
                self.tr("Categories"), self.tr("Search categories"), self.tr("No customers yet."), language
            ),
            "tags": CheckList(
                self.tr("Tags"), self.tr("Search tags"), self.tr("No tags yet."), language, self.tr("Deleted tag")
            ),
            "cities": CheckList(self.tr("Towns"), self.tr("Search towns"), self.tr("No towns yet."), language),
        }
        for one in self._lists.values():
            one.changed.connect(self._list_changed)

    def _arrange(self) -> None:
        # From the outside in: each widget is dressed once, and not again with everything that it is put into.
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 12, 0, 0)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(8)
        row.addLayout(left, 1)
        modes = QHBoxLayout()
        modes.setSpacing(24)
        left.addWidget(self._banner)
        left.addLayout(modes)
        left.addWidget(self._hint)
        modes.addWidget(self.everyone)
        modes.addWidget(self.chosen)
        modes.addStretch(1)
        rolled = QScrollArea()
        rolled.setWidgetResizable(True)
        left.addWidget(rolled, 1)
        lists = QWidget()
        lists.setProperty("role", "scrolled")
        rolled.setWidget(lists)
        grid = QGridLayout(lists)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        for at, one in enumerate(self._lists.values()):
            grid.addWidget(one, *divmod(at, 2))
        for at in (0, 1):
            grid.setColumnStretch(at, 1)
            grid.setRowStretch(at, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFixedWidth(330)
        row.addWidget(scroll)
        scroll.setWidget(self.verdict)

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(self.count)
        return timer
