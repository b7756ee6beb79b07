"""What the styles and attributes of an element mean to a letter, and which of them the editor could not give back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from lxml import etree

from kkdesk.model.bilingual import Bilingual
from kkdesk.ui.campaigns.editing.letter import Align, Look
from kkdesk.ui.campaigns.editing.refusals import attribute_reason, style_reason
from kkdesk.ui.campaigns.editing.shells import name_of
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, is_bold, may_keep, style_text

_BOLD, _ITALIC = frozenset({"strong", "b"}), frozenset({"em", "i"})
_UNDERLINE, _STRUCK = frozenset({"u", "ins"}), frozenset({"s", "strike", "del"})
_FONT_SIZES: Final = {"1": "10px", "2": "13px", "3": "16px", "4": "18px", "5": "24px", "6": "32px", "7": "48px"}
_RAISED: Final = {"sup": "vertical-align:super;font-size:smaller", "sub": "vertical-align:sub;font-size:smaller"}
_ALIGNMENTS: Final = {
    "left": "left", "start": "left", "center": "center", "right": "right", "end": "right", "justify": "justify",
}  # fmt: skip
#: Attributes that nobody who reads a mail can tell from their absence.
_MEANINGLESS: Final = re.compile(
    r"(?:class|id|lang|title|role|target|rel|dir|contenteditable|spellcheck|tabindex|data-.*|aria-.*)\Z"
)
#: What a run may have beside its colour and weight: nothing that draws a box around it.
_RUN_KEEPABLE: Final = frozenset(
    "background background-color font font-family font-size font-variant letter-spacing line-height text-transform "
    "vertical-align word-spacing".split()
)
_RELATIVE: Final = re.compile(r"(?:em|%|larger|smaller)\Z")


class Appearance:
    """Reads styles and attributes during one walk over a tree, and collects why it must be refused."""

    def __init__(self) -> None:
        #: Headings are bold by themselves.
        self.in_heading = False
        self.reasons: dict[str, Bilingual] = {}

    def look(self, look: Look, style: dict[str, str]) -> Look:
        """`look` changed by a style; what was understood is taken out of `style`."""
        if colour := colour_of(style.get("color", "")):
            look = replace(look, colour=colour)
            del style["color"]
        bold = is_bold(style.get("font-weight", ""))
        if bold is not None and not self.in_heading:
            look = replace(look, bold=bold)
            del style["font-weight"]
        if style.get("font-style") in {"italic", "oblique", "normal"}:
            look = replace(look, italic=style.pop("font-style") != "normal")
        decoration = style.get("text-decoration", style.get("text-decoration-line", ""))
        if decoration in {"underline", "line-through", "none"}:
            underline, struck = decoration == "underline" or look.underline, decoration == "line-through" or look.struck
            look = replace(look, underline=underline, struck=struck)
            style.pop("text-decoration", None)
            style.pop("text-decoration-line", None)
        return replace(look, bold=False) if self.in_heading else look

    def run_look(self, look: Look, style: dict[str, str]) -> Look:
        """`look` changed by the style of a run, of which all must be understood or keepable."""
        look = self.look(look, style)
        if not style:
            return look
        kept = declarations(look.kept)
        for name, value in style.items():
            twice = name in kept and _RELATIVE.search(value)
            if name not in _RUN_KEEPABLE or not may_keep(name, value) or twice:
                self.refuse(f"style {name}", style_reason(name))
            kept[name] = value
        return replace(look, kept=style_text(kept))

    def kept(self, style: Mapping[str, str]) -> str:
        """What is left of the style of a block, to be written back as it was."""
        for name, value in style.items():
            if not may_keep(name, value):
                self.refuse(f"style {name}", style_reason(name))
        return style_text(style)

    def take_align(self, element: etree._Element, style: dict[str, str]) -> Align:
        """The alignment that a block asks for, taken out of `style`; empty: none."""
        written = style.get("text-align") or element.get("align") or ""
        found = _ALIGNMENTS.get(written.strip().lower())
        if found is None:
            return ""
        style.pop("text-align", None)
        return cast("Align", found)

    def check_attributes(self, element: etree._Element, known: Mapping[str, set[str] | None] | None = None) -> None:
        """Refuse what means something and is not among `known`: names with the values that may be lost, None: any."""
        for name, value in element.attrib.items():
            written = str(name).lower()
            allowed = (known or {}).get(written, set())
            if written in {"style", "align"} or allowed is None or str(value).lower() in allowed:
                continue
            if not _MEANINGLESS.match(written) or (written == "dir" and str(value).lower() == "rtl"):
                self.refuse(f"attribute {written}", attribute_reason(written))

    def refuse(self, code: str, reason: Bilingual) -> None:
        """Note why the HTML cannot be kept; a code counts once."""
        self.reasons.setdefault(code, reason)


def _font(element: etree._Element, look: Look) -> Look:
    kept = declarations(look.kept)
    if size := _FONT_SIZES.get(element.get("size") or ""):
        kept["font-size"] = size
    if face := element.get("face"):
        kept["font-family"] = face
    return replace(look, colour=colour_of(element.get("color") or "") or look.colour, kept=style_text(kept))


def _raised(element: etree._Element, look: Look) -> Look:
    return replace(look, kept=style_text({**declarations(look.kept), **declarations(_RAISED[name_of(element)])}))


#: Attributes of `<font>`, as `check_attributes` wants them.
FONT_ATTRIBUTES: Final = {"color": None, "face": None, "size": set(_FONT_SIZES)}
#: Elements of runs, and what each makes of the look around it.
LOOKS: Final[dict[str, Callable[[etree._Element, Look], Look]]] = {
    **{name: lambda _element, look: replace(look, bold=True) for name in _BOLD},
    **{name: lambda _element, look: replace(look, italic=True) for name in _ITALIC},
    **{name: lambda _element, look: replace(look, underline=True) for name in _UNDERLINE},
    **{name: lambda _element, look: replace(look, struck=True) for name in _STRUCK},
    "span": lambda _element, look: look,
    "font": _font,
    "sup": _raised,
    "sub": _raised,
}
