"""How long a campaign will take under the limits that hold now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.checklist import Area, Finding, Severity
from kkdesk.services.company_settings import CompanySettings
from kkdesk.services.sender_domain import is_google
from kkdesk.services.settings import Settings

#: Mails per second that an ordinary provider's server takes; told with every estimate that rests on it.
ASSUMED_PER_SECOND: Final = 10
#: What Google lets an account send (Workspace; a free account 500 in 24 hours), and its API in a minute.
GOOGLE_PER_DAY: Final = 2_000
GMAIL_API_PER_MINUTE: Final = 60

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """So many mails in so many seconds. `assumed`: nobody has set it."""

    number: int
    seconds: int
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds from the first mail to the last, and the limit that makes it so long."""

    seconds: float
    limit: Limit


def estimate(count: int, limits: list[Limit]) -> Estimate:
    """How long `count` mails take when nothing else is being sent.

    Within a second or a minute mails are spread; an hour's or a day's are sent as fast as the rest allows, and then
    wait for the next one.
    """
    pace = min((limit.number / limit.seconds for limit in limits if limit.seconds <= _MINUTE), default=math.inf)
    return max((Estimate(_seconds(count, limit, pace), limit) for limit in limits), key=lambda one: one.seconds)


def _seconds(count: int, limit: Limit, pace: float) -> float:
    if limit.seconds <= _MINUTE:
        return count * limit.seconds / limit.number
    waits, last = divmod(max(count - 1, 0), limit.number)
    return waits * limit.seconds + (last + 1) / pace


class SendPace:
    """Knows the limits of the company and of the way out."""

    def __init__(self, settings: Settings, company: CompanySettings) -> None:
        """Reads both whenever it is asked."""
        self._settings = settings
        self._company = company

    async def findings(self, count: int) -> list[Finding]:
        """How long `count` mails will take; nothing for nobody."""
        if not count:
            return []
        found = estimate(count, limits_of(await self._company.all(), self._settings))
        findings = [Finding("duration", Severity.NOTE, _duration_text(found), Area.DELIVERY)]
        if is_google(self._settings) and count > GOOGLE_PER_DAY:
            findings.append(Finding("google_daily_limit", Severity.WARN, _GOOGLE_LIMIT, Area.DELIVERY))
        return findings


def limits_of(company: Mapping[str, str], settings: Settings) -> list[Limit]:
    """Every limit that holds, the assumed speed first."""
    limits = [Limit(ASSUMED_PER_SECOND, 1, assumed=True)]
    for name, seconds in (("second", 1), ("minute", _MINUTE), ("hour", _HOUR), ("day", _DAY)):
        value = company.get(f"send.per_{name}", "")
        if value.isascii() and value.isdigit() and int(value):
            limits.append(Limit(int(value), seconds))
    if settings.text("EMAIL_TRANSPORT").lower() == "gmail":
        limits.append(Limit(GMAIL_API_PER_MINUTE, _MINUTE))
    if is_google(settings):
        limits.append(Limit(GOOGLE_PER_DAY, _DAY))
    return limits


_GOOGLE_LIMIT: Final = Bilingual(
    "Η Google στέλνει έως 2.000 μηνύματα το 24ωρο από έναν λογαριασμό (500 από δωρεάν): τα υπόλοιπα θα περιμένουν.",
    "Google sends up to 2,000 mails in 24 hours from one account (500 from a free one): the rest will wait.",
)
_PER: Final = {
    1: Bilingual("το δευτερόλεπτο", "per second"),
    _MINUTE: Bilingual("το λεπτό", "per minute"),
    _HOUR: Bilingual("την ώρα", "per hour"),
    _DAY: Bilingual("την ημέρα", "per day"),
}


def _duration_text(found: Estimate) -> Bilingual:
    span, per, number = _span(found.seconds), _PER[found.limit.seconds], found.limit.number
    if found.limit.assumed:
        why = Bilingual(
            f"αν ο διακομιστής δέχεται {number} μηνύματα {per.el}", f"if the server takes {number} mails {per.en}"
        )
    else:
        greek, english = f"{number:,}".replace(",", "."), f"{number:,}"
        why = Bilingual(f"με όριο {greek} μηνύματα {per.el}", f"at the limit of {english} mails {per.en}")
    return Bilingual(f"Διάρκεια αποστολής: {span.el}, {why.el}.", f"Time to send: {span.en}, {why.en}.")


def _span(seconds: float) -> Bilingual:
    if seconds <= _MINUTE:
        return Bilingual("έως ένα λεπτό", "up to a minute")
    for unit, most, greek, english in (
        (_MINUTE, 90, "λεπτά", "minutes"),
        (_HOUR, 48, "ώρες", "hours"),
        (_DAY, math.inf, "ημέρες", "days"),
    ):
        number = math.ceil(seconds / unit)
        if number <= most:
            return Bilingual(f"περίπου {number} {greek}", f"about {number} {english}")
    raise AssertionError("no span is longer than infinitely many days")
