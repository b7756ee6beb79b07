"""A cell that shows a state as a pill, as the `Pill` widget does."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kkdesk.ui.theme.scheme import tokens
from kkdesk.ui.widgets.chips import PillTone

Index = QModelIndex | QPersistentModelIndex

#: The tone of a cell's pill; none: the cell is drawn as any other.
TONE_ROLE: Final = Qt.ItemDataRole.UserRole + 20

_PADDING = 9
_HEIGHT = 19


class PillDelegate(QStyledItemDelegate):
    """Draws the display text as a pill in the tone that `TONE_ROLE` says."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        tone = index.data(TONE_ROLE)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if not tone or not text:
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        shown.text = ""
        style = shown.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(shown.font)
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        room = shown.rect.width() - 2 * (_PADDING + 10)
        words = QFontMetrics(font).elidedText(str(text), Qt.TextElideMode.ElideRight, max(room, 20))
        width = QFontMetrics(font).horizontalAdvance(words) + 2 * _PADDING
        rect = QRect(shown.rect.left() + 10, shown.rect.center().y() - _HEIGHT // 2, width, _HEIGHT)
        background, ink = pill_colours(tone)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(rect, _HEIGHT / 2, _HEIGHT / 2)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


def pill_colours(tone: PillTone) -> tuple[str, str]:
    """Background and text of a pill in the theme in force."""
    theme = tokens()
    return {
        "neutral": (theme.neutral_soft, theme.muted),
        "info": (theme.accent_soft, theme.accent),
        "success": (theme.success_soft, theme.success),
        "warning": (theme.warning_soft, theme.warning),
        "danger": (theme.danger_soft, theme.danger),
    }[tone]
