"""A letter written as HTML that every mail program understands: plain elements, styles inline."""

from __future__ import annotations

import html as html_library
from collections.abc import Iterable, Sequence
from itertools import groupby

from kkdesk.ui.campaigns.editing.letter import Break, Field, Letter, Link, Look, Paragraph, Picture, Run, Text


def write(letter: Letter) -> str:
    """The HTML of a tidy letter (see `letter.tidy`), one line per block."""
    return f"{letter.head}{body_html(letter.blocks)}{letter.tail}"


def body_html(blocks: Sequence[Paragraph]) -> str:
    """The HTML of tidy blocks without what stands around them."""
    lines: list[str] = []
    #: End tags of the lists and items that are open.
    open_lists: list[str] = []
    for block in blocks:
        depth = block.item.depth if block.item else 0
        _close_lists(lines, open_lists, depth, again=block.item is not None and block.item.first)
        if block.item is None:
            lines.append(_block(block))
            continue
        if len(open_lists) < depth:
            name = "ol" if block.item.ordered else "ul"
            lines.append(f"<{name}{_style(block.item.kept)}>")
            open_lists.append(f"</{name}>")
        lines.append(_item(block))
    _close_lists(lines, open_lists, 0, again=False)
    return "\n".join(lines)


def _close_lists(lines: list[str], open_lists: list[str], depth: int, *, again: bool) -> None:
    """End the lists deeper than `depth`, and with `again` the one at that depth; end the item before the next one."""
    while len(open_lists) > depth or (again and len(open_lists) == depth and depth):
        again = again and len(open_lists) > depth
        lines[-1] += "</li>"
        lines.append(open_lists.pop())
    if open_lists and len(open_lists) == depth:
        lines[-1] += "</li>"


def _item(block: Paragraph) -> str:
    inner = _inlines(block.runs)
    if block.kind == "div":
        return f"<li{_block_style(block)}>{inner}"
    return f"<li><{block.kind}{_block_style(block)}>{inner}</{block.kind}>"


def _block(block: Paragraph) -> str:
    # An empty element collapses to nothing; a line break in it keeps the empty line that its author sees.
    inner = _inlines(block.runs) or "<br>"
    return f"<{block.kind}{_block_style(block)}>{inner}</{block.kind}>"


def _block_style(block: Paragraph) -> str:
    align = f"text-align:{block.align}" if block.align else ""
    return _style(";".join(part for part in (align, block.kept) if part))


def _inlines(runs: Sequence[Run]) -> str:
    parts: list[str] = []
    for link, inside in groupby(runs, key=lambda run: run.look.link):
        written = "".join(_run(run) for run in inside)
        parts.append(written if link is None else _link(link, written))
    # The last line break of a paragraph is not seen: one more makes it so.
    return "".join(parts) + ("<br>" if runs and isinstance(runs[-1], Break) else "")


def _link(link: Link, inside: str) -> str:
    return f'<a href="{_quoted(link.href)}"{_style(link.kept)}>{inside}</a>'


def _run(run: Run) -> str:
    match run:
        case Break():
            return "<br>"
        case Picture():
            return _picture(run)
        case Text():
            return _dressed(_escaped(run.text), run.look)
        case Field():
            return _dressed(_escaped(run.field.source), run.look)


def _dressed(inner: str, look: Look) -> str:
    for wanted, name in ((look.struck, "s"), (look.underline, "u"), (look.italic, "em"), (look.bold, "strong")):
        if wanted:
            inner = f"<{name}>{inner}</{name}>"
    colour = f"color:{look.colour}" if look.colour else ""
    style = ";".join(part for part in (colour, look.kept) if part)
    return f"<span{_style(style)}>{inner}</span>" if style else inner


def _picture(picture: Picture) -> str:
    attributes: list[tuple[str, str]] = [("src", picture.source)]
    if picture.alt is not None:
        attributes.append(("alt", picture.alt))
    if picture.width is not None:
        attributes.append(("width", str(picture.width)))
    return f"<img{_attributes((*attributes, *picture.attributes))}>"


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{_quoted(value)}"' for name, value in pairs)


def _style(style: str) -> str:
    return f' style="{_quoted(style)}"' if style else ""


def _quoted(value: str) -> str:
    return html_library.escape(value).replace("\u00a0", "&nbsp;")


def _escaped(text: str) -> str:
    return html_library.escape(text, quote=False).replace("\u00a0", "&nbsp;")
