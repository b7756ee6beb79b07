"""The pages of the unsubscribe link as HTML: their buttons, languages and headers, and that nothing in them is alive."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from cloud_endpoints.rates import FORGED, REQUESTS, Ceiling
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from tests.cloud_endpoints.served import Served
from tests.cloud_endpoints.test_unsubscribe import LINK, PAGE, everything, in_endpoints, opted_out


async def press(endpoints: Served, page: httpx.Response, button: str, **fields: str) -> httpx.Response:
    """Press a button of a page, as a browser does: with the hidden fields of its form."""
    forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL)
    ((action, inside),) = [form for form in forms if f'id="{button}"' in form[1]]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside))
    data = {name: unescape(value) for name, value in hidden.items()} | fields
    return await endpoints.client.post(unescape(action), data=data, headers=PAGE)


def test_the_pages_buttons_leave_tell_why_and_come_back(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        start = await everything(endpoints)
        asked = await endpoints.client.get(LINK)
        assert "Info@" not in asked.text and "i•••@" not in asked.text and "i•••o@ελαστικά.example" in asked.text
        assert 'id="undo"' not in asked.text
        done = await press(endpoints, asked, "unsubscribe")
        assert done.status_code == 200 and await opted_out(endpoints) == ["cust_1", "cust_2"]
        told = await press(endpoints, done, "tell", why="too_many", reason=" Κάθε μέρα; ")
        assert 'id="tell"' not in told.text
        assert await endpoints.rows("SELECT reason FROM unsubscribes") == [
            {"reason": "Λαμβάνω πάρα πολλά μηνύματα: Κάθε μέρα;"}
        ]
        # Who comes by the link again sees how it stands, and the same way back.
        again = await endpoints.client.get(LINK)
        assert 'id="unsubscribe"' not in again.text and 'id="undo"' in again.text
        for page in (told, again):
            back = await press(endpoints, page, "undo")
            assert back.status_code == 200 and "Είστε και πάλι στη λίστα" in back.text
            assert await opted_out(endpoints) == []
        assert (await everything(endpoints))[1:4] == start[1:4]

    in_endpoints(tmp_path, body)


def test_a_reason_with_the_first_button_is_kept(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        done = await press(endpoints, await endpoints.client.get(LINK), "unsubscribe", why="other", reason="<b>Ά</b>")
        assert await endpoints.rows("SELECT reason FROM unsubscribes") == [{"reason": "<b>Ά</b>"}]
        assert 'id="tell"' not in done.text and "<b>" not in done.text

    in_endpoints(tmp_path, body)


def test_a_page_that_was_open_while_the_mail_program_unsubscribed_still_tells_why(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        page = await endpoints.client.get(LINK)
        await endpoints.client.post(LINK, data={"List-Unsubscribe": "One-Click"})
        done = await press(endpoints, page, "unsubscribe", why="never_asked")
        assert 'id="tell"' not in done.text
        assert await endpoints.rows("SELECT reason FROM unsubscribes") == [{"reason": "Δεν ζήτησα ποτέ να τα λαμβάνω"}]

    in_endpoints(tmp_path, body)


def test_a_way_back_that_is_none_is_told(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        done = await press(endpoints, await endpoints.client.get(LINK), "unsubscribe")
        await endpoints.workspace.db.apply(
            Change(Bilingual("", ""), (Statement("UPDATE email_suppressions SET complaint_count = 1"),))
        )
        refused = await press(endpoints, done, "undo")
        assert refused.status_code == 409 and "Η επαναφορά δεν μπορεί πια να γίνει" in refused.text
        assert 'id="undo"' not in refused.text and await opted_out(endpoints) == ["cust_1", "cust_2"]
        # Of an opt-out that is none of this link's, or before there is any, nothing is undone either.
        for data in ({"action": "undo"}, {"action": "undo", "optout": "optout_x"}):
            assert (await endpoints.client.post(LINK, data=data)).status_code == 409

    in_endpoints(tmp_path, body)


def test_buttons_of_an_old_page_do_not_unsubscribe(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        for data in ({"action": "undo", "optout": "optout_x"}, {"action": "reason", "why": "too_many"}):
            page = await endpoints.client.post(LINK, data=data)
            assert 'id="unsubscribe"' in page.text
        assert await opted_out(endpoints) == [] and await endpoints.rows("SELECT 1 FROM kk_link_optouts") == []

    in_endpoints(tmp_path, body)


LANGUAGES = [
    ({}, "", "el"),
    ({"accept-language": "el-GR,el;q=0.9,en;q=0.8"}, "", "el"),
    ({"accept-language": "en-US,en;q=0.9,el;q=0.8"}, "", "en"),
    ({"accept-language": "en;q=0.3, EL-cy;q=0.7"}, "", "el"),
    ({"accept-language": "de-DE,de;q=0.9,en;q=0.1"}, "", "en"),
    ({"accept-language": "de"}, "", "el"),
    ({"accept-language": "en;q=0"}, "", "el"),
    ({"accept-language": "en;q=9,;;;,=,en-,*"}, "", "el"),
    ({"accept-language": "en"}, "&lang=el", "el"),
    ({"accept-language": "el"}, "&lang=en", "en"),
    ({"accept-language": "en"}, "&lang=xx", "el"),
]


@pytest.mark.parametrize(("headers", "more", "language"), LANGUAGES)
def test_the_first_language_is_the_readers(tmp_path: Path, headers: dict[str, str], more: str, language: str) -> None:
    async def body(endpoints: Served) -> None:
        pages = [
            await endpoints.client.get(LINK + more, headers=headers),
            await endpoints.client.get(f"{LINK}x{more}", headers=headers),
            await endpoints.client.post(LINK + more, headers=headers),
        ]
        other = "en" if language == "el" else "el"
        for page in pages:
            assert f'<html lang="{language}">' in page.text and f'lang="{other}">' in page.text
        # The other language is one step away, and the page's own buttons stay in the language that was chosen.
        switch = re.search(r'<a href="([^"]+)"', pages[0].text)
        assert switch
        switched = await endpoints.client.get(unescape(switch[1]), headers=headers)
        assert (
            f'<html lang="{other}">' in switched.text
            and f"lang={other}" in re.findall('action="([^"]+)"', switched.text)[0]
        )

    in_endpoints(tmp_path, body)


def test_pages_load_nothing_run_nothing_and_say_whose_they_are(tmp_path: Path) -> None:
    name = '<script>alert(1)</script> & "Υιοί"'

    async def body(endpoints: Served) -> None:
        org_id = endpoints.workspace.actor.org_id
        rename = Statement("UPDATE organizations SET name = ? WHERE id = ?", (name, org_id))
        await endpoints.workspace.db.apply(Change(Bilingual("", ""), (rename,)))
        asked = await endpoints.client.get(LINK)
        done = await press(endpoints, asked, "unsubscribe")
        undone = await press(endpoints, done, "undo")
        for page in (asked, done, undone):
            assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Υιοί&quot;" in page.text
        for page in (asked, done, undone, await endpoints.client.get(f"{LINK}x")):
            check_headers(page)
            assert not re.search(r"<script|<img|<link|<iframe|style=|https?://|url\(|@import", page.text)

    in_endpoints(tmp_path, body)


def check_headers(page: httpx.Response) -> None:
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    style = re.search("<style>(.*?)</style>", page.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    wanted = {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
        "content-type": "text/html; charset=utf-8",
    }
    assert {name: page.headers[name] for name in wanted} == wanted


@pytest.mark.parametrize(("link", "ceiling"), [(LINK, REQUESTS), (f"{LINK}x", FORGED)], ids=["signed", "forged"])
def test_a_network_that_asks_for_too_much_is_told_to_wait(tmp_path: Path, link: str, ceiling: Ceiling) -> None:
    async def body(endpoints: Served) -> None:
        rates = endpoints.app.state.endpoints.rates
        rates.wait = lambda _request, asked: 17 if asked is ceiling else 0
        page = await endpoints.client.post(link, headers=PAGE)
        assert (page.status_code, page.headers["retry-after"]) == (429, "17")
        assert "Δεν ολοκληρώθηκε" in page.text and "Not done" in page.text
        check_headers(page)
        answer = await endpoints.client.post(link)
        assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (429, "17", "too_many")
        assert await opted_out(endpoints) == []

    in_endpoints(tmp_path, body)
