"""Pictures and files that no mail needs any more are taken out of the library, and later deleted.

A file that nothing has used for the hours of `EMAIL_ASSET_CLEANUP_HOURS` is marked (`deleted_at`): nobody is offered it
any longer. When it has been marked, and still unused, for as long again, its content is deleted, and then its row. So
who has an old picture open in an editor just now does not mail a hole. The web CRM marks files without looking into
templates and signatures, and never deletes any: what it has marked is judged here like everything else.

`updated_at` is when a file was last found in use, so that each is looked at once in that time, the longest waiting
first. A run that ends anywhere leaves rows as they are, or marked, or without content and marked; the next goes on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement
from kkdesk.model.errors import KKDeskError
from kkdesk.model.row import as_int, as_text
from kkdesk.services.assets.blob_errors import BlobRefused
from kkdesk.services.assets.cleaning_report import CleaningReport
from kkdesk.services.assets.names import Named, named
from kkdesk.services.assets.uses import LINKED, WITH_USED, AssetUses, listed

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.services.assets.vercel_blob import VercelBlob
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings
    from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)

_LABEL: Final = Bilingual("Καθαρισμός αρχείων που δεν χρησιμοποιούνται", "Clean up unused files")
_KEPT: Final = Bilingual(
    "Ό,τι δεν διαγράφηκε μένει όπως είναι, για την επόμενη φορά.", "What was not deleted stays as it is, for next time."
)
#: Marks (`names.Way`) that texts are searched for at a time. Those of the web CRM's files are two, for all of them.
_MARKS: Final = 12

_AGE: Final = "max(created_at, coalesce(updated_at, 0), coalesce(deleted_at, 0))"
# Addresses elsewhere (an older store, another service) are none of ours to delete.
_DUE: Final = f"""
SELECT id, blob_url, blob_path, deleted_at, count(*) OVER () AS due FROM email_assets
WHERE org_id = ?1 AND {_AGE} <= ?2
  AND EXISTS (SELECT 1 FROM json_each(?3) p WHERE substr(lower(blob_url), 1, length(p.value)) = p.value)
  AND NOT {LINKED.format(id="email_assets.id")}
