"""Design tokens: every colour and size of the program, in light and dark.

Graphite as of a tyre, one petrol accent. Text on its background has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3),
borders of controls and the focus ring at least 3 : 1 (1.4.11); a test computes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one scheme, as "#rrggbb"."""

    dark: bool
    #: Behind pages; cards, tables and fields; wells and headers.
    window: str
    surface: str
    sunken: str
    #: Hairlines between things; outlines of controls.
    line: str
    outline: str
    text: str
    muted: str
    hover: str
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    #: A selected row, and the text on it.
    selection: str
    on_selection: str
    rail: str
    rail_hover: str
    rail_active: str
    rail_text: str
    on_rail: str
    rail_accent: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    danger_strong: str
    on_danger: str
    neutral_soft: str
    toast: str
    on_toast: str
    toast_action: str
    shadow: str


LIGHT = Tokens(
    dark=False,
    window="#f4f5f7",
    surface="#ffffff",
    sunken="#eceef1",
    line="#e1e4e8",
    outline="#868f9a",
    text="#1b1f24",
    muted="#59636e",
    hover="#eef1f4",
    accent="#0b6b87",
    accent_strong="#085467",
    accent_soft="#e0f0f5",
    on_accent="#ffffff",
    selection="#d5eaf1",
    on_selection="#10242b",
    rail="#22272e",
    rail_hover="#2c323a",
    rail_active="#373f49",
    rail_text="#c3cad2",
    on_rail="#ffffff",
    rail_accent="#4fb9d6",
    success="#1a6f42",
    success_soft="#e0f3e8",
    warning="#855100",
    warning_soft="#fdf0d5",
    danger="#b3261e",
    danger_soft="#fce8e6",
    danger_strong="#8f1d17",
    on_danger="#ffffff",
    neutral_soft="#e9ecef",
    toast="#22272e",
    on_toast="#f2f4f6",
    toast_action="#7ccbe1",
    shadow="#1b1f24",
)

DARK = Tokens(
    dark=True,
    window="#16191d",
    surface="#1e2227",
    sunken="#121518",
    line="#2e343b",
    outline="#6c7681",
    text="#e6e9ec",
    muted="#a2acb6",
    hover="#272c32",
    accent="#5bbbd6",
    accent_strong="#86cfe3",
    accent_soft="#18343e",
    on_accent="#06222b",
    selection="#1f4552",
    on_selection="#eaf6fa",
    rail="#101215",
    rail_hover="#1b1f24",
    rail_active="#262c33",
    rail_text="#b4bcc5",
    on_rail="#ffffff",
    rail_accent="#4fb9d6",
    success="#74cf9b",
    success_soft="#15341f",
    warning="#e8b55c",
    warning_soft="#3a2b0f",
    danger="#ff9b92",
    danger_soft="#43201d",
    danger_strong="#ffb5ae",
    on_danger="#3b0a07",
    neutral_soft="#2b3138",
    toast="#323940",
    on_toast="#f2f4f6",
    toast_action="#86cfe3",
    shadow="#000000",
)

#: Sizes in device-independent pixels.
FONT_PIXELS = 13
ROW_HEIGHT = 30
CONTROL_HEIGHT = 30
#: Spacing goes in steps of 4.
SPACE = 4

#: The first that is installed is used; each has Greek with all accents.
FONT_FAMILIES = (
    "Segoe UI",
    "SF Pro Text",
    "Inter",
    "Noto Sans",
    "Open Sans",
    "Ubuntu",
    "DejaVu Sans",
)
