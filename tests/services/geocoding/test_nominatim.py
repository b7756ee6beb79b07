"""Nominatim: every answer, and its policy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import InvalidInput, NotAllowed, Offline, QuotaReached
from kkdesk.services.geocoding import nominatim, pace
from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound, Place, Stop
from kkdesk.services.geocoding.nominatim import NominatimGeocoder, is_public, read_reply
from kkdesk.services.geocoding.pace import Pace
from kkdesk.services.geocoding.quiet_http import Reply
from kkdesk.store.remote import RemoteDatabase
from tests.servers.http_stand_in import Answer as HttpAnswer
from tests.servers.nominatim import TOO_SLOW, Nominatim, nominatim_stand_in, result
from tests.servers.ports import free_port
from tests.servers.sqld import Sqld
from tests.services.geocoding.shop import Shop, in_shop

ERMOU = Address("Ερμού 1", "10563", "Αθήνα", "", "Ελλάδα")
QUESTION = "Ερμού 1, 10563, Αθήνα"
SECONDS = 30.0


def with_server(folder: Path, body: Callable[[Nominatim, NominatimGeocoder], Awaitable[None]], **server: Any) -> None:
    async def in_it(shop: Shop) -> None:
        async with nominatim_stand_in(Nominatim(**server)) as running:
            geocoder = NominatimGeocoder(f"{running.url}/", Pace(shop.db, "nominatim", 0.001))
            try:
                await body(running, geocoder)
            finally:
                await geocoder.close()

    in_shop(folder, in_it)


def found(folder: Path, address: Address = ERMOU, **server: Any) -> Answer:
    """What is found where the server has this."""
    answers: list[Answer] = []

    async def body(_server: Nominatim, geocoder: NominatimGeocoder) -> None:
        answers.append(await geocoder.find(address, SECONDS))

    with_server(folder, body, **server)
    return answers[0]


def test_a_place_asked_for_as_the_policy_wants(tmp_path: Path) -> None:
    async def body(server: Nominatim, geocoder: NominatimGeocoder) -> None:
        place = await geocoder.find(ERMOU, SECONDS)
        assert place == Place(
            37.9755, 23.7348, "nominatim", "rooftop", formatted_address="1, Ερμού, Αθήνα, 105 63, Ελλάς"
        )
        assert server.queries == [
            {
                "q": QUESTION,
                "format": "jsonv2",
                "addressdetails": "1",
                "limit": "1",
                "accept-language": "el",
                "countrycodes": "gr",
            }
        ]
        assert server.agents[0].startswith("KKDesk/")

    with_server(tmp_path, body, places={QUESTION: result()})


@pytest.mark.parametrize(
    ("changes", "quality"),
    [
        ({}, "rooftop"),
        ({"house_number": ""}, "street"),
        ({"place_rank": 26, "addresstype": "road", "house_number": ""}, "street"),
        ({"place_rank": 21, "addresstype": "postcode", "house_number": ""}, "postal_code"),
        ({"place_rank": 19, "addresstype": "suburb", "house_number": ""}, "town"),
        ({"place_rank": 16, "addresstype": "city", "house_number": ""}, "town"),
        ({"place_rank": 12, "addresstype": "county", "house_number": ""}, None),
        ({"place_rank": 4, "addresstype": "country", "house_number": ""}, None),
    ],
)
def test_how_sure_a_place_is(tmp_path: Path, changes: dict[str, Any], quality: str | None) -> None:
    answer = found(tmp_path, places={QUESTION: result(**changes)})
    if quality is None:
        assert answer == NotFound("too_coarse")
    else:
        assert isinstance(answer, Place) and answer.quality == quality


def test_another_postal_code_is_marked(tmp_path: Path) -> None:
    answer = found(tmp_path, places={QUESTION: result(postcode="546 21")})
    assert isinstance(answer, Place) and answer.needs_review


def test_another_country_is_not_taken(tmp_path: Path) -> None:
    abroad = result(country_code="cy", lat="35.17", lon="33.36")
    assert found(tmp_path, places={QUESTION: abroad}) == NotFound("zero_results")
    assert read_reply(Reply(200, [abroad]), ERMOU) == NotFound("wrong_country")
    assert read_reply(Reply(200, [{**abroad, "address": None}]), ERMOU) == NotFound("wrong_country")
    in_cyprus = Address("Λήδρας 1", "", "Λευκωσία", "", "Κύπρος")
    question = "Λήδρας 1, Λευκωσία, Κύπρος"
    assert isinstance(found(tmp_path, in_cyprus, places={question: abroad}), Place)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (TOO_SLOW, Failed("http_503")),
        ("html", Failed("unreadable")),
        ("cut", Failed("broken")),
        ("giant", Failed("unreadable")),
        (HttpAnswer(200, {"error": "x"}), Failed("unreadable")),
        (HttpAnswer(200, [{"lat": "north"}]), Failed("unreadable")),
        (HttpAnswer(400, {"error": {"code": 400, "message": "x"}}), Failed("invalid_request", lasting=True)),
        (HttpAnswer(200, []), NotFound("zero_results")),
    ],
)
def test_each_failure_is_this_addresss_alone(tmp_path: Path, says: Any, expected: Answer) -> None:
    assert found(tmp_path, places={QUESTION: says}) == expected


def test_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nominatim, "_REQUEST_SECONDS", 0.05)
    assert found(tmp_path, places={QUESTION: "hang"}) == Failed("slow")


def test_a_server_that_bars_us_stops(tmp_path: Path) -> None:
    answer = found(tmp_path, blocked=True)
    assert isinstance(answer, Stop) and answer.why == "denied" and isinstance(answer.error, NotAllowed)


def test_a_server_that_wants_us_slower_stops(tmp_path: Path) -> None:
    async def body(_server: Nominatim, geocoder: NominatimGeocoder) -> None:
        assert isinstance(await geocoder.find(ERMOU, SECONDS), Place)
        answer = await geocoder.find(ERMOU, SECONDS)
        assert isinstance(answer, Stop) and answer.why == "quota" and isinstance(answer.error, QuotaReached)

    with_server(tmp_path, body, places={QUESTION: result()}, seconds_apart=3600.0)


def test_no_connection_stops(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        geocoder = NominatimGeocoder(f"http://127.0.0.1:{free_port()}", Pace(shop.db, "n", 0.001))
        answer = await geocoder.find(ERMOU, SECONDS)
        await geocoder.close()
        assert isinstance(answer, Stop) and answer.why == "unreachable" and isinstance(answer.error, Offline)

    in_shop(tmp_path, body)


@pytest.mark.parametrize("url", ["nominatim.example.gr", "", "https://x.gr/?q=1"])
def test_what_is_no_address_is_named(tmp_path: Path, url: str) -> None:
    async def body(shop: Shop) -> None:
        with pytest.raises(InvalidInput, match="NOMINATIM_URL"):
            NominatimGeocoder(url, Pace(shop.db, "n", 1))

    in_shop(tmp_path, body)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://nominatim.openstreetmap.org", True),
        ("https://Nominatim.OpenStreetMap.org./", True),
        ("http://openstreetmap.org:80/nominatim", True),
        ("https://nominatim.example.gr", False),
        ("https://openstreetmap.org.example.gr", False),
        ("https://myopenstreetmap.org", False),
        ("http://[", False),
    ],
)
def test_which_server_is_the_public_one(url: str, public: bool) -> None:
    assert is_public(url) == public


def test_many_processes_keep_one_rate_together(sqld: Sqld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks, wherever: moments of one server are apart, and nobody's clock but the database's counts."""
    waits: list[float] = []
    apart, count = 2.0, 20

    async def no_sleep(seconds: float) -> None:
        waits.append(seconds)

    async def run() -> float:
        async def token() -> str:
            return sqld.token()

        homes = [RemoteDatabase(sqld.url, token) for _ in range(4)]
        await homes[0].migrate()
        monkeypatch.setattr(pace, "_sleep", no_sleep)
        begun = time.monotonic()
        turns = (Pace(homes[n % 4], "n", apart).turn(60.0) for n in range(count))
        assert all(await asyncio.gather(*turns))
        taken = time.monotonic() - begun
        for home in homes:
            await home.close()
        return taken

    taken = asyncio.run(run())
    # As seen from the first: the nth has the nth moment, of which it has spent some of the time already.
    assert all(wait >= place * apart - taken - 0.01 for place, wait in enumerate(sorted(waits)))
    assert len(waits) == count and taken < apart * count / 2, "else this says nothing"


