"""Choosing a template: the list, and what the chosen one says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit

from kkdesk.services.mail.plain_text import html_to_text
from kkdesk.services.templates import Template
from kkdesk.ui.campaigns.words import readable_subject
from kkdesk.ui.dialogs import Question, answer, confirm, message
from kkdesk.ui.page import Page

_ID = Qt.ItemDataRole.UserRole


class TemplateDialog(Question):
    """Accepted: `chosen` is the template."""

    def __init__(self, page: Page, templates: list[Template]) -> None:
        super().__init__(page, self.tr("Choose a template"), confirm=self.tr("Use this template"))
        self._templates = {one.id: one for one in templates}
        self.setMinimumWidth(760)
        self.list = QListWidget()
        self.list.setFixedWidth(260)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(300)
        for one in templates:
            item = QListWidgetItem(one.name)
            item.setData(_ID, one.id)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.list.itemDoubleClicked.connect(lambda _item: self.accept())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        self.body.addLayout(row)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    @property
    def chosen(self) -> Template:
        """The template in question."""
        return self._templates[str(self.list.currentItem().data(_ID))]

    def _show(self) -> None:
        chosen = self.chosen
        self.text.setPlainText(readable_subject(f"{chosen.subject}\n\n{html_to_text(chosen.content)}"))


async def pick_template(page: Page, *, replaces: bool) -> Template | None:
    """Let a person choose a template; `replaces`: something has been written that it takes the place of."""
    summaries = await page.workspace.templates.all()
    if not summaries:
        await message(
            page,
            QCoreApplication.translate("TemplateDialog", "There are no templates yet"),
            QCoreApplication.translate("TemplateDialog", "Write a campaign and choose “Save as a template”."),
        )
        return None
    templates = [await page.workspace.templates.get(one.id) for one in summaries]
    dialog = TemplateDialog(page, templates)
    if not await answer(dialog):
        return None
    chosen = dialog.chosen
    if replaces and not await confirm(
        page,
        QCoreApplication.translate("TemplateDialog", "Replace what you have written?"),
        QCoreApplication.translate("TemplateDialog", "Subject and message of the template take its place."),
        confirm=QCoreApplication.translate("TemplateDialog", "Replace"),
        danger=True,
    ):
        return None
    return chosen
