"""How people are addressed."""

from __future__ import annotations

import copy
import pickle
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model import greek_names
from kkdesk.model.greek import fold, gender, surname_vocative, vocative
from kkdesk.model.greek_accent import accent_from_end, syllables

MEN = greek_names.MEN_VOCATIVE_O + greek_names.MEN_VOCATIVE_E + greek_names.MEN_VOCATIVE_DROP
GREEK = st.text(alphabet="αάβγδεέηήιίϊΐκλμνοόπρσςτυύφχωώΑΆΒΓΔΕΈΗΗΝΟΌΣ -.'", max_size=20)


@pytest.mark.parametrize(
    ("name", "addressed"),
    [
        ("Γιώργος", "Γιώργο"),
        ("Νίκος", "Νίκο"),
        ("Χρήστος", "Χρήστο"),
        ("Αλέξανδρος", "Αλέξανδρε"),
        ("Άγγελος", "Άγγελε"),
        ("Κωνσταντίνος", "Κωνσταντίνε"),
        ("Στυλιανός", "Στυλιανέ"),
        ("Κώστας", "Κώστα"),
        ("Δημήτρης", "Δημήτρη"),
        ("Ηρακλής", "Ηρακλή"),
        ("Λουκάς", "Λουκά"),
        ("Ιησούς", "Ιησού"),
        ("Μιχαήλ", "Μιχαήλ"),
        ("Μαρία", "Μαρία"),
        ("Ελένη", "Ελένη"),
        ("Μυρτώ", "Μυρτώ"),
        ("Άλκηστις", "Άλκηστις"),
        ("John", "John"),
        ("Mary-Ann", "Mary-Ann"),
        ("Χανς", "Χανς"),
        ("Τζέιμς", "Τζέιμς"),
        ("Γιώργος-Μάνος", "Γιώργο-Μάνο"),
        ("Άγγελος Δημήτρης", "Άγγελε Δημήτρη"),
        ("Άννα Μαρία", "Άννα Μαρία"),
        ("Γιώργος Παπαδόπουλος", "Γιώργο Παπαδόπουλε"),
        ("Γιώργος Κ.", "Γιώργο Κ."),
        ("  Νίκος ", "Νίκο"),
        ("Φερεκύδης", "Φερεκύδη"),  # in no list, but the ending tells
        ("Αβάσκαντος", "Αβάσκαντε"),
    ],
)
def test_sure_forms(name: str, addressed: str) -> None:
    assert vocative(name) == addressed
    assert vocative(name).sure


