"""Nothing that people write breaks out of where it stands: not out of HTML, not out of a header, not out of a link."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import unquote, urlsplit

from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree

from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.list_headers import feedback_id
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.personalise import merge_values
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import OutgoingMail

SIGNER = Signer("s", "https://crm.example.gr")
TEMPLATE = """<html><head><title>{{firstName}}</title><style>.a{color:{{city}}}</style></head><body>
<!-- {{company}} --><p id="p" title="{{firstName}}" data-a='{{company}}' data-b={{lastName}}>{{firstName}} {{vocative}}</p>
<a id="query" href="https://kktires.example/?n={{firstName}}&amp;c=1#end">x</a>
<a id="path" href='https://kktires.example/{{company}}/z'>y</a><a id="bare" href=https://kktires.example/?c={{city}}>z</a>
<a id="mail" href="mailto:{{email}}">m</a><a id="whole" href="{{phone}}">w</a>
<textarea>{{lastName}}</textarea><b style="width:{{phone}}">{{city|Αθήνα}}</b></body></html>"""
COLUMNS = ("first_name", "last_name", "company", "email", "city", "phone")
#: What attacks are made of, between anything else.
_SHARP = [
    "\r\nBcc: thief@evil.example\r\n", "\r\n\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\x0b", "\x0c", "\ud800", "\ue000", "0",
    '"', "'", "<", ">", "</p>", "</title>", "</style>", "</textarea>", "-->", "--!>", "<!--", "<script>alert(1)</script>",
    '" onmouseover="x', "' x='", "&", "&quot;", "&#34;", "{{company}}", "{{", "}}", "://", "/", "?", "#", "@", "%", "%0d%0a",
    "javascript:alert(1)", "https://evil.example/", "=?utf-8?B?DQpCY2M6IHg=?=", "=?utf-8?Q?=0D=0ABcc:_x?=", "=0D=0A", "=", "\\",
    ",", ";", ":", "(", ")", "<evil@evil.example>", "ά", "🚗", "\u202e", "\u200b", "a" * 90, " ", "\t", ".", "\r\n.\r\n",
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(_SHARP), st.text(max_size=6)), max_size=8).map("".join)
customers = st.fixed_dictionaries(dict.fromkeys(COLUMNS, hostile))
HARMLESS = dict.fromkeys(COLUMNS, "x")


def rendered(customer: dict[str, Any]) -> str:
    campaign = CompiledCampaign.compile(campaign_id="camp_1", subject="", html=TEMPLATE, signer=SIGNER)
    return campaign.render("rcpt_1", merge_values(customer, campaign.fields)).html


def tree(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Elements with the names of their attributes, in order."""
    root = etree.fromstring(html.encode("utf-8", "surrogatepass"), etree.HTMLParser(encoding="utf-8"))
    return [(str(element.tag), tuple(element.attrib)) for element in root.iter()]


@given(customers)
def test_no_value_breaks_out_of_the_html(customer: dict[str, str]) -> None:
    assert tree(rendered(customer)) == tree(rendered(HARMLESS))


@given(customers)
def test_no_value_leads_a_link_elsewhere(customer: dict[str, str]) -> None:
    html = rendered(customer)
    found = {
        match[1]: unquote(match[2].replace("+", " "))
        for match in re.finditer(r'id="(query|path|bare)" href=["\']?[^"\'>]*&u=([^&"\'>]*)&sig=', html)
    }
    assert found.keys() == {"query", "path", "bare"}
    for name, url in found.items():
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", "kktires.example")
        assert not re.search(r"[\x00-\x20<>\"]", url)
        if name == "query":
            assert parts.path == "/" and parts.fragment == "end"
            assert re.fullmatch(r"n=[^&#]*&c=1", parts.query)
        elif name == "path":
            assert parts.query == parts.fragment == ""
            assert parts.path.count("/") in {1, 2}  # "." and ".." are paths of their own
        else:
            assert parts.path == "/" and not parts.fragment and "&" not in parts.query


PIECES = """<a id="mail" href="mailto:{{email}}?subject={{firstName}}&amp;body=x">m</a><a id="call" href=tel:{{phone}}>t</a>
<img id="src" src="https://kktires.example/{{city}}.png?a=1"><img id="set" srcset="https://kktires.example/{{company}}.png 2x">
<td id="back" background='https://kktires.example/?n={{lastName}}#end'>z</td>
<!--[if mso]><img id="mso" width={{city}} src="https://kktires.example/?n={{lastName}}"><![endif]-->"""


