"""The composer: message, recipients and preview of one draft, saved while it is written."""

from __future__ import annotations

import asyncio
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from kkdesk.model.audience import AudiencePreview
from kkdesk.model.campaign import Campaign, CampaignDraft
from kkdesk.ui.campaigns.audience.panel import AudiencePanel
from kkdesk.ui.campaigns.composing.body import MessageBody
from kkdesk.ui.campaigns.composing.conflict import DraftConflict
from kkdesk.ui.campaigns.composing.head import ComposerHead
from kkdesk.ui.campaigns.composing.keeper import DraftKeeper
from kkdesk.ui.campaigns.composing.merging import Merge
from kkdesk.ui.campaigns.composing.side import ComposerSide
from kkdesk.ui.campaigns.composing.tabs import AUDIENCE, MESSAGE, PREVIEW
from kkdesk.ui.campaigns.editing.actions import FieldActions
from kkdesk.ui.campaigns.editing.subject import SubjectEdit
from kkdesk.ui.campaigns.editing.toolbar import field_button
from kkdesk.ui.campaigns.preview.engine import preload
from kkdesk.ui.campaigns.preview.pane import PreviewPane
from kkdesk.ui.campaigns.words import AudienceNames, audience_names, audience_words
from kkdesk.ui.changes import ALL_KINDS, Kinds
from kkdesk.ui.dialogs import answer
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.header import PAGE_MARGINS
from kkdesk.ui.widgets.labels import label

_LATER_MS: Final = 5_000


