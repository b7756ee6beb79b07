"""What stands around a mail's text, a simple document or a frame or two: kept to the letter, never looked into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from lxml import etree
from lxml import html as lxml_html

from kkdesk.ui.campaigns.editing.refusals import DOCUMENT, CannotKeep
from kkdesk.ui.campaigns.editing.styles import declarations

_DOCUMENT: Final = re.compile(
    r"(\s*(?:<!doctype[^>]*>\s*)?<html\b[^>]*>\s*"
    r"(?:<head\b[^>]*>(?:\s|<meta\b[^>]*>|<title\b[^>]*>[^<]*</title\s*>)*</head\s*>\s*)?<body\b[^>]*>)"
    r"(.*)(</body\s*>\s*</html\s*>\s*)",
    re.IGNORECASE | re.DOTALL,
)
_FRAME: Final = re.compile(r"(\s*<div\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)(.*)(</div\s*>\s*)", re.IGNORECASE | re.DOTALL)
_WHOLE: Final = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
#: Frames within frames, at most.
_FRAMES: Final = 4

PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
LISTS: Final = frozenset({"ul", "ol"})
BLOCKS: Final = PARAGRAPHS | LISTS | {"div", "center", "li"}


def shelled(html: str) -> tuple[str, str, str]:
    """What stands before the text, the text, and what stands after it. Raises `CannotKeep` for other documents."""
    head, inner, tail = "", html, ""
    if match := _DOCUMENT.fullmatch(html):
        head, inner, tail = match.groups()
    elif _WHOLE.search(html):
        raise CannotKeep((DOCUMENT,))
    for _ in range(_FRAMES):
        if (peeled := _peel(inner)) is None:
            break
        head, inner, tail = head + peeled[0], peeled[1], peeled[2] + tail
    return head, inner, tail


def tree_of(html: str) -> etree._Element:
    """`html` parsed, within a `div` of ours."""
    return cast("etree._Element", lxml_html.fragment_fromstring(html, create_parent="div"))


def name_of(element: etree._Element) -> str:
    """An element's name in lower case; empty for comments and the like."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def is_hidden(style: Mapping[str, str]) -> bool:
    """Whether a style hides what it is on, as the preview text of newsletters is hidden."""
    return style.get("display") == "none" or style.get("visibility") == "hidden" or "mso-hide" in style


def _peel(html: str) -> tuple[str, str, str] | None:
    """The one `div` around everything: its tag, what is in it, its end. None when there is no such thing."""
    match = _FRAME.fullmatch(html)
    if match is None:
        return None
    around = tree_of(html)
    children = list(around)
    if len(children) != 1 or (around.text or "").strip() or (children[0].tail or "").strip():
        return None
    frame = children[0]
    if not any(name_of(child) in BLOCKS for child in frame) or is_hidden(declarations(frame.get("style"))):
        return None
    # Two divs side by side begin and end as one would: only when the inside parses alike is it one.
    inside = tree_of(match[2])
    alike = [etree.tostring(child, method="html") for child in frame] == [
        etree.tostring(child, method="html") for child in inside
    ]
    return (match[1], match[2], match[3]) if alike else None
