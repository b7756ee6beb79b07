"""Checks of the server: its name, its certificate, and what `GET /api/health` says."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin

from kkdesk import __version__
from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.answers import plain_address
from kkdesk.services.dns_lookups import Standing
from kkdesk.services.doctor.asking import Answer, NoAnswer
from kkdesk.services.doctor.certificate import Untrusted
from kkdesk.services.doctor.check import NOT_REACHED, CannotTell, Check, Finding
from kkdesk.services.doctor.deployment import SEE_LOG, Deployment, read_object, silence, whole_of
from kkdesk.services.doctor.sign_in import desktops
from kkdesk.services.doctor.words import SAYS_NOTHING, failed, ok, shown, warning
from kkdesk.services.link_check import is_public

#: Days before the end of a certificate at which it should have been renewed.
RENEW_DAYS: Final = 14
#: Seconds by which two clocks may differ: signatures and times of opens do not mind, people begin to; then it matters.
CLOCK_SECONDS, CLOCK_MOST = 30, 300
#: Seconds that mail may be overdue: the scheduler comes every minute.
OVERDUE: Final = 900


async def name(deployment: Deployment) -> Finding:
    """Does the name lead to addresses, and over IPv4 too?"""
    four, six = await deployment.records()
    addresses = (*four.values, *six.values)
    facts: dict[str, Any] = {"ipv4": list(four.values), "ipv6": list(six.values)}
    if not addresses:
        if Standing.UNKNOWN in (four.standing, six.standing):
            return failed(_NO_NAME_SERVER, _CHECK_NETWORK, exit_code=NOT_REACHED, **facts)
        return failed(_NO_SUCH_NAME, _MAKE_RECORDS, **facts)
    if not four.values:
        return failed(_NO_IPV4, _MAKE_RECORDS, **facts)
    listed = ", ".join(addresses[:4])
    if not deployment.on_this_computer and not all(map(is_public, addresses)):
        found = Bilingual(
            f"Οδηγεί σε διεύθυνση ιδιωτικού δικτύου: {listed}.",
            f"It leads to an address of a private network: {listed}.",
        )
        return warning(found, _MAKE_PUBLIC, **facts)
    return ok(f"Οδηγεί στο {listed}.", f"It leads to {listed}.", **facts)


async def certificate(deployment: Deployment) -> Finding:
    """Is what travels encrypted, with a certificate that is valid for long enough?"""
    if not deployment.encrypted:
        if deployment.on_this_computer:
            raise CannotTell(_WITHIN)
        return failed(_NOT_ENCRYPTED, _GET_HTTPS)
    try:
        shown_one = await deployment.certificate()
    except Untrusted as untrusted:
        return failed(untrusted.why, untrusted.next_step)
    except NoAnswer as nothing:
        raise CannotTell(silence(nothing)) from None  # told of by `answers`
    days = int((shown_one.ends_at - deployment.clock()) // 86_400)
    by = shown(shown_one.issuer)
    if days < RENEW_DAYS:
        found = Bilingual(f"Λήγει σε {days} ημέρες ({by}).", f"It ends in {days} days ({by}).")
        return warning(found, _RENEW, days=days, issuer=by)
    return ok(f"Ισχύει για {days} ημέρες ({by}).", f"It is valid for {days} days ({by}).", days=days, issuer=by)


async def answers(deployment: Deployment) -> Finding:
    """Do the endpoints answer, and nobody else in their place?"""
    try:
        answer = await deployment.health()
    except NoAnswer as nothing:
        return failed(silence(nothing), _SEE_WHETHER_IT_RUNS, exit_code=NOT_REACHED)
    facts: dict[str, Any] = {"status": answer.status, "milliseconds": round(answer.seconds * 1000)}
    if _guarded_by_vercel(answer):
        return failed(_PROTECTED, _UNPROTECT, **facts)
    if answer.location:
        where = shown(_where(deployment.origin, answer.location))
        found = Bilingual(f"Ανακατευθύνει στο {where}.", f"It redirects to {where}.")
        return failed(found, _NO_REDIRECTS, **facts)
    told = read_object(answer)
    if told is None:
        return failed(*_somebody_else(answer), **facts)
    took = facts["milliseconds"]
    if answer.status == 200:
        return ok(f"Απαντά, σε {took} ms.", f"It answers, in {took} ms.", **facts)
    what = shown(told.get("error", ""))
    found = Bilingual(f"Απαντά με {answer.status}: {what}", f"It answers {answer.status}: {what}")
    return warning(found, None, **facts) if answer.status == 503 else failed(found, SEE_LOG, **facts)


async def version(deployment: Deployment) -> Finding:
    """Is it the version that runs here?"""
    told = await deployment.told()
    there = told.get("version")
    if not isinstance(there, str):
        if told.get("code"):
            raise CannotTell(_NOT_WELL)
        return warning(_NOT_OURS, _WEB_CRM)
    there = shown(there)
    if there != __version__:
        found = Bilingual(f"Εκεί τρέχει η {there}, εδώ η {__version__}.", f"{there} runs there, {__version__} here.")
        return warning(found, _UPDATE, there=there, here=__version__)
    return ok(f"Η ίδια, {there}.", f"The same, {there}.", there=there, here=__version__)


async def database(deployment: Deployment) -> Finding:
    """Does the server reach its database?"""
    told = await deployment.told()
    if told.get("database") == "ok":
        return ok("Ο διακομιστής φτάνει στη βάση του.", "The server reaches its database.")
    code, what = shown(told.get("code", "")), shown(told.get("error", ""))
    if not code:
        raise CannotTell(SAYS_NOTHING)
    found = Bilingual(
        f"Ο διακομιστής δεν φτάνει στη βάση του: {what}", f"The server does not reach its database: {what}"
    )
    return failed(found, _TOKEN if code == "sign_in_needed" else _DATABASE, code=code)


async def queue(deployment: Deployment) -> Finding:
    """Does mail wait for longer than it should?"""
    figures = (await deployment.told()).get("queue")
    if not isinstance(figures, dict):
        raise CannotTell(SAYS_NOTHING)
    mails, due = whole_of(figures, "mails"), whole_of(figures, "oldestDueAt")
    overdue = int(deployment.clock()) - due if due else 0
    facts = {"mails": mails, "overdue_seconds": max(overdue, 0)}
    if overdue > OVERDUE:
        minutes = overdue // 60
        found = Bilingual(
            f"Μια αποστολή έπρεπε να είχε ξεκινήσει πριν από {minutes} λεπτά.",
            f"A job should have begun {minutes} minutes ago.",
        )
        return warning(found, _SEE_SCHEDULER, **facts)
    return ok(f"Μηνύματα που περιμένουν: {mails}.", f"Mails that wait: {mails}.", **facts)


async def clock(deployment: Deployment) -> Finding:
    """Do the server's clock and ours agree?"""
    told = await deployment.told()
    answer = await deployment.health()
    there = _time_of(told, answer)
    if there is None:
        raise CannotTell(SAYS_NOTHING)
    seconds = round(there - answer.at)
    off = abs(seconds)
    if off <= CLOCK_SECONDS:
        return ok(
            f"Συμφωνεί με αυτό εδώ (διαφορά {off} δ.).", f"It agrees with this one (by {off} s).", seconds=seconds
        )
    el, en = ("μπροστά από", "ahead of") if seconds > 0 else ("πίσω από", "behind")
    found = Bilingual(
        f"Το ρολόι του διακομιστή είναι {off} δευτερόλεπτα {el} αυτό εδώ.",
        f"The server's clock is {off} seconds {en} this one.",
    )
    return (failed if off > CLOCK_MOST else warning)(found, _SET_CLOCKS, seconds=seconds)


