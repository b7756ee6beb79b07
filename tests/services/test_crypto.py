"""Tokens at rest: the web CRM's vectors, and what it does wrong done right."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.crypto import PREFIX, decrypt_account_token, decrypt_token, encrypt_token, parse_key
from tests.vectors import Vector, name, vectors

KEY = bytes(range(32))


def key_of(vector: Vector) -> bytes | None:
    return parse_key(vector["env"]["OAUTH_TOKEN_ENCRYPTION_KEY"])


@pytest.mark.parametrize("vector", vectors("oauth_tokens", "encrypt"), ids=name)
def test_encrypts_as_the_web_crm(vector: Vector) -> None:
    plain, iv = vector["input"]["plain"], bytes.fromhex(vector["input"]["iv_hex"])
    if not vector.get("expected_is_bug"):
        assert encrypt_token(plain, key_of(vector), iv) == vector["expected"]
    elif vector["name"].startswith("key/"):
        # The web CRM stores the token in clear when the key is unusable; here nothing is stored.
        with pytest.raises(NotConfigured):
            encrypt_token(plain, key_of(vector), iv)
    else:
        # The web CRM takes a plain token that begins with the prefix for an encrypted one.
        stored = encrypt_token(plain, key_of(vector), iv)
        assert stored != plain
        assert decrypt_token(stored, key_of(vector)) == plain


@pytest.mark.parametrize("vector", vectors("oauth_tokens", "decrypt"), ids=name)
def test_decrypts_as_the_web_crm(vector: Vector) -> None:
    token, expected = vector["input"]["token"], vector["expected"]
    if not isinstance(expected, dict):
        assert decrypt_token(token, key_of(vector)) == expected
        return
    missing_key = expected["message"].startswith("OAUTH_TOKEN_ENCRYPTION_KEY")
    with pytest.raises(NotConfigured if missing_key else InvalidInput):
        decrypt_token(token, key_of(vector))


@pytest.mark.parametrize("vector", vectors("oauth_tokens", "decrypt_account_token"), ids=name)
def test_account_tokens(vector: Vector) -> None:
    assert decrypt_account_token(vector["input"]["token"], key_of(vector)) == vector["expected"]


@given(plain=st.text(), iv=st.none() | st.binary(min_size=12, max_size=12))
def test_round_trip(plain: str, iv: bytes | None) -> None:
    stored = encrypt_token(plain, KEY, iv)
    assert stored.startswith(PREFIX)
    assert decrypt_token(stored, KEY) == plain


@given(position=st.integers(min_value=0, max_value=10_000), bit=st.integers(min_value=0, max_value=7))
def test_any_flipped_bit_is_noticed(position: int, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(encrypt_token("διακριτικό", KEY)[len(PREFIX) :] + "=="))
    raw[position % len(raw)] ^= 1 << bit
    altered = PREFIX + base64.urlsafe_b64encode(raw).decode()
    with pytest.raises(InvalidInput):
        decrypt_token(altered, KEY)


def test_iv_is_drawn_anew_each_time() -> None:
    assert encrypt_token("x", KEY) != encrypt_token("x", KEY)


def test_iv_of_another_length_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        encrypt_token("x", KEY, b"short")


def test_without_a_key_plain_tokens_are_readable_and_nothing_is_stored_in_clear() -> None:
    no_key = parse_key(None)
    assert no_key is None
    assert decrypt_token("ya29.plain", no_key) == "ya29.plain"
    with pytest.raises(NotConfigured):
        encrypt_token("ya29.plain", no_key)


@pytest.mark.parametrize("text", ["", "   ", "!!!!", "QUJD", "A" * 44 + "=", "ab" * 32])
def test_a_key_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        parse_key(text)
    assert "32" in caught.value.message("el")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What Node's decoder makes of odd input (measured with node 20).
        ("QUJD=REVG", b"ABC"),
        ("=bad", b""),
        ("QU=JD", b"A"),
        ("QUJDR=VG", b"ABC"),
        ("QUJDκRE VG", b"ABCDEF"),
        ("-_+/", b"\xfb\xff\xbf"),
    ],
)
def test_base64_is_read_as_node_reads_it(text: str, expected: bytes) -> None:
    filler = "A" * 43
    with pytest.raises(NotConfigured) as caught:
        parse_key(text)
    assert f"has {len(expected)} bytes" in caught.value.what.en
    assert parse_key(f"{filler}={text}") == bytes(32)
