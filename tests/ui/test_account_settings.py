"""The sections on the account and the team, and what roles are offered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton

from kkdesk.model.actor import Role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import AccessRevoked, KKDeskError, NotPermitted
from kkdesk.services.broker_client import DesktopClient
from kkdesk.services.sign_in.account_file import write_account
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.dialogs import Question
from kkdesk.ui.settings.account import SignOutQuestion
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.settings.team import TeamSettings
from kkdesk.ui.shell import Shell
from kkdesk.ui.signing_in.dialog import SignInDialog
from kkdesk.workspace import Workspace
from tests.servers.signing_stand_in import MARIA, SigningStandIn
from tests.ui.conftest import Run

CLIENT = DesktopClient("https://accounts.google.com", "client", "secret", "", "KK Tires")


async def until(condition: object) -> None:
    async with asyncio.timeout(20):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0)


D = TypeVar("D", bound=QDialog)


async def opened(kind: type[D]) -> D:
    """The dialog of this kind, once it is there."""
    found: list[D] = []

    def look() -> bool:
        found.extend(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
        return bool(found)

    await until(look)
    return found[0]


@pytest.fixture
def page(run: Run, shell: Shell) -> Iterator[SettingsPage]:
    async def make() -> SettingsPage:
        made = SettingsPage(shell)
        made.show()
        await made.activate()
        return made

    made = run(make())
    yield made
    run(made.close_down())


@pytest.fixture
def signing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> SigningStandIn:
    made = SigningStandIn()
    monkeypatch.setattr(shell.workspace.sign_in, "sign_in", made.sign_in)
    return made


def joined(shell: Shell, monkeypatch: pytest.MonkeyPatch, outcome: KKDeskError | None = None) -> list[int]:
    """The company is found, and lets in or not; what is emitted to open the window anew."""
    access, reopened = shell.workspace.company_access, list[int]()

    async def look(_address: str) -> DesktopClient:
        return CLIENT

    async def join() -> str:
        if outcome is not None:
            raise outcome
        return "libsql://x"

    monkeypatch.setattr(access, "look", look)
    monkeypatch.setattr(access, "join", join)
    shell.reopen_wanted.connect(lambda: reopened.append(1))
    return reopened


def test_joining_the_company_by_its_address(
    run: Run, shell: Shell, page: SettingsPage, signing: SigningStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopened = joined(shell, monkeypatch)

    async def go() -> None:
        page.account.section.address.setText("https://crm.example.gr")
        page.account.section.join_button.click()
        question = await opened(Question)
        question.confirm_button.click()
        dialog = await opened(SignInDialog)
        signing.answer()
        dialog.panel.start()
        await until(lambda: reopened)
        assert page.settings.text("AUTH_BROKER_URL") == "https://crm.example.gr"

    run(go())


@pytest.mark.parametrize("how", ["cancelled", "revoked"])
def test_who_does_not_come_in_works_as_before(
    run: Run, shell: Shell, page: SettingsPage, signing: SigningStandIn, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    no = AccessRevoked(Bilingual("Όχι", "No"))
    reopened = joined(shell, monkeypatch, no)
    shown: list[BaseException] = []
    monkeypatch.setattr(page.tasks, "_report", shown.append)

    async def go() -> None:
        page.account.section.address.setText("crm.example.gr")
        page.account.section.join_button.click()
        (await opened(Question)).confirm_button.click()
        dialog = await opened(SignInDialog)
        if how == "cancelled":
            dialog.reject()
        else:
            signing.answer()
            dialog.panel.start()
        await page.tasks.settled()
        assert page.settings.text("AUTH_BROKER_URL") == "" and not reopened
        assert shown == ([no] if how == "revoked" else [])

    run(go())


def test_an_address_that_is_none_is_said_at_its_field(run: Run, page: SettingsPage) -> None:
    async def go() -> None:
        page.account.section.address.setText("http://not encrypted")
        page.account.section.join_button.click()
        await page.tasks.settled()
        assert "no address" in page.account.section.address_row._note.text()

    run(go())


def test_signing_out_asks_about_the_copy(run: Run, shell: Shell, page: SettingsPage) -> None:
    async def go() -> None:
        for waiting in (0, 3):
            question = SignOutQuestion(page, waiting)
            # What has not been sent is not thrown away unasked.
            assert question.with_data.isChecked() == (waiting == 0)
            question.deleteLater()

    run(go())


def company_of(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(TeamSettings, "has_team", property(lambda _self: True))
    workspace = shell.workspace
    workspace.actor = replace(workspace.actor, user_id="me", role=role)

    async def fill() -> None:
        statements = []
        for user, of in (("me", "owner"), ("nikos", "member")):
            statements += [
                Statement("INSERT INTO users (id, name, email) VALUES (?1, ?1, ?1 || '@kk.example')", (user,)),
                Statement(
                    "INSERT INTO organization_members (id, user_id, org_id, role, joined_at) VALUES (?, ?, ?, ?, 1)",
                    (user, user, workspace.actor.org_id, of),
                ),
            ]
        await workspace.db.apply(Change(Bilingual("", ""), tuple(statements)))

    run(fill())


def test_an_owner_invites_changes_roles_and_removes(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    company_of(run, shell, monkeypatch, "owner")

    async def go() -> None:
        page = SettingsPage(shell)
        page.show()
        await page.activate()
        section, members = page.team.section, shell.workspace.members
        section.email.setText("nobody")
        section.invite_button.click()
        await page.tasks.settled()
        assert section.invite_row._note.text().startswith("The e-mail address is not right")
        section.email.setText("eleni@kk.example")
        section.role.setCurrentIndex(section.role.findData("viewer"))
        section.invite_button.click()
        await page.tasks.settled()
        assert [found.role for found in await members.invitations()] == ["viewer"] and not section.email.text()
        roles = next(
            box for box in section.findChildren(QComboBox) if box.accessibleName() == "Role of nikos@kk.example"
        )
        roles.setCurrentIndex(roles.findData("admin"))
        roles.activated.emit(roles.currentIndex())
        await page.tasks.settled()
        assert {member.name: member.role for member in await members.all()}["nikos"] == "admin"
        remove = next(
            one for one in section.findChildren(QPushButton) if one.accessibleName() == "Remove nikos@kk.example"
        )
        remove.click()
        (await opened(Question)).confirm_button.click()
        await page.tasks.settled()
        assert [member.name for member in await members.all()] == ["me"]
        await page.close_down()
        page.close()

    run(go())


def test_others_see_the_team_and_cannot_touch_it(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    company_of(run, shell, monkeypatch, "member")

    async def go() -> None:
        page = SettingsPage(shell)
        page.show()
        await page.activate()
        section = page.team.section
        assert not section.invite_row.isVisible() and "Only an owner" in section.notice.text
        assert not any("Remove" in one.accessibleName() for one in section.findChildren(QPushButton))
        # Nor what belongs to the company.
        assert not page.organisation.name.isEnabled() and not page.sending.isEnabled()
        page.organisation.name.setEnabled(True)
        assert not page.organisation.name.isEnabled() and "role" in page.organisation.name.toolTip()
        await page.close_down()
        page.close()

    run(go())


def test_who_may_only_read_is_offered_nothing_else(run: Run, workspace: Workspace) -> None:
    workspace.actor = replace(workspace.actor, role="viewer")
    shown: list[object] = []

    async def go() -> None:
        shell = Shell(workspace, "en")
        shell.failed.connect(shown.append)
        customers, campaigns = CustomersPage(shell), CampaignsPage(shell)
        for page, words in ((customers, ("New customer", "Import")), (campaigns, ("New campaign", "From a template…"))):
            page.show()
            await page.activate()
            for text in words:
                (found,) = [one for one in page.findChildren(QPushButton) if one.text() == text][:1]
                assert not found.isEnabled() and "does not let you" in found.toolTip()
            # By the keyboard neither, and not after a form has been filled in.
            next(command for command in page.commands() if command.title == words[0]).run()
            await page.tasks.settled()
        assert [type(error) for error in shown] == [NotPermitted, NotPermitted]
        for page in (customers, campaigns):
            await page.close_down()
            page.close()
        await shell.tasks.close()

    run(go())


def test_the_account_is_shown_with_what_may_be_done(run: Run, tmp_path: Path) -> None:
    write_account(tmp_path / "profile" / "sign-in.json", replace(MARIA, scopes=frozenset({"openid"})))

    async def go() -> None:
        workspace = await Workspace.open(tmp_path / "profile", {})
        shell = Shell(workspace, "en")
        page = SettingsPage(shell)
        page.show()
        await page.activate()
        section = page.account.section
        assert "maria@kktires.example" in section.who.text() and section.sign_out_button.isVisible()
        assert not section.address_row.isVisible() and section.gmail_row.isVisible()
        section.lock.setCurrentIndex(section.lock.findData(15))
        assert workspace.settings.number("KKDESK_LOCK_MINUTES", 0, 60) == 15
        section.sign_out_button.click()
        await page.tasks.settled()
        assert workspace.entry.account is None and section.address_row.isVisible()
        await page.close_down()
        page.close()
        await shell.tasks.close()
        await workspace.close()

    run(go())
