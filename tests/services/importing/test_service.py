"""The import in its own process: killed, stopped, locked out, out of room; nothing is ever half-done."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import Cancelled, DatabaseBusy, DatabaseDamaged, DiskFull, InvalidInput, NotFound, StoreError
from kkdesk.services.child_process import ChildEnded, Say, in_child
from kkdesk.services.importing import service
from kkdesk.services.importing.job import JobSetting
from kkdesk.services.importing.mapping import as_map
from kkdesk.services.importing.plan import ImportPlan, QuickImport
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.services.importing.service import Importing
from kkdesk.store import local
from kkdesk.store.place import LocalPlace, Place
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, afm, csv_file, in_shop, xlsx_file

TITLES = ["Επωνυμία", "ΑΦΜ", "e-mail", "Ετικέτες"]


def importing(shop: Shop) -> Importing:
    return Importing(shop.db, shop.actor, lambda: NOW, place=shop.db.place, folder=shop.folder / "imports")


def many(tmp_path: Path, count: int) -> Path:
    rows = [[f"Εταιρεία {at} ΑΕ", afm(10_000_000 + at), f"a{at}@b.gr", "VIP"] for at in range(count)]
    return csv_file(tmp_path, [TITLES, *rows])


async def is_untouched(shop: Shop) -> bool:
    counts = await shop.db.query(
        "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM tags), (SELECT count(*) FROM customer_tags), "
        "(SELECT count(*) FROM kk_undo)"
    )
    sound = await shop.value("PRAGMA integrity_check")
    return tuple(counts[0]) == (0, 0, 0, 0) and sound == "ok"


def test_look_check_and_run(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        at_work = importing(shop)
        path = xlsx_file(tmp_path, [TITLES, ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", ""], ["Δ", "1", "", ""]])
        looked = await at_work.look_at(path)
        assert [guess.target for guess in looked.guesses] == ["company", "afm", "email", "tags"]
        plan = ImportPlan(looked.source, as_map(looked.guesses))
        dry = await at_work.check(plan)
        assert (dry.counts.created, dry.counts.refused, dry.dry_run) == (1, 1, True)
        assert await is_untouched(shop)
        heard: list[Progress] = []
        report = await at_work.run(plan, heard=heard.append)
        assert (report.counts.created, report.counts.refused) == (1, 1)
        assert heard
        assert all(isinstance(one, Progress) for one in heard)
        assert (await shop.customer())["company"] == "ΑΒΓ"

    in_shop(tmp_path, body)


def test_refused_rows_are_saved_as_text_and_as_workbook(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        at_work = importing(shop)
        report = await at_work.run(QuickImport(csv_file(tmp_path, [TITLES, ["Δ", "1", "", "=1+1"]])))
        for name in ("refused.csv", "refused.xlsx"):
            target = tmp_path / name
            await at_work.save_refused(report, target)
            looked = await at_work.look_at(target)
            assert [column.title for column in looked.source.columns][:4] == TITLES
            assert looked.guesses[3].column.samples == ("'=1+1",)
        with pytest.raises(InvalidInput, match="cannot be written"):
            await at_work.save_refused(report, tmp_path / "refused.pdf")
        assert report.refused_file is not None
        report.refused_file.unlink()
        with pytest.raises(NotFound):
            await at_work.save_refused(report, tmp_path / "again.csv")
        assert not list(tmp_path.glob(".*"))

    in_shop(tmp_path, body)


def test_only_the_last_lists_of_refused_rows_are_kept(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        folder = tmp_path / "imports"
        folder.mkdir()
        for at in range(40):
            (folder / f"refused-{at:02}.csv").touch()
        await importing(shop).run(QuickImport(csv_file(tmp_path, [TITLES, ["Δ", "1", "", ""]])))
        assert len(list(folder.iterdir())) == 20
        assert not (folder / "refused-00.csv").exists()

    in_shop(tmp_path, body)


def test_a_bad_file_is_explained_from_the_other_process(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [TITLES], name="pelates.xlsx")
        for work in (importing(shop).look_at(path), importing(shop).run(QuickImport(path))):
            with pytest.raises(InvalidInput, match="plain text"):
                await work
        with pytest.raises(NotFound):
            await importing(shop).run(QuickImport(tmp_path / "nobody.csv"))

    in_shop(tmp_path, body)


@pytest.mark.parametrize("stage", ["reading", "writing"])
def test_stopping_writes_nothing(tmp_path: Path, stage: str) -> None:
    async def body(shop: Shop) -> None:
        stop = asyncio.Event()

        def heard(progress: Progress) -> None:
            if progress.stage == stage:
                stop.set()

        with pytest.raises(Cancelled):
            await importing(shop).run(QuickImport(many(tmp_path, 6000)), heard=heard, stop=stop)
        assert await is_untouched(shop)

    in_shop(tmp_path, body)


@pytest.mark.parametrize("said", [1, 2, 4, 7])
def test_a_killed_process_leaves_all_or_nothing(tmp_path: Path, said: int) -> None:
    async def body(shop: Shop) -> None:
        count = 0

        def heard(_progress: Progress) -> None:
            nonlocal count
            count += 1
            if count == said:
                (child,) = multiprocessing.active_children()
                os.kill(child.pid or 0, signal.SIGKILL)

        try:
            report = await importing(shop).run(QuickImport(many(tmp_path, 6000)), heard=heard)
        except ChildEnded:
            assert await is_untouched(shop)
        else:
            assert await shop.value("SELECT count(*) FROM customers") == report.counts.created == 6000
        assert await shop.value("PRAGMA integrity_check") == "ok"
        # And the next one works.
        again = await importing(shop).run(QuickImport(tmp_path / "pelates.csv"))
        assert again.counts.created + again.counts.skipped == 6000

    in_shop(tmp_path, body)


def dies_after_the_commit(say: Say, place: Place, request: QuickImport, setting: JobSetting, now: int) -> ImportReport:
    _import(say, place, request, setting, now)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


_import = service._import


def test_a_process_that_dies_after_the_commit_has_done_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        monkeypatch.setattr(service, "_import", dies_after_the_commit)
        report = await importing(shop).run(QuickImport(many(tmp_path, 10)))
        assert report.counts.created == 10
        (change,) = await shop.history.recent()
        assert change.id == report.change_id

    in_shop(tmp_path, body)


def test_a_database_that_somebody_else_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "BUSY_SECONDS", 0.05)

    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [TITLES, ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", ""]])
        with closing(sqlite3.connect(tmp_path / "crm.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseBusy) as caught:
                await shop.bring(path)
            other.execute("ROLLBACK")
        assert caught.value.next_step is not None
        assert await is_untouched(shop)
        assert (await shop.bring(path)).counts.created == 1

    in_shop(tmp_path, body)


def test_a_disk_that_fills_up_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = local.connect

    def small(path: Path, **how: Any) -> sqlite3.Connection:
        connection = connect(path, **how)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 40}")
        return connection

    async def body(shop: Shop) -> None:
        monkeypatch.setattr(local, "connect", small)
        full = Shop(local.LocalDatabase(tmp_path / "crm.db", lambda: NOW), shop.actor, tmp_path)
        try:
            with pytest.raises(DiskFull) as caught:
                await full.bring(many(tmp_path, 3000))
        finally:
            await full.db.close()
        assert "Nothing was written" in caught.value.message("en")
        assert await is_untouched(shop)

    in_shop(tmp_path, body)


def test_a_disk_that_fills_up_while_reading(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        # The list of refused rows goes to a device that is always full.
        setting = JobSetting(shop.actor, Path("/dev/full"))
        request = QuickImport(csv_file(tmp_path, [TITLES, *[["Δ", "1", "", ""]] * 2000]))
        with pytest.raises(DiskFull):
            await in_child(service._import, LocalPlace(tmp_path / "crm.db"), request, setting, NOW)
        assert await is_untouched(shop)

    in_shop(tmp_path, body)


def test_a_damaged_database(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        broken = tmp_path / "broken.db"
        shutil.copy(tmp_path / "crm.db", broken)
        broken.write_bytes(b"not a database" * 1000)
        setting = JobSetting(shop.actor, tmp_path / "refused.csv")
        request: Any = QuickImport(csv_file(tmp_path, [TITLES, ["ΑΒΓ", "", "", ""]]))
        with pytest.raises(DatabaseDamaged):
            await in_child(service._import, LocalPlace(broken), request, setting, NOW)
        with pytest.raises(StoreError):
            await in_child(service._import, LocalPlace(tmp_path / "no" / "folder.db"), request, setting, NOW)

    in_shop(tmp_path, body)


def test_a_large_file_is_not_read_into_memory(tmp_path: Path) -> None:
    """A file of 27 MB whose rows are all refused: the process needs little more than for one of a few bytes."""

    async def body(shop: Shop) -> None:
        small = await peak(shop, csv_file(tmp_path, [TITLES, ["Δ", "1", "", ""]], name="small.csv"))
        path = tmp_path / "large.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(";".join(TITLES) + "\n")
            filler = "λόγια " * 1000
            for at in range(2500):
                file.write(f"Εταιρεία {at};1;;{filler}\n")
        assert path.stat().st_size > 25_000_000
        large = await peak(shop, path)
        assert large - small < 16 * 1024, f"{small} KiB, then {large} KiB"

    in_shop(tmp_path, body)


async def peak(shop: Shop, path: Path) -> int:
    setting = JobSetting(shop.actor, shop.folder / "refused.csv")
    return await in_child(measured, shop.db.place(), QuickImport(path), setting)


def measured(say: Say, place: Place, request: QuickImport, setting: JobSetting) -> int:
    import resource

    _import(say, place, request, setting, NOW)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
