"""How people title the columns of a list of customers, in Greek, English and Greeklish."""

from __future__ import annotations

import re
from typing import Final

from kkdesk.model.customer_fields import FIELDS
from kkdesk.model.greek import fold

#: Targets of a column that are no column of `customers`.
FULL_NAME: Final = "full_name"
STREET_NUMBER: Final = "street_number"
SUBSCRIBED: Final = "subscribed"
TAGS: Final = "tags"
CUSTOMER_ID: Final = "id"

# Spellings separated by a bar; case, accents, blanks and punctuation do not count.
_SPELLINGS: Final = {
    CUSTOMER_ID: "Κωδικός KK Desk | KK Desk ID | KK Desk code",
    FULL_NAME: """Ονοματεπώνυμο | Ονοματεπώνυμο πελάτη | Ονομ/μο | Ονομ/νυμο | Επώνυμο Όνομα | Όνομα Επώνυμο |
        Επώνυμο & Όνομα | Όνομα & Επώνυμο | Επωνυμία / Ονοματεπώνυμο | Ονοματεπώνυμο / Επωνυμία |
        Ονοματεπώνυμο ή Επωνυμία | Επωνυμία ή Ονοματεπώνυμο | Όνομα πελάτη | Πελάτης | Full name | Name | Customer |
        Customer name | Client | Client name | Contact | Contact name | Display name | onomateponymo |
        onomatepwnumo | onomatepwnymo | Υπεύθυνος | Υπεύθυνος επικοινωνίας | Επαφή""",
    "first_name": """Όνομα | Μικρό όνομα | Μικρό | Ον. | First name | Firstname | First | Given name | Forename |
        fname | onoma""",
    "last_name": """Επώνυμο | Επίθετο | Επων. | Last name | Lastname | Last | Surname | Family name | lname |
        eponymo | epwnumo | epwnymo | epitheto | epi8eto""",
    "company": """Επωνυμία | Επωνυμία επιχείρησης | Επωνυμία εταιρείας | Επωνυμία πελάτη | Επωνυμία εταιρίας |
        Εταιρεία | Εταιρία | Επιχείρηση | Διακριτικός τίτλος | Διακρ. τίτλος | Φορέας | Company | Company name |
        Business | Business name | Organization | Organisation | Organization name | Organisation name | Firm |
        Trade name | Account name | Legal name | eponymia | epwnumia | epwnymia | etaireia | etairia""",
    "title": """Ιδιότητα | Θέση | Προσφώνηση | Τίτλος | Title | Job title | Position | Role | Salutation""",
    "email": """E-mail | Email | mail | email address | e-mail address | Ηλεκτρονική διεύθυνση |
        Ηλεκτρονικό ταχυδρομείο | Ηλ. ταχυδρομείο | Ηλ. διεύθυνση | Ηλ. ταχ. | Διεύθυνση e-mail | Διεύθυνση email |
        Ημέιλ | Μέιλ | E-mail 1 | Email 1 | Primary email | E-mail 1 - Value""",
    "email_secondary": """Δεύτερο e-mail | Δεύτερο email | E-mail 2 | Email 2 | Second e-mail | Secondary email |
        Other email | Alternate email | Εναλλακτικό e-mail | Άλλο e-mail | E-mail λογιστηρίου | E-mail 2 - Value""",
    "phone": """Τηλέφωνο | Τηλέφωνα | Τηλ. | Τηλ | Τηλέφωνο 1 | Τηλ. 1 | Σταθερό | Σταθερό τηλέφωνο | Σταθ. τηλ. |
        Τηλέφωνο εργασίας | Τηλέφωνο επικοινωνίας | Αρ. τηλεφώνου | Αριθμός τηλεφώνου | Phone | Phone 1 | Phones |
        Phone number | Telephone | Tel | Tel. no | Tel 1 | Landline | Work phone | Business phone | Office phone |
        Main phone | til | tilefono | thlefono | thl | Phone 1 - Value""",
    "phone_secondary": """Δεύτερο τηλέφωνο | Τηλέφωνο 2 | Τηλ. 2 | Άλλο τηλέφωνο | Τηλέφωνο οικίας | Phone 2 |
        Second phone | Secondary phone | Other phone | Home phone | Alternate phone | Tel 2 | Phone 2 - Value""",
    "mobile": """Κινητό | Κινητά | Κινητό τηλέφωνο | Κιν. | Κιν. τηλ. | Τηλ. κινητό | Κινητό 1 | Mobile |
        Mobile phone | Mobile number | Mobile no | Cell | Cell phone | Cellphone | Cellular | GSM | SMS | Viber |
        kinito | kinhto""",
    "fax": "Φαξ | Fax | Fax number | Αρ. φαξ | Τηλεομοιοτυπία | Business fax",
    "website": """Ιστοσελίδα | Ιστότοπος | Ιστοχώρος | Διεύθυνση ιστοσελίδας | Σελίδα | Website | Web site | Web |
        Web page | Site | URL | Homepage | www""",
    "street": """Οδός και αριθμός | Οδός & αριθμός | Οδός | Οδός - Αριθμός | Διεύθυνση | Διεύθ. | Δ/νση | Δνση | Έδρα |
        Διεύθυνση έδρας | Διεύθυνση κατοικίας | Ταχυδρομική διεύθυνση | Address | Address 1 | Address line 1 |
        Street | Street address | Mailing address | Business street | Billing address | dieuthinsi | dieythynsh |
        odos""",
    STREET_NUMBER: "Αριθμός | Αριθμός οδού | Αρ. | Αρ. οδού | Street number | House number | Street no",
    "city": """Πόλη | Πόλις | Περιοχή | Τοποθεσία | Δήμος | Πόλη / Χωριό | City | Town | Locality | Business city |
        Billing city | poli | polh""",
    "state": "Νομός | Περιφέρεια | Νομ. | State | Prefecture | Region | Province | County | State / Province | nomos",
    "postal_code": """Τ.Κ. | ΤΚ | Ταχ. κώδικας | Ταχ. κωδ. | Ταχυδρομικός κώδικας | Ταχυδρομικός κωδικός |
        Ταχ. κωδικός | TK | T.K. | Postal code | Postcode | Post code | ZIP | ZIP code | Business postal code""",
    "country": "Χώρα | Κράτος | Country | Country / Region | Business country | xora | xwra",
    "afm": """ΑΦΜ | Α.Φ.Μ. | Αρ. φορολ. μητρώου | Αριθμός φορολογικού μητρώου | Φορολογικό μητρώο | AFM | A.F.M. | VAT |
        VAT number | VAT no | VAT ID | Vat reg no | VATIN | TIN | Tax ID | Tax number | Tax number (ΑΦΜ) |
        Tax registration number | ΑΦΜ πελάτη""",
    "doy": """ΔΟΥ | Δ.Ο.Υ. | Εφορία | Δημόσια οικονομική υπηρεσία | DOY | D.O.Y. | Tax office | Tax office (ΔΟΥ) |
        ΔΟΥ πελάτη""",
    "gemh": """Αριθμός ΓΕΜΗ | ΓΕΜΗ | Γ.Ε.ΜΗ. | Αρ. ΓΕΜΗ | ΑΡ.Γ.Ε.ΜΗ. | GEMI | GEMH | Register number |
        Register number (ΓΕΜΗ) | Registration number | Company number""",
    "activity_code": """ΚΑΔ | Κ.Α.Δ. | Κωδικός δραστηριότητας | Δραστηριότητα | Επάγγελμα | Αντικείμενο | Activity |
        Activity code | Activity code (ΚΑΔ) | Profession | Industry | KAD""",
    "legal_form": "Νομική μορφή | Μορφή εταιρείας | Νομ. μορφή | Legal form | Company type | Entity type",
    "category": """Κατηγορία | Κατηγορία πελάτη | Είδος πελάτη | Τύπος πελάτη | Τύπος | Category | Customer category |
        Customer type | Type""",
    "lifecycle_stage": "Στάδιο | Κατάσταση πελάτη | Stage | Lifecycle stage | Lifecycle | Lead status",
    "lead_source": "Προέλευση | Πηγή | Source | Lead source | Origin",
    "lead_score": "Βαθμολογία | Σκορ | Score | Lead score",
    "revenue": """Τζίρος | Κύκλος εργασιών | Έσοδα | Σύνολο αγορών | Αγορές | Revenue | Turnover | Total sales |
        Annual revenue""",
    "currency": "Νόμισμα | Currency",
    "payment_terms": "Όροι πληρωμής | Τρόπος πληρωμής | Payment terms | Terms | Payment method",
    "credit_limit": "Πιστωτικό όριο | Όριο πίστωσης | Πλαφόν | Credit limit",
    "birthday": """Γενέθλια | Ημερομηνία γέννησης | Ημ. γέννησης | Ημ/νία γέννησης | Ημ. γεν. | Birthday | Birth date |
        Birthdate | Date of birth | DOB""",
    "last_contact_date": """Τελευταία επαφή | Τελευταία επικοινωνία | Τελευταία επίσκεψη | Last contact |
        Last contact date | Last contacted | Last visit""",
    "next_follow_up_date": """Επόμενη επικοινωνία | Επόμενη επαφή | Υπενθύμιση | Next follow-up | Next follow-up date |
        Follow-up | Next contact""",
    "latitude": "Γεωγραφικό πλάτος | Γ. πλάτος | Πλάτος | Latitude | Lat",
    "longitude": "Γεωγραφικό μήκος | Γ. μήκος | Μήκος | Longitude | Long | Lng | Lon",
    "notes": """Σημειώσεις | Σημείωση | Παρατηρήσεις | Παρατήρηση | Σχόλια | Σχόλιο | Notes | Note | Comments |
        Comment | Remarks | Memo | Description | Περιγραφή""",
    "is_vip": "VIP | Πελάτης VIP | Is VIP",
    "is_active": "Ενεργός | Ενεργή | Ενεργό | Active | Is active | Σε ισχύ",
    "unsubscribed": """Διαγραφή από τα e-mail | Διαγραφή από e-mail | Διαγραμμένος | Χωρίς newsletter | Opt out |
        Opted out | Unsubscribed | Unsubscribe | Do not email | Do not mail | Has opted out of email""",
    SUBSCRIBED: """Newsletter | Εγγεγραμμένος | Συγκατάθεση | Συναίνεση | Αποδοχή newsletter | Ενημερωτικά e-mail |
        Subscribed | Opt in | Opted in | Consent | GDPR | Marketing consent | Accepts marketing""",
    "created_at": """Καταχωρίστηκε | Ημερομηνία καταχώρισης | Ημ. καταχώρισης | Ημερομηνία εγγραφής | Δημιουργήθηκε |
        Ημερομηνία δημιουργίας | Created | Created at | Created on | Date created | Customer since | Πελάτης από""",
    TAGS: """Ετικέτες | Ετικέτα | Tags | Tag | Labels | Label | Ομάδες | Ομάδα | Groups | Group membership |
        Groups membership""",
}

