"""What the section on the account shows and does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox

from kkdesk.model.errors import AccessRevoked, InvalidInput, KKDeskError
from kkdesk.model.rights import ROLE_NAMES
from kkdesk.ui.changes import ALL_KINDS
from kkdesk.ui.dialogs import Question, answer
from kkdesk.ui.operation import run
from kkdesk.ui.settings.account_section import AccountSection
from kkdesk.ui.signing_in.dialog import SignInDialog

if TYPE_CHECKING:
    from kkdesk.services.broker_client import DesktopClient
    from kkdesk.services.sign_in.account_file import SignedIn
    from kkdesk.ui.page import Page

translate = QCoreApplication.translate


class SignOutQuestion(Question):
    """Whether to sign out, and whether the copy of the data goes, too."""

    def __init__(self, page: Page, waiting: int) -> None:
        """`waiting` changes have not been sent yet."""
        super().__init__(
            page,
            translate("Account", "Sign out of this computer?"),
            translate("Account", "The keys of this computer are deleted. Signing in again brings everything back."),
            confirm=translate("Account", "Sign out"),
            danger=True,
        )
        self.with_data = QCheckBox(
            translate("Account", "Delete the copy of the company's data from this computer, too")
        )
        self.with_data.setChecked(waiting == 0)
        self.body.addWidget(self.with_data)
        if waiting:
            from kkdesk.ui.widgets.banner import Banner

            text = self.tr(
                "%Ln change(s) have not been sent yet. They are lost when the copy is deleted.", None, waiting
            )
            self.body.addWidget(Banner(text, "warning"))


class AccountSettings:
    """Lets the person at `page`'s workspace sign in and out."""

    def __init__(self, page: Page) -> None:
        """Shows who has signed in, and follows the exchange."""
        self.page = page
        self.section = AccountSection()
        self._shown: tuple[object, ...] | None = None
        section = self.section
        section.join_wanted.connect(lambda address: page.start(self._look(address)))
        section.sign_in_wanted.connect(self.sign_in)
        section.sign_out_wanted.connect(lambda: page.start(self._sign_out()))
        section.gmail_wanted.connect(lambda on: page.start(self._switch_gmail(on=on)))
        section.lock_chosen.connect(self._choose_lock)
        section.lock_wanted.connect(page.shell.lock_wanted)
        page.shell.exchange.changed.connect(self._changed)
        self.show()

    def show(self) -> None:
        """Show who has signed in now."""
        workspace = self.page.workspace
        settings, account = workspace.settings, workspace.entry.account
        self.section.show_lock(settings.number("KKDESK_LOCK_MINUTES", 0, 1440))
        if account is None:
            address = settings.text("AUTH_BROKER_URL")
            fixed = settings.from_environment("DATABASE_URL") is not None and not workspace.is_brokered
            configured = bool(settings.text("GOOGLE_DESKTOP_CLIENT_ID"))
            self.section.show_nobody(address, may_join=not (fixed or configured), may_sign_in=configured)
            return
        role = ROLE_NAMES[workspace.actor.role].in_language(self.page.shell.language) if workspace.is_brokered else ""
        self.section.show_account(account, role, gmail=self._gmail(account), ended=self._has_ended)

    def end(self) -> None:
        """Follow nothing any more."""
        self.page.shell.exchange.changed.disconnect(self._changed)

    def sign_in(self) -> None:
        """The dialog that signs in: again as who it was, or, where only Gmail needs it, as anybody."""
        self.page.start(self._sign_in())

    @property
    def _has_ended(self) -> bool:
        state = self.page.shell.exchange.state
        return self.page.workspace.is_brokered and state is not None and state.connection == "sign_in"

    def _gmail(self, account: SignedIn) -> bool | None:
        workspace = self.page.workspace
        if workspace.settings.from_environment("EMAIL_TRANSPORT") is not None:
            return None
        by_gmail = workspace.settings.text("EMAIL_TRANSPORT").lower() == "gmail"
        ours = workspace.settings.text("GMAIL_ACCOUNT").lower() == account.identity.email.lower()
        return by_gmail and ours and workspace.sign_in.may_send_mail

    async def _look(self, address: str) -> None:
        self.section.show_address_error("")
        self.section.set_busy(busy=True)
        try:
            client = await self.page.workspace.company_access.look(address)
        except InvalidInput as error:
            self.section.show_address_error(error.message(self.page.shell.language))
            return
        finally:
            self.section.set_busy(busy=False)
        if await answer(self.join_question(client)):
            await self._join(address, client)

    def join_question(self, client: DesktopClient) -> Question:
        """What is asked once the company has been found."""
        title = translate("Account", "Sign in to %1?").replace("%1", client.name or translate("Account", "the company"))
        text = translate(
            "Account",
            "You will work on the company's data, with a copy on this computer. What is on this computer now is not "
            "mixed with it: it is kept aside in the data folder.",
        )
        return Question(self.page, title, text, confirm=translate("Account", "Continue"))

    async def _join(self, address: str, client: DesktopClient) -> None:
        workspace = self.page.workspace
        access = workspace.company_access
        await access.adopt(address, client)
        try:
            if await self._signed_in(translate("Account", "Sign in to the company"), again=False) is None:
                await access.abandon()
                return
            await access.join()
        except AccessRevoked:
            await workspace.sign_in.sign_out()
            await access.abandon()
            raise
        except KKDeskError:
            await access.abandon()
            raise
        self.page.shell.reopen_wanted.emit()

    async def _sign_in(self) -> None:
        workspace = self.page.workspace
        if await self._signed_in(translate("Account", "Sign in"), again=workspace.is_brokered) is None:
            return
        self.show()
        if workspace.is_brokered and workspace.synchronisation is not None:
            toast = translate("Account", "You are signed in again: everything is up to date")
            run(self.page, workspace.synchronisation.sign_in_again(), changes=ALL_KINDS, toast=toast)

    async def _signed_in(self, title: str, *, again: bool, gmail: bool = False) -> SignedIn | None:
        workspace = self.page.workspace
        account = workspace.entry.account
        text = translate("Account", "Your browser opens Google's page. Choose your account there.")
        if again and account is not None:
            text = translate("Account", "Choose %1 on Google's page.").replace("%1", account.identity.email)
        dialog = SignInDialog(
            self.page,
            title,
            text,
            workspace.sign_in,
            self.page.shell.language,
            self.page.shell.report,
            gmail=gmail,
            same_account=again and account is not None,
        )
        try:
            await answer(dialog)
            return dialog.account
        finally:
            await dialog.close_down()

    async def _sign_out(self) -> None:
        workspace = self.page.workspace
        if not workspace.is_brokered:
            await workspace.sign_in.sign_out()
            self.show()
            return
        state = self.page.shell.exchange.state
        question = SignOutQuestion(self.page, state.waiting if state is not None else 0)
        if await answer(question):
            self.page.shell.sign_out_wanted.emit(question.with_data.isChecked())

    async def _switch_gmail(self, *, on: bool) -> None:
        workspace = self.page.workspace
        values = {"EMAIL_TRANSPORT": "", "GMAIL_ACCOUNT": ""}
        if on and not workspace.sign_in.may_send_mail:
            await self._signed_in(translate("Account", "Leave to send with Gmail"), again=True, gmail=True)
        account = workspace.entry.account
        if on and account is not None and workspace.sign_in.may_send_mail:
            values = {"EMAIL_TRANSPORT": "gmail", "GMAIL_ACCOUNT": account.identity.email}
        workspace.settings.store(values)
        self.show()
        self.page.shell.bus.tell({"settings"})

    def _choose_lock(self, minutes: int) -> None:
        self.page.workspace.settings.store({"KKDESK_LOCK_MINUTES": str(minutes)})
        self.page.shell.look_changed.emit("lock")

    def _changed(self) -> None:
        state = self.page.shell.exchange.state
        now = None if state is None else (state.connection,)
        if now != self._shown:
            self._shown = now
            self.show()
