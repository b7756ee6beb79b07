"""The one rule by which a search finds a customer: what its words are, what was asked, and whether they meet.

A record has words: those of its names, e-mails and town, folded; their Greeklish keys; and every ending of its numbers
(phones, ΑΦΜ, postal code) from three digits up, so that a word that begins with the digits typed means a number that
contains them. A query has units, and each unit must be met by the beginning of some word. The index of the store and
the highlighting of results both go by this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from kkdesk.model.greek_fold import fold
from kkdesk.model.greeklish import greeklish_key, greeklish_prefixes
from kkdesk.model.phone import phone_digits

#: Words are compared in their first letters only; nobody types more of one.
WORD_LETTERS: Final = 48
#: Digits of one field that are looked at, counted from its start.
NUMBER_DIGITS: Final = 24
#: Words of a query that count. A text of ten thousand characters has been pasted by mistake.
QUERY_WORDS: Final = 12
QUERY_LETTERS: Final = 1000
SHORTEST_ENDING: Final = 3

_WORD: Final = re.compile(r"[^\W_]+")
_GREEK: Final = re.compile("[α-ω]")
_PLUS_30: Final = re.compile(r"\+30[\s./()-]*(?=[0-9])")
_VAT_PREFIX: Final = re.compile(r"(?:el|gr|ελ)(?=[0-9]{3})")
_DIGITS: Final = re.compile(r"[0-9]+")
_PLAIN_PHONE: Final = re.compile(r"[26][0-9]{9}")
_NOT_DIGIT: Final = re.compile(r"[^0-9]")

#: Beginnings that must all be met.
Beginnings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: met when all beginnings of any one of its `ways` are met."""

    ways: tuple[Beginnings, ...]

    def met_by(self, words: Iterable[str]) -> bool:
        """Whether a record with these words has it."""
        known = tuple(words)
        return any(all(any(word.startswith(begin) for word in known) for begin in way) for way in self.ways)


def words_of(texts: Iterable[str], phones: Iterable[str], numbers: Iterable[str] = ()) -> set[str]:
    """The words of a record with these texts, telephone numbers and other numbers. Empty ones do no harm."""
    found: set[str] = set()
    for text in texts:
        if text:
            found |= _text_words(text)
    for phone in phones:
        if phone:
            found.update(endings(phone if _PLAIN_PHONE.fullmatch(phone) else phone_digits(phone)))
    for number in numbers:
        if number:
            found.update(endings(_NOT_DIGIT.sub("", number)))
    return found


def endings(digits: str) -> list[str]:
    """Every ending of a number from three digits up; the number itself when it is shorter."""
    digits = digits[:NUMBER_DIGITS]
    return [digits[start:] for start in range(max(len(digits) - SHORTEST_ENDING + 1, min(len(digits), 1)))]


def units_of(text: str) -> tuple[Unit, ...]:
    """What a query asks for. A query without any letter or digit has no units; `is_blank` tells whether it is empty."""
    # A lone surrogate, as a broken paste may hold, can be no part of a stored text.
    sound = text[:QUERY_LETTERS].encode("utf-8", "ignore").decode("utf-8")
    words = [word[:WORD_LETTERS] for word in _WORD.findall(fold(_PLUS_30.sub(" ", sound)))]
    found: list[Unit] = []
    for are_digits, group in groupby(words[:QUERY_WORDS], key=_is_number):
        alike = list(group)
        found += [_number_unit(alike)] if are_digits else [_text_unit(word) for word in alike]
    return tuple(found)


# Names and towns come again and again.
@lru_cache(maxsize=32768)
def _text_words(text: str) -> frozenset[str]:
    words = _WORD.findall(fold(text)) + greeklish_key(text).split()
    return frozenset([word[:WORD_LETTERS] for word in words])


def is_blank(text: str) -> bool:
    """Whether nothing was typed, so that everything is wanted; "***" asks for something that nobody has."""
    return not text.strip()


def matches(units: tuple[Unit, ...], words: Iterable[str]) -> bool:
    """Whether a record with these words answers the whole query."""
    known = tuple(words)
    return all(unit.met_by(known) for unit in units)


def found_in(unit: Unit, text: str, *, number: bool = False) -> list[tuple[int, int]]:
    """Where in a field's text (a number's, with `number`) a unit is met, as [start, end) pairs, for highlighting."""
    if number:
        return _found_in_number(unit, text)
    places = []
    begins = [begin for way in unit.ways for begin in way]
    for match in _WORD.finditer(text):
        folded = fold(match[0])
        keys = greeklish_key(match[0])
        if length := max((len(begin) for begin in begins if folded.startswith(begin)), default=0):
            places.append((match.start(), min(match.start() + length, match.end())))
        elif any(keys.startswith(begin) for begin in begins):
            places.append(match.span())
    return places


def _is_number(word: str) -> bool:
    return _DIGITS.fullmatch(word) is not None


def _number_unit(groups: list[str]) -> Unit:
    """Digits in groups, "697 12 34": one number written so, or several fragments."""
    joined = "".join(groups)[:NUMBER_DIGITS]
    ways: list[Beginnings] = [(joined,)]
    if joined.startswith("0030") and len(joined) > len("0030"):
        # Either the country code, which is not stored, or a tax number that happens to begin so.
        ways.append((joined.removeprefix("0030"),))
    if len(groups) > 1:
        ways.append(tuple(groups))
    return Unit(tuple(ways))


def _text_unit(word: str) -> Unit:
    begins = [word]
    if _GREEK.search(word) or len(word) == 1:
        # Greek letters say which they are; one letter alone is too little to think of all that it may begin.
        begins.append(greeklish_key(word))
    else:
        begins += greeklish_prefixes(word)
    begins.append(_VAT_PREFIX.sub("", word))
    # Keys count a repeated letter once: without this, a hundred α would be a beginning of every name in Α.
    begins = [begin[:WORD_LETTERS] for begin in begins if 2 * len(begin) >= len(word) > 0]
    # A beginning that another one begins adds nothing but work.
    least = [b for b in dict.fromkeys(begins) if not any(b != other and b.startswith(other) for other in begins)]
    return Unit(tuple((begin,) for begin in least))


def _found_in_number(unit: Unit, text: str) -> list[tuple[int, int]]:
    at = [index for index, letter in enumerate(text) if letter.isdecimal()]
    digits = "".join(text[index] for index in at)
    for way in unit.ways:
        starts = [digits.find(begin) for begin in way]
        if all(begin.isdecimal() for begin in way) and min(starts, default=-1) >= 0:
            return [(at[start], at[start + len(begin) - 1] + 1) for start, begin in zip(starts, way, strict=True)]
    return []
