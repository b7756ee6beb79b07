"""The whole job, as a shop does it: customers from Excel, a campaign, a real mail server, and what recipients do.

The mail server is exim with STARTTLS and AUTH; mails are read back from its mailbox; the unsubscribe page is used in
a real browser; the list comes in through the window's import page, and the figures are read off the window.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import openpyxl
import pytest

from kkdesk.model.campaign import CampaignDraft, RecipientFilters
from kkdesk.workspace import Workspace
from tests.end2end.program import Program
from tests.servers.chromium import Browser
from tests.servers.mta import MailServer
from tests.servers.ports import free_port

SECRET = "a-tracking-secret-of-the-test"
ROWS = 1000
TELEPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"}
HEADERS = ["Επωνυμία", "ΟΝΟΜΑ", "Επώνυμο", "Α.Φ.Μ.", "E-mail", "Κινητό", "Πόλη", "Τ.Κ.", "Ετικέτες"]


@pytest.fixture
def shop_page() -> Iterator[str]:
    """A page that campaigns link to; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def make_workbook(path: Path) -> None:
    """1,000 customers as a Greek business keeps them, 100 of them companies without a person's name."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Πελατολόγιο 2026"])
    sheet.append(HEADERS)
    for number in range(ROWS):
        company = f"Ελαστικά {number} Α.Ε." if number % 10 == 0 else None
        person = ("Γιώργος", f"Παπαδόπουλος{number}") if company is None else (None, None)
        town = ("Θεσσαλονίκη", "546 21") if number % 2 else ("Αθήνα", "105 63")
        sheet.append([company, *person, None, f"pelatis{number}@shop.example", f"69{number:08}", *town, "Χειμερινά"])
    workbook.save(path)


def link(html: str, path: str) -> str:
    """The first signed link of a kind in a mail."""
    found = re.search(rf'(?:href|src)="([^"]*{re.escape(path)}[^"]*)"', html)
    assert found, html
    return unescape(found[1])


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


async def compose(profile: Path, shop_page: str) -> str:
    """Write the campaign; its id."""
    workspace = await Workspace.open(profile, {})
    try:
        (tag,) = [tag for tag in await workspace.tags.all() if tag.name == "Χειμερινά"]
        content = (
            "<p>Γεια σας {{vocative|φίλε πελάτη}},</p>"
            f'<p>η <a href="{shop_page}/prosfora?a=1&amp;b=2">προσφορά</a> μας στην πόλη {{{{city}}}}.</p>'
        )
        draft = CampaignDraft(
            "Χειμερινή προσφορά", "Προσφορά για {{firstName|εσάς}}", content, RecipientFilters(tags=(tag.id,))
        )
        return await workspace.campaigns.create(draft)
    finally:
        await workspace.close()


def test_from_excel_to_the_figures_in_the_window(
    tmp_path: Path, mta: MailServer, chromium: Browser, shop_page: str
) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    env = {
        "EMAIL_TRACKING_SECRET": SECRET,
        "NEXTAUTH_URL": origin,
        "SMTP_FROM": "Ελαστικά ΚΚ <info@kktires.example>",
        **mta.environment(),
    }
    program = Program(tmp_path / "profile", env)
    make_workbook(tmp_path / "pelates.xlsx")
    mta.clear()

    imported = in_the_window(program.profile, "import", str(tmp_path / "pelates.xlsx"))
    assert {"New customers": f"{ROWS:,}", "Were not imported": "0"}.items() <= imported.items()
    campaign = asyncio.run(compose(program.profile, shop_page))
    program.run("campaign", "send", campaign, "--yes")
    sent = program.run("worker", "--once")
    assert sent["sent"] == ROWS

    mails = {str(mail["Envelope-To"]): mail for mail in mta.wait_for(ROWS)}
    assert len(mails) == ROWS, "everybody got one, and one only"
    person, company = mails["pelatis1@shop.example"], mails["pelatis0@shop.example"]
    assert person["Subject"] == "Προσφορά για Γιώργος"
    assert "Γεια σας Γιώργο," in html_of(person)
    assert "Γεια σας φίλε πελάτη," in html_of(company)
    text = person.get_body(("plain",))
    assert text is not None
    assert "Θεσσαλονίκη" in text.get_content()
    assert person["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    an_hour_later(program.profile)
    with program.serving(port):
        pixel = httpx.get(link(html_of(person), "/api/email/tracking"), headers=TELEPHONE)
        assert pixel.headers["content-type"] == "image/gif"
        assert httpx.get(link(html_of(person), "/api/email/click"), headers=TELEPHONE).status_code == 302
        # A filter looks into the other's mail.
        httpx.get(link(html_of(company), "/api/email/tracking"), headers={"User-Agent": "BarracudaCentral"})
        chromium.open(link(html_of(person), "/api/email/click"))
        assert chromium.url == f"{shop_page}/prosfora?a=1&b=2"
        assert chromium.text() == "/prosfora?a=1&b=2"
        unsubscribe_by_page(chromium, link(html_of(person), "/api/unsubscribe"), tmp_path)
        one_click = str(company["List-Unsubscribe"]).strip("<>")
        answer = httpx.post(one_click, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert parse_qs(urlsplit(one_click).query)["cid"] == [campaign]

    figures = program.run("campaign", "show", campaign)
    assert (figures["sent"], figures["opened"], figures["clicked"], figures["unsubscribed"]) == (ROWS, 1, 1, 2)
    assert figures["opened_by_machines"] == 1
    shown = in_the_window(program.profile, "figures", campaign)
    assert {"Sent": f"{ROWS:,}", "Opened": "1", "Clicked": "1", "Unsubscribed": "2"}.items() <= shown.items()
    again = asyncio.run(compose(program.profile, shop_page))
    report = program.run("campaign", "send", again, code=2)
    assert report["recipients"] == ROWS - 2, "who left is mailed no more"


def an_hour_later(profile: Path) -> None:
    """The mails left an hour ago: whoever opened them at once would be a machine."""
    with closing(sqlite3.connect(profile / "crm.db")) as db:
        db.execute("UPDATE campaign_recipients SET sent_at = sent_at - 3600")
        db.commit()


def unsubscribe_by_page(browser: Browser, address: str, folder: Path) -> None:
    browser.open(address)
    assert browser.text("h1") == "Do you want to unsubscribe?"
    browser.screenshot(folder / "ask.png")
    browser.click("#unsubscribe")
    assert browser.text("h1") == "You have been unsubscribed"
    browser.screenshot(folder / "done.png")


def in_the_window(profile: Path, verb: str, subject: str) -> dict[str, str]:
    """Do something in the window; the figures that it shows then, by their captions."""
    command = [sys.executable, "-m", "tests.end2end.window", str(profile), verb, subject]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert result.returncode == 0, result.stderr
    shown: dict[str, str] = json.loads(result.stdout)
    return shown
