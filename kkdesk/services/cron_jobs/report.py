"""How the jobs are, and what was done about them, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.answers import Call, Job
from kkdesk.services.cron_jobs.jobs import JobKind

#: Ways in which a call ends, as cron-job.org counts them.
NOT_RUN, OK, DNS, CONNECT, HTTP_ERROR, TIMED_OUT, TOO_MUCH, BAD_ADDRESS, INTERNAL, UNKNOWN = range(10)


class Standing(StrEnum):
    """How a job is, the worst first."""

    MISSING = "missing"
    DISABLED = "disabled"
    DIFFERENT = "different"
    FAILING = "failing"
    NOT_RUN = "not_run"
    WELL = "well"

    @property
    def label(self) -> Bilingual:
        """For people."""
        return _STANDINGS[self]


_STANDINGS: Final = {
    Standing.MISSING: Bilingual("Δεν έχει ρυθμιστεί", "Not set up"),
    Standing.DISABLED: Bilingual("Απενεργοποιημένη", "Disabled"),
    Standing.DIFFERENT: Bilingual("Θέλει επιδιόρθωση", "Needs repair"),
    Standing.FAILING: Bilingual("Αποτυγχάνει", "Failing"),
    Standing.NOT_RUN: Bilingual("Περιμένει την πρώτη κλήση", "Waiting for the first call"),
    Standing.WELL: Bilingual("Λειτουργεί", "Working"),
}

_OUTCOMES: Final[Mapping[int, Bilingual]] = {
    NOT_RUN: Bilingual("Δεν έχει κληθεί ακόμη", "Not called yet"),
    OK: Bilingual("Επιτυχία", "OK"),
    DNS: Bilingual("Δεν βρέθηκε η διεύθυνση (DNS)", "Address not found (DNS)"),
    CONNECT: Bilingual("Δεν έγινε σύνδεση", "Could not connect"),
    HTTP_ERROR: Bilingual("Ο διακομιστής απάντησε με σφάλμα", "The server answered with an error"),
    TIMED_OUT: Bilingual("Δεν απάντησε εγκαίρως", "No answer in time"),
    TOO_MUCH: Bilingual("Πολύ μεγάλη απάντηση", "Too long an answer"),
    BAD_ADDRESS: Bilingual("Μη έγκυρη διεύθυνση", "Invalid address"),
    INTERNAL: Bilingual("Σφάλμα του cron-job.org", "A fault of cron-job.org"),
    UNKNOWN: Bilingual("Απέτυχε για άγνωστο λόγο", "Failed for an unknown reason"),
}


def outcome(status: int, http_status: int = 0) -> Bilingual:
    """How a call ended, in words; with the server's answer where it gave one."""
    words = _OUTCOMES.get(status, _OUTCOMES[UNKNOWN])
    if not http_status:
        return words
    return Bilingual(f"{words.el} ({http_status})", f"{words.en} ({http_status})")


@dataclass(frozen=True, slots=True)
class JobState:
    """One of the two jobs. `job` is None where there is none; `differs`: what setting it up would mend."""

    kind: JobKind
    job: Job | None = None
    history: tuple[Call, ...] = ()
    differs: tuple[Bilingual, ...] = ()

    @property
    def standing(self) -> Standing:
        """How it is."""
        if self.job is None:
            return Standing.MISSING
        if not self.job.enabled:
            return Standing.DISABLED
        if self.differs:
            return Standing.DIFFERENT
        if self.job.last_status == NOT_RUN:
            return Standing.NOT_RUN
        return Standing.WELL if self.job.last_status == OK else Standing.FAILING

    @property
    def last_http_status(self) -> int:
        """What the server answered last; 0 where nobody knows."""
        return self.history[0].http_status if self.history else 0

    @property
    def stopped_by_failures(self) -> bool:
        """Whether cron-job.org itself has disabled it. It does not say so: the last call before has failed then."""
        return self.job is not None and not self.job.enabled and self.job.last_status > OK

    @property
    def advice(self) -> Bilingual | None:
        """What a person should do; None where nothing is to be done."""
        standing = self.standing
        if self.job is None or standing is Standing.DIFFERENT:
            return _SET_UP
        if standing in {Standing.WELL, Standing.NOT_RUN}:
            return None
        if standing is Standing.DISABLED and not self.stopped_by_failures:
            return _SWITCHED_OFF
        cause = _cause(self.job.last_status, self.last_http_status)
        if standing is Standing.FAILING:
            return cause
        return Bilingual(f"{_STOPPED.el} {cause.el} {_THEN.el}", f"{_STOPPED.en} {cause.en} {_THEN.en}")


