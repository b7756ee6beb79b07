"""Mistyped domains of the mail providers that Greek customers use: gmial.com, gmail.con, hotmal.com, otenet.rg."""

from __future__ import annotations

from functools import lru_cache
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PROVIDERS: Final = _words(
    """
    gmail.com yahoo.com yahoo.gr hotmail.com hotmail.gr outlook.com outlook.com.gr live.com icloud.com windowslive.com
    protonmail.com googlemail.com otenet.gr forthnet.gr cosmotemail.gr freemail.gr mailbox.gr
    """
)
#: Names that are one letter away from a provider's and belong to somebody else.
_REAL_NAMES: Final = _words("mail email ymail fmail tmail")
_TOP_TYPOS: Final = {
    "com": _words("con cmo ocm comm coom vom xom cim cpm clm c0m cok cm co om coml comn"),
    "gr": _words("rg grr ggr gt hr gf"),
    "com.gr": _words("com.rg con.gr"),
}
# Of the mistypings those that are no top-level domain at all, and wrong in anybody's address.
_NO_TOPS: Final = {
    "com": _words("con cmo ocm comm coom vom xom cim cpm clm c0m cok coml comn"),
    "gr": _words("rg grr ggr"),
}
# Names as short as "live" are too near to honest words to guess a letter.
_SHORTEST_GUESSED: Final = 5


def is_provider(domain: str) -> bool:
    """Whether a lower-case domain is one of the known providers', which take mail beyond doubt."""
    return domain in _PROVIDERS


@lru_cache(maxsize=8192)
def corrected_domain(domain: str) -> str | None:
    """The domain that a lower-case domain is a slip of the fingers away from, else None.

    A slip is one letter wrong, missing, too many or two swapped in a provider's name, or a known mistyping of .com or
    .gr; in other domains, an ending that does not exist. Another country's domain of the same name
    (gmail.gr, yahoo.de) is taken as meant.
    """
    if domain in _PROVIDERS:
        return None
    name, _, top = domain.partition(".")
    if name in _REAL_NAMES:
        return _existing_top(domain)
    for provider in _PROVIDERS:
        right_name, _, right_top = provider.partition(".")
        same_top = top == right_top
        near_top = same_top or top in _TOP_TYPOS[right_top]
        near_name = name == right_name or (len(right_name) >= _SHORTEST_GUESSED and _one_slip(name, right_name))
        if near_top and near_name:
            return provider
    return _existing_top(domain)


def _existing_top(domain: str) -> str | None:
    rest, dot, top = domain.rpartition(".")
    right = next((right for right, typos in _NO_TOPS.items() if top in typos), None)
    return f"{rest}{dot}{right}" if right and rest else None


def _one_slip(typed: str, right: str) -> bool:
    """Whether one change, insertion, deletion or swap of neighbours turns one word into the other."""
    if typed == right or abs(len(typed) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, right, strict=False)) if a != b), min(len(typed), len(right)))
    a, b = typed[start:], right[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
