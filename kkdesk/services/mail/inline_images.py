"""Pictures that travel inside the mail: `<img src>` changed to `cid:` (RFC 2392)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kkdesk.services.mail.markup import StartTag, tokens

_DATA_URI = re.compile(
    r"data:(image/(?:png|jpeg|gif|webp|bmp))(?:;[^,;]*)*;base64,(.+)", re.IGNORECASE | re.ASCII | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture that the mail carries."""

    #: The address under which the HTML shows it now, character for character (references resolved).
    source: str
    mime_type: str
    content: bytes
    file_name: str = ""

    @property
    def content_id(self) -> str:
        """Its Content-ID, the same for the same picture."""
        return f"{hashlib.sha256(self.content).hexdigest()[:32]}@kkdesk"


def embed_images(html: str, images: Sequence[InlineImage]) -> tuple[str, tuple[InlineImage, ...]]:
    """`html` that shows the given pictures from inside the mail, and the pictures it really shows.

    Pictures that stand in the HTML itself (`data:`, which Gmail does not show) are taken out into the mail too.
    """
    known = {image.source: image for image in images}
    used: dict[str, InlineImage] = {}
    parts: list[str] = []
    done = 0
    for tag in tokens(html):
        source = tag.attribute("src") if isinstance(tag, StartTag) and tag.name == "img" else None
        if source is None:
            continue
        image = known.get(source.value) or _from_data_uri(source.value)
        if image is None:
            continue
        used.setdefault(image.content_id, image)
        quote = "" if source.quote else '"'
        parts += (html[done : source.start], f"{quote}cid:{image.content_id}{quote}")
        done = source.end
    return "".join(parts) + html[done:], tuple(used.values())


def shown_sources(html: str) -> frozenset[str]:
    """The addresses of the pictures that the HTML shows, references resolved."""
    images = (tag for tag in tokens(html) if isinstance(tag, StartTag) and tag.name == "img")
    return frozenset(source.value for tag in images if (source := tag.attribute("src")) is not None)


def _from_data_uri(source: str) -> InlineImage | None:
    match = _DATA_URI.fullmatch(source.strip())
    if match is None:
        return None
    try:
        content = base64.b64decode(re.sub(r"\s", "", match[2]), validate=True)
    except binascii.Error:
        return None
    mime_type = match[1].lower()
    name = f"image-{hashlib.sha256(content).hexdigest()[:8]}.{mime_type.partition('/')[2]}"
    return InlineImage(source, mime_type, content, name)
