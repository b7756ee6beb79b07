"""Addresses as geocoding sees them: the text that is asked for, and the key under which an answer is kept.

Both are the web CRM's, letter for letter, because the two share the table `geocode_cache`: an answer that one of them
paid for serves the other.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from kkdesk.model.postal import normalize_postal
from kkdesk.model.row import Row
from kkdesk.model.web_text import WHITE_SPACE, single_spaced, trim

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_COMMA: Final = re.compile(f"[{WHITE_SPACE}]*,[{WHITE_SPACE}]*")
_COUNTRY: Final = "Greece"
#: How people write the country, as keys.
_GREEK: Final = frozenset({"", "ελλαδα", "ελλας", "ελλαδος", "greece", "hellas", "ellada", "gr", "gre", "grc", "el"})
#: Characters of the longest text that can be an address: a Greek letter is six bytes of a URL.
_LONGEST: Final = 500


def cache_key(address: str) -> str:
    """The value of `geocode_cache.address`: lower case without accents, blanks and commas made uniform."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", trim(address.lower())))
    return _COMMA.sub(", ", single_spaced(bare))


def address_string(
    street: object = None,
    postal_code: object = None,
    city: object = None,
    state: object = None,
    country: object = None,
) -> str:
    """The address in one line. Parts that are blank or no text are left out; no country means Greece."""
    parts = [trim(part) for part in (street, postal_code, city, state) if isinstance(part, str)]
    parts.append((trim(country) if isinstance(country, str) else "") or _COUNTRY)
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A customer's address as it is stored: free text, part by part."""

    street: str = ""
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""

    @classmethod
    def of(cls, row: Row) -> Address:
        """The address of a row with columns of these names; what is no text counts as blank."""
        names = ("street", "postal_code", "city", "state", "country")
        return cls(*(value if isinstance(value := row[name], str) else "" for name in names))

    @property
    def key(self) -> str:
        """The key under which its place is kept."""
        return cache_key(address_string(self.street, self.postal_code, self.city, self.state, self.country))

    @property
    def is_greek(self) -> bool:
        """Whether it lies in Greece, as far as its country says."""
        return cache_key(self.country) in _GREEK

    @property
    def question(self) -> str:
        """What a geocoder is asked: without Greece, which it is told apart from the text.

        Google finds nothing for some addresses that say a fact in both ways.
        """
        parts = (self.street, self.postal_code, self.city, self.state, "" if self.is_greek else self.country)
        return ", ".join(trimmed for part in parts if (trimmed := single_spaced(trim(part))))

    @property
    def digits(self) -> str:
        """The postal code to compare with a found one; empty where there is none."""
        return normalize_postal(trim(self.postal_code))

    @property
    def can_be_asked(self) -> bool:
        """Whether it names something, and is no essay and nothing that a URL or JSON cannot carry."""
        names = any(map(trim, (self.street, self.postal_code, self.city)))
        return names and len(self.question) <= _LONGEST and "\0" not in self.key
