"""Signatures and templates: kept, edited, deleted, brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.errors import Conflict, InvalidInput, NotFound
from kkdesk.services.history import History
from kkdesk.services.signatures import Signatures
from kkdesk.services.templates import Templates
from tests.sample import SENT, Sample, in_sample

MAIN, SHORT = "sig_OjkSAlKcOZ9nfy3HQkjpy", "sig_OceKZ7jAXJTSBVMXi2ve8"


async def undo_last(sample: Sample) -> None:
    history = History(sample.db, sample.actor, sample.clock)
    await history.undo((await history.recent())[0].id)


def test_there_is_one_default_signature(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = Signatures(sample.db, sample.actor, sample.clock)
        default = await service.default()
        assert default is not None
        assert default.id == MAIN
        new = await service.create("  Νέα ", "<p>ΚΚ</p>", default=True)
        assert new.startswith("sig_")
        assert [(one.id, one.is_default) for one in await service.all()] == [(new, True), (MAIN, False), (SHORT, False)]
        await undo_last(sample)
        assert [(one.id, one.is_default) for one in await service.all()] == [(MAIN, True), (SHORT, False)]
        short = await service.get(SHORT)
        await service.update(short, "Σύντομη", "<p>Κ.</p>", default=True)
        assert [one.id for one in await service.all() if one.is_default] == [SHORT]
        await service.update(await service.get(SHORT), "Σύντομη", "<p>Κ.</p>", default=False)
        assert await service.default() is None

    in_sample(tmp_path, body)


def test_a_signature_that_somebody_edited_is_not_overwritten(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = Signatures(sample.db, sample.actor, sample.clock)
        seen = await service.get(MAIN)
        await service.update(seen, seen.name, "<p>Άννα</p>", default=True)
        with pytest.raises(Conflict):
            await service.update(seen, seen.name, "<p>Νίκος</p>", default=True)
        await undo_last(sample)
        assert await service.get(MAIN) == seen
        with pytest.raises(InvalidInput):
            await service.create(" ", "x")

    in_sample(tmp_path, body)


def test_a_deleted_signature_leaves_campaigns_and_comes_back_into_them(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = Signatures(sample.db, sample.actor, sample.clock)
        before = await service.get(MAIN)
        await service.delete(MAIN)
        signature_of = "SELECT signature_id FROM email_campaigns WHERE id = ?"
        assert await sample.value(signature_of, SENT) is None
        with pytest.raises(NotFound):
            await service.delete(MAIN)
        await undo_last(sample)
        assert await service.get(MAIN) == before
        assert await sample.value(signature_of, SENT) == MAIN

    in_sample(tmp_path, body)


def test_templates(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = Templates(sample.db, sample.actor, sample.clock)
        assert len(await service.all()) == await sample.value(
            "SELECT count(*) FROM email_templates WHERE org_id = 'org_kktires'"
        )
        new = await service.create("Χειμώνας", "Θέμα", "<p>{{firstName}}</p>", "offers")
        seen = await service.get(new)
        assert new.startswith("tmpl_")
        assert (seen.name, seen.subject, seen.content, seen.category) == (
            "Χειμώνας",
            "Θέμα",
            "<p>{{firstName}}</p>",
            "offers",
        )
        await service.update(seen, "Χειμώνας", "Άλλο", seen.content, "offers")
        with pytest.raises(Conflict):
            await service.update(seen, "Χειμώνας", "Τρίτο", seen.content, "offers")
        await undo_last(sample)
        assert await service.get(new) == seen
        await sample.add_campaign("camp_t", None, template_id=new)
        await service.delete(new)
        assert await sample.value("SELECT template_id FROM email_campaigns WHERE id = 'camp_t'") is None
        await undo_last(sample)
        assert await sample.value("SELECT template_id FROM email_campaigns WHERE id = 'camp_t'") == new
        assert new in {one.id for one in await service.all()}
        with pytest.raises(InvalidInput):
            await service.create("", "θ", "κ")
        with pytest.raises(NotFound):
            await service.get("gone")

    in_sample(tmp_path, body)
