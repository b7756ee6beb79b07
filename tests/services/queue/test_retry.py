"""Back-off: as `email_retry_config` says, the organisation's own rows first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.queue.retry import DEFAULTS, RetryPolicy, read_policies
from tests.services.queue.shop import Shop, in_shop

policies = st.builds(
    RetryPolicy, st.integers(0, 10), st.integers(1, 10_000), st.floats(1, 10), st.integers(1, 1_000_000)
)


@given(policies, st.integers(1, 5000))
def test_waits_never_shrink_never_pass_the_limit_and_end(policy: RetryPolicy, failures: int) -> None:
    waits = [policy.stop_delay(failures), policy.stop_delay(failures + 1)]
    assert waits == sorted(waits)
    assert 0 <= waits[1] <= policy.max_delay
    assert (policy.delay(failures) is None) == (failures > policy.max_retries)


def test_the_seeded_rows_are_the_defaults_and_an_organisation_may_have_its_own(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        db, org = shop.workspace.db, shop.workspace.actor.org_id
        assert await read_policies(db, org) == DEFAULTS
        await shop.write(
            "INSERT INTO email_retry_config (id, org_id, failure_reason, max_retries, initial_delay_seconds, "
            "backoff_multiplier, max_delay_seconds, created_at, updated_at) VALUES ('own', ?, 'deferred', 9, 60, 1.0, 60, 0, 0)",
            org,
        )
        assert (await read_policies(db, org))["deferred"] == RetryPolicy(9, 60, 1.0, 60)
        assert (await read_policies(db, "other"))["deferred"] == DEFAULTS["deferred"]
        await shop.write("DELETE FROM email_retry_config")
        assert await read_policies(db, org) == DEFAULTS

    in_shop(tmp_path, body)


@pytest.mark.parametrize("multiplier", [1e9, 9e999, "twice", -3])
def test_a_configuration_that_nobody_meant_still_gives_waits(tmp_path: Path, multiplier: object) -> None:
    async def body(shop: Shop) -> None:
        await shop.write(
            "UPDATE email_retry_config SET backoff_multiplier = ?, max_delay_seconds = ?", multiplier, 2**62
        )
        policies = await read_policies(shop.workspace.db, shop.workspace.actor.org_id)
        # After a long outage, too.
        waits = [policies["deferred"].stop_delay(failures) for failures in (1, 2, 100, 5000)]
        assert waits == sorted(waits)
        assert 1 <= waits[0] <= waits[-1] <= 30 * 86_400

    in_shop(tmp_path, body)
