"""Leaving by a mail's link, saying why, and coming back, on a file and on the company's server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import NotFound
from kkdesk.model.opt_out_reason import MAX_REASON, told_reason
from kkdesk.model.suppression import Reason
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visits import MailRef
from kkdesk.services.unsubscribing import UNDO_SECONDS, Unsubscribing
from kkdesk.workspace import Workspace

NOW = 1_790_000_000
START = """
UPDATE organizations SET name = ' Ελαστικά ΚΚ '
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) SELECT 'cust_1', id, 'Α', 'Info@Ελαστικά.example', 0, 0 FROM organizations
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) SELECT 'cust_2', id, 'Β', 'Β <info@xn--hxajlrfd1di.example>', 0, 0 FROM organizations
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) SELECT 'cust_3', id, 'Γ', 'other@x.example', 0, 0 FROM organizations
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) SELECT 'camp_1', id, 'Χειμερινά', '', '', 'sent', 0, 0 FROM organizations
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) SELECT 'camp_2', id, 'Θερινά', '', '', 'sent', 0, 0 FROM organizations
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) VALUES ('rcpt_1', 'camp_1', 'cust_1', 'Info@Ελαστικά.example', 'sent'), ('rcpt_2', 'camp_2', 'cust_1', 'Info@Ελαστικά.example', 'sent'), ('rcpt_3', 'camp_1', 'cust_3', 'other@x.example', 'sent')
"""
ADDRESS = "info@xn--hxajlrfd1di.example"
MAIL, LATER_MAIL, OTHER = MailRef("camp_1", "rcpt_1"), MailRef("camp_2", "rcpt_2"), MailRef("camp_1", "rcpt_3")
VISITOR = Visitor("5.6.7.0", "Firefox")
#: Every table that leaving writes to, but the ledger and what staff read of links.
TABLES = ("unsubscribes", "email_suppressions", "email_tracking")


@dataclass
class Place:
    """A workspace with two campaigns of the same people, and a clock that tests may set."""

    workspace: Workspace
    now: int = NOW

    def __post_init__(self) -> None:
        self.links = Unsubscribing(self.workspace.db, lambda: self.now)

    async def write(self, *statements: str) -> None:
        """What somebody else writes."""
        await self.workspace.db.apply(Change(Bilingual("", ""), tuple(Statement(line) for line in statements)))

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        return [tuple(row[name] for name in row.keys()) for row in await self.workspace.db.query(sql)]  # noqa: SIM118

    async def out(self) -> set[str]:
        """Customers who are flagged."""
        return {row[0] for row in await self.rows("SELECT id FROM customers WHERE unsubscribed = 1")}

    async def mailed(self) -> set[str]:
        """Who would get the next campaign; of one address nobody or one."""
        preview = await self.workspace.audience.preview(RecipientFilters(everyone=True))
        return {recipient.customer_id for recipient in preview.recipients()}

    async def all_rows(self) -> dict[str, Any]:
        """All that leaving might touch."""
        found: dict[str, Any] = {table: await self.rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}
        found["customers"] = await self.rows("SELECT id, email, unsubscribed FROM customers ORDER BY id")
        found["counters"] = await self.rows("SELECT id, coalesce(unsubscribe_count, 0) FROM email_campaigns ORDER BY 1")
        return found

    async def left(self, mail: MailRef = MAIL, reason: str | None = None) -> str:
        """Leave by a mail's link; the opt-out."""
        await self.links.leave(mail, reason, VISITOR)
        return (await self.links.standing(mail)).optout_id


Body = Callable[[Place], Awaitable[None]]
InPlace = Callable[[Body], None]


