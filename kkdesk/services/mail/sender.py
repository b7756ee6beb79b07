"""Whose mails campaigns are, as the settings say."""

from __future__ import annotations

from kkdesk.model.email_address import is_mailable
from kkdesk.services.settings import Settings


def goes_into_folder(settings: Settings) -> bool:
    """Whether mails leave this computer at all, or go into the profile's mail folder."""
    way = settings.text("EMAIL_TRANSPORT").lower()
    return way == "folder" or not (way or settings.text("SMTP_HOST"))


def chosen_sender(settings: Settings, from_email: str = "") -> str:
    """The campaign's own sender, the configured one, or the account that mails leave by; empty when there is none."""
    account = settings.text("GMAIL_ACCOUNT" if settings.text("EMAIL_TRANSPORT").lower() == "gmail" else "SMTP_USER")
    return from_email.strip() or settings.text("SMTP_FROM") or (account if is_mailable(account) else "")
