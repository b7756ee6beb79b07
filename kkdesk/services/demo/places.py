"""Greek towns with their real postal codes, area codes, tax offices and coordinates.

Public facts: postal codes of ELTA, area codes of the numbering plan of EETT, coordinates of the town halls to about a
kilometre. They are in `towns.txt`, with weights after the population of the 2021 census.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import accumulate
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Town:
    """A town where customers live. `area_code` is what its landlines begin with."""

    name: str
    prefecture: str
    area_code: str
    postal_codes: tuple[str, ...]
    tax_offices: tuple[str, ...]
    latitude: float
    longitude: float
    weight: int
    avenues: tuple[str, ...] = ()


_STREETS: Final = (
    "Ελευθερίου Βενιζέλου", "25ης Μαρτίου", "28ης Οκτωβρίου", "Εθνικής Αντιστάσεως", "Κολοκοτρώνη", "Αγίου Δημητρίου",
    "Παπαναστασίου", "Μεγάλου Αλεξάνδρου", "Καραϊσκάκη", "Ερμού", "Σόλωνος", "Βασιλέως Γεωργίου", "Βασιλίσσης Όλγας",
    "Ρήγα Φεραίου", "Μακεδονίας", "Αγίου Νικολάου", "Θεμιστοκλέους", "Περικλέους", "Αριστοτέλους", "Σωκράτους",
    "Δημοκρατίας", "Ελευθερίας", "Ομήρου", "Αθανασίου Διάκου", "Μιαούλη", "Κανάρη", "Μπουμπουλίνας", "Παύλου Μελά",
    "Ανδρέα Παπανδρέου", "Κωνσταντίνου Καραμανλή", "Αγίας Σοφίας", "Αγίου Γεωργίου", "Παπαφλέσσα", "Μπότσαρη",
    "Γρηγορίου Λαμπράκη", "Κωστή Παλαμά", "Καποδιστρίου", "Φιλικής Εταιρείας", "Πλαστήρα", "Ικάρων", "Σαλαμίνος",
)  # fmt: skip


def _town(line: str) -> Town:
    name, prefecture, area_code, codes, offices, place, weight, avenues = line.split("|")
    latitude, longitude = place.split()
    return Town(
        name, prefecture, area_code, tuple(codes.split()), tuple(offices.split(",")), float(latitude), float(longitude),
        int(weight), tuple(avenue for avenue in avenues.split(",") if avenue),
    )  # fmt: skip


def _read_towns() -> tuple[Town, ...]:
    lines = resources.files(__package__).joinpath("towns.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_town(line) for line in lines if not line.startswith("#"))


TOWNS: Final = _read_towns()
_CUMULATIVE: Final = tuple(accumulate(town.weight for town in TOWNS))


def any_town(rng: Random) -> Town:
    """A town, the bigger the likelier."""
    return rng.choices(TOWNS, cum_weights=_CUMULATIVE)[0]


def any_address(rng: Random, town: Town) -> str:
    """Street and number in `town`; one in four on an avenue of its own, when it has one."""
    if town.avenues and rng.random() < 0.25:
        return f"{rng.choice(town.avenues)} {rng.randint(1, 320)}"
    return f"{rng.choice(_STREETS)} {rng.randint(1, 140)}"


def any_landline(rng: Random, town: Town) -> str:
    """Ten digits beginning with the area code of `town`."""
    rest = 10 - len(town.area_code)
    return town.area_code + str(rng.randint(2 * 10 ** (rest - 1), 10**rest - 1))
