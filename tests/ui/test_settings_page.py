"""The settings page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.ui.dialogs import Question
from kkdesk.ui.sending import QueueWatch, Sender
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.ui.status_bar import StatusBar
from kkdesk.workspace import Workspace
from tests.servers.dovecot import mailbox_server
from tests.ui.conftest import Run
from tests.ui.test_dialogs import when_open


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop(username, None)


class NoRing(Ring):
    """A keyring that is locked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringError("locked")


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoRing())
    yield
    keyring.set_keyring(before)


async def opened(shell: Shell) -> SettingsPage:
    page = SettingsPage(shell)
    await page.come_forward()
    return page


def test_what_is_edited_is_saved_together(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert not page.save_button.isEnabled()
        page.form.field("SMTP_HOST").setText("smtp.example.gr")  # type: ignore[attr-defined]
        page.form.field("SMTP_SECURE").setCurrentIndex(1)  # type: ignore[attr-defined]
        page.form.field("SMTP_PORT").setValue(465)  # type: ignore[attr-defined]
        page.organisation.name.setText("Ελαστικά Λάρισα")
        page.mail_server.password.setText("μυστικό")
        assert page.save_button.isEnabled()
        page.save()
        await page.settled()
        assert not page.save_button.isEnabled()
        settings = workspace.settings
        assert [settings.text(name) for name in ("SMTP_HOST", "SMTP_PORT", "SMTP_SECURE")] == [
            "smtp.example.gr",
            "465",
            "true",
        ]
        assert await workspace.organisation.name() == "Ελαστικά Λάρισα"
        assert await workspace.secrets.get("SMTP_PASS") == "μυστικό"
        assert "μυστικό" not in workspace.profile.settings_file.read_text(encoding="utf-8")
        assert page.mail_server.password.text() == ""
        await page.close_down()

    run(go())


def test_whoever_types_a_password_can_save_it(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        page = await opened(shell)
        for field in page._passwords:
            assert not page.save_button.isEnabled()
            QTest.keyClicks(field, "secret")
            assert page.save_button.isEnabled(), field.name
            page.save()
            await page.settled()
            assert await workspace.secrets.get(field.name) == "secret"
        await page.close_down()

    run(go())


class Hand(Sender):
    """Counts how often the worker is to begin, and to begin anew."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.renewed = 0
        self.started = 0

    async def start(self) -> None:
        self.started += 1

    async def renew(self) -> None:
        self.renewed += 1


def test_the_worker_gets_what_is_saved(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        page, hand, parent = await opened(shell), Hand(), QWidget()
        QueueWatch(shell, StatusBar("profile", parent), hand)
        page.form.field("SMTP_HOST").setText("smtp.example.gr")  # type: ignore[attr-defined]
        page.save()
        await page.settled()
        await shell.tasks.settled()
        assert hand.renewed == 1
        page.links.key_wanted.emit()
        await page.settled()
        await shell.tasks.settled()
        assert hand.renewed == 2, "it signs links with the key"
        page._choose("KKDESK_THEME", "dark")
        await shell.tasks.settled()
        assert hand.renewed == 2, "what the worker does not use"
        parent.deleteLater()
        await page.close_down()

    run(go())


def test_edits_can_be_discarded(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        page = await opened(shell)
        page.organisation.name.setText("Άλλο")
        page.form.field("SMTP_REPLY_TO").setText("x@example.gr")  # type: ignore[attr-defined]
        page.discard()
        assert not page.is_edited
        assert page.organisation.name.text() == "KK Tires"
        await page.close_down()

    run(go())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NEXTAUTH_URL", "crm.example.gr"),
        ("NEXTAUTH_URL", "ftp://x.gr"),
        ("SMTP_FROM", "KK Tires"),
        ("SMTP_REPLY_TO", "a@b"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field(
    run: Run, shell: Shell, workspace: Workspace, ring: Ring, name: str, text: str
) -> None:
    async def go() -> None:
        page = await opened(shell)
        field = page.form.field(name)
        field.setText(text)  # type: ignore[attr-defined]
        page.save()
        await page.settled()
        assert field.property("invalid") == "true"
        assert workspace.settings.text(name) == ""
        page.discard()
        await page.close_down()

    run(go())


@pytest.mark.parametrize("leave", [True, False])
def test_unsaved_settings_are_asked_about(
    run: Run, shell: Shell, workspace: Workspace, ring: Ring, leave: bool
) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert await page.may_leave()
        page.organisation.name.setText("Άλλο")

        def decide(found: object) -> None:
            assert isinstance(found, Question)
            (found.confirm_button if leave else found.cancel_button).click()

        when_open(decide)
        assert await page.may_leave() is leave
        assert page.is_edited is not leave
        await page.close_down()

    run(go())


def test_what_the_environment_says_cannot_be_changed(run: Run, tmp_path: Path, ring: Ring) -> None:
    async def go() -> None:
        env = {"SMTP_HOST": "mail.example.gr", "EMAIL_TRACKING_SECRET": "k" * 40, "SMTP_PASS": "x"}
        workspace = await Workspace.open(tmp_path / "other", env)
        shell = Shell(workspace, "en")
        page = await opened(shell)
        field = page.form.field("SMTP_HOST")
        assert not field.isEnabled() and field.property("text") == "mail.example.gr"
        assert page.links.key_button.isHidden()
        assert not page.mail_server.password.isEnabled()
        await page.close_down()
        await shell.tasks.close()
        await workspace.close()

    run(go())


def test_a_key_is_made_and_replaced_after_a_warning(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert page.links.state.text() == "No key yet"
        page.links.key_button.click()
        await page.settled()
        first = await workspace.secrets.get("EMAIL_TRACKING_SECRET")
        assert first and page.links.state.text() == "There is a key"

        def agree(found: object) -> None:
            assert isinstance(found, Question)
            found.confirm_button.click()

        when_open(agree)
        page.links.key_button.click()
        await page.settled()
        second = await workspace.secrets.get("EMAIL_TRACKING_SECRET")
        assert second and second != first
        await page.close_down()

    run(go())


def test_a_locked_keyring_is_said_and_stops_nothing(
    run: Run, shell: Shell, workspace: Workspace, no_ring: None
) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert page.links.state.text() == "The system's keyring is not available"
        page.organisation.name.setText("Άλλο")
        page.save()
        await page.settled()
        assert await workspace.organisation.name() == "Άλλο"
        await page.close_down()

    run(go())


def test_language_and_theme_take_effect_at_once(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        looks: list[str] = []
        shell.look_changed.connect(looks.append)
        page = await opened(shell)
        page.appearance.chosen.emit("KKDESK_THEME", "dark")
        page.appearance.chosen.emit("KKDESK_LANGUAGE", "en")
        assert looks == ["theme", "language"]
        assert workspace.settings.text("KKDESK_THEME") == "dark"
        await page.close_down()

    run(go())


def test_the_settings_can_be_tried_out(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        toasts: list[ToastText] = []
        shell.toast_wanted.connect(toasts.append)
        page = await opened(shell)

        def write(found: QDialog) -> None:
            field = found.findChild(QLineEdit)
            assert isinstance(field, QLineEdit)
            field.setText("maria@example.gr")
            found.accept()

        when_open(write)
        page.mail_server.test_button.click()
        await page.settled()
        assert [toast.text for toast in toasts] == ["No mail server is set: the test mail lies in the mail folder."]
        assert len(list(workspace.profile.mail.glob("*.eml"))) == 1
        await page.close_down()

    run(go())


def test_the_mailbox_of_what_comes_back(
    run: Run, shell: Shell, workspace: Workspace, ring: Ring, tmp_path: Path
) -> None:
    async def go() -> None:
        toasts: list[ToastText] = []
        shell.toast_wanted.connect(toasts.append)
        page = await opened(shell)
        assert page.bounces.pill.text() == "No mailbox is read"
        assert not page.bounces.test_button.isEnabled()
        with mailbox_server() as mailbox:
            for name, text in mailbox.environment().items():
                if name == "BOUNCE_IMAP_PASS":
                    page.bounces.password.setText(text)
                elif name == "BOUNCE_IMAP_PORT":
                    page.form.field(name).setValue(int(text))  # type: ignore[attr-defined]
                elif name == "BOUNCE_IMAP_CA_FILE":
                    workspace.settings.store({name: text})
                else:
                    page.form.field(name).setText(text)  # type: ignore[attr-defined]
            page.save()
            await page.settled()
            assert page.bounces.pill.text() == "Not read yet"
            assert mailbox.environment()["BOUNCE_IMAP_PASS"] == await workspace.secrets.get("BOUNCE_IMAP_PASS")
            await asyncio.to_thread(mailbox.deliver, b"Subject: x\r\n\r\nx")
            page.bounces.test_button.click()
            await page.settled()
            assert toasts[-1].text == "The mailbox can be read: 1 message in the folder."
            box = workspace.open_bounce_mailbox()
            assert box is not None
            assert (await box.check()).error is None
            await page.refresh(frozenset())
            assert page.bounces.pill.text() == "It is read"
        await page.close_down()

    run(go())


def test_a_mailbox_that_cannot_be_read_says_why(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> None:
        workspace.settings.store({"BOUNCE_IMAP_HOST": "imap.example.gr"})
        page = await opened(shell)
        assert page.bounces.pill.text() == "It cannot be read"
        said = [label.text() for label in page.bounces.findChildren(QLabel)]
        assert any("BOUNCE_IMAP_USER" in text for text in said)
        await page.close_down()

    run(go())


def test_the_mailbox_is_read_while_nothing_is_sent(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        hand, parent = Hand(), QWidget()
        watch = QueueWatch(shell, StatusBar("profile", parent), hand)
        watch.look()
        await shell.tasks.settled()
        assert hand.started == 0
        workspace.settings.store({"BOUNCE_IMAP_HOST": "imap.example.gr"})
        watch.look()
        await shell.tasks.settled()
        assert hand.started == 1
        parent.deleteLater()

    run(go())


def test_a_test_does_not_use_what_is_not_saved(run: Run, shell: Shell, workspace: Workspace, ring: Ring) -> None:
    async def go() -> list[str]:
        page = await opened(shell)
        page.organisation.name.setText("Άλλο")
        said: list[str] = []

        def read(found: QDialog) -> None:
            said.extend(label.text() for label in found.findChildren(QLabel))
            found.accept()

        when_open(read)
        page.mail_server.test_button.click()
        await page.settled()
        page.discard()
        await page.close_down()
        return said

    assert run(go())[0] == "Save first"
    assert not workspace.profile.mail.exists()


def test_somebody_elses_new_name_is_not_overwritten(run: Run, workspace: Workspace, ring: Ring) -> None:
    async def go() -> list[object]:
        shell = Shell(workspace, "en")
        errors: list[object] = []
        shell.failed.connect(errors.append)
        page = await opened(shell)
        page.organisation.name.setText("Δικό μου")
        await workspace.organisation.rename("KK Tires", "Του άλλου")
        page.save()
        await page.settled()
        assert await workspace.organisation.name() == "Του άλλου"
        await page.close_down()
        await shell.tasks.close()
        return errors

    (error,) = run(go())
    assert isinstance(error, KKDeskError) and error.code == "conflict"
