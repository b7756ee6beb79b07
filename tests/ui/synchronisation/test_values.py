"""Columns and values of a conflict as people read them."""

from __future__ import annotations

import json

import pytest

from kkdesk.model.change import LAST_EDIT, WHOLE_ROW, FailedGuard, Guard
from kkdesk.model.row import SqlValue
from kkdesk.ui.synchronisation.values import Reader

ENGLISH, GREEK = Reader("en"), Reader("el")


@pytest.mark.parametrize(
    ("table", "column", "value", "text"),
    [
        ("customers", "category", "wholesale", "Wholesale"),
        ("customers", "is_vip", 1, "Yes"),
        ("customers", "is_vip", 0, "No"),
        ("customers", "credit_limit", 2500.0, "2,500.00 €"),
        ("customers", "revenue", 0.0, "—"),
        ("customers", "mobile", "6971234567", "697 123 4567"),
        ("customers", "birthday", "1980-03-05", "5 Mar 1980"),
        ("customers", "next_follow_up_date", 1_764_000_000, "24 Nov 2025"),
        ("customers", "city", None, "—"),
        ("customers", "city", "", "—"),
        ("email_campaigns", "status", "sending", "Sending"),
        ("email_campaigns", "scheduled_at", 1_764_000_000, "24 Nov 2025, 18:00"),
        ("email_campaigns", "content", "<style>p{}</style><p>Hello,</p>\n<p>winter tyres</p>", "Hello, winter tyres"),
        ("email_campaigns", "recipient_filters", '{"tags": ["a"], "cities": []}', "2 rules"),
        ("email_signatures", "is_default", 1, "Yes"),
        ("tags", "name", "[not json", "[not json"),
        ("tags", "name", "x" * 400, "x" * 280 + "…"),
        ("segments", "customer_count", 1234, "1,234"),
    ],
)
def test_a_value(table: str, column: str, value: SqlValue, text: str) -> None:
    assert ENGLISH.value(table, column, value) == text


def test_columns_have_the_names_of_the_form() -> None:
    assert GREEK.column("customers", "street") == "Οδός και αριθμός"
    assert GREEK.column("customer_notes", "content") == "Σημείωση"
    assert GREEK.column("email_campaigns", "subject") == "Θέμα"
    assert ENGLISH.column("email_campaigns", "utm_source") == "Utm source"


def test_a_deletion_and_what_others_edited() -> None:
    seen = {"company": "Garage", "phone": "2310555123", "revenue": "10000000000000e-10", "updated_at": 1}
    now = {**seen, "phone": "2310555999", "revenue": "25000000000000e-10", "updated_at": 2}
    failed = FailedGuard(Guard("customers", "c", WHOLE_ROW, json.dumps(seen)), json.dumps(now))
    assert ENGLISH.title(failed.guard) == "Customer"
    assert ENGLISH.mine(failed.guard) == "Deletion"
    assert ENGLISH.theirs(failed).split("\n") == [
        "Phone: 2310 555 123 → 2310 555 999",
        "Revenue: 1,000.00 € → 2,500.00 €",
    ]


def test_of_changes_to_many_the_time_of_the_last_edit_is_guarded() -> None:
    deletion = FailedGuard(Guard("customers", "c", WHOLE_ROW, '{"updated_at": 1}'), '{"updated_at": 2}')
    imported = FailedGuard(Guard("customers", "c", LAST_EDIT, 1), 2)
    for failed, mine in ((deletion, "Deletion"), (imported, "Your changes")):
        assert (ENGLISH.title(failed.guard), ENGLISH.mine(failed.guard), ENGLISH.theirs(failed)) == (
            "Customer",
            mine,
            "Edited in the meantime",
        )


def test_a_record_that_is_gone() -> None:
    failed = FailedGuard(Guard("customers", "c", "city", "Λάρισα", "Βόλος"), None, missing=True)
    assert GREEK.mine(failed.guard) == "Βόλος"
    assert GREEK.theirs(failed) == "Ο πελάτης διαγράφηκε από άλλον"
