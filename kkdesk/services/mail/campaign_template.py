"""A campaign parsed once: what is the same in all its mails is kept, what differs is filled in per recipient.

The order of steps is the web CRM's: merge fields, signature, (style sheets,) pictures, links, open pixel, unsubscribe
footer.
"""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.model.merge_fields import UnknownField, parse
from kkdesk.services.mail.css import inline_css
from kkdesk.services.mail.inject import FOOTER, PIXEL, body_end
from kkdesk.services.mail.inline_images import InlineImage, embed_images
from kkdesk.services.mail.links import Link, find_links
from kkdesk.services.mail.markup import Attribute, Conditional, StartTag, tokens
from kkdesk.services.mail.personalise import (
    MergeValues,
    append_signature,
    in_address,
    in_html,
    in_text,
    in_text_of_html,
    in_url,
    one_line,
)
from kkdesk.services.mail.plain_text import html_to_text, readable_url
from kkdesk.services.mail.slots import (
    Filling,
    MarkedFields,
    PersonalLinkSlot,
    Slot,
    SlotText,
    signed_link,
)
from kkdesk.services.mail.tracking import SignedLink, Signer, normalize_destination, well_formed

_TEXT_FOOTER = "Για να διαγραφείτε από αυτή τη λίστα, ανοίξτε τη διεύθυνση:\n"
_WEB_ADDRESS = re.compile(r"[\x00-\x20]*https?:", re.IGNORECASE | re.ASCII)
#: Attributes that hold an address, or several, besides links.
_ADDRESSES = frozenset("action background cite data formaction href longdesc poster src srcset xlink:href".split())
_LINE_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One recipient's mail as it is read."""

    recipient_id: str
    subject: str
    html: str
    text: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """Pieces that take the place of `html[start:end]`."""

    start: int
    end: int
    pieces: tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class _Tracking:
    campaign_id: str
    signer: Signer
    opens: bool
    clicks: bool
    _click_links: dict[str, SignedLink] = field(default_factory=dict)

    def click_link(self, destination: str) -> SignedLink:
        """The link to `destination`: one object for all its places, so that a mail signs it once."""
        return self._click_links.setdefault(destination, self.signer.click_link(self.campaign_id, destination))


@dataclass(frozen=True, slots=True)
class CompiledCampaign:
    """A campaign's mail with gaps for the recipient. Made by `compile`; safe to share between tasks."""

    campaign_id: str
    subject: SlotText
    html: SlotText
    text: SlotText
    unsubscribe: SignedLink
    inline_images: tuple[InlineImage, ...]
    #: Names of the merge fields in use: what `merge_values` has to look up.
    fields: frozenset[str]
    unknown_fields: tuple[UnknownField, ...]
    #: What `html` was made of.
    _marked: str = field(repr=False)
    _marks: MarkedFields = field(repr=False)
    _tracking: _Tracking = field(repr=False)

    @classmethod
    def compile(
        cls,
        *,
        campaign_id: str,
        subject: str,
        html: str,
        signer: Signer | None,
        signature_html: str | None = None,
        inline_images: Sequence[InlineImage] = (),
        track_opens: bool = True,
        track_clicks: bool = True,
    ) -> CompiledCampaign:
        """Parse a campaign. Raises `NotConfigured` without a signer: no mail leaves without an unsubscribe link.

        `html` is the body as it was composed (a fragment or a whole document), `signature_html` is appended to it,
        `inline_images` are carried along where the HTML shows them.
        """
        if signer is None:
            raise NotConfigured(
                Bilingual(
                    "Χωρίς κλειδί υπογραφής και δημόσια διεύθυνση δεν υπάρχει σύνδεσμος διαγραφής.",
                    "Without signing key and public address there is no unsubscribe link.",
                ),
                kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
                next_step=Bilingual(
                    "Συμπληρώστε τα στις ρυθμίσεις αλληλογραφίας.", "Fill them in in the mail settings."
                ),
            )
        body, headline = parse(_clean(html)), parse(well_formed(subject))
        signature = _clean(signature_html or "")
        marks = MarkedFields(body, signature)
        styled = inline_css(append_signature(marks.text, signature))
        marked, images = embed_images(styled.html, inline_images)
        unsubscribe = signer.unsubscribe_link(campaign_id)
        tracking = _Tracking(campaign_id, signer, track_opens, track_clicks)
        subject_marks = MarkedFields(headline)
        return cls(
            campaign_id=campaign_id,
            subject=SlotText(subject_marks.pieces(subject_marks.text, in_text)),
            html=_html(marked, marks, tracking, unsubscribe),
            text=_text(marked, marks, unsubscribe),
            unsubscribe=unsubscribe,
            inline_images=images,
            fields=body.names | headline.names,
            unknown_fields=tuple(dict.fromkeys(headline.unknown + body.unknown)),
            _marked=marked,
            _marks=marks,
            _tracking=tracking,
        )

    def untracked(self) -> CompiledCampaign:
        """The same mail without open pixel and with its links as they were written; the unsubscribe link stays."""
        tracking = replace(self._tracking, opens=False, clicks=False)
        return replace(self, html=_html(self._marked, self._marks, tracking, self.unsubscribe), _tracking=tracking)

    def render(self, recipient_id: str, values: MergeValues) -> RenderedMail:
        """One recipient's mail, for a preview or for an API that takes it in parts."""
        filling = Filling(recipient_id, values)
        return RenderedMail(
            recipient_id=recipient_id,
            subject=one_line(self.subject.fill(filling)),
            html=self.html.fill(filling),
            text=self.text.fill(filling),
            unsubscribe_url=self.unsubscribe.url(recipient_id),
        )


