"""One key for a Greek name and for every usual way of typing it with Latin letters.

The key is coarse on purpose: letters that Greeklish mixes up are one letter in it. The classes, with the key's letter:

    a α   e ε αι   o ο ω   i η ι υ ει οι υι ου (papadopoulos, papadopulos, kyriakos, kuriakos)
    b β μπ, and υ in αυ ευ (stavros, stauros)   d δ ντ   g γ γγ γκ   x χ ξ (xristos, hristos, alexandros, ale3andros)
    q θ   f φ   k λ m n p r s t z; ψ is ps; a doubled letter counts once

What `h` stands for (η, χ, or half of th, ch, ph, kh) is decided by its neighbours. Text that is not Greek goes through
the same mill, so a company called "Michelin" is found as itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kkdesk.model.greek_fold import fold

_WORD: Final = re.compile(r"[^\W_]+")
_ACRONYM: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # Α.Ε., Δ.Ο.Υ.
_GREEK: Final = re.compile("[α-ω]")
_LATIN: Final = re.compile("[a-z]")

# Greek letter to key letter; υ stays y until its neighbours are known.
_GREEK_LETTERS: Final = str.maketrans(
    {**dict(zip("αβγδεζηθικλμνξοπρστυφχω", "abgdeziqiklmnxoprstyfxo", strict=True)), "ψ": "ps"}
)
# Latin letters that look like a Greek capital, for words in which the two alphabets are mixed (ΠAΠΠAΣ).
_LOOKALIKES: Final = str.maketrans("abezhikmnoptyxv", "αβεζηικμνορτυχν")
_LATIN_LETTERS: Final = str.maketrans("vwucjqθ", "boykykq")

_VOWEL = "aeiouyw"
# What each `h` is, in the order in which the cases are tried; "" drops it.
_H: Final = re.compile(
    rf"""
      (?P<x>ch)
    | (?P<th>th (?= [{_VOWEL}h] | (?<=^th)r | (?<=nth)r | (?<!^th)[lmn] ))  # τη otherwise: panagiwths, swthrhs
    | (?P<ph>ph (?= [{_VOWEL}hrlt] ))                         # πη at the end: kallioph
    | (?P<kh>kh (?= [aeouwr] ))                               # κη otherwise: nikh, khfisia
    | (?P<initial>^h (?= [{_VOWEL}] | r[iyuhe] | ro | l[aow] ))  # haris, hristos; not hraklhs, hlias
    | (?P<eta>(?<=[{_VOWEL}]) h (?= $ | s$ | [ln]$ | (?<=ah)[dt](?!h) | (?<=[{_VOWEL}b-z][{_VOWEL}]h)l ))
    | (?P<chi>(?<=[{_VOWEL}]) h )                             # mihalis, tehniki
    | (?P<mute>(?<=[b-df-hj-np-tvxz]) h (?= [aeiouyw] ))      # rhodos, dhimitris
    | (?P<other>h)                                            # dhmhtrhs
    """,
    re.VERBOSE,
)
_H_MEANS: Final = {
    "x": "x", "th": "θ", "ph": "f", "kh": "x", "initial": "x", "eta": "i", "chi": "x", "mute": "", "other": "i",
}  # fmt: skip
_DIGIT_LETTER: Final = re.compile(r"(?<![0-9])[3489](?=[a-z])")
_DIGIT_MEANS: Final = {"3": "x", "8": "q", "9": "q", "4": "ps"}

# Second stage, on key letters (with y for υ): combinations that are one sound. υ alone is ι.
_SOUNDS: Final = {
    **dict.fromkeys(("ai", "ae"), "e"),
    **dict.fromkeys(("ei", "oi", "oe", "oy", "yi", "y"), "i"),
    **{vowel + "y": vowel + "b" for vowel in "ae"},
    **{vowel + "f" + voiceless: vowel + "b" + voiceless for vowel in "ae" for voiceless in "kpqtxs"},  # lefteris
    **dict.fromkeys(("ks", "kks", "nks", "gks", "nx", "gx"), "x"),
    **dict.fromkeys(("mp", "mb", "mpp", "mbb"), "b"),
    **dict.fromkeys(("nt", "nd", "ntt", "ndd"), "d"),
    **dict.fromkeys(("gg", "gk", "ggk", "gkk", "ng", "nk", "ngk", "ngg", "nkk"), "g"),
}
_SOUND: Final = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_Y_AS_G: Final = re.compile(r"(?<=[aeo])y(?=i[aeo])|^y(?=i?[aeo])")  # panayiotis, yiannis, yorgos
_AY_AS_AGI: Final = re.compile(r"ay(?=[io])")  # panayotis
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_PAIRS: Final = tuple(letter * 2 for letter in "slnaierkpmtbodgfxqz")


def greeklish_key(text: str) -> str:
    """The key of each word, joined by single blanks. Punctuation parts words; numbers stay as they are."""
    folded = fold(text)
    if "." in folded:
        folded = _ACRONYM.sub(lambda match: match[0].replace(".", ""), folded)
    return " ".join([_word_key(word) for word in _WORD.findall(folded)])


def greeklish_prefixes(text: str) -> tuple[str, ...]:
    """What the key of the wanted text may begin with, when `text` is only its beginning, as in search-as-you-type.

    A cut can split a combination: "lam" may go on to "lampros", whose key begins with "lab". So there are a few
    alternatives, best first; none begins with another. They differ in the last word only; the earlier ones are whole.
    An empty text gives no alternative.
    """
    folded = fold(text)
    words = _WORD.findall(folded)
    if not words:
        return ()
    start = "".join(_word_key(word) + " " for word in words[:-1])
    return tuple(start + ending for ending in _word_prefixes(words[-1]))


# A shop has few different words and many customers: most words are met again.
@lru_cache(maxsize=65536)
def _word_key(word: str) -> str:
    return _combined(_key_letters(word))


def _key_letters(word: str) -> str:
    """First stage: each letter as a letter of the key, and the meaning of `h` and of digits in a Latin word."""
    if word.isascii():
        return _latin_letters(word)
    if _GREEK.search(word):
        if _LATIN.search(word):
            word = word.translate(_LOOKALIKES)
        return word.translate(_GREEK_LETTERS)
    return word


def _latin_letters(word: str) -> str:
    if word.isdigit():
        return word
    if "h" in word:
        word = _read_h(word)
    word = word.translate(_LATIN_LETTERS)
    # Only inside a real word: "4x4", "3m" and "a8" keep their digits.
    if not word.isalpha() and sum(map(str.isalpha, word)) > 2:
        word = _DIGIT_LETTER.sub(lambda match: _DIGIT_MEANS[match[0]], word)
    return word


def _read_h(word: str) -> str:
    """The word with each `h`, or pair that ends in it, replaced by what it means."""
    parts: list[str] = []
    done = 0
    while match := _next_h(word, done):
        parts += (word[done : match.start()], _H_MEANS[match.lastgroup or "other"])
        done = match.end()
    return "".join(parts) + word[done:]


def _next_h(word: str, start: int) -> re.Match[str] | None:
    # Trying the expression only where an h is, is twice as fast as letting it search.
    at = word.find("h", start)
    if at < 0:
        return None
    pair = _H.match(word, at - 1) if at > start and word[at - 1] in "ctpk" else None
    return pair or _H.match(word, at)


def _combined(letters: str) -> str:
    if "y" in letters:
        letters = _Y_AS_G.sub(lambda match: "g" if match.string[match.end()] in "ei" else "gi", letters)
        letters = _AY_AS_AGI.sub("agi", letters)
    letters = _SOUND.sub(lambda match: _SOUNDS[match[0]], letters)
    # One look for each pair is cheaper than the regular expression, and most words have none.
    for pair in _PAIRS:
        if pair in letters:
            return _DOUBLED.sub(r"\1", letters)
    return letters


# What may follow a cut word: enough to show every combination and every reading of `h`.
_LATIN_NEXT: Final = tuple(a + b for a in "aeioufhptdgkxsnlr" for b in ("", "a", "e", "i", "o", "h", "r", "s", "t"))
_GREEK_NEXT: Final = tuple(a + b for a in "αειυουπβτδγκξχσφ" for b in ("", "α", "ι", "ο", "κ", "ρ", "σ"))


@lru_cache(maxsize=2048)
def _word_prefixes(word: str) -> tuple[str, ...]:
    """Keys with which a word that begins with `word` may begin, found by trying what may come next."""
    own = _word_key(word)
    if word.isdigit():  # "8" may be the beginning of "8essaloniki"; "21" is a number
        return (own, _DIGIT_MEANS[word]) if word in _DIGIT_MEANS else (own,)
    others: dict[str, list[str]] = {}
    for following in _GREEK_NEXT if _GREEK.search(word) else _LATIN_NEXT:
        key = _combined(_key_letters(word + following))
        if not key.startswith(own):
            shared = len(_common_start([own, key]))
            others.setdefault(key[: shared + 1], []).append(key)
    found = [own, *sorted(_common_start(keys) for keys in others.values())]
    return tuple(key for key in found if not any(key != other and key.startswith(other) for other in found))


def _common_start(texts: list[str]) -> str:
    """The longest text with which all of them begin."""
    first, last = min(texts), max(texts)
    return next((first[:i] for i, letter in enumerate(first) if letter != last[i : i + 1]), first)
