"""What is cleaned up and what stays: each use, each spelling, each state, and what stops a run."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.errors import KeyringLocked

from kkdesk.model.errors import InvalidInput, NotConfigured, Offline, SecretsUnavailable, SignInNeeded
from kkdesk.services.assets import uses
from kkdesk.services.assets.blob_errors import BlobRateLimited
from kkdesk.services.assets.uses import WITH_USED
from kkdesk.store.undo import UNDO_SECONDS
from kkdesk.workspace import Workspace
from tests.servers.sqld import Sqld
from tests.servers.vercel_blob import Failure
from tests.services.assets.library import (
    HOUR,
    HOURS,
    SECONDS,
    SPELLINGS,
    USES,
    Asset,
    Library,
    Use,
    in_a_template,
    in_library,
    loosely,
)


def test_an_unused_picture_is_marked_and_after_as_many_hours_deleted(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        old, young = await library.asset(age=HOURS + 1), await library.asset(age=HOURS - 1)
        first = await library.clean()
        assert (first.examined, first.marked, first.deleted) == (1, 1, 0)
        assert [await library.state(asset) for asset in (old, young)] == ["marked", "there"]
        library.now += HOURS * HOUR - 1
        assert (await library.clean()).marked == 1
        assert [await library.state(asset) for asset in (old, young)] == ["marked", "marked"]
        library.now += 1
        last = await library.clean()
        assert (last.examined, last.marked, last.deleted, last.left) == (1, 0, 1, 0)
        assert [await library.state(asset) for asset in (old, young)] == ["gone", "marked"]
        library.now += HOURS * HOUR
        await library.clean()
        assert await library.state(young) == "gone"
        assert (await library.clean()).figures() == {
            "skipped": None,
            "examined": 0,
            "marked": 0,
            "deleted": 0,
            "keptInUse": 0,
            "failed": 0,
            "leftForNextTime": 0,
            "timedOut": False,
            "error": None,
            "code": None,
        }

    in_library(tmp_path, body)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_what_is_used_stays(tmp_path: Path, use: Use) -> None:
    async def body(library: Library) -> None:
        used, marked, unused = await library.asset(), await library.asset(marked=50), await library.asset()
        for asset in (used, marked):
            await use(library, asset, SPELLINGS["address"](asset))
        await library.clean_all()
        assert [await library.state(asset) for asset in (used, marked, unused)] == ["there", "marked", "gone"]
        assert set(library.store.deleted) == {unused.path}

    in_library(tmp_path, body)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", ["template", "edited signature"])
def test_however_it_is_spelt(tmp_path: Path, spelling: str, place: str) -> None:
    async def body(library: Library) -> None:
        used, unused = await library.asset(), await library.asset()
        use = in_a_template if place == "template" else USES[-3]
        await use(library, used, SPELLINGS[spelling](used))
        await library.clean_all()
        assert [await library.state(asset) for asset in (used, unused)] == ["there", "gone"]

    in_library(tmp_path, body)


def test_all_of_it_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    async def body(library: Library) -> None:
        used = {}
        for number, use in enumerate(USES):
            # What undo knows of, the server dates by its own clock: those are looked at while they count.
            asset = used[use.__name__] = await library.asset()
            spellings = list(SPELLINGS.values())
            await use(library, asset, spellings[number % len(spellings)](asset))
        for name, spelling in SPELLINGS.items():
            used[name] = await library.asset()
            await in_a_template(library, used[name], spelling(used[name]))
        unused = [await library.asset(), await library.asset(marked=50)]
        await library.clean_all()
        assert {name: await library.state(asset) for name, asset in used.items()} == dict.fromkeys(used, "there")
        assert [await library.state(asset) for asset in unused] == ["gone", "gone"]

    in_library(tmp_path, body, sqld)


def test_what_undo_no_longer_brings_back_is_no_use(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        template_id = await library.templates.create("Π", "Θ", asset.url)
        await library.templates.delete(template_id)
        await library.clean_all()
        assert await library.state(asset) == "there"
        library.now += UNDO_SECONDS
        await library.clean_all()
        assert await library.state(asset) == "gone"

    in_library(tmp_path, body)


def test_a_deletion_that_can_be_undone_keeps_the_content(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        from kkdesk.model.change import Change, Statement, Touched
        from tests.services.assets.library import LABEL

        asset = await library.asset()
        statement = Statement("UPDATE email_assets SET deleted_at = ? WHERE id = ?", (library.now, asset.id))
        change = Change(LABEL, (statement,), undo=(Touched("email_assets", (asset.id,)),))
        await library.db.apply(change)
        await library.clean_all()
        await library.history.undo(change.id)
        assert await library.state(asset) == "there"

    in_library(tmp_path, body)


def test_texts_that_are_no_mails_and_other_files_of_like_names_are_no_use(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        asset, other = await library.asset(), await library.asset()
        await library.campaign(SPELLINGS["address"](other) * 50)
        # The same beginning, another end, and the other way round.
        stamp, _, rest = asset.path.rpartition("/")[2].partition("-")
        await library.campaign(f"email-assets/x/{stamp}-other.png")
        await library.campaign(f"email-assets/x/1700000000000-{rest}")
        await library.write(
            "INSERT INTO customers (id, org_id, first_name, notes, created_at, updated_at) VALUES ('c', ?, '', ?, 5, 5)",
            *(library.actor.org_id, asset.url),
        )
        await library.clean_all()
        assert [await library.state(one) for one in (asset, other)] == ["gone", "there"]

    in_library(tmp_path, body)


def test_a_picture_of_a_campaign_that_is_not_there_any_more(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        # Tables that the web CRM repaired have no foreign keys.
        loosely(
            tmp_path,
            "INSERT INTO campaign_assets (id, campaign_id, asset_id, role, created_at, updated_at) "
            "VALUES ('cas_1', 'camp_gone', ?, 'attachment', 5, 5)",
            asset.id,
        )
        await library.clean_all()
        assert await library.state(asset) == "gone"

    in_library(tmp_path, body)


def test_used_ones_are_looked_at_once_in_the_hours_and_the_longest_waiting_first(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        used = [await library.asset(age=100 - n) for n in range(4)]
        for asset in used:
            await in_a_template(library, asset, asset.url)
        unused = await library.asset(age=90)
        reports = [await library.clean(EMAIL_ASSET_CLEANUP_LIMIT="2") for _ in range(4)]
        assert [(r.examined, r.kept, r.marked, r.left) for r in reports] == [
            (2, 2, 0, 3),
            (2, 2, 0, 1),
            (1, 0, 1, 0),
            (0, 0, 0, 0),
        ]
        library.now += HOURS * HOUR - 1
        assert (await library.clean()).examined == 0
        library.now += 1
        report = await library.clean()
        assert (report.examined, report.kept, report.deleted) == (5, 4, 1)
        assert await library.state(unused) == "gone"

    in_library(tmp_path, body)


def test_one_that_is_used_again_after_it_was_marked_keeps_its_content(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        await library.clean()
        await in_a_template(library, asset, asset.url)
        for _ in range(3):
            library.now += HOURS * HOUR
            await library.clean()
        assert await library.state(asset) == "marked"

    in_library(tmp_path, body)


@pytest.mark.parametrize("query", ["", "?download=1"])
def test_content_that_two_rows_have_goes_with_the_last_of_them(tmp_path: Path, query: str) -> None:
    async def body(library: Library) -> None:
        first = await library.asset(marked=50)
        live = await library.asset(of=first, url=first.url + query)
        await library.link(live, await library.campaign())
        report = await library.clean()
        assert (report.examined, report.deleted) == (1, 1)
        assert await library.row(first) is None
        assert await library.state(live) == "there"
        # Two of them at once.
        pair = await library.asset(marked=50)
        twin = await library.asset(of=pair, marked=60, url=pair.url + query)
        report = await library.clean()
        assert (report.examined, report.deleted) == (2, 2)
        assert [await library.state(one) for one in (pair, twin)] == ["gone", "gone"]
        assert library.store.deleted == [pair.path]

    in_library(tmp_path, body)


def test_a_twin_of_another_organisation_keeps_the_content(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        await library.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o2', '', '', 0, 0)"
        )
        ours = await library.asset(marked=50)
        theirs = await library.asset(of=ours, org_id="o2", marked=50)
        alone = await library.asset(org_id="o2")
        await library.clean_all()
        assert await library.row(ours) is None
        assert await library.state(theirs) == "marked"
        assert await library.state(alone) == "there"

    in_library(tmp_path, body)


@pytest.mark.parametrize(
    "url",
    [
        "https://otherstore.public.blob.vercel-storage.com/email-assets/o/1700000000000-V1StGXR8.png",
        "https://cdn.kktires.example/email-assets/o/1700000000000-V1StGXR8.png",
        "https://abcdef123456.public.blob.vercel-storage.com.evil.example/a/1700000000000.png",
        "/uploads/1700000000000-V1StGXR8.png",
        "",
    ],
)
def test_what_lies_elsewhere_is_left_alone(tmp_path: Path, url: str) -> None:
    async def body(library: Library) -> None:
        lying = [await library.asset(url=url or " "), await library.asset(url=url or " ", marked=50)]
        before = [await library.row(asset) for asset in lying]
        await library.clean_all()
        assert [await library.row(asset) for asset in lying] == before
        assert library.store.seen == []

    in_library(tmp_path, body)


def test_a_name_that_nobody_can_look_for_stays(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        url = library.store.add("εικόνες/ελαστικό.png")
        asset = await library.asset(url=url)
        report = await library.clean()
        assert (report.examined, report.kept) == (1, 1)
        await library.clean_all()
        assert await library.row(asset) is not None
        assert "εικόνες/ελαστικό.png" in library.store.blobs

    in_library(tmp_path, body)


def test_many_kinds_of_names(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        made = [await library.asset(url=library.store.add(f"folder{n:02}/picture{n}.png")) for n in range(40)]
        for number in range(0, 40, 2):
            await in_a_template(library, made[number], made[number].url)
        report = await library.clean()
        assert (report.examined, report.kept, report.marked) == (40, 20, 20)
        marked = [(await library.row(asset) or {})["deleted_at"] is not None for asset in made]
        assert marked == [number % 2 == 1 for number in range(40)]

    in_library(tmp_path, body)


@pytest.mark.parametrize("value", ["0", " 0 ", "false", "off", "NO"])
def test_switched_off(tmp_path: Path, value: str) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset(marked=50)
        report = await library.clean(EMAIL_ASSET_CLEANUP_ENABLED=value)
        assert report.skipped == "off"
        assert await library.state(asset) == "marked"
        # Blank counts as unset, and all else as on, as in the web CRM.
        assert (await library.clean(EMAIL_ASSET_CLEANUP_ENABLED=" ")).deleted == 1

    in_library(tmp_path, body)


def test_without_a_token_it_says_so(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        report = await library.clean(BLOB_READ_WRITE_TOKEN="")
        assert (report.skipped, report.examined) == ("no_token", 0)
        assert report.figures()["skipped"] == "no_token"
        assert await library.state(asset) == "there"

    in_library(tmp_path, body)


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"BLOB_READ_WRITE_TOKEN": "sk_live_1"}, NotConfigured),
        ({"VERCEL_BLOB_API_URL": "http://example.com/api"}, InvalidInput),
        ({"EMAIL_ASSET_CLEANUP_HOURS": "a day"}, InvalidInput),
        ({"EMAIL_ASSET_CLEANUP_LIMIT": "πολλά"}, InvalidInput),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, env: dict[str, str], kind: type[Exception]) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        report = await library.cleaning(**env).run(SECONDS)
        assert isinstance(report.error, kind)
        assert report.figures()["code"] == report.error.code
        assert await library.state(asset) == "there"

    in_library(tmp_path, body)


def test_hours_and_limit_have_bounds(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        young, old = await library.asset(age=0.9), await library.asset(age=1.1)
        assert (await library.clean(EMAIL_ASSET_CLEANUP_HOURS="0", EMAIL_ASSET_CLEANUP_LIMIT="0")).examined == 1
        assert [await library.state(asset) for asset in (young, old)] == ["there", "marked"]

    in_library(tmp_path, body)


def test_a_keyring_that_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: Any) -> str:
        raise KeyringLocked

    monkeypatch.setattr(keyring.get_keyring(), "get_password", locked)

    async def body(library: Library) -> None:
        report = await library.cleaning(BLOB_READ_WRITE_TOKEN="").run(SECONDS)
        assert isinstance(report.error, SecretsUnavailable)

    in_library(tmp_path, body)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Failure(403, "forbidden"), SignInNeeded),
        (Failure(429, "rate_limited", retry_after="3600"), BlobRateLimited),
        (Failure(200 + 102, body=b""), Offline),
    ],
)
def test_a_store_that_does_not_delete_ends_the_run(tmp_path: Path, failure: Failure, kind: type[Exception]) -> None:
    async def body(library: Library) -> None:
        marked, live = await library.asset(marked=50), await library.asset()
        library.store.failures = {0: failure}
        report = await library.cleaning().run(SECONDS)
        assert isinstance(report.error, kind)
        assert (report.examined, report.marked, report.deleted, report.failed, report.left) == (2, 1, 0, 0, 2)
        assert await library.state(marked) == "marked"
        assert str(report.figures()["error"]).count(".") >= 2
        # It is tried again by the very next run.
        again = await library.clean()
        assert (again.examined, again.deleted) == (1, 1)
        assert await library.state(live) == "marked"

    in_library(tmp_path, body)


def test_one_that_cannot_be_deleted_does_not_stand_in_the_way(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        made = [await library.asset(marked=50 + n) for n in range(5)]
        library.store.undeletable = {made[2].path}
        report = await library.clean()
        assert (report.examined, report.deleted, report.failed, report.left) == (5, 4, 1, 0)
        assert await library.state(made[2]) == "marked"
        assert (await library.clean()).examined == 0
        library.store.undeletable = set()
        library.now += HOURS * HOUR
        assert (await library.clean()).deleted == 1

    in_library(tmp_path, body)


def test_it_ends_when_its_time_is_over(tmp_path: Path) -> None:
    class Stuck:
        """A database that does not answer."""

        async def query(self, *_: Any) -> Any:
            await asyncio.Event().wait()

    async def body(library: Library) -> None:
        asset = await library.asset()
        for seconds in (0, -1):
            report = await library.cleaning().run(seconds)
            assert report.timed_out
            assert report.error is None
        assert (await library.cleaning(Stuck()).run(0.05)).figures()["timedOut"] is True  # type: ignore[arg-type]
        assert await library.state(asset) == "there"

    in_library(tmp_path, body)


def test_what_is_told_of_a_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def body(library: Library) -> None:
        await library.asset(marked=50)
        await library.clean()
        library.store.failures = {1: Failure(403, "forbidden")}
        await library.asset(marked=50)
        await library.cleaning().run(SECONDS)
        assert library.env["BLOB_READ_WRITE_TOKEN"].rpartition("_")[2] not in caplog.text

    caplog.set_level("DEBUG")
    in_library(tmp_path, body)
    assert caplog.text.count("assets_cleaned") == 2


def test_the_workspace_has_it(tmp_path: Path) -> None:
    async def body() -> None:
        workspace = await Workspace.open(tmp_path, {})
        try:
            report = await workspace.asset_cleaning.run(SECONDS)
            assert report.skipped == "no_token"
        finally:
            await workspace.close()

    asyncio.run(body())


def test_undo_of_a_campaigns_deletion_finds_its_pictures(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        linked: Asset = await library.asset()
        campaign_id = await library.campaign(f"<img src='{linked.url}'>")
        await library.link(linked, campaign_id)
        deleted = await library.campaigns.delete(campaign_id)
        await library.clean_all()
        await library.history.undo(deleted.change_id)
        rows = await library.db.query("SELECT asset_id FROM campaign_assets WHERE campaign_id = ?", (campaign_id,))
        assert [row["asset_id"] for row in rows] == [linked.id]
        assert await library.state(linked) == "there"

    in_library(tmp_path, body)


def test_contents_that_no_answer_of_the_server_could_hold(tmp_path: Path, sqld: Sqld) -> None:
    async def body(library: Library) -> None:
        used, odd, unused = [await library.asset() for _ in range(3)]
        long = "<p>Χειμερινά ελαστικά</p>" * 40_000
        for number, (asset, spelling) in enumerate([(used, "address"), (odd, "letters encoded")] * 3):
            await library.write(
                "INSERT INTO email_templates (id, org_id, name, subject, content, created_at, updated_at) "
                "VALUES (?1, ?2, '', '', ?4 || ?3 || ?4, 5, 5)",
                *(f"tmpl_{number}", library.actor.org_id, SPELLINGS[spelling](asset), long),
            )
        rows = await library.db.query("SELECT sum(length(content)) AS n FROM email_templates")
        assert rows[0]["n"] > 10_000_000  # type: ignore[operator]
        await library.clean_all()
        assert [await library.state(asset) for asset in (used, odd, unused)] == ["there", "there", "gone"]

    in_library(tmp_path, body, sqld)


def test_texts_are_neither_copied_nor_gone_through_for_each_file(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        sql = f"EXPLAIN QUERY PLAN {WITH_USED} SELECT id FROM used"
        plan = [str(row["detail"]) for row in await library.db.query(sql, ("[]", 0, 0))]
        assert "MATERIALIZE d" not in plan
        assert "CO-ROUTINE d" in plan
        # What is gone through for each text is what lies behind its marks.
        assert "SCAN behind" in plan

    in_library(tmp_path, body)


def test_no_table_that_may_hold_a_mail_is_forgotten(tmp_path: Path) -> None:
    """A new table with such a column belongs in `uses._PLACES`, or here when no mail is ever in it."""
    no_mails = {("customer_notes", "content")}
    names = ("content", "html", "body", "mjml", "layout", "draft", "signature", "footer", "thumbnail", "logo", "files")

    async def body(library: Library) -> None:
        rows = await library.db.query(
            "SELECT m.name AS tbl, c.name AS col FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND c.name IN (SELECT value FROM json_each(?))",
            (json.dumps(names),),
        )
        searched = {(place.table, column) for place in uses._PLACES for column in place.columns}
        assert {(row["tbl"], row["col"]) for row in rows} - no_mails <= searched

    in_library(tmp_path, body)
