"""Listing addresses that are never mailed and taking them off: on a file, on the company's server, and without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.email_address import is_mailable
from kkdesk.model.errors import InvalidInput, NotAllowed, NotFound, Offline
from kkdesk.model.suppression import Reason, SuppressionQuery
from kkdesk.services import suppression_edits
from kkdesk.workspace import Workspace
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.services.queue.shop import Shop, in_shop
from tests.services.suppressions import customer, suppressed, unsubscribed

NOW = 1_000_000
Body = Callable[[Workspace], Awaitable[None]]


def in_workspace(folder: Path, body: Body, env: dict[str, str] | None = None) -> None:
    async def run() -> None:
        workspace = await Workspace.open(folder / "profile", env or {}, lambda: NOW)
        try:
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(run())


async def listed(workspace: Workspace) -> list[str]:
    query = SuppressionQuery(sort="address", descending=False)
    return list((await workspace.suppression_list.find(query)).addresses)


async def values(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await workspace.db.query(sql, ())]


async def whole_life(workspace: Workspace) -> None:
    """Add, remove, undo both, with notes."""
    edits, history = workspace.suppression_edits, workspace.history
    await suppressed(workspace, "old@x.gr", "hard_bounce")
    await suppressed(workspace, "resting@x.gr", "hard_bounce", expires_at=NOW * 2_000)
    added = await edits.add(["New@X.gr", "new@x.gr", "old@x.gr", "resting@x.gr"], " τηλεφώνησε ")
    assert (added.added, added.listed) == (("new@x.gr", "resting@x.gr"), ("old@x.gr",))
    assert await listed(workspace) == ["new@x.gr", "old@x.gr", "resting@x.gr"]
    entry = await workspace.suppression_list.entry_of("resting@x.gr")
    assert entry is not None and (entry.reason, entry.until, entry.text) == (Reason.MANUAL, None, "τηλεφώνησε")
    assert entry.source == "person" and entry.source_name
    assert added.change_id is not None
    await history.undo(added.change_id)
    assert await listed(workspace) == ["old@x.gr", "resting@x.gr"]
    entry = await workspace.suppression_list.entry_of("resting@x.gr")
    assert entry is not None and entry.until == NOW * 2_000
    removed = await edits.remove(["OLD@x.gr"], "νέο γραμματοκιβώτιο")
    assert removed.addresses == ("old@x.gr",) and await listed(workspace) == ["resting@x.gr"]
    notes = await workspace.suppression_list.history("old@x.gr")
    assert [(note.action, note.text) for note in notes] == [("remove", "νέο γραμματοκιβώτιο")]
    assert notes[0].who and notes[0].at
    await history.undo(removed.change_id)
    assert await listed(workspace) == ["old@x.gr", "resting@x.gr"]
    assert await workspace.suppression_list.history("old@x.gr") == []
    again = await edits.add(["old@x.gr"])
    assert again.change_id is None and again.listed == ("old@x.gr",)


def test_a_whole_life_on_a_file(tmp_path: Path) -> None:
    in_workspace(tmp_path, whole_life)


def test_a_whole_life_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    in_workspace(tmp_path, whole_life, {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()})


def test_who_opted_out_comes_back_everywhere_only_on_his_own_word(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await suppressed(workspace, "nikos@shop.gr", "unsubscribe")
        await unsubscribed(workspace, "Nikos@Shop.gr ")
        left = await customer(workspace, "NIKOS@shop.gr", left=True)
        other = await customer(workspace, "other@shop.gr", left=True)
        edits = workspace.suppression_edits
        for note in ("", "  "):
            with pytest.raises(InvalidInput):
                await edits.remove(["nikos@shop.gr"], note, asked_again=True)
        with pytest.raises(NotAllowed):
            await edits.remove(["nikos@shop.gr"], "το ζήτησε")
        assert await listed(workspace) == ["nikos@shop.gr", "other@shop.gr"]
        removed = await edits.remove(["nikos@shop.gr"], "το ζήτησε", asked_again=True)
        assert await listed(workspace) == ["other@shop.gr"]
        states = "SELECT id, unsubscribed FROM customers"
        assert dict(await values(workspace, states)) == {left: 0, other: 1}
        assert await values(workspace, "SELECT count(*) FROM unsubscribes") == [(0,)]
        assert await values(workspace, f"SELECT title FROM customer_activities WHERE customer_id = '{left}'") == [
            ("Επανεγγραφή",)
        ]
        await workspace.history.undo(removed.change_id)
        assert dict(await values(workspace, states)) == {left: 1, other: 1}
        assert await listed(workspace) == ["nikos@shop.gr", "other@shop.gr"]
        with pytest.raises(NotFound):
            await edits.remove(["nobody@shop.gr"], "λάθος")

    in_workspace(tmp_path, body)


def test_a_complaint_about_an_address_that_staff_listed_is_a_wish_too(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await workspace.suppression_edits.add(["a@x.gr"], "τηλεφώνησε")
        before = await workspace.suppression_list.stamp()
        counted = Statement("UPDATE email_suppressions SET complaint_count = 1")
        await workspace.db.apply(Change(Bilingual("", ""), (counted,)))
        assert await workspace.suppression_list.stamp() != before
        found = await workspace.suppression_list.find(SuppressionQuery())
        assert found.counts[Reason.COMPLAINT] == 1
        entry = await workspace.suppression_list.entry_of("a@x.gr")
        assert entry is not None and entry.reasons == (Reason.COMPLAINT, Reason.MANUAL)
        assert (entry.source, entry.complaints) == ("person", 1)
        with pytest.raises(NotAllowed):
            await workspace.suppression_edits.remove(["a@x.gr"], "λάθος")
        await workspace.suppression_edits.remove(["a@x.gr"], "το ζήτησε", asked_again=True)
        assert await listed(workspace) == []

    in_workspace(tmp_path, body)


@pytest.mark.parametrize(
    "turn", ["suppression_type = 'complaint'", "suppression_type = 'unsubscribe'", "complaint_count = 1"]
)
def test_a_wish_that_comes_while_a_bounce_is_taken_off_stays(
    tmp_path: Path, turn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(workspace: Workspace) -> None:
        key = await suppressed(workspace, "a@x.gr", "hard_bounce")
        read = suppression_edits.records_of  # type: ignore[attr-defined]

        async def read_and_lose(*args: Any) -> Any:
            found = await read(*args)
            wish = Statement(f"UPDATE email_suppressions SET {turn} WHERE id = ?", (key,))
            await workspace.db.apply(Change(Bilingual("", ""), (wish,)))
            return found

        monkeypatch.setattr(suppression_edits, "records_of", read_and_lose)
        await workspace.suppression_edits.remove(["a@x.gr"], "νέο γραμματοκιβώτιο")
        assert await listed(workspace) == ["a@x.gr"]

    in_workspace(tmp_path, body)


def test_without_the_server_one_may_stop_mailing_but_not_begin_again(
    tmp_path: Path, sqld: Sqld, network: TcpProxy
) -> None:
    async def body(workspace: Workspace) -> None:
        assert workspace.synchronisation is not None
        await suppressed(workspace, "bounced@x.gr", "hard_bounce")
        await unsubscribed(workspace, "left@x.gr")
        await workspace.synchronisation.sync_now()
        network.refuse()
        edits = workspace.suppression_edits
        with pytest.raises(Offline):
            await edits.remove(["left@x.gr"], "το ζήτησε", asked_again=True)
        await edits.add(["new@x.gr"], "τηλεφώνησε")
        await edits.remove(["bounced@x.gr"], "νέο γραμματοκιβώτιο")
        assert await listed(workspace) == ["left@x.gr", "new@x.gr"]
        network.passing()
        await workspace.synchronisation.sync_now()
        assert sqld.execute("SELECT email FROM email_suppressions") == [["new@x.gr"]]

    in_workspace(tmp_path, body, {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()})


def test_an_import_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(workspace: Workspace) -> None:
        monkeypatch.setattr(suppression_edits, "CHUNK", 3)
        edits = workspace.suppression_edits
        await suppressed(workspace, "a1@x.gr", "complaint")
        addresses = [f"a{at}@x.gr" for at in range(10)]
        told: list[tuple[int, int]] = []
        stop = asyncio.Event()

        def heard(done: int, total: int) -> None:
            told.append((done, total))
            if done == 6:
                stop.set()

        first = await edits.import_addresses(addresses, "λίστα.csv", "Robinson", heard=heard, stop=stop)
        assert (first.added, first.listed, first.stopped) == (6, 1, True)
        assert told == [(3, 9), (6, 9)] and len(await listed(workspace)) == 7
        rest = await edits.import_addresses(addresses, "λίστα.csv")
        assert (rest.added, rest.listed, rest.stopped) == (3, 7, False)
        assert await listed(workspace) == sorted(addresses)
        note = (await workspace.suppression_list.history("a0@x.gr"))[0]
        assert (note.action, note.text) == ("import", "λίστα.csv\nRobinson")
        entry = await workspace.suppression_list.entry_of("a0@x.gr")
        assert entry is not None and (entry.source, entry.text) == ("import", "Robinson")
        complained = await workspace.suppression_list.entry_of("a1@x.gr")
        assert complained is not None and complained.reason is Reason.COMPLAINT

    in_workspace(tmp_path, body)


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a@x.gr, b@x.gr", "a b@x.gr"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    async def body(workspace: Workspace) -> None:
        with pytest.raises(InvalidInput):
            await workspace.suppression_edits.add(["good@x.gr", address])
        assert await listed(workspace) == []

    in_workspace(tmp_path, body)


_LOCAL = st.text(st.sampled_from("abzABZ09άΆσςΣß._-"), min_size=1, max_size=8).filter(
    lambda text: not text.startswith(".") and not text.endswith(".") and ".." not in text
)
_DOMAIN = st.sampled_from(["shop.gr", "ελαστικά.gr", "ΠΑΠΠΆΣ.gr", "straße.example", "x-y.example"])


def _respelled(local: str, domain: str) -> st.SearchStrategy[str]:
    address = f"{local}@{domain}"
    ways = [address, address.upper() if address.isascii() else address, f" {address}\u200b", f"{address}."]
    ways += [
        f"Νίκος Π. <{address}>",
        f"{local}@{domain.encode('idna').decode() if domain == 'x-y.example' else domain}",
    ]
    return st.sampled_from(ways)


@settings(max_examples=12)
@given(st.data())
def test_any_spelling_that_is_listed_keeps_every_spelling_from_being_mailed(data: st.DataObject) -> None:
    local, domain = data.draw(_LOCAL), data.draw(_DOMAIN)
    told = data.draw(_respelled(local, domain))
    stored = data.draw(_respelled(local, domain).filter(is_mailable))

    async def body(shop: Shop) -> None:
        await shop.customers(2)
        await shop.write(
            "UPDATE customers SET email = ?, created_at = created_at + 9 WHERE email = 'c1@x.example'", stored
        )
        campaign = await shop.campaign()
        await shop.workspace.send_queue.enqueue(campaign)
        await shop.worker().drain(max_items=1, max_jobs=1)
        assert shop.received() == ["c0@x.example"] and len(await shop.statuses(campaign)) == 2
        # Whom to mail has been settled; the address is listed between that and the claim.
        await shop.workspace.suppression_edits.add([told], "όχι άλλα")
        report = await shop.worker().once()
        assert (report.sent, report.skipped, shop.received()) == (0, 1, ["c0@x.example"])

    with TemporaryDirectory() as folder:
        in_shop(Path(folder), body)
