"""Where the tags of an HTML text stand: a tokenizer after the WHATWG HTML Standard (13.2.5) that changes nothing.

Parsers give back a tree that has to be written anew, which rewrites a newsletter's hand-made markup. Here the caller
gets positions in the text as it is, cuts there, and everything else stays byte for byte.
"""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Final

_SPACE: Final = "\t\n\f\r "
_TAG_NAME = re.compile(r"[A-Za-z][^\t\n\f\r />]*")
_BETWEEN_ATTRIBUTES = re.compile(r"[\t\n\f\r /]*")
# A name may begin with "=" but not hold one further on (13.2.5.32, 13.2.5.33).
_ATTRIBUTE_NAME = re.compile(r"[^\t\n\f\r />][^\t\n\f\r />=]*")
_EQUALS = re.compile(r"[\t\n\f\r ]*=[\t\n\f\r ]*")
_UNQUOTED = re.compile(r"[^\t\n\f\r >]+")
_COMMENT_END = re.compile(r"--!?>")
_CONDITIONAL = re.compile(r"\[if [^\]]*\]>(?P<inner>.*)<!\[endif\]", re.IGNORECASE | re.ASCII | re.DOTALL)
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)")
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

#: Elements whose content is text up to their end tag. (`noscript` is not: no mail program runs scripts.)
_RAW_TEXT: Final = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a start tag: where its value stands (without quotes), and what quotes it, if anything does."""

    name: str
    start: int
    end: int
    quote: str
    raw: str

    @property
    def value(self) -> str:
        """The value with character references resolved."""
        return resolve_references(self.raw)


@dataclass(frozen=True, slots=True)
class StartTag:
    """`<a href=…>`; `end` is the position after the bracket."""

    name: str
    start: int
    end: int
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The attribute a browser goes by: the first of that name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True, slots=True)
class EndTag:
    """`</a>`, also written `</a >` or in capitals."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """A comment whose content (`inner_start` to `inner_end`) classic Outlook shows: `<!--[if mso]>…<![endif]-->`."""

    start: int
    end: int
    inner_start: int
    inner_end: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A tag, comment or raw text that never ends: from `start` on a browser shows nothing, or text only."""

    start: int


Token = StartTag | EndTag | Conditional | Unfinished


def tokens(html: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Tags of `html[start:end]` in order; text, ordinary comments and what raw text elements hold are passed over."""
    limit = len(html) if end is None else end
    position = start
    while (position := html.find("<", position, limit)) >= 0:
        token, position = _markup(html, position, limit)
        if token is None:
            continue
        yield token
        if isinstance(token, StartTag):
            position = _after_raw_text(html, token, limit)
        if isinstance(token, Unfinished) or position < 0:
            if not isinstance(token, Unfinished):
                yield Unfinished(token.start)
            return


def _markup(html: str, start: int, limit: int) -> tuple[Token | None, int]:
    """What begins at the `<` at `start`, and the position behind it."""
    if html.startswith("<!--", start, limit):
        return _comment(html, start, limit)
    closing = html.startswith("</", start, limit)
    name = _TAG_NAME.match(html, start + 1 + closing, limit)
    if name is not None:
        return _tag(html, start, name, limit, closing=closing)
    if closing and html.startswith(">", start + 2, limit):
        return None, start + 3
    if (closing and start + 2 < limit) or html.startswith(("<!", "<?"), start, limit):
        end = html.find(">", start + 2, limit)
        return (Unfinished(start), limit) if end < 0 else (None, end + 1)
    return None, start + 1


def _comment(html: str, start: int, limit: int) -> tuple[Token | None, int]:
    for empty in ("<!-->", "<!--->"):
        if html.startswith(empty, start, limit):
            return None, start + len(empty)
    closing = _COMMENT_END.search(html, start + 4, limit)
    if closing is None:
        return Unfinished(start), limit
    conditional = _CONDITIONAL.fullmatch(html, start + 4, closing.start())
    if conditional is None:
        return None, closing.end()
    return Conditional(start, closing.end(), *conditional.span("inner")), closing.end()


def _tag(html: str, start: int, name: re.Match[str], limit: int, *, closing: bool) -> tuple[Token, int]:
    attributes: list[Attribute] = []
    position = name.end()
    while True:
        between = _BETWEEN_ATTRIBUTES.match(html, position, limit)
        position = between.end() if between else position
        if position >= limit:
            return Unfinished(start), limit
        if html[position] == ">":
            break
        found = _attribute(html, position, limit)
        if found is None:
            return Unfinished(start), limit
        attribute, position = found
        attributes.append(attribute)
    tag_name = name[0].translate(_ASCII_LOWER)
    if closing:
        return EndTag(tag_name, start, position + 1), position + 1
    return StartTag(tag_name, start, position + 1, tuple(attributes)), position + 1


def _attribute(html: str, start: int, limit: int) -> tuple[Attribute, int] | None:
    """The attribute at `start` and the position behind it; None when its quotes never close."""
    name_match = _ATTRIBUTE_NAME.match(html, start, limit)
    if name_match is None:
        return None
    name, position = name_match[0].translate(_ASCII_LOWER), name_match.end()
    equals = _EQUALS.match(html, position, limit)
    if equals is None:
        return Attribute(name, position, position, "", ""), position
    position = equals.end()
    quote = html[position : position + 1] if position < limit else ""
    if quote and quote in "\"'":
        end = html.find(quote, position + 1, limit)
        if end < 0:
            return None
        return Attribute(name, position + 1, end, quote, html[position + 1 : end]), end + 1
    value = _UNQUOTED.match(html, position, limit)
    end = value.end() if value else position
    return Attribute(name, position, end, "", html[position:end]), end


def _after_raw_text(html: str, tag: StartTag, limit: int) -> int:
    """Where tags count again after a start tag; -1 for never."""
    if tag.name == "plaintext":
        return -1
    if tag.name not in _RAW_TEXT:
        return tag.end
    closing = re.compile(rf"</{tag.name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII).search(html, tag.end, limit)
    return closing.start() if closing else -1


def resolve_references(raw: str) -> str:
    """An attribute's value with its character references resolved (13.2.5.73).

    Unlike in text, a name without semicolon stays literal before a letter, a digit or "=": `?a=1&copy=2` is no ©.
    """
    return _REFERENCE.sub(_resolved, raw) if "&" in raw else raw


def _resolved(match: re.Match[str]) -> str:
    reference = match[0]
    if reference[1] == "#":
        return html_library.unescape(reference)
    if not reference.endswith(";") and match.string.startswith("=", match.end()):
        return reference
    return html5.get(reference[1:], reference)
