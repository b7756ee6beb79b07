"""What cron-job.org refuses, in words. Its errors have no body: there is the status, and once the reason phrase."""

from __future__ import annotations

from typing import ClassVar, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError, NotAllowed, NotFound, Offline, SignInNeeded
from kkdesk.services.cron_jobs.answers import Job


class CronJobRefused(KKDeskError):
    """cron-job.org does not do what was asked (400, 409, 422, or a status that nobody expects)."""

    code: ClassVar[str] = "cron_job_refused"


class CronRateLimited(KKDeskError):
    """Too many requests in a moment; a minute later it goes on."""

    code: ClassVar[str] = "cron_rate_limited"


class CronQuotaReached(KKDeskError):
    """The key's requests of the UTC day are used up."""

    code: ClassVar[str] = "cron_quota_reached"


class JobElsewhere(NotAllowed):
    """A job of ours calls another host: this installation has moved, or the job is another one's."""

    code: ClassVar[str] = "cron_job_elsewhere"


def is_quota(reason: str) -> bool:
    """Whether the reason phrase of a 429 speaks of the day's quota ("Quota Limit Exceeded") and not of the moment."""
    return "quota" in reason.lower()


def refusal(status: int, reason: str, kept: Bilingual) -> KKDeskError:
    """The error for an answer that is not 200. `kept` says what has become of what was asked."""
    match status:
        case 401:
            return SignInNeeded(_WRONG_KEY, kept=kept, next_step=_NEW_KEY)
        case 403:
            return SignInNeeded(_WRONG_PLACE, kept=kept, next_step=_ALLOW_PLACE)
        case 404:
            return NotFound(_GONE, kept=kept, next_step=_SET_UP_AGAIN)
        case 429 if is_quota(reason):
            return CronQuotaReached(_QUOTA, kept=kept, next_step=_TOMORROW)
        case 429:
            return CronRateLimited(_RATE, kept=kept, next_step=_IN_A_MINUTE)
        case _ if status >= 500:
            return Offline(_faulty(status), kept=kept, next_step=_LATER)
        case _:
            return CronJobRefused(_refused(status), kept=kept, next_step=_LOOK)


def no_connection(kept: Bilingual) -> Offline:
    """No answer came. What was asked may have been done all the same."""
    return Offline(
        Bilingual("Το cron-job.org δεν απαντά.", "cron-job.org does not answer."),
        kept=kept,
        next_step=Bilingual(
            "Ελέγξτε τη σύνδεση στο διαδίκτυο και δοκιμάστε ξανά.",
            "Check the connection to the internet and try again.",
        ),
    )


def unreadable(kept: Bilingual) -> Offline:
    """Something answered that is not the API: a network's sign-in page, a proxy."""
    return Offline(
        Bilingual("Η απάντηση δεν είναι του cron-job.org.", "The answer is not one of cron-job.org."),
        kept=kept,
        next_step=Bilingual(
            "Ίσως το δίκτυο ζητά σύνδεση σε σελίδα του. Δοκιμάστε ξανά από άλλο δίκτυο.",
            "Perhaps this network wants you to sign in on a page of its own. Try again from another network.",
        ),
    )


def not_all_listed(kept: Bilingual) -> Offline:
    """The list of jobs has gaps: what is not in it may be there."""
    return Offline(
        Bilingual(
            "Το cron-job.org δεν έδειξε όλες τις εργασίες του λογαριασμού.",
            "cron-job.org did not list all jobs of the account.",
        ),
        kept=kept,
        next_step=Bilingual(
            "Δοκιμάστε ξανά σε λίγο: τώρα θα μπορούσε κάτι να γίνει διπλό.",
            "Try again in a while: something could be made twice now.",
        ),
    )


