"""The text part of a mail, made from its HTML: paragraphs, lists, headings, and links as `text (address)`."""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from lxml import etree

from kkdesk.services.mail.markup import Conditional, tokens
from kkdesk.services.mail.tracking import normalize_destination

# Elements that begin on a line of their own, and how many empty lines go around them.
_BLOCKS: Final = {
    **dict.fromkeys(
        "address article aside center div dd dt fieldset figure footer form header li main nav section".split(), 0
    ),
    **dict.fromkeys("caption legend summary tr table tbody thead tfoot".split(), 0),
    **dict.fromkeys("blockquote dl h1 h2 h3 h4 h5 h6 hr ol p pre ul".split(), 1),
}
_UNSEEN: Final = frozenset("head iframe math noembed noframes object script style svg template textarea title".split())
# Not `mso-hide:all`: what Outlook alone is not to show, such as the buttons it has another form of, others read.
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px|em|rem|%)?\s*(?:[;!]|\Z)", re.IGNORECASE
)
_WHITE_SPACE = re.compile(r"[ \t\n\f\r\u200b\ufeff]+")
_RULE: Final = "-" * 20


def html_to_text(html: str, shown_url: Callable[[str], str | None] | None = None) -> str:
    """`html` as plain text, without white space at its end.

    `shown_url` says how the address of a link is written, or None to leave it out; by default as `readable_url`.
    HTML without any tag is text already: its line breaks stay.
    """
    if not any(not isinstance(token, Conditional) for token in tokens(html)):
        lines = html_library.unescape(html).splitlines()
        return "\n".join(line.rstrip() for line in lines).strip("\n")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    return "" if root is None else _Converter(shown_url or readable_url).convert(root)


def readable_url(href: str) -> str | None:
    """The address of a link as a reader of plain text can use it; None for links that lead nowhere from a mail."""
    address = href.strip()
    scheme = address.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        return normalize_destination(address) if re.search(r"\s", address) else address
    if scheme == "mailto":
        return unquote(address[7:].partition("?")[0]) or None
    return address[4:] or None if scheme == "tel" else None


class _Lines:
    """Collects words into lines the way a browser lays them out: white space collapses, blocks begin lines."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line = ""
        self._has_text = False
        self._space = ""
        self._empty_lines = 0
        # What each line begins with, outermost first; a list item's bullet gives way to blanks after its first line.
        self._prefixes: list[str] = []
        self._last_quoting = ""

    def write(self, text: str) -> None:
        """Text with its white space collapsed."""
        collapsed = _WHITE_SPACE.sub(" ", text)
        words = collapsed.strip(" ")
        if collapsed.startswith(" "):
            self.space()
        if words:
            self._begin()
            self._line += self._space + words
            self._has_text = True
            self._space = " " if collapsed.endswith(" ") else ""

    def write_as_it_is(self, text: str) -> None:
        """Preformatted text: each of its lines is a line."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line_break()
            if line:
                self._begin()
                self._line += line
                self._has_text = True

    def space(self, width: int = 1) -> None:
        """At least `width` blanks before the next word, unless a line begins there."""
        if self._has_text and len(self._space) < width:
            self._space = " " * width

    def new_line(self, empty_lines: int = 0) -> None:
        """End the line, if anything stands on it, and keep `empty_lines` before the next one."""
        if self._has_text:
            self._done.append(self._line.rstrip())
            self._line, self._has_text, self._space = "", False, ""
        self._empty_lines = max(self._empty_lines, empty_lines)

    def line_break(self) -> None:
        """What `<br>` does: two in a row leave one empty line."""
        if self._has_text:
            self.new_line()
        else:
            self._empty_lines = min(self._empty_lines + 1, 2)

    def push(self, prefix: str) -> None:
        """Begin each further line with `prefix`."""
        self._prefixes.append(prefix)

    def pop(self) -> None:
        """Take back the last `push`."""
        self._prefixes.pop()

    def text(self) -> str:
        """All lines."""
        self.new_line()
        return "\n".join(self._done).replace("\u00a0", " ")

    def _begin(self) -> None:
        if self._has_text:
            return
        quoting = "".join(prefix for prefix in self._prefixes if prefix == "> ").rstrip()
        if self._done:
            # An empty line at the edge of a quotation stands outside it.
            self._done += [min(quoting, self._last_quoting, key=len)] * self._empty_lines
        self._empty_lines = 0
        self._last_quoting = quoting
        self._line = "".join(self._prefixes)
        self._prefixes = [prefix if prefix == "> " else " " * len(prefix) for prefix in self._prefixes]


