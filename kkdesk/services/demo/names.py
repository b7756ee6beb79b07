"""People's names in plausible proportions: first names by how common they are, surnames in the right gender."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from kkdesk.model.greek_fold import fold

_MEN: Final = (
    "Γιώργος 90 Δημήτρης 80 Γιάννης 80 Κώστας 70 Νίκος 70 Παναγιώτης 50 Βασίλης 50 Χρήστος 50 Κωνσταντίνος 40 "
    "Θανάσης 30 Μιχάλης 30 Βαγγέλης 30 Σπύρος 30 Αλέξανδρος 30 Γεώργιος 30 Ιωάννης 30 Νικόλαος 30 Δημήτριος 20 "
    "Ευάγγελος 20 Αντώνης 25 Ανδρέας 20 Σταύρος 20 Πέτρος 20 Παύλος 15 Ηλίας 20 Απόστολος 15 Στέλιος 20 Μανώλης 20 "
    "Λευτέρης 15 Φώτης 12 Μάριος 12 Αλέξης 12 Άγγελος 15 Σωτήρης 15 Θωμάς 12 Αχιλλέας 6 Περικλής 5 Ιάσονας 6 Ορέστης 5 "
    "Τάσος 12 Λάμπρος 8 Ραφαήλ 4 Ιάκωβος 4 Εμμανουήλ 8 Στέφανος 10 Χαράλαμπος 12 Θεόδωρος 12 Γρηγόρης 10 Σάββας 8 "
    "Αναστάσιος 8 Παρασκευάς 4 Άρης 8 Λουκάς 4 Μάρκος 6 Φίλιππος 6 Στράτος 5 Θοδωρής 10 Μάκης 5 Αρμπέν 4 Ιλίρ 3 Ιβάν 2"
)
_WOMEN: Final = (
    "Μαρία 120 Ελένη 80 Κατερίνα 60 Βασιλική 50 Σοφία 45 Γεωργία 45 Αγγελική 40 Ευαγγελία 35 Δήμητρα 40 Παναγιώτα 35 "
    "Ιωάννα 35 Ειρήνη 30 Χριστίνα 35 Αναστασία 30 Κωνσταντίνα 30 Άννα 30 Φωτεινή 20 Παρασκευή 15 Αθανασία 15 "
    "Αλεξάνδρα 20 Χρυσούλα 15 Δέσποινα 20 Ελευθερία 12 Θεοδώρα 15 Σταυρούλα 15 Ευτυχία 8 Ευγενία 10 Ζωή 12 Αθηνά 10 "
    "Όλγα 8 Μαρίνα 12 Στέλλα 8 Νατάσα 5 Μυρτώ 6 Δανάη 6 Νίκη 10 Καλλιόπη 6 Μαργαρίτα 8 Άρτεμις 4 Φανή 5 Ρένα 4 "
    "Κυριακή 12 Ουρανία 6"
)
_SURNAMES: Final = (
    "Παπαδόπουλος 60 Παππάς 22 Καραγιάννης 22 Βλάχος 18 Ιωαννίδης 24 Οικονόμου 22 Παπαγεωργίου 24 Μακρής 14 "
    "Κωνσταντινίδης 18 Δημητρίου 18 Παπαδάκης 18 Γεωργίου 20 Αντωνίου 16 Νικολάου 16 Δημόπουλος 12 Αγγελόπουλος 14 "
    "Γεωργιάδης 16 Παναγιωτόπουλος 14 Χατζής 10 Νικολαΐδης 14 Αλεξίου 10 Σταματίου 8 Ζαχαρίου 6 Μιχαηλίδης 12 "
    "Θεοδωρίδης 10 Αθανασίου 12 Αναγνωστόπουλος 10 Γιαννόπουλος 12 Θεοδωρόπουλος 10 Κατσαρός 6 Λαμπρόπουλος 8 Μάρκου 8 "
    "Μπακάλης 6 Ξενάκης 6 Παπανικολάου 14 Παπαθανασίου 12 Πετρίδης 8 Ραπτόπουλος 6 Ρήγας 6 Σαββίδης 10 Σιδηρόπουλος 10 "
    "Σταυρίδης 8 Στεφανίδης 8 Τζαβέλας 4 Τσακίρης 6 Τριανταφύλλου 10 Φωτόπουλος 8 Χριστοδούλου 12 Χρυσοχοΐδης 4 "
    "Ψαράς 4 Αναστασίου 10 Βασιλείου 12 Γαλάνης 8 Γιαννακόπουλος 10 Δημάκος 4 Δρακόπουλος 6 Ευθυμίου 8 Ζήσης 6 "
    "Ηλιόπουλος 8 Καλογερόπουλος 6 Κανελλόπουλος 6 Καραμανλής 4 Κασιμάτης 4 Κοντός 6 Κορομηλάς 3 Κουτσογιάννης 5 "
    "Κυριακίδης 8 Λιακόπουλος 5 Λυμπέρης 5 Μανωλάκης 8 Μαρινάκης 8 Μαυρίδης 8 Μητρόπουλος 8 Μουρατίδης 6 Μπαλτάς 5 "
    "Μυλωνάς 8 Ντάλας 3 Παρασκευόπουλος 8 Πολίτης 6 Ρούσσος 6 Σαμαράς 6 Σκούρας 4 Σπανός 6 Σωτηρόπουλος 8 Τσιώλης 4 "
    "Τσολάκης 5 Φραγκάκης 6 Χαραλαμπίδης 8 Χατζηγεωργίου 6 Χατζηδάκης 8 Αργυράτος 3 Βουλγαράκης 4 Γκίκας 5 Θωμόπουλος 5"
)
_LATIN: Final = str.maketrans(
    {
        **dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)),
        "θ": "th", "χ": "ch", "ψ": "ps",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """First name and surname, both as people write them."""

    first_name: str
    last_name: str


def _weighted(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    words = text.split()
    return tuple(words[::2]), tuple(accumulate(map(int, words[1::2])))


_MEN_BY_WEIGHT: Final = _weighted(_MEN)
_WOMEN_BY_WEIGHT: Final = _weighted(_WOMEN)
_SURNAMES_BY_WEIGHT: Final = _weighted(_SURNAMES)

#: Every name that the sample data can hold.
FIRST_NAMES: Final = (*_MEN_BY_WEIGHT[0], *_WOMEN_BY_WEIGHT[0])
SURNAMES: Final = _SURNAMES_BY_WEIGHT[0]


def any_person(rng: Random, women: float = 0.4) -> Person:
    """A person, who is a woman with probability `women`."""
    surname = any_surname(rng)
    if rng.random() < women:
        names, weights = _WOMEN_BY_WEIGHT
        return Person(rng.choices(names, cum_weights=weights)[0], feminine(surname))
    names, weights = _MEN_BY_WEIGHT
    return Person(rng.choices(names, cum_weights=weights)[0], surname)


def any_surname(rng: Random) -> str:
    """A surname in its masculine form."""
    names, weights = _SURNAMES_BY_WEIGHT
    return rng.choices(names, cum_weights=weights)[0]


def feminine(surname: str) -> str:
    """A woman's form of a man's surname: Παπαδόπουλος → Παπαδοπούλου, Ιωαννίδης → Ιωαννίδου, Παππάς → Παππά."""
    if surname.endswith("όπουλος"):
        return surname.removesuffix("όπουλος") + "οπούλου"
    for man, woman in (("ίδης", "ίδου"), ("ΐδης", "ΐδου"), ("άδης", "άδου"), ("ός", "ού"), ("ος", "ου")):
        if surname.endswith(man):
            return surname.removesuffix(man) + woman
    return surname.removesuffix("ς")


@lru_cache(maxsize=4096)
def latin(text: str) -> str:
    """Lower-case Latin letters and digits, for addresses: Παπαδόπουλος → papadopoulos."""
    letters = fold(text).replace("ου", "ou").replace("αυ", "av").replace("ευ", "ev").replace("μπ", "mp")
    return "".join(c for c in letters.translate(_LATIN) if c.isascii() and c.isalnum())
