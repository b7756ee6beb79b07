"""Checks of the scheduler's calls: are others kept out, do calls come, and is our key taken?

A call sends mail. So nothing here calls with the right key unless it was asked for, and with a wrong one only where the
server says that it has one to compare it with.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.jobs import SECRET_HEADER, TIMEOUT, JobKind
from kkdesk.services.doctor.check import NOT_CONFIGURED, CannotTell, Check, Finding
from kkdesk.services.doctor.deployment import SEE_LOG, Deployment, read_object, whole_of
from kkdesk.services.doctor.words import SAYS_NOTHING, SEE_WHAT_STANDS_BETWEEN, TOO_MANY, failed, ok, shown, warning

#: Seconds after which a call is overdue: uneventful ones are noted every few minutes only.
LATE: Final[Mapping[JobKind, int]] = {JobKind.EMAILS: 900, JobKind.GEOCODING: 9000}


async def closed(deployment: Deployment) -> Finding:
    """Are calls with a wrong key refused?"""
    match (await deployment.told()).get("cronSecret"):
        case "ok":
            pass
        case str():
            return failed(_NONE_THERE, _SET_IT_THERE, exit_code=NOT_CONFIGURED)
        case _:
            raise CannotTell(SAYS_NOTHING)
    answer = await deployment.ask(JobKind.EMAILS.path, headers={SECRET_HEADER: randomness.token_hex(16)})
    match answer.status:
        case 401:
            return ok("Κλήσεις χωρίς το σωστό κλειδί δεν περνούν.", "Calls without the right key are refused.")
        case 429:
            raise CannotTell(TOO_MANY)
        case status if 200 <= status < 300:
            return failed(_OPEN, _CLOSE_IT, status=status)
        case status:
            return failed(_strange(status), SEE_WHAT_STANDS_BETWEEN, status=status)


async def sending_calls(deployment: Deployment) -> Finding:
    """Does the scheduler call for campaigns?"""
    return await _calls(deployment, JobKind.EMAILS)


async def geocoding_calls(deployment: Deployment) -> Finding:
    """Does the scheduler call for places?"""
    return await _calls(deployment, JobKind.GEOCODING)


async def try_call(deployment: Deployment) -> Finding:
    """Is our key taken? Does what a call does."""
    if not deployment.cron_secret:
        return failed(_NONE_HERE, _SET_IT_HERE, exit_code=NOT_CONFIGURED)
    key = {SECRET_HEADER: deployment.cron_secret}
    answer = await deployment.ask(JobKind.EMAILS.path, headers=key, seconds=float(TIMEOUT))
    facts: dict[str, Any] = {"status": answer.status, "milliseconds": round(answer.seconds * 1000)}
    if answer.status == 401:
        return failed(_OTHER_KEY, _SAME_KEY, **facts)
    if answer.status != 200:
        return failed(_strange(answer.status), SEE_LOG, **facts)
    told = read_object(answer)
    if told is None:
        return failed(_NOT_READABLE, SEE_WHAT_STANDS_BETWEEN, **facts)
    facts |= {name: whole_of(told, name) for name in ("jobs", "sent", "failed")}
    if told.get("ok") is not True:
        why = shown(told.get("error"))
        found = Bilingual(
            f"Το κλειδί έγινε δεκτό, η αποστολή όμως όχι: {why}", f"The key is taken; sending fails: {why}"
        )
        return warning(found, SEE_LOG, **facts)
    sent = facts["sent"]
    return ok(f"Το κλειδί έγινε δεκτό· στάλθηκαν {sent}.", f"The key is taken; {sent} were sent.", **facts)


async def _calls(deployment: Deployment, kind: JobKind) -> Finding:
    noted = (await deployment.told()).get("cron")
    if not isinstance(noted, dict):
        raise CannotTell(SAYS_NOTHING)
    found = noted.get(kind.value)
    run: Mapping[str, Any] = found if isinstance(found, dict) else {}
    last = whole_of(run, "lastAt")
    if not last:
        return warning(_NEVER, _SET_UP)
    # By the server's clock, where it tells it: both times are its own then.
    age = max(await _now(deployment) - last, 0)
    facts: dict[str, Any] = {"last_at": last, "seconds": age}
    minutes = age // 60
    if age > LATE[kind]:
        late = Bilingual(
            f"Η τελευταία κλήση ήρθε πριν από {minutes} λεπτά.", f"The last call came {minutes} minutes ago."
        )
        return warning(late, _SEE_STATUS, **facts)
    if run.get("ok") is not True:
        return warning(_NOT_WELL, _SEE_STATUS, **facts)
    return ok(f"Έρχονται· η τελευταία πριν από {minutes}΄.", f"They come; the last {minutes} min ago.", **facts)


async def _now(deployment: Deployment) -> int:
    clock = (await deployment.told()).get("clock")
    return (whole_of(clock, "now") if isinstance(clock, dict) else 0) or int(deployment.clock())


def _strange(status: int) -> Bilingual:
    return Bilingual(f"Απροσδόκητη απάντηση: {status}.", f"An unexpected answer: {status}.")


SCHEDULER_CHECKS: Final[tuple[Check[Deployment], ...]] = (
    Check("cron_closed", Bilingual("Κλήσεις τρίτων", "Calls of others"), closed),
    Check("cron_sending", Bilingual("Κλήσεις για αποστολή", "Calls for sending"), sending_calls),
    Check("cron_geocoding", Bilingual("Κλήσεις για τον χάρτη", "Calls for the map"), geocoding_calls),
)
TRY_CALL: Final[Check[Deployment]] = Check("cron_try", Bilingual("Δοκιμαστική κλήση", "A call for trial"), try_call)

_NONE_THERE: Final = Bilingual(
    "Ο διακομιστής δεν έχει CRON_SECRET: δεν δέχεται κλήσεις (ή τις δέχεται από όλους, με NODE_ENV=development).",
    "The server has no CRON_SECRET: it takes no calls (or everybody's, with NODE_ENV=development).",
)
_SET_IT_THERE: Final = Bilingual(
    "Βάλτε εκεί ένα («kkdesk cron new-secret»), και ξεκινήστε τον ξανά.",
    "Put one there (“kkdesk cron new-secret”), and start it again.",
)
_OPEN: Final = Bilingual("Όποιος θέλει ξεκινά αποστολές.", "Anybody can make it send.")
_CLOSE_IT: Final = Bilingual("Δείτε τι απαντά στη θέση των υπηρεσιών.", "See what answers in the endpoints' place.")
_NEVER: Final = Bilingual("Δεν ήρθε ποτέ κλήση.", "No call has ever come.")
_SET_UP: Final = Bilingual(
    "Τρέξτε «kkdesk cron setup»· χωρίς κλήσεις αυτό γίνεται μόνο όσο κάποιος έχει ανοιχτό το KK Desk.",
    "Run “kkdesk cron setup”; without calls this is only done while somebody has KK Desk open.",
)
_SEE_STATUS: Final = Bilingual(
    "Δείτε με «kkdesk cron status» τι έγιναν οι κλήσεις.", "See by “kkdesk cron status” what became of the calls."
)
_NOT_WELL: Final = Bilingual("Οι κλήσεις έρχονται, αλλά αποτυγχάνουν.", "Calls come, but fail.")
_NONE_HERE: Final = Bilingual("Αυτός ο υπολογιστής δεν έχει CRON_SECRET.", "This computer has no CRON_SECRET.")
_SET_IT_HERE: Final = Bilingual("Δώστε αυτό του διακομιστή.", "Give the server's.")
_OTHER_KEY: Final = Bilingual("Ο διακομιστής έχει άλλο CRON_SECRET.", "The server has another CRON_SECRET.")
_SAME_KEY: Final = Bilingual(
    "Βάλτε το ίδιο εδώ και εκεί, και τρέξτε «kkdesk cron setup».",
    "Put the same here and there, and run “kkdesk cron setup”.",
)
_NOT_READABLE: Final = Bilingual(
    "Η απάντηση δεν διαβάζεται, ή ξεπερνά όσα δέχεται το cron-job.org (64 KB).",
    "The answer cannot be read, or is more than cron-job.org takes (64 KB).",
)
