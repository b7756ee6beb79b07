"""Who is let in, as what, and what their first time writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.identity import Identity
from kkdesk.services.token_broker.admission import Admission, listed_addresses
from kkdesk.services.token_broker.refusals import NotLetIn, OtherAccount
from kkdesk.workspace import Workspace

NOW = 1_800_000_000
ORG = "org_kktires"
MARIA = Identity("1001", "Maria@KKtires.example", "Μαρία", "https://p.example/1", "")
NIKOS = Identity("2002", "nikos@kktires.example", "Νίκος", "", "")


class Door:
    """The admission of a workspace of its own."""

    def __init__(self, workspace: Workspace, *listed: str) -> None:
        self.db = workspace.db
        self.admission = Admission(workspace.db, ORG, listed_addresses(",".join(listed)), lambda: NOW)

    async def write(self, sql: str, *args: str | int) -> None:
        await self.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.db.query(sql)]

    async def refused(self, identity: Identity) -> str:
        with pytest.raises(NotLetIn) as refusal:
            await self.admission.admit(identity)
        return refusal.value.reason


def run(folder: Path, body: Callable[[Door], Awaitable[None]], *listed: str) -> None:
    async def go() -> None:
        workspace = await Workspace.open(folder, {}, lambda: NOW)
        try:
            await body(Door(workspace, *listed))
        finally:
            await workspace.close()

    asyncio.run(go())


def test_the_first_time_makes_user_account_and_membership(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        member = await door.admission.admit(MARIA)
        assert (member.email, member.name, member.org_id, member.org_name) == (
            "maria@kktires.example",
            "Μαρία",
            ORG,
            "KK Tires",
        )
        users = await door.rows(
            "SELECT id, name, emailVerified, image, created_at FROM users WHERE email LIKE 'maria%'"
        )
        assert users == [(member.user_id, "Μαρία", NOW * 1000, "https://p.example/1", NOW)]
        assert await door.rows(
            "SELECT userId, type, provider, providerAccountId, refresh_token, access_token, id_token FROM accounts"
        ) == [(member.user_id, "oidc", "google", "1001", None, None, None)]
        members = await door.rows(
            f"SELECT id, role, joined_at FROM organization_members WHERE user_id = '{member.user_id}'"
        )
        assert [(role, joined) for _, role, joined in members] == [("owner", NOW)]
        assert str(members[0][0]).startswith("mbr_")
        assert await door.rows("SELECT event, detail, user_id FROM kk_access_log") == [
            ("joined", "owner", member.user_id)
        ]
        assert await door.admission.admit(MARIA) == member

    run(tmp_path, body, "maria@kktires.example")


def test_only_the_first_is_the_owner(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        assert (await door.admission.admit(MARIA)).role == "owner"
        assert (await door.admission.admit(NIKOS)).role == "member"

    run(tmp_path, body, "maria@kktires.example", "nikos@kktires.example")


def test_somebody_whom_nobody_has_let_in(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        before = await door.rows("SELECT count(*) FROM users")
        assert await door.refused(NIKOS) == "not_listed"
        assert await door.rows("SELECT count(*) FROM users") == before

    run(tmp_path, body, "maria@kktires.example")


def test_membership_alone_lets_nobody_in(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        await door.admission.admit(MARIA)
        closed = Admission(door.db, ORG, (), lambda: NOW)
        with pytest.raises(NotLetIn):
            await closed.admit(MARIA)

    run(tmp_path, body, "maria@kktires.example")


def test_an_invitation_is_used_once_and_keeps_the_door_open(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        await door.admission.admit(MARIA)
        invite = (
            "INSERT INTO organization_invitations (id, email, org_id, role, token, expires_at, created_at) "
            "VALUES (?, ?, 'org_kktires', ?, ?, ?, 1)"
        )
        await door.write(invite, "i1", " Nikos@KKtires.example", "admin", "t1", NOW + 1)
        assert (await door.admission.admit(NIKOS)).role == "admin"
        assert await door.rows("SELECT count(*) FROM organization_invitations") == [(0,)]
        assert await door.rows("SELECT id, state FROM kk_access") == [(f"{ORG}:nikos@kktires.example", "granted")]
        assert (await door.admission.admit(NIKOS)).role == "admin"
        await door.write(invite, "i2", "late@kktires.example", "member", "t2", NOW)
        assert await door.refused(Identity("3003", "late@kktires.example", "", "", "")) == "not_listed"

    run(tmp_path, body, "maria@kktires.example")


def test_who_was_revoked_stays_out_whatever_the_list_says(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        await door.admission.admit(MARIA)
        await door.write(
            "INSERT INTO kk_access (id, org_id, email, state, changed_at) VALUES (?, ?, ?, 'revoked', 1)",
            f"{ORG}:maria@kktires.example",
            ORG,
            "maria@kktires.example",
        )
        assert await door.refused(MARIA) == "revoked"

    run(tmp_path, body, "maria@kktires.example")


def test_an_address_that_another_account_holds(tmp_path: Path) -> None:
    """Addresses change hands: whoever has Maria's address today is not who linked it."""

    async def body(door: Door) -> None:
        await door.admission.admit(MARIA)
        with pytest.raises(OtherAccount):
            await door.admission.admit(Identity("9999", MARIA.email, "", "", ""))

    run(tmp_path, body, "maria@kktires.example")


def test_an_account_whose_address_has_changed_is_the_same_person(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        before = await door.admission.admit(MARIA)
        after = await door.admission.admit(Identity("1001", "maria.new@kktires.example", "Μαρία", "", ""))
        assert after.user_id == before.user_id

    run(tmp_path, body, "maria@kktires.example", "maria.new@kktires.example")


def test_a_user_of_the_web_app_is_taken_up(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        await door.write("INSERT INTO users (id, email) VALUES ('u-web', 'MARIA@kktires.example')")
        await door.write(
            "INSERT INTO organization_members (id, user_id, org_id, role, joined_at) VALUES ('m', 'u-web', ?, 'boss', 1)",
            ORG,
        )
        member = await door.admission.admit(MARIA)
        # A role that nobody here knows may read.
        assert (member.user_id, member.role) == ("u-web", "viewer")

    run(tmp_path, body, "maria@kktires.example")


def test_two_computers_at_the_same_moment(tmp_path: Path) -> None:
    async def body(door: Door) -> None:
        members = await asyncio.gather(*(door.admission.admit(person) for person in (MARIA, MARIA, NIKOS, NIKOS) * 3))
        assert len({member.user_id for member in members}) == 2
        assert await door.rows("SELECT count(*) FROM accounts") == [(2,)]
        assert sorted(await door.rows("SELECT role FROM organization_members")) == [
            ("member",),
            ("owner",),
            ("owner",),
        ]

    run(tmp_path, body, "maria@kktires.example", "nikos@kktires.example")


@given(
    st.lists(st.from_regex(r"[a-z]{1,6}@[a-z]{1,6}\.gr", fullmatch=True), max_size=6),
    st.sampled_from([",", ";", " ", "\n", ", ", " ; "]),
)
def test_the_list_may_be_written_as_one_likes(addresses: list[str], between: str) -> None:
    assert listed_addresses(between.join(address.upper() for address in addresses)) == frozenset(addresses)
    assert listed_addresses(between) == frozenset()
