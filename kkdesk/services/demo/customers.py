"""One sample customer after another."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import accumulate
from typing import Final

from kkdesk.model.clock import athens_date
from kkdesk.model.row import SqlValue
from kkdesk.services.demo.businesses import PAYMENT_TERMS, SHARES, Kind, any_business
from kkdesk.services.demo.names import Person, any_person, latin
from kkdesk.services.demo.places import any_address, any_landline, any_town
from kkdesk.services.demo.sample import DAY, Sample, Values

#: Columns of `customers` that the sample data fills, in the order of `row_of`.
COLUMNS: Final = (
    "id", "org_id", "first_name", "last_name", "company", "title", "email", "email_secondary", "phone", "mobile",
    "website", "street", "city", "state", "postal_code", "country", "afm", "doy", "gemh", "activity_code", "legal_form",
    "category", "lifecycle_stage", "lead_source", "lead_score", "revenue", "currency", "payment_terms", "credit_limit",
    "birthday", "last_contact_date", "next_follow_up_date", "latitude", "longitude", "geocoded_at", "notes", "is_vip",
    "is_active", "unsubscribed", "created_at", "updated_at", "created_by",
)  # fmt: skip

_YEARS: Final = 8
_KINDS: Final[tuple[Kind, ...]] = tuple(SHARES)
_KIND_WEIGHTS: Final = tuple(accumulate(SHARES.values()))
_CATEGORIES: Final[dict[Kind, str]] = {
    "person": "retail", "taxi": "fleet", "garage": "garage", "company": "wholesale", "fleet": "fleet",
}  # fmt: skip
# Median of what a customer of the kind has spent, in euro; the spread is log-normal.
_MEDIAN_REVENUE: Final[dict[Kind, float]] = {
    "person": 380.0, "taxi": 900.0, "garage": 2600.0, "company": 4200.0, "fleet": 9500.0,
}  # fmt: skip
_HAS_EMAIL: Final[dict[Kind, float]] = {"person": 0.68, "taxi": 0.5, "garage": 0.78, "company": 0.88, "fleet": 0.92}
# Reserved by RFC 2606: mail to them can reach nobody.
_MAILBOXES: Final = ("mail.example", "inbox.example", "tachydromio.example", "epistoli.example", "diktyo.example")
_TITLES: Final = ("Ιδιοκτήτης", "Διευθυντής", "Υπεύθυνος αγορών", "Υπεύθυνος στόλου", "Λογιστήριο", "Γραμματεία")
_SOURCES: Final = ("manual", "manual", "website", "referral", "referral", "import")
_PRIVATE_NOTES: Final = (
    "Προτιμά ραντεβού το πρωί.", "Τηλεφωνήστε μετά τις 17:00.", "Αγοράζει ελαστικά αλλού, εμείς τοποθέτηση.",
    "205/55 R16, αλλαγή κάθε Νοέμβριο.", "195/65 R15, φυλάμε τα χειμερινά.", "Ρωτά για ελαστικά 4 εποχών.",
    "Δύο αυτοκίνητα και μία μοτοσυκλέτα.", "Ήρθε από σύσταση.", "Ζητά άζωτο στα ελαστικά.",
)  # fmt: skip
_TRADE_NOTES: Final = (
    "Ζητά πάντα τιμολόγιο.", "Στόλος 12 οχημάτων, ετήσια συμφωνία.", "Πληρώνει στο τέλος του μήνα.",
    "315/80 R22.5 για τράκτορες.", "Έλεγχος ευθυγράμμισης σε κάθε επίσκεψη.", "Παραδόσεις μόνο έως τις 14:00.",
    "Παραγγέλνει τηλεφωνικά κάθε Δευτέρα.", "Θέλει τιμοκατάλογο κάθε τρίμηνο.",
)  # fmt: skip


def row_of(values: Values) -> tuple[SqlValue, ...]:
    """The values in the order of `COLUMNS`, NULL for those that are not there."""
    return tuple(map(values.get, COLUMNS))


class CustomerMaker:
    """Makes customers out of chance; the same for the same sample."""

    def __init__(self, sample: Sample, used_afms: set[str], start: int = 0) -> None:
        """`used_afms` are tax numbers not to be given out again; it grows with every customer.

        `start` is how many customers there are already: addresses are numbered from there.
        """
        self._sample = sample
        self._rng = sample.rng
        self._now = sample.now
        self._today = athens_date(sample.now)
        self._afms = used_afms
        self._serial = start
        self._last_email: str | None = None

    def customer(self) -> Values:
        """One customer, by column name."""
        rng = self._rng
        self._serial += 1
        kind: Kind = rng.choices(_KINDS, cum_weights=_KIND_WEIGHTS)[0]
        # Men own most garages and taxis of the sample, as in the trade.
        person = any_person(rng, women=0.42 if kind == "person" else 0.15)
        created = self._creation()
        values: Values = {
            "id": self._sample.new_id("cust"),
            "org_id": self._sample.actor.org_id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "currency": "EUR",
            "country": "Ελλάδα",
            "category": _CATEGORIES[kind],
            "lead_source": rng.choice(_SOURCES),
            "lead_score": rng.randint(0, 100) if rng.random() < 0.3 else 0,
            "created_at": created,
            "created_by": self._sample.actor.user_id,
        }
        self._place(values, kind)
        if kind == "person":
            self._private(values)
        else:
            self._business(values, kind, person)
        self._money(values, kind)
        self._contact(values, kind, person)
        self._standing(values, created)
        return values

    def _creation(self) -> int:
        # The shop grows: more of its customers are recent.
        age = self._rng.random() ** 1.6 * _YEARS * 365 * DAY
        return int(self._now - DAY - age)

    def _place(self, values: Values, kind: Kind) -> None:
        rng = self._rng
        town = any_town(rng)
        values["city"], values["state"] = town.name, town.prefecture
        if rng.random() < 0.93:
            values["street"] = any_address(rng, town)
            values["postal_code"] = rng.choice(town.postal_codes)
        if rng.random() < 0.85:
            values["latitude"] = round(town.latitude + rng.gauss(0, 0.006), 6)
            values["longitude"] = round(town.longitude + rng.gauss(0, 0.006), 6)
            values["geocoded_at"] = self._now - rng.randint(1, 300) * DAY
        values["doy"] = rng.choice(town.tax_offices)
        if rng.random() < (0.35 if kind == "person" else 0.9):
            values["phone"] = any_landline(rng, town)

    def _private(self, values: Values) -> None:
        rng = self._rng
        if rng.random() < 0.45:
            values["afm"] = self._afm("01")
        else:
            values["doy"] = None
        if rng.random() < 0.6:
            birth = self._today - timedelta(days=rng.randint(19 * 365, 82 * 365))
            values["birthday"] = birth.isoformat()

    def _business(self, values: Values, kind: Kind, person: Person) -> None:
        rng = self._rng
        business = any_business(rng, kind, person)
        values["company"], values["legal_form"] = business.name, business.legal_form
        values["activity_code"] = business.activity_code
        sole = business.legal_form == "Ατομική"
        values["afm"] = self._afm("01" if sole else "89")
        if not sole:
            values["gemh"] = f"{rng.randint(10**8, 10**9 - 1):09}000"
        if kind in ("company", "fleet") and rng.random() < 0.25:
            values["first_name"], values["last_name"] = "", None  # known by the company alone
        elif rng.random() < 0.5:
            values["title"] = rng.choice(_TITLES)

    def _afm(self, first_digits: str) -> str:
        """A tax number that nobody of the sample has. People's begin with 0 or 1, companies' with 8 or 9."""
        while True:
            eight = self._rng.choice(first_digits) + str(self._rng.randrange(10**7)).zfill(7)
            total = sum(int(digit) << (8 - i) for i, digit in enumerate(eight))
            afm = eight + str(total % 11 % 10)
            if afm not in self._afms and afm != "000000000":
                self._afms.add(afm)
                return afm

    def _money(self, values: Values, kind: Kind) -> None:
        rng = self._rng
        revenue = 0.0 if rng.random() < 0.12 else _MEDIAN_REVENUE[kind] * math.exp(rng.gauss(0, 0.9))
        values["revenue"] = round(revenue, 2)
        values["payment_terms"] = "Μετρητοίς" if kind in ("person", "taxi") else rng.choice(PAYMENT_TERMS)
        if kind not in ("person", "taxi"):
            values["credit_limit"] = float(rng.choice((0, 1000, 2000, 3000, 5000, 10000)))
        values["is_vip"] = int(revenue > 6 * _MEDIAN_REVENUE[kind] or rng.random() < 0.01)
        if values["is_vip"] and rng.random() < 0.3:
            values["category"] = "vip"

    def _contact(self, values: Values, kind: Kind, person: Person) -> None:
        rng = self._rng
        if rng.random() < 0.92:
            values["mobile"] = f"69{rng.choice('34789')}{rng.randrange(10**7):07}"
        if rng.random() >= _HAS_EMAIL[kind]:
            return
        first, last = latin(person.first_name), latin(person.last_name)
        if kind == "person":
            start = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{last}{first[0]}"))
            email = f"{start}{self._serial}@{rng.choice(_MAILBOXES)}"
        else:
            domain = f"{last}-{self._serial}.example"
            email = f"{rng.choice(('info', 'sales', 'logistirio', first))}@{domain}"
            if rng.random() < 0.35:
                values["website"] = f"https://www.{domain}/"
            if rng.random() < 0.1:
                values["email_secondary"] = f"timologia@{domain}"
        # Families and firms share addresses, and some people write two into one field.
        chance = rng.random()
        if chance < 0.006 and self._last_email:
            email = self._last_email
        elif chance < 0.008:
            email = f"{email};{first}.{last}@{_MAILBOXES[0]}"
        else:
            self._last_email = email
        values["email"] = email

    def _standing(self, values: Values, created: int) -> None:
        """Stage, dates, notes and flags."""
        rng = self._rng
        stage = rng.choices(("customer", "prospect", "lead", "churned"), (86, 7, 3, 4))[0]
        values["lifecycle_stage"] = stage
        values["is_active"] = int(rng.random() < (0.25 if stage == "churned" else 0.98))
        values["unsubscribed"] = int(rng.random() < 0.035 and values.get("email") is not None)
        updated = rng.randint(created, self._now)
        values["updated_at"] = updated
        if rng.random() < 0.7:
            values["last_contact_date"] = updated
        if rng.random() < 0.12:
            values["next_follow_up_date"] = self._now + rng.randint(-20, 60) * DAY
        if rng.random() < 0.3:
            values["notes"] = rng.choice(_TRADE_NOTES if values.get("company") else _PRIVATE_NOTES)
