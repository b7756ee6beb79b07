"""Identifiers: the web CRM's prefixed nanoids for rows, ULIDs for changes."""

from __future__ import annotations

import secrets
import time

_NANOID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NANOID_LENGTH = 21
# 64 letters: the low six bits of each random byte choose one, without bias.
_NANOID_LETTERS = bytes(ord(_NANOID_ALPHABET[byte & 63]) for byte in range(256))
_ULID_LENGTH = 26
_ULID_TIME_LENGTH = 10


def nanoid() -> str:
    """21 random characters of `A-Za-z0-9_-` (126 bits), as nanoid 5 makes them."""
    return secrets.token_bytes(_NANOID_LENGTH).translate(_NANOID_LETTERS).decode("ascii")


def new_id(prefix: str) -> str:
    """A row id of the web CRM's form, e.g. `new_id("cust")` gives `cust_` and 21 nanoid characters."""
    return f"{prefix}_{nanoid()}"


def ulid() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in Crockford base 32, so that ids sort by time."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def ulid_time(value: str) -> int:
    """When a ULID was made, in whole Unix seconds. Raises `ValueError` when `value` is no ULID."""
    if len(value) != _ULID_LENGTH:
        raise ValueError(f"not a ULID: {value!r}")
    milliseconds = 0
    for letter in value[:_ULID_TIME_LENGTH]:
        milliseconds = milliseconds << 5 | _CROCKFORD.index(letter)
    return milliseconds // 1000
