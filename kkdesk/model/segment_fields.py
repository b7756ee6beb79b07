"""What segment rules can ask about: the columns of a customer, and the operators that make sense for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual

Kind = Literal["text", "number", "flag", "day"]
Operator = Literal[
    "equals", "notEquals", "contains", "startsWith", "greaterThan", "lessThan", "greaterOrEqual", "lessOrEqual"
]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of `customers` that rules may ask about."""

    name: str
    column: str
    kind: Kind
    label: Bilingual


def _field(name: str, column: str, kind: Kind, el: str, en: str) -> tuple[str, Field]:
    return name, Field(name, column, kind, Bilingual(el, en))


#: Every field by its name in the JSON, in the order in which an editor offers them.
FIELDS: Final[Mapping[str, Field]] = dict(
    (
        _field("city", "city", "text", "Πόλη", "Town"),
        _field("category", "category", "text", "Κατηγορία", "Category"),
        _field("revenue", "revenue", "number", "Τζίρος", "Revenue"),
        _field("isVip", "is_vip", "flag", "VIP", "VIP"),
        _field("isActive", "is_active", "flag", "Ενεργός", "Active"),
        _field("lifecycleStage", "lifecycle_stage", "text", "Στάδιο", "Stage"),
        _field("leadSource", "lead_source", "text", "Προέλευση", "Source"),
        _field("leadScore", "lead_score", "number", "Βαθμολογία", "Lead score"),
        _field("firstName", "first_name", "text", "Όνομα", "First name"),
        _field("lastName", "last_name", "text", "Επώνυμο", "Last name"),
        _field("company", "company", "text", "Επωνυμία", "Company"),
        _field("email", "email", "text", "E-mail", "E-mail"),
        _field("phone", "phone", "text", "Τηλέφωνο", "Phone"),
        _field("mobile", "mobile", "text", "Κινητό", "Mobile"),
        _field("street", "street", "text", "Διεύθυνση", "Street"),
        _field("postalCode", "postal_code", "text", "Ταχυδρομικός κώδικας", "Postal code"),
        _field("state", "state", "text", "Νομός", "Prefecture"),
        _field("country", "country", "text", "Χώρα", "Country"),
        _field("afm", "afm", "text", "ΑΦΜ", "Tax number (ΑΦΜ)"),
        _field("doy", "doy", "text", "ΔΟΥ", "Tax office (ΔΟΥ)"),
        _field("gemh", "gemh", "text", "ΓΕΜΗ", "Company register (ΓΕΜΗ)"),
        _field("activityCode", "activity_code", "text", "ΚΑΔ", "Activity code (ΚΑΔ)"),
        _field("legalForm", "legal_form", "text", "Νομική μορφή", "Legal form"),
        _field("title", "title", "text", "Ιδιότητα", "Title"),
        _field("website", "website", "text", "Ιστοσελίδα", "Website"),
        _field("notes", "notes", "text", "Σημειώσεις", "Notes"),
        _field("paymentTerms", "payment_terms", "text", "Όροι πληρωμής", "Payment terms"),
        _field("creditLimit", "credit_limit", "number", "Πιστωτικό όριο", "Credit limit"),
        _field("createdAt", "created_at", "day", "Ημερομηνία καταχώρισης", "Created on"),
        _field("lastContactDate", "last_contact_date", "day", "Τελευταία επαφή", "Last contact"),
        _field("nextFollowUpDate", "next_follow_up_date", "day", "Επόμενη επικοινωνία", "Next follow-up"),
    )
)

_EQUALITY: Final[tuple[Operator, ...]] = ("equals", "notEquals")
_ORDER: Final[tuple[Operator, ...]] = ("greaterThan", "lessThan", "greaterOrEqual", "lessOrEqual")

#: The operators that make sense for a kind of field, in the order in which an editor offers them.
OPERATORS: Final[Mapping[Kind, tuple[Operator, ...]]] = {
    "text": (*_EQUALITY, "contains", "startsWith"),
    "number": (*_EQUALITY, *_ORDER),
    "flag": _EQUALITY,
    "day": (*_EQUALITY, *_ORDER),
}

OPERATOR_LABELS: Final[Mapping[Operator, Bilingual]] = {
    "equals": Bilingual("είναι", "is"),
    "notEquals": Bilingual("δεν είναι", "is not"),
    "contains": Bilingual("περιέχει", "contains"),
    "startsWith": Bilingual("αρχίζει με", "begins with"),
    "greaterThan": Bilingual("μεγαλύτερο από", "is more than"),
    "lessThan": Bilingual("μικρότερο από", "is less than"),
    "greaterOrEqual": Bilingual("τουλάχιστον", "is at least"),
    "lessOrEqual": Bilingual("το πολύ", "is at most"),
}
