"""Buttons by what they are for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton

from kkdesk.ui.theme.icons import icon

Kind = Literal["plain", "primary", "danger", "quiet", "link"]

#: Wider than high: the rest is the gap to the text.
_ICON = QSize(20, 16)
_ICON_TONES = {"primary": "on_accent", "danger": "on_danger", "link": "accent"}


def button(
    text: str,
    kind: Kind = "plain",
    *,
    symbol: str = "",
    clicked: Callable[[], object] | None = None,
) -> QPushButton:
    """A push button; one `primary` at most in any view. `symbol` is an icon's name."""
    made = QPushButton(text)
    if kind != "plain":
        made.setProperty("kind", kind)
    if symbol:
        made.setIcon(icon(symbol, _ICON_TONES.get(kind, "text")))
        made.setIconSize(_ICON)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
    if clicked is not None:
        # `clicked` of Qt passes whether the button is checked.
        made.clicked.connect(lambda _checked: clicked())
    return made


def menu_button(text: str, menu: QMenu, kind: Kind = "plain", *, symbol: str = "") -> QPushButton:
    """A button that drops `menu`, and shows that it does."""
    made = button(text, kind, symbol=symbol)
    made.setProperty("has-menu", True)
    made.setMenu(menu)
    menu.setParent(made, menu.windowFlags())
    return made


def tool_button(symbol: str, tip: str, *, clicked: Callable[[], object] | None = None) -> QToolButton:
    """A button that is an icon alone; `tip` is its tool tip and its name for screen readers."""
    made = QToolButton()
    made.setIcon(icon(symbol))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        # `clicked` of Qt passes whether the button is checked.
        made.clicked.connect(lambda _checked: clicked())
    return made
