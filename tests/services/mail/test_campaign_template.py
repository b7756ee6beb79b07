"""A campaign compiled once: same mails as doing each step by itself, per recipient only what differs."""

from __future__ import annotations

import base64
import html as html_library

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured
from kkdesk.services.mail.campaign_template import CompiledCampaign, RenderedMail
from kkdesk.services.mail.inject import FOOTER, inject_open_pixel, inject_unsubscribe_footer
from kkdesk.services.mail.inline_images import InlineImage
from kkdesk.services.mail.links import find_links, rewrite_links
from kkdesk.services.mail.personalise import append_signature, personalise_html
from kkdesk.services.mail.tracking import Signer

SIGNER = Signer("vector-secret-1", "https://crm.example.gr")
VALUES = {"firstName": "Γιώργος", "company": "Α & Β", "city": "Νέα Ιωνία", "email": "g@mail1.example", "phone": "210 1"}
PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def compiled(html: str, subject: str = "Θέμα", signature: str = "", **options: object) -> CompiledCampaign:
    return CompiledCampaign.compile(
        campaign_id="camp_1",
        subject=subject,
        html=html,
        signature_html=signature,
        signer=SIGNER,
        **options,  # type: ignore[arg-type]
    )


def rendered(html: str, subject: str = "Θέμα", signature: str = "", **options: object) -> RenderedMail:
    return compiled(html, subject, signature, **options).render("rcpt_1", VALUES)


def body(html: str) -> str:
    """The HTML of a mail without tracking, up to the footer."""
    return rendered(html, track_opens=False, track_clicks=False).html.partition('<div style="margin-top:16px')[0]


def step_by_step(html: str, signature: str) -> str:
    """What `compile` must come to, as the web CRM does it: every step over the whole mail."""
    steps = append_signature(personalise_html(html, VALUES), signature)
    steps = rewrite_links(steps, "camp_1", "rcpt_1", SIGNER)
    steps = inject_open_pixel(steps, SIGNER.open_url("camp_1", "rcpt_1"))
    return inject_unsubscribe_footer(steps, SIGNER.unsubscribe_url("camp_1", "rcpt_1"))


PIECES = [
    "<p>", "</p>", "{{firstName}}", "{{company|φίλε}}", "{{lastName|φίλε πελάτη}}", "{{x}}", "{{", "}}",
    "κείμενο", " ", "\n", "-->", "<!--",
    '<a href="https://kktires.gr/?a=1&amp;b=2">', "<a href='mailto:{{email}}'>", "</a>", "<body>", "</body>",
    "<b title='{{company}}'>", "</b>", "İ", "<style>", "</style>", "<br>", "\ue000", "1", "<", ">", '"',
]  # fmt: skip
soup = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@given(
    html=soup, signature=st.sampled_from(["", "<p>Με εκτίμηση, {{firstName}}</p>", '<a href="https://kk.gr">KK</a>'])
)
def test_compiling_comes_to_the_same_as_step_by_step(html: str, signature: str) -> None:
    assert rendered(html, signature=signature).html == step_by_step(html, signature)


@given(
    html=soup,
    values=st.fixed_dictionaries(
        {"company": st.text(max_size=10), "firstName": st.sampled_from(["{{company}}", "<b>", "\ue0000\ue000"])}
    ),
)
def test_without_tracking_a_mail_is_the_template_its_values_and_the_footer(html: str, values: dict[str, str]) -> None:
    mail = compiled(html, track_clicks=False, track_opens=False).render("rcpt_1", values)
    footer = mail.unsubscribe_url.join(FOOTER)
    assert mail.html.count(footer) == 1
    assert mail.html.replace(footer, "") == personalise_html(html, values)


def test_no_signer_no_mail() -> None:
    with pytest.raises(NotConfigured):
        CompiledCampaign.compile(campaign_id="camp_1", subject="Σ", html="<p>x</p>", signer=None)


def test_every_mail_has_its_own_links() -> None:
    campaign = compiled('<a href="https://kktires.gr">x</a>')
    one, other = campaign.render("rcpt_1", {}), campaign.render("rcpt με κενό", {})
    assert one.unsubscribe_url == SIGNER.unsubscribe_url("camp_1", "rcpt_1")
    assert other.unsubscribe_url == SIGNER.unsubscribe_url("camp_1", "rcpt με κενό")
    for mail in (one, other):
        assert mail.unsubscribe_url in mail.html
        assert mail.unsubscribe_url in mail.text
        assert SIGNER.open_url("camp_1", mail.recipient_id) in mail.html
        assert SIGNER.click_url("camp_1", mail.recipient_id, "https://kktires.gr/") in mail.html


@pytest.mark.parametrize(
    ("href", "destination"),
    [
        (
            "https://kktires.gr/?city={{city}}",
            "https://kktires.gr/?city=%CE%9D%CE%AD%CE%B1%20%CE%99%CF%89%CE%BD%CE%AF%CE%B1",
        ),
        ("https://kktires.gr/{{company}}/x", "https://kktires.gr/%CE%91%20%26%20%CE%92/x"),
        (
            "https://kktires.gr/?n={{lastName|φίλε &amp; πελάτη}}",
            "https://kktires.gr/?n=%CF%86%CE%AF%CE%BB%CE%B5%20%26%20%CF%80%CE%B5%CE%BB%CE%AC%CF%84%CE%B7",
        ),
        (
            "HTTPS://KKTIRES.gr/{{firstName}}?a=1&amp;b=2",
            "https://kktires.gr/%CE%93%CE%B9%CF%8E%CF%81%CE%B3%CE%BF%CF%82?a=1&b=2",
        ),
    ],
)
@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_a_field_inside_a_link_is_signed_per_recipient(href: str, destination: str, quote: str) -> None:
    if not quote and " " in href:
        href = href.replace("φίλε &amp; πελάτη", "φίλε&#32;&amp;&#32;πελάτη")
    html = rendered(f"<a href={quote}{href}{quote} class=b>x</a>").html
    assert next(find_links(html)).href == SIGNER.click_url("camp_1", "rcpt_1", destination)
    assert " class=b>x</a>" in html


