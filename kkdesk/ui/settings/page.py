"""Settings: appearance, account, sender, team, data, mail server, sending, what comes back, links, the scheduler."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.errors import Conflict, InvalidInput, NotConfigured, SecretsUnavailable
from kkdesk.model.rights import Action
from kkdesk.services.bounces.report import MailboxState
from kkdesk.ui.changes import Kinds
from kkdesk.ui.dialogs import Question, answer, confirm
from kkdesk.ui.operation import offer_undo, run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import guard
from kkdesk.ui.scene import Scene
from kkdesk.ui.settings.account import AccountSettings
from kkdesk.ui.settings.bounces import BouncesSection
from kkdesk.ui.settings.checks import wrong_settings
from kkdesk.ui.settings.cron import CronSettings
from kkdesk.ui.settings.database import DatabaseSettings
from kkdesk.ui.settings.fields import SettingsForm
from kkdesk.ui.settings.scenes import SCENES
from kkdesk.ui.settings.sections import (
    AppearanceSection,
    LinksSection,
    MailServerSection,
    OrganisationSection,
)
from kkdesk.ui.settings.sending import SendingSection
from kkdesk.ui.settings.team import TeamSettings
from kkdesk.ui.settings.trials import Trials
from kkdesk.ui.shell import Shell
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader

_WIDTH = 760


class SettingsPage(Page):
    """What is edited is saved together with one button; language and theme take effect at once."""

    shows = frozenset({"settings", "organisation"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """Widgets only; `activate` reads."""
        super().__init__(shell, parent)
        self.settings = self.workspace.settings
        self.form = SettingsForm(self.settings, self._edited)
        self._name = ""
        self.appearance = AppearanceSection(self.settings)
        self.organisation = OrganisationSection(self.form)
        self.mail_server = MailServerSection(self.form, self.workspace.profile)
        self.sending = SendingSection()
        self.bounces = BouncesSection(self.form)
        self.links = LinksSection(self.form)
        self.cron = CronSettings(self)
        self._passwords = (self.mail_server.password, self.bounces.password, *self.cron.section.keys)
        self.account = AccountSettings(self)
        self.team = TeamSettings(self)
        self.database = DatabaseSettings(self)
        self.save_button = button(self.tr("Save"), "primary", symbol="check", clicked=self.save)
        self.discard_button = button(self.tr("Discard"), clicked=self.discard)
        guard(shell, Action.CHANGE_COMPANY, self.organisation.name, self.sending, *self.cron.section.changing)
        guard(shell, Action.MOVE_DATABASE, self.database.section.local_button)
        self._lay_out()
        self._connect()
        self.form.load()
        self._edited()

    async def activate(self, target: object = None) -> None:
        """Read what is not in the settings file.

        `target` may be "connect" or "token", the dialogs of the database, or "sign_in", that of the account.
        """
        if not self.is_edited:
            await self._read()
        self.database.show()
        self.account.show()
        await self.team.read()
        self.cron.come_forward()
        if target == "sign_in":
            self.scroller.ensureWidgetVisible(self.account.section)
            self.account.sign_in()
        if target in {"connect", "token"}:
            self.scroller.ensureWidgetVisible(self.database.section)
            (self.database.connect if target == "connect" else self.database.ask_token)()

    async def refresh(self, kinds: Kinds) -> None:
        """Read again, unless that would throw away what the person is typing."""
        await self.activate()

    async def close_down(self) -> None:
        """End the page and what it follows."""
        self.database.end()
        self.account.end()
        await super().close_down()

    async def may_leave(self) -> bool:
        """Ask before edited settings are lost."""
        if not self.is_edited:
            return True
        leave = await answer(self.unsaved_question())
        if leave:
            self.discard()
        return leave

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """The lower sections, an error at its field, and the question about unsaved work."""
        return SCENES

    def commands(self) -> Sequence[Command]:
        """Saving."""
        return (Command(self.tr("Save settings"), self.save, "check", "Ctrl+S"),)

    @property
    def is_edited(self) -> bool:
        """Whether anything is unsaved."""
        named = self.organisation.name.text().strip() != self._name
        typed = any(field.text() for field in self._passwords)
        return bool(self.form.edited() or named or typed or self.sending.changes)

    def save(self) -> None:
        """Check and keep all that was edited."""
        if self.is_edited and self._is_valid():
            run(
                self,
                self._save(),
                control=self.save_button,
                done=self._saved,
                changes={"settings", "organisation"},
                initiator=self,
            )

    def discard(self) -> None:
        """Show what is in force again."""
        self.form.load()
        self.organisation.name.setText(self._name)
        for field in self._passwords:
            field.clear()
        self.sending.discard()
        self._edited()

    def _saved(self, undone_by: str) -> None:
        self._edited()
        self.cron.come_forward(anew=True)
        text = self.tr("Settings saved")
        if undone_by:
            offer_undo(self.shell, text, undone_by, {"settings"})
        else:
            self.shell.toast(text)

    async def _save(self) -> str:
        """Keep everything; the change that can be taken back, where it is all that was edited."""
        change = await self._save_sending()
        alone = not self.is_edited
        await self._save_rest()
        return change if alone else ""

    async def _save_sending(self) -> str:
        if not self.sending.changes:
            return ""
        try:
            applied = await self.workspace.company_settings.put_all(self.sending.changes)
        except Conflict:
            # What somebody else has set is shown before it may be changed again.
            self.sending.show_values(await self.workspace.company_settings.all())
            raise
        self.sending.show_values(await self.workspace.company_settings.all())
        return applied.change_id

    async def _save_rest(self) -> None:
        self.settings.store(self.form.edited())
        name = self.organisation.name.text().strip()
        if name != self._name:
            await self.workspace.organisation.rename(self._name, name)
        for field in self._passwords:
            if password := field.text():
                await self.workspace.secrets.put(field.name, password)
                field.clear()
        await self._read()

    async def _read(self) -> None:
        self._name = await self.workspace.organisation.name()
        self.sending.show_values(await self.workspace.company_settings.all())
        self.discard()
        await self._read_mailbox()
        try:
            await self._read_secrets()
        except SecretsUnavailable:
            self.links.show_no_keyring()

    async def _read_mailbox(self) -> None:
        box = self.workspace.open_bounce_mailbox()
        try:
            state = None if box is None else await box.state()
        except (NotConfigured, InvalidInput) as error:
            state = MailboxState(0, error.what)
        self.bounces.show_state(state, self.workspace.clock(), self.shell.language)

    async def _read_secrets(self) -> None:
        secrets = self.workspace.secrets
        fixed = self.settings.from_environment("EMAIL_TRACKING_SECRET") is not None
        self.links.show_key(known=bool(await secrets.get("EMAIL_TRACKING_SECRET")), fixed=fixed)
        for field in self._passwords:
            dictated = self.settings.from_environment(field.name) is not None
            field.show_stored(stored=bool(await secrets.get(field.name)), dictated=dictated)

    def _is_valid(self) -> bool:
        wrong = wrong_settings(self.form.edited())
        for name, text in wrong.items():
            self.form.show_error(name, text)
        first = next((name for name, text in wrong.items() if text), "")
        if first:
            self.form.field(first).setFocus()
        return not first

    def unsaved_question(self) -> Question:
        """What is asked before edits are lost."""
        return Question(
            self,
            self.tr("Leave without saving?"),
            self.tr("The settings that you have edited have not been saved."),
            confirm=self.tr("Discard the edits"),
            cancel=self.tr("Stay here"),
            danger=True,
        )

    def _make_key(self) -> None:
        self.start(self._replace_key())

    async def _replace_key(self) -> None:
        known = bool(await self.workspace.secrets.get("EMAIL_TRACKING_SECRET"))
        if known and not await confirm(
            self,
            self.tr("Replace the signing key?"),
            self.tr(
                "Links in mails that were already sent, unsubscribe links included, will stop working. "
                "The endpoints must get the same new key."
            ),
            confirm=self.tr("Replace the key"),
            danger=True,
        ):
            return
        if known:
            await self.workspace.secrets.put("EMAIL_TRACKING_SECRET", "")
        await self.workspace.secrets.tracking_secret()
        await self._read_secrets()
        # A running worker would go on signing with the old one.
        self.shell.bus.tell({"settings"}, self)
        self.shell.toast(self.tr("There is a new signing key"))

    def _choose(self, name: str, value: str) -> None:
        self.settings.store({name: value})
        self.shell.look_changed.emit("theme" if name == "KKDESK_THEME" else "language")

    def _edited(self) -> None:
        edited = self.is_edited
        self.save_button.setEnabled(edited)
        self.discard_button.setVisible(edited)

    def _connect(self) -> None:
        self.appearance.chosen.connect(self._choose)
        self.organisation.edited.connect(self._edited)
        self.mail_server.edited.connect(self._edited)
        self.sending.edited.connect(self._edited)
        self.links.key_wanted.connect(self._make_key)
        self.bounces.edited.connect(self._edited)
        self.cron.section.edited.connect(self._edited)
        trials = Trials(self)
        self.mail_server.test_wanted.connect(trials.mail)
        self.bounces.trial_wanted.connect(trials.mailbox)

    def _lay_out(self) -> None:
        header = PageHeader(self.tr("Settings"))
        header.add_action(self.discard_button)
        header.add_action(self.save_button)
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        sections = QVBoxLayout()
        sections.setContentsMargins(0, 0, 12, 16)
        sections.setSpacing(16)
        for section in (
            self.appearance,
            self.account.section,
            self.organisation,
            self.team.section,
            self.database.section,
            self.mail_server,
            self.sending,
            self.bounces,
            self.links,
            self.cron.section,
        ):
            section.setMaximumWidth(_WIDTH)
            sections.addWidget(section)
        sections.addStretch(1)
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(sections, 10)
        row.addStretch(1)
        self.scroller = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(16)
        column.addWidget(header)
        column.addWidget(scroll, 1)
