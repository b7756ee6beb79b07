"""The two jobs as they should be, and what of a job that is there is otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.answers import Job, whole

#: The header that carries CRON_SECRET. Never the address: addresses end up in logs.
SECRET_HEADER: Final = "x-cron-secret"  # noqa: S105 - its name
TIMEZONE: Final = "Europe/Athens"
#: Seconds that cron-job.org waits for an answer; the most that a free account may have.
TIMEOUT: Final = 30
_EVERY: Final = [-1]


class JobKind(StrEnum):
    """What a job calls; the value is the last part of its path."""

    EMAILS = "email-jobs"
    GEOCODING = "geocode-customers"

    @property
    def label(self) -> Bilingual:
        """For people."""
        return _LABELS[self]

    @property
    def job_title(self) -> str:
        """By which the job is known at cron-job.org."""
        return _TITLES[self]

    @property
    def path(self) -> str:
        """Of the endpoint."""
        return f"/api/cron/{self.value}"

    @property
    def minutes(self) -> list[int]:
        """In which minutes of an hour it is called; -1: in all of them."""
        # Not on the hour, when all the world's jobs run.
        return _EVERY if self is JobKind.EMAILS else [23]

    @property
    def often(self) -> Bilingual:
        """How often it is called."""
        return _OFTEN[self]


_LABELS: Final = {
    JobKind.EMAILS: Bilingual("Αποστολή καμπανιών", "Sending campaigns"),
    JobKind.GEOCODING: Bilingual("Θέσεις πελατών στον χάρτη", "Places of customers on the map"),
}
_TITLES: Final = {
    JobKind.EMAILS: "KK Desk: e-mail jobs",
    JobKind.GEOCODING: "KK Desk: geocoding",
}
_OFTEN: Final = {
    JobKind.EMAILS: Bilingual("κάθε λεπτό", "every minute"),
    JobKind.GEOCODING: Bilingual("κάθε ώρα, στα 23 λεπτά", "every hour, at minute 23"),
}


def wanted_job(kind: JobKind, origin: str, secret: str) -> dict[str, Any]:
    """The job as `PUT /jobs` wants it; `origin` is that of the endpoints. Holds the secret."""
    return {
        "url": f"{origin}{kind.path}",
        "title": kind.job_title,
        "enabled": True,
        "saveResponses": True,
        "requestMethod": 0,
        "requestTimeout": TIMEOUT,
        # An endpoint that has moved must be noticed.
        "redirectSuccess": False,
        "schedule": {
            "timezone": TIMEZONE,
            "expiresAt": 0,
            "hours": _EVERY,
            "mdays": _EVERY,
            "minutes": kind.minutes,
            "months": _EVERY,
            "wdays": _EVERY,
        },
        "extendedData": {"headers": {SECRET_HEADER: secret}, "body": ""},
        "notification": {"onFailure": True, "onFailureCount": 1, "onSuccess": True, "onDisable": True},
    }


@dataclass(frozen=True, slots=True)
class Repair:
    """What is otherwise: the `patch` that mends it (it may hold the secret), and its parts in words."""

    patch: dict[str, Any]
    parts: tuple[Bilingual, ...]


def repair_of(job: Job, wanted: Mapping[str, Any], *, detailed: bool) -> Repair:
    """What of `job` is not as `wanted`. Without `detailed`, `job` is from a list, which has no headers and notices."""
    patch: dict[str, Any] = {}
    parts: list[Bilingual] = []
    for name, part, differing in _CHECKS:
        # A field that the API does not show at all cannot be known to be wrong.
        if not detailed if name in _IN_DETAILS_ALONE else name not in job.said:
            continue
        if (mended := differing(job.said.get(name), wanted[name])) is not None:
            patch[name] = mended
            parts.append(part)
    return Repair(patch, tuple(parts))


def _value(found: object, wanted: Any) -> Any | None:
    same = bool(found) == wanted if isinstance(wanted, bool) else found == wanted
    return None if same else wanted


def _schedule(found: object, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    # Whole or not at all: of a part the API would make what it likes. Its arrays come in any order.
    given = found if isinstance(found, dict) else {}
    same = all(_as_set(given.get(name, value)) == _as_set(value) for name, value in wanted.items())
    return None if same and given else wanted


def _headers(found: object, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    given: dict[str, Any] = found if isinstance(found, dict) else {}
    # An empty object comes as a list.
    headers: dict[str, Any] = given["headers"] if isinstance(given.get("headers"), dict) else {}
    ours = [(name, value) for name, value in headers.items() if name.lower() == SECRET_HEADER]
    secret = wanted["headers"][SECRET_HEADER]
    if [value for _, value in ours] == [secret]:
        return None
    # The new ones replace them all: what somebody else has added, such as a host's own pass, must go with them.
    others = {name: value for name, value in headers.items() if name.lower() != SECRET_HEADER}
    return {"headers": {**others, SECRET_HEADER: secret}, "body": given.get("body") or ""}


def _notices(found: object, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    given = found if isinstance(found, dict) else {}
    if given.get("onFailure") and given.get("onDisable"):
        return None  # The rest is a matter of taste.
    return {**wanted, **given, "onFailure": True, "onDisable": True}


def _as_set(value: object) -> object:
    if isinstance(value, list):
        return frozenset(_numbers(value))
    return value


def _numbers(values: list[Any]) -> Iterator[int]:
    for value in values:
        yield whole(value, -2)


_IN_DETAILS_ALONE: Final = frozenset({"extendedData", "notification"})
_CHECKS: Final[tuple[tuple[str, Bilingual, Callable[[object, Any], Any]], ...]] = (
    ("url", Bilingual("διεύθυνση", "address"), _value),
    ("title", Bilingual("τίτλος", "title"), _value),
    ("enabled", Bilingual("ενεργοποίηση", "switched on"), _value),
    ("schedule", Bilingual("χρονοδιάγραμμα", "schedule"), _schedule),
    ("extendedData", Bilingual("κλειδί κλήσεων", "key of the calls"), _headers),
    ("notification", Bilingual("ειδοποιήσεις", "notices"), _notices),
    ("requestMethod", Bilingual("μέθοδος", "method"), _value),
    ("requestTimeout", Bilingual("χρόνος αναμονής", "time-out"), _value),
    ("redirectSuccess", Bilingual("ανακατευθύνσεις", "redirects"), _value),
    ("saveResponses", Bilingual("φύλαξη απαντήσεων", "kept answers"), _value),
)
