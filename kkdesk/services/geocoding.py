"""Addresses as geocoding sees them: the text that is asked for, and the key under which an answer is kept.

Both are the web CRM's, letter for letter, because the two share the table `geocode_cache`: an answer that one of them
paid for serves the other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kkdesk.model.web_text import WHITE_SPACE, single_spaced, trim

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_COMMA: Final = re.compile(f"[{WHITE_SPACE}]*,[{WHITE_SPACE}]*")
_COUNTRY: Final = "Greece"


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
