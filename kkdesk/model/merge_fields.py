"""Merge fields of a mail: `{{firstName}}`, or `{{firstName|φίλε πελάτη}}` with a text for when the value is empty.

The spellings are the web CRM's and exact. Anything else in double braces stays in the mail as it is written, which is
never what its author wants: `MergeTemplate.unknown` lists it for the check before sending.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Every field, in the order in which they are offered.
FIELDS: Final = ("firstName", "lastName", "company", "email", "city", "phone", "vocative")

# A default holds neither braces nor tags: what an editor splits by formatting is not a field any more.
_FIELD = re.compile(r"\{\{(" + "|".join(FIELDS) + r")(?:\|([^{}<>]*))?\}\}")
_LOOKS_LIKE_A_FIELD = re.compile(r"\{\{([^{}]{1,200})\}\}")
_TAG = re.compile(r"<[^<>]*>")
_BY_LETTERS: Final = {name.lower(): name for name in FIELDS}


@dataclass(frozen=True, slots=True)
class MergeField:
    """One place where a recipient's own value goes."""

    name: str
    #: What stands there when the value is blank; None when the template names nothing.
    default: str | None = None

    @property
    def source(self) -> str:
        """The field as it is written in a template."""
        return f"{{{{{self.name}}}}}" if self.default is None else f"{{{{{self.name}|{self.default}}}}}"


@dataclass(frozen=True, slots=True)
class UnknownField:
    """Something in double braces that is no field and would reach the reader as it stands."""

    source: str
    #: The field that was probably meant, as it should be written; None when there is no guess.
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class MergeTemplate:
    """A template parsed once: text and fields in turn."""

    parts: tuple[str | MergeField, ...]

    @property
    def fields(self) -> tuple[MergeField, ...]:
        """The fields in the order of the template, repeated ones repeated."""
        return tuple(part for part in self.parts if isinstance(part, MergeField))

    @property
    def names(self) -> frozenset[str]:
        """Names of the fields used."""
        return frozenset(field.name for field in self.fields)

    @property
    def unknown(self) -> tuple[UnknownField, ...]:
        """What looks like a field and is none, each spelling once."""
        texts = (part for part in self.parts if isinstance(part, str))
        found = dict.fromkeys(match[0] for text in texts for match in _LOOKS_LIKE_A_FIELD.finditer(text))
        return tuple(UnknownField(source, _meant(source)) for source in found)

    def fill(self, value_of: Callable[[MergeField], str]) -> str:
        """The text with each field replaced by what `value_of` says; values are not searched for fields again."""
        return "".join(part if isinstance(part, str) else value_of(part) for part in self.parts)


def parse(template: str) -> MergeTemplate:
    """`template` taken apart into text and fields. Never fails: what is not a field is text."""
    parts: list[str | MergeField] = []
    end = 0
    for match in _FIELD.finditer(template):
        if match.start() > end:
            parts.append(template[end : match.start()])
        default = match[2]
        parts.append(MergeField(match[1], None if default is None else default.strip()))
        end = match.end()
    if end < len(template):
        parts.append(template[end:])
    return MergeTemplate(tuple(parts))


def modernised(template: str) -> str:
    """`template` with misspelled fields put right: `{{first_name}}`, `{{ firstName }}`, `{{FirstName}}` and the like.

    For editors, when a text is opened or saved. Sending never does it, so that a mail is what its preview showed.
    """
    return _LOOKS_LIKE_A_FIELD.sub(lambda match: _meant(match[0]) or match[0], template)


def _meant(source: str) -> str | None:
    """The field that `source` probably stands for: the letters are right, the rest (case, spaces, _, tags) is not."""
    written, bar, default = _TAG.sub("", source)[2:-2].partition("|")
    name = _BY_LETTERS.get(re.sub(r"[\s_-]|&nbsp;", "", written).lower())
    if name is None:
        return None
    return MergeField(name, default.strip() if bar else None).source