def _time_of(told: Mapping[str, Any], answer: Answer) -> float | None:
    """The server's own word; else its header, which may be that of who stands in front of it."""
    clock = told.get("clock")
    if isinstance(clock, dict) and (now := whole_of(clock, "now")):
        return float(now)
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def _guarded_by_vercel(answer: Answer) -> bool:
    at_vercel = "x-vercel-id" in answer.headers or answer.headers.get("server", "").lower() == "vercel"
    return at_vercel and (answer.status in (401, 403) or "vercel.com/sso" in answer.location)


def _somebody_else(answer: Answer) -> tuple[Bilingual, Bilingual]:
    if not answer.whole:
        return _TOO_LONG, _ANOTHER_SITE
    kind = shown(answer.media_type) or "…"
    el, en = f"Απαντά με {answer.status} και {kind}, όχι JSON.", f"It answers {answer.status} with {kind}, not JSON."
    return Bilingual(el, en), _ANOTHER_SITE


def _where(origin: str, location: str) -> str:
    try:
        return plain_address(urljoin(f"{origin}/api/health", location)) or "…"
    except ValueError:
        return "…"  # what it names is no address


SERVER_CHECKS: Final[tuple[Check[Deployment], ...]] = (
    Check("name", Bilingual("Όνομα", "Name"), name),
    Check("certificate", Bilingual("Πιστοποιητικό", "Certificate"), certificate),
    Check("answers", Bilingual("Υπηρεσίες", "Endpoints"), answers),
    Check("version", Bilingual("Έκδοση", "Version"), version),
    Check("database", Bilingual("Βάση", "Database"), database),
    Check("queue", Bilingual("Ουρά", "Queue"), queue),
    Check("clock", Bilingual("Ρολόι", "Clock"), clock),
    Check("desktops", Bilingual("Σύνδεση από υπολογιστές", "Sign-in from desktops"), desktops),
)

