"""What the browser brings back, read from bytes that anybody on the computer may have sent."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kkdesk.services.sign_in.callback_request import Callback, Expected, Refusal

HOST, PATH, STATE = "127.0.0.1:4321", "/p4Th", "right-state"
EXPECTED = Expected(HOST, PATH, STATE)


def request(query: str, *, method: str = "GET", host: str = HOST, path: str = PATH, more: str = "") -> bytes:
    return f"{method} {path}?{query} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode("latin-1")


GOOD = urlencode({"state": STATE, "code": "4/abc", "iss": "https://accounts.google.com", "scope": "openid"})


def test_a_code() -> None:
    assert EXPECTED.read(request(GOOD)) == Callback("4/abc", "", "https://accounts.google.com")


def test_a_refusal_of_the_person() -> None:
    assert EXPECTED.read(request(f"state={STATE}&error=access_denied")) == Callback("", "access_denied")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (request("state=wrong&code=x"), 400),
        (request("code=x"), 400),
        (request(f"state={STATE}"), 400),
        (request(f"state={STATE}&code=x&error=y"), 400),
        (request(f"state={STATE}&state={STATE}&code=x"), 400),
        (request(f"state={STATE}&code=x&code=y"), 400),
        (request(f"state={STATE}&code={'x' * 3000}"), 400),
        (request(f"state={STATE}&code=%ff"), 400),
        (request("&".join(f"a{number}=1" for number in range(99))), 400),
        (request(GOOD, path="/"), 404),
        (request(GOOD, path=f"{PATH}/"), 404),
        (request(GOOD, path=f"//evil.example{PATH}"), 404),
        (request(GOOD, path=f"http://{HOST}{PATH}"), 400),
        (request(GOOD, method="POST"), 405),
        (request(GOOD, method="get"), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (request(GOOD).replace(b"HTTP/1.1", b"HTTP/2"), 400),
    ],
)
def test_what_is_no_answer(head: bytes, status: int) -> None:
    assert EXPECTED.read(head) == Refusal(status)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4321", "localhost:4321", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:4321.", ""]
)
def test_a_name_that_was_made_to_lead_here(host: str) -> None:
    """DNS rebinding: the page of another site says its own name."""
    assert EXPECTED.read(request(GOOD, host=host)) == Refusal(403)


def test_two_hosts_are_no_host() -> None:
    assert EXPECTED.read(request(GOOD, more="Host: evil.example\r\n")) == Refusal(403)
    assert EXPECTED.read(f"GET {PATH}?{GOOD} HTTP/1.0\r\n\r\n".encode()) == Refusal(403)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(head: bytes) -> None:
    assert isinstance(EXPECTED.read(head), Refusal)


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=12), max_size=6), st.text(max_size=12))
def test_only_the_right_state_counts(others: dict[str, str], state: str) -> None:
    assume(state != STATE)
    assert EXPECTED.read(request(urlencode({**others, "code": "x", "state": state}))) == Refusal(400)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_any_code_comes_through_as_it_was_sent(code: str) -> None:
    assert EXPECTED.read(request(urlencode({"code": code, "state": STATE}))) == Callback(code)


def test_nothing_of_it_shows_in_a_log() -> None:
    assert "secret-code" not in repr(Callback("secret-code"))
    assert STATE not in repr(EXPECTED)
