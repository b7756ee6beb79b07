"""Checks of this installation: what is configured here, and what is missing. They leave everything as it was."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, system_clock
from kkdesk.model.errors import NotFound, SecretsUnavailable
from kkdesk.services.company_database import company_url
from kkdesk.services.cron_jobs.answers import host_of
from kkdesk.services.doctor.check import NOT_CONFIGURED, Check, Finding
from kkdesk.services.doctor.sign_in import sign_in, token_key
from kkdesk.services.doctor.words import failed, ok, shown, warning
from kkdesk.services.entry import Entry
from kkdesk.services.mail.tracking import origin_of
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile

if TYPE_CHECKING:
    from kkdesk.store.local import LocalDatabase
    from kkdesk.store.remote import RemoteDatabase

#: Characters of a secret below which somebody may guess it.
SHORT: Final = 16


class Installation:
    """One profile, with its settings and secrets; nothing is opened before a check asks for it."""

    def __init__(self, profile: Profile, settings: Settings, secrets: Secrets, clock: Clock = system_clock) -> None:
        """Touches nothing yet."""
        self.profile = profile
        self.settings = settings
        self.secrets = secrets
        self.clock = clock

    @cached_property
    def entry(self) -> Entry:
        """Who has signed in, and where tokens come from."""
        return Entry(self.profile, self.settings, self.secrets, self.clock)

    def database(self) -> RemoteDatabase | LocalDatabase:
        """The database as it is, not connected yet; the caller closes it.

        Raises `InvalidInput` for an address that is none, `NotFound` where there is no file: none is to be made, and
        `SignInNeeded` where people sign in and nobody has.
        """
        if url := company_url(self.settings):
            from kkdesk.store.remote import RemoteDatabase

            return RemoteDatabase(url, self.entry.tokens().token)
        from kkdesk.store.local import LocalDatabase

        if not self.profile.database.exists():
            raise _no_file(self.profile)
        return LocalDatabase(self.profile.database, self.clock)


async def database(here: Installation) -> Finding:
    """Is the database there, and of this version?"""
    if url := company_url(here.settings):
        return await _company_database(here, shown(host_of(url)))
    path = here.profile.database
    if not path.exists():
        missing = _no_file(here.profile)
        return failed(missing.what, missing.next_step, exit_code=NOT_CONFIGURED, file=str(path))
    due = await asyncio.to_thread(_pending, path)
    if due:
        found = Bilingual(f"Θέλει ενημέρωση: {path}", f"It wants upgrading: {path}")
        return warning(found, _UPGRADE, file=str(path), pending=due)
    return ok(f"Υπάρχει και είναι ενημερωμένη: {path}", f"It is there and up to date: {path}", file=str(path))


async def _company_database(here: Installation, host: str) -> Finding:
    db = here.database()
    try:
        await db.query("SELECT 1")
    finally:
        await db.close()
    return ok(f"Η βάση της εταιρείας απαντά ({host}).", f"The company's database answers ({host}).", host=host)


def _pending(path: Path) -> list[str]:
    from kkdesk.store.local import connect_to_read
    from kkdesk.store.migrate import pending
    from kkdesk.store.sqlite_errors import sqlite_errors

    with sqlite_errors(str(path)), closing(connect_to_read(path)) as connection:
        return [migration.name for migration in pending(connection)]


async def keyring(here: Installation) -> Finding:
    """Does the keyring keep a secret, of the length of a private key too, and give it back?"""
    try:
        name = await here.secrets.try_keyring()
    except SecretsUnavailable as error:
        return warning(error.what, error.next_step, code=error.code)
    return ok("Κρατά μυστικά και τα δίνει πίσω.", "It keeps secrets and gives them back.", backend=name)


async def tracking_secret(here: Installation) -> Finding:
    """Is there a key that signs links?"""
    # Where neither the environment nor a keyring has it, none can be kept: nothing is sent, and that is a failure.
    secret = await here.secrets.get("EMAIL_TRACKING_SECRET")
    if not secret:
        return warning(_NO_TRACKING, _SAME_AS_SERVER)
    if len(secret) < SHORT:
        return warning(_too_short("EMAIL_TRACKING_SECRET"), _MAKE_LONGER)
    return _where(here, "EMAIL_TRACKING_SECRET")


async def cron_secret(here: Installation) -> Finding:
    """Is there a key of the scheduler's calls?"""
    try:
        secret = await here.secrets.get("CRON_SECRET")
    except SecretsUnavailable:
        secret = ""
    if not secret:
        return warning(_NO_CRON, _NEW_CRON)
    if not secret.isascii() or not secret.isprintable() or secret != secret.strip():
        return failed(_NOT_IN_HEADER, _NEW_CRON)
    if len(secret) < SHORT:
        return warning(_too_short("CRON_SECRET"), _MAKE_LONGER)
    return _where(here, "CRON_SECRET")