_NO_NAME_SERVER: Final = Bilingual("Οι διακομιστές ονομάτων δεν απαντούν.", "The name servers do not answer.")
_CHECK_NETWORK: Final = Bilingual("Ελέγξτε τη σύνδεση αυτού του υπολογιστή.", "Check this computer's connection.")
_NO_SUCH_NAME: Final = Bilingual(
    "Το όνομα δεν υπάρχει, ή δεν έχει διεύθυνση.", "The name does not exist, or has no address."
)
_NO_IPV4: Final = Bilingual(
    "Δεν έχει διεύθυνση IPv4· το cron-job.org και πολλοί παραλήπτες δεν χρησιμοποιούν IPv6.",
    "It has no IPv4 address; cron-job.org and many recipients do not use IPv6.",
)
_MAKE_RECORDS: Final = Bilingual(
    "Φτιάξτε στο DNS εγγραφή A (ή CNAME) που οδηγεί στον διακομιστή.",
    "Make an A (or CNAME) record in the DNS that leads to the server.",
)
_MAKE_PUBLIC: Final = Bilingual(
    "Βεβαιωθείτε ότι έξω από το δίκτυό σας οδηγεί σε δημόσια διεύθυνση.",
    "Make sure that outside your network it leads to a public one.",
)
_WITHIN: Final = Bilingual("Η διεύθυνση είναι αυτός ο υπολογιστής.", "The address is this computer.")
_NOT_ENCRYPTED: Final = Bilingual(
    "Η διεύθυνση αρχίζει με http://: σύνδεσμοι και κλειδιά ταξιδεύουν φανερά.",
    "The address begins with http://: links and keys travel in the open.",
)
_GET_HTTPS: Final = Bilingual(
    "Δώστε https:// στο NEXTAUTH_URL, με διακομιστή που μιλά TLS.",
    "Give NEXTAUTH_URL as https://, with a server that speaks TLS.",
)
_RENEW: Final = Bilingual(
    "Δείτε γιατί δεν ανανεώθηκε μόνο του, και ανανεώστε το.", "See why it was not renewed by itself, and renew it."
)
_SEE_WHETHER_IT_RUNS: Final = Bilingual(
    "Δείτε αν τρέχει ο διακομιστής, και τι λέει το ημερολόγιό του.",
    "See whether the server runs, and what its log says.",
)
_PROTECTED: Final = Bilingual(
    "Το «Deployment Protection» της Vercel ζητά σύνδεση από όλους.",
    "Vercel's Deployment Protection asks everybody to sign in.",
)
_UNPROTECT: Final = Bilingual(
    "Χρησιμοποιήστε το όνομα παραγωγής του έργου, ή κλείστε το στο «Settings», «Deployment Protection».",
    "Use the project's production name, or switch it off in Settings, Deployment Protection.",
)
_NO_REDIRECTS: Final = Bilingual(
    "Δώστε τη διεύθυνση στην οποία καταλήγει: το cron-job.org δεν ακολουθεί ανακατευθύνσεις.",
    "Give the address where it ends: cron-job.org follows no redirects.",
)
_TOO_LONG: Final = Bilingual("Η απάντηση δεν έχει τέλος.", "The answer has no end.")
_ANOTHER_SITE: Final = Bilingual(
    "Ελέγξτε ότι η διεύθυνση είναι των υπηρεσιών του KK Desk, και ότι τίποτα δεν απαντά στη θέση τους.",
    "Check that the address is that of KK Desk's endpoints, and that nothing answers in their place.",
)
_NOT_WELL: Final = Bilingual("Ο διακομιστής δεν είναι καλά.", "The server is not well.")
_NOT_OURS: Final = Bilingual("Εκεί δεν τρέχουν οι υπηρεσίες του KK Desk.", "These are not KK Desk's endpoints.")
_WEB_CRM: Final = Bilingual(
    "Αν είναι το CRM στον ιστό, οι σύνδεσμοι δουλεύουν με το ίδιο EMAIL_TRACKING_SECRET· όσα ακολουθούν το δείχνουν.",
    "If it is the web CRM, links work with the same EMAIL_TRACKING_SECRET; what follows shows whether they do.",
)
_UPDATE: Final = Bilingual("Ενημερώστε την παλαιότερη.", "Update the older one.")
_DATABASE: Final = Bilingual(
    "Ελέγξτε εκεί το DATABASE_URL, και αν η βάση απαντά.", "Check DATABASE_URL there, and whether the database answers."
)
_TOKEN: Final = Bilingual(
    "Βάλτε εκεί νέο DATABASE_AUTH_TOKEN που μπορεί να γράφει.", "Put a new DATABASE_AUTH_TOKEN there that may write."
)
_SEE_SCHEDULER: Final = Bilingual(
    "Δείτε με «kkdesk cron status» αν έρχονται οι κλήσεις, και με «kkdesk campaign show» τι κρατά την αποστολή.",
    "See by “kkdesk cron status” whether calls come, and by “kkdesk campaign show” what holds it.",
)
_SET_CLOCKS: Final = Bilingual(
    "Ρυθμίστε στα δύο το ρολόι από το δίκτυο (NTP).", "Have both clocks set by the network (NTP)."
)
