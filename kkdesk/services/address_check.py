"""Whether an address will do: its form, what was probably meant, and whether its domain takes mail."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_address import MALFORMED, address_key, validate
from kkdesk.services.mail_domains import MailDomains, MailState


class Verdict(StrEnum):
    """`invalid` is certain; `unknown` says nothing against the address."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AddressVerdict:
    """What is known of an address: why it is invalid, and the address that was probably meant, to be offered only."""

    verdict: Verdict
    reason: Bilingual | None = None
    suggestion: str | None = None
    #: What is known of the domain of a well-formed address.
    domain: MailState = MailState.UNKNOWN


class AddressCheck:
    """Checks addresses; domains are looked up once and remembered."""

    def __init__(self, domains: MailDomains) -> None:
        """The form is checked here, domains by `domains`."""
        self._domains = domains

    async def check(self, text: str) -> AddressVerdict:
        """The verdict on one address. Raises the `StoreError` family when remembered answers cannot be read."""
        form = validate(text)
        if form.error is not None:
            return AddressVerdict(Verdict.INVALID, form.error, form.suggestion)
        # On a thread: the library is heavy to import, and only now needed.
        if not await asyncio.to_thread(_is_deliverable_form, form.normalized):
            return AddressVerdict(Verdict.INVALID, MALFORMED, form.suggestion)
        domain = address_key(form.normalized).rpartition("@")[2]
        state = await self._domains.state(domain)
        if state.is_dead:
            reason = dead_domain_text(form.domain or domain, state)
            return AddressVerdict(Verdict.INVALID, reason, form.suggestion, state)
        verdict = Verdict.UNKNOWN if state is MailState.UNKNOWN else Verdict.VALID
        return AddressVerdict(verdict, None, form.suggestion, state)


def dead_domain_text(domain: str, state: MailState) -> Bilingual:
    """Why mail to a dead domain does not arrive."""
    greek, english = _WHY[state]
    return Bilingual(greek.replace("%1", domain), english.replace("%1", domain))


_WHY: Final = {
    MailState.NO_DOMAIN: (
        "Ο τομέας %1 δεν υπάρχει: τα μηνύματα δεν θα φτάσουν.",
        "The domain %1 does not exist: mail will not arrive.",
    ),
    MailState.NULL_MX: (
        "Ο τομέας %1 δηλώνει ότι δεν δέχεται μηνύματα.",
        "The domain %1 states that it takes no mail.",
    ),
    MailState.NO_HOST: (
        "Ο τομέας %1 δεν έχει διακομιστή αλληλογραφίας: τα μηνύματα δεν θα φτάσουν.",
        "The domain %1 has no mail server: mail will not arrive.",
    ),
}


def _is_deliverable_form(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, globally_deliverable=True, allow_smtputf8=True)
    except EmailNotValidError:
        return False
    return True
