"""A campaign's files: which of them a mail carries, and that they are frozen with it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput
from kkdesk.model.ids import new_id
from kkdesk.services.mail.assets import MAX_TOTAL, CampaignFile, frozen_files, gather
from tests.services.queue.shop import Shop, in_shop

PDF, PICTURE = b"%PDF-1.7 \x00", b"\x89PNG"


class Shelf:
    """Files by their SHA-256, and which of them were asked for."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.asked: list[str] = []

    async def content(self, file: CampaignFile) -> bytes:
        self.asked.append(file.file_name)
        return self.contents[file.sha256]


def record(name: str, content: bytes, role: str = "attachment", embed: bool = False, **changes: object) -> CampaignFile:
    entry = {
        "asset_id": name,
        "url": f"https://blob.example/{name}?a=1&b=2",
        "file_name": name,
        "mime_type": "application/pdf" if role == "attachment" else "image/png",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "role": role,
        "embed": embed,
    }
    return frozen_files(json.dumps([{**entry, **changes}]))[0]


def test_a_mail_carries_attachments_and_the_pictures_it_shows() -> None:
    listed = [
        record("1.pdf", PDF),
        record("shown.png", PICTURE, "inline_image", True),
        record("hosted.png", PICTURE, "inline_image", False),
        record("unseen.png", PICTURE, "inline_image", True),
        record("x.html", PICTURE, "inline_image", True, mime_type="text/html"),
        record("2.pdf", PDF),
    ]
    html = (
        '<img src="https://blob.example/shown.png?a=1&amp;b=2"><img src="https://blob.example/hosted.png?a=1&b=2">'
        '<img src="https://blob.example/x.html?a=1&b=2"><img src="https://blob.example/shown.png?a=1&b=2">'
    )
    shelf = Shelf(PDF, PICTURE)
    carried = asyncio.run(gather(listed, html, shelf))
    assert [(file.file_name, file.content) for file in carried.attachments] == [("1.pdf", PDF), ("2.pdf", PDF)]
    assert [(image.source, image.content) for image in carried.images] == [(listed[1].url, PICTURE)]
    assert shelf.asked == ["1.pdf", "2.pdf", "shown.png"]


def test_files_that_are_too_large_together_are_refused_before_any_is_fetched() -> None:
    half = MAX_TOTAL // 2
    listed = [record("1.pdf", PDF, size=half), record("2.pdf", PDF, size=half + 1)]
    shelf = Shelf(PDF)
    with pytest.raises(InvalidInput, match="18 MB"):
        asyncio.run(gather(listed, "", shelf))
    assert shelf.asked == []


async def add_file(shop: Shop, campaign_id: str, name: str, content: bytes, role: str = "attachment") -> str:
    asset_id, actor = new_id("ast"), shop.workspace.actor
    await shop.write("INSERT OR IGNORE INTO users (id, email, created_at, updated_at) VALUES ('u', 'u@x.gr', 0, 0)")
    await shop.write(
        "INSERT INTO email_assets (id, org_id, uploader_user_id, blob_url, blob_path, file_name, mime_type, size_bytes,"
        " kind, sha256, created_at, updated_at) VALUES (?, ?, 'u', ?, '', ?, ?, ?, 'file', ?, 0, 0)",
        asset_id, actor.org_id, f"https://blob.example/{name}", name,
        "application/pdf" if role == "attachment" else "image/png", len(content), hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    await shop.write(
        "INSERT INTO campaign_assets (id, campaign_id, asset_id, role, embed_inline, sort_order, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, (SELECT count(*) FROM campaign_assets), 0, 0)",
        new_id("cas"), campaign_id, asset_id, role, role == "inline_image",
    )  # fmt: skip
    return asset_id


def parts(content: bytes) -> list[tuple[str, str | None]]:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return [
        (part.get_content_type(), part.get_filename())
        for part in message.walk()
        if not part.is_multipart() and part.get_content_maintype() != "text"
    ]


def test_the_files_are_those_of_the_moment_in_which_the_campaign_was_begun(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        shelf = Shelf(PDF, PICTURE)
        shop.workspace.composer._files = shelf
        await shop.customers(2)
        campaign = await shop.campaign(content='<img src="https://blob.example/λ.png">')
        await add_file(shop, campaign, "β.pdf", PDF)
        await add_file(shop, campaign, "λ.png", PICTURE, "inline_image")
        deleted = await add_file(shop, campaign, "old.pdf", PDF)
        await shop.write("UPDATE email_assets SET deleted_at = 1 WHERE id = ?", deleted)
        await shop.workspace.send_queue.enqueue(campaign)
        await shop.worker().drain(max_items=1, max_jobs=1)
        assert len(shop.sink.mails) == 1
        await add_file(shop, campaign, "late.pdf", PDF)
        await shop.write("UPDATE email_assets SET deleted_at = 1")
        await shop.worker().once()
        assert [parts(mail.content) for mail in shop.sink.mails] == [
            [("image/png", "λ.png"), ("application/pdf", "β.pdf")]
        ] * 2
        frozen = frozen_files(await shop.value("SELECT files FROM kk_campaign_files"))
        assert [(file.file_name, file.role, file.embed) for file in frozen] == [
            ("β.pdf", "attachment", False),
            ("λ.png", "inline_image", True),
        ]

    in_shop(tmp_path, body)
