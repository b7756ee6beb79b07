"""Pictures are made small enough to send, and say so when they cannot be read."""

from __future__ import annotations

import base64
import random

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from kkdesk.model.errors import InvalidInput
from kkdesk.ui.campaigns.editing.letter import Letter, Paragraph, Picture
from kkdesk.ui.campaigns.editing.opener import open_letter
from kkdesk.ui.campaigns.editing.pictures import (
    KEPT_WIDTH,
    LARGEST_FILE,
    SHOWN_WIDTH,
    PictureShelf,
    prepare_image,
    prepare_picture,
)


def noisy(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    chance = random.Random(1)
    for x in range(0, width, 2):
        for y in range(0, height, 2):
            image.setPixelColor(x, y, QColor(chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    return image


def encoded(image: QImage, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def content(source: str) -> bytes:
    return base64.b64decode(source.partition(",")[2])


def test_a_photograph_is_made_smaller_and_stays_a_jpeg(qapp: QApplication) -> None:
    prepared = prepare_picture(encoded(noisy(2600, 300), "JPEG"))
    assert prepared.source.startswith("data:image/jpeg;base64,")
    kept = QImage.fromData(content(prepared.source))
    assert kept.width() == KEPT_WIDTH and prepared.width == SHOWN_WIDTH


def test_a_small_drawing_stays_a_png(qapp: QApplication) -> None:
    image = QImage(120, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    prepared = prepare_picture(encoded(image, "PNG"))
    assert prepared.source.startswith("data:image/png;base64,") and prepared.width == 120


def test_transparency_is_kept_and_a_large_screenshot_becomes_a_jpeg(qapp: QApplication) -> None:
    clear = QImage(50, 50, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    assert prepare_image(clear).source.startswith("data:image/png")
    assert prepare_image(noisy(900, 700)).source.startswith("data:image/jpeg")


def test_what_old_outlook_cannot_show_is_changed(qapp: QApplication) -> None:
    webp = encoded(noisy(60, 40), "WEBP")
    assert webp[8:12] == b"WEBP"
    assert prepare_picture(webp).source.startswith("data:image/jpeg")


@pytest.mark.parametrize("broken", [b"", b"no picture", b"GIF89a", b"x" * (LARGEST_FILE + 1)])
def test_what_is_no_picture_is_told_in_words(qapp: QApplication, broken: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        prepare_picture(broken)
    assert caught.value.what.el and caught.value.kept and caught.value.next_step


def test_documents_know_pictures_by_short_names(qapp: QApplication) -> None:
    prepared = prepare_image(noisy(40, 40))
    shelf, document = PictureShelf(), QTextDocument()
    shelf.keep(prepared)
    open_letter(document, Letter((Paragraph((Picture(prepared.source),)),)), shelf)
    name = document.begin().begin().fragment().charFormat().toImageFormat().name()
    assert len(name) < 30 and shelf.source_of(name) == prepared.source
