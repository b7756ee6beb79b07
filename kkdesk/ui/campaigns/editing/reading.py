"""HTML read into a letter, or refused: what the editor could not give back is not taken apart in the first place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from lxml import etree

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.merge_fields import modernised
from kkdesk.ui.campaigns.editing.letter import (
    PLAIN,
    Align,
    Break,
    Item,
    Kind,
    Letter,
    Link,
    Look,
    Paragraph,
    Picture,
    Run,
    Text,
    tidy,
)
from kkdesk.ui.campaigns.editing.refusals import (
    CONDITIONAL,
    FRAMES,
    CannotKeep,
    attribute_reason,
    element_reason,
    style_reason,
)
from kkdesk.ui.campaigns.editing.shells import BLOCKS, LISTS, is_hidden, name_of, shelled, tree_of
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, is_bold, may_keep, style_text

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")

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


def read(html: str) -> Letter:
    """`html` as a letter, misspelt merge fields put right. Raises `CannotKeep`."""
    head, inner, tail = shelled(modernised(html.replace("\x00", "")))
    reader = _Reader()
    reader.read(tree_of(inner))
    return Letter(tidy(reader.blocks), head, tail)


@dataclass(slots=True)
class Open:
    """A paragraph under construction."""

    shape: Paragraph
    runs: list[Run]
    #: Whether a blank here would be swallowed.
    at_start: bool = True

    def text(self, text: str, look: Look) -> None:
        """Add text as a browser shows it: runs of blanks are one blank."""
        collapsed = _BLANKS.sub(" ", text)
        if self.at_start:
            collapsed = collapsed.removeprefix(" ")
        if collapsed:
            self.runs.append(Text(collapsed, look))
            self.at_start = collapsed.endswith(" ")

    def object(self, run: Run) -> None:
        """Add anything else."""
        self.runs.append(run)
        self.at_start = isinstance(run, Break)

    @property
    def is_blank(self) -> bool:
        """Whether nothing has come yet but blanks."""
        return all(isinstance(run, Text) and run.text == " " for run in self.runs)

    def paragraph(self) -> Paragraph:
        """The paragraph, complete."""
        runs = self.runs
        while runs and isinstance(runs[-1], Text) and runs[-1].text == " ":
            runs.pop()
        if runs and isinstance(runs[-1], Break):
            # The last line break of a paragraph is its own end, and not seen.
            runs = runs[:-1]
        return replace(self.shape, runs=tuple(runs))


class _Reader:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph] = []
        self._open: Open | None = None
        self._align: Align = ""
        self._in_heading = False
        self._reasons: dict[str, Bilingual] = {}

    def read(self, root: etree._Element) -> None:
        self._flow(root, PLAIN)
        self._close()
        if self._reasons:
            raise CannotKeep(tuple(self._reasons.values()))

    # Blocks ---------------------------------------------------------------------------------------------

    def _flow(self, element: etree._Element, look: Look) -> None:
        """What stands in a container: blocks, and between them loose text."""
        self._loose(element.text, look)
        for child in element:
            name = name_of(child)
            if name in BLOCKS:
                self._close()
                self._block(child, name, look)
            elif name:
                self._begin_loose(child)
                self._inline(child, name, look)
            else:
                self._comment(child)
            self._loose(child.tail, look)

    def _loose(self, text: str | None, look: Look) -> None:
        if text and (self._open is not None or text.strip(" \t\n\r\f")):
            self._begin_loose(None)
            self._text(text, look)

    def _begin_loose(self, _child: etree._Element | None) -> None:
        if self._open is None:
            self._open = Open(Paragraph(kind="div", align=self._align), [])

    def _block(self, element: etree._Element, name: str, look: Look) -> None:
        if name in LISTS:
            self._list(element, name, look, 1)
        elif name == "li":
            self._refuse("stray-item", element_reason("li"))
        elif name == "center" or (name == "div" and any(name_of(child) in BLOCKS for child in element)):
            self._container(element, name, look)
        else:
            self._paragraph(element, cast("Kind", name), look, None)

    def _container(self, element: etree._Element, name: str, look: Look) -> None:
        style = declarations(element.get("style"))
        align = self._take_align(element, style) or ("center" if name == "center" else "")
        look = self._look(look, style)
        if style:
            self._refuse("frame", FRAMES)
        self._other_attributes(element)
        before, self._align = self._align, align or self._align
        self._flow(element, look)
        self._close()
        self._align = before

    def _paragraph(self, element: etree._Element, kind: Kind, look: Look, item: Item | None) -> None:
        style = declarations(element.get("style"))
        align = self._take_align(element, style) or self._align
        self._in_heading = kind[0] == "h"
        look = self._look(look, style)
        shape = Paragraph((), kind, align, self._kept(style), item)
        self._other_attributes(element)
        self._open = Open(shape, [])
        self._inlines(element, look)
        if self._open is not None and (item is not None or self._open.runs):
            self.blocks.append(self._open.paragraph())
        self._open = None
        self._in_heading = False

    def _close(self) -> None:
        if self._open is not None and not self._open.is_blank:
            self.blocks.append(self._open.paragraph())
        self._open = None

    # Lists ----------------------------------------------------------------------------------------------

    def _list(self, element: etree._Element, name: str, look: Look, depth: int) -> None:
        style = declarations(element.get("style"))
        look = self._look(look, style)
        item = Item(name == "ol", depth, first=True, kept=self._kept(style))
        self._other_attributes(element, {"type": {"1", "disc"}, "start": {"1"}})
        if (element.text or "").strip():
            self._refuse("list", element_reason(name))
        for child in element:
            inner = name_of(child)
            if (child.tail or "").strip() or (inner != "li" and inner not in LISTS):
                self._refuse("list", element_reason(inner or name))
            elif inner in LISTS:
                self._list(child, inner, look, depth + 1)
            else:
                self._item(child, look, item)
                item = replace(item, first=False)

    def _item(self, element: etree._Element, look: Look, item: Item) -> None:
        nested = [child for child in element if name_of(child) in LISTS]
        # Lists in an item stand at its end; `_inlines` refuses what comes after one.
        last = nested[-1] if nested else None
        if last is not None and (last.tail or "").strip():
            self._refuse("item", element_reason("li"))
        for child in nested:
            element.remove(child)
        blocks = [child for child in element if name_of(child) in BLOCKS]
        if len(blocks) == 1 and len(element) == 1 and not (element.text or "").strip():
            inner = blocks[0]
            if declarations(element.get("style")) or name_of(inner) not in {"p", "div"}:
                self._refuse("item", element_reason("li"))
            self._other_attributes(element)
            self._paragraph(inner, cast("Kind", name_of(inner)), look, item)
        else:
            self._other_attributes(element)
            self._paragraph(element, "div", look, item)
        for child in nested:
            self._list(child, name_of(child), look, item.depth + 1)

    # Runs -----------------------------------------------------------------------------------------------

    def _inlines(self, element: etree._Element, look: Look) -> None:
        self._text(element.text, look)
        for child in element:
            name = name_of(child)
            if name in BLOCKS:
                self._refuse("nested", element_reason(name))
            elif name:
                self._inline(child, name, look)
            else:
                self._comment(child)
            self._text(child.tail, look)

    def _text(self, text: str | None, look: Look) -> None:
        if text and self._open is not None:
            self._open.text(text, look)

    def _inline(self, element: etree._Element, name: str, look: Look) -> None:
        if self._open is None:
            return
        if name == "br":
            self._open.object(Break(look))
        elif name == "img":
            self._picture(element, look)
        elif name == "a":
            self._link(element, look)
        elif (change := _LOOKS.get(name)) is not None:
            style = declarations(element.get("style"))
            self._other_attributes(element, _FONT_ATTRIBUTES if name == "font" else {})
            self._inlines(element, self._run_look(change(element, look), style))
        else:
            self._refuse(name, element_reason(name))

    def _link(self, element: etree._Element, look: Look) -> None:
        href = (element.get("href") or "").strip()
        style = declarations(element.get("style"))
        if element.get("name") or href.startswith("#") or is_hidden(style) or "url(" in style_text(style):
            self._refuse("anchor", element_reason("a"))
        self._other_attributes(element, {"href": None})
        # A mail program colours links itself, whatever stands around them.
        inner = replace(look, colour="", link=Link(href, style_text(style))) if href else look
        self._inlines(element, inner)

    def _picture(self, element: etree._Element, look: Look) -> None:
        width = (element.get("width") or "").removesuffix("px")
        attributes = tuple(
            (str(name), str(value))
            for name, value in element.attrib.items()
            if name not in {"src", "alt"} and not (name == "width" and width.isdigit())
        )
        if any(name.startswith("on") or name == "usemap" for name, _ in attributes):
            self._refuse("img", element_reason("img"))
        if self._open is not None:
            picture = Picture(
                element.get("src") or "", element.get("alt"), int(width) if width.isdigit() else None, attributes, look
            )
            self._open.object(picture)

    # Styles and attributes ------------------------------------------------------------------------------

    def _look(self, look: Look, style: dict[str, str]) -> Look:
        """`look` changed by a style; what was understood is taken out of `style`."""
        if colour := colour_of(style.get("color", "")):
            look = replace(look, colour=colour)
            del style["color"]
        bold = is_bold(style.get("font-weight", ""))
        if bold is not None and not self._in_heading:
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
        return replace(look, bold=False) if self._in_heading else look

    def _run_look(self, look: Look, style: dict[str, str]) -> Look:
        look = self._look(look, style)
        if not style:
            return look
        kept = declarations(look.kept)
        for name, value in style.items():
            twice = name in kept and _RELATIVE.search(value)
            if name not in _RUN_KEEPABLE or not may_keep(name, value) or twice:
                self._refuse(f"style {name}", style_reason(name))
            kept[name] = value
        return replace(look, kept=style_text(kept))

    def _kept(self, style: Mapping[str, str]) -> str:
        for name, value in style.items():
            if not may_keep(name, value):
                self._refuse(f"style {name}", style_reason(name))
        return style_text(style)

    def _take_align(self, element: etree._Element, style: dict[str, str]) -> Align:
        written = style.get("text-align") or element.get("align") or ""
        found = _ALIGNMENTS.get(written.strip().lower())
        if found is None:
            return ""
        style.pop("text-align", None)
        return cast("Align", found)

    def _other_attributes(self, element: etree._Element, known: Mapping[str, set[str] | None] | None = None) -> None:
        for name, value in element.attrib.items():
            written = str(name).lower()
            allowed = (known or {}).get(written, set())
            if written in {"style", "align"} or allowed is None or str(value).lower() in allowed:
                continue
            if not _MEANINGLESS.match(written) or (written == "dir" and str(value).lower() == "rtl"):
                self._refuse(f"attribute {written}", attribute_reason(written))

    def _comment(self, node: etree._Element) -> None:
        if node.tag is not etree.Comment or "[if" in str(node.text) or "[endif" in str(node.text):
            self._refuse("comment", CONDITIONAL)

    def _refuse(self, code: str, reason: Bilingual) -> None:
        self._reasons.setdefault(code, reason)


def _font(element: etree._Element, look: Look) -> Look:
    kept = declarations(look.kept)
    if size := _FONT_SIZES.get(element.get("size") or ""):
        kept["font-size"] = size
    if face := element.get("face"):
        kept["font-family"] = face
    return replace(look, colour=colour_of(element.get("color") or "") or look.colour, kept=style_text(kept))


def _raised(element: etree._Element, look: Look) -> Look:
    return replace(look, kept=style_text({**declarations(look.kept), **declarations(_RAISED[name_of(element)])}))


_FONT_ATTRIBUTES: Final = {"color": None, "face": None, "size": set(_FONT_SIZES)}
_LOOKS: Final[dict[str, Callable[[etree._Element, Look], Look]]] = {
    **{name: lambda _element, look: replace(look, bold=True) for name in _BOLD},
    **{name: lambda _element, look: replace(look, italic=True) for name in _ITALIC},
    **{name: lambda _element, look: replace(look, underline=True) for name in _UNDERLINE},
    **{name: lambda _element, look: replace(look, struck=True) for name in _STRUCK},
    "span": lambda _element, look: look,
    "font": _font,
    "sup": _raised,
    "sub": _raised,
}
