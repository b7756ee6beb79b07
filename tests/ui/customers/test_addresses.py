"""What the form says about an address: a slip at once, a dead domain once it is known, and never in the way."""

from __future__ import annotations

from kkdesk.ui.customers.editor import CustomerEditor
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.shell import Shell
from tests.servers.dns_server import DnsServer
from tests.ui.conftest import Run

ZONES = {"gmail.com": {"MX": ["5 mx.gmail.com."]}, "nomail.gr": {"MX": ["0 ."]}}


async def typed(shell: Shell, values: dict[str, str]) -> tuple[CustomersPage, CustomerEditor]:
    page = CustomersPage(shell)
    editor = page.actions_of_page.create()
    editor.fill(values)
    await page.settled()
    return page, editor


def put_away(editor: CustomerEditor) -> None:
    editor._closing = True
    editor.reject()


def test_a_dead_domain_is_remarked_once_it_is_known(run: Run, shell: Shell) -> None:
    async def go() -> None:
        async with DnsServer(ZONES) as server:
            shell.workspace.__dict__["dns"] = server.client()
            page, editor = await typed(shell, {"email": "a@nomail.gr", "email_secondary": "a@kktires.con"})
            assert editor._rows["email"].hint == "The domain nomail.gr states that it takes no mail."
            assert "Did you mean a@kktires.com?" in editor._rows["email_secondary"].hint, "the better remark stays"
            editor.fill({"email": "a@gmail.com"})
            await page.settled()
            assert editor._rows["email"].hint == ""
            editor.show_dead_address("email", "a@nomail.gr", "late")
            assert editor._rows["email"].hint == "", "the answer to an address that is gone"
            put_away(editor)
            await page.close_down()

    run(go())


def test_nothing_is_said_offline_and_a_slip_is_offered_with_the_error(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page, editor = await typed(shell, {"company": "Α", "email": "a@nomail.gr"})
        assert editor._rows["email"].hint == ""
        editor.fill({"email": "in fo@shop.gr"})
        editor.save()
        assert editor.is_open and editor._rows["email"]._note.text().endswith("Did you mean info@shop.gr?")
        put_away(editor)
        await page.close_down()

    run(go())