class _Converter:
    """One walk over a document."""

    def __init__(self, shown_url: Callable[[str], str | None]) -> None:
        self._shown_url = shown_url
        self._lines = _Lines()
        self._preformatted = 0
        # Number of the next item of each open list; None for a bulleted one.
        self._lists: list[int | None] = []

    def convert(self, root: etree._Element) -> str:
        walk = etree.iterwalk(root, events=("start", "end"))
        unseen = None
        for event, element in walk:
            if event == "start" and unseen is None:
                if _is_unseen(element):
                    unseen = element
                    walk.skip_subtree()
                else:
                    self._start(element)
                    self._write(element.text)
            elif event == "end":
                if unseen is None:
                    self._end(element)
                elif unseen is element:
                    unseen = None
                if unseen is None:
                    self._write(element.tail)
        return self._lines.text()

    def _write(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            self._lines.write_as_it_is(text)
        else:
            self._lines.write(text)

    def _start(self, element: etree._Element) -> None:
        name = str(element.tag)
        if name in _BLOCKS:
            nested = name in {"ol", "ul"} and self._lists
            self._lines.new_line(0 if nested else _BLOCKS[name])
        if name == "br":
            self._lines.line_break()
        elif name == "hr":
            self._lines.write(_RULE)
        elif name == "img":
            self._lines.write(element.get("alt") or "")
        elif name in {"td", "th"}:
            self._lines.space(2)
        elif name == "pre":
            self._preformatted += 1
        elif name == "blockquote":
            self._lines.push("> ")
        elif name == "ol":
            start = element.get("start", "1")
            self._lists.append(int(start) if re.fullmatch("[0-9]{1,9}", start) else 1)
        elif name == "ul":
            self._lists.append(None)
        elif name == "li":
            self._lines.push(self._bullet())

    def _end(self, element: etree._Element) -> None:
        name = str(element.tag)
        if name == "a":
            self._write_address(element)
        if name in _BLOCKS:
            nested = name in {"ol", "ul"} and len(self._lists) > 1
            self._lines.new_line(0 if nested else _BLOCKS[name])
        if name == "pre":
            self._preformatted -= 1
        elif name in {"blockquote", "li"}:
            self._lines.pop()
        elif name in {"ol", "ul"}:
            self._lists.pop()

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _write_address(self, link: etree._Element) -> None:
        href = link.get("href")
        url = self._shown_url(href) if href else None
        label = _visible_label(link)
        if url and label and not _same(label, url):
            self._lines.space()
            self._lines.write(f"({url})")


def _is_unseen(element: etree._Element) -> bool:
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or _HIDDEN_STYLE.search(element.get("style", "")) is not None
    )


def _visible_label(link: etree._Element) -> str:
    """Text of a link, or of the pictures that stand for it."""
    alternatives = (image.get("alt", "") for image in link.iter("img"))
    return _WHITE_SPACE.sub(" ", "".join(map(str, link.itertext())) + " ".join(alternatives)).strip()


def _same(label: str, url: str) -> bool:
    """Whether the address adds nothing to what is read anyway."""

    def bare(text: str) -> str:
        return re.sub(r"^https?://|/$|[\s()-]", "", text.lower())

    return bare(label) == bare(url)
