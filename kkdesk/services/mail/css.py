"""Style sheets written into the elements they style (css-inline), for mail programs that know `style` alone.

css-inline gives back a document of its own making: another doctype, repaired nesting, no difference between a fragment
and a whole. So it is asked only which element gets which style; those are put into the HTML as it is. The style
sheets stay: media queries and `:hover` live there. Nothing is loaded from network or disk.
"""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import css_inline

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.mail.markup import Attribute, StartTag, tokens

_COULD_NOT: Final = Bilingual(
    "Οι κανόνες CSS του μηνύματος δεν διαβάζονται: κάποια προγράμματα αλληλογραφίας θα το δείξουν χωρίς μορφή.",
    "The CSS rules of the mail cannot be read: some mail programs will show it without its looks.",
)
_MARKER: Final = "data-kkdesk-element"
#: Elements that are not seen, and so need no style.
_UNSEEN: Final = frozenset({"html", "head", "meta", "title", "style", "script", "link", "base"})
#: A comment, or a string with its quotation marks.
_CSS_STRING: Final = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_STYLE_SHEET_END: Final = re.compile(r"</style(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_STYLE_SHEET: Final = re.compile(r"<style[\t\n\f\r />]", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Styled:
    """HTML with its styles inside; `finding` says why they are not, where something was wrong."""

    html: str
    finding: Bilingual | None = None


def inline_css(html: str) -> Styled:
    """`html` with what its style sheets say in the `style` of each element, otherwise letter for letter as it is.

    Without a style sheet nothing is done. What Outlook sees in conditional comments is left alone.
    """
    if not _STYLE_SHEET.search(html):
        return Styled(html)
    found = [token for token in tokens(html) if isinstance(token, StartTag)]
    if not any(tag.name == "style" for tag in found):
        return Styled(html)
    elements = [tag for tag in found if tag.name not in _UNSEEN]
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    try:
        styles = _styles(inliner.inline(_unmistakable(_marked(html, elements))))
    except css_inline.InlineError:
        return Styled(html, _COULD_NOT)
    pieces: list[str] = []
    done = 0
    for number, tag in enumerate(elements):
        style, own = styles.get(str(number)), tag.attribute("style")
        if style is None or style == (own.value if own else None):
            continue
        start, end = (own.start, own.end) if own and own.raw else (_name_end(tag), _name_end(tag))
        pieces += (html[done:start], _written(style, own if own and own.raw else None))
        done = end
    return Styled("".join(pieces) + html[done:])


def _marked(html: str, elements: Sequence[StartTag]) -> str:
    """`html` in which each element carries its number."""
    pieces: list[str] = []
    done = 0
    for number, tag in enumerate(elements):
        pieces += (html[done : _name_end(tag)], f' {_MARKER}="{number}" ')
        done = _name_end(tag)
    return "".join(pieces) + html[done:]


def _unmistakable(html: str) -> str:
    """`html` whose style sheets and styles hold no quotation mark inside a string.

    css-inline makes every quotation mark in a style a single one, and so ends `"a'b"` in the middle; escaped
    (CSS Syntax 3, 4.3.7) they stay what they are.
    """
    pieces: list[str] = []
    done = 0
    for tag in tokens(html):
        if not isinstance(tag, StartTag):
            continue
        if tag.name == "style":
            end = _STYLE_SHEET_END.search(html, tag.end)
            start, stop = tag.end, end.start() if end else len(html)
            text = _escaped(html[start:stop])
        elif (style := tag.attribute("style")) and (escaped := _escaped(style.value)) != style.value:
            start, stop, text = style.start, style.end, _written(escaped, style)
        else:
            continue
        pieces += (html[done:start], text)
        done = stop
    return "".join(pieces) + html[done:]


def _escaped(css: str) -> str:
    return _CSS_STRING.sub(lambda found: _inner_escaped(found[0]) if found[0][0] in "\"'" else found[0], css)


def _inner_escaped(string: str) -> str:
    return string[0] + re.sub(r"\\?([\"'])", lambda mark: f"\\{ord(mark[1]):x} ", string[1:-1]) + string[0]


def _styles(inlined: str) -> dict[str, str]:
    """The style of each element by its number; of one that was repaired into several the first counts."""
    styles: dict[str, str] = {}
    for token in tokens(inlined):
        if isinstance(token, StartTag) and (number := token.attribute(_MARKER)) and (style := token.attribute("style")):
            styles.setdefault(number.value, style.value)
    return styles


def _name_end(tag: StartTag) -> int:
    return tag.start + 1 + len(tag.name)


def _written(style: str, own: Attribute | None) -> str:
    """`style` as an attribute, or as the value of the one that is there."""
    value = html_library.escape(style, quote=False)
    if own is not None and own.quote == "'":
        return value.replace("'", "&#39;")
    value = value.replace('"', "&quot;")
    if own is None:
        return f' style="{value}"'
    return value if own.quote else f'"{value}"'