def test_a_field_may_be_a_whole_address() -> None:
    campaign = compiled('<a href="{{company}}">x</a>')
    html = campaign.render("rcpt_1", {"company": "https://kktires.gr/a?b=1&c=2"}).html
    assert SIGNER.click_url("camp_1", "rcpt_1", "https://kktires.gr/a?b=1&c=2") in html
    assert campaign.render("rcpt_1", {"company": '"><script>'}).html.startswith(
        '<a href="&quot;&gt;&lt;script&gt;">x</a>'
    )


def test_untracked_links_keep_their_values_encoded() -> None:
    assert body('<a href="https://kktires.gr/?c={{company}}&d">x</a>') == (
        '<a href="https://kktires.gr/?c=%CE%91%20%26%20%CE%92&amp;d">x</a>'
    )
    assert body("<a href='mailto:{{email}}'>x</a>") == "<a href='mailto:g@mail1.example'>x</a>"


def test_a_value_cannot_leave_an_attribute_without_quotes() -> None:
    assert body("<b title={{company}} id=x>y</b>") == '<b title="Α &amp; Β" id=x>y</b>'
    assert body("<a href=tel:{{phone}}>y</a>") == '<a href="tel:210 1">y</a>'


def test_private_use_letters_of_the_author_stay() -> None:
    assert body("\ue000\ue0010\ue001{{firstName}}\ue0000\ue000") == "\ue000\ue0010\ue001Γιώργος\ue0000\ue000"


def test_what_a_mail_cannot_carry_is_dropped() -> None:
    assert body("α\x00β\r\nγ\rδ\ud800") == "αβ\nγ\nδ\ufffd"


def test_subject() -> None:
    assert rendered("x", "Για {{company}} & {{lastName|όλους}}").subject == "Για Α & Β & όλους"
    assert compiled("x", "α\r\nβ {{city}}").render("r", {"city": "γ\r\nBcc: δ"}).subject == "α β γ Bcc: δ"


def test_what_the_checks_before_sending_need() -> None:
    campaign = compiled("{{firstName}} {{first_name}} {{city|x}}", "{{vocative}} {{ όνομα }}")
    assert campaign.fields == {"firstName", "city", "vocative"}
    assert [unknown.source for unknown in campaign.unknown_fields] == ["{{ όνομα }}", "{{first_name}}"]


def test_pictures_travel_in_the_mail() -> None:
    data = "data:image/gif;base64," + base64.b64encode(PICTURE).decode()
    logo = InlineImage("https://blob.example/logo.png?a=1&b=2", "image/png", b"png", "λογότυπο.png")
    unused = InlineImage("https://blob.example/other.png", "image/png", b"other")
    html = (
        f'<img src="https://blob.example/logo.png?a=1&amp;b=2"><img src={data}>'
        '<img src="https://k.gr/x.png"><img src="data:image/gif;base64,%%">'
    )
    campaign = compiled(html, inline_images=[logo, unused])
    one, two = campaign.inline_images
    assert (one, two.content, two.mime_type) == (logo, PICTURE, "image/gif")
    assert campaign.render("rcpt_1", {}).html.startswith(
        f'<img src="cid:{one.content_id}"><img src="cid:{two.content_id}">'
        '<img src="https://k.gr/x.png"><img src="data:image/gif;base64,%%"><img src='
    )


def test_text_part_has_the_values_the_links_and_the_way_out() -> None:
    mail = rendered(
        "<p>Γεια {{firstName}} ({{company}}) από {{lastName|Α &amp; Β}},</p><ul><li>δείτε "
        '<a href="https://kktires.gr/προσφορές/{{city}}?x=1 2">τις προσφορές</a></li>'
        '<li><a href="{{company}}">εδώ</a></li></ul>',
        signature="<p>Με εκτίμηση, {{firstName}}</p>",
    )
    assert mail.text == (
        "Γεια Γιώργος (Α & Β) από Α & Β,\n\n"
        "- δείτε τις προσφορές (https://kktires.gr/προσφορές/%CE%9D%CE%AD%CE%B1%20%CE%99%CF%89%CE%BD%CE%AF%CE%B1?x=1%202)\n"
        "- εδώ (Α & Β)\n\n"
        "Με εκτίμηση, {{firstName}}\n\n"
        "Για να διαγραφείτε από αυτή τη λίστα, ανοίξτε τη διεύθυνση:\n"
        f"{mail.unsubscribe_url}\n"
    )


def test_an_empty_campaign_still_has_the_way_out() -> None:
    mail = rendered("")
    assert mail.text.startswith("Για να διαγραφείτε")
    assert html_library.escape(mail.unsubscribe_url) in nh3.clean(mail.html)
