"""Servers that are not what they should be, and what stands between them and the world."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import RedirectResponse

from kkdesk.model.errors import NotConfigured
from kkdesk.services.doctor.asking import LONGEST
from kkdesk.services.doctor.check import Examination, State
from tests.servers.ports import free_port
from tests.services.doctor.deployments import (
    Ago,
    App,
    Head,
    Names,
    NoServers,
    answering,
    deployed,
    doctor,
    facts,
    found,
    states,
    telling,
)

OK, WARNING, FAILED, SKIPPED = State.OK, State.WARNING, State.FAILED, State.SKIPPED
HEALTH, CLICK, PIXEL = "/api/health", "/api/email/click", "/api/email/tracking"
UNSUBSCRIBE, CRON = "/api/unsubscribe", "/api/cron/email-jobs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: no test changes what the endpoints keep, and making a database takes longer than any of them."""
    return tmp_path_factory.mktemp("doctor")


def look(
    folder: Path,
    instead: Mapping[str, App] | None = None,
    head: Head | None = None,
    *,
    seconds: float = 20.0,
    try_call: bool = False,
) -> Examination:
    """What is seen of endpoints of which some paths are answered by others, and all heads changed."""

    async def run() -> Examination:
        async with deployed(folder / "server", instead=instead, head=head) as (port, _):
            here = doctor(folder / "desktop", seconds=seconds)
            return await here.look_at(f"http://127.0.0.1:{port}", try_call=try_call)

    return asyncio.run(run())


async def never(scope: Any, receive: Any, send: Any) -> None:
    """Hears the request and says nothing until they give up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def endless(scope: Any, receive: Any, send: Any) -> None:
    """Bytes without end."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    for _ in range(10_000):
        await send({"type": "http.response.body", "body": b'{"x":' * 20_000, "more_body": True})


def only_the_server_failed(seen: Examination) -> bool:
    """Whether the rest was not even tried."""
    by_name = states(seen)
    return by_name.pop("answers") is FAILED and by_name.pop("name") is OK and set(by_name.values()) == {SKIPPED}


@pytest.mark.parametrize(
    ("app", "words", "code"),
    [
        (
            RedirectResponse("https://elsewhere.example/x?secret=1", 302),
            "redirects to https://elsewhere.example/x. ",
            1,
        ),
        (RedirectResponse("//elsewhere.example", 308), "redirects to http://elsewhere.example. ", 1),
        (answering(301, location="http://[broken"), "redirects to ", 1),
        (answering(200, "<html>Welcome</html>"), "200 with text/html", 1),
        (answering(404, "not here", "text/plain"), "404 with text/plain", 1),
        (answering(200, "[1, 2]", "application/json"), "not JSON", 1),
        (answering(200, "[" * 50_000, "application/json"), "not JSON", 1),
        (answering(401, "", "text/html", x_vercel_id="fra1::1"), "Deployment Protection", 1),
        (
            answering(302, "", "text/html", server="Vercel", location="https://vercel.com/sso-api?url=x"),
            "Deployment Protection",
            1,
        ),
        (endless, "has no end", 1),
        (never, "did not answer in time", 4),
    ],
)
def test_somebody_else_answers(folder: Path, app: App, words: str, code: int) -> None:
    seen = look(folder, {"*": app}, seconds=1.0 if app is never else 20.0)
    assert words in found(seen, "answers")
    assert only_the_server_failed(seen)
    assert seen.exit_code == code


def test_an_error_of_the_server_is_told_without_its_tricks(folder: Path) -> None:
    body = '{"error": "\\u001b[2Jgone\\r\\n' + "x" * 500 + '", "code": "offline"}'
    seen = look(folder, {HEALTH: answering(503, body, "application/json")})
    said = found(seen, "database")
    assert "[2Jgone" in said and said.isprintable() and len(said) < 300
    assert states(seen)["answers"] is WARNING
    # What needs no database is looked at all the same.
    assert states(seen)["signatures"] is OK and states(seen)["tracking_secret"] is SKIPPED


def test_nobody_is_there(folder: Path) -> None:
    seen = asyncio.run(doctor(folder).look_at(f"http://127.0.0.1:{free_port()}"))
    assert only_the_server_failed(seen) and seen.exit_code == 4
    assert "No connection" in found(seen, "answers")


def test_what_is_no_http_is_told(folder: Path) -> None:
    async def run() -> Examination:
        async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example.gr ESMTP\r\n")
            writer.close()

        async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await doctor(folder).look_at(f"http://127.0.0.1:{port}")

    seen = asyncio.run(run())
    assert "was not HTTP" in found(seen, "answers") and only_the_server_failed(seen)


