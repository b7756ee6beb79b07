"""Signed links: the web CRM's vectors byte for byte, and what it does wrong done right."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import unquote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured
from kkdesk.model.web_text import trim
from kkdesk.services.mail.tracking import (
    MAX_DESTINATION,
    Signer,
    Verifier,
    form_encoded,
    normalize_destination,
    origin_of,
    well_formed,
)
from tests.vectors import Vector, name, vectors

SIGNER = Signer("vector-secret-1", "https://crm.example.gr")


def link(signer: Signer, asked: dict[str, str]) -> str:
    if asked["fn"] == "sign":
        return signer.sign(asked["value"])
    if asked["fn"] == "open":
        return signer.open_url(asked["campaignId"], asked["recipientId"])
    if asked["fn"] == "click":
        return signer.click_url(asked["campaignId"], asked["recipientId"], asked["destinationUrl"])
    return signer.unsubscribe_url(asked["campaignId"], asked["recipientId"])


@pytest.mark.parametrize("vector", vectors("tracking_links", "sign", "open", "click", "unsubscribe"), ids=name)
def test_links_are_the_web_crms(vector: Vector) -> None:
    secret, base = vector["env"]["EMAIL_TRACKING_SECRET"], vector["env"]["NEXTAUTH_URL"]
    if isinstance(vector["expected"], str):
        assert link(Signer(secret, base), vector["input"]) == vector["expected"]
        return
    # "No link" of the web CRM lets the mail leave without one; a Signer cannot even be made then. The one vector in
    # which the web CRM throws (an address without scheme but with port) is the same case.
    with pytest.raises(NotConfigured) as caught:
        Signer(secret, base)
    assert caught.value.next_step is not None


@pytest.mark.parametrize("vector", vectors("tracking_links", "base_url"), ids=name)
def test_base_address(vector: Vector) -> None:
    # The bug: the web CRM answers the text "null" for an address without scheme but with port.
    expected = None if vector.get("expected_is_bug") else vector["expected"]
    assert origin_of(vector["env"]["NEXTAUTH_URL"]) == expected


@pytest.mark.parametrize(
    "text", ["ftp://crm.example.gr", "javascript:alert(1)", "file:///etc/hosts", "https://", "//crm"]
)
def test_no_base_address(text: str) -> None:
    assert origin_of(text) is None


texts = st.text(max_size=40)


@given(campaign=texts, recipient=texts, destination=texts)
def test_what_is_signed_verifies_and_nothing_else(campaign: str, recipient: str, destination: str) -> None:
    opened = SIGNER.sign(f"open|{campaign}|{recipient}")
    clicked = SIGNER.sign(f"click|{campaign}|{recipient}|{destination}")
    left = SIGNER.sign(f"unsub|{campaign}|{recipient}")
    assert SIGNER.verify_open(campaign, recipient, opened)
    assert SIGNER.verify_click(campaign, recipient, destination, clicked)
    assert SIGNER.verify_unsubscribe(campaign, recipient, left)
    for wrong in (clicked, left, opened[:-1], opened + "A", opened.swapcase(), ""):
        assert not SIGNER.verify_open(campaign, recipient, wrong)
    assert not SIGNER.verify_click(campaign, recipient, destination + "x", clicked)
    assert not SIGNER.verify_unsubscribe(campaign, recipient + "x", left)
    assert not Signer("other", "https://crm.example.gr").verify_open(campaign, recipient, opened)


@given(junk=st.text(alphabet=st.characters(), max_size=60))
def test_verifying_junk_never_raises(junk: str) -> None:
    assert not SIGNER.verify_open("camp_1", junk, junk)
    assert not SIGNER.verify_click(junk, "rcpt_1", junk, "ü" + junk)
    assert not SIGNER.verify_unsubscribe(junk, junk, "\ud800")


def test_a_verifier_needs_no_base_address() -> None:
    signature = SIGNER.unsubscribe_url("camp_1", "rcpt_1").rpartition("sig=")[2]
    assert Verifier("vector-secret-1").verify_unsubscribe("camp_1", "rcpt_1", signature)
    with pytest.raises(NotConfigured):
        Verifier("\ufeff \u00a0")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kktires.gr", "https://kktires.gr/"),
        ("HTTPS://KKTires.GR:443/a/../b", "https://kktires.gr/b"),
        ("  https://τιμές.gr/προσφορά\n", "https://xn--ixaxjzg.gr/%CF%80%CF%81%CE%BF%CF%83%CF%86%CE%BF%CF%81%CE%AC"),
        ("https://k.gr/\ud800", "https://k.gr/%EF%BF%BD"),
        ("mailto:a@b.gr", None),
        ("javascript:alert(1)", None),
        ("ftp://kktires.gr/x", None),
        ("//kktires.gr/x", None),
        ("kktires.gr", None),
        ("", None),
        ("https://exa mple.gr/", None),
    ],
)
def test_destinations_are_normalised_as_browsers_do(url: str, expected: str | None) -> None:
    assert normalize_destination(url) == expected


def test_a_destination_the_click_endpoint_would_refuse_is_none() -> None:
    longest = "https://kktires.gr/".ljust(MAX_DESTINATION, "a")
    assert normalize_destination(longest) == longest
    assert normalize_destination(longest + "a") is None
    # 1,000 Greek letters are 6,000 characters once percent-encoded.
    assert normalize_destination("https://kktires.gr/" + "π" * 1000) is None
    # An emoji is two UTF-16 units: 4,097 of them, though only 2,060 characters.
    assert normalize_destination("https://kktires.gr/#" + "🚗" * 2039) is None


@given(url=st.one_of(texts, st.text(max_size=30).map(lambda tail: "https://kktires.gr/" + tail)))
def test_normalising_twice_changes_nothing(url: str) -> None:
    once = normalize_destination(url)
    if once is not None:
        assert normalize_destination(once) == once
        assert once.isascii()
        assert once.startswith(("http://", "https://"))


@given(text=st.text(alphabet=st.characters(), max_size=60))
def test_form_encoding_reads_back(text: str) -> None:
    encoded = form_encoded(text)
    assert unquote_plus(encoded) == well_formed(text)
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._+%")


@given(secret=st.text(min_size=1, max_size=100), value=st.text(max_size=50))
def test_signatures_are_hmacs(secret: str, value: str) -> None:
    assume(trim(well_formed(secret)))
    mac = hmac.new(trim(well_formed(secret)).encode(), well_formed(value).encode(), "sha256").digest()
    assert Verifier(secret).sign(value) == base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
