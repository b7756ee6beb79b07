"""Recipients that wait for a lane: in their second, and as their domain has room."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.queue.claims import Claimed
from kkdesk.services.queue.domain_pace import REFUSALS, DomainPace, domain_of
from kkdesk.services.queue.ready import Ready
from kkdesk.services.queue.records import Addressee

EMPTY: Any = {}


def claimed(email: str, not_before: int = 0) -> Claimed:
    return Claimed(Addressee(email, "camp", email, f"<{email}>", EMPTY), 1, not_before)


def run(body: Coroutine[Any, Any, None]) -> None:
    asyncio.run(body)


class Clock:
    now = 100

    def __call__(self) -> int:
        return self.now


def test_mails_are_handed_out_in_order_and_the_lanes_end_after_the_last() -> None:
    async def body() -> None:
        ready = Ready(Clock(), DomainPace(4), 1, lambda: low.append(len(ready)))
        ready.add([claimed(f"c{n}@x.gr") for n in range(3)])
        got = [await ready.next() for _ in range(3)]
        assert [each.addressee.email for each in got if each] == ["c0@x.gr", "c1@x.gr", "c2@x.gr"]
        assert low == [1]
        waiting = asyncio.create_task(ready.next())
        await asyncio.sleep(0)
        ready.add([claimed("c3@x.gr")])
        assert await waiting is not None
        waiting = asyncio.create_task(ready.next())
        await asyncio.sleep(0)
        ready.no_more()
        assert await waiting is None

    low: list[int] = []
    run(body())


def test_a_mail_waits_for_its_second() -> None:
    async def body() -> None:
        clock = Clock()
        ready = Ready(clock, DomainPace(2), 0, lambda: None)
        ready.add([claimed("now@x.gr", 100), claimed("later@x.gr", 101)])
        assert await ready.next() is not None
        waiting = asyncio.create_task(ready.next())
        await asyncio.sleep(0)
        assert not waiting.done() and len(ready) == 1
        clock.now = 101
        got = await waiting
        assert got is not None and got.addressee.email == "later@x.gr"

    run(body())


def test_a_domain_without_room_lets_others_pass() -> None:
    async def body() -> None:
        ready = Ready(Clock(), DomainPace(4, per_domain=1), 0, lambda: None)
        ready.add([claimed("a@busy.gr"), claimed("b@Busy.gr "), claimed("c@other.gr")])
        first = await ready.next()
        second = await ready.next()
        assert first is not None and second is not None
        assert [first.addressee.email, second.addressee.email] == ["a@busy.gr", "c@other.gr"]
        waiting = asyncio.create_task(ready.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        ready.finished(first)
        third = await waiting
        assert third is not None and third.addressee.email == "b@Busy.gr "

    run(body())


def test_what_waits_for_one_domain_can_be_taken_back() -> None:
    async def body() -> None:
        ready = Ready(Clock(), DomainPace(2), 0, lambda: None)
        ready.add([claimed("a@x.gr"), claimed("b@y.gr"), claimed("c@x.gr")])
        assert [each.addressee.email for each in ready.take_back_domain("x.gr")] == ["a@x.gr", "c@x.gr"]
        assert [each.addressee.email for each in ready.take_back()] == ["b@y.gr"]
        assert len(ready) == 0
        ready.close()
        assert await ready.next() is None

    run(body())


def test_a_domain_that_asks_for_patience_gets_less_and_then_a_rest() -> None:
    pace = DomainPace(8)
    assert not pace.watched
    assert [pace.asked_to_slow_down("x.gr") for _ in range(REFUSALS)] == [0] * (REFUSALS - 1) + [1]
    pace.begin("x.gr")
    assert not pace.has_room("x.gr") and pace.has_room("y.gr")
    assert [pace.asked_to_slow_down("x.gr") for _ in range(REFUSALS)][-1] == 2, "the second rest is longer"
    for _ in range(8):
        pace.accepted("x.gr")
    assert not pace.watched and pace.has_room("x.gr")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60), st.integers(1, 5), st.integers(0, 5))
def test_a_domain_never_gets_more_at_once_than_it_may(
    steps: list[tuple[str, bool]], lanes: int, per_domain: int
) -> None:
    pace = DomainPace(lanes, per_domain)
    under_way: dict[str, int] = {}
    for domain, begins in steps:
        if begins and pace.has_room(domain):
            pace.begin(domain)
            under_way[domain] = under_way.get(domain, 0) + 1
        elif under_way.get(domain):
            pace.end(domain)
            under_way[domain] -= 1
        assert all(number <= (min(per_domain, lanes) if per_domain else lanes) for number in under_way.values())


def test_domains_are_told_apart_without_regard_to_case() -> None:
    assert domain_of("Μαρία <m@Παράδειγμα.GR> ") == "παράδειγμα.gr"
