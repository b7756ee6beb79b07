"""What is pasted comes in clean: words, weight, links, lists and headings, none of Word's or a web page's dress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast

from lxml import etree
from lxml import html as lxml_html

from kkdesk.model.merge_fields import modernised
from kkdesk.ui.campaigns.editing.letter import (
    PARAGRAPH_STYLE,
    PLAIN,
    Break,
    Item,
    Kind,
    Letter,
    Link,
    Look,
    Paragraph,
    Run,
    Text,
    standard_style,
    tidy,
)
from kkdesk.ui.campaigns.editing.reading import Open, read
from kkdesk.ui.campaigns.editing.refusals import CannotKeep
from kkdesk.ui.campaigns.editing.styles import declarations, is_bold

#: What our own editor puts on the clipboard, for a paste that loses nothing.
OWN_MIME: Final = "application/x-kkdesk-letter"

_FRAGMENT: Final = re.compile(r"<!--\s*StartFragment\s*-->(.*)<!--\s*EndFragment\s*-->", re.DOTALL | re.IGNORECASE)
#: Word's conditional comments as browsers write them into a document.
_CONDITIONAL: Final = re.compile(r"<!\[(?:if|endif)[^\]]*\]>|<!--\[if.*?<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_UNSEEN: Final = frozenset(
    "script style head title meta link noscript template svg math iframe object button select input textarea xml img "
    "video audio".split()
)
_BLOCKS: Final = frozenset(
    "p div section article header footer main aside nav figure figcaption blockquote pre address dl dt dd center "
    "table tbody thead tfoot caption fieldset form details summary hr".split()
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WORD_LIST: Final = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_ORDERED: Final = re.compile(r"\s*(?:\d+|[a-zA-Zα-ωΑ-Ω]{1,3})[.)]")
_LINK: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


def clean_html(html: str) -> Letter:
    """Foreign HTML as a letter. Never fails: what cannot be understood is its text."""
    match = _FRAGMENT.search(html)
    source = modernised(_CONDITIONAL.sub("", match[1] if match else html).replace("\x00", ""))
    root = lxml_html.fragment_fromstring(source, create_parent="div") if source.strip() else None
    if root is None:
        return Letter()
    cleaner = _Cleaner()
    cleaner.flow(root)
    cleaner.end()
    return Letter(tidy(_dressed(block) for block in cleaner.blocks))


def own_html(html: str) -> Letter:
    """What our own editor copied."""
    try:
        return read(html)
    except CannotKeep:
        return clean_html(html)


def clean_text(text: str) -> Letter:
    """Plain text as a letter: an empty line ends a paragraph, a line end is one."""
    paragraphs = [line.strip() for line in re.split(r"\r\n|[\r\n\u2028\u2029]", modernised(text))]
    while paragraphs and not paragraphs[-1]:
        paragraphs.pop()
    runs: Iterator[tuple[Run, ...]] = ((Text(line),) if line else () for line in paragraphs)
    blocks = [Paragraph(found, kept=PARAGRAPH_STYLE) for found in runs]
    # Empty lines between paragraphs are how plain text shows the space that ours have anyway.
    spaced = [block for at, block in enumerate(blocks) if block.runs or (at and not blocks[at - 1].runs)]
    return Letter(tidy(spaced))


def _dressed(block: Paragraph) -> Paragraph:
    kind = "p" if block.kind == "div" and block.item is None else block.kind
    if kind in {"h4", "h5", "h6"}:
        kind = "h3"
    kept = "" if block.item is not None else standard_style(kind)
    return Paragraph(block.runs, kind, block.align, kept, block.item)


class _Cleaner:
    """One walk that collects paragraphs, list items and headings, and runs in them."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph] = []
        self._open: Open | None = None
        self._shape = Paragraph()
        self._depth = 0
        #: What parts the next words from those before, within one paragraph: blocks in a list item or a table's row.
        self._soft: Run | None = None
        self._inside = 0

    def flow(self, element: etree._Element, look: Look = PLAIN) -> None:
        """Collect what is in `element`; `look` is that around it."""
        self._text(element.text, look)
        for child in element:
            self._node(child, look)
            self._text(child.tail, look)

    def end(self) -> None:
        """End the paragraph, or the part of one."""
        if self._inside:
            self._soft = self._soft or Break()
            return
        if self._open is not None and not self._open.is_blank:
            self.blocks.append(self._open.paragraph())
        self._open = self._soft = None

    def _node(self, element: etree._Element, look: Look) -> None:
        name = element.tag.lower() if isinstance(element.tag, str) else ""
        style = declarations(element.get("style"))
        if not name or name in _UNSEEN or style.get("display") == "none" or "mso-list:ignore" in _bare(element):
            return
        if name == "br":
            self._object(Break(look))
        elif name in {"ul", "ol"}:
            self._list(element, name, look)
        elif (word := _WORD_LIST.search(element.get("style") or "")) is not None:
            self._item(element, _word_item(element, int(word[1])), look)
        elif name in {"td", "th", "tr"}:
            self._part(element, name, look)
        elif name in _HEADINGS or name in _BLOCKS:
            self.end()
            before = self._shape
            if not self._inside:
                self._shape = Paragraph(kind=cast("Kind", name if name in _HEADINGS else "p"))
            self.flow(element, look)
            self.end()
            self._shape = before
        else:
            self.flow(element, _changed(look, name, style, element.get("href") or ""))

    def _part(self, element: etree._Element, name: str, look: Look) -> None:
        """A table's row becomes a paragraph, its cells the parts of it."""
        if name == "tr":
            self.end()
        self._inside += 1
        self.flow(element, look)
        self._inside -= 1
        if name == "tr":
            self.end()
        elif self._open is not None:
            self._soft = Text("\u00a0 \u00a0")

    def _list(self, element: etree._Element, name: str, look: Look) -> None:
        outer, self._inside = self._inside, 0
        if not outer or self._depth:
            self.end()
        self._depth += 1
        item = Item(name == "ol", self._depth, first=True)
        for child in element:
            if isinstance(child.tag, str) and child.tag.lower() == "li":
                self._item(child, item, look)
                item = replace(item, first=False)
            else:
                self._node(child, look)
        self._depth -= 1
        self._inside = outer

    def _item(self, element: etree._Element, item: Item, look: Look) -> None:
        self.end()
        self._shape = Paragraph(kind="div", item=item)
        self._inside += 1
        self.flow(element, look)
        self._inside -= 1
        self.end()
        self._shape = Paragraph()

    def _text(self, text: str | None, look: Look) -> None:
        if not text or ((self._open is None or self._soft is not None) and not text.strip()):
            return
        place = self._here()
        if self._soft is not None:
            soft, self._soft = self._soft, None
            if not place.is_blank:
                place.object(soft)
        place.text(text, look)

    def _object(self, run: Run) -> None:
        if self._open is not None:
            self._open.object(run)

    def _here(self) -> Open:
        if self._open is None:
            self._open = Open(self._shape, [])
        return self._open


def _word_item(element: etree._Element, depth: int) -> Item:
    marker = next((_words(child) for child in element.iter() if "mso-list:ignore" in _bare(child)), "")
    return Item(_ORDERED.match(marker) is not None, depth)


def _changed(look: Look, name: str, style: dict[str, str], href: str) -> Look:
    bold = is_bold(style.get("font-weight", ""))
    # Google Docs wraps everything in a <b> that is not bold.
    bold = bold if bold is not None else look.bold or name in {"b", "strong"}
    italic = look.italic or name in {"i", "em", "cite"} or style.get("font-style") == "italic"
    link = Link(href) if name == "a" and _LINK.match(href) else look.link
    underlined = name in {"u", "ins"} or "underline" in style.get("text-decoration", "")
    # Links are underlined anyway.
    underline = look.underline or (underlined and link is None)
    return Look(bold, italic, underline, link=link)


def _bare(element: etree._Element) -> str:
    return re.sub(r"\s", "", element.get("style") or "").lower() if isinstance(element.tag, str) else ""


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