@pytest.fixture(params=["local", "sqld"])
def in_place(request: pytest.FixtureRequest, tmp_path: Path) -> InPlace:
    env: dict[str, str] = {}
    if request.param == "sqld":
        sqld = request.getfixturevalue("sqld")
        env = {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    def run(body: Body) -> None:
        async def inside() -> None:
            workspace = await Workspace.open(tmp_path / "profile", env, lambda: NOW, at_server=True)
            try:
                place = Place(workspace)
                await place.write(*START.strip().splitlines())
                await body(place)
            finally:
                await workspace.close()

        asyncio.run(inside())

    return run


def test_the_address_is_out_everywhere_and_comes_back_as_it_was(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        before = await place.all_rows()
        assert await place.mailed() == {"cust_1", "cust_3"}
        left = await place.left(reason="Πολλά")
        assert await place.out() == {"cust_1", "cust_2"} and await place.mailed() == {"cust_3"}
        standing = await place.links.standing(MAIL)
        assert (standing.address, standing.company) == ("Info@Ελαστικά.example", "Ελαστικά ΚΚ")
        assert (standing.reason_given, standing.may_undo) == (True, True)
        # Another mail's link says nothing of it.
        assert (await place.links.standing(LATER_MAIL)).optout_id == ""
        assert not await place.links.undo(LATER_MAIL, left)
        for _ in range(2):
            assert await place.links.undo(MAIL, left)
            assert await place.all_rows() == before
        assert await place.mailed() == {"cust_1", "cust_3"}
        assert (await place.links.standing(MAIL)).optout_id == ""
        again = await place.left()
        assert again != left and await place.mailed() == {"cust_3"}
        # What was undone before does not take back what came after.
        assert await place.links.undo(MAIL, left) and (await place.links.standing(MAIL)).optout_id == again
        assert await place.mailed() == {"cust_3"}

    in_place(body)


def test_leaving_twice_at_once_is_leaving_once(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        await asyncio.gather(*(place.links.leave(MAIL, None, VISITOR) for _ in range(8)))
        state = await place.all_rows()
        assert [len(state[table]) for table in TABLES] == [1, 1, 1]
        assert state["counters"] == [("camp_1", 1), ("camp_2", 0)]
        ((optout,),) = await place.rows("SELECT id FROM kk_link_optouts")
        assert all(await asyncio.gather(*(place.links.undo(MAIL, optout) for _ in range(4))))
        assert (await place.all_rows())["counters"] == [("camp_1", 0), ("camp_2", 0)]

    in_place(body)


def test_a_reason_is_told_once_at_once_or_later(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        await place.links.reason(MAIL, "Πριν φύγει")
        assert await place.rows("SELECT 1 FROM kk_link_optouts") == []
        await place.left()
        await place.links.reason(OTHER, "Άλλου")
        assert not (await place.links.standing(MAIL)).reason_given
        for reason in ("Πολλά", "Αργότερα"):
            await place.links.reason(MAIL, reason)
        assert await place.rows("SELECT reason FROM unsubscribes") == [("Πολλά",)]
        assert await place.rows("SELECT suppression_reason FROM email_suppressions") == [("Πολλά",)]
        entry = await place.workspace.suppression_list.entry_of(ADDRESS)
        assert entry is not None
        assert (entry.reason, entry.source, entry.source_name, entry.text) == (
            *(Reason.UNSUBSCRIBE, "campaign", "Χειμερινά", "Πολλά"),
        )
        # By another mail it is out already: what is said there is kept beside.
        await place.left(LATER_MAIL)
        await place.links.reason(LATER_MAIL, "Και από εδώ")
        assert await place.rows("SELECT reason FROM unsubscribes") == [("Πολλά",)]
        assert await place.rows("SELECT reason FROM kk_link_optouts ORDER BY rowid") == [("Πολλά",), ("Και από εδώ",)]

    in_place(body)


async def _time_passes(place: Place) -> None:
    place.now += UNDO_SECONDS


async def _another_mail(place: Place) -> None:
    await place.left(LATER_MAIL)


async def _web_crm(place: Place) -> None:
    """Its GET by another mail's link: it finds the address out, and leaves but this."""
    await place.write(
        "INSERT INTO email_tracking (id, campaign_id, recipient_id, type, created_at) "
        f"VALUES ('track_w', 'camp_2', 'rcpt_2', 'unsubscribe', {NOW + 5})"
    )


async def _complaint(place: Place) -> None:
    await place.write("UPDATE email_suppressions SET complaint_count = 1")


async def _bounce(place: Place) -> None:
    await place.write("UPDATE email_suppressions SET bounce_count = coalesce(bounce_count, 0) + 1")


async def _staff_unsubscribes(place: Place) -> None:
    await place.workspace.customers.unsubscribe(["cust_2"])


async def _new_customer(place: Place) -> None:
    """Somebody enters one more customer with the address, who wants no mail."""
    await place.write(
        "INSERT INTO customers (id, org_id, first_name, email, unsubscribed, created_at, updated_at) "
        f"SELECT 'cust_4', id, 'Δ', '{ADDRESS}', 1, 0, 0 FROM organizations"
    )


async def _web_crm_opt_out(place: Place) -> None:
    await place.write(
        "INSERT INTO unsubscribes (id, org_id, email, created_at) "
        f"SELECT 'unsub_w', id, '{ADDRESS.upper()}', {NOW} FROM organizations"
    )


@pytest.mark.parametrize(
    "meanwhile",
    [_time_passes, _another_mail, _web_crm, _complaint, _bounce, _staff_unsubscribes, _new_customer, _web_crm_opt_out],
)
def test_what_has_happened_since_keeps_the_address_out(
    in_place: InPlace, meanwhile: Callable[[Place], Awaitable[None]]
) -> None:
    async def body(place: Place) -> None:
        left = await place.left()
        await meanwhile(place)
        before = await place.all_rows()
        assert not (await place.links.standing(MAIL)).may_undo
        assert not await place.links.undo(MAIL, left)
        assert await place.all_rows() == before
        assert await place.mailed() == {"cust_3"}

    in_place(body)


@pytest.mark.parametrize("meanwhile", [_another_mail, _web_crm, _complaint, _bounce, _staff_unsubscribes])
def test_it_keeps_the_address_out_also_when_it_comes_between_look_and_undo(
    in_place: InPlace, meanwhile: Callable[[Place], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(place: Place) -> None:
        left = await place.left()
        looked = place.links._may_undo

        async def look_and_then(optout: Any) -> bool:
            may = await looked(optout)
            monkeypatch.undo()
            await meanwhile(place)
            return may

        monkeypatch.setattr(place.links, "_may_undo", look_and_then)
        assert not await place.links.undo(MAIL, left)
        assert await place.mailed() == {"cust_3"} and await place.out() == {"cust_1", "cust_2"}

    in_place(body)


@pytest.mark.parametrize(
    "earlier",
    [
        "INSERT INTO unsubscribes (id, org_id, email, created_at) SELECT 'u', id, 'Info@Ελαστικά.example', 1 FROM organizations",
        f"INSERT INTO unsubscribes (id, org_id, email, created_at) SELECT 'u', id, ' {ADDRESS}', 1 FROM organizations",
        f"INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at) SELECT 's', id, '{ADDRESS}', 'manual', 1 FROM organizations",
        f"INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at) SELECT 's', id, '{ADDRESS}', 'hard_bounce', 1 FROM organizations",
        "UPDATE customers SET unsubscribed = 1 WHERE id = 'cust_2'",
    ],
    ids=["web CRM", "another spelling", "a person", "a bounce", "a customer's record"],
)
def test_who_was_out_before_stays_out(in_place: InPlace, earlier: str) -> None:
    async def body(place: Place) -> None:
        await place.write(earlier)
        left = await place.left()
        standing = await place.links.standing(MAIL)
        assert standing.optout_id and not standing.may_undo
        assert not await place.links.undo(MAIL, left)
        assert await place.mailed() == {"cust_3"}

    in_place(body)


def test_a_rest_that_is_over_keeps_nobody_from_coming_back(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        await place.write(
            "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at, expires_at) "
            f"SELECT 's', id, '{ADDRESS}', 'hard_bounce', 1, {NOW - 1} FROM organizations"
        )
        before = await place.all_rows()
        assert await place.links.undo(MAIL, await place.left())
        assert await place.all_rows() == before

    in_place(body)


def test_whom_staff_let_back_can_leave_again(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        left = await place.left()
        await place.workspace.suppression_edits.remove([ADDRESS], "Το ζήτησε", asked_again=True)
        assert (await place.links.standing(MAIL)).optout_id == ""
        # There is nothing left of it to undo, whatever has been decided since.
        await place.workspace.customers.unsubscribe(["cust_1"])
        assert not await place.links.undo(MAIL, left)
        await place.workspace.customers.resubscribe(["cust_1"])
        assert await place.mailed() == {"cust_1", "cust_3"}
        again = await place.left()
        assert again != left and await place.mailed() == {"cust_3"}

    in_place(body)


def test_staff_see_who_left_by_which_mail_and_came_back(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        left = await place.left(reason="Πολλά")
        place.now += 60
        await place.links.undo(MAIL, left)
        place.now += 60
        await place.left()
        history = await place.workspace.suppression_list.history(ADDRESS)
        assert [(note.action, note.text, note.who, note.at - NOW) for note in history] == [
            ("left", "", "Χειμερινά", 120),
            ("returned", "", "Χειμερινά", 60),
            ("left", "Πολλά", "Χειμερινά", 0),
        ]
        for customer in ("cust_1", "cust_3"):
            entries = (await place.workspace.timeline.page(customer)).entries
            seen = [(entry.kind, entry.title.en, entry.detail) for entry in entries if entry.kind != "mail"]
            assert seen == (
                [
                    ("unsubscribed", "Unsubscribed", "Χειμερινά"),
                    ("change", "Took the unsubscribing back", "Χειμερινά"),
                    ("unsubscribed", "Unsubscribed", "Χειμερινά · Πολλά"),
                ]
                if customer == "cust_1"
                else []
            )
        figures = (await place.workspace.campaign_statistics.summary("camp_1")).figures
        assert figures.unsubscribed == 1

    in_place(body)


def test_the_visitor_is_not_kept_where_nothing_is_tracked(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        await place.write("INSERT INTO kk_untracked_customers (id, since) VALUES ('cust_3', 0)")
        await place.left(OTHER)
        await place.left()
        assert await place.rows("SELECT recipient_id, ip_address, user_agent FROM email_tracking ORDER BY 1") == [
            ("rcpt_1", "5.6.7.0", "Firefox"),
            ("rcpt_3", None, None),
        ]

    in_place(body)


def test_of_a_deleted_customer_the_address_leaves_and_comes_back(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        await place.workspace.customers.delete(["cust_1"])
        left = await place.left()
        assert await place.out() == {"cust_2"} and await place.rows("SELECT 1 FROM email_tracking") == []
        assert await place.links.undo(MAIL, left) and await place.out() == set()
        # Who leaves by two of their mails stays out, also when the mails are gone.
        left, _ = await place.left(), await place.left(LATER_MAIL)
        assert not await place.links.undo(MAIL, left) and await place.out() == {"cust_2"}

    in_place(body)


def test_unknown_mails_are_told(in_place: InPlace) -> None:
    async def body(place: Place) -> None:
        for mail in (MailRef("camp_1", "rcpt_x"), MailRef("camp_2", "rcpt_1"), MailRef("", "")):
            with pytest.raises(NotFound):
                await place.links.leave(mail, None, VISITOR)
            with pytest.raises(NotFound):
                await place.links.standing(mail)
            assert not await place.links.undo(mail, "optout_x")
        assert await place.rows("SELECT 1 FROM kk_link_optouts") == []

    in_place(body)


@pytest.mark.parametrize(
    ("choice", "text", "told"),
    [
        ("", "", None),
        ("", " \n\x00\u202e ", None),
        ("nonsense", "", None),
        ("nonsense", "Λόγια", "Λόγια"),
        ("never_asked", "", "Δεν ζήτησα ποτέ να τα λαμβάνω"),
        ("other", "", "Άλλος λόγος"),
        ("other", "Έκλεισα\r\nτο μαγαζί", "Έκλεισα το μαγαζί"),
        ("not_relevant", "φορτηγά μόνο", "Το περιεχόμενο δεν με ενδιαφέρει: φορτηγά μόνο"),
        ("", "α" * 9000, "α" * MAX_REASON),
    ],
)
def test_what_staff_read_of_a_reason(choice: str, text: str, told: str | None) -> None:
    assert told_reason(choice, text) == told
