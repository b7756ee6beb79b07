"""A picture of the window with its dialogs and menus on top, as a screen would show them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kkdesk.ui.theme.scheme import tokens

_TITLE_HEIGHT = 34
_RADIUS = 9


def snapshot(window: QWidget) -> QPixmap:
    """The window as it is; open dialogs lie over it in a frame, since no window manager draws one offscreen."""
    # Nothing is drawn where it was before its text or its neighbours changed.
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    picture = window.grab()
    others = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget is not window]
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Dialogs first: a menu belongs to what is below it.
    for widget in sorted(others, key=lambda widget: not isinstance(widget, QDialog)):
        if isinstance(widget, QDialog):
            _draw_dialog(painter, window, widget)
        else:
            painter.drawPixmap(widget.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0)), widget.grab())
    painter.end()
    return picture


def _draw_dialog(painter: QPainter, window: QWidget, dialog: QDialog) -> None:
    theme = tokens()
    content = dialog.grab()
    frame = QRect(0, 0, dialog.width(), dialog.height() + _TITLE_HEIGHT)
    frame.moveCenter(window.rect().center())
    painter.fillRect(window.rect(), QColor(0, 0, 0, 70))
    painter.save()
    for spread in range(12, 0, -2):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 10))
        area = frame.adjusted(-spread, -spread + 6, spread, spread + 6)
        painter.drawRoundedRect(area, _RADIUS + spread, _RADIUS + spread)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(frame), _RADIUS, _RADIUS)
    painter.setClipPath(shape)
    painter.fillRect(frame, QColor(theme.sunken))
    font = QFont(dialog.font())
    font.setPixelSize(12)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    title = QRect(frame.left(), frame.top(), frame.width(), _TITLE_HEIGHT)
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
    painter.drawPixmap(frame.topLeft() + QPoint(0, _TITLE_HEIGHT), content)
    painter.restore()
    painter.setPen(QColor(theme.outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
