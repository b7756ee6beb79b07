"""What the editor cannot keep, in words for the person whose mail is edited as HTML instead."""

from __future__ import annotations

from typing import Final

from kkdesk.model.bilingual import Bilingual


class CannotKeep(Exception):
    """The HTML has more in it than the editor could give back; `reasons` name what."""

    def __init__(self, reasons: tuple[Bilingual, ...]) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons


DOCUMENT: Final = Bilingual("ολόκληρο έγγραφο HTML", "a whole HTML document")
FRAMES: Final = Bilingual("πλαίσια με δική τους μορφή", "frames with a style of their own")
CONDITIONAL: Final = Bilingual("οδηγίες για το Outlook", "instructions for Outlook")
_ELEMENTS: Final = {
    "table": Bilingual("πίνακες", "tables"),
    "style": Bilingual("φύλλα στυλ", "style sheets"),
    "hr": Bilingual("διαχωριστικές γραμμές", "rules"),
    "blockquote": Bilingual("παραθέσεις", "quotations"),
    "a": Bilingual("σύνδεσμοι μέσα στο ίδιο το μήνυμα", "links within the mail itself"),
    "img": Bilingual("εικόνες με περιοχές ή ενέργειες", "images with areas or actions"),
    "li": Bilingual("σύνθετες λίστες", "elaborate lists"),
}


def element_reason(name: str) -> Bilingual:
    """An element that the editor does not know."""
    return _ELEMENTS.get(name) or Bilingual(f"το στοιχείο <{name}>", f"the element <{name}>")


def style_reason(name: str) -> Bilingual:
    """A style that it could not show without misleading somebody."""
    return Bilingual(f"το στυλ «{name}»", f"the style “{name}”")


def attribute_reason(name: str) -> Bilingual:
    """An attribute that it does not know."""
    return Bilingual(f"η ιδιότητα «{name}»", f"the attribute “{name}”")
