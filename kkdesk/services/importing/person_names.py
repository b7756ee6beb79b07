"""Names in one cell: a person's first and last name in either order, or a company."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from kkdesk.model import greek_names
from kkdesk.model.greek import fold, greeklish_key

_FIRST_NAMES: Final = frozenset(
    fold(name)
    for names in (
        greek_names.MEN_VOCATIVE_O,
        greek_names.MEN_VOCATIVE_E,
        greek_names.MEN_EITHER,
        greek_names.MEN_VOCATIVE_DROP,
        greek_names.MEN_UNCHANGED,
        greek_names.MEN_ANCIENT,
        greek_names.WOMEN,
    )
    for name in names
)
_FIRST_NAME_KEYS: Final = frozenset(map(greeklish_key, _FIRST_NAMES))

# Legal forms and what else no person is called; without accents, dots and final sigma.
_COMPANY_WORDS: Final = frozenset(
    """
    αε αεβε αβεε αεε αεμε ανωνυμη εταιρεια εταιρια επε μεπε ικε μικε οε εε ετε κοινοπραξια συνεταιρισμοσ μονοπροσωπη
    αφοι υιοι υιοσ σια ομιλοσ δημοσ υπουργειο συνεργειο βουλκανιζατερ ελαστικα μεταφορεσ μεταφορικη πρατηριο
    εμπορικη τεχνικη βιομηχανια αντιπροσωπεια ξενοδοχειο ταξι ltd limited llc gmbh inc corp sa ag ike epe oe ee ae co
    company bros sons group motors tyres tires garage service logistics transport trans cargo
    """.split()
)
_DOTS: Final = re.compile(r"(?<=\w)\.(?=\w)|(?<=\b\w)\.")
_WORD: Final = re.compile(r"[^\W_]+")


class PersonName(NamedTuple):
    """A cell taken apart. `company` is set and the rest empty when it is no person."""

    first: str
    last: str
    company: str = ""


@lru_cache(maxsize=65536)
def is_first_name(word: str) -> bool:
    """Whether it is a known Greek first name, in Greek or Latin letters."""
    folded = fold(word)
    if folded in _FIRST_NAMES:
        return True
    return folded.isascii() and folded.isalpha() and greeklish_key(folded) in _FIRST_NAME_KEYS


def looks_like_company(text: str) -> bool:
    """Whether the words tell a company: a legal form, a trade, an ampersand, or quotation marks."""
    if "&" in text or "«" in text or '"' in text:
        return True
    words = _WORD.findall(_DOTS.sub("", fold(text)))
    return any(word in _COMPANY_WORDS for word in words)


def split_name(text: str, *, surname_first: bool) -> PersonName:
    """Take a full name apart. Known first names decide, and `surname_first` (what the file mostly does) where none is.

    With a comma the surname is in front of it.
    """
    if looks_like_company(text) or any(letter.isdigit() for letter in text):
        return PersonName("", "", text)
    before, comma, after = (part.strip() for part in text.partition(","))
    if comma and before and after:
        return PersonName(after, before)
    words = text.split()
    if len(words) < 2:
        return PersonName(text, "") if is_first_name(text) else PersonName("", text)
    if _surname_leads(words, otherwise=surname_first):
        return PersonName(" ".join(words[1:]), words[0])
    # All but the last word are first names as long as they are known: Άννα Μαρία Παπαδοπούλου.
    count = 1
    while count < len(words) - 1 and is_first_name(words[count]):
        count += 1
    return PersonName(" ".join(words[:count]), " ".join(words[count:]))


def surnames_come_first(names: Iterable[str]) -> bool:
    """Whether a file writes the surname in front, judged by the known first names in it."""
    balance = 0
    for name in names:
        words = name.split()
        if len(words) > 1 and not looks_like_company(name):
            balance += is_first_name(words[-1]) - is_first_name(words[0])
    return balance > 0


def _surname_leads(words: list[str], *, otherwise: bool) -> bool:
    front, back = is_first_name(words[0]), any(map(is_first_name, words[1:]))
    return otherwise if front == back else back
