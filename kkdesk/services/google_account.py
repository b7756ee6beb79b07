"""Where the refresh token of a Google account comes from: the keyring, or what the web CRM keeps in the database."""

from __future__ import annotations

from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.model.row import as_text
from kkdesk.services.google_token import OAuthClient
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.services.token_rotation import token_keys
from kkdesk.store.database import Database

# The web CRM's rows may lack an id; the account that signed in last is the one that counts.
_STORED: Final = """
SELECT a.refresh_token, 0 AS place, coalesce(a.expires_at, 0) AS at FROM accounts a JOIN users u ON u.id = a.userId
WHERE a.provider = 'google' AND lower(trim(u.email)) = ?1 AND a.refresh_token <> ''
UNION ALL SELECT g.refresh_token, 1, g.updated_at FROM gmail_credentials g
WHERE g.org_id = ?2 AND lower(trim(g.email)) = ?1 AND g.refresh_token <> ''
ORDER BY place, at DESC LIMIT 1
"""


async def oauth_client(settings: Settings, secrets: Secrets) -> OAuthClient:
    """The OAuth client of the settings. Raises `NotConfigured`; a desktop client has a secret, too."""
    client_id = settings.text("GOOGLE_CLIENT_ID")
    if not client_id:
        raise NotConfigured(
            Bilingual("Λείπει ο πελάτης OAuth της Google.", "The Google OAuth client is missing."),
            kept=_KEPT,
            next_step=Bilingual("Ορίστε το GOOGLE_CLIENT_ID.", "Set GOOGLE_CLIENT_ID."),
        )
    return OAuthClient(client_id, await secrets.require("GOOGLE_CLIENT_SECRET"))


async def refresh_token(db: Database, org_id: str, settings: Settings, secrets: Secrets) -> str:
    """The refresh token of GMAIL_ACCOUNT.

    Raises `NotConfigured` when there is none or its key is missing, `InvalidInput` when it cannot be decrypted.
    """
    if own := await secrets.get("GMAIL_REFRESH_TOKEN"):
        return own
    account = settings.text("GMAIL_ACCOUNT").lower()
    rows = await db.query(_STORED, (account, org_id)) if account else []
    if not rows:
        raise NotConfigured(
            Bilingual(
                f"Ο λογαριασμός Gmail {account or '(GMAIL_ACCOUNT)'} δεν έχει συνδεθεί.",
                f"The Gmail account {account or '(GMAIL_ACCOUNT)'} has not been signed in.",
            ),
            kept=_KEPT,
            next_step=Bilingual(
                "Ορίστε το GMAIL_ACCOUNT και συνδεθείτε με αυτόν.", "Set GMAIL_ACCOUNT, and sign in with it."
            ),
        )
    return (await token_keys(secrets)).decrypt(as_text(rows[0]["refresh_token"]))


_KEPT: Final = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")
