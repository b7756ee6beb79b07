"""Files in a store and in a database, everything that can use them, and every way to spell their names."""

from __future__ import annotations

import asyncio
import html
import json
import secrets
import shutil
import sqlite3
import string
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import new_id
from kkdesk.services.assets.cleaning import AssetCleaning
from kkdesk.services.assets.cleaning_report import CleaningReport
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.history import History
from kkdesk.services.local_actor import local_actor
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.services.signatures import Signatures
from kkdesk.services.templates import Templates
from kkdesk.store.database import Database
from kkdesk.store.hrana_client import Timeouts
from kkdesk.store.local import LocalDatabase, prepare
from kkdesk.store.profile import Profile
from kkdesk.store.remote import RemoteDatabase
from tests.servers.sqld import Sqld
from tests.servers.vercel_blob import TOKEN, VercelBlobStandIn, vercel_blob

HOUR = 3600
HOURS = 24
#: Far more than any run takes.
SECONDS = 60.0
LABEL = Bilingual("Δοκιμή", "Test")


@dataclass(frozen=True)
class Asset:
    """A row of `email_assets`."""

    id: str
    path: str
    url: str


@dataclass
class Library:
    """An open database and a store; `now` is what time it is for both the cleaning and the services."""

    db: Database
    actor: Actor
    store: VercelBlobStandIn
    env: dict[str, str]
    folder: Path
    now: int = field(default_factory=lambda: int(time.time()))

    def clock(self) -> int:
        return self.now

    def cleaning(self, db: Database | None = None, **env: str) -> AssetCleaning:
        """The service, on this connection, with these settings changed."""
        profile = Profile.at(self.folder, self.env)
        settings = Settings(profile, self.env | env)
        return AssetCleaning(db or self.db, self.actor, self.clock, settings, Secrets(settings, "test"))

    async def clean(self, **env: str) -> CleaningReport:
        """One run, which has to go well."""
        report = await self.cleaning(**env).run(SECONDS)
        assert report.error is None, report.error
        assert not report.timed_out
        return report

    async def clean_all(self) -> None:
        """Runs until nothing is due, now and after the hours, when marked ones may go."""
        for _ in range(2):
            while (await self.clean()).examined:
                continue
            self.now += HOURS * HOUR
        while (await self.clean()).examined:
            continue

    async def write(self, sql: str, *args: Any) -> None:
        """What somebody else writes."""
        await self.db.apply(Change(LABEL, (Statement(sql, args),)))

    async def asset(
        self, *, age: float = 100, marked: float | None = None, org_id: str = "", of: Asset | None = None, url: str = ""
    ) -> Asset:
        """A picture uploaded `age` hours ago, and `marked` as deleted so many hours ago; or a row of the same content."""
        org_id = org_id or self.actor.org_id
        name = f"{self.now * 1000 + secrets.randbelow(10**9)}-{new_id('x')[2:]}"
        path = of.path if of else f"email-assets/{org_id}/{name}.png"
        made = Asset(new_id("ast"), path, url or (of.url if of else self.store.add(path, secrets.token_bytes(9))))
        at, gone = self.now - int(age * HOUR), None if marked is None else self.now - int(marked * HOUR)
        await self.write(
            "INSERT INTO email_assets (id, org_id, uploader_user_id, blob_url, blob_path, file_name, mime_type, "
            "size_bytes, kind, sha256, created_at, updated_at, deleted_at) "
            "VALUES (?, ?, ?, ?, ?, 'a.png', 'image/png', 9, 'image', '00', ?, ?, ?)",
            *(made.id, org_id, self.actor.user_id, made.url, path, at, at if gone is None else gone, gone),
        )
        return made

    async def row(self, asset: Asset) -> Mapping[str, Any] | None:
        """The row as it is; None when it is gone."""
        rows = await self.db.query("SELECT * FROM email_assets WHERE id = ?", (asset.id,))
        return {name: rows[0][name] for name in rows[0].keys()} if rows else None  # noqa: SIM118

    async def state(self, asset: Asset) -> str:
        """`there`, `marked`, `gone`; or `broken`: content without a row or the other way round."""
        row, content = await self.row(asset), asset.path in self.store.blobs
        if row is None:
            return "broken" if content else "gone"
        if row["deleted_at"] is not None:
            return "marked" if content else "emptied"
        return "there" if content else "broken"

    async def campaign(self, content: str = "", status: str = "draft") -> str:
        """A campaign, last edited years ago; its id."""
        campaign_id = new_id("camp")
        await self.write(
            "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) "
            "VALUES (?, ?, 'Κ', 'Θ', ?, ?, 5, 5)",
            *(campaign_id, self.actor.org_id, content, status),
        )
        return campaign_id

    async def link(self, asset: Asset, campaign_id: str) -> None:
        """The campaign has the file among its pictures."""
        await self.write(
            "INSERT INTO campaign_assets (id, campaign_id, asset_id, role, created_at, updated_at) "
            "VALUES (?, ?, ?, 'inline_image', 5, 5)",
            *(new_id("cas"), campaign_id, asset.id),
        )

    @property
    def templates(self) -> Templates:
        return Templates(self.db, self.actor, self.clock)

    @property
    def signatures(self) -> Signatures:
        return Signatures(self.db, self.actor, self.clock)

    @property
    def campaigns(self) -> Campaigns:
        return Campaigns(self.db, self.actor, self.clock)

    @property
    def history(self) -> History:
        return History(self.db, self.actor, self.clock)


