"""Google's Geocoding API: every status, every shape, and a key that nobody sees."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import InvalidInput, NotConfigured, Offline, QuotaReached
from kkdesk.services.geocoding import google, quiet_http
from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound, Place, Stop
from kkdesk.services.geocoding.google import GoogleGeocoder
from kkdesk.services.geocoding.google_answers import Again, read_reply
from kkdesk.services.geocoding.quiet_http import NoAnswer, QuietHttp, Reply
from tests.servers.google_geocoding import KEY, GoogleGeocoding, google_stand_in, result
from tests.servers.http_stand_in import Fault
from tests.servers.ports import free_port

ERMOU = Address("Ερμού 1", "10563", "Αθήνα", "", "Ελλάδα")
QUESTION = "Ερμού 1, 10563, Αθήνα"
SECONDS = 30.0


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "_PAUSE", 0.001)


def with_google(body: Callable[[GoogleGeocoding, GoogleGeocoder], Awaitable[None]], **project: Any) -> None:
    async def run() -> None:
        async with google_stand_in(GoogleGeocoding(**project)) as server:
            geocoder = GoogleGeocoder(KEY, url=server.url)
            try:
                await body(server, geocoder)
            finally:
                await geocoder.close()

    asyncio.run(run())


def found(address: Address = ERMOU, *, seconds: float = SECONDS, key: str = KEY, **project: Any) -> Answer:
    """What is found where the project says so."""
    answers: list[Answer] = []

    async def body(server: GoogleGeocoding, _geocoder: GoogleGeocoder) -> None:
        geocoder = GoogleGeocoder(key, url=server.url)
        answers.append(await geocoder.find(address, seconds))
        await geocoder.close()

    with_google(body, **project)
    return answers[0]


def test_a_place_with_everything_that_is_to_be_kept() -> None:
    place = found(places={QUESTION: [result(place_id="ChIJ9"), result(0.5, 0.5)]})
    assert place == Place(
        37.9755, 23.7348, "google", "rooftop", place_id="ChIJ9", formatted_address="Ερμού 1, Αθήνα 105 63, Ελλάδα"
    )


def test_greek_addresses_are_asked_for_in_greece_alone() -> None:
    """The country goes apart from the text: said twice, Google may find nothing."""

    async def body(server: GoogleGeocoding, geocoder: GoogleGeocoder) -> None:
        for country in ("Ελλάδα", "ΕΛΛΑΔΑ", " greece ", ""):
            assert isinstance(await geocoder.find(Address("Ερμού 1", "", "Αθήνα", "", country), SECONDS), Place)
        assert {(q.address, q.components, q.region, q.language) for q in server.questions} == {
            ("Ερμού 1, Αθήνα", "country:GR", "gr", "el")
        }
        assert isinstance(await geocoder.find(Address("Λήδρας 1", "", "Λευκωσία", "", "Κύπρος"), SECONDS), Place)
        last = server.questions[-1]
        assert (last.address, last.components, last.region) == ("Λήδρας 1, Λευκωσία, Κύπρος", "", "")

    with_google(
        body, places={"Ερμού 1, Αθήνα": [result()], "Λήδρας 1, Λευκωσία, Κύπρος": [result(35.17, 33.36, country="CY")]}
    )


@pytest.mark.parametrize(
    ("location_type", "types", "quality"),
    [
        ("ROOFTOP", ["street_address"], "rooftop"),
        ("ROOFTOP", ["premise"], "rooftop"),
        ("RANGE_INTERPOLATED", ["street_address"], "street"),
        ("GEOMETRIC_CENTER", ["route"], "street"),
        ("GEOMETRIC_CENTER", ["establishment", "point_of_interest"], "street"),
        ("GEOMETRIC_CENTER", ["postal_code"], "postal_code"),
        ("GEOMETRIC_CENTER", ["locality", "political"], "town"),
        ("APPROXIMATE", ["postal_code"], "postal_code"),
        ("APPROXIMATE", ["locality", "political"], "town"),
        ("APPROXIMATE", ["administrative_area_level_4", "political"], "town"),
        ("APPROXIMATE", ["establishment", "natural_feature"], "town"),
        ("APPROXIMATE", ["route"], "street"),
        ("APPROXIMATE", ["country", "political"], None),
        ("APPROXIMATE", ["administrative_area_level_3", "political"], None),
        ("APPROXIMATE", ["colloquial_area", "political"], None),
    ],
)
def test_how_sure_a_place_is(location_type: str, types: list[str], quality: str | None) -> None:
    answer = found(places={QUESTION: [result(location_type=location_type, types=types)]})
    if quality is None:
        assert answer == NotFound("too_coarse"), "the middle of a region is no guess to make in silence"
    else:
        assert isinstance(answer, Place) and answer.quality == quality


@pytest.mark.parametrize(
    ("changes", "needs_review"),
    [({}, False), ({"partial": True}, True), ({"postal_code": "546 21"}, True), ({"postal_code": ""}, False)],
)
def test_what_did_not_match_wholly_is_marked(changes: dict[str, Any], needs_review: bool) -> None:
    answer = found(places={QUESTION: [result(**changes)]})
    assert isinstance(answer, Place) and answer.needs_review == needs_review


def test_another_country_is_not_taken() -> None:
    abroad = result(40.64, -73.78, country="US")
    assert found(places={QUESTION: [abroad]}) == NotFound("zero_results")
    assert found(places={QUESTION: [abroad]}, leaky=True) == NotFound("wrong_country")
    nameless = {**abroad, "address_components": []}
    assert read_reply(Reply(200, {"status": "OK", "results": [nameless]}), ERMOU, KEY) == NotFound("wrong_country")
    at_home = {**result(), "address_components": None}
    assert isinstance(read_reply(Reply(200, {"status": "OK", "results": [at_home]}), ERMOU, KEY), Place)


def test_nothing_is_nothing() -> None:
    assert found() == NotFound("zero_results")


@pytest.mark.parametrize(
    ("account", "status"), [("billing_off", "OVER_DAILY_LIMIT"), ("not_enabled", "REQUEST_DENIED"), ("referer", "")]
)
def test_a_refused_key_stops_and_is_told_in_googles_words(account: str, status: str) -> None:
    answer = found(account=account)
    assert isinstance(answer, Stop) and answer.why == "denied"
    assert isinstance(answer.error, NotConfigured) and answer.error.exit_code == 3
    assert status in answer.error.message("el")
    assert "GOOGLE_GEOCODING_API_KEY" in answer.error.message("en")
    assert {"billing_off": "Billing", "not_enabled": "not authorized", "referer": "referer"}[account] in str(
        answer.error
    )


def test_googles_words_come_without_the_key() -> None:
    wrong = "AIzaSyWrongKey"
    answer = found(key=wrong)
    assert isinstance(answer, Stop) and answer.error is not None
    assert "The provided API key is invalid. …" in answer.error.message("en")
    assert wrong not in answer.error.message("el") + answer.error.message("en") + repr(answer) + repr(answer.error.args)


def test_too_fast_backs_off_and_goes_on() -> None:
    async def body(server: GoogleGeocoding, geocoder: GoogleGeocoder) -> None:
        waiting = asyncio.create_task(geocoder.find(ERMOU, SECONDS))
        while len(server.questions) < 5:
            await asyncio.sleep(0.001)
        server.left = 1
        assert isinstance(await waiting, Place)

    with_google(body, left=0, places={QUESTION: [result()]})


def test_too_fast_for_longer_than_there_is_time_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "_GROWTH", 100.0)
    answer = found(left=0)
    assert isinstance(answer, Stop) and answer.why == "quota" and isinstance(answer.error, QuotaReached)


def test_http_429_is_too_fast() -> None:
    again = read_reply(Reply(429, None), ERMOU, KEY)
    assert isinstance(again, Again) and again.limit


def test_an_invalid_request_fails_for_this_address_for_long() -> None:
    async def body(server: GoogleGeocoding, geocoder: GoogleGeocoder) -> None:
        assert await geocoder.find(ERMOU, SECONDS) == Failed("invalid_request", lasting=True)
        assert len(server.questions) == 1, "the same question has the same answer"

    with_google(body, places={QUESTION: "INVALID_REQUEST"})


def test_trouble_of_the_server_is_tried_three_times() -> None:
    async def body(server: GoogleGeocoding, geocoder: GoogleGeocoder) -> None:
        assert await geocoder.find(ERMOU, SECONDS) == Failed("unknown_error")
        assert len(server.questions) == 3
        server.places[QUESTION] = [result()]
        server.faults = {server.count: "cut", server.count + 1: "half"}
        assert isinstance(await geocoder.find(ERMOU, SECONDS), Place)
        assert len(server.questions) == 6

    with_google(body, places={QUESTION: "UNKNOWN_ERROR"})


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_errors_of_http_are_trouble_of_the_server(status: int) -> None:
    assert read_reply(Reply(status, None), ERMOU, KEY) == Again(Failed(f"http_{status}"))


@pytest.mark.parametrize("fault", ["html", "giant", "packed", "redirect", "deep", "number"])
def test_what_cannot_be_read_fails(fault: Fault) -> None:
    assert found(faults={0: fault}) == Failed("unreadable")


def test_silence_is_not_waited_for_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "_REQUEST_SECONDS", 0.05)
    assert found(faults=dict.fromkeys(range(3), "hang")) == Failed("slow")


def test_no_connection_stops() -> None:
    async def run() -> Answer:
        geocoder = GoogleGeocoder(KEY, url=f"http://127.0.0.1:{free_port()}")
        try:
            return await geocoder.find(ERMOU, SECONDS)
        finally:
            await geocoder.close()

    answer = asyncio.run(run())
    assert isinstance(answer, Stop) and answer.why == "unreachable" and isinstance(answer.error, Offline)


@pytest.mark.parametrize(
    "url", ["http://maps.example.gr", "ftp://x", "maps.googleapis.com", "https://u:p@x.gr", "http://[", ""]
)
def test_a_key_goes_over_encrypted_connections_only(url: str) -> None:
    with pytest.raises(InvalidInput, match="GOOGLE_GEOCODING_URL"):
        GoogleGeocoder(KEY, url=url)


class Everything(logging.Handler):
    """All that is logged, with all that hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name} {record.getMessage()} {record.__dict__}")


