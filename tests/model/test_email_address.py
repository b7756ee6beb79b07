"""E-mail addresses."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kkdesk.model import email_address, email_providers
from kkdesk.model.email_address import (
    EmailCheck,
    EnvelopeAddress,
    address_key,
    for_envelope,
    is_mailable,
    is_valid_strict,
    suggest,
    validate,
    validate_many,
)
from kkdesk.model.errors import InvalidInput
from tests.vectors import Vector, name, vectors

LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
BLANKS = st.text(" \t\n\u00a0\ufeff", max_size=3)
ADDRESS = st.builds("{}.{}@{}.gr".format, LABEL, LABEL, LABEL)


def in_the_words_of_the_vectors(check: EmailCheck) -> dict[str, object]:
    result: dict[str, object] = {
        "valid": check.valid, "email": check.email, "normalized": check.normalized, "domain": check.domain,
        "localPart": check.local_part,
    }  # fmt: skip
    if check.error:
        result["error"] = "Email is required" if check.error is email_address.REQUIRED else "Invalid email format"
    if check.suggestion:
        result["suggestion"] = check.suggestion
    return result


#: Where the web CRM says nothing, or leaves the blank in what it offers.
BLANKS_INSIDE = {"a b@c.gr": "ab@c.gr", "a\u200b@b.gr": "a@b.gr", "a b@gmial.com": "ab@gmail.com"}


@pytest.mark.parametrize("vector", vectors("email_validation", "validate"), ids=name)
def test_fields_as_the_web_crm_judges_them(vector: Vector) -> None:
    check = validate(vector["input"]["value"])
    if not vector.get("expected_is_bug"):
        told = in_the_words_of_the_vectors(check)
        if check.email in BLANKS_INSIDE:
            assert told.pop("suggestion") == BLANKS_INSIDE[check.email]
            vector["expected"].pop("suggestion", None)
        assert told == vector["expected"]
    elif "typo domain" in vector["note"]:  # well formed, and the right domain is offered
        assert check.valid and check.suggestion in ("a@gmail.com", "a@hotmail.com")
    else:  # it lets through a trailing dot, a label of 64 letters, brackets, comments, invisible and numeric parts
        assert (check.valid, check.error) == (False, email_address.MALFORMED)


@pytest.mark.parametrize("vector", vectors("email_validation", "is_valid_strict"), ids=name)
def test_plain_addresses_as_the_web_crm_judges_them(vector: Vector) -> None:
    # Its one fault is a numeric top-level domain.
    assert is_valid_strict(vector["input"]["value"]) is (vector["expected"] and not vector.get("expected_is_bug"))


@pytest.mark.parametrize("vector", vectors("email_validation", "suggest"), ids=name)
def test_suggestions_as_the_web_crm_makes_them(vector: Vector) -> None:
    # Its faults: gmail.gr is taken for a mistyping, and the name of a JavaScript function for a domain.
    value = vector["input"]["value"]
    expected = None if vector.get("expected_is_bug") else vector["expected"]
    assert suggest(value) == BLANKS_INSIDE.get(value, expected)


@pytest.mark.parametrize("vector", vectors("email_validation", "validate_many"), ids=name)
def test_lists_as_the_web_crm_sorts_them(vector: Vector) -> None:
    result = validate_many(vector["input"]["value"], check_duplicates=vector["input"].get("checkDuplicates", True))
    expected = vector["expected"]
    assert list(result.valid) == expected["valid"]
    assert list(result.duplicates) == expected["duplicates"]
    assert [text for text, _ in result.invalid] == [entry["email"] for entry in expected["invalid"]]
    assert [error is email_address.REQUIRED for _, error in result.invalid] == [
        entry["error"] == "Email is required" for entry in expected["invalid"]
    ]


@pytest.mark.parametrize(
    ("stored", "envelope"),
    [
        ("  Spaced@Mail1.Example ", EnvelopeAddress("Spaced@mail1.example")),
        ("info@ελαστικά-παππάς.example", EnvelopeAddress("info@xn----olbbrcu3aig9cba1aep.example")),
        ("info@ΕΛΑΣΤΙΚΆ-ΠΑΠΠΆΣ.example", EnvelopeAddress("info@xn----olbbrcu3aig9cba1aep.example")),
        ("γιώργος@mail1.example", EnvelopeAddress("γιώργος@mail1.example", smtputf8=True)),
        ("Γιώργος <g@mail1.example>", EnvelopeAddress("g@mail1.example", name="Γιώργος")),
        ('"KK, Tires" <g@mail1.example>', EnvelopeAddress("g@mail1.example", name="KK, Tires")),
        ("\u200ba@mail1.example\ufeff", EnvelopeAddress("a@mail1.example")),
    ],
)
def test_what_smtp_is_given(stored: str, envelope: EnvelopeAddress) -> None:
    assert for_envelope(stored) == envelope
    assert is_mailable(stored)


@pytest.mark.parametrize("separator", [",", ";", " ", ", ", " ; ", "\n"])
def test_two_addresses_in_one_field_are_refused_and_said_so(separator: str) -> None:
    both = f"a@mail1.example{separator}b@mail2.example"
    with pytest.raises(InvalidInput) as caught:
        for_envelope(both)
    assert caught.value.what is email_address.SEVERAL_ADDRESSES
    assert validate(both).error is email_address.SEVERAL_ADDRESSES


@pytest.mark.parametrize(
    ("stored", "error"),
    [
        (None, email_address.REQUIRED),
        (" ", email_address.REQUIRED),
        ("nobody", email_address.MALFORMED),
        ("a@[127.0.0.1]", email_address.MALFORMED),
        ("a@b", email_address.MALFORMED),
        ("a\r\nb@c.gr", email_address.MALFORMED),
        ("a@c.gr\r\nBcc: d@e", email_address.MALFORMED),
        ("a@😀.gr", email_address.MALFORMED),
        ("x" * 65 + "@c.gr", email_address.TOO_LONG),
        ("α" * 33 + "@c.gr", email_address.TOO_LONG),  # 66 bytes of UTF-8
    ],
)
def test_what_cannot_be_mailed(stored: str | None, error: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        for_envelope(stored)
    assert caught.value.what is error
    assert not is_mailable(stored)


@pytest.mark.parametrize(
    "same",
    [
        ("a@x.example", " A@X.Example ", "Άννα <a@x.example>", "a@x.example.", "\ufeffa@x.example"),
        ("info@παράδειγμα.ελ", "INFO@ΠΑΡΆΔΕΙΓΜΑ.ΕΛ", "info@xn--hxajbheg2az3al.xn--qxam"),
        ("γιώργος@x.example", "ΓΙΏΡΓΟΣ@x.example", "γιώργος@x.example"),
        ("rubbish", " RUBBISH"),
        ("", "  ", None),
    ],
)
def test_one_mailbox_has_one_key(same: tuple[str | None, ...]) -> None:
    assert len({address_key(text) for text in same}) == 1


def test_different_mailboxes_have_different_keys() -> None:
    assert (
        len(
            {address_key(text) for text in ("a@x.gr", "b@x.gr", "a@y.gr", "a+tag@x.gr", "γιωργος@x.gr", "γιώργος@x.gr")}
        )
        == 6
    )


@given(ADDRESS, st.text(" \t\n\u00a0\ufeff", max_size=3), st.text(" \t\n\u00a0\ufeff", max_size=3), st.data())
def test_blanks_and_capitals_do_not_make_another_mailbox(
    address: str, before: str, after: str, data: st.DataObject
) -> None:
    typed = before + "".join(data.draw(st.sampled_from((c, c.upper()))) for c in address) + after
    assert address_key(typed) == address_key(address) == address
    assert address_key(for_envelope(typed).address) == address
    assert validate(typed).normalized == address
    assert is_valid_strict(typed)


@given(st.text(max_size=40) | st.text("ab@.,;<> γΓσΣ[]", max_size=20))
@example("0@ .")
@example("a@x. .")
def test_any_text_has_one_key_and_an_answer(text: str) -> None:
    assert address_key(address_key(text)) == address_key(text)
    check = validate(text)
    assert check.valid is (check.error is None)
    if is_mailable(text):
        envelope = for_envelope(text)
        assert envelope.address.rpartition("@")[2].isascii()
        assert not any(char.isspace() or char in "<>,;" for char in envelope.address)
        assert address_key(envelope.address) == address_key(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"), ("a@gmai.com", "a@gmail.com"), ("a@gmaill.com", "a@gmail.com"),
        ("a@gmal.con", "a@gmail.com"), ("A@HOTMAL.COM", "a@hotmail.com"), ("a@yahooo.gr", "a@yahoo.gr"),
        ("a@otenet.rg", "a@otenet.gr"), ("a@outlok.com", "a@outlook.com"), ("a@gmail.co", "a@gmail.com"),
    ],
)  # fmt: skip
def test_slips_of_the_fingers_in_the_domain(typed: str, meant: str) -> None:
    assert suggest(typed) == meant


@given(
    st.sampled_from(
        ["gmail.com", "yahoo.gr", "mail.com", "ymail.com", "gmail.gr", "yahoo.de", "five.com", "kktires.gr"]
    )
)
def test_honest_domains_are_left_alone(domain: str) -> None:
    assert suggest(f"a@{domain}") is None


@given(st.integers(0, 4), st.sampled_from(string.ascii_lowercase))
def test_a_suggestion_is_itself_beyond_doubt(position: int, letter: str) -> None:
    slipped = "gmail"[:position] + letter + "gmail"[position + 1 :]
    suggestion = suggest(f"a@{slipped}.com")
    assert suggestion is None or suggest(suggestion) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("info @ shop.gr", "info@shop.gr"), ("info@shop .gr", "info@shop.gr"), ("info@kk tires.gr", "info@kktires.gr"),
        ("ma ria@shop.gr", "maria@shop.gr"), ("info@shop,gr", "info@shop.gr"), ("info@kktires.con", "info@kktires.com"),
        ("info@a.b.rg", "info@a.b.gr"), ("yianni@yaho.gr", "yianni@yahoo.gr"), ("a@hotmial.com", "a@hotmail.com"),
        ("ΙNFΟ@GMAIL.CΟM", "info@gmail.com"), ("nikοs@kktires.gr", "nikos@kktires.gr"), ("a@κktires.gr", "a@kktires.gr"),
        ("a@gmαil.com", "a@gmail.com"), ("ινφο@γμαιλ.ψομ", "info@gmail.com"), ("a@gmaίl.com", "a@gmail.com"),
        ("a@γmial.com", None), ("nικoρ@kktires.gr", None), ("μαρία@kktires.gr", None), ("a@ελαστικά.gr", None),
        ("Νίκος Παπάς ο@x.gr", None), ("a b c@shop.gr", None), ("info@shop.gr nikos", None), ("a@b.gr c@d.gr", None),
        ("a@", None), ("@gmial.com", None), ("a@co.om", None), ("", None),
    ],
)  # fmt: skip
def test_what_a_person_sees_through_at_once(typed: str, meant: str | None) -> None:
    assert suggest(typed) == meant
    assert validate(typed).suggestion == meant


WRITTEN = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[a-zα-ω ]{1,6}@[a-zα-ωΑ-Ω ]{1,7}[., ][a-zα-ω]{2,4}", fullmatch=True),
    st.builds(
        lambda domain, at, put: f"a@{domain[:at]}{put}{domain[at:]}",
        st.sampled_from(["gmail.com", "yahoo.gr", "hotmail.com", "otenet.gr", "kktires.gr"]),
        st.integers(0, 9),
        st.sampled_from(list("aο\u200b ,.νΟ@")),
    ),
)


@given(WRITTEN)
def test_what_is_suggested_is_another_address_and_a_good_one(written: str) -> None:
    suggestion = suggest(written)
    if suggestion is not None:
        assert suggestion != written
        assert validate(suggestion).valid and validate(suggestion).suggestion is None


@given(LABEL, st.sampled_from(email_providers._PROVIDERS))
def test_an_address_at_a_provider_is_never_corrected(local: str, domain: str) -> None:
    assert suggest(f"{local}@{domain}") is None
    assert suggest(f" {local.upper()}@{domain.upper()} ") is None