def _clean(html: str) -> str:
    """HTML that UTF-8 and MIME can carry; NUL characters are an error in HTML and would end texts early elsewhere."""
    return _LINE_BREAK.sub("\n", well_formed(html).replace("\x00", ""))


def _html(marked: str, marks: MarkedFields, tracking: _Tracking, unsubscribe: SignedLink) -> SlotText:
    edits = list(_edits(marked, marks, tracking))
    end = body_end(marked)
    footer: list[str | Slot] = []
    if tracking.opens:
        footer += (PIXEL[0], *signed_link(tracking.signer.open_link(tracking.campaign_id)), PIXEL[1])
    footer += (FOOTER[0], *signed_link(unsubscribe), FOOTER[1])
    edits.append(_Edit(end, end, tuple(footer)))
    pieces: list[str | Slot] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += marks.pieces(marked[done : edit.start], in_html)
        pieces += edit.pieces
        done = edit.end
    return SlotText([*pieces, *marks.pieces(marked[done:], in_html)])


def _edits(marked: str, marks: MarkedFields, tracking: _Tracking) -> Iterator[_Edit]:
    edited: set[int] = set()
    for link in find_links(marked):
        pieces = _link(link, marks, tracking)
        if pieces:
            edited.add(link.start)
            yield _Edit(link.start, link.end, (link.missing_quote, *pieces, link.missing_quote))
    for attribute in _attributes(marked):
        if marks.mark not in attribute.raw or attribute.start in edited:
            continue
        # A value that begins the address may be one itself; anywhere else it is one piece of it.
        piece = attribute.name in _ADDRESSES and not attribute.value.lstrip().startswith(marks.mark)
        # Without quotes a value with a blank in it would spill into further attributes.
        quote = '"' if not attribute.quote and '"' not in attribute.raw else ""
        if piece or quote:
            # In a srcset blanks part one address from the next; they would end a value that is not quoted, too.
            bounded = attribute.name != "srcset" and (attribute.quote or quote)
            pieces = marks.pieces(attribute.raw, in_html if not piece else in_address if bounded else in_url)
            yield _Edit(attribute.start, attribute.end, (quote, *pieces, quote))


def _attributes(html: str, start: int = 0, end: int | None = None) -> Iterator[Attribute]:
    """Every attribute, also of what only Outlook sees in conditional comments."""
    for token in tokens(html, start, end):
        if isinstance(token, Conditional):
            yield from _attributes(html, token.inner_start, token.inner_end)
        elif isinstance(token, StartTag):
            yield from token.attributes


def _link(link: Link, marks: MarkedFields, tracking: _Tracking) -> Sequence[str | Slot]:
    """What takes the place of a link's address; nothing when it stays as it is."""
    if marks.mark not in link.href:
        destination = normalize_destination(link.href) if tracking.clicks else None
        return () if destination is None else signed_link(tracking.click_link(destination))
    # A field that begins the address may be an address itself; anywhere else it is one piece of it.
    whole = link.href.lstrip().startswith(marks.mark)
    if not whole and not _WEB_ADDRESS.match(link.href):
        return marks.pieces(html_library.escape(link.href), in_address)
    destination_text = SlotText(marks.pieces(link.href, in_text_of_html if whole else in_url))
    return [PersonalLinkSlot(destination_text, tracking.campaign_id, tracking.signer if tracking.clicks else None)]


def _text(marked: str, marks: MarkedFields, unsubscribe: SignedLink) -> SlotText:
    def shown(href: str) -> str | None:
        if href.strip().startswith(marks.mark):
            return href.strip()
        # Normalising would take the marks apart, so blanks are encoded here.
        url = readable_url(re.sub(r"\s", "%20", href.strip()) if marks.mark in href else href)
        return marks.as_address(url) if url and _WEB_ADDRESS.match(url) else url

    body = html_to_text(marked, shown)
    pieces = marks.pieces(body, in_text_of_html, in_url)
    separator = "\n\n" if body else ""
    return SlotText([*pieces, separator + _TEXT_FOOTER, *signed_link(unsubscribe), "\n"])
