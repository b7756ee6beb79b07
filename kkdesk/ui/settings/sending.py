"""The section about sending: who sends, and how fast. It holds for the whole company, whichever computer sets it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from kkdesk.services.company_settings import COMPANY_SETTINGS
from kkdesk.ui.settings.fields import SPIN_MARGINS
from kkdesk.ui.settings.sections import Section

_MOST = {setting.name: setting.most for setting in COMPANY_SETTINGS}


class _Limit(QSpinBox):
    """A number that the mouse wheel changes only where the keyboard is: the page scrolls past it unharmed."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SendingSection(Section):
    """Emits `edited` at every touch; what differs from what is stored is in `changes`."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Sending"),
            self.tr("For the whole company: every computer and the cloud keep these limits together."),
            parent,
        )
        self._stored: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self.by = QComboBox()
        for value, title in {
            "auto": self.tr("Automatically"),
            "cloud": self.tr("The cloud only"),
            "desktop": self.tr("The computers of the company"),
        }.items():
            self.by.addItem(title, value)
        self.by.currentIndexChanged.connect(lambda _index: self._touched())
        self._by_row = self.form.row(self.tr("Who sends"), self.by)
        self.limits: dict[str, QSpinBox] = {}
        self._limit("send.per_second", self.tr("Mails per second"))
        self._limit("send.per_minute", self.tr("Mails per minute"))
        self._limit("send.per_hour", self.tr("Mails per hour"))
        self._limit(
            "send.per_day",
            self.tr("Mails per day"),
            self.tr("Set what your mail provider allows: when a limit is reached, the rest waits and then goes on."),
        )
        self._limit(
            "send.per_domain",
            self.tr("At once per domain"),
            self.tr("How many mails one domain of recipients (such as gmail.com) is handed at the same moment."),
        )
        self._explain()

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """The old and the new value of each setting that was edited, by name."""
        return {
            name: (self._stored.get(name, ""), value)
            for name, value in self._now().items()
            if value != self._shown.get(name, value)
        }

    def show_values(self, values: Mapping[str, str]) -> None:
        """Show what is stored."""
        self._stored = dict(values)
        self.discard()

    def discard(self) -> None:
        """Show again what is stored."""
        if not self._stored:
            return
        self.by.setCurrentIndex(max(0, self.by.findData(self._stored["send.by"])))
        for name, spin in self.limits.items():
            text = self._stored[name]
            spin.setValue(int(text) if text.isascii() and text.isdigit() and int(text) <= _MOST[name] else 0)
        # What the fields cannot show as it is stored has not been edited by anybody.
        self._shown = self._now()
        self._touched()

    def _now(self) -> dict[str, str]:
        return {"send.by": str(self.by.currentData())} | {n: str(spin.value()) for n, spin in self.limits.items()}

    def _limit(self, name: str, caption: str, hint: str = "") -> None:
        spin = _Limit()
        spin.setRange(0, _MOST[name])
        spin.setSpecialValueText(self.tr("No limit"))
        spin.setGroupSeparatorShown(True)
        spin.setFixedWidth(160)
        spin.lineEdit().setTextMargins(*SPIN_MARGINS)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.valueChanged.connect(lambda _value: self.edited.emit())
        self.limits[name] = spin
        self.form.row(caption, spin, hint)

    def _touched(self) -> None:
        self._explain()
        self.edited.emit()

    def _explain(self) -> None:
        self._by_row.set_hint(
            {
                "auto": self.tr("The cloud, once it is set up and answers; else the computers where KK Desk is open."),
                "cloud": self.tr("Computers never send, and need no password of the mail server."),
                "desktop": self.tr("Campaigns leave only while KK Desk is open on a computer with a mail server set."),
            }[str(self.by.currentData())]
        )
