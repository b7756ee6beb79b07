"""Beside the message: who gets it, who it is from, the signature under it, whether it is tracked, templates."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.audience import AudiencePreview
from kkdesk.model.errors import KKDeskError
from kkdesk.services.signatures import Signature
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

WIDTH = 264


class ComposerSide(QScrollArea):
    """Emits what a person wants; the composer does it."""

    audience_wanted = Signal()
    settings_wanted = Signal()
    signature_chosen = Signal()
    tracking_chosen = Signal()
    signatures_wanted = Signal()
    template_wanted = Signal()
    save_template_wanted = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.setFixedWidth(WIDTH)
        self._count = label("–")
        self._count.setProperty("role", "figure")
        self._count_words = label("", "muted", wrap=True)
        self._audience = label("", wrap=True)
        self._sender = label("", wrap=True)
        self.signature = QComboBox()
        self.signature.setAccessibleName(self.tr("Signature"))
        self.signature.activated.connect(lambda _at: self.signature_chosen.emit())
        self.tracking = QCheckBox(self.tr("Yes"))
        self.tracking.setAccessibleName(self.tr("Track opens and clicks"))
        self.tracking.clicked.connect(self.tracking_chosen.emit)
        self._tracking_words = label("", "muted", wrap=True)
        self.tracking.toggled.connect(self._explain_tracking)
        self.tracking.setChecked(True)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._audience_card())
        column.addWidget(
            _card(
                self.tr("Sender"),
                self._sender,
                button(self.tr("Settings"), "link", clicked=self.settings_wanted.emit),
            )
        )
        column.addWidget(
            _card(
                self.tr("Signature"),
                self.signature,
                button(self.tr("Edit signatures"), "link", clicked=self.signatures_wanted.emit),
            )
        )
        column.addWidget(_card(self.tr("Track opens and clicks"), self.tracking, self._tracking_words))
        column.addWidget(
            _card(
                self.tr("Template"),
                button(self.tr("Use a template…"), clicked=self.template_wanted.emit),
                button(self.tr("Save as a template…"), "link", clicked=self.save_template_wanted.emit),
            )
        )
        column.addStretch(1)

    def show_audience(self, words: str, preview: AudiencePreview | None, error: KKDeskError | None) -> None:
        """Whom the filters select, and how many get it."""
        self._audience.setText(words)
        if error is not None:
            self._count.setText("–")
            self._count_words.setText(error.what.in_language(self._language))
        elif preview is not None:
            self._count.setText(number(preview.count))
            left = preview.selected - preview.count
            text = self.tr("recipient(s)", None, preview.count)
            if left:
                text += " · " + self.tr("%n left out", None, left)
            self._count_words.setText(text)

    def show_sender(self, text: str) -> None:
        """Who the mail is from."""
        self._sender.setText(text)

    def show_signatures(self, signatures: Sequence[Signature], chosen: str | None) -> None:
        """Offer signatures; one that is gone counts as none."""
        self.signature.blockSignals(True)
        self.signature.clear()
        self.signature.addItem(self.tr("None"), None)
        for one in signatures:
            self.signature.addItem(one.name, one.id)
        self.signature.setCurrentIndex(max(self.signature.findData(chosen), 0))
        self.signature.blockSignals(False)

    def show_tracking(self, *, tracked: bool) -> None:
        """Whether opens and clicks are recorded."""
        self.tracking.setChecked(tracked)

    def _explain_tracking(self, tracked: bool) -> None:  # noqa: FBT001 - as Qt tells it
        if tracked:
            self._tracking_words.setText(self.tr("You see who opened it and which links were clicked."))
        else:
            self._tracking_words.setText(self.tr("Nobody will see who opened it. Links stay as you wrote them."))

    def _audience_card(self) -> QFrame:
        return _card(
            self.tr("Recipients"),
            self._count,
            self._count_words,
            self._audience,
            button(self.tr("Choose recipients"), "link", clicked=self.audience_wanted.emit),
        )


def _card(title: str, *parts: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(14, 10, 14, 8)
    column.setSpacing(4)
    column.addWidget(label(title, "caption"))
    for part in parts:
        is_link = part.property("kind") == "link"
        column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if is_link else Qt.AlignmentFlag(0))
    return card
