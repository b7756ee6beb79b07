"""The fields of a customer as data: one list feeds the form, the columns of the list, the export and the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from kkdesk.model import customer_category
from kkdesk.model.bilingual import Bilingual

#: What a field holds, and with that how it is shown, edited, sorted and read from a file. `money` is euros, `moment`
#: Unix seconds, `day` text YYYY-MM-DD, `degrees` a coordinate, `text` one line, `lines` several.
Kind = Literal[
    "text", "lines", "email", "phone", "url", "afm", "postal", "choice", "money", "number", "flag", "day", "moment",
    "degrees",
]  # fmt: skip
#: Kinds that are text in the database; an empty one is stored as NULL.
TEXT_KINDS: Final = frozenset({"text", "lines", "email", "phone", "url", "afm", "postal", "choice", "day"})
Group = Literal["who", "contact", "address", "tax", "trade", "follow_up", "notes", "record"]

GROUPS: Final[Mapping[Group, Bilingual]] = {
    "who": Bilingual("Στοιχεία", "Details"),
    "contact": Bilingual("Επικοινωνία", "Contact"),
    "address": Bilingual("Διεύθυνση", "Address"),
    "tax": Bilingual("Φορολογικά", "Tax and register"),
    "trade": Bilingual("Εμπορικά", "Trade"),
    "follow_up": Bilingual("Παρακολούθηση", "Follow-up"),
    "notes": Bilingual("Σημειώσεις", "Notes"),
    "record": Bilingual("Καταχώριση", "Record"),
}

STAGES: Final[Mapping[str, Bilingual]] = {
    "lead": Bilingual("Ενδιαφερόμενος", "Lead"),
    "prospect": Bilingual("Υποψήφιος πελάτης", "Prospect"),
    "customer": Bilingual("Πελάτης", "Customer"),
    "churned": Bilingual("Πρώην πελάτης", "Former customer"),
}
SOURCES: Final[Mapping[str, Bilingual]] = {
    "website": Bilingual("Ιστοσελίδα", "Website"),
    "referral": Bilingual("Σύσταση", "Referral"),
    "import": Bilingual("Εισαγωγή αρχείου", "Import"),
    "manual": Bilingual("Καταχώριση με το χέρι", "Entered by hand"),
}
CATEGORIES: Final[Mapping[str, Bilingual]] = {
    category: customer_category.label(category) for category in customer_category.CATEGORIES
}


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One column of `customers` that people see. `name` is the column and the attribute of `Customer`.

    `choices` are the values of a `choice` with their labels, in the order offered. Without `editable` the program
    alone writes it. `bulk` fields may be set for many customers at once. `shown` ones are columns of a new list.
    """

    name: str
    label: Bilingual
    kind: Kind
    group: Group
    choices: Mapping[str, Bilingual] | None = None
    editable: bool = True
    bulk: bool = False
    shown: bool = False


def _field(name: str, el: str, en: str, kind: Kind, group: Group, **more: Any) -> CustomerField:
    return CustomerField(name, Bilingual(el, en), kind, group, **more)


#: In the order of the form.
FIELDS: Final[tuple[CustomerField, ...]] = (
    _field("company", "Επωνυμία", "Company", "text", "who"),
    _field("first_name", "Όνομα", "First name", "text", "who"),
    _field("last_name", "Επώνυμο", "Last name", "text", "who"),
    _field("title", "Ιδιότητα", "Title", "text", "who"),
    _field("category", "Κατηγορία", "Category", "choice", "who", choices=CATEGORIES, bulk=True, shown=True),
    _field("is_vip", "VIP", "VIP", "flag", "who", bulk=True, shown=True),
    _field("is_active", "Ενεργός", "Active", "flag", "who", bulk=True),
    _field("email", "E-mail", "E-mail", "email", "contact", shown=True),
    _field("email_secondary", "Δεύτερο e-mail", "Second e-mail", "email", "contact"),
    _field("mobile", "Κινητό", "Mobile", "phone", "contact", shown=True),
    _field("phone", "Τηλέφωνο", "Phone", "phone", "contact", shown=True),
    _field("phone_secondary", "Δεύτερο τηλέφωνο", "Second phone", "phone", "contact"),
    _field("fax", "Φαξ", "Fax", "phone", "contact"),
    _field("website", "Ιστοσελίδα", "Website", "url", "contact"),
    _field("unsubscribed", "Διαγραφή από τα e-mail", "Unsubscribed", "flag", "contact", editable=False),
    _field("street", "Οδός και αριθμός", "Street", "text", "address"),
    _field("city", "Πόλη", "Town", "text", "address", bulk=True, shown=True),
    _field("postal_code", "Τ.Κ.", "Postal code", "postal", "address", bulk=True),
    _field("state", "Νομός", "Prefecture", "text", "address", bulk=True),
    _field("country", "Χώρα", "Country", "text", "address", bulk=True),
    _field("latitude", "Γεωγραφικό πλάτος", "Latitude", "degrees", "address"),
    _field("longitude", "Γεωγραφικό μήκος", "Longitude", "degrees", "address"),
    _field("afm", "ΑΦΜ", "Tax number (ΑΦΜ)", "afm", "tax", shown=True),
    _field("doy", "ΔΟΥ", "Tax office (ΔΟΥ)", "text", "tax", bulk=True),
    _field("gemh", "Αριθμός ΓΕΜΗ", "Register number (ΓΕΜΗ)", "text", "tax"),
    _field("activity_code", "ΚΑΔ", "Activity code (ΚΑΔ)", "text", "tax", bulk=True),
    _field("legal_form", "Νομική μορφή", "Legal form", "text", "tax", bulk=True),
    _field("revenue", "Τζίρος", "Revenue", "money", "trade"),
    _field("currency", "Νόμισμα", "Currency", "text", "trade"),
    _field("payment_terms", "Όροι πληρωμής", "Payment terms", "text", "trade", bulk=True),
    _field("credit_limit", "Πιστωτικό όριο", "Credit limit", "money", "trade", bulk=True),
    _field("lifecycle_stage", "Στάδιο", "Stage", "choice", "follow_up", choices=STAGES, bulk=True),
    _field("lead_source", "Προέλευση", "Source", "choice", "follow_up", choices=SOURCES, bulk=True),
    _field("lead_score", "Βαθμολογία", "Score", "number", "follow_up", bulk=True),
    _field("birthday", "Γενέθλια", "Birthday", "day", "follow_up"),
    _field("last_contact_date", "Τελευταία επαφή", "Last contact", "moment", "follow_up", bulk=True),
    _field("next_follow_up_date", "Επόμενη επικοινωνία", "Next follow-up", "moment", "follow_up", bulk=True),
    _field("notes", "Σημειώσεις", "Notes", "lines", "notes"),
    _field("created_at", "Καταχωρίστηκε", "Created", "moment", "record", editable=False),
    _field("updated_at", "Ενημερώθηκε", "Updated", "moment", "record", editable=False),
)

FIELD: Final[Mapping[str, CustomerField]] = {field.name: field for field in FIELDS}

#: Columns of the table that no form and no file shows.
HIDDEN_COLUMNS: Final = ("id", "org_id", "avatar", "geocoded_at", "created_by")
