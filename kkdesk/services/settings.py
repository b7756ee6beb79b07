"""Settings: one declaration of each, read from the environment, else from the profile, else its default.

The environment's names are the web CRM's, so that both run on the same `.env`. Secrets are declared here too, but
their values come from the environment or the system keyring only (`kkdesk.services.secrets`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput

if TYPE_CHECKING:
    from kkdesk.store.profile import Profile


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its environment variable, its default as text, and what it is for."""

    name: str
    default: str
    meaning: Bilingual
    secret: bool = False
    #: Older or other names under which the environment may hold it.
    also: tuple[str, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting("KKDESK_LANGUAGE", "el", Bilingual("Γλώσσα: el ή en", "Language: el or en")),
    Setting("KKDESK_THEME", "system", Bilingual("Θέμα: system, light, dark", "Theme: system, light, dark")),
    Setting("DEFAULT_ORG_ID", "org_kktires", Bilingual("Οργανισμός στον οποίο δουλεύουμε", "Organisation to work in")),
    Setting(
        "DATABASE_URL",
        "",
        Bilingual(
            "Βάση της εταιρείας (libsql://…)· κενό: τοπικό αρχείο",
            "Company's database (libsql://…); empty: a local file",
        ),
        also=("TURSO_DATABASE_URL",),
    ),
    Setting(
        "NEXTAUTH_URL",
        "",
        Bilingual("Δημόσια διεύθυνση των συνδέσμων στα μηνύματα", "Public address of tracking and unsubscribe links"),
    ),
    Setting("SMTP_HOST", "", Bilingual("Διακομιστής αλληλογραφίας", "Mail server; empty: mails go to the mail folder")),
    Setting("SMTP_PORT", "587", Bilingual("Θύρα του διακομιστή αλληλογραφίας", "Mail server's port")),
    Setting(
        "SMTP_SECURE",
        "",
        Bilingual(
            "true: TLS από την αρχή· αλλιώς STARTTLS όπου προσφέρεται", "true: TLS from the start; else STARTTLS"
        ),
    ),
    Setting("SMTP_USER", "", Bilingual("Όνομα χρήστη αλληλογραφίας", "Mail server's user name")),
    Setting("SMTP_FROM", "", Bilingual("Αποστολέας, π.χ. KK Tires <info@…>", "Sender, e.g. KK Tires <info@…>")),
    Setting("SMTP_REPLY_TO", "", Bilingual("Διεύθυνση απαντήσεων", "Reply-To address")),
    Setting(
        "SMTP_CA_FILE", "", Bilingual("Πιστοποιητικά αρχής (PEM) του διακομιστή", "CA certificates (PEM) to trust")
    ),
    Setting("SMTP_TIMEOUT_SECONDS", "300", Bilingual("Όριο αναμονής διακομιστή", "Time-out of server answers")),
    Setting(
        "EMAIL_TRANSPORT",
        "",
        Bilingual(
            "smtp, gmail ή folder· κενό: SMTP_HOST, αλλιώς φάκελος",
            "smtp, gmail or folder; empty: smtp if SMTP_HOST is set, else folder",
        ),
    ),
    Setting("GMAIL_ACCOUNT", "", Bilingual("Λογαριασμός του Gmail API", "Account that the Gmail API sends from")),
    Setting("GOOGLE_CLIENT_ID", "", Bilingual("Πελάτης OAuth της Google", "Google OAuth client")),
    Setting(
        "GOOGLE_DESKTOP_CLIENT_ID",
        "",
        Bilingual(
            "Πελάτης OAuth της Google τύπου «Desktop app», για τη σύνδεση από το KK Desk",
            "Google OAuth client of type “Desktop app”: signs in to KK Desk",
        ),
    ),
    Setting(
        "GOOGLE_ISSUER",
        "https://accounts.google.com",
        Bilingual("Πάροχος ταυτότητας (OpenID Connect)", "OpenID Connect provider that staff sign in with"),
    ),
    Setting(
        "GOOGLE_HOSTED_DOMAIN",
        "",
        Bilingual(
            "Μόνο λογαριασμοί αυτού του τομέα Workspace· κενό: όλοι",
            "Only accounts of this Workspace domain may sign in; empty: any",
        ),
    ),
    Setting(
        "AUTH_BROKER_URL",
        "",
        Bilingual(
            "Διεύθυνση των υπηρεσιών που δίνουν κλειδιά βάσης μετά τη σύνδεση· κενό: σταθερό κλειδί",
            "Address of the endpoints that give database tokens to who has signed in; empty: a fixed token",
        ),
    ),
    Setting(
        "AUTH_ALLOWED_EMAILS",
        "",
        Bilingual(
            "Διευθύνσεις που μπαίνουν (με κόμματα)· όσοι προσκλήθηκαν μπαίνουν επίσης",
            "Addresses that are let in, separated by commas; who was invited is let in, too",
        ),
    ),
    Setting(
        "AUTH_DATABASE_URL",
        "",
        Bilingual(
            "Διεύθυνση της βάσης για τους υπολογιστές· κενό: DATABASE_URL",
            "Address of the database that desktops are told; empty: DATABASE_URL",
        ),
    ),
    Setting(
        "DATABASE_TOKEN_MINUTES",
        "60",
        Bilingual("Διάρκεια των κλειδιών βάσης (2–60)", "Life of the database tokens (2 to 60)"),
    ),
    Setting("TURSO_ORGANIZATION", "", Bilingual("Οργανισμός στο Turso", "Organisation at Turso, to make tokens")),
    Setting("TURSO_DATABASE", "", Bilingual("Όνομα της βάσης στο Turso", "Name of the database at Turso")),
    Setting(
        "TURSO_API_URL",
        "https://api.turso.tech",
        Bilingual("Διεύθυνση του Turso Platform API", "Address of Turso's Platform API"),
    ),
    Setting(
        "KKDESK_LOCK_MINUTES",
        "0",
        Bilingual("Κλείδωμα μετά από λεπτά αδράνειας· 0: ποτέ", "Lock after minutes without input; 0: never"),
    ),
    Setting("DKIM_DOMAIN", "", Bilingual("Τομέας υπογραφής DKIM", "Domain that signs (DKIM); empty: no signature")),
    Setting("DKIM_SELECTOR", "", Bilingual("Επιλογέας DKIM", "DKIM selector")),
    Setting(
        "EMAIL_FEEDBACK_SENDER",
        "",
        Bilingual(
            "Αποστολέας στο Feedback-ID (5–15 χαρακτήρες)", "SenderId of Feedback-ID (5 to 15 characters); empty: none"
        ),
    ),
    Setting(
        "BOUNCE_ADDRESS",
        "",
        Bilingual(
            "Διεύθυνση επιστροφών, π.χ. bounces@… (δέχεται bounces+…@)",
            "Where bounces go, e.g. bounces@… (must take bounces+…@)",
        ),
    ),
    Setting("BOUNCE_IMAP_HOST", "", Bilingual("Διακομιστής IMAP των επιστροφών", "IMAP server of the bounce mailbox")),
    Setting("BOUNCE_IMAP_PORT", "993", Bilingual("Θύρα IMAP (TLS)", "IMAP port (TLS)")),
    Setting("BOUNCE_IMAP_USER", "", Bilingual("Όνομα χρήστη IMAP", "IMAP user name")),
    Setting("BOUNCE_IMAP_FOLDER", "INBOX", Bilingual("Φάκελος των επιστροφών", "Folder that bounces arrive in")),
    Setting(
        "BOUNCE_IMAP_CA_FILE", "", Bilingual("Πιστοποιητικά αρχής (PEM) του IMAP", "CA certificates (PEM) for IMAP")
    ),
    Setting("EMAIL_CRON_TIME_BUDGET_MS", "8000", Bilingual("Χρόνος ανά κλήση cron", "Time budget of one cron call")),
    Setting("EMAIL_CRON_MAX_JOBS", "5", Bilingual("Εργασίες ανά κλήση cron", "Jobs per cron call")),
    Setting("EMAIL_JOB_MAX_ITEMS_PER_RUN", "450", Bilingual("Μηνύματα ανά κλήση", "Mails per job and cron call")),
    Setting("EMAIL_JOB_CONCURRENCY", "4", Bilingual("Ταυτόχρονες συνδέσεις SMTP", "Concurrent SMTP connections")),
    Setting("EMAIL_JOB_LOCK_TIMEOUT_MS", "900000", Bilingual("Διάρκεια δέσμευσης", "Lease of a claimed batch")),
    Setting("EMAIL_JOB_YIELD_DELAY_MS", "0", Bilingual("Παύση μεταξύ κλήσεων", "Delay before a yielded job runs")),
    Setting(
        "EMAIL_ASSET_CLEANUP_ENABLED",
        "1",
        Bilingual(
            "Εικόνες και αρχεία που δεν χρησιμοποιούνται πια: διαγράφονται (0: όχι)",
            "Delete pictures and files of mails that nothing uses any more; 0: never",
        ),
    ),
    Setting(
        "EMAIL_ASSET_CLEANUP_HOURS",
        "24",
        Bilingual(
            "Ώρες χωρίς χρήση ώσπου να φύγει ένα αρχείο από τη βιβλιοθήκη· άλλες τόσες ώσπου να διαγραφεί",
            "Hours unused until a file leaves the library, and as many again until it is deleted",
        ),
    ),
    Setting(
        "EMAIL_ASSET_CLEANUP_LIMIT",
        "200",
        Bilingual("Αρχεία που εξετάζονται ανά κλήση cron (1–500)", "Files looked at per cron call (1 to 500)"),
    ),
    Setting(
        "VERCEL_BLOB_API_URL",
        "https://vercel.com/api/blob",
        Bilingual("Διεύθυνση του API του Vercel Blob", "Address of Vercel Blob's API"),
    ),
    Setting(
        "TRUSTED_PROXIES",
        "",
        Bilingual(
            "Διακομιστές μεσολάβησης (διευθύνσεις, δίκτυα) των οποίων το X-Forwarded-For ισχύει",
            "Proxies (addresses, networks) whose X-Forwarded-For counts, for the endpoints",
        ),
    ),
    Setting(
        "VISITS_PER_MINUTE",
        "12000",
        Bilingual(
            "Ανοίγματα και κλικ το λεπτό από ένα δίκτυο (/24, IPv6 /48)",
            "Opens and clicks a minute taken from one network (/24, IPv6 /48)",
        ),
    ),
    Setting(
        "NOMINATIM_URL",
        "https://nominatim.openstreetmap.org",
        Bilingual(
            "Διακομιστής Nominatim· μαζικά ερωτήματα μόνο σε δικό σας",
            "Nominatim server; jobs use it only when it is not the public one",
        ),
    ),
    Setting(
        "GOOGLE_GEOCODING_URL",
        "https://maps.googleapis.com",
        Bilingual("Διακομιστής του Google Geocoding API", "Server of Google's Geocoding API"),
    ),
    Setting(
        "GEOCODE_CRON_TIME_BUDGET_MS",
        "20000",
        Bilingual(
            "Χρόνος εύρεσης θέσεων ανά κλήση cron (έως 20000)", "Time of one cron call to geocode (20000 at most)"
        ),
    ),
    Setting("NODE_ENV", "", Bilingual("production: απαιτείται CRON_SECRET", "production: CRON_SECRET is required")),
    Setting(
        "DATABASE_AUTH_TOKEN",
        "",
        Bilingual("Κλειδί πρόσβασης στη βάση της εταιρείας", "Token of the company's database"),
        secret=True,
        also=("TURSO_AUTH_TOKEN",),
    ),
    Setting(
        "EMAIL_TRACKING_SECRET",
        "",
        Bilingual("Κλειδί υπογραφής των συνδέσμων", "Key that signs tracking and unsubscribe links"),
        secret=True,
    ),
    Setting(
        "SMTP_PASS",
        "",
        Bilingual("Κωδικός αλληλογραφίας", "Mail server's password"),
        secret=True,
        also=("SMTP_PASSWORD",),
    ),
    Setting(
        "DKIM_PRIVATE_KEY",
        "",
        Bilingual("Ιδιωτικό κλειδί DKIM (PEM)", "Private key (PEM) that signs mails"),
        secret=True,
    ),
    Setting(
        "BOUNCE_IMAP_PASS", "", Bilingual("Κωδικός IMAP των επιστροφών", "Password of the bounce mailbox"), secret=True
    ),
    Setting(
        "GOOGLE_CLIENT_SECRET", "", Bilingual("Κωδικός του πελάτη OAuth", "Google OAuth client's secret"), secret=True
    ),
    Setting(
        "GOOGLE_DESKTOP_CLIENT_SECRET",
        "",
        Bilingual("Κωδικός του πελάτη OAuth «Desktop app»", "Secret of the desktop's OAuth client"),
        secret=True,
    ),
    Setting(
        "GOOGLE_SIGN_IN_TOKEN",
        "",
        Bilingual("Refresh token όποιου έχει συνδεθεί", "Refresh token of who has signed in"),
        secret=True,
    ),
    Setting(
        "BROKERED_DATABASE_TOKEN",
        "",
        Bilingual("Το τελευταίο κλειδί βάσης που δόθηκε", "The last database token that the broker gave"),
        secret=True,
    ),
    Setting(
        "TURSO_API_TOKEN",
        "",
        Bilingual("Κλειδί του Turso Platform API, μόνο στον διακομιστή", "Turso Platform API token; server only"),
        secret=True,
    ),
    Setting(
        "DATABASE_JWT_PRIVATE_KEY",
        "",
        Bilingual(
            "Ιδιωτικό κλειδί Ed25519 (PEM) που υπογράφει κλειδιά για sqld, μόνο στον διακομιστή",
            "Ed25519 private key (PEM) that signs tokens for sqld; server only",
        ),
        secret=True,
    ),
    Setting(
        "GMAIL_REFRESH_TOKEN",
        "",
        Bilingual("Refresh token του λογαριασμού Gmail", "Refresh token of the Gmail account"),
        secret=True,
    ),
    Setting(
        "GOOGLE_GEOCODING_API_KEY",
        "",
        Bilingual("Κλειδί του Google Geocoding API", "Key of Google's Geocoding API"),
        secret=True,
        also=("NEXT_PUBLIC_GOOGLE_MAPS_API_KEY",),
    ),
    Setting(
        "BLOB_READ_WRITE_TOKEN",
        "",
        Bilingual(
            "Token του Vercel Blob, όπου βρίσκονται εικόνες και αρχεία",
            "Token of the Vercel Blob store that holds pictures and files",
        ),
        secret=True,
    ),
    Setting("CRON_SECRET", "", Bilingual("Κλειδί των κλήσεων cron", "Key of cron calls"), secret=True),
    Setting(
        "CRON_JOB_ORG_API_KEY", "", Bilingual("Κλειδί API του cron-job.org", "API key of cron-job.org"), secret=True
    ),
    Setting(
        "OAUTH_TOKEN_ENCRYPTION_KEY",
        "",
        Bilingual("Κλειδί (base64, 32 byte) των token", "Key (base64, 32 bytes) of stored tokens"),
        secret=True,
    ),
    Setting(
        "OAUTH_TOKEN_ENCRYPTION_KEY_PREVIOUS",
        "",
        Bilingual("Προηγούμενο κλειδί των token, όσο αλλάζει", "Former key of stored tokens, while it is replaced"),
        secret=True,
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Settings:
    """The settings in force. Reading never does I/O: the profile's file is read once, when this is made."""

    def __init__(self, profile: Profile, env: Mapping[str, str] = os.environ) -> None:
        """Raises `InvalidInput` when the profile's settings file is broken."""
        self._profile = profile
        self._env = env
        self._stored: dict[str, Any] = profile.read_settings()

    def text(self, name: str) -> str:
        """The value of `name`: environment, else profile, else default; white space trimmed."""
        setting = _BY_NAME[name]
        from_env = self.from_environment(name)
        if from_env is not None:
            return from_env
        return str(self._stored.get(name, setting.default)).strip()

    def number(self, name: str, low: int, high: int) -> int:
        """The value of `name` as a whole number within limits. Raises `InvalidInput` when it is none."""
        value = self.text(name)
        try:
            return min(max(int(value), low), high)
        except ValueError as error:
            raise InvalidInput(
                Bilingual(f"Η ρύθμιση {name} πρέπει να είναι ακέραιος.", f"Setting {name} must be a whole number.")
            ) from error

    def flag(self, name: str) -> bool:
        """Whether `name` is switched on (true, 1, yes or on)."""
        return self.text(name).lower() in {"true", "1", "yes", "on"}

    def from_environment(self, name: str) -> str | None:
        """What the environment says, under any of the setting's names; blank counts as unset."""
        setting = _BY_NAME[name]
        for candidate in (setting.name, *setting.also):
            if value := self._env.get(candidate, "").strip():
                return value
        return None

    def store(self, values: Mapping[str, str]) -> None:
        """Keep `values` in the profile, at once. Blocks for one small file.

        Raises `InvalidInput` for an unknown name or a secret (secrets never lie in a file), `DiskFull` or `StoreError`
        when the file cannot be written; nothing is changed then.
        """
        for name in values:
            if name not in _BY_NAME or _BY_NAME[name].secret:
                raise InvalidInput(Bilingual(f"Άγνωστη ρύθμιση: {name}", f"Unknown setting: {name}"))
        stored = {**self._stored, **values}
        self._profile.write_settings(stored)
        self._stored = stored