@pytest.mark.parametrize(
    ("dns", "state", "words", "code"),
    [
        (Names(), FAILED, "does not exist", 1),
        (Names(links_example_gr=["2a00:1450:4017:80d::200e"]), FAILED, "no IPv4 address", 1),
        (NoServers(), FAILED, "do not answer", 4),
    ],
)
def test_names_that_lead_nowhere(folder: Path, dns: Any, state: State, words: str, code: int) -> None:
    # Port 1 of the documentation's network: nothing answers there, wherever this runs.
    seen = asyncio.run(doctor(folder, dns=dns, seconds=0.2).look_at("http://links.example.gr:1"))
    assert states(seen)["name"] is state and words in found(seen, "name")
    # Not encrypted: nothing that is signed is sent there.
    assert "http://" in found(seen, "certificate") and states(seen)["certificate"] is FAILED
    assert states(seen)["answers"] is SKIPPED and states(seen)["signatures"] is SKIPPED


def test_no_address_to_look_at(folder: Path) -> None:
    with pytest.raises(NotConfigured):
        doctor(folder).origin()
    assert doctor(folder, {"NEXTAUTH_URL": "https://Links.example.gr/app"}).origin() == "https://links.example.gr"


def test_an_open_redirect_is_told(folder: Path) -> None:
    async def anywhere(scope: Any, receive: Any, send: Any) -> None:
        from urllib.parse import parse_qs

        where = parse_qs(scope["query_string"].decode())["u"][0]
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", where.encode())]})
        await send({"type": "http.response.body"})

    seen = look(folder, {CLICK: anywhere})
    assert states(seen)["signatures"] is OK
    assert states(seen)["forgeries"] is FAILED and "Anybody can send people anywhere" in found(seen, "forgeries")


@pytest.mark.parametrize(
    ("path", "app", "check", "state", "words"),
    [
        (CLICK, RedirectResponse("https://kkdesk-doctor.invalid/", 302), "signatures", FAILED, "does not lead where"),
        (
            CLICK,
            answering(301, location="https://kkdesk-doctor.invalid/a%20b?%CE%B1=1&u=2#part"),
            "signatures",
            FAILED,
            "does not lead where",
        ),
        (CLICK, answering(403, "blocked"), "signatures", FAILED, "403, text/html"),
        (CLICK, answering(429), "signatures", SKIPPED, "try again in a minute"),
        (CLICK, never, "signatures", FAILED, "did not answer in time"),
        (CLICK, answering(200, "hello"), "forgeries", FAILED, "200, text/html"),
        (PIXEL, answering(200, "GIF", "text/html"), "pixel", FAILED, "does not arrive"),
        (PIXEL, answering(404), "pixel", FAILED, "does not arrive"),
        (PIXEL, answering(200, "GIF89a", "image/gif", cache_control="max-age=60"), "pixel", FAILED, "kept on the way"),
        (
            PIXEL,
            answering(200, "GIF89a", "image/gif", cache_control="no-store", age="5"),
            "pixel",
            FAILED,
            "kept on the way",
        ),
        (UNSUBSCRIBE, RedirectResponse("/login", 307), "unsubscribing", FAILED, "is redirected"),
        (UNSUBSCRIBE, answering(503, retry_after="30"), "unsubscribing", SKIPPED, "does not reach its database"),
        (UNSUBSCRIBE, answering(503), "unsubscribing", FAILED, "503, text/html"),
        (UNSUBSCRIBE, answering(405), "unsubscribing", FAILED, "405, text/html"),
        (UNSUBSCRIBE, answering(200, "You are out"), "unsubscribing", FAILED, "200, text/html"),
        (UNSUBSCRIBE, answering(400, "<SCRIPT>x</SCRIPT>"), "unsubscribing", WARNING, "cookie or a script"),
        (UNSUBSCRIBE, answering(400, "Hi", set_cookie="id=1"), "unsubscribing", WARNING, "cookie or a script"),
        (CRON, answering(200, "{}", "application/json"), "cron_closed", FAILED, "Anybody can make it send"),
        (CRON, answering(502), "cron_closed", FAILED, "502"),
        (CRON, answering(429), "cron_closed", SKIPPED, "try again in a minute"),
    ],
)
def test_what_stands_between_is_seen(folder: Path, path: str, app: App, check: str, state: State, words: str) -> None:
    seen = look(folder, {path: app}, seconds=2.0 if app is never else 20.0)
    assert states(seen)[check] is state
    assert words in found(seen, check)
    assert seen.exit_code in ({FAILED: (1, 4), WARNING: (0,), SKIPPED: (0,)}[state])


