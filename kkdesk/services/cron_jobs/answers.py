"""What cron-job.org says of its jobs, read with care: what is not known is left out, what is missing is empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

#: A job of an account's own; the others belong to its status pages.
ORDINARY: Final = 0
_MOST_CALLS: Final = 50
_MOST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was listed. Times are Unix seconds, 0: never or not known; `last_duration` is in milliseconds."""

    id: int
    title: str
    #: May hold a secret that somebody put into it by hand: show `address`.
    url: str = field(repr=False)
    enabled: bool
    last_status: int
    last_duration: int
    last_execution: int
    next_execution: int
    #: All of it, as the API has it; headers are secret.
    said: Mapping[str, Any] = field(repr=False)

    @property
    def address(self) -> str:
        """The address without a user, a query or a fragment."""
        return plain_address(self.url)

    @property
    def host(self) -> str:
        """The address's host in lower case; empty when it has none."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a job's address. `at`: Unix seconds; `duration` in milliseconds; `http_status` 0: no answer."""

    at: int
    status: int
    http_status: int
    duration: int
    text: str


@dataclass(frozen=True, slots=True)
class JobList:
    """All jobs of the account. `incomplete`: some could not be listed, nobody knows which."""

    jobs: tuple[Job, ...]
    incomplete: bool


def read_object(content: bytes) -> dict[str, Any]:
    """The JSON object in `content`. Raises `ValueError` when there is none."""
    try:
        found = json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind for all that cannot be read
    return found


def read_list(answer: Mapping[str, Any]) -> JobList:
    """The jobs of `GET /jobs`. Raises `ValueError` when it is something else."""
    jobs = answer.get("jobs")
    if not isinstance(jobs, list):
        raise ValueError("no list of jobs")  # noqa: TRY004
    read = tuple(job for entry in jobs if (job := _job(entry)) is not None)
    return JobList(read, bool(answer.get("someFailed")))


def read_details(answer: Mapping[str, Any]) -> Job:
    """The job of `GET /jobs/{id}`. Raises `ValueError` when it is something else."""
    job = _job(answer.get("jobDetails"))
    if job is None:
        raise ValueError("no job")
    return job


def read_history(answer: Mapping[str, Any]) -> tuple[Call, ...]:
    """The calls of `GET /jobs/{id}/history`, the latest first. Raises `ValueError` when it is something else."""
    items = answer.get("history")
    if not isinstance(items, list):
        raise ValueError("no history")  # noqa: TRY004
    calls = sorted(_calls(items), key=lambda call: call.at, reverse=True)
    return tuple(calls[:_MOST_CALLS])


def whole(value: object, default: int = 0) -> int:
    """`value` where it is a number, else `default`."""
    return int(value) if isinstance(value, int | float) and abs(value) < 2**53 else default


def plain_address(url: str) -> str:
    """`url` without a user, a query or a fragment; empty when it is no address."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return f"{parts.scheme}://{place}{parts.path}" if place else ""


def host_of(url: str) -> str:
    """The host of `url` in lower case; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _job(entry: object) -> Job | None:
    if not isinstance(entry, dict) or whole(entry.get("type"), ORDINARY) != ORDINARY:
        return None
    identity = whole(entry.get("jobId"))
    if identity <= 0:
        return None
    return Job(
        id=identity,
        title=_text(entry.get("title")),
        url=_text(entry.get("url"), 4096),
        enabled=entry.get("enabled") is True,
        last_status=whole(entry.get("lastStatus")),
        last_duration=whole(entry.get("lastDuration")),
        last_execution=whole(entry.get("lastExecution")),
        next_execution=whole(entry.get("nextExecution")),
        said=entry,
    )


def _calls(items: list[Any]) -> Iterator[Call]:
    for item in items:
        if isinstance(item, dict) and (at := whole(item.get("date"))) > 0:
            yield Call(
                at=at,
                status=whole(item.get("status")),
                http_status=whole(item.get("httpStatus")),
                duration=whole(item.get("duration")),
                text=_text(item.get("statusText")),
            )


def _text(value: object, most: int = _MOST_TEXT) -> str:
    return value[:most] if isinstance(value, str) else ""
