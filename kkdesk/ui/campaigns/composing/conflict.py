"""Somebody else changed the same draft: both versions side by side, and a choice for each part."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from kkdesk.model.campaign import Campaign, CampaignDraft
from kkdesk.services.mail.plain_text import html_to_text
from kkdesk.ui.campaigns.composing.merging import Merge, Side, decided
from kkdesk.ui.campaigns.words import AudienceNames, audience_words, readable_subject
from kkdesk.ui.dialogs import Question
from kkdesk.ui.marking import QT_TRANSLATE_NOOP
from kkdesk.ui.widgets.labels import label

_TITLES: Final = {
    "name": QT_TRANSLATE_NOOP("DraftConflict", "Name"),
    "subject": QT_TRANSLATE_NOOP("DraftConflict", "Subject"),
    "content": QT_TRANSLATE_NOOP("DraftConflict", "Message"),
    "filters": QT_TRANSLATE_NOOP("DraftConflict", "Recipients"),
    "signature_id": QT_TRANSLATE_NOOP("DraftConflict", "Signature"),
    "from_email": QT_TRANSLATE_NOOP("DraftConflict", "Sender"),
    "template_id": QT_TRANSLATE_NOOP("DraftConflict", "Template"),
}
_MESSAGE_HEIGHT: Final = 170


class DraftConflict(Question):
    """Asks which version to keep of each part that both changed. Nothing is written before the answer."""

    def __init__(
        self,
        parent: QWidget,
        merged: Merge,
        theirs: Campaign,
        signatures: dict[str, str],
        names: AudienceNames,
        language: str,
    ) -> None:
        """`signatures` and `names` are what ids are called."""
        super().__init__(
            parent,
            self.tr("Somebody else changed this campaign"),
            self.tr("You both changed the same. Choose what to keep; everything else has been put together."),
            confirm=self.tr("Save my choice"),
            cancel=self.tr("Decide later"),
        )
        self.setMinimumWidth(760)
        self._merged, self._theirs = merged, theirs
        self._signatures, self._names, self._language = signatures, names, language
        self.choices: dict[str, QButtonGroup] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for column, title in ((1, self.tr("Mine")), (2, self.tr("Theirs"))):
            grid.addWidget(label(title, "strong"), 0, column)
            grid.setColumnStretch(column, 1)
        for part in merged.contested:
            self._add(grid, part)
        self.body.addLayout(grid)

    @property
    def draft(self) -> CampaignDraft:
        """What to save."""
        sides: dict[str, Side] = {
            part: "theirs" if group.checkedId() else "mine" for part, group in self.choices.items()
        }
        return decided(self._merged, self._theirs.draft, sides)

    def _add(self, grid: QGridLayout, part: str) -> None:
        row = grid.rowCount()
        title = QCoreApplication.translate("DraftConflict", _TITLES[part])
        group = QButtonGroup(self)
        self.choices[part] = group
        grid.addWidget(label(title), row, 0)
        for at, draft in enumerate((self._merged.draft, self._theirs.draft)):
            choice = QRadioButton(self.tr("Keep mine") if at == 0 else self.tr("Take theirs"))
            choice.setAccessibleName(f"{title}: {choice.text()}")
            choice.setChecked(at == 0)
            group.addButton(choice, at)
            grid.addWidget(choice, row, at + 1)
            shown = self._shown(draft, part)
            grid.addWidget(shown, row + 1, at + 1)

    def _shown(self, draft: CampaignDraft, part: str) -> QWidget:
        words = self._words(draft, part)
        if part == "content":
            text = QPlainTextEdit(words)
            text.setReadOnly(True)
            text.setFixedHeight(_MESSAGE_HEIGHT)
            return text
        line = QLineEdit(words)
        line.setReadOnly(True)
        line.setCursorPosition(0)
        line.setToolTip(words)
        return line

    def _words(self, draft: CampaignDraft, part: str) -> str:
        match part:
            case "content":
                return readable_subject(html_to_text(draft.content))
            case "subject":
                return readable_subject(draft.subject)
            case "filters":
                return audience_words(draft.filters, self._names, self._language)
            case "signature_id":
                return self._signatures.get(draft.signature_id or "", self.tr("None"))
            case _:
                return str(getattr(draft, part) or "")
