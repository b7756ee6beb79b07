"""The rules, one by one, with what real programs say of themselves, and their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.tracking.classification import RULE_NAMES, RULES, Actor, Circumstances, judge, says_prefetch

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
OUTLOOK = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0E; Microsoft Outlook 16.0.5134; ms-office; MSOffice 16)"
THUNDERBIRD = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.5.0"
CUBOT = "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"

PEOPLE = [
    ("open", CHROME, "browser"),
    ("click", CHROME, "browser"),
    ("open", IPHONE, "browser"),
    ("open", OUTLOOK, "browser"),
    ("open", THUNDERBIRD, "browser"),
    ("click", CUBOT, "browser"),
    ("open", GMAIL, "mail_proxy"),
    ("open", YAHOO, "mail_proxy"),
    # Apple's protection fetches pictures, and no links.
    ("click", "Mozilla/5.0", "browser"),
]
MACHINES = [
    ("open", "Mozilla/5.0", "apple_privacy"),
    ("open", "", "no_agent"),
    ("click", "  ", "no_agent"),
    ("click", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "program"),
    ("click", "curl/8.5.0", "program"),
    ("click", "python-requests/2.32.3", "program"),
    ("click", "Go-http-client/2.0", "program"),
    ("click", "Java/17.0.9", "program"),
    ("click", f"{CHROME.replace('Chrome/', 'HeadlessChrome/')}", "program"),
    ("click", "Microsoft Office Existence Discovery", "scanner"),
    (
        "open",
        "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/534+ (KHTML, like Gecko) BarracudaCentral",
        "scanner",
    ),
    ("click", "SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com", "scanner"),
    ("click", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "program"),
]


@pytest.mark.parametrize(("kind", "agent", "rule"), PEOPLE)
def test_people(kind: str, agent: str, rule: str) -> None:
    found = judge(Circumstances(kind, agent=agent, seconds_after_send=3600))  # type: ignore[arg-type]
    assert (found.name, found.actor) == (rule, Actor.PERSON)


@pytest.mark.parametrize(("kind", "agent", "rule"), MACHINES)
def test_machines_by_their_names(kind: str, agent: str, rule: str) -> None:
    found = judge(Circumstances(kind, agent=agent, seconds_after_send=3600))  # type: ignore[arg-type]
    assert (found.name, found.actor) == (rule, Actor.MACHINE)


@pytest.mark.parametrize(
    ("visit", "rule"),
    [
        (Circumstances("open", head=True, agent=CHROME), "headers_only"),
        (Circumstances("open", prefetch=True, agent=CHROME), "prefetch"),
        (Circumstances("click", agent=CHROME, company=1), "burst"),
        (Circumstances("open", agent=CHROME, seconds_after_send=4.9), "too_soon"),
        (Circumstances("open", agent=CHROME, seconds_after_send=5.0), "browser"),
        (Circumstances("click", agent=CHROME, seconds_after_send=9.9), "too_soon"),
        (Circumstances("click", agent=CHROME, seconds_after_send=10.0), "browser"),
        # Gmail fetches for its reader, but not in the moment of the delivery.
        (Circumstances("open", agent=GMAIL, seconds_after_send=1.0), "too_soon"),
        # Servers' clocks differ: a visit that seems to come before the send came right after it.
        (Circumstances("open", agent=CHROME, seconds_after_send=-0.7), "too_soon"),
        # Of a mail of which it is not known when it left nothing is concluded.
        (Circumstances("open", agent=CHROME, seconds_after_send=None), "browser"),
    ],
)
def test_machines_by_their_ways(visit: Circumstances, rule: str) -> None:
    assert judge(visit).name == rule


@given(
    st.builds(
        Circumstances,
        kind=st.sampled_from(["open", "click"]),
        head=st.booleans(),
        prefetch=st.booleans(),
        agent=st.one_of(st.text(max_size=80), st.sampled_from([CHROME, GMAIL, "Mozilla/5.0"])),
        seconds_after_send=st.one_of(st.none(), st.floats(-10, 1e9)),
        company=st.integers(0, 5),
    )
)
def test_whatever_comes_one_rule_decides(visit: Circumstances) -> None:
    rule = judge(visit)
    assert RULE_NAMES[rule.name] is rule
    if visit.head or visit.prefetch or visit.company:
        assert rule.actor is Actor.MACHINE


def test_names_are_stored_and_never_change() -> None:
    # A rule that is renamed would orphan what is in the databases.
    stored = "headers_only prefetch no_agent apple_privacy scanner program burst too_soon mail_proxy browser"
    assert [rule.name for rule in RULES] == stored.split()
    assert all(rule.says.el and rule.says.en for rule in RULES)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"sec-purpose": "prefetch;prerender"}, True),
        ({"purpose": "prefetch"}, True),
        ({"x-purpose": "preview"}, True),
        ({"x-moz": "prefetch"}, True),
        ({"purpose": "navigation"}, False),
        ({}, False),
    ],
)
def test_what_says_that_it_fetches_ahead(headers: dict[str, str], said: bool) -> None:
    assert says_prefetch(headers) is said