def test_neither_key_nor_address_is_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "_REQUEST_SECONDS", 0.05)
    listener, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    faults: dict[int, Fault] = {1: "html", 2: "hang", 3: "cut", 4: "half", 5: "giant", 6: "redirect"}
    try:

        async def body(server: GoogleGeocoding, geocoder: GoogleGeocoder) -> None:
            for account in ("ok", "billing_off", "referer", "ok", "ok", "ok", "ok"):
                server.account = account
                await geocoder.find(ERMOU, SECONDS)
            assert server.asked[0] == QUESTION

        with_google(body, places={QUESTION: [result()]}, faults=faults)
    finally:
        root.removeHandler(listener)
        root.setLevel(before)
    assert any(line.startswith("httpx HTTP Request: GET http://127.0.0.1") for line in listener.heard), "it does log"
    assert any(line.startswith("httpcore") for line in listener.heard)
    for line in listener.heard:
        for secret in (KEY, "Ερμού", "%CE%95", "\\xce\\x95"):
            assert secret not in line, line


@pytest.mark.parametrize("fault", ["hang", "cut", "half", None])
def test_neither_is_in_an_exception(fault: Fault | None) -> None:
    async def run() -> NoAnswer:
        async with google_stand_in(GoogleGeocoding(faults={0: fault} if fault else {})) as server:
            http = QuietHttp(server.url if fault else f"http://127.0.0.1:{free_port()}", setting="X")
            try:
                await http.get("/maps", {"key": KEY, "address": QUESTION}, 0.2)
            except NoAnswer as failure:
                return failure
            finally:
                await http.close()
        raise AssertionError

    failure = asyncio.run(run())
    seen: list[BaseException] = [failure]
    for error in seen:
        assert KEY not in repr(error) + str(vars(error))
        # What is shown of an exception: its cause, or its context where that is not suppressed.
        more = error.__cause__ if error.__suppress_context__ else error.__context__
        seen += [more] if more is not None else []
        request = vars(error).get("_request")
        assert request is None or KEY not in str(request.url)
    assert failure.__cause__ is None and failure.__suppress_context__


