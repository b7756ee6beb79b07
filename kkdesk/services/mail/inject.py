"""What every mail of a campaign gets at its end: the open pixel and the way out of the list."""

from __future__ import annotations

from typing import Final

from kkdesk.services.mail.markup import EndTag, Unfinished, tokens

#: The pixel around its address, as the web CRM writes it.
PIXEL: Final = ('<img src="', '" width="1" height="1" style="display:none!important" alt="" />')
#: The footer around the unsubscribe address, as the web CRM writes it.
FOOTER: Final = (
    '<div style="margin-top:16px;font-size:12px;color:#666">Για να διαγραφείτε από αυτή τη λίστα, πατήστε <a href="',
    '">εδώ</a>.</div>',
)

# Addresses come with bare "&", as the web CRM writes them; only what would end the attribute or the tag is encoded.
_ATTRIBUTE_SAFE = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E"})


def body_end(html: str) -> int:
    """Where something that shall be seen last is put: before the last real `</body>`, else at the end.

    Closing tags inside comments, scripts and the like are not real. Where the text ends in an unfinished comment,
    tag or raw text, the place is before that, because nothing behind it would be shown.
    """
    last: int | None = None
    for token in tokens(html):
        real_end = isinstance(token, EndTag) and token.name == "body"
        if real_end or (isinstance(token, Unfinished) and last is None):
            last = token.start
    return len(html) if last is None else last


def insert_at_body_end(html: str, addition: str) -> str:
    """`html` with `addition` as the last thing a reader sees."""
    place = body_end(html)
    return html[:place] + addition + html[place:]


def inject_open_pixel(html: str, url: str | None) -> str:
    """`html` with the invisible image that reports an opening; unchanged without an address."""
    return html if url is None else insert_at_body_end(html, url.translate(_ATTRIBUTE_SAFE).join(PIXEL))


def inject_unsubscribe_footer(html: str, url: str | None) -> str:
    """`html` with the sentence that holds the unsubscribe link; unchanged without an address."""
    return html if url is None else insert_at_body_end(html, url.translate(_ATTRIBUTE_SAFE).join(FOOTER))
