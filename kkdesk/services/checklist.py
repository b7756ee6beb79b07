"""What is looked at before a campaign is sent: everything that would embarrass its author, and what forbids sending."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.merge_fields import parse
from kkdesk.services.mail.links import find_links
from kkdesk.services.mail.markup import StartTag, tokens
from kkdesk.services.mail.tracking import normalize_destination

#: Bytes of HTML beyond which Gmail cuts a message off (it does at 102 KB).
CLIPPED_AT: Final = 100 * 1024
#: Bytes that tracking adds to each link, about.
_TRACKED_LINK: Final = 260
_EXAMPLES: Final = 3

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_OTHER_SCHEMES: Final = frozenset({"mailto:", "tel:", "sms:", "viber:", "whatsapp:", "geo:", "cid:"})
_MARKUP: Final = re.compile(
    r"<(?:style|script|title|head)\b.*?</(?:style|script|title|head)\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL
)
_BLANK: Final = re.compile(r"(?:\s|&nbsp;|&#160;|&zwnj;|\u200b|\ufeff)+")
_SHOWS: Final = frozenset({"img", "hr"})


class Severity(StrEnum):
    """`stop`: it cannot be sent like this. `warn`: it can, but somebody should look first. The rest are no findings of
    fault: `note` is worth knowing, `unknown` could not be found out, `good` is in order.
    """

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"
    UNKNOWN = "unknown"
    GOOD = "good"


class Area(StrEnum):
    """What a finding is about."""

    MESSAGE = "message"
    RECIPIENTS = "recipients"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found; `code` is for programs, `text` for people."""

    code: str
    severity: Severity
    text: Bilingual
    area: Area = Area.MESSAGE


def check_content(draft: CampaignDraft, signature_html: str, blank_values: Mapping[str, int]) -> list[Finding]:
    """Findings on subject and body, the grave ones first.

    `blank_values` tells for how many recipients each merge field (by name) has no value.
    """
    found = [
        *_emptiness(draft, signature_html),
        *_unknown_fields(draft),
        *_fields_without_default(draft, blank_values),
        *_links(draft.content + signature_html),
        *_images(draft.content + signature_html),
        *_size(draft.content + signature_html, tracked=draft.tracked),
    ]
    return sorted(found, key=lambda finding: finding.severity is Severity.WARN)


def fields_in_use(draft: CampaignDraft) -> frozenset[str]:
    """Names of the merge fields of subject and body that have a place without a default."""
    fields = (*parse(draft.subject).fields, *parse(draft.content).fields)
    return frozenset(field.name for field in fields if not (field.default or "").strip())


def _emptiness(draft: CampaignDraft, signature_html: str) -> Iterator[Finding]:
    if not draft.subject.strip():
        yield _stop("no_subject", "Λείπει το θέμα.", "The subject is missing.")
    shows = any(isinstance(token, StartTag) and token.name in _SHOWS for token in tokens(draft.content))
    if not shows and not _BLANK.sub("", _MARKUP.sub("", draft.content)):
        text = ("Το μήνυμα δεν έχει κείμενο.", "The message has no text.")
        if _BLANK.sub("", _MARKUP.sub("", signature_html)):
            text = ("Το μήνυμα έχει μόνο υπογραφή.", "The message has nothing but the signature.")
        yield _stop("no_content", *text)


def _unknown_fields(draft: CampaignDraft) -> Iterator[Finding]:
    unknown = list(dict.fromkeys((*parse(draft.subject).unknown, *parse(draft.content).unknown)))
    if unknown:
        greek = [f"{one.source} (μήπως {one.suggestion};)" if one.suggestion else one.source for one in unknown]
        english = [f"{one.source} (perhaps {one.suggestion}?)" if one.suggestion else one.source for one in unknown]
        yield _warn(
            "unknown_field",
            f"Άγνωστα πεδία, που οι παραλήπτες θα τα δουν όπως είναι: {_examples(greek)}.",
            f"Unknown fields, which recipients will see as they are: {_examples(english)}.",
        )


def _fields_without_default(draft: CampaignDraft, blank_values: Mapping[str, int]) -> Iterator[Finding]:
    for name in sorted(fields_in_use(draft)):
        count = blank_values.get(name, 0)
        if count:
            yield _warn(
                "no_default",
                f"Το {{{{{name}}}}} είναι κενό σε {count} παραλήπτες και δεν έχει εναλλακτικό κείμενο.",
                f"{{{{{name}}}}} is empty for {count} recipients and has no default.",
            )


def _links(html: str) -> Iterator[Finding]:
    broken = dict.fromkeys(link.href.strip()[:80] for link in find_links(html) if _leads_nowhere(link.href))
    if broken:
        shown = _examples([href or "…" for href in broken])
        yield _warn("dead_link", f"Σύνδεσμοι που δεν οδηγούν πουθενά: {shown}.", f"Links that lead nowhere: {shown}.")


def _leads_nowhere(href: str) -> bool:
    address = href.strip()
    if "{{" in address:
        return False  # A merge field: whether it is an address differs from recipient to recipient.
    scheme = _SCHEME.match(address)
    if scheme is None:
        # In a mail there is no page that "#part" or "prosfores.html" could be relative to.
        return True
    if scheme[0].lower() in ("http:", "https:"):
        destination = normalize_destination(address)
        return destination is None or "." not in destination.split("/")[2]
    return scheme[0].lower() not in _OTHER_SCHEMES or not address[scheme.end() :].strip()


def _images(html: str) -> Iterator[Finding]:
    images = [token for token in tokens(html) if isinstance(token, StartTag) and token.name == "img"]
    without = sum(1 for image in images if image.attribute("alt") is None)
    if without:
        yield _warn(
            "no_alt",
            f"Εικόνες χωρίς εναλλακτικό κείμενο: {without}. Όποιος δεν βλέπει εικόνες δεν θα καταλάβει τι δείχνουν.",
            f"Images without a description: {without}. Whoever sees no images will not know what they show.",
        )


def _size(html: str, *, tracked: bool) -> Iterator[Finding]:
    # Pictures that stand in the HTML itself travel as parts of their own.
    links = sum(1 for _ in find_links(html)) if tracked else 0
    size = len(re.sub(r"data:image/[^\"'\s>]+", "", html).encode("utf-8", "replace")) + links * _TRACKED_LINK
    if size > CLIPPED_AT:
        yield _warn(
            "too_long",
            f"Το μήνυμα είναι {size // 1024} KB. Το Gmail κόβει ό,τι ξεπερνά τα 100 KB, και τον σύνδεσμο διαγραφής.",
            f"The message has {size // 1024} KB. Gmail cuts off what exceeds 100 KB, the unsubscribe link with it.",
        )


def _examples(items: list[str]) -> str:
    more = f" … (+{len(items) - _EXAMPLES})" if len(items) > _EXAMPLES else ""
    return ", ".join(items[:_EXAMPLES]) + more


def _stop(code: str, el: str, en: str) -> Finding:
    return Finding(code, Severity.STOP, Bilingual(el, en))


def _warn(code: str, el: str, en: str) -> Finding:
    return Finding(code, Severity.WARN, Bilingual(el, en))
