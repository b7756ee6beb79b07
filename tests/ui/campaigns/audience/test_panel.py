"""Choosing an audience, and what comes of it at once."""

from __future__ import annotations

from pytestqt.modeltest import ModelTester

from kkdesk.model.audience import Exclusion
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.ui.campaigns.audience.panel import AudiencePanel
from kkdesk.ui.campaigns.audience.people_model import PAGE_ROWS, PeopleModel
from kkdesk.ui.campaigns.audience.verdict import ReasonRow
from kkdesk.ui.campaigns.page import CampaignsPage
from tests.ui.campaigns.conftest import write
from tests.ui.conftest import Run


async def panel_of(page: CampaignsPage, filters: RecipientFilters) -> AudiencePanel:
    panel = AudiencePanel(page)
    await panel.load()
    panel.show_filters(filters)
    await page.settled()
    return panel


def words(panel: AudiencePanel) -> str:
    return f"{panel.verdict._number.text()} {panel.verdict._words.text()} {panel.verdict._detail.text()}"


def reasons(panel: AudiencePanel) -> list[str]:
    return [row.accessibleName() for row in panel.verdict.findChildren(ReasonRow) if not row.isHidden()]


def test_an_empty_audience_is_nobody_and_says_so(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        panel = await panel_of(page, RecipientFilters())
        assert panel.preview is not None and panel.preview.count == 0
        assert words(panel).startswith("0 Nobody has been chosen yet")
        assert reasons(panel) == []

    run(go())


def test_everyone_is_a_choice_and_every_exclusion_has_its_reason(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        panel = await panel_of(page, RecipientFilters())
        panel.everyone.setChecked(True)
        panel.count()
        await page.settled()
        assert panel.filters == RecipientFilters(everyone=True)
        preview = panel.preview
        assert preview is not None and preview.selected == 60
        left = preview.selected - preview.count
        assert f"{left} customers you chose do not get it" in words(panel)
        assert reasons(panel)[0] == f"See who gets it: {preview.count}"
        assert sum(int(one.rpartition(" ")[2]) for one in reasons(panel)[1:]) == left

    run(go())


def test_choices_are_stored_as_the_web_crm_does(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        panel = await panel_of(page, RecipientFilters())
        towns, tags = panel._lists["cities"].model, panel._lists["tags"].model
        towns.toggle(0)
        tags.toggle(0)
        panel.count()
        await page.settled()
        assert panel.filters.cities == towns.ticked and panel.filters.tags == tags.ticked
        assert not panel.filters.everyone
        assert panel.filters.to_json().keys() == {"cities", "tags", "segments", "categories"}

    run(go())


def test_a_segment_that_is_not_understood_is_an_error_and_not_a_wider_audience(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        sql = "INSERT INTO segments (id, org_id, name, filters, created_at, updated_at) VALUES ('seg_x', ?, 'Χαλασμένο', ?, 1, 1)"
        rule = '{"logic":"and","conditions":[{"field":"nonsense","operator":"equals","value":1}]}'
        await write(page.workspace, sql, page.workspace.actor.org_id, rule)
        panel = await panel_of(page, RecipientFilters(segments=("seg_x",), categories=("retail",)))
        assert panel.preview is None and panel.error is not None
        assert "Χαλασμένο" in words(panel) and reasons(panel) == []

    run(go())


def test_stored_filters_that_are_not_understood_are_told(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        panel = await panel_of(page, parse_filters('{"cities": "Αθήνα"}'))
        assert panel.error is not None and not panel._banner.isHidden()
        panel._lists["cities"].model.toggle(0)
        panel.count()
        await page.settled()
        assert panel.error is None and panel._banner.isHidden()

    run(go())


def test_behind_each_number_are_the_people(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        panel = await panel_of(page, RecipientFilters(everyone=True))
        assert panel.preview is not None
        dialog = panel.show_people(Exclusion.NO_ADDRESS)
        assert dialog is not None
        await page.settled()
        assert dialog.model.rowCount() == panel.preview.counts[Exclusion.NO_ADDRESS]
        person = dialog.model.person_at(0)
        assert person is not None and person.email == ""
        dialog.search.setText("ΔΕΝ ΥΠΑΡΧΕΙ ΤΕΤΟΙΟΣ")
        dialog.search.commit()
        await page.settled()
        assert dialog.model.rowCount() == 0
        gone: list[object] = []
        page.shell.page_wanted.connect(lambda key, target: gone.append((key, target)))
        dialog.search.clear()
        await page.settled()
        dialog.table.opened.emit(0)
        assert gone == [("customers", person.customer_id)] and not dialog.isVisible()
        page.hide()

    run(go())


def test_the_people_fit_a_small_screen(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.resize(911, 420)
        page.show()
        panel = await panel_of(page, RecipientFilters(everyone=True))
        dialog = panel.show_people(None)
        assert dialog is not None
        await page.settled()
        assert dialog.height() < page.height() and dialog.width() < page.width()
        dialog.accept()
        page.hide()

    run(go())


def test_people_are_fetched_a_page_at_a_time(run: Run, page: CampaignsPage, qtmodeltester: ModelTester) -> None:
    async def go() -> None:
        preview = await page.workspace.audience.preview(RecipientFilters(everyone=True))
        rows = (await page.workspace.audience.page(preview, None, 0, 5)).rows
        model = PeopleModel()
        model.show(PAGE_ROWS + 3, rows)
        wanted: list[int] = []
        model.page_wanted.connect(wanted.append)
        assert model.data(model.index(PAGE_ROWS, 0)) == "…"
        assert model.data(model.index(PAGE_ROWS + 1, 0)) == "…" and wanted == [1], "asked for once"
        model.fill(1, rows[:3])
        assert model.data(model.index(PAGE_ROWS, 0)) == rows[0].name
        qtmodeltester.check(model)

    run(go())
