"""The preview: as any recipient, harmless, and readable where QtWebEngine is not to be had."""

from __future__ import annotations

import asyncio
import builtins
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage
from PySide6.QtWidgets import QTextBrowser

from kkdesk.model.audience import NOBODY
from kkdesk.model.campaign import CampaignDraft, RecipientFilters
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.campaigns.preview.mail_view import MailView, engine
from kkdesk.ui.campaigns.preview.pane import PreviewPane
from kkdesk.ui.campaigns.preview.recipients import RecipientPicker
from tests.ui.conftest import Run

DRAFT = CampaignDraft("Δ", "Γεια {{firstName|φίλε}}", "<p>Για {{email}}</p>", RecipientFilters(everyone=True))
#: Would change the title, load a picture from the network, and go somewhere by itself.
HOSTILE = (
    "<title>ήσυχα</title><p id=p>κείμενο</p><script>document.title='JS'</script>"
    '<img src="http://127.0.0.1:9/x.png" onerror="document.title=\'JS\'"><iframe src="https://evil.example/"></iframe>'
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">'
)


@pytest.mark.qt_log_ignore("QRhi|Failed to create RHI|QVulkan|Vulkan|GBM|Sandboxing|GPUInfo|doh set")
def test_the_web_view_runs_nothing_loads_nothing_and_goes_nowhere(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        view = MailView(page)
        view.resize(500, 400)
        page.show()
        view.show()
        await view.show_html(HOSTILE)
        assert not view.plain and view._web is not None
        shown = view._web.page()
        assert shown.title() == "ήσυχα"
        assert engine()._guard.refused >= 1, "the picture"
        clicked = QWebEnginePage.NavigationType.NavigationTypeLinkClicked
        assert not shown.acceptNavigationRequest(QUrl("https://kktires.gr/"), clicked, True)
        before = shown.url()
        shown.load(QUrl("https://kktires.gr/"))
        await view.show_html("<p>ένα</p>" + "x" * 2_200_000)
        assert shown.url().scheme() == before.scheme() == "kkdesk-preview"
        picture = view._web.grab().toImage()
        assert len({picture.pixel(x, 30) for x in range(20, 200)}) > 1, "something is to be seen"
        page.hide()

    run(go())


def stopped(address: QUrl) -> Any:
    """What Chromium tells when the loading of an address has been ended by another."""
    status = QWebEngineLoadingInfo.LoadStatus
    return SimpleNamespace(LoadStatus=status, status=lambda: status.LoadStoppedStatus, url=lambda: address)


@pytest.mark.qt_log_ignore("QRhi|Failed to create RHI|QVulkan|Vulkan|GBM|Sandboxing|GPUInfo|doh set")
def test_a_mail_that_was_overtaken_does_not_pass_for_the_next(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        view = MailView(page)
        view.resize(500, 400)
        page.show()
        view.show()
        await view.show_html("<title>μηδέν</title><p>μηδέν</p>")
        assert view._web is not None
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        view._web.page().loadStarted.connect(lambda: begun.done() or begun.set_result(None))
        overtaken = asyncio.create_task(view.show_html("<title>ένα</title><p>ένα</p>"))
        await begun
        view._loading(stopped(QUrl("kkdesk-preview:before")))
        assert view._shown is not None and not view._shown.done(), "another mail's end is not this one's"
        await view.show_html("<title>δύο</title><p>δύο</p>")
        assert view._web.page().title() == "δύο"
        picture = view._web.grab().toImage()
        assert len({picture.pixel(x, y) for x in range(15, 60) for y in range(15, 50)}) > 1, "something is to be seen"
        await overtaken
        page.hide()

    run(go())


@pytest.fixture
def no_web_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def importing(name: str, *args: Any, **named: Any) -> object:
        if "WebEngine" in name:
            raise ImportError("libnss3.so: cannot open shared object file")
        return real(name, *args, **named)

    async def nothing() -> None:
        return None

    monkeypatch.setattr("kkdesk.ui.campaigns.preview.mail_view._engine", [])
    monkeypatch.setattr("kkdesk.ui.campaigns.preview.mail_view.preload", nothing)
    monkeypatch.setattr(builtins, "__import__", importing)


@pytest.mark.logs("no_web_engine")
def test_without_web_engine_there_is_a_plainer_preview_that_says_so(
    run: Run, page: CampaignsPage, no_web_engine: None
) -> None:
    async def go() -> None:
        pane = PreviewPane(page, lambda: DRAFT)
        await pane.show_audience(await page.workspace.audience.preview(DRAFT.filters))
        assert pane.mail.plain and "simpler preview" in pane._remark.text
        browser = pane.mail.findChild(QTextBrowser)
        assert browser is not None and "@" in browser.toPlainText() and not browser.openLinks()

    run(go())


@pytest.mark.logs("no_web_engine")
def test_each_recipient_sees_their_own_values(run: Run, page: CampaignsPage, no_web_engine: None) -> None:
    async def go() -> None:
        audience = await page.workspace.audience.preview(DRAFT.filters)
        people = (await page.workspace.audience.page(audience, None, 0, 3)).rows
        pane = PreviewPane(page, lambda: DRAFT)
        await pane.show_audience(audience)
        assert people[0].email in pane.text.toPlainText()
        pane.picker.step(1)
        await page.settled()
        assert people[1].email in pane.text.toPlainText() and pane.picker.customer_id == people[1].customer_id
        pane.picker.step(-2)
        await page.settled()
        assert pane.picker._place.text() == f"{audience.count} / {audience.count}", "round and round"
        await pane.picker.show_customer(people[2].customer_id)
        await page.settled()
        assert people[2].email in pane.text.toPlainText()
        pane.show_as("text")
        assert pane._stack.currentIndex() == 1

    run(go())


def test_recipients_are_found_by_typing(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        audience = await page.workspace.audience.preview(DRAFT.filters)
        wanted = (await page.workspace.audience.page(audience, None, 7, 1)).rows[0]
        picker = RecipientPicker(page)
        await picker.show_audience(audience)
        chosen: list[None] = []
        picker.chosen.connect(lambda: chosen.append(None))
        picker.field.setText(wanted.email)
        picker.field.commit()
        await page.settled()
        assert picker._names.stringList()[0].endswith(wanted.email)
        picker._pick(picker._names.index(0))
        await page.settled()
        assert picker.customer_id == wanted.customer_id and picker.field.text() == "" and chosen == [None]

    run(go())


@pytest.mark.logs("no_web_engine")
def test_with_nobody_chosen_a_sample_customer_is_shown(run: Run, page: CampaignsPage, no_web_engine: None) -> None:
    async def go() -> None:
        pane = PreviewPane(page, lambda: DRAFT)
        await pane.show_audience(NOBODY)
        assert pane.picker.customer_id is None and pane.picker._who.text() == "A sample customer"
        assert "@" in pane.text.toPlainText()
        assert not pane.picker.forward.isEnabled()

    run(go())
