"""Which jobs of an account are ours.

A job is known by its title, or by calling our endpoint, whatever it is called. One account may serve other things and
other installations, too: what calls another host is nobody's to change or delete without being asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from kkdesk.services.cron_jobs.answers import Job, host_of
from kkdesk.services.cron_jobs.jobs import JobKind


@dataclass(frozen=True, slots=True)
class Found:
    """What there is for one job. `job`: the one to keep; `moved`: it calls another host."""

    kind: JobKind
    job: Job | None
    moved: bool
    #: Jobs of our title, or that call our endpoint, at our host.
    here: tuple[Job, ...]
    #: Jobs of our title that call another host.
    elsewhere: tuple[Job, ...]

    @property
    def duplicates(self) -> tuple[Job, ...]:
        """Jobs that we have made beside the one to keep: they bear our title."""
        return tuple(job for job in self.here if job is not self.job and job.title == self.kind.job_title)

    @property
    def others(self) -> tuple[Job, ...]:
        """Jobs beside the one to keep that somebody else has made."""
        return tuple(self.left([*self.duplicates, *([self.job] if self.job else [])]))

    def left(self, gone: Collection[Job]) -> Iterator[Job]:
        """Jobs that are there besides `gone`."""
        ids = {job.id for job in gone}
        return (job for job in (*self.here, *self.elsewhere) if job.id not in ids)


def find(jobs: Sequence[Job], kind: JobKind, origin: str) -> Found:
    """What of `jobs` is the job `kind` of the endpoints at `origin`."""
    host, address = host_of(origin), f"{origin}{kind.path}"

    def fitness(job: Job) -> tuple[bool, bool, bool, int]:
        return job.title != kind.job_title, job.url != address, not job.enabled, job.id

    here = sorted((job for job in jobs if job.host == host and _is_ours(job, kind)), key=fitness)
    elsewhere = sorted((job for job in jobs if job.host != host and job.title == kind.job_title), key=fitness)
    best = here[0] if here else elsewhere[0] if elsewhere else None
    return Found(kind, best, best is not None and not here, tuple(here), tuple(elsewhere))


def _is_ours(job: Job, kind: JobKind) -> bool:
    return job.title == kind.job_title or urlsplit(job.address).path.rstrip("/") == kind.path
