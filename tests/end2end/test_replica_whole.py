"""The rest of the program on a replica: import, export, search, sending by a worker at the server, the command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kkdesk.model.customer import Customer
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.errors import Offline
from kkdesk.services.importing.plan import QuickImport
from kkdesk.store.replica import ReplicaDatabase
from kkdesk.workspace import Workspace
from tests.end2end.program import Program
from tests.servers.mta import MailServer
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import quiet


def environment(network: TcpProxy, sqld: Sqld) -> dict[str, str]:
    return {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}


def test_an_import_offline_is_here_at_once_and_there_later(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    file = tmp_path / "πελάτες.csv"
    lines = [f"Ελαστικά {number},e{number}@example.gr,Βόλος" for number in range(4000)]
    file.write_text("Επωνυμία,Email,Πόλη\n" + "\n".join(lines) + "\n", encoding="utf-8")

    async def work() -> None:
        workspace = await Workspace.open(tmp_path / "profile", environment(network, sqld))
        db = workspace.db
        assert isinstance(db, ReplicaDatabase)
        try:
            await db.sync.fetch()
            network.refuse()
            report = await workspace.importing.run(QuickImport(file))
            assert report.counts.created == 4000
            assert (await db.query("SELECT count(*) FROM customers"))[0][0] == 4000
            assert db.status.state.waiting == 1
            await workspace.search_index.refresh()
            assert await workspace.customer_list.count(CustomerQuery(text="Ελαστικά 77")) > 0
            exported = await workspace.exporting.export(tmp_path / "out.csv")
            assert exported.rows == 4000
            network.passing()
            await db.sync.fetch()
            await quiet(db)
            assert db.status.state.conflicts == 0
            assert sqld.execute("SELECT count(*) FROM customers") == [[4000]]
            await workspace.search_index.refresh()
            assert await workspace.customer_list.count(CustomerQuery()) == 4000
            # It is one change, and is taken back as one.
            await workspace.history.undo(report.change_id)
            await db.sync.fetch()
            await quiet(db)
            assert sqld.execute("SELECT count(*) FROM customers") == [[0]]
        finally:
            await workspace.close()

    asyncio.run(work())


def test_what_is_found_follows_the_file_that_is_read(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def named(workspace: Workspace, text: str) -> int:
        await workspace.search_index.refresh()
        return await workspace.customer_list.count(CustomerQuery(text=text))

    async def work() -> None:
        workspace = await Workspace.open(tmp_path / "profile", environment(network, sqld))
        db = workspace.db
        assert isinstance(db, ReplicaDatabase)
        try:
            for name in ("Αλφα", "Βητα"):
                await workspace.customers.create(Customer(company=name))
            assert await named(workspace, "Αλφα") == 1
            network.refuse()
            await workspace.customers.create(Customer(company="Γαμμα"))
            assert await named(workspace, "Γαμμα") == 1
            # Others work on meanwhile; what they do and what was made here meet.
            sqld.execute("UPDATE customers SET company = 'Δελτα', updated_at = 1 WHERE company = 'Αλφα'")
            network.passing()
            await db.sync.fetch()
            await quiet(db)
            assert [await named(workspace, text) for text in ("Αλφα", "Βητα", "Γαμμα", "Δελτα")] == [0, 1, 1, 1]
        finally:
            await workspace.close()

    asyncio.run(work())


def test_sending_needs_the_server_and_a_worker_there_sends(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, mta: MailServer
) -> None:
    mta.clear()
    variables = {**environment(network, sqld), **mta.environment(), "EMAIL_TRACKING_SECRET": "secret-of-the-links-1234"}
    variables |= {"NEXTAUTH_URL": "https://crm.example", "SMTP_FROM": "KK Tires <info@kktires.example>"}
    program = Program(tmp_path / "profile", variables)
    program.run("db", "demo", "--customers", "60")
    campaigns = program.run("campaign", "list")["campaigns"]
    draft = next(item["id"] for item in campaigns if item["status"] == "draft")

    async def offline() -> None:
        workspace = await Workspace.open(tmp_path / "profile", variables)
        try:
            report = await workspace.campaign_sending.prepare_send(draft)
            network.refuse()
            with pytest.raises(Offline):
                await workspace.campaign_sending.send(draft, confirmed_count=report.count)
        finally:
            network.passing()
            await workspace.close()

    asyncio.run(offline())
    program.run("campaign", "send", draft, "--yes")
    report = program.run("worker", "--once")
    assert report["sent"] > 0
    assert len(mta.wait_for(report["sent"])) == report["sent"]
    said = program.run("sync")
    assert (said["connection"], said["waiting"], said["conflicts"]) == ("online", 0, 0)
    assert said["frames"] > 0
