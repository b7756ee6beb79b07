"""The preview: as any recipient sees it, wide and narrow, in HTML and in plain text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kkdesk.model.audience import AudiencePreview
from kkdesk.model.campaign import CampaignDraft
from kkdesk.ui.campaigns.preview.mail_view import DESKTOP_WIDTH, PHONE_WIDTH, MailView
from kkdesk.ui.campaigns.preview.recipients import RecipientPicker
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import ElidedLabel, label
from kkdesk.ui.widgets.state import PageState

_REMOTE: Final = re.compile(r"(?:src|background)\s*=\s*[\"']?https?:", re.IGNORECASE)
_VIEWS: Final = ("desktop", "phone", "text")


class PreviewPane(QWidget):
    """Shows a draft, saved or not. Made when the person first asks for it."""

    def __init__(self, page: Page, draft: Callable[[], CampaignDraft]) -> None:
        """`draft` reads what is on the screen."""
        super().__init__(page)
        self._page = page
        self._draft = draft
        self._showing: asyncio.Task[None] | None = None
        self.picker = RecipientPicker(page)
        self.picker.chosen.connect(self.show_mail)
        self._subject = ElidedLabel("", "section-title")
        self._remark = Banner()
        self.mail = MailView()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("mailText")
        self.text.setStyleSheet(
            "#mailText { background: #ffffff; color: #1f2937; border: none; border-radius: 0; padding: 20px;"
            " font-family: 'DejaVu Sans Mono', 'Consolas', monospace; }"
        )
        self._views = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.mail)
        self._stack.addWidget(_centred(self.text))
        self.state = PageState(self._stack)
        self._arrange()
        self.show_as("desktop")

    def show_as(self, view: str) -> None:
        """Show it as on a "desktop", a "phone", or as plain "text"."""
        self._views.button(_VIEWS.index(view)).setChecked(True)
        self._stack.setCurrentIndex(1 if view == "text" else 0)
        self.mail.set_width(PHONE_WIDTH if view == "phone" else DESKTOP_WIDTH)

    async def show_audience(self, preview: AudiencePreview | None) -> None:
        """Offer other recipients, and show the mail of one."""
        await self.picker.show_audience(preview)
        await self._show()

    def show_mail(self) -> None:
        """Show the draft as it is now."""
        if self._showing is not None:
            self._showing.cancel()
        self._showing = self._page.start(self._show())

    async def _show(self) -> None:
        if not self.mail.is_ready:
            self.state.show_loading(self.tr("Preparing the preview…"))
            await self.mail.prepare()
        mail = await self._page.workspace.campaign_previews.preview(self._draft(), self.picker.customer_id)
        self._subject.setText(mail.subject or self.tr("(no subject)"))
        self.text.setPlainText(mail.text)
        self._say_remarks(mail.html)
        # Chromium paints only what is on the screen.
        self.state.show_content()
        await self.mail.show_html(mail.html)

    def _say_remarks(self, html: str) -> None:
        if self.mail.plain:
            self._remark.say(
                self.tr("A simpler preview: QtWebEngine is not available here. Mail programs show more than this."),
                "info",
            )
        elif _REMOTE.search(html):
            self._remark.say(
                self.tr("Pictures that lie on the web are not fetched for the preview. Recipients will see them."),
                "info",
            )
        else:
            self._remark.say("")

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        titles = (
            (self.tr("Computer"), "desktop"),
            (self.tr("Phone"), "device-mobile"),
            (self.tr("Plain text"), "text-aa"),
        )
        for at, (title, symbol) in enumerate(titles):
            made = button(title, "quiet", symbol=symbol)
            made.setCheckable(True)
            self._views.addButton(made, at)
            row.addWidget(made)
        self._views.idClicked.connect(lambda at: self.show_as(_VIEWS[at]))
        row.addSpacing(8)
        row.addWidget(self.picker, 1)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(label(self.tr("Subject:"), "muted"))
        heading.addWidget(self._subject, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addLayout(heading)
        column.addWidget(self._remark)
        column.addWidget(self.state, 1)


def _centred(widget: QWidget) -> QWidget:
    widget.setMaximumWidth(DESKTOP_WIDTH)
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return holder
