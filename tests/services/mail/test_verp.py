"""The address that bounces of one mail come back to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.mail.verp import message_token, return_path

MESSAGE_ID = "<01jd9zq7w3c5v6k8m2n4p6r8st.0f1e2d3c4b5a@kktires.gr>"
TOKEN = "01jd9zq7w3c5v6k8m2n4p6r8st.0f1e2d3c4b5a"


def test_a_return_path_names_the_mail_and_says_which() -> None:
    path = return_path("bounces@kktires.gr", MESSAGE_ID)
    assert path == f"bounces+{TOKEN}@kktires.gr"
    assert message_token(path, "bounces@kktires.gr") == TOKEN
    assert message_token(f"<{path.upper()}>", "Bounces@KKTires.gr") == TOKEN


def test_addresses_of_others_name_no_mail() -> None:
    for address in ("bounces@kktires.gr", "bounces+x@kktires.gr", f"bounces+{TOKEN}@other.gr", f"x+{TOKEN}@kktires.gr"):
        assert message_token(address, "bounces@kktires.gr") is None


def test_a_mail_that_cannot_be_named_bounces_to_the_plain_address() -> None:
    assert return_path("bounces@kktires.gr", "<odd@x.gr>") == "bounces@kktires.gr"
    long = f"{'b' * 40}@kktires.gr"
    assert return_path(long, MESSAGE_ID) == long


@given(st.text())
def test_no_text_is_mistaken_for_a_return_path(text: str) -> None:
    token = message_token(text, "bounces@kktires.gr")
    assert token is None or text.strip().strip("<>").lower() == f"bounces+{token}@kktires.gr"
