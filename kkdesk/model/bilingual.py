"""Texts that people read, in Greek and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["el", "en"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages of the program. Services speak it; whoever shows it picks the language."""

    el: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `language`; anything that is not English is served Greek, the staff's language."""
        return self.en if language.startswith("en") else self.el

    def __str__(self) -> str:
        return f"{self.el} / {self.en}"