@pytest.mark.parametrize(
    ("name", "addressed"),
    [
        ("Παύλος", "Παύλο"),  # Παύλε is heard as well
        ("Μάριος", "Μάριε"),
        ("Ξενοφών", "Ξενοφών"),
        ("Αρίων", "Αρίων"),
        ("Χάρις", "Χάρις"),
        ("Giorgos", "Giorgos"),
        ("ΒΟΝΙΦΑΤΙΟΣ", "ΒΟΝΙΦΑΤΙΕ"),
        ("Γ.", "Γ."),
        ("Γ", "Γ"),
        ("Νίκος2", "Νίκος2"),
        ("ΑΦΟΙ 1950", "ΑΦΟΙ 1950"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_it_says_when_it_is_unsure(name: str, addressed: str) -> None:
    assert vocative(name) == addressed
    assert vocative(name).unsure


@pytest.mark.parametrize(
    ("name", "addressed", "greeting"),
    [
        ("ΓΙΩΡΓΟΣ", "ΓΙΩΡΓΟ", "Γιώργο"),
        ("ΓΙΏΡΓΟΣ", "ΓΙΏΡΓΟ", "Γιώργο"),
        ("Γιωργος", "Γιωργο", "Γιώργο"),
        ("γιώργος", "γιώργο", "Γιώργο"),
        ("ΑΛΕΞΑΝΔΡΟΣ", "ΑΛΕΞΑΝΔΡΕ", "Αλέξανδρε"),
        ("Δαμιανος", "Δαμιανε", "Δαμιανέ"),
        ("ΔΑΜΙΑΝΟΣ", "ΔΑΜΙΑΝΕ", "Δαμιανέ"),
        ("ΕΛΕΝΗ", "ΕΛΕΝΗ", "Ελένη"),
        ("ΚΩΣΤΑΣ-ΜΑΝΟΣ", "ΚΩΣΤΑ-ΜΑΝΟ", "Κώστα-Μάνο"),
        ("ΝΙΚΟΣ ΤΑΔΟΠΟΥΛΟΣ", "ΝΙΚΟ ΤΑΔΟΠΟΥΛΕ", "ΝΙΚΟ ΤΑΔΟΠΟΥΛΕ"),
        ("Γιώργος", "Γιώργο", "Γιώργο"),
    ],
)
def test_capitals_and_missing_accents_keep_their_looks(name: str, addressed: str, greeting: str) -> None:
    assert vocative(name) == addressed
    assert vocative(name).greeting == greeting


def test_another_accent_is_another_name() -> None:
    assert vocative("Λούκας").greeting == "Λούκα"
    assert vocative("Λουκάς").greeting == "Λουκά"


@pytest.mark.parametrize(
    ("surname", "addressed", "sure"),
    [
        ("Παπαδόπουλος", "Παπαδόπουλε", True),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΠΑΠΑΔΟΠΟΥΛΕ", True),
        ("Παπαδοπούλου", "Παπαδοπούλου", True),
        ("Δημάκος", "Δημάκο", True),
        ("Αργυράτος", "Αργυράτο", True),
        ("ΑΡΓΥΡΑΤΟΣ", "ΑΡΓΥΡΑΤΟ", True),
        ("Κόκκινος", "Κόκκινε", True),
        ("Ιωαννίδης", "Ιωαννίδη", True),
        ("Παππάς", "Παππά", True),
        ("Παππούς", "Παππού", True),
        ("Βαθύς", "Βαθύ", True),
        ("Αντωνίου", "Αντωνίου", True),
        ("Οικονόμος", "Οικονόμε", False),
        ("Καλός", "Καλέ", False),
        ("Smith", "Smith", True),
    ],
)
def test_surnames(surname: str, addressed: str, sure: bool) -> None:
    assert surname_vocative(surname) == addressed
    assert surname_vocative(surname).sure is sure


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Γιώργος", "male"), ("ΜΙΧΑΗΛ", "male"), ("Φερεκύδης", "male"), ("Αρίων", "male"), ("Μαρία", "female"),
        ("Ελισάβετ", "female"), ("Άλκηστις", "female"), ("Μυρτώ", "female"), ("Άννα-Μαρία", "female"), ("Χάρις", None),
        ("John", None), ("Γ.", None), ("", None), ("Τζέικ", None),
    ],
)  # fmt: skip
def test_gender(name: str, expected: str | None) -> None:
    assert gender(name) == expected


def test_the_lists_do_not_contradict_each_other() -> None:
    lists = [
        greek_names.MEN_VOCATIVE_O, greek_names.MEN_VOCATIVE_E, tuple(greek_names.MEN_EITHER),
        greek_names.MEN_VOCATIVE_DROP, greek_names.MEN_UNCHANGED, greek_names.MEN_ANCIENT, greek_names.WOMEN,
    ]  # fmt: skip
    everything = [fold(name) for names in lists for name in names]
    doubles = {name for name in everything if everything.count(name) > 1}
    assert doubles == {"σασα"}  # a man's name in Russia, a woman's in Greece
    assert all(name.endswith(("ος", "ός")) for name in lists[0] + lists[1] + lists[2])
    assert all(name.endswith("ς") and not name.endswith(("ος", "ός")) for name in lists[3])


@given(st.sampled_from(MEN))
def test_a_known_name_is_addressed_alike_in_every_writing(name: str) -> None:
    plain = vocative(name)
    for written in (name.upper(), name.lower(), fold(name), unicodedata.normalize("NFD", name)):
        assert fold(vocative(written)) == fold(plain)
        assert vocative(written).greeting == plain
        assert vocative(written).sure


@given(st.sampled_from([*MEN, *greek_names.WOMEN]))
def test_what_has_been_addressed_once_stays(name: str) -> None:
    assert vocative(vocative(name)) == vocative(name)


@given(GREEK)
def test_only_the_ends_of_words_change(name: str) -> None:
    before = re.split("[ -]+", " ".join(unicodedata.normalize("NFC", name).split()))
    after = re.split("[ -]+", vocative(name).text)
    assert len(before) == len(after)
    for word, changed in zip(before, after, strict=True):
        assert len(word) - 1 <= len(changed) <= len(word)
        assert word[:-2] == changed[: max(len(word) - 2, 0)]


def test_it_is_plain_text_that_keeps_what_it_knows() -> None:
    result = vocative("ΠΑΥΛΟΣ")
    assert result + "!" == "ΠΑΥΛΟ!"
    assert type(result.text) is str
    for again in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert (again, again.sure, again.greeting) == ("ΠΑΥΛΟ", False, "Παύλο")


@pytest.mark.parametrize(
    ("word", "count", "accent"),
    [
        ("Γιώργος", 3, 2), ("Αλέξανδρος", 4, 3), ("Παύλος", 2, 2), ("Βάιος", 3, 3), ("Λοΐζος", 3, 2),
        ("Ευάγγελος", 4, 3), ("Μαρία", 3, 2), ("ΜΑΡΙΑ", 3, None), ("Στυλιανός", 4, 1), ("", 0, None),
        ("Παΐσιος", 4, 3), ("Αηδόνι", 4, 2),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int, accent: int | None) -> None:
    assert len(syllables(word)) == count
    assert accent_from_end(word) == accent