ORDER BY updated_at, id LIMIT ?4"""
_MARK: Final = f"""
UPDATE email_assets SET deleted_at = ?2, updated_at = ?2
WHERE org_id = ?4 AND deleted_at IS NULL AND {_AGE} <= ?5
  AND id IN ({WITH_USED} SELECT id FROM c EXCEPT SELECT id FROM used)"""
# Writes nothing: it is the last word of the database itself, whatever a replica was read for before.
_CONFIRM: Final = f"""
UPDATE email_assets SET deleted_at = deleted_at
WHERE org_id = ?4 AND deleted_at IS NOT NULL AND {_AGE} <= ?5
  AND id IN ({WITH_USED} SELECT id FROM c EXCEPT SELECT id FROM used) RETURNING id"""
_LOOKED_AT: Final = (
    "UPDATE email_assets SET updated_at = ?2 WHERE org_id = ?3 AND id IN (SELECT value FROM json_each(?1))"
)
_ADDRESS: Final = "substr({row}.blob_url, 1, instr({row}.blob_url || '?', '?') - 1)"
_SHARED: Final = (
    "EXISTS (SELECT 1 FROM email_assets s WHERE s.id <> email_assets.id AND (s.blob_path = email_assets.blob_path "
    f"OR {_ADDRESS.format(row='s')} = {_ADDRESS.format(row='email_assets')}))"
)
_WHICH_SHARE: Final = f"SELECT id FROM email_assets WHERE id IN (SELECT value FROM json_each(?)) AND {_SHARED}"
_GOES: Final = f"org_id = ?2 AND deleted_at IS NOT NULL AND NOT {LINKED.format(id='email_assets.id')}"
# One after the other, so that the last row of a content is left.
_FORGET_SHARED: Final = f"DELETE FROM email_assets WHERE id = ?1 AND {_GOES} AND {_SHARED}"
_THERE: Final = "SELECT id FROM email_assets WHERE id IN (SELECT value FROM json_each(?))"
_FORGET: Final = f"DELETE FROM email_assets WHERE id IN (SELECT value FROM json_each(?1)) AND {_GOES}"


@dataclass(frozen=True, slots=True)
class _File:
    """A file whose turn it is."""

    names: Named
    address: str
    marked: bool


class AssetCleaning:
    """Cleans up the files of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock, settings: Settings, secrets: Secrets) -> None:
        """Reads the settings at each run."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._settings = settings
        self._secrets = secrets
        self._uses = AssetUses(db, clock)

    async def run(self, seconds: float) -> CleaningReport:
        """Clean for `seconds` at most. What goes wrong is in the report; several may run at once, anywhere."""
        report = CleaningReport()
        try:
            async with asyncio.timeout(seconds):
                await self._run(report)
        except KKDeskError as error:  # Before TimeoutError, which some of them are.
            report.error = error
        except TimeoutError:
            report.timed_out = True
        if report.examined or report.error or report.timed_out:
            figures = report.figures()
            del figures["error"]  # Its code says it.
            _log.info("assets_cleaned", **figures)
        return report

    async def _run(self, report: CleaningReport) -> None:
        if self._settings.text("EMAIL_ASSET_CLEANUP_ENABLED").lower() in {"0", "false", "no", "off"}:
            report.skipped = "off"
            return
        token = await self._secrets.get("BLOB_READ_WRITE_TOKEN")
        if not token:
            report.skipped = "no_token"
            return
        from kkdesk.services.assets.vercel_blob import VercelBlob

        async with VercelBlob(token, kept=_KEPT, api=self._settings.text("VERCEL_BLOB_API_URL")) as store:
            before = self._clock() - 3600 * self._settings.number("EMAIL_ASSET_CLEANUP_HOURS", 1, 24 * 3650)
            files = await self._due(store.addresses, before, report)
            if files:
                await self._clean(store, files, before, report)

    async def _due(self, addresses: Sequence[str], before: int, report: CleaningReport) -> list[_File]:
        limit = self._settings.number("EMAIL_ASSET_CLEANUP_LIMIT", 1, 500)
        rows = await self._db.query(_DUE, (self._actor.org_id, before, json.dumps(addresses), limit))
        report.left = as_int(rows[0]["due"]) if rows else 0
        return [
            _File(
                named(as_text(row["id"]), as_text(row["blob_url"]), as_text(row["blob_path"])),
                as_text(row["blob_url"]).partition("?")[0],
                row["deleted_at"] is not None,
            )
            for row in rows
        ]

    async def _clean(self, store: VercelBlob, files: Sequence[_File], before: int, report: CleaningReport) -> None:
        odd = await self._uses.oddly_spelt([file.names for file in files])
        for group in _grouped(files):
            used = odd & {file.names.id for file in group} | await self._uses.used([file.names for file in group])
            report.examined += len(group)
            unused = [file for file in group if file.names.id not in used]
            await self._mark([file for file in unused if not file.marked], sorted(used), before, report)
            await self._delete(store, [file for file in unused if file.marked], before, report)
            report.left -= len(group)

    async def _mark(self, files: Sequence[_File], used: Sequence[str], before: int, report: CleaningReport) -> None:
        """Mark `files` unless something has come to use them, and note that `used` ones have had their turn."""
        org_id, now = self._actor.org_id, self._clock()
        statements = []
        if used:
            statements.append(Statement(_LOOKED_AT, (json.dumps(used), now, org_id)))
        if files:
            names, width = listed([file.names for file in files])
            statements.append(Statement(_MARK, (names, now, width, org_id, before)))
        if not statements:
            return
        applied = await self._write(*statements)
        report.kept += len(used)
        report.marked += sum(applied.counts[1 if used else 0 :])

    async def _delete(self, store: VercelBlob, files: Sequence[_File], before: int, report: CleaningReport) -> None:
        """Delete content, then rows. Content that other rows have as well is the last one's to delete."""
        org_id = self._actor.org_id
        addresses = await self._last_with_content(await self._confirmed(files, before), report)
        if not addresses:
            return
        gone, refused = await _delete_contents(store, addresses)
        if refused:
            await self._write(Statement(_LOOKED_AT, (json.dumps(refused), self._clock(), org_id)))
            report.failed += len(refused)
        if gone:
            applied = await self._write(Statement(_FORGET, (json.dumps(gone), org_id)))
            report.deleted += sum(applied.counts)

    async def _confirmed(self, files: Sequence[_File], before: int) -> dict[str, str]:
        """Addresses of those of `files` that may go now, by id."""
        if not files:
            return {}
        names, width = listed([file.names for file in files])
        args = (names, self._clock(), width, self._actor.org_id, before)
        applied = await self._write(Statement(_CONFIRM, args))
        ids = {as_text(row["id"]) for rows in applied.rows for row in rows}
        return {file.names.id: file.address for file in files if file.names.id in ids}

    async def _last_with_content(self, addresses: dict[str, str], report: CleaningReport) -> dict[str, str]:
        """Those of `addresses` that no other row has; rows of the rest are deleted."""
        ids = json.dumps(list(addresses))
        if not addresses or not await self._db.query(_WHICH_SHARE, (ids,)):
            return addresses
        one_by_one = [(asset_id, self._actor.org_id) for asset_id in addresses]
        applied = await self._write(Statement(_FORGET_SHARED, many=one_by_one))
        report.deleted += sum(applied.counts)
        there = {as_text(row["id"]) for row in await self._db.query(_THERE, (ids,))}
        return {asset_id: address for asset_id, address in addresses.items() if asset_id in there}

    async def _write(self, *statements: Statement) -> Applied:
        # At once or not at all: what is found here is old when it arrives later.
        return await self._db.apply(Change(_LABEL, statements, at_primary=True))


def _grouped(files: Sequence[_File]) -> Iterator[list[_File]]:
    """`files` in their order, in groups that have few marks."""
    group: list[_File] = []
    marks: set[str] = set()
    for file in files:
        marks |= {way.mark for way in file.names.ways}
        if len(marks) > _MARKS and group:
            yield group
            group, marks = [], {way.mark for way in file.names.ways}
        group.append(file)
    if group:
        yield group


async def _delete_contents(store: VercelBlob, addresses: dict[str, str]) -> tuple[list[str], list[str]]:
    """Delete what lies at `addresses`, which are by id: the ids whose content is gone, and those that were refused.

    Raises what is no single file's fault.
    """
    if not addresses:
        return [], []
    try:
        await store.delete(list(addresses.values()))
    except BlobRefused:
        if len(addresses) == 1:
            return [], list(addresses)
    else:
        return list(addresses), []
    gone: list[str] = []
    refused: list[str] = []
    # One of them is to blame.
    for asset_id, address in addresses.items():
        one = await _delete_contents(store, {asset_id: address})
        gone += one[0]
        refused += one[1]
    return gone, refused
