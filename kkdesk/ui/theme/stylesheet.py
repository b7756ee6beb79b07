"""The style sheet of the application, made of tokens.

Widgets say what they are by dynamic properties, never by colours of their own: `kind` of a button (primary, danger,
quiet, chip), `role` of a label (page-title, section-title, dialog-title, muted, caption, figure), `tone` of pills and
banners (info, success, warning, danger, neutral).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template

from kkdesk.ui.theme.tokens import CONTROL_HEIGHT, FONT_PIXELS, ROW_HEIGHT, Tokens

_ASSETS = Path(__file__).parent / "assets"
_SHEETS = ("base.qss", "controls.qss", "views.qss", "shell.qss", "widgets.qss")


def style_sheet(theme: Tokens) -> str:
    """The whole style sheet in the colours of `theme`."""
    values = {
        **asdict(theme),
        "assets": _ASSETS.as_posix(),
        "scheme": "dark" if theme.dark else "light",
        "font": str(FONT_PIXELS),
        "row": str(ROW_HEIGHT),
        "inner": str(CONTROL_HEIGHT - 2),
    }
    text = "".join((_ASSETS / name).read_text(encoding="utf-8") for name in _SHEETS)
    return Template(text).substitute(values)
