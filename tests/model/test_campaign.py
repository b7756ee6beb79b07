"""Recipient filters as they are stored, and the states of a campaign."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.campaign import (
    EDITABLE,
    TRANSITIONS,
    CampaignStatus,
    RecipientFilters,
    parse_filters,
    parse_status,
    require_editable,
    require_transition,
)
from kkdesk.model.campaign_figures import CampaignFigures, Reaction, RecipientState
from kkdesk.model.errors import InvalidInput, NotAllowed

EMPTY: dict[str, list[str]] = {"cities": [], "tags": [], "segments": [], "categories": []}


@pytest.mark.parametrize(
    "stored", [None, "", "null", "{}", json.dumps(EMPTY), {"everyone": False}, {"everyone": "true"}, {"everyone": 1}]
)
def test_an_audience_left_empty_is_nobody(stored: object) -> None:
    filters = parse_filters(stored)
    assert filters.is_nobody
    assert filters.to_json() == EMPTY
    filters.require_understood()


def test_everyone_is_stored_beside_four_empty_lists() -> None:
    everyone = RecipientFilters(everyone=True)
    assert everyone.dump() == '{"cities":[],"tags":[],"segments":[],"categories":[],"everyone":true}'
    assert parse_filters(everyone.dump()) == everyone
    assert not everyone.is_nobody
    assert not everyone.restricts


def test_lists_count_before_everyone() -> None:
    filters = parse_filters({"cities": ["Αθήνα"], "everyone": True})
    assert filters == RecipientFilters(cities=("Αθήνα",))
    assert "everyone" not in RecipientFilters(cities=("Αθήνα",), everyone=True).to_json()


@pytest.mark.parametrize(
    ("stored", "dropped"),
    [
        ({"cities": "Αθήνα"}, ("cities",)),
        ({"cities": [1, "Αθήνα"], "tags": {}}, ("cities", "tags")),
        ("{", ("recipient_filters",)),
        ([], ("recipient_filters",)),
        ("[" * 100_000, ("recipient_filters",)),
    ],
)
def test_what_the_web_crm_drops_stops_ours(stored: object, dropped: tuple[str, ...]) -> None:
    filters = parse_filters(stored)
    assert filters.not_understood == dropped
    with pytest.raises(InvalidInput, match=dropped[0]):
        filters.require_understood()


@given(st.lists(st.lists(st.text(), max_size=3), min_size=4, max_size=4), st.booleans())
def test_filters_survive_storing(lists: list[list[str]], everyone: bool) -> None:
    cities, tags, segments, categories = (tuple(values) for values in lists)
    filters = RecipientFilters(cities, tags, segments, categories, everyone and not any(lists))
    assert parse_filters(filters.dump()) == filters


def test_a_status_that_nobody_knows_is_never_sent() -> None:
    assert parse_status("archived") is CampaignStatus.FAILED
    assert parse_status("draft") is CampaignStatus.DRAFT


def test_content_is_fixed_once_it_has_been_confirmed() -> None:
    for status in CampaignStatus:
        if status in EDITABLE:
            require_editable(status)
        else:
            with pytest.raises(NotAllowed):
                require_editable(status)
    assert frozenset({CampaignStatus.DRAFT}) == EDITABLE


def test_transitions() -> None:
    for now in CampaignStatus:
        for wanted in CampaignStatus:
            if wanted in TRANSITIONS[now]:
                require_transition(now, wanted)
            else:
                with pytest.raises(NotAllowed):
                    require_transition(now, wanted)
    assert not TRANSITIONS[CampaignStatus.SENT]
    assert not TRANSITIONS[CampaignStatus.CANCELLED]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_rates_are_shares(sent: int, opened: int, clicked: int, unsubscribed: int) -> None:
    figures = CampaignFigures(100, sent, opened, clicked, unsubscribed)
    for rate in (figures.open_rate, figures.click_rate, figures.unsubscribe_rate):
        assert rate is None if not figures.reached else rate is not None and 0 <= rate <= 1


def test_every_state_has_a_name() -> None:
    for named in (*CampaignStatus, *RecipientState, *Reaction):
        assert named.label.el
        assert named.label.en