# Columns that are never a field, among them those that our own list of refused rows adds.
_IGNORED: Final = """Α/Α | ΑΑ | Νο | No. | # | Γραμμή | Γραμμή αρχείου | Row | Line | Λόγος | Αιτία | Reason |
    Γιατί δεν εισήχθη | Why it was refused | Ενημερώθηκε | Updated | Updated at"""

# Stems of single words, in the order they are tried: (field, all of these, none of these, how sure).
_Rule = tuple[str, tuple[str, ...], tuple[str, ...], float]
_RULES: Final[tuple[_Rule, ...]] = (
    ("email_secondary", ("mail", "2"), (), 0.75),
    ("email", ("mail",), (), 0.75),
    ("fax", ("fax",), (), 0.8),
    ("fax", ("φαξ",), (), 0.8),
    ("mobile", ("κινητ",), (), 0.8),
    ("mobile", ("mobile",), (), 0.8),
    ("mobile", ("cell",), (), 0.6),
    ("phone_secondary", ("τηλ", "2"), (), 0.75),
    ("phone_secondary", ("phone", "2"), (), 0.75),
    ("phone", ("τηλ",), (), 0.7),
    ("phone", ("phone",), (), 0.7),
    ("postal_code", ("ταχ", "κωδ"), (), 0.8),
    ("postal_code", ("postal",), (), 0.7),
    ("postal_code", ("zip",), (), 0.7),
    (FULL_NAME, ("ονοματεπων",), (), 0.85),
    (FULL_NAME, ("επωνυμο", "ονομα"), (), 0.8),
    (FULL_NAME, ("full", "name"), (), 0.8),
    ("company", ("επωνυμι",), (), 0.75),
    ("company", ("εταιρ",), (), 0.65),
    ("company", ("company",), (), 0.65),
    ("last_name", ("επωνυμο",), (), 0.75),
    ("last_name", ("επιθετο",), (), 0.75),
    ("last_name", ("surname",), (), 0.75),
    ("last_name", ("last", "name"), (), 0.8),
    ("first_name", ("first", "name"), (), 0.8),
    ("afm", ("αφμ",), (), 0.8),
    ("afm", ("vat",), ("%",), 0.6),
    ("afm", ("φορολογ", "αριθμ"), (), 0.7),
    ("doy", ("δου",), (), 0.75),
    ("doy", ("tax", "office"), (), 0.8),
    ("gemh", ("γεμη",), (), 0.8),
    ("birthday", ("γενν",), ("τοποσ",), 0.75),
    ("birthday", ("birth",), ("place",), 0.75),
    ("website", ("ιστοσελιδ",), (), 0.75),
    ("website", ("website",), (), 0.75),
    ("street", ("διευθυνσ",), ("ip",), 0.7),
    ("street", ("οδοσ",), (), 0.65),
    ("street", ("address",), ("ip",), 0.65),
    ("city", ("πολη",), (), 0.7),
    ("city", ("city",), (), 0.7),
    ("state", ("νομοσ",), (), 0.65),
    ("country", ("χωρα",), (), 0.7),
    ("country", ("country",), (), 0.7),
    ("credit_limit", ("πιστωτ", "ορι"), (), 0.75),
    ("revenue", ("τζιροσ",), (), 0.7),
    ("category", ("κατηγορι",), (), 0.6),
    (TAGS, ("ετικετ",), (), 0.7),
    ("notes", ("παρατηρησ",), (), 0.7),
    ("notes", ("σημειωσ",), (), 0.7),
    ("notes", ("σχολι",), (), 0.6),
    ("notes", ("comment",), (), 0.6),
    (FULL_NAME, ("ονομα", "πελατη"), (), 0.7),
    ("first_name", ("ονομα",), ("χρηστη", "αρχειου", "πατροσ", "πατερα", "μητροσ", "προιοντοσ"), 0.55),
)

