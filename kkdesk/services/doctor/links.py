"""Checks of what recipients meet: do the server and this computer sign alike, and is nobody led astray?

All of it with links of a mail that does not exist: whatever the server does with them, no customer's record changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.doctor.asking import Answer
from kkdesk.services.doctor.check import NOT_CONFIGURED, CannotTell, Check, Finding
from kkdesk.services.doctor.deployment import DESTINATION, Deployment
from kkdesk.services.doctor.words import SAYS_NOTHING, SEE_WHAT_STANDS_BETWEEN, TOO_MANY, failed, ok, shown, warning
from kkdesk.services.mail.tracking import Signer, form_encoded

#: What every answer of the endpoints carries, and what it must hold; empty: anything.
WANTED_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_HSTS: Final = "strict-transport-security"
_CLICK: Final = "/api/email/click"
_UNSUBSCRIBE: Final = "/api/unsubscribe"


async def secret_there(deployment: Deployment) -> Finding:
    """Has the server a tracking secret?"""
    tracking = (await deployment.told()).get("tracking")
    if not isinstance(tracking, str):
        raise CannotTell(SAYS_NOTHING)
    if tracking == "ok":
        return ok("Ο διακομιστής έχει EMAIL_TRACKING_SECRET.", "The server has an EMAIL_TRACKING_SECRET.")
    return failed(_NONE_THERE, _SET_IT_THERE, exit_code=NOT_CONFIGURED)


async def signatures(deployment: Deployment) -> Finding:
    """Does the server take links that this computer signs?"""
    await deployment.told()
    if deployment.signer is None:
        return failed(_NONE_HERE, _SET_IT_HERE, exit_code=NOT_CONFIGURED)
    answer = await deployment.ask(_CLICK, _query(deployment.signer.click_url(*deployment.mail, DESTINATION)))
    if answer.status == 302 and answer.headers.get("location") == DESTINATION:
        return ok("Το ίδιο EMAIL_TRACKING_SECRET εδώ και εκεί.", "The same EMAIL_TRACKING_SECRET here and there.")
    if answer.location:
        return failed(_LED_ELSEWHERE, SEE_WHAT_STANDS_BETWEEN, status=answer.status)
    if answer.status == 429:
        raise CannotTell(TOO_MANY)
    if answer.status != 400:
        return failed(_strange(answer), SEE_WHAT_STANDS_BETWEEN, status=answer.status)
    if (await deployment.told()).get("tracking") not in ("ok", None):
        return failed(_NONE_THERE, _SET_IT_THERE, exit_code=NOT_CONFIGURED)
    return failed(_OTHER_SECRET, _SAME_SECRET)


async def forgeries(deployment: Deployment) -> Finding:
    """Does a link without a good signature lead anywhere?"""
    unsigned = f"{_mail_query(deployment)}&u={form_encoded(DESTINATION)}"
    # Right in form, and signed with a key that nobody has.
    forged = _query(Signer(deployment.mail[0], deployment.origin).click_url(*deployment.mail, DESTINATION))
    for query in (unsigned, forged):
        answer = await deployment.ask(_CLICK, query)
        if answer.location:
            return failed(_OPEN_REDIRECT, _TAKE_IT_DOWN, status=answer.status)
        if answer.status == 429:
            raise CannotTell(TOO_MANY)
        if answer.status != 400:
            return failed(_strange(answer), SEE_WHAT_STANDS_BETWEEN, status=answer.status)
    return ok(
        "Σύνδεσμοι χωρίς υπογραφή ή με ξένη δεν οδηγούν πουθενά.",
        "Links that are not signed, or by somebody else, lead nowhere.",
    )


async def pixel(deployment: Deployment) -> Finding:
    """Is the picture of an open there, and fetched anew each time?"""
    # Not signed: it is shown all the same, and is no open.
    answer = await deployment.ask("/api/email/tracking", _mail_query(deployment))
    if answer.status != 200 or not answer.media_type.startswith("image/") or not answer.content.startswith(b"GIF8"):
        return failed(_NO_PICTURE, SEE_WHAT_STANDS_BETWEEN, status=answer.status, type=shown(answer.media_type))
    if "no-store" not in answer.headers.get("cache-control", "").lower() or answer.headers.get("age", "0") != "0":
        return failed(_CACHED, _DO_NOT_CACHE)
    return ok("Η εικόνα φτάνει και δεν κρατιέται πουθενά.", "The picture arrives and is kept nowhere.")


async def unsubscribing(deployment: Deployment) -> Finding:
    """Does the page arrive, and would a mail program's one-click request?

    The mail does not exist, so that the page is the one for broken links and the request is refused: that both are the
    endpoints' own answers, without a redirect or a cookie, is what can be seen without touching anybody.
    """
    signer = deployment.signer or Signer(deployment.mail[0], deployment.origin)
    query = _query(signer.unsubscribe_url(*deployment.mail))
    page = await deployment.ask(_UNSUBSCRIBE, query, headers={"Accept": "text/html"})
    forged = _query(Signer(deployment.mail[0], deployment.origin).unsubscribe_url(*deployment.mail))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    one_click = await deployment.ask(
        _UNSUBSCRIBE, forged, method="POST", headers=form, body=b"List-Unsubscribe=One-Click"
    )
    if 429 in (page.status, one_click.status):
        raise CannotTell(TOO_MANY)
    if any(answer.status == 503 and "retry-after" in answer.headers for answer in (page, one_click)):
        raise CannotTell(_AWAY)
    if page.location or one_click.location:
        return failed(_REDIRECTED, SEE_WHAT_STANDS_BETWEEN)
    if page.status != 400 or page.media_type != "text/html":
        return failed(_strange(page), SEE_WHAT_STANDS_BETWEEN, status=page.status)
    if one_click.status != 400:
        return failed(_one_click_fails(one_click), SEE_WHAT_STANDS_BETWEEN, status=one_click.status)
    if "set-cookie" in page.headers or b"<script" in page.content.lower():
        return warning(_COOKIE_OR_SCRIPT, SEE_WHAT_STANDS_BETWEEN)
    return ok(
        "Η σελίδα και το αίτημα ενός κλικ (RFC 8058) φτάνουν στον διακομιστή.",
        "The page and the one-click request (RFC 8058) arrive at the server.",
    )


async def headers(deployment: Deployment) -> Finding:
    """Do answers arrive with the headers that protect those who open them?"""
    await deployment.told()
    answer = await deployment.health()
    missing = [name for name, value in WANTED_HEADERS.items() if value not in answer.headers.get(name, "").lower()]
    if deployment.encrypted and _HSTS not in answer.headers:
        missing.append(_HSTS)
    if missing:
        listed = ", ".join(missing)
        found = Bilingual(f"Λείπουν ή άλλαξαν: {listed}.", f"Missing or changed: {listed}.")
        return warning(found, _LEAVE_HEADERS, missing=missing)
    return ok("Είναι όλες εκεί.", "All of them are there.")


def _query(url: str) -> str:
    return urlsplit(url).query


def _mail_query(deployment: Deployment) -> str:
    campaign, recipient = deployment.mail
    return f"cid={campaign}&rid={recipient}"


def _strange(answer: Answer) -> Bilingual:
    kind = shown(answer.media_type) or "…"
    return Bilingual(
        f"Απροσδόκητη απάντηση: {answer.status}, {kind}.", f"An unexpected answer: {answer.status}, {kind}."
    )


def _one_click_fails(answer: Answer) -> Bilingual:
    return Bilingual(
        f"Το αίτημα ενός κλικ των προγραμμάτων αλληλογραφίας δεν φτάνει: {answer.status} αντί για 400.",
        f"The one-click request of mail programs does not arrive: {answer.status} instead of 400.",
    )


LINK_CHECKS: Final[tuple[Check[Deployment], ...]] = (
    Check("tracking_secret", Bilingual("Κλειδί συνδέσμων εκεί", "Key of links there"), secret_there),
    Check("signatures", Bilingual("Συμφωνία υπογραφών", "Agreement of signatures"), signatures),
    Check("forgeries", Bilingual("Πλαστοί σύνδεσμοι", "Forged links"), forgeries),
    Check("pixel", Bilingual("Εικόνα ανοίγματος", "Picture of opens"), pixel),
    Check("unsubscribing", Bilingual("Διαγραφή από τη λίστα", "Unsubscribing"), unsubscribing),
    Check("headers", Bilingual("Κεφαλίδες ασφαλείας", "Security headers"), headers),
)

_NONE_THERE: Final = Bilingual(
    "Ο διακομιστής δεν έχει EMAIL_TRACKING_SECRET: κανένας σύνδεσμος δεν δουλεύει.",
    "The server has no EMAIL_TRACKING_SECRET: no link works.",
)
_SET_IT_THERE: Final = Bilingual(
    "Βάλτε εκεί το ίδιο που έχει αυτός ο υπολογιστής, και ξεκινήστε τον ξανά.",
    "Put the one of this computer there, and start it again.",
)
_NONE_HERE: Final = Bilingual(
    "Αυτός ο υπολογιστής δεν έχει EMAIL_TRACKING_SECRET, και θα έφτιαχνε άλλο από του διακομιστή.",
    "This computer has no EMAIL_TRACKING_SECRET, and would make another one than the server's.",
)
_SET_IT_HERE: Final = Bilingual(
    "Δώστε το ίδιο, ως μεταβλητή περιβάλλοντος ή στην κλειδοθήκη, πριν από την πρώτη αποστολή.",
    "Give the same one, as an environment variable or in the keyring, before anything is sent.",
)
_OTHER_SECRET: Final = Bilingual(
    "Ο διακομιστής έχει άλλο EMAIL_TRACKING_SECRET: οι σύνδεσμοι των μηνυμάτων από εδώ δεν δουλεύουν.",
    "The server has another EMAIL_TRACKING_SECRET: links of mails that leave from here do not work.",
)
_SAME_SECRET: Final = Bilingual(
    "Βάλτε το ίδιο εδώ και εκεί. Σύνδεσμοι που έχουν ήδη σταλεί δουλεύουν μόνο με εκείνο που τους υπέγραψε.",
    "Put the same one here and there. Links that were mailed already work only with the one that signed them.",
)
_LED_ELSEWHERE: Final = Bilingual(
    "Ένας υπογεγραμμένος σύνδεσμος δεν οδηγεί εκεί που υπογράφηκε.",
    "A signed link does not lead where it was signed to.",
)
_AWAY: Final = Bilingual("Ο διακομιστής δεν φτάνει στη βάση του.", "The server does not reach its database.")
_OPEN_REDIRECT: Final = Bilingual(
    "Όποιος θέλει στέλνει κόσμο οπουδήποτε μέσω της διεύθυνσής σας.",
    "Anybody can send people anywhere by way of your address.",
)
_TAKE_IT_DOWN: Final = Bilingual(
    "Αυτές δεν είναι οι υπηρεσίες του KK Desk, ή κάτι άλλαξε τις απαντήσεις τους: διορθώστε το αμέσως.",
    "These are not KK Desk's endpoints, or something changes their answers: put it right at once.",
)
_NO_PICTURE: Final = Bilingual(
    "Η εικόνα που μετρά τα ανοίγματα δεν φτάνει.", "The picture that counts opens does not arrive."
)
_CACHED: Final = Bilingual(
    "Η εικόνα κρατιέται ενδιάμεσα: μόνο το πρώτο άνοιγμα θα μετρούσε.",
    "The picture is kept on the way: only the first open would count.",
)
_DO_NOT_CACHE: Final = Bilingual(
    "Εξαιρέστε το /api/ από την προσωρινή αποθήκευση (CDN, proxy).", "Exempt /api/ from caching (CDN, proxy)."
)
_REDIRECTED: Final = Bilingual(
    "Η διαγραφή ανακατευθύνεται· τα προγράμματα αλληλογραφίας δεν ακολουθούν (RFC 8058).",
    "Unsubscribing is redirected; mail programs do not follow (RFC 8058).",
)
_COOKIE_OR_SCRIPT: Final = Bilingual(
    "Κάτι προσθέτει cookie ή script στη σελίδα διαγραφής.",
    "Something adds a cookie or a script to the unsubscribe page.",
)
_LEAVE_HEADERS: Final = Bilingual(
    "Ο διακομιστής που στέκεται μπροστά δεν πρέπει να τις αφαιρεί.",
    "The server that stands in front must not take them away.",
)
