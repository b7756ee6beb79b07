"""The list of addresses that are never mailed: one entry for each, whatever says so and however it is spelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.suppression import Reason, SuppressionQuery, pasted_addresses, shown_address
from kkdesk.workspace import Workspace
from tests.services.suppressions import customer, record, suppressed, unsubscribed

NOW = 1_000_000


def in_workspace(folder: Path, body: Callable[[Workspace], Awaitable[None]]) -> None:
    async def run() -> None:
        workspace = await Workspace.open(folder / "profile", {}, lambda: NOW)
        try:
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(run())


async def listed(workspace: Workspace, text: str = "", reason: Reason | None = None) -> list[str]:
    query = SuppressionQuery(text=text, reason=reason, sort="address", descending=False)
    return list((await workspace.suppression_list.find(query)).addresses)


def test_what_three_tables_say_of_one_address_is_one_entry(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        campaign = await record(
            workspace, "email_campaigns", name="Άνοιξη", subject="", content="", created_at=1, updated_at=1
        )
        await suppressed(workspace, "NIKOS@Shop.gr", "hard_bounce", 700, suppression_reason="550", bounce_count=2)
        await unsubscribed(workspace, " nikos@shop.gr", 500, campaign_id=campaign, reason="Πολλά μηνύματα")
        first = await customer(workspace, "Nikos@shop.gr", left=True)
        second = await customer(workspace, "nikos@shop.gr", name="Μαρία")
        assert await listed(workspace) == ["nikos@shop.gr"]
        found = await workspace.suppression_list.entry_of("Νίκος <NIKOS@SHOP.GR>")
        assert found is not None
        assert found.reasons == (Reason.UNSUBSCRIBE, Reason.HARD_BOUNCE) and found.is_wish
        assert (found.source, found.source_name, found.text) == ("campaign", "Άνοιξη", "550")
        assert (found.since, found.until, found.bounces) == (500, None, 2)
        assert set(found.customers) == {(first, "Νίκος"), (second, "Μαρία")}

    in_workspace(tmp_path, body)


def test_each_kind_of_record_by_itself(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await suppressed(workspace, "bounce@x.gr", "hard_bounce", expires_at=NOW + 50)
        await suppressed(workspace, "angry@x.gr", "complaint")
        await suppressed(workspace, "over@x.gr", "hard_bounce", expires_at=NOW)
        await unsubscribed(workspace, "web@x.gr")
        await customer(workspace, "card@x.gr", left=True)
        await customer(workspace, "happy@x.gr")
        await customer(workspace, "", left=True)
        entries = {}
        found = await workspace.suppression_list.find(SuppressionQuery())
        for entry in await workspace.suppression_list.entries(found, found.addresses):
            assert entry is not None
            entries[entry.address] = (entry.reason.value, entry.source, entry.since, entry.until)
        assert entries == {
            "bounce@x.gr": ("hard_bounce", "mail", 1_000, NOW + 50),
            "angry@x.gr": ("complaint", "mail", 1_000, None),
            "web@x.gr": ("unsubscribe", "web", 2_000, None),
            "card@x.gr": ("unsubscribe", "customer", 0, None),
        }
        assert await workspace.suppression_list.entry_of("over@x.gr") is None
        lasting = await workspace.suppression_list.find(SuppressionQuery(lasting=True))
        assert set(lasting.addresses) == {"angry@x.gr", "web@x.gr", "card@x.gr"}

    in_workspace(tmp_path, body)


def test_orders_reasons_and_counts(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await suppressed(workspace, "b@x.gr", "manual", 30)
        await suppressed(workspace, "a@x.gr", "manual", 10)
        await suppressed(workspace, "c@y.gr", "complaint", 20)
        await customer(workspace, "d@y.gr", left=True)
        find = workspace.suppression_list.find
        assert (await find(SuppressionQuery())).addresses == ["b@x.gr", "c@y.gr", "a@x.gr", "d@y.gr"]
        assert (await find(SuppressionQuery(descending=False))).addresses == ["d@y.gr", "a@x.gr", "c@y.gr", "b@x.gr"]
        by_reason = await find(SuppressionQuery(sort="reason", descending=False))
        assert by_reason.addresses == ["c@y.gr", "d@y.gr", "a@x.gr", "b@x.gr"]
        only = await find(SuppressionQuery(text="x.", reason=Reason.MANUAL, sort="address"))
        assert only.addresses == ["b@x.gr", "a@x.gr"]
        assert only.counts == {
            Reason.COMPLAINT: 0, Reason.UNSUBSCRIBE: 0, Reason.HARD_BOUNCE: 0, Reason.MANUAL: 2
        }  # fmt: skip
        assert by_reason.total == 4 and by_reason.counts[Reason.UNSUBSCRIBE] == 1

    in_workspace(tmp_path, body)


@pytest.mark.parametrize("text", ["ελαστικά", "ΕΛΑΣΤΙΚΆ", "info@ελ", "xn--", "Πώληση <info@ελαστικά.gr>", "INFO@"])
@pytest.mark.parametrize("stored", ["info@xn--hxajlrfd1di.gr", "Info@Ελαστικά.gr.", "Πώληση <info@ελαστικά.gr>"])
def test_greek_domains_are_found_as_they_are_typed(tmp_path: Path, text: str, stored: str) -> None:
    async def body(workspace: Workspace) -> None:
        await suppressed(workspace, stored, "manual")
        await suppressed(workspace, "other@x.gr", "manual")
        found = await workspace.suppression_list.find(SuppressionQuery(text=text))
        assert [shown_address(key) for key in found.addresses] == ["info@ελαστικά.gr"]
        entry = (await workspace.suppression_list.entries(found, found.addresses))[0]
        assert entry is not None and entry.reason is Reason.MANUAL

    in_workspace(tmp_path, body)


def test_whatever_moves_the_list_is_noticed_and_nothing_else(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        stamps = [await workspace.suppression_list.stamp()]

        async def moved() -> bool:
            stamps.append(await workspace.suppression_list.stamp())
            return stamps[-1] != stamps[-2]

        await customer(workspace, "a@x.gr")
        assert not await moved()
        key = await suppressed(workspace, "a@x.gr", "hard_bounce", expires_at=NOW + 5)
        assert await moved()
        for assignment in ("suppression_type = 'complaint'", "expires_at = NULL", f"expires_at = {NOW - 1}"):
            sql = f"UPDATE email_suppressions SET {assignment} WHERE id = '{key}'"
            await workspace.db.apply(Change(Bilingual("", ""), (Statement(sql),)))
            assert await moved(), assignment
        await unsubscribed(workspace, "b@x.gr")
        assert await moved()
        await customer(workspace, "c@x.gr", left=True)
        assert await moved()

    in_workspace(tmp_path, body)


def test_pasted_text_is_sorted_out() -> None:
    text = "Νίκος Π. <Nikos@Shop.gr>; maria@x.gr\tNIKOS@shop.gr\n\nx@y.gr z@y.gr,\nόχι αυτό, τέλος@ελαστικά.gr\nμισό@"
    found = pasted_addresses(text)
    assert found.addresses == (
        "nikos@shop.gr", "maria@x.gr", "x@y.gr", "z@y.gr", "τέλος@xn--hxajlrfd1di.gr"
    )  # fmt: skip
    assert found.wrong == ((4, "όχι αυτό"), (5, "μισό@"))
