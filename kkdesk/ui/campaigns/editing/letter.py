"""A mail's body as the editor knows it: paragraphs of runs. What it cannot say, the editor cannot keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from kkdesk.model.merge_fields import MergeField, parse

_BLANK: Final = re.compile(r"[\t\n\r\f ]")
#: What neither HTML nor a QTextDocument can hold as a letter.
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffc\ufffe\uffff]")
Kind = Literal["p", "div", "h1", "h2", "h3", "h4", "h5", "h6"]
Align = Literal["", "left", "center", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a run leads. `kept` are style declarations of the link, e.g. those that make it look like a button."""

    href: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks. `colour` is "#rrggbb"; `kept` are style declarations that the editor shows but cannot change."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    colour: str = ""
    kept: str = ""
    link: Link | None = None


PLAIN: Final = Look()


@dataclass(frozen=True, slots=True)
class Text:
    """Letters."""

    text: str
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Field:
    """A place for the recipient's own value."""

    field: MergeField
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Picture:
    """An image. `source` is its address (often `data:`), `width` in CSS pixels; `attributes` are kept as written."""

    source: str
    alt: str | None = None
    width: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within the paragraph."""

    look: Look = PLAIN


Run: TypeAlias = Text | Field | Picture | Break


@dataclass(frozen=True, slots=True)
class Item:
    """That a paragraph is an item of a list, at `depth` 1 or deeper; `first`: a new list begins with it.

    `kept` are style declarations of the list.
    """

    ordered: bool
    depth: int = 1
    first: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block. `kind` is its element; of a list item "div" stands for no element of its own. `kept` as in `Look`."""

    runs: tuple[Run, ...] = ()
    kind: Kind = "p"
    align: Align = ""
    kept: str = ""
    item: Item | None = None

    @property
    def level(self) -> int:
        """1 to 6 for headings, else 0."""
        return int(self.kind[1]) if self.kind[0] == "h" else 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A body. `head` and `tail` are the HTML around it, kept to the letter."""

    blocks: tuple[Paragraph, ...] = ()
    head: str = ""
    tail: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read or to see."""
        return not any(_shows(run) for block in self.blocks for run in block.runs)

    def plain_text(self) -> str:
        """The words alone, one line per paragraph, fields as they are written."""
        return "\n".join("".join(_words(run) for run in block.runs) for block in self.blocks)


#: What the editor puts around a new mail, and how its paragraphs look: readable in every mail program.
STANDARD_HEAD: Final = (
    '<div style="max-width:600px;margin:0 auto;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;'
    'color:#1f2937">'
)
STANDARD_TAIL: Final = "</div>"
PARAGRAPH_STYLE: Final = "margin:0 0 14px"
LIST_STYLE: Final = "margin:0 0 14px;padding-left:22px"
HEADING_STYLES: Final = {
    1: "font-size:26px;line-height:1.25;margin:0 0 16px",
    2: "font-size:22px;line-height:1.3;margin:0 0 14px",
    3: "font-size:18px;line-height:1.35;margin:0 0 12px",
}
BUTTON_STYLE: Final = (
    "background:#0b6b87;color:#ffffff;padding:12px 22px;border-radius:6px;text-decoration:none;font-weight:bold"
)
PICTURE_STYLE: Final = "max-width:100%;height:auto"


def new_letter() -> Letter:
    """An empty mail."""
    return Letter((Paragraph(kept=PARAGRAPH_STYLE),), STANDARD_HEAD, STANDARD_TAIL)


def standard_style(kind: Kind) -> str:
    """The declarations of a paragraph whose kind the person has just chosen."""
    if kind[0] == "h":
        return HEADING_STYLES.get(int(kind[1]), "")
    return PARAGRAPH_STYLE if kind == "p" else ""


def tidy_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """`runs` as HTML can say them.

    Neighbours that look alike are put together, written fields become fields, blanks that a browser would swallow
    become no-break spaces, and blanks at the end of a line go.
    """
    found: list[Run] = []
    swallowed = True
    for run in _parsed(runs):
        match run:
            case Break():
                _strip_end(found)
                found.append(Break(Look(link=run.look.link)))
                swallowed = True
            case Text(text, look):
                visible, swallowed = _visible_blanks(text, swallowed)
                last = found[-1] if found else None
                if isinstance(last, Text) and last.look == look:
                    found[-1] = Text(last.text + visible, look)
                elif visible:
                    found.append(Text(visible, look))
            case Picture():
                found.append(replace(run, look=Look(link=run.look.link)))
                swallowed = False
            case Field():
                found.append(run)
                swallowed = False
    _strip_end(found)
    return tuple(found)


def _parsed(runs: Iterable[Run]) -> Iterator[Run]:
    for run in runs:
        if not isinstance(run, Text):
            yield run
            continue
        clean = _BLANK.sub(" ", _UNSPEAKABLE.sub("", run.text))
        for part in parse(clean).parts:
            yield Text(part, run.look) if isinstance(part, str) else Field(part, run.look)


def _visible_blanks(text: str, swallowed: bool) -> tuple[str, bool]:  # noqa: FBT001 - the state of a walk
    letters: list[str] = []
    for letter in text:
        letters.append("\u00a0" if letter == " " and swallowed else letter)
        swallowed = letters[-1] == " "
    return "".join(letters), swallowed


def _strip_end(runs: list[Run]) -> None:
    while runs and isinstance(last := runs[-1], Text):
        stripped = last.text.rstrip(" ")
        if stripped:
            runs[-1] = Text(stripped, last.look)
            return
        runs.pop()


def tidy(blocks: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """`blocks` as HTML can say them: tidy runs, lists that begin at depth 1 and go down one step at a time."""
    done: list[Paragraph] = []
    #: The open lists, outermost first: ordered or not.
    open_lists: list[Item] = []
    for block in blocks:
        item = block.item
        if item is None:
            open_lists.clear()
            done.append(replace(block, runs=_runs_of(block)))
            continue
        depth = min(max(item.depth, 1), len(open_lists) + 1)
        first = depth > len(open_lists) or item.first or open_lists[depth - 1].ordered != item.ordered
        del open_lists[depth - 1 if first else depth :]
        # All items of a list have its style.
        kept = item.kept if first else open_lists[depth - 1].kept
        placed = Item(item.ordered, depth, first, kept)
        if first:
            open_lists.append(placed)
        done.append(replace(block, runs=_runs_of(block), item=placed))
    return tuple(done)


def _runs_of(block: Paragraph) -> tuple[Run, ...]:
    if not block.level:
        return tidy_runs(block.runs)
    # A heading is bold by itself.
    return tidy_runs(replace(run, look=replace(run.look, bold=False)) for run in block.runs)


def fields_of(letter: Letter) -> Iterator[MergeField]:
    """The merge fields in the order of the text."""
    for block in letter.blocks:
        for run in block.runs:
            if isinstance(run, Field):
                yield run.field


def _shows(run: Run) -> bool:
    return not isinstance(run, Break) and (not isinstance(run, Text) or bool(run.text.strip("\u00a0 \t\n\u200b")))


def _words(run: Run) -> str:
    match run:
        case Text():
            return run.text
        case Field():
            return run.field.source
        case Picture():
            return run.alt or ""
        case Break():
            return "\n"
