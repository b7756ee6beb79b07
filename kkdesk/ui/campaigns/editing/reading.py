"""HTML read into a letter, or refused: what the editor could not give back is not taken apart in the first place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from lxml import etree
from lxml import html as lxml_html

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
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, is_bold, may_keep, style_text

_DOCUMENT: Final = re.compile(
    r"(\s*(?:<!doctype[^>]*>\s*)?<html\b[^>]*>\s*"
    r"(?:<head\b[^>]*>(?:\s|<meta\b[^>]*>|<title\b[^>]*>[^<]*</title\s*>)*</head\s*>\s*)?<body\b[^>]*>)"
    r"(.*)(</body\s*>\s*</html\s*>\s*)",
    re.IGNORECASE | re.DOTALL,
)
_FRAME: Final = re.compile(r"(\s*<div\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)(.*)(</div\s*>\s*)", re.IGNORECASE | re.DOTALL)
_WHOLE: Final = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_FRAMES: Final = 4

_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS: Final = frozenset({"ul", "ol"})
_BLOCKS: Final = _PARAGRAPHS | _LISTS | {"div", "center", "li"}
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


class CannotKeep(Exception):
    """The HTML has more in it than the editor could give back; `reasons` name what."""

    def __init__(self, reasons: tuple[Bilingual, ...]) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons


def read(html: str) -> Letter:
    """`html` as a letter, misspelt merge fields put right. Raises `CannotKeep`."""
    source = modernised(html.replace("\x00", ""))
    head, inner, tail = "", source, ""
    if match := _DOCUMENT.fullmatch(source):
        head, inner, tail = match.groups()
    elif _WHOLE.search(source):
        raise CannotKeep((_DOCUMENT_PARTS,))
    for _ in range(_FRAMES):
        if (peeled := _peel(inner)) is None:
            break
        head, inner, tail = head + peeled[0], peeled[1], peeled[2] + tail
    reader = _Reader()
    reader.read(_tree(inner))
    return Letter(tidy(reader.blocks), head, tail)


def _tree(html: str) -> etree._Element:
    return cast("etree._Element", lxml_html.fragment_fromstring(html, create_parent="div"))


def _peel(html: str) -> tuple[str, str, str] | None:
    """The one `div` around everything: its tag, what is in it, its end. None when there is no such thing."""
    match = _FRAME.fullmatch(html)
    if match is None:
        return None
    around = _tree(html)
    children = list(around)
    if len(children) != 1 or (around.text or "").strip() or (children[0].tail or "").strip():
        return None
    frame = children[0]
    if not any(_name(child) in _BLOCKS for child in frame) or _is_hidden(declarations(frame.get("style"))):
        return None
    # Two divs side by side begin and end as one would: only when the inside parses alike is it one.
    inside = _tree(match[2])
    alike = [etree.tostring(child, method="html") for child in frame] == [
        etree.tostring(child, method="html") for child in inside
    ]
    return (match[1], match[2], match[3]) if alike else None


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
            name = _name(child)
            if name in _BLOCKS:
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
        if name in _LISTS:
            self._list(element, name, look, 1)
        elif name == "li":
            self._refuse("stray-item", _element("li"))
        elif name == "center" or (name == "div" and any(_name(child) in _BLOCKS for child in element)):
            self._container(element, name, look)
        else:
            self._paragraph(element, cast("Kind", name), look, None)

    def _container(self, element: etree._Element, name: str, look: Look) -> None:
        style = declarations(element.get("style"))
        align = self._take_align(element, style) or ("center" if name == "center" else "")
        look = self._look(look, style)
        if style:
            self._refuse("frame", _FRAME_PARTS)
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
            self._refuse("list", _element(name))
        for child in element:
            inner = _name(child)
            if (child.tail or "").strip() or (inner != "li" and inner not in _LISTS):
                self._refuse("list", _element(inner or name))
            elif inner in _LISTS:
                self._list(child, inner, look, depth + 1)
            else:
                self._item(child, look, item)
                item = replace(item, first=False)

    def _item(self, element: etree._Element, look: Look, item: Item) -> None:
        nested = [child for child in element if _name(child) in _LISTS]
        # Lists in an item stand at its end; `_inlines` refuses what comes after one.
        last = nested[-1] if nested else None
        if last is not None and (last.tail or "").strip():
            self._refuse("item", _element("li"))
        for child in nested:
            element.remove(child)
        blocks = [child for child in element if _name(child) in _BLOCKS]
        if len(blocks) == 1 and len(element) == 1 and not (element.text or "").strip():
            inner = blocks[0]
            if declarations(element.get("style")) or _name(inner) not in {"p", "div"}:
                self._refuse("item", _element("li"))
            self._other_attributes(element)
            self._paragraph(inner, cast("Kind", _name(inner)), look, item)
        else:
            self._other_attributes(element)
            self._paragraph(element, "div", look, item)
        for child in nested:
            self._list(child, _name(child), look, item.depth + 1)

    # Runs -----------------------------------------------------------------------------------------------

    def _inlines(self, element: etree._Element, look: Look) -> None:
        self._text(element.text, look)
        for child in element:
            name = _name(child)
            if name in _BLOCKS:
                self._refuse("nested", _element(name))
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
            self._refuse(name, _element(name))

    def _link(self, element: etree._Element, look: Look) -> None:
        href = (element.get("href") or "").strip()
        style = declarations(element.get("style"))
        if element.get("name") or href.startswith("#") or _is_hidden(style) or "url(" in style_text(style):
            self._refuse("anchor", _element("a"))
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
            self._refuse("img", _element("img"))
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
                self._refuse(f"style {name}", _style(name))
            kept[name] = value
        return replace(look, kept=style_text(kept))

    def _kept(self, style: Mapping[str, str]) -> str:
        for name, value in style.items():
            if not may_keep(name, value):
                self._refuse(f"style {name}", _style(name))
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
                self._refuse(f"attribute {written}", _attribute(written))

    def _comment(self, node: etree._Element) -> None:
        if node.tag is not etree.Comment or "[if" in str(node.text) or "[endif" in str(node.text):
            self._refuse("comment", _CONDITIONAL)

    def _refuse(self, code: str, reason: Bilingual) -> None:
        self._reasons.setdefault(code, reason)


def _name(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _is_hidden(style: Mapping[str, str]) -> bool:
    return style.get("display") == "none" or style.get("visibility") == "hidden" or "mso-hide" in style


def _font(element: etree._Element, look: Look) -> Look:
    kept = declarations(look.kept)
    if size := _FONT_SIZES.get(element.get("size") or ""):
        kept["font-size"] = size
    if face := element.get("face"):
        kept["font-family"] = face
    return replace(look, colour=colour_of(element.get("color") or "") or look.colour, kept=style_text(kept))


def _raised(element: etree._Element, look: Look) -> Look:
    return replace(look, kept=style_text({**declarations(look.kept), **declarations(_RAISED[_name(element)])}))


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

_DOCUMENT_PARTS: Final = Bilingual("ολόκληρο έγγραφο HTML", "a whole HTML document")
_FRAME_PARTS: Final = Bilingual("πλαίσια με δική τους μορφή", "frames with a style of their own")
_CONDITIONAL: Final = Bilingual("οδηγίες για το Outlook", "instructions for Outlook")
_ELEMENTS: Final = {
    "table": Bilingual("πίνακες", "tables"),
    "style": Bilingual("φύλλα στυλ", "style sheets"),
    "hr": Bilingual("διαχωριστικές γραμμές", "rules"),
    "blockquote": Bilingual("παραθέσεις", "quotations"),
    "a": Bilingual("σύνδεσμοι μέσα στο ίδιο το μήνυμα", "links within the mail itself"),
    "img": Bilingual("εικόνες με περιοχές ή ενέργειες", "images with areas or actions"),
    "li": Bilingual("σύνθετες λίστες", "elaborate lists"),
}


def _element(name: str) -> Bilingual:
    return _ELEMENTS.get(name) or Bilingual(f"το στοιχείο <{name}>", f"the element <{name}>")


def _style(name: str) -> Bilingual:
    return Bilingual(f"το στυλ «{name}»", f"the style “{name}”")


def _attribute(name: str) -> Bilingual:
    return Bilingual(f"η ιδιότητα «{name}»", f"the attribute “{name}”")
