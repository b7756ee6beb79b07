"""How a Greek name is addressed: Γιώργος → Γιώργο, Αλέξανδρος → Αλέξανδρε, Κώστας → Κώστα.

No rule of grammar is complete, so that each answer says whether it is sure; staff look through the unsure ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from kkdesk.model import greek_names
from kkdesk.model.greek_accent import accent_from_end, syllables
from kkdesk.model.greek_fold import fold
from kkdesk.model.greeklish import greeklish_key

Gender = Literal["male", "female"]

_PARTS: Final = re.compile(r"([\s\-‐‑–]+)")
_GREEK_WORD: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff\u0300-\u0345]+")
_SURNAME_E: Final = ("οπουλοσ",)
_SURNAME_O: Final = ("ακοσ", "ουκοσ", "ελοσ", "ατοσ", "ουλοσ", "ιτσοσ", "ουτσοσ")


class Vocative(str):
    """The vocative, which is used as plain text, and how far to trust it.

    `sure` is false when custom knows two forms, or the name is in no list and its ending does not tell. `greeting` is
    the form for a letter: as the text, but a known name that was written in capitals or without accents has both
    right ("ΓΙΩΡΓΟΣ" gives "ΓΙΩΡΓΟ", to greet "Γιώργο").
    """

    __slots__ = ("greeting", "sure")

    sure: bool
    greeting: str

    def __new__(cls, text: str, *, sure: bool = True, greeting: str | None = None) -> Vocative:
        """`greeting` is the text itself when not given."""
        self = super().__new__(cls, text)
        self.sure = sure
        self.greeting = text if greeting is None else greeting
        return self

    @property
    def text(self) -> str:
        """The vocative as plain text."""
        return str.__str__(self)

    @property
    def unsure(self) -> bool:
        """Whether somebody should look at it."""
        return not self.sure

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What a copy, or another process, makes its own from."""
        return (str.__str__(self),), {"sure": self.sure, "greeting": self.greeting}

    def __repr__(self) -> str:
        return f"Vocative({str.__repr__(self)}, sure={self.sure})"


def vocative(first_name: str) -> Vocative:
    """How somebody of this first name is addressed.

    Women's and foreign names stay as they are. Names in capitals or without accents keep their looks. Each part of a
    double name is treated by itself ("Γιώργος-Μάριος"), and so is a surname that stands in the same field. Empty text,
    initials and whatever holds a digit come back as they are, unsure.
    """
    return _parts(first_name, surname=False)


def surname_vocative(surname: str) -> Vocative:
    """How somebody of this surname is addressed: Παπαδόπουλος → Παπαδόπουλε, Δημάκος → Δημάκο. Women's stay."""
    return _parts(surname, surname=True)


@lru_cache(maxsize=4096)
def gender(first_name: str) -> Gender | None:
    """The gender that a Greek first name tells, None when it does not (foreign names, initials, Χάρις, Σάσα)."""
    for word in _PARTS.split(first_name.strip()):
        folded = fold(word)
        if folded in _genders():
            return _genders()[folded]
        if len(word) > 1 and _GREEK_WORD.fullmatch(word):
            if folded.endswith(("σ", "ων", "ωρ")):
                return "male"
            return "female" if folded.endswith(("α", "η", "ω", "ου")) else None
    return None


@lru_cache(maxsize=8192)
def _parts(name: str, *, surname: bool) -> Vocative:
    name = unicodedata.normalize("NFC", " ".join(name.split()))  # one character a letter, however it was typed
    pieces = _PARTS.split(name)
    done = [_word(piece, surname=surname or i > 0) if i % 2 == 0 else Vocative(piece) for i, piece in enumerate(pieces)]
    # "κ. Γιώργος" and "Γιώργος Κ." are sure; an initial alone is no name to greet.
    names = [word for word in done[::2] if not word.endswith(".")]
    sure = bool(name) and bool(names) and all(word.sure for word in names)
    # Half a name put right would look worse than none: Γιώργο ΠΑΠΑΔΟΠΟΥΛΕ.
    known = all(fold(piece) in _known_names() for piece in pieces[::2])
    return Vocative("".join(done), sure=sure, greeting="".join(word.greeting for word in done) if known else None)


def _word(word: str, *, surname: bool) -> Vocative:
    if not _GREEK_WORD.fullmatch(word):
        return _not_greek(word)
    if len(word) == 1:
        return Vocative(word, sure=False)
    known = _known_names().get(fold(word))
    # An accent elsewhere makes it another name: Λούκας is not Λουκάς.
    if known is not None and accent_from_end(word) in (None, accent_from_end(known.nominative)):
        change = known.change
        return Vocative(change.apply(word), sure=change.sure, greeting=change.apply(known.nominative))
    change = _change_by_ending(word, surname=surname)
    return Vocative(change.apply(word), sure=change.sure)


