"""What messages are, and what they say."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.bounces.reading import MOST_OCTETS, read_letter, worth_fetching
from kkdesk.services.bounces.verdicts import weigh
from tests.services.bounces.messages import SAMPLES
from tests.services.bounces.reports import ADDRESS, BOUNCES, MESSAGE_ID, RECIPIENT, TOKEN, report


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_servers_and_people_write(name: str, ends: str) -> None:
    sample = SAMPLES[name]
    content = sample.content.replace(b"\n", ends.encode())
    letter = read_letter(content, BOUNCES)
    assert letter.kind == sample.kind
    assert (TOKEN in letter.marks.tokens) is sample.ours
    assert worth_fetching(content.partition(f"{ends}{ends}".encode())[0], BOUNCES) or sample.kind == "other"
    if sample.kind == "report":
        status = letter.statuses[0]
        assert (status.action, status.status, status.code) == (sample.action, sample.status, sample.code)
        assert sample.words in status.text
        assert "\n" not in status.text
    finding = weigh(letter, ADDRESS, 1)
    if sample.event is None:
        assert finding is None
    else:
        assert finding is not None
        verdict = finding.verdict
        said = ("", "", "", False)
        if verdict is not None:
            said = (verdict.reason, verdict.bounce_type, verdict.subtype, verdict.suppress)
        assert (finding.event, *said) == sample.event


def test_the_returned_header_names_the_recipient() -> None:
    letter = read_letter(SAMPLES["complaint, redacted"].content, "")
    assert letter.marks.recipient_id == RECIPIENT
    assert letter.marks.tokens == (TOKEN,)
    assert not letter.marks.to_return_path
    assert read_letter(SAMPLES["qmail"].content, "").marks.tokens == (TOKEN,)


@pytest.mark.parametrize("name", ["X-Google-Original-Message-ID", "X-KKDesk-Message-ID"])
def test_an_id_that_gmail_replaced(name: str) -> None:
    returned = f"Message-ID: <CAB=x@mail.gmail.example>\n{name}: {MESSAGE_ID}\n\ntext"
    fields = f"Reporting-MTA: dns; g\n\nFinal-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1"
    content = report(fields, header="From: mailer-daemon@g.example\nTo: info@kktires.example", returned=returned)
    assert read_letter(content, BOUNCES).marks.tokens == (TOKEN,)


def test_a_report_in_base64() -> None:
    fields = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {ADDRESS}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    encoded = base64.encodebytes(fields.encode()).decode()
    content = report("XX").replace(
        b"message/delivery-status\n\nXX",
        b"message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + encoded.encode(),
    )
    statuses = read_letter(content, BOUNCES).statuses
    assert [(status.final, status.status) for status in statuses] == [(ADDRESS, "5.1.1")]


def test_a_report_beside_the_disclaimer_of_a_gateway_is_one() -> None:
    whole = report(f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.7.1\n")
    head, _, inner = whole.partition(b"Content-Type: multipart/report")
    inner = b"Content-Type: multipart/report" + inner
    around = b'Content-Type: multipart/mixed; boundary="=_o"\n\n--=_o\n%b\n--=_o\n%b\nDisclaimer\n--=_o--\n'
    letter = read_letter(head + around % (inner, b"Content-Type: text/plain\n"), BOUNCES)
    assert [(status.final, status.status) for status in letter.statuses] == [(ADDRESS, "5.7.1")]
    finding = weigh(letter, ADDRESS, 1)
    assert finding is not None and finding.verdict is not None and finding.verdict.ours
    # A person who passes a report on has put it into a message of its own.
    forwarded = b"Content-Type: message/rfc822\n\n" + whole
    person = b"From: Maria <maria@x.example>\nTo: info@kktires.example\nMIME-Version: 1.0\n"
    assert read_letter(person + around % (forwarded, b"Content-Type: text/plain\n"), BOUNCES).statuses == ()


def test_the_recipient_of_ours_counts_among_several() -> None:
    fields = f"""
    Reporting-MTA: dns; list.example

    Final-Recipient: rfc822; other@list.example
    Action: failed
    Status: 5.7.1

    Final-Recipient: rfc822; {ADDRESS.upper()}
    Action: failed
    Status: 5.2.2
    """
    finding = weigh(read_letter(report(fields), BOUNCES), ADDRESS, 1)
    assert finding is not None and finding.verdict is not None
    assert finding.verdict.subtype == "mailbox_full"
    # Of strangers, the worst.
    finding = weigh(read_letter(report(fields.replace("failed", "delivered", 1)), BOUNCES), "x@y.example", 1)
    assert finding is not None and finding.event == "bounce"


def test_the_same_message_is_known_again() -> None:
    sample = SAMPLES["postfix, unknown user"].content
    elsewhere = b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0200\n" + sample
    assert read_letter(sample, BOUNCES).fingerprint == read_letter(elsewhere, BOUNCES).fingerprint
    other = sample.replace(b"<report-1@", b"<report-2@")
    assert read_letter(sample, BOUNCES).fingerprint != read_letter(other, BOUNCES).fingerprint
    # qmail gives its reports no id.
    qmail = SAMPLES["qmail"].content
    assert read_letter(qmail, BOUNCES).fingerprint != read_letter(qmail + b"more\n", BOUNCES).fingerprint


def test_a_report_whose_end_is_cut_off_is_read() -> None:
    sample = SAMPLES["postfix, unknown user"].content.replace(
        b"Content-Type: text/rfc822-headers", b"Content-Type: message/rfc822"
    )
    letter = read_letter(sample.replace(b"--=_b1--", b"x" * MOST_OCTETS), BOUNCES)
    assert letter.kind == "report" and letter.marks.tokens == (TOKEN,)


def test_what_lies_beyond_the_limit_is_not_looked_at() -> None:
    content = SAMPLES["qmail"].content.ljust(MOST_OCTETS, b"x")
    assert read_letter(content, BOUNCES).fingerprint == read_letter(content + b"more", BOUNCES).fingerprint


def test_the_text_of_a_report_proves_nothing() -> None:
    """It may quote whatever it likes; what is returned is another mail."""
    fields = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1"
    header = "From: MAILER-DAEMON@mx.example\nTo: bounces@kktires.example"
    content = report(
        fields, header=header, text=f"Message-ID: {MESSAGE_ID}", returned="Message-ID: <other@x.example>\n\n"
    )
    assert read_letter(content, BOUNCES).marks.tokens == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"Content-Type: multipart/report; boundary=\n\n--\n--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n",
        b"Content-Type: text/plain; charset=no-such-charset\nFrom: mailer-daemon\nReturn-Path: <>\n\n\xff\xfe",
        b"From: =?no-such?b?!!!?= <mailer-daemon@x>\nSubject: =?utf-8?b?x?=\n\n550 5.1.1 x",
        b"Return-Path: <>\nAuto-Submitted: \xce\xb1\n\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(4000)),
    ],
)
def test_rubbish_is_read_to_its_end(content: bytes) -> None:
    assert read_letter(content, BOUNCES).marks.tokens == ()
    worth_fetching(content, BOUNCES)


_PIECES = st.sampled_from(
    [sample.content for sample in SAMPLES.values()]
    + [
        b"--=_b1\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"\n\n",
        b"\xff\xce",
    ]
)


@given(
    st.lists(st.one_of(st.binary(max_size=60), _PIECES, _PIECES.map(lambda text: text[len(text) // 3 :])), max_size=6)
)
def test_no_bytes_raise(pieces: list[bytes]) -> None:
    letter = read_letter(b"".join(pieces), BOUNCES)
    weigh(letter, ADDRESS, 1)


_WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
_TEXTS = st.lists(_WORDS.filter(lambda word: not word[0].isdigit()), max_size=6).map(" ".join)


@given(
    local=st.from_regex(r"\A[a-z0-9]{1,20}\Z"),
    action=st.sampled_from(["failed", "delayed", "delivered"]),
    status=st.builds("{}.{}.{}".format, st.sampled_from([2, 4, 5]), st.integers(1, 7), st.integers(1, 999)),
    code=st.integers(400, 599),
    text=_TEXTS,
    typed=st.sampled_from(["rfc822; ", "RFC822;", "rfc822 ; "]),
    extra=st.lists(st.tuples(st.from_regex(r"\AX-[A-Z][a-z]{1,9}\Z"), _TEXTS), max_size=3),
)
def test_a_generated_report_reads_back(
    local: str, action: str, status: str, code: int, text: str, typed: str, extra: list[tuple[str, str]]
) -> None:
    more = "".join(f"{name}: {value}\n" for name, value in extra)
    fields = (
        f"Reporting-MTA: dns; mx.example\n{more}\n{more}Final-Recipient: {typed}{local}@garage.example\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {code} {text}\n"
    )
    letter = read_letter(report(fields), BOUNCES)
    assert letter.marks.tokens == (TOKEN,)
    (found,) = letter.statuses
    assert (found.final, found.action, found.status, found.code) == (f"{local}@garage.example", action, status, code)
    assert found.text.split()[0] == str(code)


@pytest.mark.parametrize("piece", ["-", "\n", "<", "smtp", "550 ", ">\n", "(", "---\n", "=_", "a: b\n", "\t"])
@pytest.mark.timeout(60)
def test_no_text_takes_long(piece: str) -> None:
    """What grows with the square of the length would not end within the minute."""
    sample = SAMPLES["qmail"].content
    head, _, rest = sample.partition(b"\n\n")
    long = (piece * MOST_OCTETS).encode()[:MOST_OCTETS]
    for content in (
        head + b"\n\n" + long + rest,
        head + b"\nTo: " + long + b"\n\n" + rest,
        head + b"\n\n" + rest + long,
    ):
        assert read_letter(content, BOUNCES).kind in {"report", "other"}