@given(customers)
@example(
    HARMLESS
    | {"email": "a@x.example&bcc=thief@evil.example", "first_name": "x&bcc=thief@evil.example", "city": "a?b#c/d e"}
)
def test_no_value_breaks_out_of_any_other_address(customer: dict[str, str]) -> None:  # fmt: skip
    def addresses(values: dict[str, str]) -> dict[str, list[str]]:
        campaign = CompiledCampaign.compile(campaign_id="camp_1", subject="", html=PIECES, signer=SIGNER)
        html = campaign.render("rcpt_1", merge_values(values, campaign.fields)).html
        root = etree.fromstring(
            re.sub(r"<!--\[if mso\]>|<!\[endif\]-->", "", html).encode(), etree.HTMLParser(encoding="utf-8")
        )
        named = {element.get("id"): element for element in root.iter() if element.get("id")}
        # What structures an address, without the values' own letters.
        return {
            str(name): [
                re.sub(r"[^?&=#/:, ]" if one == "srcset" else r"[^?&=#/:,]", "", element.get(one, ""))
                for one in ("href", "src", "srcset", "background")
            ]
            for name, element in named.items()
        } | {"attributes": [",".join(element.attrib) for element in named.values()]}

    assert addresses(customer) == addresses(HARMLESS)


def test_addresses_and_numbers_stay_readable_in_links() -> None:
    campaign = CompiledCampaign.compile(
        campaign_id="camp_1",
        subject="",
        html='<a href="mailto:{{email}}">m</a><a href="tel:{{phone}}">t</a>',
        signer=SIGNER,
    )
    html = campaign.render("rcpt_1", {"email": "maria.p@kktires.gr", "phone": "+302101234567"}).html
    assert html.startswith('<a href="mailto:maria.p@kktires.gr">m</a><a href="tel:+302101234567">t</a>')


def raw_headers(head: bytes) -> list[bytes]:
    """Names of the header lines, folded ones taken for one."""
    return [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]


def build(
    customer: dict[str, str], subject: str, campaign_name: str, sender_name: str, file_name: str, mime: str
) -> OutgoingMail:
    campaign = CompiledCampaign.compile(
        campaign_id=campaign_name, subject=subject, html="<p>{{company}}</p>", signer=SIGNER
    )
    builder = MailBuilder(
        campaign,
        str(Address(sender_name, "info", "kktires.example"))
        if sender_name.isprintable()
        else sender_name + " <info@kktires.example>",
        reply_to="sales@kktires.example",
        feedback_id=feedback_id(campaign_name, "kktires"),
        attachments=[Attachment(file_name, mime, b"x")],
    )
    values = merge_values(customer, campaign.fields)
    return builder.build(campaign_name, "g@mail1.example", values, message_id="<1@kktires.example>", date=1_700_000_000)


@given(
    customer=customers, subject=hostile, campaign_name=hostile, sender_name=hostile, file_name=hostile,
    mime=st.one_of(st.just("application/pdf"), hostile),
)  # fmt: skip
@example(
    HARMLESS,
    "α\r\nBcc: x@y.gr",
    "c\r\nBcc: x@y.gr",
    "KK\r\nBcc: x@y.gr",
    'a"\r\nBcc: x@y.gr\r\n\r\n.pdf',
    "a/b\r\nBcc: x",
)
def test_nothing_breaks_out_of_a_header(
    customer: dict[str, str], subject: str, campaign_name: str, sender_name: str, file_name: str, mime: str
) -> None:
    try:
        mail = build(customer, "{{firstName}} " + subject, campaign_name, sender_name, file_name, mime)
    except (NotConfigured, InvalidInput):
        assume(False)  # a sender that no address can be made of: nothing is mailed
    plain = build(HARMLESS, "x", "c", "KK", "a.pdf", "application/pdf")
    content = mail.content
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", content)
    assert all(len(line) <= 998 for line in content.split(b"\r\n") if not line.startswith(b"List-Unsubscribe: "))
    head, body = content.split(b"\r\n\r\n", 1)
    assert raw_headers(head) == raw_headers(plain.content.split(b"\r\n\r\n", 1)[0])
    message, expected = (message_from_bytes(each, policy=default) for each in (content, plain.content))
    assert isinstance(message, EmailMessage) and isinstance(expected, EmailMessage)
    assert message.keys() == expected.keys()
    assert [part.get_content_type() for part in message.walk()][:4] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert len(list(message.walk())) == 5
    (attached,) = message.iter_attachments()
    assert {name.lower() for name in attached.keys()} == {  # noqa: SIM118 - a message, not a dict
        "content-type", "content-transfer-encoding", "content-disposition",
    }  # fmt: skip
    assert not re.search(r"[\r\n/]", attached.get_filename() or "")
    assert attached.get_payload(decode=True) == b"x"
    assert (mail.sender, mail.recipient) == ("info@kktires.example", "g@mail1.example")
    assert str(message["From"].addresses[0].addr_spec) == "info@kktires.example"
    assert len(message["From"].addresses) == 1
    assert not re.search(r"[\r\n]", message["Subject"])
    assert body.endswith(b"--\r\n")
