"""What the domain of the sender says about itself (SPF, DKIM, DMARC), and who signs the mails.

RFC 7208 (SPF, section 4.5), RFC 6376 (DKIM keys, 3.6.1), RFC 7489 (DMARC, 6.6.3). What could not be asked is unknown,
and unknown is no failure.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kkdesk.model.email_address import address_key, ascii_domain, is_mailable
from kkdesk.model.email_providers import is_provider
from kkdesk.services.dns_lookups import Dns, Standing
from kkdesk.services.mail.sender import chosen_sender, goes_into_folder
from kkdesk.services.settings import Settings

_SPF: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_DMARC: Final = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_POLICIES: Final = frozenset({"none", "quarantine", "reject"})
_GMAIL_HOSTS: Final = ("smtp.gmail.com", "smtp-relay.gmail.com", "smtp.googlemail.com", "aspmx.l.google.com")
_GOOGLES: Final = frozenset({"gmail.com", "googlemail.com"})
#: Domains of one provider, and the domains of its servers.
_FAMILIES: Final = (
    (("hotmail.com", "hotmail.gr", "outlook.com", "outlook.com.gr", "live.com", "windowslive.com"),
     ("outlook.com", "office365.com")),
    (("yahoo.com", "yahoo.gr"), ("yahoo.com",)),
    (("icloud.com",), ("me.com",)),
    (("otenet.gr", "cosmotemail.gr"), ("otenet.gr", "cosmotemail.gr", "cosmote.gr")),
)  # fmt: skip


class RecordState(StrEnum):
    """A record of a domain. `several`, `malformed`: receivers take it for an error or for none at all."""

    OK = "ok"
    MISSING = "missing"
    SEVERAL = "several"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"

    @property
    def is_broken(self) -> bool:
        """Whether it is there and of no use."""
        return self in (RecordState.SEVERAL, RecordState.MALFORMED)


class WhoSigns(StrEnum):
    """`ours`: KK Desk signs, for the sender's domain; `ours_elsewhere`: for another, which DMARC does not count.

    `google`: Gmail, perhaps without the unsubscribe headers; `server`: the mail server, if anybody; `nobody`: mails
    only go into the mail folder.
    """

    OURS = "ours"
    OURS_ELSEWHERE = "ours_elsewhere"
    GOOGLE = "google"
    SERVER = "server"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mails these are, as the settings say: domain of From, domain and selector of our own signature."""

    domain: str
    signs: WhoSigns
    dkim_domain: str = ""
    dkim_selector: str = ""
    #: An address at a mail provider whose mails leave from that provider's own server.
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class SenderRecords:
    """What was found in the domain name system."""

    spf: RecordState
    dkim: RecordState
    dmarc: RecordState


def sender_of(settings: Settings, from_email: str) -> Sender | None:
    """The sender of a campaign's mails; None when no address is set."""
    address = chosen_sender(settings, from_email)
    domain = address_key(address).rpartition("@")[2] if is_mailable(address) else ""
    if not domain:
        return None
    ours = ascii_domain(settings.text("DKIM_DOMAIN")) or ""
    selector = settings.text("DKIM_SELECTOR").lower()
    signs = _who_signs(settings, domain, ours)
    return Sender(domain, signs, ours, selector if ours else "", at_home=_at_home(settings, domain, signs))


def is_google(settings: Settings) -> bool:
    """Whether mails leave through Google."""
    way = settings.text("EMAIL_TRANSPORT").lower()
    return way == "gmail" or (way != "folder" and settings.text("SMTP_HOST").lower() in _GMAIL_HOSTS)


def _who_signs(settings: Settings, domain: str, ours: str) -> WhoSigns:
    if ours:
        return WhoSigns.OURS if aligned(ours, domain) else WhoSigns.OURS_ELSEWHERE
    if is_google(settings):
        return WhoSigns.GOOGLE
    return WhoSigns.NOBODY if goes_into_folder(settings) else WhoSigns.SERVER


def _at_home(settings: Settings, domain: str, signs: WhoSigns) -> bool:
    if not is_provider(domain) or signs is WhoSigns.NOBODY:
        return False
    if is_google(settings):
        return domain in _GOOGLES
    host = settings.text("SMTP_HOST").lower().rstrip(".")
    family = (*next((hosts for domains, hosts in _FAMILIES if domain in domains), ()), domain)
    return any(host == one or host.endswith(f".{one}") for one in family)


def aligned(signing: str, domain: str) -> bool:
    """Whether a signature of one domain counts for the other: the same, or one below the other (relaxed alignment)."""
    return signing == domain or signing.endswith(f".{domain}") or domain.endswith(f".{signing}")


async def look_up(dns: Dns, sender: Sender) -> SenderRecords:
    """SPF, DKIM and DMARC of the sender. Never raises."""
    spf, dkim, dmarc = await asyncio.gather(_spf(dns, sender.domain), _dkim(dns, sender), _dmarc(dns, sender.domain))
    return SenderRecords(spf, dkim, dmarc)


async def _spf(dns: Dns, domain: str) -> RecordState:
    texts = await _texts(dns, domain)
    if texts is None:
        return RecordState.UNKNOWN
    return _of_number(sum(1 for text in texts if _SPF.match(text)))


async def _dkim(dns: Dns, sender: Sender) -> RecordState:
    if not (sender.dkim_domain and sender.dkim_selector):
        return RecordState.UNKNOWN  # Whoever signs chooses the selector; guessing would find the keys of others.
    texts = await _texts(dns, f"{sender.dkim_selector}._domainkey.{sender.dkim_domain}")
    if texts is None:
        return RecordState.UNKNOWN
    if len(texts) != 1:
        return _of_number(len(texts))
    tags = _tags(texts[0])
    # An empty p= is a key that was revoked.
    sound = tags.get("v", "DKIM1") == "DKIM1" and bool(tags.get("p"))
    return RecordState.OK if sound else RecordState.MALFORMED


async def _dmarc(dns: Dns, domain: str) -> RecordState:
    """The record of the domain, else of the nearest domain above it that has one."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        texts = await _texts(dns, f"_dmarc.{'.'.join(labels[start:])}")
        if texts is None:
            return RecordState.UNKNOWN
        records = [text for text in texts if _DMARC.match(text)]
        if len(records) > 1:
            return RecordState.SEVERAL
        if records:
            policy = _tags(records[0]).get("p", "").lower()
            return RecordState.OK if policy in _POLICIES else RecordState.MALFORMED
    return RecordState.MISSING


def _of_number(number: int) -> RecordState:
    if number > 1:
        return RecordState.SEVERAL
    return RecordState.OK if number else RecordState.MISSING


async def _texts(dns: Dns, name: str) -> tuple[str, ...] | None:
    """The texts of a name, none when there are none; None when nobody knows."""
    answer = await dns.ask(name, "TXT")
    return None if answer.standing is Standing.UNKNOWN else answer.values


def _tags(record: str) -> dict[str, str]:
    """The tag list of a DKIM or DMARC record (RFC 6376, 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in pairs if name.strip()}
