"""The unsubscribe page in Chromium, which runs no script here: by keyboard alone, in both languages, on phones, in the dark."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.services.mail.tracking import Signer
from kkdesk.workspace import Workspace
from tests.servers.chromium import Browser, browser
from tests.servers.endpoints import SECRET, Endpoints, endpoints
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy

TAB, ENTER, SPACE, DOWN = "\ue004", "\ue007", " ", "\ue015"
#: A name and an address that are hard to break into lines.
START = """
UPDATE organizations SET name = 'Ελαστικά Παπακωνσταντίνου-Χατζηγεωργίου & Υιοί Ο.Ε.'
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) SELECT 'camp_1', id, '1', '', '', 'sent', 0, 0 FROM organizations
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) SELECT 'cust_1', id, 'Α', 'maria.papakonstantinou@elastikapapakonstantinouchatzigeorgiou.example', 0, 0 FROM organizations
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) SELECT 'rcpt_1', 'camp_1', 'cust_1', email, 'sent' FROM customers WHERE id = 'cust_1'
"""
WORDS: Final = {
    "el-GR": ("Θέλετε να διαγραφείτε από τη λίστα μας;", "Η διαγραφή ολοκληρώθηκε", "Είστε και πάλι στη λίστα"),
    "en-GB": ("Do you want to unsubscribe?", "You have been unsubscribed", "You are back on the list"),
}
#: Phones of today, a small one, a desktop.
SIZES: Final = ((375, 667), (320, 568), (1024, 768))


async def make(folder: Path, env: dict[str, str]) -> None:
    workspace = await Workspace.open(folder, env, at_server=True)
    try:
        statements = tuple(Statement(line) for line in START.strip().splitlines())
        await workspace.db.apply(Change(Bilingual("", ""), statements))
    finally:
        await workspace.close()


@contextlib.contextmanager
def serving(folder: Path, sqld: Sqld, network: TcpProxy) -> Iterator[Endpoints]:
    env = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    asyncio.run(make(folder, env))
    with endpoints(folder, env) as server:
        yield server


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tab(language: str) -> Iterator[Browser]:
    with browser(language=language, scripts=False) as opened:
        yield opened


def link_of(server: Endpoints) -> str:
    return Signer(SECRET, server.url).unsubscribe_url("camp_1", "rcpt_1")


def focused(tab: Browser) -> tuple[str, str]:
    """What has the focus, and what is said of it."""
    found = tab.run("const it = document.activeElement; return [it.id || it.value || it.tagName, it.innerText || '']")
    return str(found[0]), str(found[1])


def until(tab: Browser, script: str, wanted: object) -> None:
    """Wait for a page that a key has asked for."""
    end = time.monotonic() + 30
    found: object = None
    while found != wanted:
        assert time.monotonic() < end, (script, found)
        with contextlib.suppress(AssertionError):  # between two pages there is none to ask
            found = tab.run(script)


def tab_to(tab: Browser, wanted: str) -> None:
    """Press Tab until `wanted` has the focus; each stop on the way shows that it has it."""
    for _ in range(12):
        tab.press(TAB)
        assert tab.run("return getComputedStyle(document.activeElement).outlineWidth") == "3px"
        if focused(tab)[0] == wanted:
            return
    raise AssertionError(f"{wanted} cannot be reached")


def test_by_keyboard_alone_and_without_scripts(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, tab: Browser, language: str
) -> None:
    ask, done, back = WORDS[language]
    with serving(tmp_path / "profile", sqld, network) as server:
        tab.open(link_of(server))
        assert tab.text("h1") == ask and tab.run("return document.documentElement.lang") == language[:2]
        tab_to(tab, "SUMMARY")
        tab.press(ENTER)
        tab_to(tab, "too_many")
        tab.press(SPACE, DOWN)
        assert focused(tab)[0] == "not_relevant"
        tab_to(tab, "reason")
        tab.press(*"Τέρμα")
        tab_to(tab, "unsubscribe")
        tab.press(ENTER)
        until(tab, "return document.querySelector('h1').innerText", done)
        assert sqld.execute("SELECT unsubscribed FROM customers") == [[1]]
        (reason,) = sqld.execute("SELECT reason FROM unsubscribes")
        assert reason == ["Το περιεχόμενο δεν με ενδιαφέρει: Τέρμα"]
        tab_to(tab, "undo")
        tab.press(SPACE)
        until(tab, "return document.querySelector('h1').innerText", back)
        assert sqld.execute("SELECT unsubscribed FROM customers") == [[0]]
        # Once more, and the reason afterwards.
        tab.open(link_of(server))
        tab_to(tab, "unsubscribe")
        tab.press(ENTER)
        until(tab, "return document.querySelector('h1').innerText", done)
        tab_to(tab, "too_many")
        tab.press(SPACE)
        tab_to(tab, "tell")
        tab.press(ENTER)
        until(tab, "return !document.querySelector('#tell')", True)
        assert sqld.execute("SELECT reason FROM unsubscribes") == [["Λαμβάνω πάρα πολλά μηνύματα"]]


def states(tab: Browser, link: str, network: TcpProxy) -> Iterator[str]:
    """Bring the tab from one state of the page to the next."""
    tab.open(link)
    yield "ask"
    tab.click("summary")
    tab.click("input[value=other]")
    tab.type("#reason", "Αλλάξαμε συνεργάτη και δεν χρειαζόμαστε πια προσφορές")
    yield "why"
    network.refuse()
    tab.click("#unsubscribe")
    yield "later"
    network.passing()
    tab.open(link)
    tab.click("#unsubscribe")
    yield "done"
    tab.click("input[value=never_asked]")
    tab.click("#tell")
    yield "told"
    tab.click("#undo")
    yield "undone"
    tab.open(f"{link}x")
    yield "broken"


def test_every_state_can_be_read(tmp_path: Path, sqld: Sqld, network: TcpProxy, tab: Browser, language: str) -> None:
    with serving(tmp_path / "profile", sqld, network) as server:
        for width, height in SIZES:
            for scheme in ("light", "dark"):
                tab.command(
                    "Emulation.setDeviceMetricsOverride",
                    width=width,
                    height=height,
                    deviceScaleFactor=1,
                    mobile=width < 500,
                )
                media = [{"name": "prefers-color-scheme", "value": scheme}]
                tab.command("Emulation.setEmulatedMedia", features=media)
                for state in states(tab, link_of(server), network):
                    where = f"{language}-{width}-{scheme}-{state}"
                    look(tab, where)
                    tab.screenshot(tmp_path / f"{where}.png")


#: Of each visible text: what it says, and the contrast to what lies behind it (WCAG 2.2, 1.4.3).
CONTRASTS: Final = """
const light = rgb => { const [r, g, b] = rgb.match(/[\\d.]+/g).slice(0, 3).map(v => { const c = v / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 }); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
const behind = node => { for (; node; node = node.parentElement) { const c = getComputedStyle(node).backgroundColor;
  if (c !== 'rgba(0, 0, 0, 0)') return c } return 'rgb(255, 255, 255)' };
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
for (let node; node = walk.nextNode();) { const at = node.parentElement;
  if (!node.data.trim() || !at.checkVisibility()) continue;
  const a = light(getComputedStyle(at).color), b = light(behind(at));
  found.push([node.data.trim(), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]) }
return found"""
#: Of each control that can be used: what is said of it, and its size.
CONTROLS: Final = """
return [...document.querySelectorAll('button, summary, textarea, input:not([type=hidden])')]
  .filter(it => it.checkVisibility()).map(it => { const box = (it.closest('label') || it).getBoundingClientRect();
    return [it.innerText || (it.labels && it.labels.length && it.labels[0].innerText) || '', box.width, box.height] })"""


def look(tab: Browser, where: str) -> None:
    """Contrast AA, names, sizes for fingers, nothing beyond the edge, one main heading, languages told apart."""
    for text, contrast in tab.run(CONTRASTS):
        assert contrast >= 4.5, (where, text, contrast)
    for name, width, height in tab.run(CONTROLS):
        assert name.strip() and width >= 24 and height >= 24, (where, name, width, height)
    facts: dict[str, Any] = tab.run(
        "return {over: document.documentElement.scrollWidth - innerWidth, main: document.querySelectorAll('main').length,"
        " headings: document.querySelectorAll('h1').length, lang: document.documentElement.lang,"
        " other: document.querySelector('footer').lang, title: document.title, scripts: document.scripts.length}"
    )
    assert facts["over"] <= 0 and facts["main"] == facts["headings"] == 1 and facts["scripts"] == 0, (where, facts)
    assert {facts["lang"], facts["other"]} == {"el", "en"} and facts["title"], (where, facts)
