"""A CRM file and a search index beside it, and what plain Python finds in the same rows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from kkdesk.model import customer_category
from kkdesk.model.customer import Customer
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.greek import fold, name_sort_key, phone_digits
from kkdesk.model.search_words import is_blank, matches, units_of, words_of
from kkdesk.store.local import connect, prepare
from kkdesk.store.search_build import Outcome, bring_up_to_date, open_index
from kkdesk.store.search_query import docs, ids_of

ORG = "org_1"
OTHER_ORG = "org_2"
TAGS = ("tag_a", "tag_b")


@lru_cache(maxsize=1)
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="kkdesk-search-")) / "crm.db"
    prepare(path)
    with closing(connect(path)) as crm:
        # A throw-away file: no test looks at what a power cut would leave.
        crm.execute("PRAGMA synchronous = OFF")
        crm.execute("PRAGMA journal_mode = DELETE")
        for org in (ORG, OTHER_ORG):
            crm.execute(
                "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES (?1, ?1, ?1, 1, 1)", (org,)
            )
        for tag in TAGS:
            crm.execute("INSERT INTO tags (id, org_id, name, created_at) VALUES (?1, ?2, ?1, 1)", (tag, ORG))
    return path


class SearchShop:
    """Both files, opened plainly; edits go past every service, as another program's would."""

    def __init__(self, folder: Path) -> None:
        """Empty."""
        self.source = folder / "crm.db"
        self.path = folder / "search.db"
        self.source.write_bytes(_template().read_bytes())
        self.crm = connect(self.source)
        self.crm.execute("PRAGMA synchronous = OFF")
        self.crm.execute("PRAGMA journal_mode = WAL")
        self.index = open_index(self.path, self.source, ORG)

    def put(self, customer_id: str, values: Mapping[str, Any], tags: Sequence[str] = (), org: str = ORG) -> None:
        """Write a customer whole, tags included, in place of whoever has the id."""
        row = {"id": customer_id, "org_id": org, "first_name": "", "created_at": 1, "updated_at": 1, **values}
        self.remove(customer_id)
        self.crm.execute(
            f"INSERT INTO customers ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )
        self.crm.executemany(
            "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES (?, ?, ?, 1)",
            [(f"ct_{customer_id}_{tag}", customer_id, tag) for tag in tags],
        )

    def remove(self, customer_id: str) -> None:
        """Delete a customer; the tags go along."""
        self.crm.execute("DELETE FROM customers WHERE id = ?", (customer_id,))

    def set(self, customer_id: str, **values: Any) -> None:
        """Change columns of one customer."""
        names = ", ".join(f"{name} = ?" for name in values)
        self.crm.execute(f"UPDATE customers SET {names} WHERE id = ?", (*values.values(), customer_id))

    def refresh(self, *, thorough: bool = False) -> Outcome:
        """Bring the index up to date."""
        return bring_up_to_date(self.index, ORG, thorough=thorough)

    def found(self, query: CustomerQuery) -> list[str]:
        """Ids that the index finds, in its order."""
        numbers = docs(self.index, query)
        known = ids_of(self.index, numbers)
        return [known[number] for number in numbers]

    def expected(self, query: CustomerQuery) -> list[str]:
        """Ids that plain Python finds in the CRM's rows, in the order asked for."""
        customers = [
            Customer.from_row(row) for row in self.crm.execute("SELECT * FROM customers WHERE org_id = ?", (ORG,))
        ]
        tags = {(row[0], row[1]) for row in self.crm.execute("SELECT customer_id, tag_id FROM customer_tags")}
        chosen = [customer for customer in customers if _wanted(customer, query, tags)]
        chosen.sort(key=_by_name, reverse=query.descending)
        if query.sort != "name":
            valued = [customer for customer in chosen if _sort_value(customer, query.sort) is not None]
            valued.sort(key=lambda customer: _sort_value(customer, query.sort), reverse=query.descending)
            chosen = valued + [customer for customer in chosen if _sort_value(customer, query.sort) is None]
        return [customer.id for customer in chosen]

    def close(self) -> None:
        """Close both files."""
        self.index.close()
        self.crm.close()


@contextmanager
def search_shop() -> Iterator[SearchShop]:
    """A shop in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kkdesk-search-") as folder:
        shop = SearchShop(Path(folder))
        try:
            yield shop
        finally:
            shop.close()


def index_rows(index: sqlite3.Connection) -> int:
    """Customers in the index."""
    return int(index.execute("SELECT count(*) FROM doc").fetchone()[0])


def _by_name(customer: Customer) -> tuple[str, str]:
    name = customer.listing_name
    return name_sort_key("" if name == "—" else name), customer.id


def _wanted(customer: Customer, query: CustomerQuery, tags: set[tuple[str, str]]) -> bool:
    words = words_of(
        [
            getattr(customer, name)
            for name in ("first_name", "last_name", "company", "email", "email_secondary", "city")
        ],
        [customer.phone, customer.phone_secondary, customer.mobile],
        [customer.postal_code, customer.afm],
    )
    units = units_of(query.text)
    category = customer_category.normalize(customer.category) or customer.category.strip() or customer_category.DEFAULT
    flags = (
        (query.vip, customer.is_vip),
        (query.has_email, bool(customer.email.strip())),
        (query.subscribed, not customer.unsubscribed),
        (query.active, customer.is_active),
    )
    return (
        (is_blank(query.text) or (bool(units) and matches(units, words)))
        and query.category in {"", category}
        and (not query.city or fold(query.city) == fold(customer.city))
        and (not query.tag_id or (customer.id, query.tag_id) in tags)
        and all(wanted is None or wanted == has for wanted, has in flags)
    )


def _sort_value(customer: Customer, sort: str) -> Any:
    value = getattr(customer, sort)
    if sort == "city":
        return name_sort_key(value) or None
    if sort == "category":
        return list(customer_category.CATEGORIES).index(customer_category.normalize(value) or customer_category.DEFAULT)
    if sort in {"phone", "mobile"}:
        return phone_digits(value) or None
    return value.strip().lower() or None if isinstance(value, str) else value
