"""Who sends: the cloud or the desktops."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.services.queue.who_sends import CLOUD_GONE_SECONDS
from tests.services.queue.shop import Shop, in_shop


async def cloud_calls(shop: Shop) -> int:
    """The scheduler calls the cloud's endpoint; how many mails it sent."""
    return (await shop.workspace.new_worker(in_the_cloud=True).drain()).sent


async def desktop_looks(shop: Shop) -> int:
    """A desktop's worker has a look at the queue; how many mails it sent."""
    return (await shop.worker().once()).sent


def test_desktops_send_until_there_is_a_cloud_and_again_when_it_is_gone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(2)
        assert await desktop_looks(shop) == 2
        assert await cloud_calls(shop) == 0
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        assert await desktop_looks(shop) == 0, "the cloud's business now"
        assert await cloud_calls(shop) == 2
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        shop.now += CLOUD_GONE_SECONDS
        assert await desktop_looks(shop) == 2, "nobody waits for ever for a cloud that does not call"

    in_shop(tmp_path, body)


@pytest.mark.parametrize(("choice", "desktop", "cloud"), [("desktop", 2, 0), ("cloud", 0, 2)])
def test_the_company_can_choose(tmp_path: Path, choice: str, desktop: int, cloud: int) -> None:
    async def body(shop: Shop) -> None:
        await cloud_calls(shop)
        await shop.workspace.company_settings.put("send.by", "auto", choice)
        await shop.queued(2)
        shop.now += CLOUD_GONE_SECONDS
        if desktop:
            assert await cloud_calls(shop) == 0
            assert await desktop_looks(shop) == desktop
        else:
            assert await desktop_looks(shop) == 0
            assert await cloud_calls(shop) == cloud

    in_shop(tmp_path, body)


def test_the_cloud_gives_word_now_and_then_and_not_with_each_call(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        seen = "SELECT value FROM kk_settings WHERE name = 'cloud.seen_at'"
        await cloud_calls(shop)
        first = int(await shop.value(seen))
        shop.now += 60
        await cloud_calls(shop)
        assert int(await shop.value(seen)) == first
        shop.now += 600
        await cloud_calls(shop)
        assert int(await shop.value(seen)) == first + 660

    in_shop(tmp_path, body)