class Composer(QWidget):
    """Edits one draft at a time. What goes beyond the draft is asked of the page, by signals of `head` and `side`."""

    #: The draft that is kept has become another one, or has its first name.
    kept = Signal()

    body: MessageBody
    audience: AudiencePanel

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines. To be furnished before it is used."""
        super().__init__(page)
        self._page = page
        self._loading = False
        self._names = AudienceNames()
        self._base = CampaignDraft("")
        self.preview: PreviewPane | None = None
        self.keeper = DraftKeeper(page, self.draft, self._decide)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(lambda: page.start(self._catch_up()))
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(10)
        self.head = ComposerHead(page.shell.language)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        column.addWidget(self.head)
        column.addWidget(self.tabs, 1)
        self._message, self._audience_place, self._preview_place = QWidget(), QWidget(), QWidget()
        #: Where the campaign is changed.
        self.editing = (self._message, self._audience_place)
        for place in (self._audience_place, self._preview_place):
            QVBoxLayout(place).setContentsMargins(0, 0, 0, 0)
        self.tabs.addTab(self._message, self.tr("Message"))
        self.tabs.addTab(self._audience_place, self.tr("Recipients"))
        self.tabs.addTab(self._preview_place, self.tr("Preview"))

    async def furnish(self) -> None:
        """Make the parts one after the other, each in its place: all at once would hold the window up for 0.2 s."""
        await asyncio.sleep(0)
        left = self._arrange_message()
        await asyncio.sleep(0)
        self.body = MessageBody(self._page)
        left.addWidget(self.body, 1)
        await asyncio.sleep(0)
        self.audience = AudiencePanel(self._page)
        _into(self._audience_place, self.audience)
        await asyncio.sleep(0)
        self._connect()

    async def show_new(self, draft: CampaignDraft) -> None:
        """Begin a campaign; it is saved once something has been written."""
        await self._show(draft)
        self.keeper.begin(None, self.draft())
        self.subject.setFocus()

    async def show_campaign(self, campaign: Campaign) -> None:
        """Go on with a draft."""
        self._base = campaign.draft
        corrected = await self._show(campaign.draft)
        self.keeper.begin(campaign, campaign.draft)
        if corrected:
            self.head.remark.say(
                self.tr("Merge fields in an old spelling have been put right. Look at the result in the preview."),
                "info",
            )
            self.keeper.touch()
        self.body.focus_text()

    def draft(self) -> CampaignDraft:
        """What is on the screen. Without a name it goes by its subject."""
        subject = self.subject.text()
        return CampaignDraft(
            name=self.head.name.text().strip() or subject[:80] or self.tr("Campaign without a name"),
            subject=subject,
            content=self.body.html(),
            filters=self.audience.filters,
            signature_id=self.side.signature.currentData(),
            template_id=self._base.template_id,
            from_email=self._base.from_email,
            tracked=self.side.tracking.isChecked(),
        )

    def use_content(self, subject: str, html: str, template_id: str | None) -> None:
        """Take over a template, as a change that is saved."""
        self._base = CampaignDraft("", template_id=template_id, from_email=self._base.from_email)
        self._page.start(self._use(subject, html))

    async def refresh(self, kinds: Kinds) -> None:
        """Data changed here or elsewhere."""
        await self.keeper.look_again()
        if kinds == ALL_KINDS:
            # Somebody wrote something: while mails go out that is every second.
            if not self._later.isActive():
                self._later.start()
        else:
            await self.read_surroundings()
            self.audience.count_later()

    async def read_surroundings(self) -> None:
        """What is edited elsewhere: signatures, sender, what there is to choose from."""
        self._names = await audience_names(self._page.workspace)
        if self.tabs.currentIndex() == AUDIENCE:
            await self.audience.load()
        chosen = self.side.signature.currentData()
        self.side.show_signatures(await self._page.workspace.signatures.all(), chosen)
        self.side.show_sender(self._sender())
        self._show_audience()

    def show_tab(self, tab: int) -> None:
        """Show the message, the audience or the preview."""
        self.tabs.setCurrentIndex(tab)

    # Inside ---------------------------------------------------------------------------------------------

    async def _catch_up(self) -> None:
        await self.read_surroundings()
        self.audience.count()

    async def _show(self, draft: CampaignDraft) -> bool:
        self._loading = True
        self._base = draft
        self.head.remark.say("")
        self.tabs.setCurrentIndex(MESSAGE)
        self.head.name.setText(draft.name)
        self.subject.set_text(draft.subject)
        workspace = self._page.workspace
        self._names = await audience_names(workspace)
        self.side.show_signatures(await workspace.signatures.all(), draft.signature_id)
        self.side.show_sender(self._sender())
        self.side.show_tracking(tracked=draft.tracked)
        corrected = await self.body.show_html(draft.content)
        self.audience.show_filters(draft.filters)
        self._show_audience()
        self._loading = False
        self._page.start(preload())
        return corrected or self.subject.text() != draft.subject.strip()

    async def _use(self, subject: str, html: str) -> None:
        if subject:
            self.subject.set_text(subject)
        await self.body.show_html(html)
        self.keeper.touch()

    async def _replace(self, draft: CampaignDraft) -> None:
        """Somebody else's changes have come: show them."""
        tab = self.tabs.currentIndex()
        await self._show(draft)
        self.tabs.setCurrentIndex(tab)
        self._page.shell.toast(
            self.tr("The campaign was changed by somebody else; you see it as it is now."), tone="info"
        )

    async def _decide(self, merged: Merge, theirs: Campaign) -> CampaignDraft | None:
        signatures = {one.id: one.name for one in await self._page.workspace.signatures.all()}
        dialog = DraftConflict(self._page, merged, theirs, signatures, self._names, self._page.shell.language)
        return dialog.draft if await answer(dialog) else None

    def _sender(self) -> str:
        settings = self._page.workspace.settings
        if self._base.from_email:
            return self._base.from_email
        sender = settings.text("SMTP_FROM") or settings.text("SMTP_USER")
        if not settings.text("SMTP_HOST"):
            folder = self.tr("No mail server is set: mails go to the mail folder.")
            return f"{sender}\n{folder}" if sender else folder
        return sender or self.tr("No sender is set yet.")

    def _edited(self) -> None:
        if not self._loading:
            self.keeper.touch()

    def _show_audience(self) -> None:
        words = audience_words(self.audience.filters, self._names, self._page.shell.language)
        self.side.show_audience(words, self.audience.preview, self.audience.error)
        if self.preview is not None and self.tabs.currentIndex() == PREVIEW:
            self._page.start(self.preview.show_audience(self.audience.preview))

    def _tab_changed(self, tab: int) -> None:
        if tab == AUDIENCE:
            self._page.start(self.audience.load())
        elif tab == PREVIEW:
            self._page.start(self.show_preview(self.audience.preview))

    async def show_preview(self, audience: AudiencePreview | None) -> None:
        """Show the preview as it is now."""
        if self.preview is None:
            self.preview = PreviewPane(self._page, self.draft)
            _into(self._preview_place, self.preview)
        await self.preview.show_audience(audience)

    def _arrange_message(self) -> QVBoxLayout:
        """The tab of the message; the layout in which the body goes."""
        row = QHBoxLayout(self._message)
        row.setContentsMargins(0, 12, 0, 0)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(10)
        row.addLayout(left, 1)
        subject = QHBoxLayout()
        subject.setSpacing(8)
        left.addLayout(subject)
        self.subject = SubjectEdit()
        self.subject.setPlaceholderText(self.tr("What recipients read first"))
        self.subject.setAccessibleName(self.tr("Subject"))
        self._subject_actions = FieldActions(self._page, self.subject)
        caption = label(self.tr("Subject"))
        caption.setBuddy(self.subject)
        subject.addWidget(caption)
        subject.addWidget(self.subject, 1)
        subject.addWidget(field_button(self._subject_actions.insert_field))
        self.side = ComposerSide(self._page.shell.language)
        row.addWidget(self.side)
        return left

    def _connect(self) -> None:
        self.head.name.textEdited.connect(lambda _text: self._edited())
        self.subject.textChanged.connect(self._edited)
        self.body.changed.connect(self._edited)
        self.audience.changed.connect(self._audience_chosen)
        self.audience.counted.connect(self._show_audience)
        self.side.signature_chosen.connect(self._edited)
        self.side.tracking_chosen.connect(self._edited)
        self.side.audience_wanted.connect(lambda: self.show_tab(AUDIENCE))
        self.tabs.currentChanged.connect(self._tab_changed)
        self.keeper.state_changed.connect(self._show_state)
        self.keeper.replaced.connect(lambda draft: self._page.start(self._replace(draft)))
        self.head.save_wanted.connect(lambda: self._page.start(self.keeper.save()))
        self.head.decide_wanted.connect(lambda: self._page.start(self.keeper.save()))

    def _audience_chosen(self) -> None:
        self._show_audience()
        self._edited()

    def _show_state(self) -> None:
        self.head.show_state(self.keeper.state, self._page.workspace.clock())
        self.kept.emit()


def _into(place: QWidget, widget: QWidget) -> None:
    layout = place.layout()
    if layout is not None:
        layout.addWidget(widget)
