"""Finding pages, actions and records by typing: what the palette and the global search share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kkdesk.model.greek import fold
from kkdesk.ui.pages import PAGES, Finder, Found, load
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.icons import paint_icon
from kkdesk.ui.theme.scheme import tokens

Index = QModelIndex | QPersistentModelIndex

RECORDS = 8
#: Typing is waited out for as long, before the database is asked.
PAUSE_SECONDS = 0.08
ROW = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the results. `run` does what the line says."""

    title: str
    subtitle: str
    icon: str
    hint: str
    run: Callable[[], object]


class HitModel(QAbstractListModel):
    """The results, in the order shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are hits."""
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title for the display role, the whole `Hit` for the user role."""
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return hit
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title}, {hit.subtitle or hit.hint}"
        return hit.title if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, hits: Sequence[Hit]) -> None:
        """Replace the results."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()


class HitDelegate(QStyledItemDelegate):
    """Icon, title and subtitle on one line, the hint at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all rows."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one result."""
        hit = index.data(Qt.ItemDataRole.UserRole)
        theme = tokens()
        area: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(area.adjusted(6, 1, -6, -1), 6, 6)
        strong, soft = (theme.on_selection,) * 2 if selected else (theme.text, theme.muted)
        paint_icon(
            painter,
            QRect(area.left() + 18, area.center().y() - 8, 18, 18),
            hit.icon,
            soft,
        )
        hint = painter.fontMetrics().horizontalAdvance(hit.hint) + 34
        left = _text(
            painter,
            area.adjusted(48, 0, -hint, 0),
            hit.title,
            strong,
            bold=bool(hit.subtitle),
        )
        _text(painter, area.adjusted(48 + left + 10, 0, -hint, 0), hit.subtitle, soft)
        painter.setPen(QColor(soft))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(area.adjusted(area.width() - hint, 0, -18, 0), right, hit.hint)
        painter.restore()


class Hits:
    """Looks things up for one field: pages and actions at once, records from the pages' finders a moment later."""

    def __init__(self, shell: Shell, actions: Callable[[], Sequence[Hit]]) -> None:
        """`actions` gives the actions of the page in front and of the window."""
        self._shell = shell
        self._actions = actions

    def places(self, text: str) -> list[Hit]:
        """Pages and actions whose words begin with those of `text`; all of them for empty text."""
        # What the page in front offers itself comes first, and once.
        hits: dict[str, Hit] = {}
        for hit in (*self._actions(), *self._pages()):
            if matches(text, hit.title):
                hits.setdefault(hit.title, hit)
        return list(hits.values())

    async def records(self, text: str) -> list[Hit]:
        """Records of every page that has a finder; none for empty text."""
        if not text.strip():
            return []
        await asyncio.sleep(PAUSE_SECONDS)
        hits: list[Hit] = []
        for entry in PAGES:
            if entry.finder:
                find: Finder = load(entry.finder)
                found = await find(self._shell.workspace, text.strip(), RECORDS)
                hits += [self._record(entry.key, entry.icon, entry.record_label(), one) for one in found]
        return hits

    def _pages(self) -> list[Hit]:
        page = QCoreApplication.translate("Finder", "Page")
        action = QCoreApplication.translate("Finder", "Action")
        quick = [
            self._place(QCoreApplication.translate("Pages", one.title), one.icon, action, entry.key, one.target)
            for entry in PAGES
            for one in entry.quick
        ]
        return quick + [self._place(entry.label(), entry.icon, page, entry.key) for entry in PAGES]

    def _place(self, title: str, symbol: str, hint: str, key: str, target: object = None) -> Hit:
        return Hit(title, "", symbol, hint, lambda: self._shell.go(key, target))

    def _record(self, key: str, symbol: str, kind: str, found: Found) -> Hit:
        return Hit(found.title, found.subtitle, symbol, kind, lambda: self._shell.go(key, found.target))


def matches(text: str, title: str) -> bool:
    """Whether each word of `text` begins a word of `title`, without regard to case, accents and final sigma."""
    words = fold(title).split()
    return all(any(word.startswith(wanted) for word in words) for wanted in fold(text).split())


def _text(painter: QPainter, area: QRect, text: str, colour: str, *, bold: bool = False) -> int:
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, area.width()))
    painter.setPen(QColor(colour))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)
