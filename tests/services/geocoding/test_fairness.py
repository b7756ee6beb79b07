"""Whatever mix of organisations and of addresses that nobody can find: everybody's turn comes, and soon."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound
from kkdesk.services.geocoding.recording import FAILED_RESTS
from kkdesk.services.geocoding.run import _FAILURES
from tests.services.geocoding.shop import A_PLACE, SECONDS, Oracle, Shop, in_shop

#: How the address of a customer is: found, not found, in trouble whenever it is asked, one that many have.
KINDS = st.sampled_from(["good", "nowhere", "trouble", "shared", "shared nowhere"])


def says(address: Address) -> Answer:
    if "nowhere" in address.street:
        return NotFound("zero_results")
    return Failed("slow") if "trouble" in address.street else A_PLACE


@settings(max_examples=40)
@given(
    st.lists(st.lists(KINDS, min_size=1, max_size=6), min_size=1, max_size=5),
    st.integers(1, 7),
    st.sampled_from([1, 5]),
)
@example([["trouble"] * 6, ["trouble"] * 6, ["good"]], 1, 1)
@example([["trouble"] * 6, ["good"] * 6], 7, 1)
def test_everybody_has_a_turn_within_so_many_runs(kinds: list[list[str]], limit: int, at_once: int) -> None:
    # In each run the organisations that waited longest are served, and in each of them who waited longest. A run may
    # end after some failures in a row.
    served = min(limit, _FAILURES)
    runs = max(map(len, kinds)) * math.ceil(len(kinds) / served)

    async def body(shop: Shop) -> None:
        for org, members in enumerate(kinds):
            await shop.organisation(f"o{org}")
            for number, kind in enumerate(members):
                street = kind if "shared" in kind else f"{kind} {org} {number}"
                # Older ones, and so first in line, are those that nobody finds.
                age = "good" in kind
                await shop.customer(f"{org}/{number}", street, f"o{org}", created_at=100 * age + number)
        oracle = Oracle(says, at_once=at_once)
        for _ in range(runs):
            shop.now += FAILED_RESTS
            await shop.places(oracle).run(limit, SECONDS)
        everybody = {f"{org}/{number}" for org, members in enumerate(kinds) for number in range(len(members))}
        assert (await shop.turns()).keys() == everybody
        asked = Counter(oracle.asked)
        assert all(count == 1 for street, count in asked.items() if "trouble" not in street)
        # And again: whoever is tried in vain does not come before whoever was tried longer ago.
        for _ in range(runs):
            shop.now += FAILED_RESTS
            await shop.places(oracle).run(limit, SECONDS)
        assert all(count >= 2 for street, count in Counter(oracle.asked).items() if "trouble" in street)

    with tempfile.TemporaryDirectory() as folder:
        in_shop(Path(folder), body)


def test_a_large_organisation_leaves_room_for_the_others(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for org in ("b", "c"):
            await shop.organisation(org)
        for number in range(60):
            await shop.customer(f"a{number}", f"Οδός {number}", "a")
        for number in range(3):
            await shop.customer(f"b{number}", f"Άλλη {number}", "b")
            await shop.customer(f"c{number}", f"Τρίτη {number}", "c")
        await shop.places(Oracle()).run(9, SECONDS)
        assert Counter(name[0] for name in await shop.placed()) == {"a": 3, "b": 3, "c": 3}
        # One at a time they take turns, too, although all are of one second.
        for org in ("b", "c"):
            for number in range(3, 6):
                await shop.customer(f"{org}{number}", f"Άλλη {org} {number}", org)
        for _ in range(6):
            await shop.places(Oracle()).run(1, SECONDS)
        assert Counter(name[0] for name in await shop.placed()) == {"a": 5, "b": 5, "c": 5}

    in_shop(tmp_path, body)
