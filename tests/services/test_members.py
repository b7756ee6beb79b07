"""The people of the company: invited, given roles, and let in no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.actor import Role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotPermitted
from kkdesk.model.identity import Identity
from kkdesk.services.members import INVITED_FOR, MemberEntry, Members
from kkdesk.services.token_broker.admission import Admission, listed_addresses
from kkdesk.services.token_broker.refusals import NotLetIn
from kkdesk.workspace import Workspace

ORG = "org_kktires"
LIST = "owner@kk.example, maria@kk.example"


class Company:
    """A database whose owner has signed in, and a clock that the test moves."""

    def __init__(self, workspace: Workspace) -> None:
        self.now = 1_800_000_000
        self.db = workspace.db
        self.actor = workspace.actor
        self.door = Admission(self.db, ORG, listed_addresses(LIST), lambda: self.now)

    async def sign_in(self, name: str) -> None:
        await self.door.admit(Identity(f"sub-{name}", f"{name}@kk.example", name.title(), "", ""))

    async def members_as(self, name: str, role: Role = "owner") -> Members:
        found = {member.email: member for member in await Members(self.db, self.actor, lambda: self.now).all()}
        actor = replace(self.actor, user_id=found[f"{name}@kk.example"].user_id, role=role)
        return Members(self.db, actor, lambda: self.now)

    async def member(self, name: str) -> MemberEntry:
        members = await Members(self.db, self.actor, lambda: self.now).all()
        return next(member for member in members if member.email == f"{name}@kk.example")

    async def write(self, sql: str, *args: str | int) -> None:
        await self.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))

    async def one(self, sql: str) -> object:
        return (await self.db.query(sql))[0][0]


def run(folder: Path, body: Callable[[Company], Awaitable[None]]) -> None:
    async def go() -> None:
        workspace = await Workspace.open(folder, {})
        try:
            company = Company(workspace)
            await company.sign_in("owner")
            await body(company)
        finally:
            await workspace.close()

    asyncio.run(go())


def test_the_local_user_is_no_member(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        members = await (await company.members_as("owner")).all()
        assert [(member.email, member.role) for member in members] == [("owner@kk.example", "owner")]

    run(tmp_path, body)


def test_who_is_invited_comes_in_with_that_role(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        members = await company.members_as("owner")
        with pytest.raises(NotLetIn):
            await company.sign_in("nikos")
        invitation = await members.invite(" Nikos@KK.example", "viewer")
        assert (invitation.email, invitation.expires_at) == ("nikos@kk.example", company.now + INVITED_FOR)
        assert [found.role for found in await members.invitations()] == ["viewer"]
        await members.invite("nikos@kk.example", "admin")
        assert [found.role for found in await members.invitations()] == ["admin"]
        await company.sign_in("nikos")
        assert (await company.member("nikos")).role == "admin"
        assert await members.invitations() == []
        with pytest.raises(NotAllowed):
            await members.invite("nikos@kk.example", "member")

    run(tmp_path, body)


def test_an_invitation_taken_back_or_too_old_lets_nobody_in(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        members = await company.members_as("owner")
        await members.withdraw(await members.invite("nikos@kk.example", "member"))
        with pytest.raises(NotLetIn):
            await company.sign_in("nikos")
        await members.invite("nikos@kk.example", "member")
        company.now += INVITED_FOR
        assert await members.invitations() == []
        with pytest.raises(NotLetIn):
            await company.sign_in("nikos")

    run(tmp_path, body)


@pytest.mark.parametrize("address", ["", "x", "a@b", "a@example.gr, b@example.gr"])
def test_what_is_no_address_is_not_invited(tmp_path: Path, address: str) -> None:
    async def body(company: Company) -> None:
        with pytest.raises(InvalidInput):
            await (await company.members_as("owner")).invite(address, "member")

    run(tmp_path, body)


def test_who_is_revoked_is_out_until_invited_again(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        maria, members = await company.member("maria"), await company.members_as("owner")
        await company.write("INSERT INTO sessions (sessionToken, userId, expires) VALUES ('s', ?, 1)", maria.user_id)
        await members.revoke(maria)
        assert await company.one("SELECT count(*) FROM sessions") == 0
        assert await company.one(f"SELECT count(*) FROM accounts WHERE userId = '{maria.user_id}'") == 0
        assert await company.one("SELECT event FROM kk_access_log ORDER BY rowid DESC LIMIT 1") == "revoked"
        # AUTH_ALLOWED_EMAILS still names her.
        with pytest.raises(NotLetIn) as refused:
            await company.sign_in("maria")
        assert refused.value.reason == "revoked"
        await members.invite("maria@kk.example", "member")
        await company.sign_in("maria")
        assert (await company.member("maria")).user_id == maria.user_id

    run(tmp_path, body)


def test_there_is_always_an_owner(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        await company.write("UPDATE organization_members SET role = 'admin' WHERE role = 'member'")
        members = await company.members_as("owner")
        with pytest.raises(NotAllowed):
            await members.change_role(await company.member("owner"), "member")
        with pytest.raises(NotAllowed):
            await members.revoke(await company.member("owner"))
        with pytest.raises(NotAllowed):
            await (await company.members_as("maria")).revoke(await company.member("owner"))
        assert (await company.member("owner")).role == "owner"
        await members.change_role(await company.member("maria"), "owner")
        await members.change_role(await company.member("owner"), "member")
        assert (await company.member("owner")).role == "member"

    run(tmp_path, body)


def test_two_owners_who_remove_each_other_leave_one(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        owner = await company.members_as("owner")
        await owner.change_role(await company.member("maria"), "owner")
        seen = await company.member("owner"), await company.member("maria")
        maria = await company.members_as("maria")
        done = await asyncio.gather(maria.revoke(seen[0]), owner.revoke(seen[1]), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in done) == ["NoneType", "NotAllowed"]
        assert len(await owner.all()) == 1

    run(tmp_path, body)


def test_a_role_that_somebody_else_changed(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        members, seen = await company.members_as("owner"), await company.member("maria")
        await members.change_role(seen, "admin")
        with pytest.raises(Conflict):
            await members.change_role(seen, "viewer")
        await members.revoke(await company.member("maria"))
        with pytest.raises(NotFound):
            await members.change_role(seen, "viewer")

    run(tmp_path, body)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_only_owners_do_any_of_it(tmp_path: Path, role: Role) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        invitation = await (await company.members_as("owner")).invite("x@kk.example", "member")
        members, owner = await company.members_as("maria", role), await company.member("owner")
        for attempt in (
            members.invite("evil@kk.example", "owner"),
            members.withdraw(invitation),
            members.change_role(await company.member("maria"), "owner"),
            members.revoke(owner),
        ):
            with pytest.raises(NotPermitted):
                await attempt
        assert len(await members.invitations()) == 1 and len(await members.all()) == 2

    run(tmp_path, body)


def test_it_tells_until_when_somebody_who_is_out_can_still_read(tmp_path: Path) -> None:
    async def body(company: Company) -> None:
        await company.sign_in("maria")
        assert (await company.member("maria")).token_ends is None
        from kkdesk.services.token_broker.access_log import AccessLog

        member = await company.door.admit(Identity("sub-maria", "maria@kk.example", "Maria", "", ""))
        await AccessLog(company.db, ORG, lambda: company.now).token(member, "full-access", "", company.now + 3600)
        entry = await company.member("maria")
        assert (entry.last_seen, entry.token_ends) == (company.now, company.now + 3600)

    run(tmp_path, body)
