"""Whatever is in the library and however it is used: nothing used ever goes, every orphan that is old enough does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.assets.library import HOUR, HOURS, SPELLINGS, USES, Asset, Library, Use, in_library

_UNDOABLE = frozenset(use.__name__ for use in USES if "deleted" in use.__name__ or "edited" in use.__name__)


@dataclass(frozen=True)
class Plan:
    """An asset: its age and how long it has been marked (hours), how it is used, and whether a twin shares its content."""

    age: int
    marked: int | None
    uses: tuple[tuple[Use, str], ...]
    #: Of the twin, when there is one: how long it has been marked.
    twin: int | str | None


ages = st.integers(0, 3 * HOURS)
plans = st.builds(
    Plan,
    ages,
    st.none() | ages,
    st.lists(st.tuples(st.sampled_from(USES), st.sampled_from(sorted(SPELLINGS))), max_size=2).map(tuple),
    st.just("none") | st.none() | ages,
)


def _unmarked_hours(plan: Plan) -> int:
    """Hours from now until it has been left alone for long enough to be marked, or if it is marked, deleted."""
    since = plan.age if plan.marked is None else min(plan.age, plan.marked)
    return max(0, HOURS - since)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(plans, min_size=1, max_size=8), st.integers(1, 10), st.lists(st.integers(1, 40), max_size=4))
def test_nothing_used_goes_and_every_orphan_does(plans: list[Plan], limit: int, steps: list[int]) -> None:
    async def body(library: Library) -> None:
        made = [await _make(library, plan) for plan in plans]
        elapsed = 0
        for step in (0, *steps, 2 * HOURS, HOURS, HOURS):
            library.now += step * HOUR
            elapsed += step
            # Small runs, until nothing is due.
            while (await library.clean(EMAIL_ASSET_CLEANUP_LIMIT=str(limit))).examined:
                await _check(library, plans, made, elapsed)
            await _check(library, plans, made, elapsed)
        for plan, (asset, twin) in zip(plans, made, strict=True):
            if not plan.uses:
                assert asset.path not in library.store.blobs
                assert await library.row(asset) is None
                assert twin is None or await library.row(twin) is None

    with TemporaryDirectory(prefix="kkdesk-assets-") as folder:
        in_library(Path(folder), body)


async def _make(library: Library, plan: Plan) -> tuple[Asset, Asset | None]:
    asset = await library.asset(age=plan.age, marked=plan.marked)
    twin = None if plan.twin == "none" else await library.asset(of=asset, age=plan.age, marked=_hours(plan.twin))
    for use, spelling in plan.uses:
        await use(library, asset, SPELLINGS[spelling](asset))
    return asset, twin


def _hours(marked: int | str | None) -> int | None:
    return marked if isinstance(marked, int) else None


async def _check(library: Library, plans: list[Plan], made: list[tuple[Asset, Asset | None]], elapsed: int) -> None:
    for plan, (asset, twin) in zip(plans, made, strict=True):
        row = await library.row(asset)
        rows = [found for one in (asset, twin) if one is not None and (found := await library.row(one))]
        # Content lies there as long as any row has it, and no longer.
        assert (asset.path in library.store.blobs) == bool(rows)
        if plan.uses:
            assert asset.path in library.store.blobs
            if not _shared(plan):
                assert row is not None
                assert (row["deleted_at"] is not None) == (plan.marked is not None)
        elif elapsed < _unmarked_hours(plan):
            assert row is not None
            assert (row["deleted_at"] is not None) == (plan.marked is not None)


def _shared(plan: Plan) -> bool:
    return plan.twin != "none"
