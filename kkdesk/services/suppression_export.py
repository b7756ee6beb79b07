"""The list of addresses that are never mailed as a CSV file, for whoever else sends in the company's name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_time
from kkdesk.model.suppression import Suppressed, SuppressionQuery
from kkdesk.services.exporting.service import whole_or_not_at_all
from kkdesk.services.exporting.writers import CsvWriter
from kkdesk.services.spreadsheet_text import guard
from kkdesk.services.suppression_list import SuppressionList

#: Their entries are made on the window's thread: a few milliseconds of work.
_TOGETHER: Final = 200
_TITLES: Final = (
    Bilingual("E-mail", "E-mail"),
    Bilingual("Λόγος", "Reason"),
    Bilingual("Σημείωση", "Note"),
    Bilingual("Από", "Since"),
    Bilingual("Έως", "Until"),
    Bilingual("Πελάτες", "Customers"),
)


async def export_list(
    listing: SuppressionList,
    query: SuppressionQuery,
    target: Path,
    language: str,
    heard: Callable[[int, int], None] | None = None,
) -> int:
    """Write what `query` shows to `target`, which is there whole or not at all; how many addresses.

    Raises `InvalidInput` when the folder cannot be written and the `StoreError` family. May be cancelled.
    """
    found = await listing.find(query)
    count = 0
    async with whole_or_not_at_all(target) as part:
        writer = await asyncio.to_thread(CsvWriter, part, language)
        try:
            writer.titles([title.in_language(language) for title in _TITLES])
            for start in range(0, len(found.addresses), _TOGETHER):
                entries = await listing.entries(found, found.addresses[start : start + _TOGETHER])
                written = [entry for entry in entries if entry is not None]
                await asyncio.to_thread(_write, writer, written, language)
                count += len(written)
                if heard is not None:
                    heard(start + len(entries), len(found.addresses))
        finally:
            writer.finish()
    return count


def _write(writer: CsvWriter, entries: Sequence[Suppressed], language: str) -> None:
    for entry in entries:
        reasons = ", ".join(reason.label.in_language(language) for reason in entry.reasons)
        customers = ", ".join(name for _, name in entry.customers)
        texts = (entry.shown, reasons, entry.text, _day(entry.since), _day(entry.until), customers)
        writer.row([guard(text) for text in texts])


def _day(moment: int | None) -> str:
    found: datetime | None = athens_time(moment) if moment else None
    return "" if found is None else f"{found:%Y-%m-%d %H:%M}"
