"""`SearchIndex`: the derived file beside the CRM's that answers searches and lists in milliseconds.

Never the truth and never needed to keep anything: a damaged or outdated one is thrown away and built again. What
anybody has written, this process or another, is indexed on `refresh`; more than some hundred customers by a process
of their own, in alphabetical order, while lists show what is there already.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from array import array
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StoreError
from kkdesk.store import search_query
from kkdesk.store.search_file import IndexFile, IndexUnfit, Work
from kkdesk.store.search_log import warn
from kkdesk.store.search_schema import fits
from kkdesk.store.sqlite_errors import as_store_error, damaged

if TYPE_CHECKING:
    from kkdesk.model.customer_query import CustomerQuery
    from kkdesk.store.search_build import Outcome
    from kkdesk.store.search_process import BuildProcess
    from kkdesk.store.search_query import Facet, Found

T = TypeVar("T")

#: Seconds between two comparisons of every customer, while anything is written at all.
COMPARE_SECONDS: Final = 60.0
#: Seconds after the start before the first such comparison: a file may have been put in the place of another.
SETTLING_SECONDS: Final = 10.0
#: Seconds that a search waits to learn what was written a moment ago.
PATIENCE: Final = 0.1
#: So many customers are indexed on a thread of this process, some 0.2 ms each; more would be felt in the window.
HERE: Final = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the building of the index is, in customers."""

    done: int
    total: int