# Latin capitals that people type into Greek words because they look the same.
_LOOKALIKES: Final = str.maketrans("abehikmnoptxyz", "αβεηικμνορτχυζ")
_GREEK: Final = re.compile(r"[\u0370-\u03ff]")
_WORD: Final = re.compile(r"[^\W_]+|[#%]")


def header_words(text: str) -> list[str]:
    """The words of a title without case, accents and punctuation; dotted letters ("Α.Φ.Μ.") are one word."""
    words: list[str] = []
    letters = ""
    for word in _WORD.findall(fold(text)):
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        words += [letters, word] if letters else [word]
        letters = ""
    words += [letters] if letters else []
    return [word.translate(_LOOKALIKES) if _GREEK.search(word) else word for word in words]


def header_key(text: str) -> str:
    """A title as one word: "Α.Φ.Μ." and "αφμ" are the same, and so are "First name" and "firstName"."""
    return "".join(header_words(text))


def field_of_header(text: str) -> tuple[str | None, float]:
    """The field that a title names and how sure that is (0 to 1); (None, 1.0) for one that names none for certain."""
    words = header_words(text)
    key = "".join(words)
    if not key:
        return None, 0.0
    if key in _IGNORED_KEYS:
        return None, 1.0
    if key in _FIELD_OF:
        return _FIELD_OF[key], 0.98
    for field, wanted, unwanted, confidence in _RULES:
        if all(_mentions(words, stem) for stem in wanted) and not any(_mentions(words, stem) for stem in unwanted):
            return field, confidence
    return None, 0.0


def _mentions(words: list[str], stem: str) -> bool:
    # Latin titles run words together (customerEmail); Greek ones inflect them (κινητό, κινητά).
    return any(stem in word for word in words) if stem.isascii() else any(word.startswith(stem) for word in words)


def _keys(text: str) -> list[str]:
    return [header_key(spelling) for spelling in text.split("|")]


_FIELD_OF: Final = {
    **{header_key(name): item.name for item in FIELDS for name in (item.name, item.label.el, item.label.en)},
    **{key: field for field, text in _SPELLINGS.items() for key in _keys(text)},
}
_IGNORED_KEYS: Final = frozenset(_keys(_IGNORED))
