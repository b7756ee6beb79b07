"""The section on the people of the company: who works here as what, and who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kkdesk.model.actor import ROLES
from kkdesk.model.rights import ROLE_NAMES
from kkdesk.ui.formats import moment
from kkdesk.ui.settings.sections import Section
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from kkdesk.services.members import Invitation, MemberEntry

_ROLE_WIDTH: Final = 190


class TeamSection(Section):
    """Emits what an owner wants; others are shown the list alone."""

    invite_wanted = Signal(str, str)
    withdraw_wanted = Signal(object)
    #: The member, and the role.
    role_wanted = Signal(object, str)
    revoke_wanted = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """`language` is "el" or "en"."""
        super().__init__(self.tr("Team"), self.tr("Who works with the company's data, and who may do what."), parent)
        self._language = language
        self.notice = Banner("")
        self.form.add(self.notice)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        holder = QWidget()
        holder.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        self.form.add(holder)
        self._shown: QWidget | None = None
        self.email = QLineEdit()
        self.email.setPlaceholderText("maria@kktires.gr")
        self.email.setAccessibleName(self.tr("E-mail of whom to invite"))
        self.email.returnPressed.connect(self._invite)
        self.role = self._roles("member")
        self.invite_button = button(self.tr("Invite"), symbol="user-plus", clicked=self._invite)
        fields = QWidget()
        row = QHBoxLayout(fields)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.email, 1)
        row.addWidget(self.role)
        row.addWidget(self.invite_button)
        fields.setFocusProxy(self.email)
        hint = self.tr("They sign in with this Google account within two weeks. KK Desk sends no mail: tell them.")
        self.invite_row = self.form.row(self.tr("Invite somebody"), fields, hint)

    def show_people(
        self, members: Sequence[MemberEntry], invitations: Sequence[Invitation], me: str, now: int, *, may_manage: bool
    ) -> None:
        """Everybody; `me` is the user id of who looks."""
        self.invite_row.setVisible(may_manage)
        self.notice.say("" if may_manage else self.tr("Only an owner invites, removes and changes roles."))
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for line, member in enumerate(members):
            self._add_member(grid, line, member, me, now, may_manage=may_manage)
        for line, invitation in enumerate(invitations, start=len(members)):
            self._add_invitation(grid, line, invitation, now, may_manage=may_manage)
        if not members and not invitations:
            grid.addWidget(label(self.tr("Nobody has signed in yet."), "muted"), 0, 0)
        if self._shown is not None:
            self._list.removeWidget(self._shown)
            self._shown.deleteLater()
        self._shown = table
        self._list.addWidget(table)

    def show_invite_error(self, text: str) -> None:
        """What is wrong with the address; empty: nothing."""
        self.invite_row.show_error(text)
        if text:
            self.email.setFocus()

    def _add_member(
        self, grid: QGridLayout, line: int, member: MemberEntry, me: str, now: int, *, may_manage: bool
    ) -> None:
        mine = member.user_id == me
        name = self.tr("%1 (you)").replace("%1", member.name) if mine else member.name
        seen = self.tr("never here") if member.last_seen is None else moment(member.last_seen, now)
        grid.addWidget(_two_lines(name, f"{member.email} · {seen}" if member.name != member.email else seen), line, 0)
        if not may_manage:
            grid.addWidget(label(ROLE_NAMES[member.role].in_language(self._language)), line, 1)
            return
        roles = self._roles(member.role)
        roles.setAccessibleName(self.tr("Role of %1").replace("%1", member.email))
        roles.activated.connect(lambda _at: self.role_wanted.emit(member, roles.currentData()))
        grid.addWidget(roles, line, 1, Qt.AlignmentFlag.AlignVCenter)
        remove = button(self.tr("Remove…"), "link", clicked=lambda: self.revoke_wanted.emit(member))
        remove.setAccessibleName(self.tr("Remove %1").replace("%1", member.email))
        remove.setVisible(not mine)
        grid.addWidget(remove, line, 2)

    def _add_invitation(
        self, grid: QGridLayout, line: int, invitation: Invitation, now: int, *, may_manage: bool
    ) -> None:
        until = self.tr("invited, until %1").replace("%1", moment(invitation.expires_at, now))
        grid.addWidget(_two_lines(invitation.email, until), line, 0)
        grid.addWidget(label(ROLE_NAMES[invitation.role].in_language(self._language), "muted"), line, 1)
        if may_manage:
            withdraw = button(self.tr("Withdraw"), "link", clicked=lambda: self.withdraw_wanted.emit(invitation))
            withdraw.setAccessibleName(self.tr("Withdraw the invitation of %1").replace("%1", invitation.email))
            grid.addWidget(withdraw, line, 2)

    def _roles(self, current: str) -> QComboBox:
        combo = QComboBox()
        for role in ROLES:
            combo.addItem(ROLE_NAMES[role].in_language(self._language), role)
        combo.setCurrentIndex(combo.findData(current))
        combo.setFixedWidth(_ROLE_WIDTH)
        return combo

    def _invite(self) -> None:
        self.invite_wanted.emit(self.email.text().strip(), self.role.currentData())


def _two_lines(first: str, second: str) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(ElidedLabel(first, "strong"))
    column.addWidget(ElidedLabel(second, "caption"))
    return holder