@dataclass(frozen=True, slots=True)
class CronStatus:
    """Both jobs. `others` are addresses and titles of jobs that are none of ours and call the same."""

    jobs: tuple[JobState, ...]
    others: tuple[Job, ...] = ()
    #: cron-job.org could not list all jobs: what is missing may be there.
    incomplete: bool = False

    @property
    def is_set_up(self) -> bool:
        """Whether there is any job of ours."""
        return any(state.job is not None for state in self.jobs)

    @property
    def is_well(self) -> bool:
        """Whether both are called, and the last calls went well."""
        return all(state.standing in {Standing.WELL, Standing.NOT_RUN} for state in self.jobs)


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What setting up has done with one job. `parts`: what was mended."""

    kind: JobKind
    id: int
    done: Literal["created", "repaired", "kept"]
    parts: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupReport:
    """Both jobs are there. `removed` are duplicates of ours, `others` jobs of somebody else that call the same."""

    jobs: tuple[JobOutcome, ...]
    removed: tuple[Job, ...] = ()
    others: tuple[Job, ...] = ()
    #: What may keep cron-job.org from reaching the endpoints, as it looks from here.
    warnings: tuple[Bilingual, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """`removed` is gone; `others` are jobs of somebody else that call the same, and go on."""

    removed: tuple[Job, ...]
    others: tuple[Job, ...] = ()


def _cause(status: int, http_status: int) -> Bilingual:
    if status != HTTP_ERROR:
        return _CAUSES.get(status, _LOOK)
    if 300 <= http_status < 400:
        return _REDIRECTED
    return _HTTP_CAUSES.get(http_status, _FAULTY if http_status >= 500 else _LOOK)


_SET_UP: Final = Bilingual("Κάντε ρύθμιση ή επιδιόρθωση.", "Set it up, or repair it.")
_SWITCHED_OFF: Final = Bilingual(
    "Κάποιος την απενεργοποίησε στο cron-job.org. Η επιδιόρθωση την ενεργοποιεί ξανά.",
    "Somebody has disabled it at cron-job.org. Repairing enables it again.",
)
_STOPPED: Final = Bilingual(
    "Το cron-job.org την απενεργοποίησε, επειδή απέτυχε πάνω από 15 φορές στη σειρά.",
    "cron-job.org has disabled it, because it failed more than 15 times in a row.",
)
_THEN: Final = Bilingual("Έπειτα κάντε επιδιόρθωση.", "Then repair it.")
_LOOK: Final = Bilingual(
    "Δείτε τις τελευταίες κλήσεις και το αρχείο καταγραφής του διακομιστή.",
    "Look at the last calls and at the log of the endpoints.",
)
_FAULTY: Final = Bilingual(
    "Δείτε το αρχείο καταγραφής του διακομιστή και τη διεύθυνση /api/health.",
    "Look at the log of the endpoints and at their /api/health.",
)
_REDIRECTED: Final = Bilingual(
    "Η διεύθυνση ανακατευθύνει αλλού και το cron-job.org δεν ακολουθεί: ορίστε την τελική ως δημόσια διεύθυνση.",
    "The address redirects elsewhere, which cron-job.org does not follow: set the final one as the public address.",
)
_HTTP_CAUSES: Final = {
    401: Bilingual(
        "Ο διακομιστής δεν δέχεται το κλειδί: το CRON_SECRET εκεί και εδώ πρέπει να είναι το ίδιο.",
        "The endpoints do not take the key: CRON_SECRET must be the same there and here.",
    ),
    404: Bilingual(
        "Η διεύθυνση δεν υπάρχει στον διακομιστή: ελέγξτε τη δημόσια διεύθυνση και την έκδοσή του.",
        "The server has no such address: check the public address and the version of the endpoints.",
    ),
}
_CAUSES: Final = {
    DNS: Bilingual(
        "Ελέγξτε τη δημόσια διεύθυνση: το όνομα πρέπει να οδηγεί σε διεύθυνση IPv4.",
        "Check the public address: the name must lead to an IPv4 address.",
    ),
    CONNECT: Bilingual(
        "Ελέγξτε ότι ο διακομιστής λειτουργεί και δέχεται συνδέσεις IPv4 από το διαδίκτυο.",
        "Check that the server is up and takes IPv4 connections from the internet.",
    ),
    TIMED_OUT: Bilingual(
        "Ο διακομιστής άργησε πάνω από 30 s: μειώστε το EMAIL_CRON_TIME_BUDGET_MS ή δείτε τι τον καθυστερεί.",
        "The endpoints took more than 30 s: lower EMAIL_CRON_TIME_BUDGET_MS, or see what holds them up.",
    ),
    BAD_ADDRESS: _SET_UP,
}
