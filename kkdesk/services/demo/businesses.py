"""Companies, garages and fleets: what they are called, do and owe."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from kkdesk.services.demo.names import Person, any_surname

Kind = Literal["person", "taxi", "garage", "company", "fleet"]


@dataclass(frozen=True, slots=True)
class Business:
    """A customer that is no private person. `activity_code` is the ΚΑΔ (NACE class) of its main activity."""

    name: str
    legal_form: str
    activity_code: str


#: How many of a hundred customers are of each kind.
SHARES: Final[dict[Kind, int]] = {"person": 62, "taxi": 5, "garage": 11, "company": 13, "fleet": 9}

_PARTNERSHIPS: Final = ("Ο.Ε.", "Ε.Ε.")
_COMPANIES: Final = ("Α.Ε.", "Ε.Π.Ε.", "Ι.Κ.Ε.", "Ι.Κ.Ε.", "Ο.Ε.", "Ε.Ε.")
# Pattern and activity. {s} is the owner's surname, {b} a brand, {f} the legal form.
_GARAGES: Final = (
    ("Συνεργείο {s}", "45.20"), ("Auto Service {s}", "45.20"), ("Βουλκανιζατέρ {s}", "45.20"),
    ("Ελαστικά {s}", "45.32"), ("{s} Tyres", "45.32"), ("Γκαράζ «{b}»", "45.20"), ("Φανοποιείο {s}", "45.20"),
    ("Ηλεκτρολογείο αυτοκινήτων {s}", "45.20"), ("Moto {s}", "45.40"), ("{b} Car Service {f}", "45.20"),
)  # fmt: skip
_OTHERS: Final = (
    ("{s} Ανταλλακτικά {f}", "45.31"), ("Αφοί {s} {f}", "46.90"), ("{s} & Υιοί {f}", "46.73"),
    ("{b} Εμπορική {f}", "46.90"), ("Τεχνική {b} {f}", "41.20"), ("Οικοδομικά υλικά {s} {f}", "46.73"),
    ("Αγροτικά εφόδια {s} {f}", "46.21"), ("Τρόφιμα {b} {f}", "46.39"), ("Ξυλεία {s} {f}", "46.73"),
    ("{s} Χωματουργικά {f}", "43.12"), ("Αρτοποιεία {s} {f}", "10.71"), ("{b} Ενεργειακή {f}", "43.22"),
)  # fmt: skip
_FLEETS: Final = (
    ("Μεταφορική {b} {f}", "49.41"), ("{s} Μεταφορές {f}", "49.41"), ("{b} Logistics {f}", "52.29"),
    ("{b} Courier {f}", "53.20"), ("{b} Rent a Car {f}", "77.11"), ("Τουριστικά λεωφορεία {s} {f}", "49.39"),
    ("Οδική βοήθεια «{b}»", "52.21"), ("{s} Γερανοί {f}", "77.32"), ("Ψυκτικές μεταφορές {s} {f}", "49.41"),
)  # fmt: skip
_BRANDS: Final = (
    "Αίολος", "Ερμής", "Ήλιος", "Πρόοδος", "Αστραπή", "Όλυμπος", "Ίρις", "Πήγασος", "Αλκυών", "Δήμητρα", "Νίκη",
    "Αιγαίον", "Ιόνιο", "Πίνδος", "Ροδόπη", "Παρνασσός", "Κρόνος", "Ωρίων", "Θερμαϊκός", "Λευκός Πύργος", "Εγνατία",
    "Μινώταυρος", "Δελφίνι", "Αχιλλεύς", "Σπάρτακος", "Ατλαντίς", "Πολικός", "Φοίνιξ",
)  # fmt: skip

PAYMENT_TERMS: Final = ("Μετρητοίς", "30 ημέρες", "60 ημέρες", "Επιταγή 90 ημερών", "Κατάθεση σε λογαριασμό")


def any_business(rng: Random, kind: Kind, owner: Person) -> Business:
    """A business of `kind`. Garages and taxis mostly bear their owner's name."""
    if kind == "taxi":
        return Business(f"Ταξί {owner.last_name}", "Ατομική", "49.32")
    patterns = {"garage": _GARAGES, "fleet": _FLEETS}.get(kind, _OTHERS)
    pattern, activity = rng.choice(patterns)
    named_form = "{f}" in pattern
    form = rng.choice(_COMPANIES) if named_form else rng.choice(("Ατομική", "Ατομική", *_PARTNERSHIPS))
    surname = owner.last_name if rng.random() < 0.8 else any_surname(rng)
    name = pattern.format(s=surname, b=rng.choice(_BRANDS), f=form)
    if not named_form and form != "Ατομική":
        name = f"{name} {form}"
    return Business(name, form, activity)
