"""Small round things: filters, tags, states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from kkdesk.ui.theme.icons import icon
from kkdesk.ui.theme.scheme import tokens
from kkdesk.ui.widgets.buttons import tool_button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle

PillTone = Literal["neutral", "info", "success", "warning", "danger"]


class Pill(QLabel):
    """A state in one or two words."""

    def __init__(self, text: str = "", tone: PillTone = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "pill")
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_state(self, text: str, tone: PillTone) -> None:
        """Change text and tone."""
        self.setText(text)
        restyle(self, tone=tone)


class FilterChip(QPushButton):
    """A filter that drops a menu of choices; in accent while it narrows the list.

    `fill(menu)` is called each time before the menu opens. `set_choice("Λάρισα")` shows what is chosen, empty: none.
    """

    cleared = Signal()

    def __init__(self, name: str, fill: Callable[[QMenu], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._fill = fill
        self.setProperty("kind", "chip")
        self.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._refill)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the chip's own is turned for its caret
        self.setMenu(self._menu)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # puts the caret after the text
        self.setIconSize(QSize(15, 12))
        self.set_choice("")

    def set_choice(self, text: str) -> None:
        """Show what is chosen; empty when the filter lets everything through."""
        self.setText(f"{self._name}: {text}" if text else self._name)
        self.setIcon(icon("caret-down", "accent" if text else "muted", trailing=True))
        restyle(self, active="true" if text else "false")
        self._chosen = bool(text)

    def _refill(self) -> None:
        self._menu.clear()
        self._fill(self._menu)
        if self._chosen:
            self._menu.addSeparator()
            self._menu.addAction(icon("x", "muted"), self.tr("Clear this filter"), self.cleared.emit)


class ToggleChip(QPushButton):
    """A filter that is on or off."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.toggled.connect(lambda on: restyle(self, active="true" if on else "false"))


class TagChip(QFrame):
    """A tag in its own colour, readable on light and dark; with `removable` a cross that emits `removed`."""

    removed = Signal()

    def __init__(
        self,
        text: str,
        colour: str = "",
        *,
        removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`colour` is "#rrggbb" as the database keeps it; anything else counts as none."""
        super().__init__(parent)
        self.setProperty("role", "tag")
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 2, 4 if removable else 9, 2)
        row.setSpacing(2)
        self._colour = colour
        self._dark: bool | None = None
        self._dress()
        self.caption = label(QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, 180))
        row.addWidget(self.caption)
        if removable:
            cross = tool_button(
                "x",
                self.tr("Remove tag %1").replace("%1", text),
                clicked=self.removed.emit,
            )
            cross.setIconSize(QSize(12, 12))
            row.addWidget(cross)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        if self._dark == tokens().dark:
            return
        self._dark = tokens().dark
        background, foreground = tag_colours(self._colour)
        self.setStyleSheet(
            f'QFrame[role="tag"] {{ background: {background}; }} QLabel {{ color: {foreground}; font-size: 12px; }}'
        )


def tag_colours(colour: str) -> tuple[str, str]:
    """Background and text of a tag: the tag's own hue, as pale or dark as the theme needs to stay readable."""
    theme = tokens()
    hue = QColor(colour) if colour.startswith("#") else QColor()
    if not hue.isValid() or hue.hslSaturation() < 24:
        return theme.neutral_soft, theme.text
    degrees = hue.hslHueF()
    if theme.dark:
        return QColor.fromHslF(degrees, 0.38, 0.20).name(), QColor.fromHslF(degrees, 0.70, 0.82).name()
    return QColor.fromHslF(degrees, 0.62, 0.92).name(), QColor.fromHslF(degrees, 0.75, 0.24).name()
