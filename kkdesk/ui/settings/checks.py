"""What is wrong with a setting before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication


def wrong_settings(edited: Mapping[str, str]) -> dict[str, str]:
    """Why each of the checked settings will not do; empty text where it will."""
    return {
        "SMTP_FROM": _wrong_sender(edited.get("SMTP_FROM", "")),
        "SMTP_REPLY_TO": _wrong_sender(edited.get("SMTP_REPLY_TO", "")),
        "BOUNCE_ADDRESS": _wrong_sender(edited.get("BOUNCE_ADDRESS", "")),
        "NEXTAUTH_URL": _wrong_origin(edited.get("NEXTAUTH_URL", "")),
    }


def _wrong_origin(text: str) -> str:
    parts = urlsplit(text)
    if not text or (parts.scheme in {"http", "https"} and parts.hostname):
        return ""
    return QCoreApplication.translate(
        "SettingsPage", "The address must begin with https:// (or http://), for example https://crm.example.gr"
    )


def _wrong_sender(text: str) -> str:
    address = parseaddr(text)[1]
    local, _, domain = address.rpartition("@")
    if not text or (local and "." in domain):
        return ""
    return QCoreApplication.translate("SettingsPage", "This is not an e-mail address.")