def test_who_would_wait_for_too_long_does_not(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        slow = Pace(shop.db, "n", 30.0)
        assert await slow.turn(0.5)
        assert not await slow.turn(0.5)
        assert await Pace(shop.db, "another", 30.0).turn(0.5), "each server has a pace of its own"
        # Left by a clock that was a day ahead.
        await shop.write("UPDATE kk_geocode_pace SET next_ms = next_ms + 86400000")
        assert await slow.turn(0.5)
        geocoder = NominatimGeocoder("http://127.0.0.1:1", slow)
        assert await geocoder.find(ERMOU, 0.5) == Stop("time")

    in_shop(tmp_path, body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def torn_results(draw: st.DrawFn) -> Any:
    """A good result in which some values are anything."""
    whole = result()
    for target in (whole, whole["address"]):
        for name in list(target):
            if draw(st.integers(0, 5)) == 0:
                target[name] = draw(json_values)
    return whole


@given(st.sampled_from([200, 200, 200, 400, 403, 429, 500]), json_values | st.lists(torn_results(), max_size=2))
def test_whatever_comes_is_an_answer(status: int, content: Any) -> None:
    answer = read_reply(Reply(status, content), ERMOU)
    assert isinstance(answer, Place | NotFound | Failed | Stop)
    if isinstance(answer, Place):
        assert -90 <= answer.latitude <= 90 and -180 <= answer.longitude <= 180
        assert answer.quality in {"rooftop", "street", "postal_code", "town"}
        assert answer.formatted_address is None or answer.formatted_address.encode() is not None
