"""What the section on the team shows and does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kkdesk.model.errors import InvalidInput, KKDeskError, NotAllowed, NotPermitted
from kkdesk.model.rights import ROLE_NAMES, Action, may
from kkdesk.store.local import LocalDatabase
from kkdesk.ui.dialogs import Question, answer
from kkdesk.ui.formats import clock_time
from kkdesk.ui.operation import run
from kkdesk.ui.settings.team_section import TeamSection

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from kkdesk.model.actor import Role
    from kkdesk.services.members import Invitation, MemberEntry
    from kkdesk.ui.page import Page

translate = QCoreApplication.translate


class TeamSettings:
    """The people of `page`'s workspace, for its owners to look after. A database of one's own has no team."""

    def __init__(self, page: Page) -> None:
        """Shows nobody before `read`."""
        self.page = page
        self.section = TeamSection(page.shell.language)
        self.section.setVisible(self.has_team)
        self.section.invite_wanted.connect(self._invite)
        self.section.withdraw_wanted.connect(self._withdraw)
        self.section.role_wanted.connect(lambda member, role: page.start(self._change_role(member, role)))
        self.section.revoke_wanted.connect(lambda member: page.start(self._revoke(member)))

    @property
    def has_team(self) -> bool:
        """Whether the data is the company's."""
        return not isinstance(self.page.workspace.db, LocalDatabase)

    async def read(self) -> None:
        """Show everybody as they are now."""
        if not self.has_team:
            return
        workspace = self.page.workspace
        self.section.show_people(
            await workspace.members.all(),
            await workspace.members.invitations(),
            workspace.actor.user_id,
            workspace.clock(),
            may_manage=may(workspace.actor.role, Action.MANAGE_MEMBERS),
        )

    def _invite(self, email: str, role: Role) -> None:
        self.section.show_invite_error("")

        def done(_invitation: Invitation) -> None:
            self.section.email.clear()

        def wrong(error: KKDeskError) -> bool:
            if isinstance(error, InvalidInput) or (
                isinstance(error, NotAllowed) and not isinstance(error, NotPermitted)
            ):
                self.section.show_invite_error(error.message(self.page.shell.language))
                return True
            return False

        toast = translate("Team", "%1 may sign in now").replace("%1", email)
        run(
            self.page,
            self._then_read(self.page.workspace.members.invite(email, role)),
            control=self.section.invite_button,
            done=done,
            failed=wrong,
            toast=toast,
        )

    def _withdraw(self, invitation: Invitation) -> None:
        toast = translate("Team", "The invitation is withdrawn")
        run(self.page, self._then_read(self.page.workspace.members.withdraw(invitation)), toast=toast)

    async def _change_role(self, member: MemberEntry, role: Role) -> None:
        if role == member.role:
            return
        if role == "owner" and not await answer(self.owner_question(member)):
            await self.read()
            return
        name = ROLE_NAMES[role].in_language(self.page.shell.language)
        toast = translate("Team", "%1: %2").replace("%1", member.name).replace("%2", name)
        run(self.page, self._then_read(self.page.workspace.members.change_role(member, role)), toast=toast)

    async def _revoke(self, member: MemberEntry) -> None:
        if await answer(self.revoke_question(member)):
            toast = translate("Team", "%1 is let in no more").replace("%1", member.name)
            run(self.page, self._then_read(self.page.workspace.members.revoke(member)), toast=toast)

    def owner_question(self, member: MemberEntry) -> Question:
        """What is asked before somebody can do everything."""
        return Question(
            self.page,
            translate("Team", "Make %1 an owner?").replace("%1", member.name),
            translate("Team", "Owners can remove everybody, you included."),
            confirm=translate("Team", "Make an owner"),
        )

    def revoke_question(self, member: MemberEntry) -> Question:
        """What is asked before somebody is removed, with what it does and when."""
        text = translate(
            "Team",
            "%1 cannot sign in any more, here or in the web app. The copy on their computers is deleted as soon as "
            "these have a network.",
        ).replace("%1", member.email)
        ends = member.token_ends
        if ends is not None and ends > self.page.workspace.clock():
            rest = translate("Team", "A key that they have been given still works until %1.")
            text = f"{text}\n\n{rest.replace('%1', clock_time(ends))}"
        return Question(
            self.page,
            translate("Team", "Remove %1?").replace("%1", member.name),
            text,
            confirm=translate("Team", "Remove"),
            danger=True,
        )

    async def _then_read(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        finally:
            await self.read()
