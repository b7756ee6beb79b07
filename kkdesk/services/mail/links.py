"""Links of a mail: found by a tokenizer, made to count clicks, everything else left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kkdesk.services.mail.markup import Conditional, StartTag, tokens
from kkdesk.services.mail.tracking import Signer, normalize_destination

_LINKING = frozenset({"a", "area"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link's `href`: where its value stands in the HTML (quotes excluded), how it is quoted, where it leads."""

    start: int
    end: int
    quote: str
    href: str

    @property
    def missing_quote(self) -> str:
        """What must go around a new value: nothing where quotes stand already."""
        return "" if self.quote else '"'


def find_links(html: str, start: int = 0, end: int | None = None) -> Iterator[Link]:
    """Every `href` of `a` and `area` in the order of the text, also what only Outlook sees in conditional comments."""
    for token in tokens(html, start, end):
        if isinstance(token, Conditional):
            yield from find_links(html, token.inner_start, token.inner_end)
        elif isinstance(token, StartTag) and token.name in _LINKING:
            href = token.attribute("href")
            if href is not None:
                yield Link(href.start, href.end, href.quote, href.value)


def rewrite_links(html: str, campaign_id: str, recipient_id: str, signer: Signer) -> str:
    """`html` with every http(s) link leading through the click endpoint, which then leads on to where it led.

    Links that cannot be tracked (other schemes, relative, broken, too long for the endpoint) stay as they are.
    """
    parts: list[str] = []
    done = 0
    for link in find_links(html):
        destination = normalize_destination(link.href)
        if destination is None:
            continue
        url = signer.click_url(campaign_id, recipient_id, destination)
        parts += (html[done : link.start], link.missing_quote, url, link.missing_quote)
        done = link.end
    return "".join(parts) + html[done:]