def job_elsewhere(job: Job, kept: Bilingual) -> JobElsewhere:
    """Nobody has said yet that `job` is to call this installation."""
    return JobElsewhere(
        Bilingual(
            f"Η εργασία «{job.title}» του λογαριασμού καλεί άλλη διεύθυνση: {job.address}",
            f"The account's job “{job.title}” calls another address: {job.address}",
        ),
        kept=kept,
        next_step=Bilingual(
            "Αν εκείνη δεν χρησιμοποιείται πια, μεταφέρετε την εργασία εδώ (kkdesk cron setup --move). Αλλιώς "
            "χρησιμοποιήστε άλλον λογαριασμό του cron-job.org.",
            "If that one is no longer in use, move the job here (kkdesk cron setup --move). Otherwise use another "
            "account of cron-job.org.",
        ),
    )


def _faulty(status: int) -> Bilingual:
    return Bilingual(
        f"Το cron-job.org έχει δικό του σφάλμα (HTTP {status}).",
        f"cron-job.org has a fault of its own (HTTP {status}).",
    )


def _refused(status: int) -> Bilingual:
    el, en = {
        400: ("δεν καταλαβαίνει το αίτημα", "does not understand the request"),
        409: ("βρίσκει σύγκρουση με ό,τι υπάρχει ήδη", "finds a conflict with what is there already"),
        422: ("δεν δέχεται τα στοιχεία της εργασίας", "does not accept the job's values"),
    }.get(status, ("αρνείται το αίτημα", "refuses the request"))
    return Bilingual(f"Το cron-job.org {el} (HTTP {status}).", f"cron-job.org {en} (HTTP {status}).")


_WRONG_KEY: Final = Bilingual("Το cron-job.org δεν δέχεται το κλειδί API.", "cron-job.org does not take the API key.")
_NEW_KEY: Final = Bilingual(
    "Φτιάξτε νέο κλειδί στο console.cron-job.org («Settings») και δώστε το στις Ρυθμίσεις.",
    "Make a new key at console.cron-job.org (“Settings”) and give it in Settings.",
)
_WRONG_PLACE: Final = Bilingual(
    "Το cron-job.org δεν επιτρέπει αυτό το κλειδί API από τη δική σας διεύθυνση IP.",
    "cron-job.org does not allow this API key from your IP address.",
)
_ALLOW_PLACE: Final = Bilingual(
    "Επιτρέψτε τη διεύθυνση στο console.cron-job.org («Settings»), ή φτιάξτε κλειδί χωρίς περιορισμό.",
    "Allow the address at console.cron-job.org (“Settings”), or make a key without that restriction.",
)
_GONE: Final = Bilingual("Η εργασία δεν υπάρχει πια στο cron-job.org.", "The job is no longer there at cron-job.org.")
_SET_UP_AGAIN: Final = Bilingual("Κάντε ξανά τη ρύθμιση.", "Set the jobs up again.")
_QUOTA: Final = Bilingual(
    "Εξαντλήθηκαν τα αιτήματα που επιτρέπει το cron-job.org στο κλειδί για σήμερα (100 την ημέρα, ώρα UTC).",
    "The requests that cron-job.org allows the key today are used up (100 a day, by UTC).",
)
_TOMORROW: Final = Bilingual(
    "Οι εργασίες συνεχίζουν να τρέχουν. Δοκιμάστε ξανά αύριο το πρωί.",
    "The jobs go on running. Try again tomorrow morning.",
)
_RATE: Final = Bilingual(
    "Το cron-job.org δέχθηκε πολλά αιτήματα σε λίγη ώρα.", "cron-job.org has had many requests in a short time."
)
_IN_A_MINUTE: Final = Bilingual("Δοκιμάστε ξανά σε ένα λεπτό.", "Try again in a minute.")
_LATER: Final = Bilingual("Δοκιμάστε ξανά αργότερα.", "Try again later.")
_LOOK: Final = Bilingual(
    "Δείτε την εργασία στο console.cron-job.org. Αν επαναληφθεί, στείλτε μας το αρχείο logs/kkdesk.log.",
    "Look at the job at console.cron-job.org. If it happens again, send us the file logs/kkdesk.log.",
)
