"""Pictures of a mail: kept beside the document under short names, read in, made small enough to send."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPen, QTextDocument

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.ui.campaigns.editing.formats import url_of
from kkdesk.ui.campaigns.editing.letter import Letter, Picture

#: Pixels across that a mail can show, and twice as many for screens with small pixels.
SHOWN_WIDTH: Final = 600
KEPT_WIDTH: Final = 1200
#: Bytes of a file that is still read.
LARGEST_FILE: Final = 40 * 1024 * 1024
#: Bytes above which a photograph is kept as JPEG, whatever it was.
_LARGE_PNG: Final = 300 * 1024
_LARGE_GIF: Final = 1024 * 1024
_QUALITY: Final = 85

_DATA: Final = re.compile(r"data:image/[a-z0-9.+-]+(?:;[^,;]*)*;base64,(.+)\Z", re.IGNORECASE | re.DOTALL)
_PLACEHOLDER: Final = QSize(240, 96)


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture ready to be put into a mail: its `data:` address and how wide it is shown."""

    source: str
    width: int
    image: QImage


class PictureShelf:
    """The pictures of one document. Its names are short: Qt looks at a picture's name each time it paints it."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._images: dict[str, QImage] = {}

    def prepare(self, letter: Letter) -> None:
        """Decode the pictures of a letter; may be called in a thread, before it is opened."""
        for block in letter.blocks:
            for run in block.runs:
                if isinstance(run, Picture):
                    self._key(run)

    def keep(self, prepared: PreparedPicture) -> None:
        """Take over a picture that is decoded already."""
        if prepared.source not in self._keys:
            self._add(prepared.source, prepared.image)

    def put(self, document: QTextDocument, picture: Picture) -> str:
        """Make a document know a picture; its name there."""
        key = self._key(picture)
        document.addResource(QTextDocument.ResourceType.ImageResource, url_of(key), self._images[key])
        return key

    def give_to(self, document: QTextDocument) -> None:
        """Make a document know every picture."""
        for key, image in self._images.items():
            document.addResource(QTextDocument.ResourceType.ImageResource, url_of(key), image)

    def source_of(self, key: str) -> str:
        """The address of the picture that is called `key`."""
        return self._sources.get(key, key)

    def natural_width(self, key: str) -> int:
        """How wide a picture is by itself."""
        return self._images[key].width()

    def _key(self, picture: Picture) -> str:
        known = self._keys.get(picture.source)
        return known or self._add(picture.source, _decoded(picture))

    def _add(self, source: str, image: QImage) -> str:
        key = f"kkpicture:{len(self._keys)}"
        self._images[key] = image
        self._sources[key] = source
        self._keys[source] = key
        return key


def prepare_picture(content: bytes) -> PreparedPicture:
    """Read a picture's file and make it small enough to send. Meant for a thread: it takes tenths of a second.

    Raises `InvalidInput` when it is no picture, or too large.
    """
    if len(content) > LARGEST_FILE:
        raise _too_large()
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    written = bytes(reader.format().data()).decode("ascii", "replace").lower()
    if written == "gif" and reader.imageCount() > 1 and len(content) <= _LARGE_GIF:
        # Scaling would take the movement out of it.
        image = reader.read()
        if not image.isNull():
            return _prepared("gif", content, image)
    _ask_for_less(reader)
    image = reader.read()
    if image.isNull():
        raise _not_a_picture()
    return prepare_image(image, photograph=written in {"jpg", "jpeg", "heic", "heif", "webp"})


def prepare_image(image: QImage, *, photograph: bool = False) -> PreparedPicture:
    """As `prepare_picture`, of a picture that is decoded already, such as a screenshot."""
    if image.width() > KEPT_WIDTH:
        image = image.scaledToWidth(KEPT_WIDTH, Qt.TransformationMode.SmoothTransformation)
    if not photograph or image.hasAlphaChannel():
        content = _encoded(image, "PNG", -1)
        if len(content) <= _LARGE_PNG or image.hasAlphaChannel():
            return _prepared("png", content, image)
    return _prepared("jpeg", _encoded(image, "JPEG", _QUALITY), image)


def _ask_for_less(reader: QImageReader) -> None:
    size = reader.size()
    if size.isValid() and size.width() > 2 * KEPT_WIDTH:
        # JPEGs are decoded in a fraction of the time when they are wanted small.
        reader.setScaledSize(size.scaled(2 * KEPT_WIDTH, size.height(), Qt.AspectRatioMode.KeepAspectRatio))


def _prepared(kind: str, content: bytes, image: QImage) -> PreparedPicture:
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return PreparedPicture(source, min(image.width(), SHOWN_WIDTH), image)


def _encoded(image: QImage, kind: str, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)  # type: ignore[call-overload] - the stubs know of bytes only
    return bytes(buffer.data().data())


def _decoded(picture: Picture) -> QImage:
    match = _DATA.match(picture.source)
    if match is not None:
        try:
            image = QImage.fromData(base64.b64decode(re.sub(r"\s", "", match[1]), validate=True))
        except binascii.Error:
            image = QImage()
        if not image.isNull():
            return image
    return _placeholder(picture)


def _placeholder(picture: Picture) -> QImage:
    """What stands for a picture that is elsewhere: nothing is fetched, and its description can be read."""
    width = min(picture.width or _PLACEHOLDER.width(), SHOWN_WIDTH)
    image = QImage(max(width, 24), _PLACEHOLDER.height(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#eef1f4"))
    painter = QPainter(image)
    painter.setPen(QPen(QColor("#868f9a"), 1, Qt.PenStyle.DashLine))
    painter.drawRect(image.rect().adjusted(0, 0, -1, -1))
    painter.setPen(QColor("#59636e"))
    text = picture.alt or picture.source.rsplit("/", 1)[-1][:60]
    painter.drawText(QRectF(image.rect()).adjusted(8, 8, -8, -8), int(_MIDDLE), text)
    painter.end()
    return image


_MIDDLE: Final = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value


def _not_a_picture() -> InvalidInput:
    return InvalidInput(
        Bilingual("Το αρχείο δεν είναι εικόνα που να μπορεί να διαβαστεί.", "The file is no picture that can be read."),
        kept=Bilingual("Το μήνυμα έμεινε όπως ήταν.", "The mail was left as it was."),
        next_step=Bilingual("Δοκιμάστε εικόνα JPEG ή PNG.", "Try a JPEG or PNG picture."),
    )


def _too_large() -> InvalidInput:
    limit = LARGEST_FILE // (1024 * 1024)
    return InvalidInput(
        Bilingual(f"Η εικόνα ξεπερνά τα {limit} MB.", f"The picture exceeds {limit} MB."),
        kept=Bilingual("Το μήνυμα έμεινε όπως ήταν.", "The mail was left as it was."),
        next_step=Bilingual("Μικρύνετέ την και δοκιμάστε ξανά.", "Make it smaller and try again."),
    )
