"""Tokens, style sheet and icons."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QIcon
from PySide6.QtWidgets import QApplication

import kkdesk.ui
from kkdesk.ui.pages import PAGES
from kkdesk.ui.theme.icons import glyph, icon
from kkdesk.ui.theme.scheme import Scheme, tokens
from kkdesk.ui.theme.stylesheet import style_sheet
from kkdesk.ui.theme.tokens import DARK, FONT_FAMILIES, LIGHT, Tokens
from kkdesk.ui.widgets.chips import tag_colours

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

#: Text and what it is written on: 4.5 : 1.
TEXTS = (
    ("text", "window"), ("text", "surface"), ("text", "sunken"), ("text", "hover"),
    ("muted", "window"), ("muted", "surface"), ("muted", "hover"), ("text", "neutral_soft"), ("muted", "neutral_soft"),
    ("accent", "surface"), ("accent", "window"), ("accent", "accent_soft"),
    ("on_accent", "accent"), ("on_accent", "accent_strong"), ("on_selection", "selection"),
    ("rail_text", "rail"), ("on_rail", "rail_hover"), ("on_rail", "rail_active"),
    ("success", "success_soft"), ("warning", "warning_soft"), ("danger", "danger_soft"), ("danger", "surface"),
    ("danger", "window"), ("on_danger", "danger"), ("on_danger", "danger_strong"),
    ("on_toast", "toast"), ("toast_action", "toast"),
    ("text", "accent_soft"), ("text", "success_soft"), ("text", "warning_soft"), ("text", "danger_soft"),
)  # fmt: skip
#: Edges of controls and the focus ring: 3 : 1.
EDGES = (
    ("outline", "surface"),
    ("outline", "window"),
    ("accent", "surface"),
    ("accent", "window"),
    ("rail_accent", "rail"),
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    found = QColor(colour)
    parts = [found.redF(), found.greenF(), found.blueF()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@BOTH
@pytest.mark.parametrize(("front", "back"), TEXTS)
def test_text_can_be_read(theme: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(theme, front), getattr(theme, back)) >= 4.5


@BOTH
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_controls_can_be_made_out(theme: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(theme, front), getattr(theme, back)) >= 3


@pytest.mark.parametrize(("choice", "hue"), [*product(("light", "dark"), range(0, 360, 15))])
def test_tags_of_any_colour_can_be_read(scheme: Scheme, choice: str, hue: int) -> None:
    scheme.choose(choice)
    background, foreground = tag_colours(QColor.fromHsl(hue, 200, 128).name())
    assert contrast(foreground, background) >= 4.5


@BOTH
def test_every_colour_is_one(theme: Tokens) -> None:
    values = [value for name, value in asdict(theme).items() if name != "dark"]
    assert all(QColor(value).isValid() for value in values)


@BOTH
def test_the_style_sheet_has_no_gaps(theme: Tokens) -> None:
    assert "$" not in style_sheet(theme)


def test_the_theme_can_be_switched(qapp: QApplication, scheme: Scheme) -> None:
    heard: list[str] = []
    scheme.changed.connect(lambda: heard.append(tokens().window))
    scheme.choose("dark")
    assert scheme.is_dark
    assert DARK.surface in qapp.styleSheet()
    scheme.choose("light")
    assert heard == [DARK.window, LIGHT.window]


def test_an_unknown_choice_follows_the_system(scheme: Scheme) -> None:
    scheme.choose("purple")
    assert scheme.choice == "system"


def test_icons_follow_the_theme(scheme: Scheme) -> None:
    trash = icon("trash")
    scheme.choose("light")
    light = trash.pixmap(QSize(24, 24)).toImage()
    scheme.choose("dark")
    dark = trash.pixmap(QSize(24, 24)).toImage()
    assert light != dark


def test_icons_have_a_faded_form_and_survive_copies(scheme: Scheme) -> None:
    scheme.choose("light")
    copy = QIcon(icon("trash"))
    plain = copy.pixmap(QSize(24, 24)).toImage()
    assert not plain.isNull()
    assert plain != copy.pixmap(QSize(24, 24), QIcon.Mode.Disabled).toImage()


def test_icons_are_sharp_on_a_fine_screen(scheme: Scheme) -> None:
    pixmap = icon("trash").pixmap(QSize(16, 16), 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)


def test_unknown_icons_are_refused() -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_every_page_has_an_icon() -> None:
    names = [entry.icon for entry in PAGES] + [quick.icon for entry in PAGES for quick in entry.quick]
    assert all(glyph(name) for name in names)


#: Calls that take an icon's name, and at which place.
TAKES_AN_ICON = {"icon": 0, "Symbol": 0, "_Sign": 0, "tool_button": 0, "show_empty": 0, "EmptyState": 0, "Command": 2}


def icons_named(path: Path) -> Iterator[str]:
    """Names of icons written out in a source file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = TAKES_AN_ICON.get(called, len(node.args))
        given = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "symbol")]
        yield from (one.value for one in given if isinstance(one, ast.Constant) and one.value)


def test_every_icon_named_in_the_code_exists() -> None:
    named = {name: path.name for path in Path(kkdesk.ui.__file__).parent.rglob("*.py") for name in icons_named(path)}
    assert len(named) > 30
    missing = {}
    for name, place in named.items():
        try:
            glyph(name)
        except KeyError:
            missing[name] = place
    assert not missing


def test_the_font_has_greek(qapp: QApplication, scheme: Scheme) -> None:
    family = QFontInfo(qapp.font()).family()
    assert family in FONT_FAMILIES
    assert QFontDatabase.WritingSystem.Greek in QFontDatabase.writingSystems(family)
