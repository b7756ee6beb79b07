"""Which column is which: titles as people write them, values where titles say nothing, rows that hold the titles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.customer_fields import FIELDS
from kkdesk.model.errors import InvalidInput
from kkdesk.services.importing import synonyms
from kkdesk.services.importing.fields import TARGETS, target_of
from kkdesk.services.importing.header_row import find_header
from kkdesk.services.importing.mapping import QUITE_SURE, adjusted, as_map, guess_mapping
from kkdesk.services.importing.reading import open_file
from kkdesk.services.importing.source import ReadOptions, SourceFile
from kkdesk.services.importing.synonyms import field_of_header, header_key
from tests.services.importing.shop import VALID_AFMS, csv_file, xlsx_file

TITLES = {
    "company": "Επωνυμία|ΕΠΩΝΥΜΙΑ|επωνυμια|Company Name|company_name|companyName|Διακριτικός Τίτλος|Εταιρία|Eponymia",
    "first_name": "Όνομα|ΟΝΟΜΑ|First Name|firstName|first_name|Given name|Μικρό όνομα|onoma",
    "last_name": "Επώνυμο|ΕΠΩΝΥΜΟ|Επίθετο|Last Name|lastName|SURNAME|Family name|eponymo",
    "full_name": "Ονοματεπώνυμο|ΟΝΟΜΑΤΕΠΩΝΥΜΟ|Full name|Name|Επώνυμο - Όνομα|Ονομ/μο|Πελάτης",
    "afm": "ΑΦΜ|Α.Φ.Μ.|α.φ.μ|A.Φ.M.|AFM|VAT|VAT number|Tax ID|Αριθμός Φορολογικού Μητρώου|ΑΦΜ πελάτη",
    "doy": "ΔΟΥ|Δ.Ο.Υ.|Εφορία|Tax office|DOY|Δ.Ο.Υ. ",
    "postal_code": "Τ.Κ.|ΤΚ|T.K.|Ταχυδρομικός κώδικας|Ταχ. Κώδικας|ZIP|Postal Code|postcode",
    "email": "e-mail|E-MAIL|Email|email address|Ηλεκτρονική διεύθυνση|mail|Διεύθυνση e-mail|Customer email",
    "phone": "Τηλ.|Τηλέφωνο|ΤΗΛΕΦΩΝΟ|Tel.|Phone|Σταθερό|Phone number|Τηλέφωνο εργασίας",
    "mobile": "Κινητό|ΚΙΝΗΤΟ|Κιν.|Mobile Phone|Cell|GSM|Τηλ. Κινητό|Αρ. κινητού",
    "street": "Διεύθυνση|Οδός|Δ/νση|Address|Street|Οδός & αριθμός|Street Address",
    "city": "Πόλη|ΠΟΛΗ|City|Town|Περιοχή|Δήμος",
    "tags": "Ετικέτες|Tags|Labels|Ομάδες",
    "birthday": "Ημ. Γέννησης|Ημερομηνία γέννησης|Birthday|DOB|Γενέθλια",
    "notes": "Παρατηρήσεις|Σχόλια|Notes|Comments|ΣΗΜΕΙΩΣΕΙΣ",
    "gemh": "Γ.Ε.ΜΗ.|ΓΕΜΗ|Αρ. ΓΕΜΗ",
    "subscribed": "Newsletter|Συγκατάθεση|Opt-in",
    "unsubscribed": "Opt-out|Unsubscribed",
}


@pytest.mark.parametrize(("field", "title"), [(field, one) for field, all in TITLES.items() for one in all.split("|")])
def test_titles_as_people_write_them(field: str, title: str) -> None:
    found, confidence = field_of_header(title)
    assert found == field
    assert confidence > 0.5


@pytest.mark.parametrize("title", ["Α/Α", "No.", "#", "Γραμμή αρχείου", "Γιατί δεν εισήχθη", "Why it was refused"])
def test_columns_that_are_never_a_field(title: str) -> None:
    assert field_of_header(title) == (None, 1.0)


@pytest.mark.parametrize("title", ["", "Μέθοδος", "Περίοδος", "VAT %", "Όνομα πατρός", "Κωδικός", "Χρώμα"])
def test_titles_that_only_sound_alike(title: str) -> None:
    assert field_of_header(title)[0] is None


def test_every_field_is_found_by_its_own_names() -> None:
    for field in FIELDS:
        if field.name != "updated_at":
            for name in (field.name, field.label.el, field.label.en, field.label.el.upper()):
                assert field_of_header(name)[0] == field.name, name
                assert target_of(name) == field.name
    for target in TARGETS:
        assert target_of(target.label.en) == target.key


def test_no_spelling_stands_for_two_fields() -> None:
    seen: dict[str, str] = {}
    for field, spellings in synonyms._SPELLINGS.items():
        for spelling in spellings.split("|"):
            assert seen.setdefault(header_key(spelling), field) == field, spelling


@given(st.text(max_size=30))
def test_any_title_is_taken(title: str) -> None:
    field, confidence = field_of_header(title)
    assert 0 <= confidence <= 1
    assert field is None or field in {target.key for target in TARGETS}


def guesses(path: Path, options: ReadOptions | None = None) -> dict[str, str | None]:
    with open_file(path) as file:
        return {guess.column.name: guess.target for guess in guess_mapping(file.examine(options))}


def test_a_list_of_an_accounting_program(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        [
            ["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "Α.Φ.Μ.", "Δ.Ο.Υ.", "ΕΠΑΓΓΕΛΜΑ", "Δ/ΝΣΗ", "Τ.Κ.", "ΠΟΛΗ", "ΤΗΛ.1", "ΤΗΛ.2", "FAX"],
            ["30-0001", "ΑΒΓ ΑΕ", VALID_AFMS[0], "Α ΒΟΛΟΥ", "ΜΕΤΑΦΟΡΕΣ", "ΕΡΜΟΥ 5", "38221", "ΒΟΛΟΣ", "2421012345",
             "6971234567", ""],
        ],
        encoding="cp1253",
    )  # fmt: skip
    assert guesses(path) == {
        "ΚΩΔΙΚΟΣ": None, "ΕΠΩΝΥΜΙΑ": "company", "Α.Φ.Μ.": "afm", "Δ.Ο.Υ.": "doy", "ΕΠΑΓΓΕΛΜΑ": "activity_code",
        "Δ/ΝΣΗ": "street", "Τ.Κ.": "postal_code", "ΠΟΛΗ": "city", "ΤΗΛ.1": "phone", "ΤΗΛ.2": "phone_secondary",
        "FAX": "fax",
    }  # fmt: skip


def test_a_list_of_google_contacts(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        [
            ["First Name", "Last Name", "Organization Name", "E-mail 1 - Value", "Phone 1 - Value", "Notes", "Labels"],
            ["Νίκος", "Βλάχος", "ΑΒΓ ΑΕ", "n@abg.gr", "+30 697 123 4567", "", "* myContacts"],
        ],
        delimiter=",",
    )
    assert list(guesses(path).values()) == ["first_name", "last_name", "company", "email", "phone", "notes", "tags"]


def test_two_columns_of_a_kind_share_the_places(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        [
            ["Όνομα", "Τηλέφωνο", "Τηλέφωνο", "email", "email"],
            ["Νίκος", "2421012345", "6971234567", "a@b.gr", "c@d.gr"],
        ],
    )
    with open_file(path) as file:
        found = as_map(guess_mapping(file.examine()))
    assert [found[index] for index in (1, 2, 3, 4)] == ["phone", "mobile", "email", "email_secondary"]
    assert len(set(found.values())) == len(found)


def test_values_tell_what_titles_do_not(tmp_path: Path) -> None:
    rows = [["Στήλη 1", "Στήλη 2", "Στήλη 3", "Στήλη 4"]]
    rows += [[f"a{at}@b.gr", f"69712345{at:02}", VALID_AFMS[at % 3], "Γιώργος"] for at in range(9)]
    assert list(guesses(csv_file(tmp_path, rows)).values()) == ["email", "mobile", "afm", "first_name"]


def test_a_file_without_titles(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Νίκος", "a@b.gr", "6971234567"], ["Άννα", "c@d.gr", "6971234568"]])
    with open_file(path) as file:
        source = file.examine().source
    assert source.header_row == 0
    assert guesses(path) == {"A": "first_name", "B": "email", "C": "mobile"}


def test_a_title_that_its_values_contradict_loses_weight(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Τηλέφωνο", "Όνομα"], ["a@b.gr", "Νίκος"], ["c@d.gr", "Άννα"]])
    assert guesses(path)["Τηλέφωνο"] == "email"


def test_bad_values_beneath_a_clear_title_are_no_reason_to_drop_the_column(tmp_path: Path) -> None:
    rows = [["Επωνυμία", "ΑΦΜ", "e-mail", "Τ.Κ."], ["ΑΒΓ", "1", "όχι", "-"], ["Δέλτα", "δεν έχει", "κανένα", "5"]]
    assert list(guesses(csv_file(tmp_path, rows)).values()) == ["company", "afm", "email", "postal_code"]


def test_first_name_with_two_words_and_no_surname_is_a_full_name(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Όνομα", "email"], ["Νίκος Βλάχος", "a@b.gr"], ["Άννα Ρήγα", "c@d.gr"]])
    assert guesses(path)["Όνομα"] == "full_name"


def test_an_id_of_somebody_else_is_none_of_ours(tmp_path: Path) -> None:
    assert guesses(csv_file(tmp_path, [["KK Desk ID", "Όνομα"], ["17", "Νίκος"]]))["KK Desk ID"] is None
    path = csv_file(tmp_path, [["KK Desk ID", "Όνομα"], ["cust_" + "a" * 21, "Νίκος"]])
    assert guesses(path)["KK Desk ID"] == "id"


def test_what_is_unsure_asks_for_a_look(tmp_path: Path) -> None:
    with open_file(csv_file(tmp_path, [["Χ", "e-mail"], ["Γιώργος", "a@b.gr"], ["Νίκος", "c@d.gr"]])) as file:
        first, second = guess_mapping(file.examine())
    assert first.target == "first_name"
    assert first.wants_a_look
    assert first.reason == "values"
    assert not second.wants_a_look
    assert second.confidence > QUITE_SURE


def source_of(path: Path) -> SourceFile:
    with open_file(path) as file:
        return file.examine().source


def test_wishes_overrule_guesses(tmp_path: Path) -> None:
    source = source_of(csv_file(tmp_path, [["Όνομα", "Πόλη", "Τηλ"], ["Νίκος", "Βόλος", "2421012345"]]))
    found = {0: "first_name", 1: "city", 2: "phone"}
    assert adjusted(source, found, {"τηλ.": "Κινητό"}) == {0: "first_name", 1: "city", 2: "mobile"}
    assert adjusted(source, found, {"B": "", "Όνομα": "last_name"}) == {0: "last_name", 2: "phone"}
    # A field that is given away leaves the column that had it.
    assert adjusted(source, found, {"Τηλ": "city"}) == {0: "first_name", 2: "city"}


@pytest.mark.parametrize(
    "wishes", [{"Χρώμα": "city"}, {"Όνομα": "colour"}, {"Όνομα": "city", "Πόλη": "city"}]
)  # fmt: skip
def test_impossible_wishes_are_explained(tmp_path: Path, wishes: dict[str, str]) -> None:
    source = source_of(csv_file(tmp_path, [["Όνομα", "Πόλη"], ["Νίκος", "Βόλος"]]))
    with pytest.raises(InvalidInput):
        adjusted(source, {}, wishes)


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([["Επωνυμία", "Πόλη"], ["ΑΒΓ", "Βόλος"]], 1),
        ([["KK TIRES ΑΕ"], [""], ["Κατάλογος πελατών 2026", ""], ["Επωνυμία", "Πόλη"], ["ΑΒΓ", "Βόλος"]], 4),
        ([["Νίκος", "a@b.gr"], ["Άννα", "c@d.gr"]], 0),
        ([["Κάτι", "Άλλο"], ["1", "a@b.gr"]], 1),
        ([["", ""], ["email", ""], ["a@b.gr", ""]], 2),
        # A customer whose data sounds like titles is none.
        ([["Επωνυμία", "Διεύθυνση", "email"], ["Εταιρεία Χ", "Οδός Πόλης 5", "a@b.gr"]], 1),
    ],
)  # fmt: skip
def test_the_row_of_the_titles(rows: list[list[str]], row: int) -> None:
    assert find_header(rows).row == row


def test_titles_merged_over_two_rows(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path,
        [
            ["ΠΕΛΑΤΟΛΟΓΙΟ", None, None, None, None],
            ["Επωνυμία", "ΑΦΜ", "Επικοινωνία", None, "Διεύθυνση"],
            [None, None, "Τηλέφωνο", "E-mail", None],
            ["ΑΒΓ ΑΕ", VALID_AFMS[0], "2421012345", "a@b.gr", "Ερμού 5"],
        ],
        merged=["A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"],
    )
    assert source_of(path).header_row == 3
    assert guesses(path) == {
        "Επωνυμία": "company", "ΑΦΜ": "afm", "Τηλέφωνο": "phone", "E-mail": "email", "Διεύθυνση": "street",
    }  # fmt: skip


def test_a_person_may_say_where_the_titles_are(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Επωνυμία", "Πόλη"], ["Όνομα", "Τηλ"], ["Νίκος", "2421012345"]])
    assert guesses(path, ReadOptions(header_row=2)) == {"Όνομα": "first_name", "Τηλ": "phone"}
    assert len(guesses(path, ReadOptions(header_row=0))) == 2
