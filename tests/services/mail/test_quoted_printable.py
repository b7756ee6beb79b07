"""Quoted-printable in pieces: each decodes by itself, and so does whatever they are joined to."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kkdesk.services.mail.quoted_printable import encode_piece

texts = st.text(alphabet="ab=. \t\nαΩ🚗", max_size=200) | st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=200
)


@given(pieces=st.lists(texts, max_size=6))
@example(pieces=["a" * 75 + " \n", "b"])
@example(pieces=["a" * 74 + "\t\n"])
@example(pieces=["", ".", "\n.\n", " ", "=", "\n"])
def test_pieces_join_to_the_text(pieces: list[str]) -> None:
    encoded = b"".join(map(encode_piece, pieces))
    lines = encoded.split(b"\r\n")
    assert lines[-1] == b""
    for line in lines:
        assert len(line) <= 76
        assert line.isascii() and b"\n" not in line and b"\r" not in line
        assert not line.endswith((b" ", b"\t"))
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == "".join(pieces)


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("end", ["", " ", "\t\n", "α", "=", "\n"])
def test_lines_of_about_the_limit(length: int, end: str) -> None:
    test_text = "x" * length + end
    encoded = encode_piece(test_text)
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == test_text


def test_a_lone_surrogate_does_not_stop_a_mail() -> None:
    assert encode_piece("\ud800") == b"?=\r\n"
