"""Tokens, style sheet and icons."""

from __future__ import annotations

from dataclasses import asdict
from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QIcon
from PySide6.QtWidgets import QApplication

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


def test_the_font_has_greek(qapp: QApplication, scheme: Scheme) -> None:
    family = QFontInfo(qapp.font()).family()
    assert family in FONT_FAMILIES
    assert QFontDatabase.WritingSystem.Greek in QFontDatabase.writingSystems(family)
