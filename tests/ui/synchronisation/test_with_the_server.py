"""The page and the dialogs with the real services and the real server behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from kkdesk.model.customer import Customer
from kkdesk.services.moving.progress import Target
from kkdesk.ui.desk import Desk
from kkdesk.ui.reporter import Reporter
from kkdesk.ui.settings.connecting import ConnectDialog
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.shell import Shell
from kkdesk.ui.synchronisation.page import SynchronisationPage
from kkdesk.workspace import Workspace
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import quiet
from tests.ui.conftest import Run
from tests.ui.samples import add_customers, count_customers
from tests.ui.test_database_settings import texts, until
from tests.ui.test_dialogs import when_open
from tests.ui.test_settings_page import Ring

THEIRS = "UPDATE customers SET city = 'Ρίο', updated_at = updated_at + 5 WHERE id = ?"


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_conflict_made_offline_is_shown_and_settled_in_the_window(
    run: Run, qapp: QApplication, tmp_path: Path, sqld: Sqld, network: TcpProxy
) -> None:
    async def go() -> None:
        env = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token(), "KKDESK_LANGUAGE": "en"}
        workspace = await Workspace.open(tmp_path / "profile", env)
        desk = Desk(qapp, workspace, Reporter("en", lambda: None))
        sign = desk.window.status.connection
        await desk.open("synchronisation")
        page = desk.window.pages["synchronisation"]
        assert isinstance(page, SynchronisationPage)
        created = await workspace.customers.create(Customer(company="Ελαστικά Νότου", city="Πάτρα", phone="2101234567"))
        page.sync_now()
        await page.settled()
        await until(lambda: sign.said.startswith("Up to date"))

        customer = await workspace.customers.get(created.ids[0])
        network.refuse()
        await workspace.customers.update(customer, replace(customer, city="Βόλος", phone="2109999999"))
        await until(lambda: sign.said == "Offline · 1 change waiting")
        await until(lambda: page.waiting.rowCount() == 1)
        sqld.execute(THEIRS, (customer.id,))
        network.passing()
        page.sync_now()
        await page.settled()
        await until(lambda: sign.said == "1 needs a decision" and page.conflicts.count == 1)

        view = page.conflicts.view
        assert view is not None
        assert {"Town", "Βόλος", "Ρίο"} <= set(texts(view)) and "Phone" not in texts(view)
        view.fields[0].choose("theirs")
        page.conflicts.apply()
        await page.settled()
        await until(lambda: page.conflicts.count == 0)
        await quiet(workspace.db)  # type: ignore[arg-type]
        assert sqld.execute("SELECT city, phone FROM customers") == [["Ρίο", "2109999999"]]
        await desk.close()
        await workspace.close()

    run(go())


def test_a_local_profile_is_uploaded_by_the_dialog(
    run: Run, shell: Shell, workspace: Workspace, sqld: Sqld, ring: Ring
) -> None:
    async def go() -> None:
        await add_customers(workspace, 25)
        reopened: list[bool] = []
        shell.reopen_wanted.connect(lambda: reopened.append(True))
        page = SettingsPage(shell)
        await page.come_forward()
        found: list[QWidget] = []
        when_open(found.append)
        page.database.section.connect_button.click()
        await until(lambda: bool(found))
        (dialog,) = found
        assert isinstance(dialog, ConnectDialog)
        dialog.url.setText(sqld.url)
        dialog.token.setText(sqld.token())
        dialog.next_button.click()
        await until(lambda: bool(dialog.findChildren(QRadioButton)) or bool(dialog.error.text))
        assert dialog.error.text == "" and dialog.upload.isChecked()
        dialog.next_button.click()
        await until(lambda: bool(dialog.error.text) or any("Every row was compared" in text for text in texts(dialog)))
        assert dialog.error.text == ""
        dialog.next_button.click()
        await page.settled()
        assert reopened == [True]
        assert sqld.execute("SELECT count(*) FROM customers") == [[25]]
        assert any(name.startswith("DATABASE_AUTH_TOKEN") for name in ring.kept)
        folder = workspace.profile.folder
        await page.close_down()
        await workspace.close()
        again = await Workspace.open(folder, {})
        assert again.synchronisation is not None and await count_customers(again) == 25
        moving = await again.moving.look(sqld.url, sqld.token())
        assert moving == Target(moving.name, 25, empty=False)
        await again.close()

    run(go())