async def public_address(here: Installation) -> Finding:
    """Do links of mails lead to an address that can be one?"""
    text = here.settings.text("NEXTAUTH_URL")
    origin = origin_of(text)
    if not text:
        return failed(_NO_ADDRESS, _GIVE_ADDRESS, exit_code=NOT_CONFIGURED)
    if origin is None:
        return failed(_BAD_ADDRESS, _GIVE_ADDRESS, exit_code=NOT_CONFIGURED)
    host = host_of(origin)
    if host in ("localhost", "127.0.0.1", "::1"):
        found = Bilingual(f"Το {origin} το φτάνει μόνο αυτός ο υπολογιστής.", f"Only this computer reaches {origin}.")
        return warning(found, _GIVE_ADDRESS, origin=origin)
    if not origin.startswith("https://"):
        found = Bilingual(f"Το {origin} δεν αρχίζει με https://.", f"{origin} does not begin with https://.")
        return warning(found, _GIVE_ADDRESS, origin=origin)
    found_en = f"{origin}. Whether it answers is told by “kkdesk doctor --cloud”."
    return ok(f"{origin}. Αν απαντά το λέει το «kkdesk doctor --cloud».", found_en, origin=origin)


async def mail(here: Installation) -> Finding:
    """Is there a way for mails to leave?"""
    from kkdesk.services.mail.outgoing import Ways, open_transport

    server = here.settings.text("SMTP_HOST")
    way = here.settings.text("EMAIL_TRANSPORT").lower() or ("smtp" if server else "folder")
    if way == "folder":
        return warning(_TO_FOLDER, _GIVE_SERVER, way=way)
    # Asked only for the account of the Gmail API. Nothing is connected to a mail server before there is a mail.
    db = here.database()
    try:
        org_id = here.settings.text("DEFAULT_ORG_ID")
        transport = await open_transport(Ways(here.settings, here.secrets, here.profile, here.clock, db, org_id))
        await transport.close()
    finally:
        await db.close()
    by = shown(server if way == "smtp" else here.settings.text("GMAIL_ACCOUNT"))
    return ok(f"Ρυθμισμένος: {way}, {by}.", f"Configured: {way}, {by}.", way=way)


def _where(here: Installation, name: str) -> Finding:
    if here.settings.from_environment(name) is not None:
        return ok("Το δίνει το περιβάλλον.", "The environment gives it.", source="environment")
    return ok("Το κρατά η κλειδοθήκη.", "The keyring keeps it.", source="keyring")


def _too_short(name: str) -> Bilingual:
    return Bilingual(
        f"Το {name} έχει λιγότερους από {SHORT} χαρακτήρες, και ίσως μαντεύεται.",
        f"{name} has fewer than {SHORT} characters, and may be guessed.",
    )


