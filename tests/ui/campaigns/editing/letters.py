"""Letters of every kind, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from kkdesk.model.merge_fields import FIELDS, MergeField
from kkdesk.ui.campaigns.editing.letter import (
    Break,
    Field,
    Item,
    Letter,
    Link,
    Look,
    Paragraph,
    Picture,
    Run,
    Text,
    tidy,
)

#: Without braces, which could come to stand together as a field; blanks of all kinds.
LETTERS = st.text(
    st.one_of(
        st.sampled_from("αΆΐς Σ  \u00a0<>&\"';:|/\t\u200b🙂"),
        st.characters(exclude_categories=("Cs", "Cc", "Co"), exclude_characters="{}"),
    ),
    max_size=12,
)
_URLS = st.sampled_from(
    ("https://kktires.example/?a=1&b=2#κάτω", "mailto:a@b.gr", "tel:+302105550100", "https://{{city}}.gr", "x y\u00a0z")
)
_KEPT = st.sampled_from(("", "font-size:14px", "background-color:#ffff00;font-family:'Times New Roman',serif"))
_LINK_KEPT = st.sampled_from(("", "background:#d9480f;color:#ffffff;padding:12px 22px;display:inline-block"))
_COLOURS = st.one_of(st.just(""), st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
LINKS = st.builds(Link, _URLS, _LINK_KEPT)
LOOKS = st.builds(Look, st.booleans(), st.booleans(), st.booleans(), st.booleans(), _COLOURS, _KEPT, st.none() | LINKS)
MERGE_FIELDS = st.builds(
    MergeField,
    st.sampled_from(FIELDS),
    st.none()
    | st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="{}<>"), max_size=8).map(str.strip),
)
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
PICTURES = st.builds(
    Picture,
    st.sampled_from((PIXEL, "cid:logo@kk", "https://blob.example/a.png?x=1&y=2")),
    st.none() | LETTERS.map(lambda text: text.replace("\t", " ")),
    st.none() | st.integers(1, 2000),
    st.sampled_from(
        ((), (("style", "max-width:100%;height:auto"),), (("data-email-asset-id", "ast_1"), ("height", "20")))
    ),
    LOOKS,
)
RUNS: st.SearchStrategy[Run] = st.one_of(
    st.builds(Text, LETTERS, LOOKS), st.builds(Field, MERGE_FIELDS, LOOKS), PICTURES, st.builds(Break, LOOKS)
)
_BLOCK_KEPT = st.sampled_from(("", "margin:0 0 14px", "margin:22px 0;line-height:1.2;background:#eee"))
_LIST_KEPT = st.sampled_from(("", "margin:0 0 14px;padding-left:22px"))
_ALIGN = st.sampled_from(("", "left", "center", "right", "justify"))
ITEMS = st.builds(Item, st.booleans(), st.integers(1, 3), st.booleans(), _LIST_KEPT)


def _runs(heading: bool) -> st.SearchStrategy[tuple[Run, ...]]:
    def plain(runs: list[Run]) -> tuple[Run, ...]:
        return tuple(runs)

    runs = st.lists(RUNS, max_size=5).map(plain)
    return runs.map(lambda found: tuple(_not_bold(run) for run in found)) if heading else runs


def _not_bold(run: Run) -> Run:
    from dataclasses import replace

    return replace(run, look=replace(run.look, bold=False))


_TEXTS = st.builds(Paragraph, _runs(False), st.sampled_from(("p", "div")), _ALIGN, _BLOCK_KEPT)
_HEADINGS = st.builds(Paragraph, _runs(True), st.sampled_from(("h1", "h2", "h3", "h6")), _ALIGN, _BLOCK_KEPT)
_LIST_ITEMS = st.builds(Paragraph, _runs(False), st.sampled_from(("p", "div")), _ALIGN, _BLOCK_KEPT, ITEMS)

BLOCKS = st.lists(st.one_of(_TEXTS, _HEADINGS, _LIST_ITEMS), min_size=1, max_size=6).map(tidy)
_SHELLS = st.sampled_from((("", ""), ('<div style="max-width:600px">', "</div>"), ("<html><body>", "</body></html>")))
LETTERS_TO_KEEP = st.builds(lambda blocks, shell: Letter(blocks, *shell), BLOCKS, _SHELLS)
