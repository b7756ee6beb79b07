"""Sorting customers into those who get a mail and those who do not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.audience import (
    ACTIVE,
    NOBODY,
    UNSUBSCRIBED,
    AudiencePreview,
    Candidates,
    Exclusion,
    Recipient,
    mailbox_of,
    sort_out,
)
from kkdesk.model.email_address import address_key, is_mailable

Customer = tuple[str, str, str | None, int, int]


def candidates(*customers: Customer) -> Candidates:
    """(id, name, e-mail, flags, created)."""
    columns = list(zip(*customers, strict=True)) or [()] * 5
    return Candidates(columns[0], columns[1], columns[2], columns[3], columns[4])


def reasons(preview: AudiencePreview) -> dict[str, Exclusion]:
    return {row.customer_id: row.reason for row in preview.excluded()}


def test_each_reason() -> None:
    preview = sort_out(
        candidates(
            ("ok", "Α", " Info@Shop.GR ", ACTIVE, 1),
            ("null", "Β", None, ACTIVE, 1),
            ("blank", "Γ", " \u00a0", ACTIVE, 1),
            ("bad", "Δ", "info@shop", ACTIVE, 1),
            ("two", "Ε", "a@b.gr, c@d.gr", ACTIVE, 1),
            ("flag", "Ζ", "z@shop.gr", ACTIVE + UNSUBSCRIBED, 1),
            ("list", "Η", "H@shop.gr", ACTIVE, 1),
            ("supp", "Θ", "th@shop.gr", ACTIVE, 1),
            ("idle", "Ι", "i@shop.gr", 0, 1),
            ("same", "Κ", "info@shop.gr", ACTIVE, 2),
        ),
        {"h@shop.gr": Exclusion.UNSUBSCRIBED, "th@shop.gr": Exclusion.SUPPRESSED},
    )
    assert list(preview.recipients()) == [Recipient("ok", "Α", "Info@Shop.GR", "info@shop.gr")]
    assert next(preview.recipients()).domain == "shop.gr"
    assert reasons(preview) == {
        "null": Exclusion.NO_ADDRESS,
        "blank": Exclusion.NO_ADDRESS,
        "bad": Exclusion.BAD_ADDRESS,
        "two": Exclusion.BAD_ADDRESS,
        "flag": Exclusion.UNSUBSCRIBED,
        "list": Exclusion.UNSUBSCRIBED,
        "supp": Exclusion.SUPPRESSED,
        "idle": Exclusion.INACTIVE,
        "same": Exclusion.DUPLICATE,
    }
    assert {row.customer_id: row.same_as for row in preview.excluded() if row.same_as} == {"same": "ok"}
    assert (preview.count, preview.selected) == (1, 10)
    assert list(preview.counts) == [reason for reason in Exclusion if preview.counts.get(reason)]


def test_of_several_customers_with_one_address_the_oldest_who_may_be_mailed_gets_it() -> None:
    preview = sort_out(
        candidates(
            ("c", "", "x@shop.gr", ACTIVE, 3),
            ("b", "", "X@SHOP.gr", ACTIVE, 2),
            ("a", "", "x@shop.gr", 0, 1),
            ("d", "", "x@shop.gr ", ACTIVE, 2),
        ),
        {},
    )
    assert [row.customer_id for row in preview.recipients()] == ["b"]
    assert reasons(preview) == {"a": Exclusion.INACTIVE, "c": Exclusion.DUPLICATE, "d": Exclusion.DUPLICATE}
    assert {row.same_as for row in preview.excluded() if row.reason is Exclusion.DUPLICATE} == {"b"}


EMAILS = st.sampled_from(
    ["a@b.gr", "A@B.gr", " a@b.gr", "b@b.gr", "γ@μπ.gr", "Γ@ΜΠ.gr", "Κ <a@b.gr>", "", "x", None, "o@b.gr", "s@b.gr"]
)
CUSTOMERS = st.lists(st.tuples(EMAILS, st.integers(0, 3), st.integers(0, 3)), max_size=12)
OPTED_OUT = {"o@b.gr": Exclusion.UNSUBSCRIBED, "s@b.gr": Exclusion.SUPPRESSED}


@given(found=CUSTOMERS, shuffling=st.randoms(use_true_random=False))
def test_everybody_is_on_one_side_and_no_address_is_mailed_twice(
    found: list[tuple[str | None, int, int]], shuffling: random.Random
) -> None:
    customers: list[Customer] = [(f"c{n}", f"Ν{n}", email, flags, t) for n, (email, flags, t) in enumerate(found)]
    preview = sort_out(candidates(*customers), OPTED_OUT)
    mailed = list(preview.recipients())
    assert sorted([row.customer_id for row in mailed] + list(reasons(preview))) == sorted(c[0] for c in customers)
    assert len({address_key(row.email) for row in mailed}) == len(mailed)
    flags = {c[0]: c[3] for c in customers}
    assert all(flags[row.customer_id] == ACTIVE and row.key not in OPTED_OUT for row in mailed)
    assert all(is_mailable(row.email) and row.key == address_key(row.email) for row in mailed)
    shuffled = list(customers)
    shuffling.shuffle(shuffled)
    again = sort_out(candidates(*shuffled), OPTED_OUT)
    assert sorted(again.recipients()) == sorted(mailed)
    assert reasons(again) == reasons(preview)


ADDRESS_LETTERS = st.sampled_from("aZ0._+-@γΣς \u200b'x[]<>,")


@given(st.text(ADDRESS_LETTERS, max_size=14) | st.emails())
def test_the_quick_way_to_a_mailbox_gives_what_the_slow_one_does(text: str) -> None:
    email = text.strip(" \u200b")
    mailbox = mailbox_of(email)
    if mailbox:
        assert is_mailable(email)
        assert mailbox == address_key(email)


@pytest.mark.parametrize(
    "email", ["info@kktires.gr", "a.b+c_d@sub-domain.example", "O'Neil@shop.gr", "info@παράδειγμα.ελ"]
)
def test_good_addresses_have_a_mailbox(email: str) -> None:
    assert mailbox_of(email) == address_key(email)


@pytest.mark.parametrize(
    "email", ["a@b", "@b.gr", "a@.gr", "a@b..gr", "a..b@c.gr", "a@[127.0.0.1]", "a b@c.gr", "a@" + "b" * 260 + ".gr"]
)
def test_bad_addresses_have_none(email: str) -> None:
    assert mailbox_of(email) == ""


def test_pages_are_alphabetical_and_searched_whatever_the_accents() -> None:
    preview = sort_out(
        candidates(
            ("1", "Ωμέγα", "o@shop.gr", ACTIVE, 1),
            ("2", "Άλφα", "a@shop.gr", ACTIVE, 1),
            ("3", "Beta", "b@shop.gr", ACTIVE, 1),
            ("4", "αλφάβητο", "ab@shop.gr", ACTIVE, 1),
            ("5", "Αλφα", None, ACTIVE, 1),
        ),
        {},
    )
    assert [row.customer_id for row in preview.page(None, 0, 10).rows] == ["2", "4", "1", "3"]
    second = preview.page(None, 1, 2)
    assert ([row.customer_id for row in second.rows], second.total) == (["4", "1"], 4)
    found = preview.page(None, 0, 10, search="ΑΛΦΑ")
    assert ([row.customer_id for row in found.rows], found.total) == (["2", "4"], 2)
    assert [row.customer_id for row in preview.page(None, 0, 10, search="B@").rows] == ["4", "3"]
    assert [row.customer_id for row in preview.page(Exclusion.NO_ADDRESS, 0, 10).rows] == ["5"]
    assert preview.page(Exclusion.INACTIVE, 0, 10).total == 0


def test_sorting_in_parts_gives_one_order() -> None:
    preview = sort_out(
        candidates(*((f"{n}", f"Ν{(n * 7919) % 25_000:05}", f"{n}@b.gr", ACTIVE, n) for n in range(25_000))), {}
    )
    names = [row.name for row in preview.page(None, 0, 25_000).rows]
    assert names == sorted(names)


def test_nobody_is_nobody() -> None:
    assert (NOBODY.count, NOBODY.selected, NOBODY.counts) == (0, 0, {})
    assert all(reason.label.el and reason.label.en for reason in Exclusion)