def test_an_answer_of_just_the_most_bytes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(b'{"status": "ZERO_RESULTS", "results": []}')
    monkeypatch.setattr(quiet_http, "LONGEST", size)
    assert found() == NotFound("zero_results")
    monkeypatch.setattr(quiet_http, "LONGEST", size - 1)
    assert found() == Failed("unreadable")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
statuses = st.sampled_from(
    ["OK", "ZERO_RESULTS", "OVER_QUERY_LIMIT", "REQUEST_DENIED", "INVALID_REQUEST", "NEW_STATUS"]
)


@st.composite
def torn_results(draw: st.DrawFn) -> Any:
    """A good result in which some values are anything."""
    whole = result()
    for target in (whole, whole["geometry"], whole["geometry"]["location"], *whole["address_components"]):
        for name in list(target):
            if draw(st.integers(0, 5)) == 0:
                target[name] = draw(json_values)
    return whole


@given(
    st.sampled_from([200, 200, 200, 400, 403, 404, 429, 500]),
    json_values
    | st.fixed_dictionaries(
        {
            "status": statuses | json_values,
            "results": st.lists(torn_results(), max_size=2) | json_values,
            "error_message": json_values,
        }
    ),
)
def test_whatever_comes_is_an_answer_that_a_database_takes(status: int, content: Any) -> None:
    answer = read_reply(Reply(status, content), ERMOU, KEY)
    assert isinstance(answer, Place | NotFound | Failed | Stop | Again)
    if isinstance(answer, Place):
        assert -90 <= answer.latitude <= 90 and -180 <= answer.longitude <= 180
        assert answer.quality in {"rooftop", "street", "postal_code", "town"}
        for text in (answer.place_id, answer.formatted_address):
            assert text is None or (len(text) <= 300 and "\0" not in text and text.encode())
