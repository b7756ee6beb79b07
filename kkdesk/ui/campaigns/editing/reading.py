"""HTML read into a letter, or refused: what the editor could not give back is not taken apart in the first place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, cast

from lxml import etree

from kkdesk.model.merge_fields import modernised
from kkdesk.ui.campaigns.editing.appearance import FONT_ATTRIBUTES, LOOKS, Appearance
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
from kkdesk.ui.campaigns.editing.refusals import CONDITIONAL, FRAMES, CannotKeep, element_reason
from kkdesk.ui.campaigns.editing.shells import BLOCKS, LISTS, is_hidden, name_of, shelled, tree_of
from kkdesk.ui.campaigns.editing.styles import declarations, style_text

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")


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
        self._style = Appearance()

    def read(self, root: etree._Element) -> None:
        self._flow(root, PLAIN)
        self._close()
        if self._style.reasons:
            raise CannotKeep(tuple(self._style.reasons.values()))

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
            self._style.refuse("stray-item", element_reason("li"))
        elif name == "center" or (name == "div" and any(name_of(child) in BLOCKS for child in element)):
            self._container(element, name, look)
        else:
            self._paragraph(element, cast("Kind", name), look, None)

    def _container(self, element: etree._Element, name: str, look: Look) -> None:
        style = declarations(element.get("style"))
        align = self._style.take_align(element, style) or ("center" if name == "center" else "")
        look = self._style.look(look, style)
        if style:
            self._style.refuse("frame", FRAMES)
        self._style.check_attributes(element)
        before, self._align = self._align, align or self._align
        self._flow(element, look)
        self._close()
        self._align = before

    def _paragraph(self, element: etree._Element, kind: Kind, look: Look, item: Item | None) -> None:
        style = declarations(element.get("style"))
        align = self._style.take_align(element, style) or self._align
        self._style.in_heading = kind[0] == "h"
        look = self._style.look(look, style)
        shape = Paragraph((), kind, align, self._style.kept(style), item)
        self._style.check_attributes(element)
        self._open = Open(shape, [])
        self._inlines(element, look)
        if self._open is not None and (item is not None or self._open.runs):
            self.blocks.append(self._open.paragraph())
        self._open = None
        self._style.in_heading = False

    def _close(self) -> None:
        if self._open is not None and not self._open.is_blank:
            self.blocks.append(self._open.paragraph())
        self._open = None

    # Lists ----------------------------------------------------------------------------------------------

    def _list(self, element: etree._Element, name: str, look: Look, depth: int) -> None:
        style = declarations(element.get("style"))
        look = self._style.look(look, style)
        item = Item(name == "ol", depth, first=True, kept=self._style.kept(style))
        self._style.check_attributes(element, {"type": {"1", "disc"}, "start": {"1"}})
        if (element.text or "").strip():
            self._style.refuse("list", element_reason(name))
        for child in element:
            inner = name_of(child)
            if (child.tail or "").strip() or (inner != "li" and inner not in LISTS):
                self._style.refuse("list", element_reason(inner or name))
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
            self._style.refuse("item", element_reason("li"))
        for child in nested:
            element.remove(child)
        blocks = [child for child in element if name_of(child) in BLOCKS]
        if len(blocks) == 1 and len(element) == 1 and not (element.text or "").strip():
            inner = blocks[0]
            if declarations(element.get("style")) or name_of(inner) not in {"p", "div"}:
                self._style.refuse("item", element_reason("li"))
            self._style.check_attributes(element)
            self._paragraph(inner, cast("Kind", name_of(inner)), look, item)
        else:
            self._style.check_attributes(element)
            self._paragraph(element, "div", look, item)
        for child in nested:
            self._list(child, name_of(child), look, item.depth + 1)

    # Runs -----------------------------------------------------------------------------------------------

    def _inlines(self, element: etree._Element, look: Look) -> None:
        self._text(element.text, look)
        for child in element:
            name = name_of(child)
            if name in BLOCKS:
                self._style.refuse("nested", element_reason(name))
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
        elif (change := LOOKS.get(name)) is not None:
            style = declarations(element.get("style"))
            self._style.check_attributes(element, FONT_ATTRIBUTES if name == "font" else {})
            self._inlines(element, self._style.run_look(change(element, look), style))
        else:
            self._style.refuse(name, element_reason(name))

    def _link(self, element: etree._Element, look: Look) -> None:
        href = (element.get("href") or "").strip()
        style = declarations(element.get("style"))
        if element.get("name") or href.startswith("#") or is_hidden(style) or "url(" in style_text(style):
            self._style.refuse("anchor", element_reason("a"))
        self._style.check_attributes(element, {"href": None})
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
            self._style.refuse("img", element_reason("img"))
        if self._open is not None:
            picture = Picture(
                element.get("src") or "", element.get("alt"), int(width) if width.isdigit() else None, attributes, look
            )
            self._open.object(picture)

    def _comment(self, node: etree._Element) -> None:
        if node.tag is not etree.Comment or "[if" in str(node.text) or "[endif" in str(node.text):
            self._style.refuse("comment", CONDITIONAL)
