"""How fast, and how long still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kkdesk.ui.campaigns.outcome.pace import SendingPace


def pace(*seen: tuple[float, int]) -> SendingPace:
    made = SendingPace()
    for moment, done in seen:
        made.add(moment, done)
    return made


def test_nobody_can_tell_at_first() -> None:
    assert pace().per_minute is None
    assert pace((0, 0), (1, 10)).per_minute is None
    assert pace((0, 5), (30, 5)).per_minute is None
    assert pace((0, 5)).minutes_left(100) is None


def test_the_last_minute_counts() -> None:
    made = pace((0, 0), (10, 100))
    assert made.per_minute == 600 and made.minutes_left(601) == 2
    slower = pace((0, 0), (10, 1000), (20, 1010), (70, 1060), (80, 1070))
    assert slower.per_minute == 60


def test_going_back_begins_anew() -> None:
    assert pace((0, 0), (10, 100), (20, 50)).per_minute is None


@given(st.lists(st.tuples(st.floats(0.1, 30), st.integers(0, 100)), min_size=2, max_size=40))
def test_a_rate_is_never_negative_and_never_faster_than_the_fastest_step(steps: list[tuple[float, int]]) -> None:
    made, moment, done = SendingPace(), 0.0, 0
    for seconds, mails in steps:
        moment, done = moment + seconds, done + mails
        made.add(moment, done)
    rate = made.per_minute
    assert rate is None or 0 < rate <= max(60 * mails / seconds for seconds, mails in steps) * 1.001