# How something uses a file ---------------------------------------------------------------------------------------

#: Uses a file, which the text names.
Use = Callable[[Library, Asset, str], Awaitable[None]]


async def in_a_draft(library: Library, _asset: Asset, text: str) -> None:
    await library.campaign(text)


async def in_a_sent_campaign(library: Library, _asset: Asset, text: str) -> None:
    await library.campaign(text, "sent")


async def linked(library: Library, asset: Asset, _text: str) -> None:
    await library.link(asset, await library.campaign())


async def in_frozen_content(library: Library, _asset: Asset, text: str) -> None:
    await library.write(
        "INSERT INTO kk_campaign_content (campaign_id, name, subject, content, signature, from_email, frozen_at) "
        "VALUES (?, '', '', ?, '', '', 5)",
        *(await library.campaign(), text),
    )


async def in_a_frozen_signature(library: Library, _asset: Asset, text: str) -> None:
    await library.write(
        "INSERT INTO kk_campaign_content (campaign_id, name, subject, content, signature, from_email, frozen_at) "
        "VALUES (?, '', '', '', ?, '', 5)",
        *(await library.campaign(), text),
    )


async def in_frozen_files(library: Library, _asset: Asset, text: str) -> None:
    files = json.dumps([{"asset_id": "ast_other", "url": text}])
    await library.write(
        "INSERT INTO kk_campaign_files (campaign_id, files) VALUES (?, ?)", await library.campaign(), files
    )


async def in_a_template(library: Library, _asset: Asset, text: str) -> None:
    await library.templates.create("Π", "Θ", text)


async def as_a_thumbnail(library: Library, _asset: Asset, text: str) -> None:
    template_id = await library.templates.create("Π", "Θ", "")
    await library.write("UPDATE email_templates SET thumbnail = ? WHERE id = ?", text, template_id)


async def in_a_signature(library: Library, _asset: Asset, text: str) -> None:
    await library.signatures.create("Υ", text)


async def as_the_logo(library: Library, asset: Asset, text: str) -> None:
    rows = await library.db.query("SELECT logo FROM organizations WHERE id = ?", (library.actor.org_id,))
    logo = f"{rows[0]['logo'] or ''} {text}"
    await library.write("UPDATE organizations SET logo = ? WHERE id = ?", logo, library.actor.org_id)


async def in_another_organisation(library: Library, _asset: Asset, text: str) -> None:
    org_id = new_id("org")
    await library.write(
        "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES (?1, ?1, ?1, 0, 0)", org_id
    )
    await library.write(
        "INSERT INTO email_signatures (id, org_id, name, content, created_at, updated_at) VALUES (?, ?, '', ?, 5, 5)",
        *(new_id("sig"), org_id, text),
    )


async def in_an_automation(library: Library, _asset: Asset, text: str) -> None:
    automation = new_id("auto")
    await library.write(
        "INSERT INTO email_automations (id, org_id, name, trigger, created_at, updated_at) VALUES (?, ?, '', '', 5, 5)",
        *(automation, library.actor.org_id),
    )
    await library.write(
        "INSERT INTO automation_steps (id, automation_id, type, config, sort_order, created_at) "
        "VALUES (?, ?, 'email', ?, 0, 5)",
        *(new_id("step"), automation, json.dumps({"html": text}, ensure_ascii=False)),
    )


async def in_a_company_setting(library: Library, _asset: Asset, text: str) -> None:
    await library.write(
        "INSERT INTO kk_settings (id, org_id, name, value, updated_at) VALUES (?1, ?2, ?1, ?3, 5)",
        *(new_id("set"), library.actor.org_id, text),
    )


async def in_a_deleted_template(library: Library, _asset: Asset, text: str) -> None:
    await library.templates.delete(await library.templates.create("Π", "Θ", text))


async def in_an_edited_signature(library: Library, _asset: Asset, text: str) -> None:
    signature = await library.signatures.get(await library.signatures.create("Υ", text))
    await library.signatures.update(signature, "Υ", "χωρίς εικόνα", default=False)


async def in_a_deleted_campaign(library: Library, _asset: Asset, text: str) -> None:
    await library.campaigns.delete(await library.campaign(text))


async def linked_to_a_deleted_campaign(library: Library, asset: Asset, _text: str) -> None:
    campaign_id = await library.campaign()
    await library.link(asset, campaign_id)
    await library.campaigns.delete(campaign_id)


