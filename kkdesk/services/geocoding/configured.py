"""The geocoder of the settings."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.geocoding.geocoder import Geocoder
from kkdesk.services.geocoding.google import GoogleGeocoder
from kkdesk.services.geocoding.nominatim import SECONDS_APART, NominatimGeocoder, is_public
from kkdesk.services.geocoding.pace import Pace
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.database import Database


async def open_geocoder(settings: Settings, secrets: Secrets, db: Database) -> Geocoder | None:
    """Who is asked about many addresses: Google where there is a key, else a Nominatim of one's own, else nobody.

    The public Nominatim is not for jobs. Raises `InvalidInput` for a setting that is no server's address.
    """
    try:
        key = await secrets.get("GOOGLE_GEOCODING_API_KEY")
    except SecretsUnavailable:
        # A server has an environment and usually no keyring.
        key = ""
    if key:
        return GoogleGeocoder(key, url=settings.text("GOOGLE_GEOCODING_URL"))
    url = settings.text("NOMINATIM_URL")
    if url and not is_public(url):
        return NominatimGeocoder(url, Pace(db, "nominatim", SECONDS_APART))
    return None


def nobody_to_ask() -> NotConfigured:
    """What a person is told where there is no geocoder for many addresses."""
    return NotConfigured(
        Bilingual(
            "Δεν έχει οριστεί υπηρεσία εύρεσης διευθύνσεων· χρησιμοποιήθηκαν μόνο γνωστές θέσεις.",
            "No geocoder is configured; only places that were known already have been used.",
        ),
        next_step=Bilingual(
            "Δώστε το GOOGLE_GEOCODING_API_KEY ή ορίστε στο NOMINATIM_URL δικό σας διακομιστή: ο δημόσιος δεν "
            "επιτρέπει μαζικά ερωτήματα.",
            "Give GOOGLE_GEOCODING_API_KEY, or set NOMINATIM_URL to a server of your own: the public one does not "
            "allow jobs.",
        ),
    )
