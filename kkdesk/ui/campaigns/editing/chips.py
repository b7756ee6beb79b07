"""Merge fields as chips: one object each, so that nobody can delete half of one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPyTextObject, QTextDocument, QTextFormat

from kkdesk.model.merge_fields import FIELDS
from kkdesk.ui.campaigns.editing.formats import field_of
from kkdesk.ui.marking import QT_TRANSLATE_NOOP
from kkdesk.ui.theme.scheme import tokens

_TITLES: Final = {
    "firstName": QT_TRANSLATE_NOOP("MergeFields", "First name"),
    "lastName": QT_TRANSLATE_NOOP("MergeFields", "Last name"),
    "company": QT_TRANSLATE_NOOP("MergeFields", "Company"),
    "email": QT_TRANSLATE_NOOP("MergeFields", "E-mail"),
    "city": QT_TRANSLATE_NOOP("MergeFields", "Town"),
    "phone": QT_TRANSLATE_NOOP("MergeFields", "Phone"),
    "vocative": QT_TRANSLATE_NOOP("MergeFields", "Name in the vocative"),
}
#: In Greek whatever the window's language is: customers read it.
_DEFAULTS: Final = {
    "firstName": "φίλε πελάτη",
    "company": "την επιχείρησή σας",
    "city": "την περιοχή σας",
    "vocative": "φίλε πελάτη",
}

# On white paper, whatever the theme is.
_INK: Final = QColor("#085467")
_FAINT: Final = QColor("#4d6b75")
_PADDING: Final = 6.0


def field_title(name: str) -> str:
    """What a merge field is called."""
    return QCoreApplication.translate("MergeFields", _TITLES[name])


def usual_default(name: str) -> str:
    """What is offered to stand where a customer's value is missing; empty where nothing would do."""
    return _DEFAULTS.get(name, "")


def field_titles() -> dict[str, str]:
    """Every merge field with what it is called, in the order in which they are offered."""
    return {name: field_title(name) for name in FIELDS}


class ChipPainter(QPyTextObject):
    """Paints the object that stands for a merge field, in the size of the text around it."""

    def __init__(self, parent: QObject, *, on_paper: bool) -> None:
        """`on_paper`: on white whatever the theme is, else in the theme's colours."""
        super().__init__(parent)
        self._on_paper = on_paper

    def intrinsicSize(self, _doc: QTextDocument, _pos: int, source: QTextFormat) -> QSizeF:
        metrics = QFontMetricsF(_font(source))
        title, default = _texts(source)
        return QSizeF(metrics.horizontalAdvance(title + default) + 2 * _PADDING, metrics.ascent() + 1)

    def drawObject(self, painter: QPainter, rect: QRectF, _doc: QTextDocument, _pos: int, source: QTextFormat) -> None:
        font = _font(source)
        metrics = QFontMetricsF(font)
        title, default = _texts(source)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, faint = self._inks()
        painter.setPen(_tinted(ink, 110))
        painter.setBrush(_tinted(ink, 34))
        # The object sits on the base line; its frame goes below it as far as letters do.
        painter.drawRoundedRect(rect.adjusted(1.5, -0.5, -1.5, metrics.descent() - 0.5), 4, 4)
        painter.setFont(font)
        base = QPointF(rect.left() + _PADDING, rect.bottom() - 1)
        painter.setPen(ink)
        painter.drawText(base, title)
        painter.setPen(faint)
        painter.drawText(base + QPointF(metrics.horizontalAdvance(title), 0), default)
        painter.restore()

    def _inks(self) -> tuple[QColor, QColor]:
        theme = tokens()
        return (_INK, _FAINT) if self._on_paper else (QColor(theme.accent), QColor(theme.muted))


def _tinted(ink: QColor, alpha: int) -> QColor:
    return QColor(ink.red(), ink.green(), ink.blue(), alpha)


def _texts(source: QTextFormat) -> tuple[str, str]:
    field = field_of(source)
    if field is None:
        return "?", ""
    return field_title(field.name), f" | {field.default}" if field.default else ""


def _font(source: QTextFormat) -> QFont:
    font = source.toCharFormat().font()
    font.setUnderline(False)
    return font


def chip_tip(source: QTextFormat) -> str:
    """What a chip says when the mouse rests on it."""
    field = field_of(source)
    if field is None:
        return ""
    title = field_title(field.name)
    if field.default:
        text = QCoreApplication.translate("MergeFields", "%1 of the recipient; “%2” where it is missing")
        return text.replace("%1", title).replace("%2", field.default)
    text = QCoreApplication.translate("MergeFields", "%1 of the recipient; nothing where it is missing")
    return text.replace("%1", title)