def _no_file(profile: Profile) -> NotFound:
    path = profile.database
    return NotFound(
        Bilingual(f"Δεν υπάρχει βάση: {path}", f"There is no database: {path}"),
        next_step=Bilingual(
            "Ανοίξτε το παράθυρο ή τρέξτε «kkdesk db init»· για τη βάση της εταιρείας δώστε DATABASE_URL.",
            "Open the window or run “kkdesk db init”; for the company's database give DATABASE_URL.",
        ),
    )


INSTALLATION_CHECKS: Final[tuple[Check[Installation], ...]] = (
    Check("database", Bilingual("Βάση", "Database"), database),
    Check("keyring", Bilingual("Κλειδοθήκη", "Keyring"), keyring),
    Check("sign_in", Bilingual("Σύνδεση με Google", "Sign-in with Google"), sign_in),
    Check("token_key", Bilingual("Κλειδί των token", "Key of stored tokens"), token_key),
    Check("public_address", Bilingual("Δημόσια διεύθυνση", "Public address"), public_address),
    Check("tracking_secret", Bilingual("Κλειδί συνδέσμων", "Key of links"), tracking_secret),
    Check("cron_secret", Bilingual("Κλειδί κλήσεων", "Key of calls"), cron_secret),
    Check("mail", Bilingual("Αποστολή", "Sending"), mail),
)

_UPGRADE: Final = Bilingual("Τρέξτε «kkdesk db upgrade».", "Run “kkdesk db upgrade”.")
_NO_TRACKING: Final = Bilingual(
    "Λείπει το EMAIL_TRACKING_SECRET· με την πρώτη αποστολή θα φτιαχτεί νέο.",
    "EMAIL_TRACKING_SECRET is missing; a new one is made when something is sent first.",
)
_SAME_AS_SERVER: Final = Bilingual(
    "Αν υπάρχει ήδη διακομιστής ή άλλος υπολογιστής, δώστε πρώτα το δικό του.",
    "If there is a server or another computer already, give its own first.",
)
_NO_CRON: Final = Bilingual(
    "Λείπει το CRON_SECRET: το cron-job.org δεν ρυθμίζεται από εδώ.",
    "CRON_SECRET is missing: cron-job.org cannot be set up from here.",
)
_NEW_CRON: Final = Bilingual(
    "Δώστε το ίδιο που έχει ο διακομιστής, ή φτιάξτε νέο με «kkdesk cron new-secret».",
    "Give the one that the server has, or make a new one by “kkdesk cron new-secret”.",
)
_NOT_IN_HEADER: Final = Bilingual("Το CRON_SECRET δεν χωρά σε κεφαλίδα HTTP.", "CRON_SECRET fits into no HTTP header.")
_MAKE_LONGER: Final = Bilingual(
    "Φτιάξτε ένα τυχαίο, μεγαλύτερο, και βάλτε το ίδιο παντού.",
    "Make a random, longer one, and put the same everywhere.",
)
_NO_ADDRESS: Final = Bilingual(
    "Λείπει το NEXTAUTH_URL: χωρίς αυτό δεν στέλνεται τίποτα.", "NEXTAUTH_URL is missing: nothing is sent without it."
)
_BAD_ADDRESS: Final = Bilingual("Το NEXTAUTH_URL δεν είναι διεύθυνση.", "NEXTAUTH_URL is no address.")
_GIVE_ADDRESS: Final = Bilingual(
    "Δώστε τη δημόσια διεύθυνση των υπηρεσιών, π.χ. https://links.example.gr.",
    "Give the public address of the endpoints, such as https://links.example.gr.",
)
_TO_FOLDER: Final = Bilingual(
    "Δεν υπάρχει διακομιστής αλληλογραφίας: τα μηνύματα γίνονται αρχεία.",
    "There is no mail server: mails become files.",
)
_GIVE_SERVER: Final = Bilingual(
    "Δώστε SMTP_HOST και τα υπόλοιπα στις Ρυθμίσεις, εκτός αν στέλνει ο διακομιστής.",
    "Give SMTP_HOST and the rest in Settings, unless the server sends.",
)
