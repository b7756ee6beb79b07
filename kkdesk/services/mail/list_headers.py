"""What large receivers and mail programs tell campaigns by: Feedback-ID and List-Id."""

from __future__ import annotations

import re
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_address import for_envelope
from kkdesk.model.errors import InvalidInput, NotConfigured

# Gmail: 5 to 15 characters, the same in all mails of a sender.
_SENDER_ID: Final = re.compile(r"[A-Za-z0-9._-]{5,15}")
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_CAMPAIGN: Final = 64


def feedback_id(campaign_id: str, sender_id: str) -> str:
    """The Feedback-ID of a campaign's mails (Gmail: support.google.com/mail/answer/6254652), or "" without a sender.

    `sender_id` is EMAIL_FEEDBACK_SENDER. It groups by campaign, never by recipient. Raises `NotConfigured` when the
    sender has not 5 to 15 letters, digits, dots, hyphens or underscores.
    """
    if not sender_id:
        return ""
    if not _SENDER_ID.fullmatch(sender_id):
        raise NotConfigured(
            Bilingual(
                "Η ρύθμιση EMAIL_FEEDBACK_SENDER πρέπει να έχει 5 έως 15 λατινικά γράμματα ή ψηφία.",
                "The setting EMAIL_FEEDBACK_SENDER must have 5 to 15 letters or digits.",
            ),
            kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
            next_step=Bilingual(
                "Διορθώστε την, π.χ. kktires, ή αδειάστε την.", "Correct it, for example kktires, or empty it."
            ),
        )
    campaign = _FOREIGN.sub("_", campaign_id)[:_LONGEST_CAMPAIGN] or "campaign"
    return f"{campaign}:newsletter:kkdesk:{sender_id}"


def list_id(sender: str) -> str:
    """The List-Id (RFC 2919, without brackets) of a sender's newsletter: of its domain, the same for all campaigns.

    Empty for a sender that is no address, which whoever builds the mails refuses.
    """
    try:
        domain = for_envelope(sender).address.rpartition("@")[2]
    except InvalidInput:
        return ""
    return f"newsletter.{domain.lower()}"
