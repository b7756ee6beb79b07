"""The files of a campaign: attachments, and pictures that travel inside the mail (`email_assets`, `campaign_assets`).

Their list is frozen with the campaign's content, as JSON; the files themselves lie at public addresses (Vercel Blob)
and are known by their SHA-256, so that what is fetched later is what was frozen.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.services.mail.inline_images import InlineImage, shown_sources
from kkdesk.services.mail.message import Attachment

#: Bytes of all files of one mail. In base64 they are 24.6 MB: nearly every mail server takes 25 MB, few take more.
MAX_TOTAL: Final = 18_000_000
#: What an SQL statement says of a campaign's files, in the order in which mails carry them; `?1` is the campaign.
#: Left out are files that somebody has deleted, and those that lie at no https address, which nobody could prove.
CAMPAIGN_FILES: Final = """
SELECT json_group_array(json_object('asset_id', x.id, 'url', x.blob_url, 'file_name', x.file_name,
  'mime_type', x.mime_type, 'size', x.size_bytes, 'sha256', lower(x.sha256), 'role', x.role, 'embed', x.embed_inline))
FROM (
  SELECT a.id, a.blob_url, a.file_name, a.mime_type, a.size_bytes, a.sha256, c.role, c.embed_inline
  FROM campaign_assets c JOIN email_assets a ON a.id = c.asset_id
  WHERE c.campaign_id = ?1 AND a.deleted_at IS NULL AND a.blob_url LIKE 'https://%'
  ORDER BY c.sort_order, c.id) AS x
"""


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """One file of a campaign as it was frozen."""

    asset_id: str
    url: str
    file_name: str
    mime_type: str
    #: Bytes.
    size: int
    #: Lower-case hex.
    sha256: str
    #: `attachment` or `inline_image`.
    role: str
    #: Whether a picture travels inside the mail; else it stays where it is hosted.
    embed: bool


@dataclass(frozen=True, slots=True)
class CarriedFiles:
    """What every mail of a campaign carries."""

    attachments: tuple[Attachment, ...] = ()
    images: tuple[InlineImage, ...] = ()


class FileSource(Protocol):
    """Whoever has the files (`BlobFiles`)."""

    async def content(self, file: CampaignFile) -> bytes:
        """The file, proven to be the one that was frozen.

        Raises `InvalidInput` when it is gone or another one now, `Offline` when it cannot be reached.
        """
        ...


def frozen_files(text: str) -> list[CampaignFile]:
    """The files in a JSON list as `CAMPAIGN_FILES` makes it. Raises `ValueError` for anything else."""
    return [
        CampaignFile(
            asset_id=str(entry["asset_id"]),
            url=str(entry["url"]),
            file_name=str(entry["file_name"] or ""),
            mime_type=str(entry["mime_type"] or ""),
            size=int(entry["size"] or 0),
            sha256=str(entry["sha256"] or ""),
            role=str(entry["role"]),
            embed=bool(entry["embed"]),
        )
        for entry in json.loads(text or "[]")
    ]


def carried(files: Sequence[CampaignFile], html: str) -> tuple[list[CampaignFile], list[CampaignFile]]:
    """Which files the mails of a campaign with this HTML carry: attachments, and embedded pictures that it shows.

    Raises `InvalidInput` when they are too large together.
    """
    attached = [file for file in files if file.role == "attachment"]
    shown = shown_sources(html) if any(file.embed for file in files) else frozenset()
    pictures = {
        file.url: file
        for file in files
        if file.role == "inline_image" and file.embed and file.mime_type.lower().startswith("image/")
    }
    embedded = [file for url, file in pictures.items() if url in shown]
    total = sum(file.size for file in (*attached, *embedded))
    if total > MAX_TOTAL:
        raise _too_large(total)
    return attached, embedded


async def gather(files: Sequence[CampaignFile], html: str, source: FileSource) -> CarriedFiles:
    """Fetch what the mails of a campaign with this HTML carry (`carried`).

    Raises `InvalidInput` for files that are too large together, gone or changed, `Offline` without a network.
    """
    attached, embedded = carried(files, html)
    contents = await asyncio.gather(*(source.content(file) for file in (*attached, *embedded)))
    return CarriedFiles(
        tuple(
            Attachment(file.file_name, file.mime_type, content)
            for file, content in zip(attached, contents, strict=False)
        ),
        tuple(
            InlineImage(file.url, file.mime_type, content, file.file_name)
            for file, content in zip(embedded, contents[len(attached) :], strict=True)
        ),
    )


def _too_large(total: int) -> InvalidInput:
    size, limit = f"{total / 1e6:.1f}", f"{MAX_TOTAL / 1e6:.0f}"
    return InvalidInput(
        Bilingual(
            f"Τα αρχεία της καμπάνιας είναι {size.replace('.', ',')} MB· ένα μήνυμα χωράει έως {limit} MB.",
            f"The files of the campaign are {size} MB; a mail holds {limit} MB at most.",
        ),
        kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
        next_step=Bilingual(
            "Αφαιρέστε συνημμένα, ή βάλτε στη θέση τους συνδέσμους.",
            "Remove attachments, or put links in their place.",
        ),
    )
