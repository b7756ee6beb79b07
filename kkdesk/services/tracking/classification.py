"""Person or machine? The rules by which a visit to a link of a mail is judged, in the order in which they are asked.

The first rule that holds decides, and its name is kept with the visit. What the agents are called was read from their
makers' pages and from published logs; what no rule knows is a person's browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual

#: Seconds between the hand-over to the recipient's server and a visit, below which no person can have made it.
TOO_SOON_TO_OPEN: Final = 5.0
TOO_SOON_TO_CLICK: Final = 10.0
#: Milliseconds within which visits of one mail count as made together.
TOGETHER_MS: Final = 1000


class Actor(StrEnum):
    """Who made a visit; `kk_visits.actor`."""

    PERSON = "person"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one visit when it is judged."""

    kind: Literal["open", "click"]
    #: Only the headers were asked for.
    head: bool = False
    #: The client says that it fetches ahead of a person (`says_prefetch`).
    prefetch: bool = False
    #: `User-Agent`; empty when there was none.
    agent: str = ""
    #: Since the mail was handed over; None when that is not known.
    seconds_after_send: float | None = None
    #: Visits to other links of the same mail, and requests for headers alone, within a second before or after.
    company: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to take a visit for a person's or a machine's. `name` is what is stored and never changes."""

    name: str
    actor: Actor
    says: Bilingual
    holds: Callable[[Circumstances], bool]


#: Parts of `User-Agent`, in lower case, of what fetches links to judge them or to show a preview.
_SCANNERS: Final = (
    "barracuda", "mimecast", "proofpoint", "symantec", "messagelabs", "trendmicro", "trend micro", "sophos", "fireeye",
    "forcepoint", "zscaler", "cloudmark", "fortinet", "bitdefender", "kaspersky", "ironport", "safelinks",
    "urldefense", "virustotal", "urlscan", "google-safety", "google-safebrowsing", "microsoftpreview",
    "skypeuripreview", "existence discovery", "preview", "scanner", "linkcheck", "link check", "validator", "monitor",
)  # fmt: skip
#: The same of programs and crawlers that no person sits before.
_PROGRAMS: Final = (
    "bot", "crawl", "spider", "slurp", "facebookexternalhit", "headless", "phantomjs", "selenium", "puppeteer",
    "playwright", "curl", "wget", "python", "aiohttp", "httpx", "urllib", "scrapy", "go-http-client", "java/", "okhttp",
    "apache-httpclient", "libwww", "perl", "php", "ruby", "node-fetch", "axios", "undici", "got (", "postman",
    "insomnia", "powershell", "winhttp", "wininet",
)  # fmt: skip
#: The same of those that fetch pictures for a reader at the moment the mail is opened.
_MAIL_PROXIES: Final = ("googleimageproxy", "yahoomailproxy", "ymailproxy", "duckduckgo-favicons")
#: Apple's Mail Privacy Protection fetches every picture of every mail, with this and nothing more.
_APPLE_PRIVACY: Final = "Mozilla/5.0"


#: A brand of telephones.
_NO_BOT: Final = "cubot"


def _names(*parts: str) -> Callable[[Circumstances], bool]:
    def named(visit: Circumstances) -> bool:
        agent = visit.agent.lower().replace(_NO_BOT, "")
        return any(part in agent for part in parts)

    return named


def _too_soon(visit: Circumstances) -> bool:
    least = TOO_SOON_TO_OPEN if visit.kind == "open" else TOO_SOON_TO_CLICK
    return visit.seconds_after_send is not None and visit.seconds_after_send < least


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "headers_only",
        Actor.MACHINE,
        Bilingual("Ζήτησε μόνο τις κεφαλίδες, χωρίς να δει κάτι", "Asked for the headers alone, and saw nothing"),
        lambda visit: visit.head,
    ),
    Rule(
        "prefetch",
        Actor.MACHINE,
        Bilingual("Δήλωσε ότι φορτώνει εκ των προτέρων", "Said that it was fetching ahead"),
        lambda visit: visit.prefetch,
    ),
    Rule(
        "no_agent",
        Actor.MACHINE,
        Bilingual("Δεν είπε ποιο πρόγραμμα είναι", "Did not say which program it is"),
        lambda visit: not visit.agent.strip(),
    ),
    Rule(
        "apple_privacy",
        Actor.MACHINE,
        Bilingual("Προστασία απορρήτου του Apple Mail", "Apple's Mail Privacy Protection"),
        lambda visit: visit.kind == "open" and visit.agent.strip() == _APPLE_PRIVACY,
    ),
    Rule(
        "scanner",
        Actor.MACHINE,
        Bilingual("Έλεγχος συνδέσμων από φίλτρο αλληλογραφίας", "A mail filter that checks links"),
        _names(*_SCANNERS),
    ),
    Rule(
        "program",
        Actor.MACHINE,
        Bilingual("Αυτόματο πρόγραμμα", "A program without a person"),
        _names(*_PROGRAMS),
    ),
    Rule(
        "burst",
        Actor.MACHINE,
        Bilingual("Πολλοί σύνδεσμοι του ίδιου μηνύματος σε ένα δευτερόλεπτο", "Several links of one mail in a second"),
        lambda visit: visit.company > 0,
    ),
    Rule(
        "too_soon",
        Actor.MACHINE,
        Bilingual("Αμέσως μετά την αποστολή, πιο γρήγορα από άνθρωπο", "Right after the send, faster than a person"),
        _too_soon,
    ),
    Rule(
        "mail_proxy",
        Actor.PERSON,
        Bilingual("Μέσω του Gmail ή του Yahoo, τη στιγμή της ανάγνωσης", "Through Gmail or Yahoo, while it was read"),
        _names(*_MAIL_PROXIES),
    ),
    Rule(
        "browser",
        Actor.PERSON,
        Bilingual("Πρόγραμμα περιήγησης ή αλληλογραφίας", "A browser or a mail program"),
        lambda _visit: True,
    ),
)
RULE_NAMES: Final[Mapping[str, Rule]] = {rule.name: rule for rule in RULES}


def judge(visit: Circumstances) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.holds(visit))


def says_prefetch(headers: Mapping[str, str]) -> bool:
    """Whether request headers (names in lower case) say that nobody has asked for this yet.

    `Sec-Purpose` is the Fetch standard's, the others are older browsers'.
    """
    said = (headers.get(name, "").lower() for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return any("prefetch" in value or "preview" in value or "prerender" in value for value in said)
