"""Style attributes: taken apart, put together, and what of them an editor may keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtGui import QColor

#: One declaration: semicolons inside quotes and parentheses belong to it.
_DECLARATION: Final = re.compile(r"""(?:[^;"'()]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*')*\))+""")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*1(?:\.0+)?\s*)?\)")
_PIXELS: Final = re.compile(r"(-?\d+(?:\.\d+)?)(px|pt|em|rem|%)?\Z")
_HEX: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_POINT: Final = 96 / 72

#: Properties that are kept as they are: none hides a text, moves it, or loads anything.
KEEPABLE: Final = frozenset(
    "background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-color border-left border-radius border-right border-style border-top border-width font font-family "
    "font-size font-variant letter-spacing line-height list-style list-style-position list-style-type margin "
    "margin-bottom margin-left margin-right margin-top max-width mso-line-height-rule padding padding-bottom "
    "padding-left padding-right padding-top text-indent text-transform word-break word-spacing word-wrap "
    "overflow-wrap text-decoration text-decoration-color vertical-align".split()
)


def declarations(style: str | None) -> dict[str, str]:
    """A style attribute as properties (lower case) and values; what is no declaration is left out."""
    found: dict[str, str] = {}
    for match in _DECLARATION.finditer(style or ""):
        name, colon, value = match[0].partition(":")
        if colon and name.strip() and value.strip():
            found[name.strip().lower()] = " ".join(value.split())
    return found


def style_text(values: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Properties and values as a style attribute."""
    pairs = values.items() if isinstance(values, Mapping) else values
    return ";".join(f"{name}:{value}" for name, value in pairs)


def may_keep(name: str, value: str) -> bool:
    """Whether an editor that cannot show the declaration may still keep it without misleading anybody."""
    return name in KEEPABLE and "url(" not in value.lower() and "expression(" not in value.lower()


def colour_of(value: str) -> str:
    """A CSS colour as "#rrggbb"; empty when it is none, or not an opaque one."""
    text = value.strip().lower()
    if match := _RGB.fullmatch(text):
        return "#{:02x}{:02x}{:02x}".format(*(min(int(part), 255) for part in match.groups()))
    if _HEX.fullmatch(text) or (text.isalpha() and text != "transparent" and QColor.isValidColorName(text)):
        return QColor(text).name()
    return ""


def pixels_of(value: str, parent: float) -> float | None:
    """A CSS length in pixels, relative ones to `parent`; None when it is no length."""
    match = _PIXELS.match(value.strip().lower())
    if match is None:
        return None
    number = float(match[1])
    match match[2]:
        case "pt":
            return number * _POINT
        case "em" | "rem":
            return number * parent
        case "%":
            return number * parent / 100
        case "px":
            return number
        case _:
            return number if number == 0 else None


def is_bold(value: str) -> bool | None:
    """What a font-weight means; None when it says neither."""
    text = value.strip().lower()
    if text in {"bold", "bolder"} or (text.isdigit() and int(text) >= 600):
        return True
    return False if text in {"normal", "lighter"} or text.isdigit() else None
