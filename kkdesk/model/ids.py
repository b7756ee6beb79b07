"""Identifiers: the web CRM's prefixed nanoids for rows, ULIDs for changes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from itertools import count

_NANOID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NANOID_LENGTH = 21
# 64 letters: the low six bits of each random byte choose one, without bias.
_NANOID_LETTERS = bytes(ord(_NANOID_ALPHABET[byte & 63]) for byte in range(256))
# Of the 21 characters 16 are random (96 bits), the rest counts.
_SERIES_STEM = 16
_SERIES_DIGITS = _NANOID_LENGTH - _SERIES_STEM
_ULID_LENGTH = 26


def nanoid() -> str:
    """21 random characters of `A-Za-z0-9_-` (126 bits), as nanoid 5 makes them."""
    return secrets.token_bytes(_NANOID_LENGTH).translate(_NANOID_LETTERS).decode("ascii")


def new_id(prefix: str) -> str:
    """A row id of the web CRM's form, e.g. `new_id("cust")` gives `cust_` and 21 nanoid characters."""
    return f"{prefix}_{nanoid()}"


def id_series(prefix: str) -> Iterator[str]:
    """Row ids of the same form for many rows of one kind: unique as others are, and sorted in the order they come.

    A hundred thousand of them go to one place of each index and not all over it.
    """
    letters = sorted(_NANOID_ALPHABET)
    stem = f"{prefix}_{nanoid()[:_SERIES_STEM]}"
    for number in count():
        yield stem + "".join(letters[number >> shift & 63] for shift in range(6 * _SERIES_DIGITS - 6, -1, -6))


def ulid() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in Crockford base 32, so that ids sort by time."""
    return _ulid(_milliseconds() << 80 | secrets.randbits(80))


def ulid_after(last: str, now: int) -> str:
    """A ULID of the time `now` (whole Unix seconds) that sorts after `last`, even if a clock was set back since.

    `last` is a ULID or empty; else raises `ValueError`.
    """
    ahead = now - int(time.time())
    number = (_milliseconds() + ahead * 1000) << 80 | secrets.randbits(80)
    if last and number <= (before := _ulid_number(last)):
        # By chance as well: others may follow the same one.
        number = before + 1 + secrets.randbits(72)
    return _ulid(number)


def ulid_time(value: str) -> int:
    """When a ULID was made, in whole Unix seconds. Raises `ValueError` when `value` is no ULID."""
    return (_ulid_number(value) >> 80) // 1000


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def _ulid(number: int) -> str:
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def _ulid_number(value: str) -> int:
    if len(value) != _ULID_LENGTH:
        raise ValueError(f"not a ULID: {value!r}")
    number = 0
    for letter in value:
        number = number << 5 | _CROCKFORD.index(letter)
    return number
