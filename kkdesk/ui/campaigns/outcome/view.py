"""A campaign that is scheduled, being sent, paused or over: live progress, figures, recipients, links, the mail."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QTabWidget, QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignDraft, CampaignStatus
from kkdesk.model.campaign_figures import CampaignSummary, RecipientState
from kkdesk.services.written import Written
from kkdesk.ui.campaigns.outcome.figures import FigureRow
from kkdesk.ui.campaigns.outcome.head import OutcomeHead
from kkdesk.ui.campaigns.outcome.links import LinksModel
from kkdesk.ui.campaigns.outcome.recipients import RecipientsTab
from kkdesk.ui.campaigns.outcome.sending_card import SendingCard
from kkdesk.ui.campaigns.preview.pane import PreviewPane
from kkdesk.ui.campaigns.words import AudienceNames, audience_names, audience_words
from kkdesk.ui.dialogs import confirm
from kkdesk.ui.formats import number
from kkdesk.ui.operation import offer_undo, run
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.header import PAGE_MARGINS
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

RECIPIENTS, LINKS, MAIL = 0, 1, 2
_TABS_HEIGHT = 260


class CampaignOutcome(QWidget):
    """Shows one campaign. `became_draft(id)` when its schedule was taken back."""

    became_draft = Signal(str)

    head: OutcomeHead
    sending: SendingCard
    figures: FigureRow
    recipients: RecipientsTab
    links: LinksModel

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines. To be furnished before it is used."""
        super().__init__(page)
        self._page = page
        self._campaign_id = ""
        self._draft = CampaignDraft("")
        self._names = AudienceNames()
        self.summary: CampaignSummary | None = None
        self.preview: PreviewPane | None = None
        self.tabs = QTabWidget()
        # Before it is dressed: afterwards it would take back that the tabs have no line.
        self.tabs.setDocumentMode(True)
        self._preview_place = QWidget()
        QVBoxLayout(self._preview_place).setContentsMargins(0, 0, 0, 0)

    async def furnish(self) -> None:
        """Make the parts one after the other, each in its place: all at once would hold the window up."""
        column = self._scrolling_column()
        self.head = OutcomeHead(self._page.shell.language)
        column.addWidget(self.head)
        self.sending = SendingCard(self._page.shell.language)
        column.addWidget(self.sending)
        await asyncio.sleep(0)
        self.figures = FigureRow()
        column.addWidget(self.figures)
        column.addWidget(self.tabs, 1)
        self.tabs.setMinimumHeight(_TABS_HEIGHT)
        await asyncio.sleep(0)
        self.recipients = RecipientsTab(self._page)
        self.tabs.addTab(self.recipients, self.tr("Recipients"))
        await asyncio.sleep(0)
        self.tabs.addTab(self._links_tab(), self.tr("Links"))
        self.tabs.addTab(self._preview_place, self.tr("The mail"))
        self._connect()

    @property
    def sending_controls(self) -> tuple[QWidget, ...]:
        """What goes on with the sending, or ends it."""
        head, recipients = self.head, self.recipients
        return (
            *(head.pause_button, head.resume_button, head.edit_button, head.cancel_button),
            *(recipients.retry_button, recipients.resend_button, recipients.leave_button, recipients.all_button),
        )

    @property
    def campaign_id(self) -> str:
        """The campaign that is shown."""
        return self._campaign_id

    async def show_campaign(self, campaign_id: str) -> None:
        """Show another campaign."""
        self._campaign_id = campaign_id
        self.tabs.setCurrentIndex(RECIPIENTS)
        self._names = await audience_names(self._page.workspace)
        self._draft = (await self._page.workspace.campaigns.get(campaign_id)).draft
        states = await self._read()
        await self.recipients.show_campaign(campaign_id)
        await self.recipients.renew(states)

    async def refresh(self) -> None:
        """Something moved: read again."""
        if self._campaign_id:
            await self.recipients.renew(await self._read())

    # Inside ---------------------------------------------------------------------------------------------

    async def _read(self) -> dict[RecipientState, int]:
        workspace = self._page.workspace
        summary = await workspace.campaign_statistics.summary(self._campaign_id)
        progress = await workspace.queue_progress.progress(self._campaign_id)
        self.summary = summary
        words = audience_words(summary.filters, self._names, self._page.shell.language)
        tracked = await workspace.tracking_switches.tracks_campaign(self._campaign_id)
        self.head.show_campaign(summary, words, workspace.clock(), tracked=tracked)
        speed = await workspace.send_speed.of(self._campaign_id)
        self.sending.show_progress(progress, summary.status, speed, workspace.clock())
        self.figures.show_figures(summary.figures, progress, tracked=tracked)
        self.links.show(await workspace.campaign_statistics.links(self._campaign_id), summary.figures.reached)
        self.show_links(tracked=tracked)
        self.recipients.causes.show_causes(await workspace.send_causes.of(self._campaign_id))
        return dict(await workspace.campaign_statistics.states(self._campaign_id))

    def show_links(self, *, tracked: bool) -> None:
        """Show the links that were clicked, or why there are none."""
        if self.links.rowCount():
            self._link_state.show_content()
        elif tracked:
            self._link_state.show_empty("link-simple", self.tr("No link has been clicked yet"))
        else:
            self._link_state.show_empty(
                "eye-slash",
                self.tr("Clicks are not tracked"),
                self.tr("In this campaign nobody sees who opened the mail or which links were clicked."),
            )

    def track(self, tracked: bool) -> None:  # noqa: FBT001 - as the signal tells it
        """Record opens and clicks, or do not, from now on; it can be undone."""
        changes = ("campaigns",)
        text = self.tr("Opens and clicks are tracked from now on")
        if not tracked:
            text = self.tr("Opens and clicks are not tracked any more")

        def done(written: Written) -> None:
            if written.change_id is not None:
                offer_undo(self._page.shell, text, written.change_id, changes)

        work = self._page.workspace.tracking_switches.switch_campaign(self._campaign_id, tracked=tracked)
        run(self._page, work, changes=changes, done=done)

    def pause(self) -> None:
        """Begin no further mail."""
        self._do(
            self._page.workspace.campaign_sending.pause(self._campaign_id), self.tr("Paused"), self.head.pause_button
        )

    def resume(self) -> None:
        """Go on."""
        work = self._page.workspace.campaign_sending.resume(self._campaign_id)
        self._do(work, self.tr("Sending goes on"), self.head.resume_button)

    async def cancel(self) -> None:
        """Call it off, after asking."""
        summary = self.summary
        if summary is None:
            return
        left = max(summary.figures.total - summary.figures.sent, 0)
        text = self.tr("Mails that have left cannot be called back.")
        if summary.status is CampaignStatus.SCHEDULED or not left:
            title = self.tr("Cancel this campaign?")
        else:
            title = self.tr("Cancel the %1 mails that have not been sent?").replace("%1", number(left))
        if await confirm(
            self, title, text, confirm=self.tr("Cancel the sending"), cancel=self.tr("Go on sending"), danger=True
        ):
            work = self._page.workspace.campaign_sending.cancel(self._campaign_id)
            self._do(work, self.tr("Cancelled"), self.head.cancel_button)

    def back_to_draft(self) -> None:
        """Take a schedule back, to go on writing."""
        campaign_id = self._campaign_id
        run(
            self._page,
            self._page.workspace.campaign_sending.cancel_schedule(campaign_id),
            control=self.head.edit_button,
            changes=("campaigns", "mail"),
            done=lambda _none: self.became_draft.emit(campaign_id),
            toast=self.tr("It is a draft again; nothing will be sent."),
        )

    def _do(self, work: object, toast: str, control: QWidget) -> None:
        run(self._page, work, control=control, changes=("campaigns", "mail"), toast=toast)  # type: ignore[arg-type]

    def _show_unconfirmed(self) -> None:
        self.tabs.setCurrentIndex(RECIPIENTS)
        self.recipients.show_only(RecipientState.UNCONFIRMED)

    def _tab_changed(self, tab: int) -> None:
        if tab == MAIL:
            self._page.start(self.show_preview())

    async def show_preview(self) -> None:
        """Show the mail, as one of its recipients sees it."""
        if self.preview is None:
            self.preview = PreviewPane(self._page, lambda: self._draft)
            layout = self._preview_place.layout()
            if layout is not None:
                layout.addWidget(self.preview)
        await self.preview.show_audience(await self._page.workspace.audience.preview(self._draft.filters))

    def _connect(self) -> None:
        self.head.pause_wanted.connect(self.pause)
        self.head.resume_wanted.connect(self.resume)
        self.head.cancel_wanted.connect(lambda: self._page.start(self.cancel()))
        self.head.edit_wanted.connect(self.back_to_draft)
        self.head.tracking_wanted.connect(self.track)
        self.sending.try_now.connect(self._try_now)
        self.sending.resume_wanted.connect(self.resume)
        self.sending.unconfirmed_wanted.connect(self._show_unconfirmed)
        self.recipients.customer_wanted.connect(lambda key: self._page.shell.go("customers", key))
        self.recipients.suppression_wanted.connect(lambda email: self._page.shell.go("suppressions", email))
        self.tabs.currentChanged.connect(self._tab_changed)

    def _try_now(self) -> None:
        work = self._page.workspace.send_queue.try_now(self._campaign_id)
        run(self._page, work, changes=("campaigns", "mail"), toast=self.tr("Trying again now"))

    def _scrolling_column(self) -> QVBoxLayout:
        # On a small screen the whole view scrolls: the table keeps room for some rows.
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        rolled = QScrollArea()
        rolled.setWidgetResizable(True)
        whole.addWidget(rolled)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        rolled.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(12)
        return column

    def _links_tab(self) -> QWidget:
        self.links = LinksModel(self)
        table = DataTable(self.links.columns, self._page.shell.state, "campaign-links")
        table.setModel(self.links)
        self._link_state = PageState(table)
        tab = QWidget()
        padded = QVBoxLayout(tab)
        padded.setContentsMargins(0, 12, 0, 0)
        padded.addWidget(self._link_state)
        return tab