def _not_greek(word: str) -> Vocative:
    """Foreign, unless it is a Greek name in Latin letters, which nobody can decline with certainty."""
    letters = word.replace(".", "").replace("'", "")
    return Vocative(
        word, sure=letters.isalpha() and letters.isascii() and greeklish_key(letters) not in _declined_keys()
    )


def _change_by_ending(word: str, *, surname: bool) -> _Change:
    folded = fold(word)
    accent = accent_from_end(word)
    if folded.endswith("οσ"):
        return _change_of_os(word, folded, surname=surname)
    if folded.endswith("ουσ") and accent not in (None, 1):
        return _Change(0, "", sure=False)  # Μάρκους, Γιούλιους: foreign
    if folded.endswith(("ησ", "ασ", "ουσ")):
        return _DROP
    if folded.endswith("εσ"):
        return _Change(1, "", sure=accent == 1)
    if folded.endswith(("ισ", "υσ", "ωσ")):
        return _Change(1, "", sure=surname and folded.endswith("υσ"))
    if folded.endswith(("ων", "ωρ", "ευσ")) and not surname:
        return _Change(0, "", sure=False)  # ancient form: Αρίων and Αρίονα
    return _KEEP  # women's names; Χανς: a consonant before the ς is foreign


def _change_of_os(word: str, folded: str, *, surname: bool) -> _Change:
    accent = accent_from_end(word)
    if accent == 1:
        return _Change(2, "έ", sure=False)
    if accent == 3 or folded.endswith(_SURNAME_E):
        return _Change(2, "ε")
    if folded.endswith(_SURNAME_O) and (accent == 2 or surname):
        return _Change(2, "ο")
    short = len(syllables(word)) == 2
    return _Change(2, "ο" if short else "ε", sure=short and accent == 2)


@dataclass(frozen=True, slots=True)
class _Change:
    """How many letters go at the end, and what comes instead."""

    cut: int
    ending: str
    sure: bool = True

    def apply(self, word: str) -> str:
        """The word changed, in its own looks: in capitals or without accents if it was written so."""
        stem = word[: len(word) - self.cut]
        if word.isupper():
            return stem + fold(self.ending).upper()
        return stem + (self.ending if accent_from_end(word) else fold(self.ending))


@dataclass(frozen=True, slots=True)
class _KnownName:
    nominative: str
    change: _Change


_KEEP: Final = _Change(0, "")
_DROP: Final = _Change(1, "")


# Tables are made on first use: a start of the window that greets nobody does not pay for them.
@lru_cache(maxsize=1)
def _known_names() -> dict[str, _KnownName]:
    e = {name: _Change(2, "έ" if name.endswith("ός") else "ε") for name in greek_names.MEN_VOCATIVE_E}
    changes = {
        **dict.fromkeys(greek_names.MEN_VOCATIVE_O, _Change(2, "ο")),
        **e,
        **{name: _Change(2, ending, sure=False) for name, ending in greek_names.MEN_EITHER.items()},
        **dict.fromkeys(greek_names.MEN_VOCATIVE_DROP, _DROP),
        **dict.fromkeys(greek_names.MEN_ANCIENT, _Change(0, "", sure=False)),
        **dict.fromkeys(greek_names.MEN_UNCHANGED + greek_names.WOMEN, _KEEP),
        # Χάρις and Θέμις are men's names too, and Άρτεμι is heard beside Άρτεμις.
        **dict.fromkeys(("Άρτεμις", "Θέμις", "Χάρις"), _Change(0, "", sure=False)),
    }
    return {fold(name): _KnownName(name, change) for name, change in changes.items()}


_MEN: Final = (
    *greek_names.MEN_VOCATIVE_O,
    *greek_names.MEN_VOCATIVE_E,
    *greek_names.MEN_EITHER,
    *greek_names.MEN_VOCATIVE_DROP,
    *greek_names.MEN_ANCIENT,
    *greek_names.MEN_UNCHANGED,
)


@lru_cache(maxsize=1)
def _declined_keys() -> frozenset[str]:
    return frozenset(greeklish_key(name) for name in _MEN if name.endswith("ς"))


@lru_cache(maxsize=1)
def _genders() -> dict[str, Gender | None]:
    return {
        **dict.fromkeys(map(fold, _MEN), "male"),
        **dict.fromkeys(map(fold, greek_names.WOMEN), "female"),
        **dict.fromkeys(map(fold, ("Χάρις", "Θέμις", "Σάσα")), None),
    }