class SearchIndex:
    """The index of one organisation's customers. Every method may raise `StoreError` when the disk fails it."""

    def __init__(
        self,
        path: Path,
        source: Callable[[], Path],
        org_id: str,
        arrived: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`path` is the index; `source` tells which file the CRM's is now, and is asked on threads.

        `arrived` returns when that file has what this computer has written. Nothing is opened before the first
        question.
        """
        self._file = IndexFile(path, source, org_id)
        self._org_id = org_id
        self._arrived = arrived
        # One update at a time; questions do not wait for it.
        self._updating = asyncio.Lock()
        self._started: asyncio.Task[None] | None = None
        self._behind: asyncio.Task[None] | None = None
        self._catching: asyncio.Task[None] | None = None
        self._process: BuildProcess | None = None
        self._version = 0
        # Which attachment, and its data_version, up to which all was followed; when every customer was last compared.
        self._followed: tuple[int, int] | None = None
        self._compared = time.monotonic() + SETTLING_SECONDS - COMPARE_SECONDS
        #: Set while a process builds the index: lists show only those customers that are in it already.
        self.preparing: Progress | None = None

    async def docs(self, query: CustomerQuery, members: Sequence[str] | None = None) -> array[int]:
        """Everybody a query asks for, as numbers of this index, in order. `members` are the ids of its segment."""
        return await self._ask(lambda connection: search_query.docs(connection, query, members))

    async def first(self, query: CustomerQuery, limit: int, members: Sequence[str] | None = None) -> list[Found]:
        """The first ones."""
        return await self._ask(lambda connection: search_query.first(connection, query, limit, members))

    async def glance(self, query: CustomerQuery, limit: int, members: Sequence[str] | None = None) -> list[Found]:
        """The first ones as the file was left, before anything is indexed; nobody where there is no index to look at.

        For a window that opens: what has been written since, `refresh` takes in a moment later.
        """

        def look(connection: sqlite3.Connection) -> list[Found]:
            known = fits(connection, self._org_id)
            return search_query.first(connection, query, limit, members) if known else []

        try:
            return await self._file.read(look)
        except (IndexUnfit, StoreError) as error:
            warn("search_index_not_glanced_at", error=str(error))  # Whoever asks in earnest is told.
            return []

    async def count(self, query: CustomerQuery, members: Sequence[str] | None = None) -> int:
        """How many there are."""
        return await self._ask(lambda connection: search_query.count(connection, query, members))

    async def ids_of(self, docs: Iterable[int]) -> dict[int, str]:
        """Customer ids by number; a number that has gone is left out."""
        numbers = list(docs)
        return await self._ask(lambda connection: search_query.ids_of(connection, numbers))

    async def doc_of(self, customer_id: str) -> int | None:
        """The number of a customer, None when it is not indexed."""
        return await self._ask(lambda connection: search_query.doc_of(connection, customer_id))

    async def named(self, text: str, limit: int) -> list[str]:
        """Ids of customers whose name the text begins, then of those with a word in their names that it begins."""
        return await self._ask(lambda connection: search_query.named(connection, text, limit))

    async def with_words(self, alternatives: Sequence[Sequence[str]], limit: int) -> list[list[str]]:
        """For each group of beginnings of words, ids of up to `limit` customers that have them all."""
        return await self._ask(lambda connection: search_query.with_words(connection, alternatives, limit))

    async def categories(self) -> list[Facet]:
        """Categories that somebody has, in their usual order."""
        return await self._ask(search_query.categories)

    async def places(self) -> list[Facet]:
        """Towns, the one with most customers first."""
        return await self._ask(search_query.places)

    async def tag_counts(self) -> dict[str, int]:
        """Customers by tag id."""
        return await self._ask(search_query.tag_counts)

    async def total(self) -> int:
        """Customers in the index."""
        return await self._ask(search_query.total)

    async def refresh(self, *, thorough: bool = False) -> int:
        """Index what anybody has written since, waiting for a process where it is much.

        The answer is another number whenever the index has changed: a list made under another one is to be asked for
        again. `thorough` compares every customer, a second's work on a thread for 100,000, and so finds also writers
        that leave no trace of when they wrote.
        """
        if self._arrived is not None:
            await self._arrived()
        ids = await self._compare() if thorough else []
        async with self._updating:
            moved = await self._write(self._position)
            if moved != self._followed or ids:
                outcome = await self._write(self._bring_up_to_date)
                if outcome.left or len(ids) > HERE:
                    await self._build(max(outcome.left, len(ids)))
                elif ids:
                    await self._write(self._indexing(ids))
                self._version = await self._write(search_query.version_of)
                self._followed = moved
            version = self._version
        if time.monotonic() - self._compared > COMPARE_SECONDS and (self._behind is None or self._behind.done()):
            # After a minute of work somewhere, look also for writers that leave no trace of when they wrote.
            self._behind = asyncio.create_task(self._refresh_behind(thorough=True))
        return version

    async def catch_up(self, seconds: float = PATIENCE) -> None:
        """`refresh`, but go on without it when it takes longer than `seconds`. Nothing to do costs a tenth of a ms."""
        if self._catching is None or self._catching.done():
            self._catching = asyncio.create_task(self._refresh_behind())
        await asyncio.wait({self._catching}, timeout=seconds)

    async def close(self) -> None:
        """Stop a process that is building and let go of the files. May be called twice."""
        if self._process is not None:
            self._process.stop()
        for task in (self._started, self._behind, self._catching):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError, StoreError):
                    await task
        await self._file.close()

    async def _ask(self, work: Work[T]) -> T:
        await self._ready()
        try:
            return await self._file.read(work)
        except IndexUnfit as error:
            warn("search_index_unfit", error=str(error))
            async with self._updating:
                await self._discard()
                self._started = None
            await self._ready()
            return await self._unless_unfit(self._file.read(work))

    async def _write(self, work: Work[T]) -> T:
        """Within `_updating` only."""
        try:
            return await self._file.write(work)
        except IndexUnfit as error:
            warn("search_index_unfit", error=str(error))
            await self._discard()
            return await self._unless_unfit(self._file.write(work))

    async def _unless_unfit(self, asked: Awaitable[T]) -> T:
        """The answer of a new index; what that does not cure is the fault of the CRM's own file."""
        try:
            return await asked
        except IndexUnfit as error:
            source = str(self._file.source())
            cause = error.__cause__
            raise (as_store_error(cause, source) if isinstance(cause, sqlite3.Error) else damaged(source)) from error

    async def _discard(self) -> None:
        self._followed = None
        await self._file.discard()

    async def _compare(self) -> list[str]:
        from kkdesk.store.search_build import differing_ids

        self._compared = time.monotonic()
        try:
            return await self._file.aside(lambda connection: differing_ids(connection, self._org_id, HERE))
        except IndexUnfit:
            return []  # What writes next meets it too, and begins anew.

    # What builds the index is imported when there is something to build: no start of the window waits for it.

    def _indexing(self, ids: Sequence[str]) -> Work[int]:
        from kkdesk.store.search_build import write

        return lambda connection: write(connection, self._org_id, ids)

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> Outcome:
        from kkdesk.store.search_build import bring_up_to_date

        return bring_up_to_date(connection, self._org_id, limit=HERE)

    def _position(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """Moves when another connection has written to the CRM's file, or another file has taken its place."""
        return self._file.attachments, int(connection.execute("PRAGMA crm.data_version").fetchone()[0])

    async def _ready(self) -> None:
        """Before the first question a small index is made complete, the building of a large one begun."""
        if self._started is None:
            self._started = asyncio.create_task(self._start())
        await asyncio.shield(self._started)

    async def _start(self) -> None:
        try:
            async with self._updating:
                outcome = await self._write(self._bring_up_to_date)
        except StoreError:
            # The next question tries again: there may be room on the disk by then.
            self._started = None
            raise
        if outcome.left:
            self.preparing = Progress(0, outcome.left)
            self._behind = asyncio.create_task(self._refresh_behind())

    async def _refresh_behind(self, *, thorough: bool = False) -> None:
        try:
            await self.refresh(thorough=thorough)
        except StoreError as error:
            # Whoever refreshes next is told; until then lists go on with what is there.
            warn("search_index_not_built", error=error.what.en)

    async def _build(self, total: int) -> None:
        from kkdesk.store.search_build import EXIT_UNFIT

        self.preparing = Progress(0, total)
        try:
            code = await self._run_process()
            if code == EXIT_UNFIT:
                await self._discard()
                code = await self._run_process()
        finally:
            self.preparing = None
        if code == EXIT_UNFIT:
            raise damaged(str(self._file.source()))
        if code:
            raise StoreError(
                Bilingual("Το ευρετήριο αναζήτησης δεν ολοκληρώθηκε.", "The search index could not be completed."),
                kept=Bilingual("Οι πελάτες σας είναι ασφαλείς.", "Your customers are safe."),
                next_step=Bilingual(
                    "Ελέγξτε ότι υπάρχει χώρος στον δίσκο και ξεκινήστε ξανά το πρόγραμμα.",
                    "Check that the disk has room and start the program again.",
                ),
            )

    async def _run_process(self) -> int:
        from kkdesk.store.search_process import BuildProcess

        self._process = BuildProcess(self._file.path, self._file.source(), self._org_id)
        try:
            return await self._process.run(self._step)
        finally:
            self._process = None

    def _step(self, done: int, total: int) -> None:
        if self.preparing is not None:
            self.preparing = Progress(done, total)
