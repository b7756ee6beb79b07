"""Who may call the scheduler's endpoint: the web CRM's vectors, and the door it leaves open closed."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cloud_endpoints.cron_authorization import is_authorized, is_production
from tests.vectors import Vector, name, vectors

PLACES = ("authorization", "x-cron-secret", "x-api-key")


def query_of(url: str) -> dict[str, str]:
    """As an ASGI framework hands it over; of a name given twice the first value counts."""
    query: dict[str, str] = {}
    for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        query.setdefault(key, value)
    return query


@pytest.mark.parametrize("vector", vectors("cron_auth"), ids=name)
def test_lets_in_whom_the_web_crm_lets_in(vector: Vector) -> None:
    headers = {key.lower(): value for key, value in vector["input"]["headers"].items()}
    environment = {key: value for key, value in vector["env"].items() if value is not None}
    allowed = is_authorized(
        headers, query_of(vector["input"]["url"]), environment.get("CRON_SECRET"), is_production(environment)
    )
    # The one bug: without a secret the web CRM opens the door unless NODE_ENV is exactly "production".
    assert allowed == (False if vector.get("expected_is_bug") else vector["expected"])


@pytest.mark.parametrize(
    ("node_env", "closed"),
    [("production", True), ("", True), ("prod", True), ("Development", False), ("test", False)],
)
def test_only_development_and_test_are_open(node_env: str, closed: bool) -> None:
    assert is_production({"NODE_ENV": node_env}) is closed


def test_an_unset_environment_is_production() -> None:
    assert is_production({}) is True


@pytest.mark.parametrize("secret", [None, "", "   "])
def test_a_blank_secret_never_matches_a_blank_candidate(secret: str | None) -> None:
    assert not is_authorized({"x-cron-secret": "", "authorization": "Bearer "}, {"token": ""}, secret, True)


@given(secret=st.text(min_size=1), guess=st.text(), place=st.sampled_from(PLACES), production=st.booleans())
def test_a_wrong_guess_is_refused_wherever_it_stands(secret: str, guess: str, place: str, production: bool) -> None:
    wanted = secret.strip()
    token = guess.strip()
    assume(wanted and token != wanted)
    headers = {place: f"Bearer {guess}" if place == "authorization" else guess}
    assert is_authorized(headers, {"token": token}, secret, production) is False


@given(secret=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1))
def test_the_right_secret_is_let_in_from_every_place(secret: str) -> None:
    for headers, query in (
        ({"authorization": f"bearer {secret}"}, {}),
        ({"x-cron-secret": secret}, {}),
        ({"x-api-key": secret}, {"token": "wrong"}),
        ({"x-api-key": "wrong"}, {"cron_secret": secret}),
        ({}, {"token": secret}),
        ({}, {"key": secret}),
    ):
        assert is_authorized(headers, query, secret, True)
