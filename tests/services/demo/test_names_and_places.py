"""Names in the right gender, towns with the codes that are theirs."""

from __future__ import annotations

import re
from random import Random

import pytest

from kkdesk.model.greek import fold, gender, postal_region, validate_phone, validate_postal, vocative
from kkdesk.services.demo.businesses import SHARES, any_business
from kkdesk.services.demo.names import FIRST_NAMES, SURNAMES, any_person, feminine, latin
from kkdesk.services.demo.places import TOWNS, any_address, any_landline, any_town

# Region of the postal codes and first digits of the telephones of well-known towns.
KNOWN = {
    "Αθήνα": ("Αττική", "210"), "Πειραιάς": ("Αττική", "210"), "Θεσσαλονίκη": ("Θεσσαλονίκη", "2310"),
    "Πάτρα": ("Δυτική Ελλάδα", "2610"), "Ηράκλειο": ("Κρήτη", "2810"), "Λάρισα": ("Θεσσαλία", "2410"),
    "Βόλος": ("Θεσσαλία", "24210"), "Ιωάννινα": ("Ήπειρος", "26510"), "Χανιά": ("Κρήτη", "28210"),
    "Καβάλα": ("Ανατολική Μακεδονία & Θράκη", "2510"), "Τρίπολη": ("Πελοπόννησος", "2710"),
    "Ρόδος": ("Νότιο Αιγαίο", "22410"), "Μυτιλήνη": ("Βόρειο Αιγαίο", "22510"), "Κέρκυρα": ("Ιόνια Νησιά", "26610"),
    "Κοζάνη": ("Δυτική Μακεδονία", "24610"), "Χαλκίδα": ("Στερεά Ελλάδα", "22210"),
}  # fmt: skip


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_a_town_has_codes_of_one_region_and_a_place_in_greece(town: object) -> None:
    assert isinstance(town, type(TOWNS[0]))
    assert all(validate_postal(code).valid for code in town.postal_codes)
    regions = {postal_region(code) for code in town.postal_codes}
    assert len(regions) == 1
    assert re.fullmatch("2[1-8][0-9]{1,3}", town.area_code)
    assert 34.8 < town.latitude < 41.8 and 19.3 < town.longitude < 28.3
    assert town.tax_offices and all(town.tax_offices)
    if town.name in KNOWN:
        assert (regions.pop(), town.area_code) == KNOWN[town.name]


def test_towns_are_many_and_each_is_there_once() -> None:
    assert len({town.name for town in TOWNS}) == len(TOWNS) > 80
    assert set(KNOWN) <= {town.name for town in TOWNS}
    codes = [code for town in TOWNS for code in town.postal_codes]
    assert len(codes) == len(set(codes))


def test_addresses_and_landlines_belong_to_the_town() -> None:
    rng = Random(1)
    for _ in range(300):
        town = any_town(rng)
        number = any_landline(rng, town)
        assert number.startswith(town.area_code)
        assert validate_phone(number).type == "landline"
        assert re.fullmatch(r".+ \d+", any_address(rng, town))


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Παπαδόπουλος", "Παπαδοπούλου"), ("Ιωαννίδης", "Ιωαννίδου"), ("Νικολαΐδης", "Νικολαΐδου"), ("Παππάς", "Παππά"),
        ("Γεωργιάδης", "Γεωργιάδου"), ("Παπαδάκης", "Παπαδάκη"), ("Κατσαρός", "Κατσαρού"), ("Βλάχος", "Βλάχου"),
        ("Χατζής", "Χατζή"), ("Γεωργίου", "Γεωργίου"),
    ],
)  # fmt: skip
def test_a_womans_surname(man: str, woman: str) -> None:
    assert feminine(man) == woman


def test_people_have_surnames_of_their_gender() -> None:
    rng = Random(2)
    women_surnames = {feminine(surname) for surname in SURNAMES}
    for _ in range(500):
        person = any_person(rng)
        names = women_surnames if gender(person.first_name) == "female" else set(SURNAMES)
        assert person.last_name in names


def test_every_first_name_can_be_addressed_and_tells_its_gender() -> None:
    assert [name for name in FIRST_NAMES if gender(name) is None] == []
    assert {name for name in FIRST_NAMES if vocative(name).unsure} == {"Παύλος", "Μάριος", "Άρτεμις"}
    assert [name for name in (*FIRST_NAMES, *SURNAMES) if re.search("[A-Za-z]", name)] == []


@pytest.mark.parametrize(
    ("greek", "letters"),
    [
        ("Παπαδόπουλος", "papadopoulos"), ("Σταύρος", "stavros"), ("Ευθυμίου", "evthymiou"), ("Θανάσης", "thanasis"),
        ("Χαραλαμπίδης", "charalampidis"), ("Ψαράς", "psaras"), ("Νικολαΐδης", "nikolaidis"),
    ],
)  # fmt: skip
def test_latin_letters_for_addresses(greek: str, letters: str) -> None:
    assert latin(greek) == letters


def test_businesses_have_complete_names() -> None:
    rng = Random(3)
    for kind in SHARES:
        if kind != "person":
            for _ in range(100):
                business = any_business(rng, kind, any_person(rng))
                assert "{" not in business.name and "  " not in business.name
                assert re.fullmatch(r"\d\d\.\d\d", business.activity_code)
                assert business.legal_form == "Ατομική" or fold(business.legal_form) in fold(business.name)