def test_one_click_that_is_blocked_is_told(folder: Path) -> None:
    async def pages_only(scope: Any, receive: Any, send: Any) -> None:
        app = answering(400, "broken") if scope["method"] == "GET" else answering(403, "no forms from elsewhere")
        await app(scope, receive, send)

    seen = look(folder, {UNSUBSCRIBE: pages_only})
    assert states(seen)["unsubscribing"] is FAILED and "one-click request" in found(seen, "unsubscribing")


def test_headers_that_were_taken_away_are_named(folder: Path) -> None:
    def strip(status: int, headers: dict[str, str]) -> int:
        headers.pop("content-security-policy", None)
        headers["cache-control"] = "public"
        return status

    seen = look(folder, head=strip)
    assert facts(seen, "headers") == {"missing": ["content-security-policy", "cache-control"]}
    assert states(seen)["headers"] is WARNING


@pytest.mark.parametrize(
    ("said", "check", "state", "words"),
    [
        ({"version": "0.0.9"}, "version", WARNING, "0.0.9 runs there"),
        ({"version": ...}, "version", WARNING, "not KK Desk's endpoints"),
        ({"version": ["x"]}, "version", WARNING, "not KK Desk's endpoints"),
        ({"tracking": "EMAIL_TRACKING_SECRET is missing"}, "tracking_secret", FAILED, "has no EMAIL_TRACKING_SECRET"),
        ({"tracking": ...}, "tracking_secret", SKIPPED, "does not say"),
        ({"queue": {"mails": 3, "jobs": 1, "oldestDueAt": Ago(3630)}}, "queue", WARNING, "60 minutes ago"),
        ({"queue": {"mails": -1, "oldestDueAt": "yesterday"}}, "queue", OK, "Mails that wait: 0"),
        ({"queue": 7}, "queue", SKIPPED, "does not say"),
        ({"clock": {"now": Ago(9000)}}, "clock", FAILED, "behind this one"),
        ({"clock": ...}, "clock", OK, "agrees"),
        ({"cronSecret": "CRON_SECRET is missing"}, "cron_closed", FAILED, "has no CRON_SECRET"),
        ({"cronSecret": ...}, "cron_closed", SKIPPED, "does not say"),
        ({"cron": {"email-jobs": {"lastAt": Ago(3000), "ok": True}}}, "cron_sending", WARNING, "minutes ago"),
        ({"cron": {"email-jobs": {"lastAt": Ago(60), "ok": False}}}, "cron_sending", WARNING, "Calls come, but fail"),
        ({"cron": {"email-jobs": {"lastAt": Ago(0), "ok": True}}}, "cron_sending", OK, "They come"),
        ({"cron": {"geocode-customers": {"lastAt": Ago(3000), "ok": True}}}, "cron_geocoding", OK, "They come"),
        ({"cron": {"email-jobs": None}}, "cron_sending", WARNING, "No call has ever come"),
        ({"cron": ...}, "cron_sending", SKIPPED, "does not say"),
    ],
)
def test_what_health_says(folder: Path, said: dict[str, Any], check: str, state: State, words: str) -> None:
    seen = look(folder, {HEALTH: telling(**said)})
    assert states(seen)[check] is state
    assert words in found(seen, check)


def test_no_call_is_made_to_a_server_that_may_take_anybodys(folder: Path) -> None:
    async def run() -> list[str]:
        health = {HEALTH: telling(cronSecret="CRON_SECRET is missing")}
        async with deployed(folder / "server", instead=health) as (port, meddler):
            await doctor(folder / "desktop").look_at(f"http://127.0.0.1:{port}")
            return [path for _, path, _ in meddler.asked]

    assert not [path for path in asyncio.run(run()) if "cron" in path]


@pytest.mark.parametrize(
    ("app", "state", "words"),
    [
        (answering(401, "{}", "application/json"), FAILED, "another CRON_SECRET"),
        (answering(500, "{}", "application/json"), FAILED, "500"),
        (answering(200, "x" * (LONGEST + 1), "application/json"), FAILED, "64 KB"),
        (answering(200, '{"ok": false, "error": "The mail server refuses."}', "application/json"), WARNING, "refuses"),
        (answering(200, '{"ok": true, "sent": 3}', "application/json"), OK, "3 were sent"),
    ],
)
def test_a_call_for_trial(folder: Path, app: App, state: State, words: str) -> None:
    seen = look(folder, {CRON: app}, try_call=True)
    assert states(seen)["cron_try"] is state
    assert words in found(seen, "cron_try")