USES: tuple[Use, ...] = (
    in_a_draft,
    in_a_sent_campaign,
    linked,
    in_frozen_content,
    in_a_frozen_signature,
    in_frozen_files,
    in_a_template,
    as_a_thumbnail,
    in_a_signature,
    as_the_logo,
    in_another_organisation,
    in_an_automation,
    in_a_company_setting,
    in_a_deleted_template,
    in_an_edited_signature,
    in_a_deleted_campaign,
    linked_to_a_deleted_campaign,
)

# How a text names a file -----------------------------------------------------------------------------------------


def percent(text: str, chosen: Callable[[str], bool]) -> str:
    """`text` with the chosen characters percent-encoded."""
    return "".join("".join(f"%{byte:02x}" for byte in c.encode()) if chosen(c) else c for c in text)


def references(text: str, chosen: Callable[[str], bool]) -> str:
    """`text` with the chosen characters as character references, decimal and hexadecimal by turns."""
    return "".join(
        (f"&#x{ord(c):X};" if number % 2 else f"&#{ord(c):04};") if chosen(c) else c for number, c in enumerate(text)
    )


def _mark(c: str) -> bool:
    return c not in string.ascii_letters + string.digits


def _some(c: str) -> bool:
    return ord(c) % 3 == 0


SPELLINGS: dict[str, Callable[[Asset], str]] = {
    "address": lambda a: f'<img src="{a.url}" alt="">',
    "query": lambda a: f'<img src="{html.escape(a.url + "?w=1&h=2")}">',
    "download": lambda a: f"<a href='{a.url}?download=1#top'>",
    "style": lambda a: f"background:url({a.url})",
    "srcset": lambda a: f'srcset="{a.url} 1x,{a.url}?2 2x"',
    "no scheme": lambda a: a.url.removeprefix("https:"),
    "path": lambda a: f"/{a.path}",
    "id": lambda a: f'<img data-email-asset-id="{a.id}" src="cid:x">',
    "cid": lambda a: f"cid:asset-{a.id}@kktires",
    "in a link": lambda a: f"https://crm.example/api/email/click?u={quote(a.url, safe='')}&amp;sig=x",
    "twice encoded": lambda a: quote(quote(a.url, safe=""), safe=""),
    "marks encoded": lambda a: percent(a.url, _mark),
    "marks as references": lambda a: references(a.url, _mark),
    "letters encoded": lambda a: percent(a.path, _some),
    "letters as references": lambda a: references(a.url, _some),
    "all encoded": lambda a: percent(a.path, lambda _: True),
    "id as references": lambda a: references(a.id, lambda _: True),
    "layers": lambda a: html.escape(references(percent(a.path, _some), _mark)),
    "layers of percent": lambda a: quote(percent(a.path, _some), safe=""),
    "upper-case host": lambda a: a.url.replace(".public.blob", ".PUBLIC.BLOB"),
    "among other letters": lambda a: f"Καλή χρονιά 😀{'αβγ ' * 40}{a.url}{' δεζ' * 40}\x00",
    "behind a NUL": lambda a: f"assets ast\x00{a.url}",
    "on the seam of two pieces": lambda a: f"%41{'α' * 499_850}{percent(a.path, lambda _: True)}{'β' * 20}",
}


# Where --------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _empty() -> Path:
    """A database without anybody. Do not write to it."""
    path = Path(mkdtemp(prefix="kkdesk-assets-")) / "crm.db"
    prepare(path)
    return path


@asynccontextmanager
async def library(folder: Path, sqld: Sqld | None = None) -> AsyncIterator[Library]:
    """An empty library in a file in `folder`, or on a server."""
    async with vercel_blob(VercelBlobStandIn()) as store:
        env = {"KKDESK_DATA": str(folder), "BLOB_READ_WRITE_TOKEN": TOKEN, "VERCEL_BLOB_API_URL": store.url}
        db = await _opened(folder, sqld)
        try:
            actor = await local_actor(db, "org_kktires", db.clock)
            made = Library(db, actor, store, env, folder)
            yield made
        finally:
            await db.close()


async def _opened(folder: Path, sqld: Sqld | None) -> Database:
    if sqld is None:
        shutil.copy(_empty(), folder / "crm.db")
        return await LocalDatabase.open(folder / "crm.db")
    db = await connected(sqld)
    await db.migrate()
    return db


async def connected(sqld: Sqld, url: str = "", timeouts: Timeouts | None = None) -> RemoteDatabase:
    """One more connection to the server, by `url` if that is given."""

    async def token() -> str:
        return sqld.token()

    return RemoteDatabase(url or sqld.url, token, timeouts=timeouts)


def in_library(folder: Path, body: Callable[[Library], Awaitable[None]], sqld: Sqld | None = None) -> None:
    """Run `body` with an empty library."""

    async def run() -> None:
        async with library(folder, sqld) as opened:
            await body(opened)

    asyncio.run(run())


def loosely(folder: Path, sql: str, *args: Any) -> None:
    """What a program writes that does not look at foreign keys."""
    with closing(sqlite3.connect(folder / "crm.db")) as connection, connection:
        connection.execute(sql, args)
