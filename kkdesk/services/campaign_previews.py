"""A campaign's mail before it is sent: as any customer would see it, and as a test in one's own mailbox."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import is_mailable
from kkdesk.model.errors import InvalidInput, MailRefused, MailTemporary, MailUnconfirmed, NotFound
from kkdesk.model.ids import ulid
from kkdesk.model.row import Row, as_text
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.mail.assets import CAMPAIGN_FILES
from kkdesk.services.mail.campaign_template import CompiledCampaign, RenderedMail
from kkdesk.services.mail.personalise import merge_values
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import Outcome, Transport, nothing_to_note
from kkdesk.services.queue.records import Addressee, Composer, FrozenCampaign
from kkdesk.store.database import Database

#: Recipient id of mails that are no one's: no row has it, so that their links record nothing and unsubscribe nobody.
NO_RECIPIENT: Final = "test"

_BODY_START: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_TEST_BANNER: Final = (
    '<div style="background:#fff3cd;color:#664d03;padding:8px 12px;margin-bottom:16px;font:14px Arial,sans-serif">'
    "Δοκιμαστικό μήνυμα. Οι σύνδεσμοί του δεν καταγράφονται και η διαγραφή από τη λίστα δεν ισχύει.</div>"
)
_TEST_SUBJECT: Final = "[ΔΟΚΙΜΗ] "

# Somebody whose mail shows something: names and company filled in.
_SAMPLE = """
SELECT * FROM customers WHERE org_id = ? AND email <> ''
ORDER BY coalesce(first_name, '') = '', coalesce(last_name, '') = '', coalesce(company, '') = '',
  created_at, id LIMIT 1"""


class CampaignPreviews:
    """Renders campaigns for people at their desk; writes nothing."""

    def __init__(self, db: Database, actor: Actor, clock: Clock, campaigns: Campaigns, composer: Composer) -> None:
        """`composer` makes the test mails, as it makes the real ones."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._campaigns = campaigns
        self._composer = composer

    async def preview(self, draft: CampaignDraft, customer_id: str | None = None) -> RenderedMail:
        """The mail that a customer would get, in HTML and text; without `customer_id` that of a sample customer.

        Works on what is in the editor, saved or not. Links lead where they lead, only the one to unsubscribe is a
        dummy. Raises `NotFound` for an unknown customer.
        """
        customer = await self._customer(customer_id)
        signature = await self._signature(draft)
        return await asyncio.to_thread(_rendered, draft, signature, customer)

    async def send_test(
        self, campaign_id: str, address: str, transport: Transport, customer_id: str | None = None
    ) -> Outcome:
        """Send the campaign as it is saved to `address`, marked as a test, with a customer's values filled in.

        Nothing is recorded, neither the mail nor opens and clicks. Raises `NotFound`, `InvalidInput` for an address
        that is none, `NotConfigured`, `Offline`, and the `MailError` family when the server does not take it.
        """
        if not is_mailable(address):
            raise InvalidInput(
                Bilingual(f"Το «{address}» δεν είναι διεύθυνση e-mail.", f"“{address}” is no e-mail address."),
                kept=_NOTHING_SENT,
            )
        campaign = await self._campaigns.get(campaign_id)
        frozen = FrozenCampaign(
            id=campaign.id,
            org_id=campaign.org_id,
            name=campaign.name,
            subject=_TEST_SUBJECT + campaign.draft.subject,
            content=_with_banner(campaign.draft.content),
            signature=await self._signature(campaign.draft),
            from_email=campaign.draft.from_email or "",
            files=as_text((await self._db.query(CAMPAIGN_FILES, (campaign.id,)))[0][0]),
        )
        template = await self._composer.compile(frozen)
        message_id = f"<{ulid().lower()}.{NO_RECIPIENT}@{template.message_domain}>"
        customer = await self._customer(customer_id)
        tracked = campaign.draft.tracked
        addressee = Addressee(NO_RECIPIENT, campaign.id, address, message_id, customer, tracked)
        mail = template.render(addressee, self._clock())
        return _taken(await transport.send(mail, nothing_to_note))

    async def _customer(self, customer_id: str | None) -> Row:
        if customer_id is None:
            rows = await self._db.query(_SAMPLE, (self._actor.org_id,))
            # In an empty database the fields show what they show for a customer of whom nothing is known.
            rows = rows or await self._db.query("SELECT '' AS first_name, '' AS email")
        else:
            rows = await self._db.query(
                "SELECT * FROM customers WHERE org_id = ? AND id = ?", (self._actor.org_id, customer_id)
            )
        if not rows:
            raise NotFound(Bilingual("Ο πελάτης δεν υπάρχει πια.", "The customer is no longer there."))
        return rows[0]

    async def _signature(self, draft: CampaignDraft) -> str:
        rows = await self._db.query(
            "SELECT content FROM email_signatures WHERE org_id = ? AND id = ?", (self._actor.org_id, draft.signature_id)
        )
        return as_text(rows[0]["content"]) if rows else ""


_NOTHING_SENT: Final = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")


def _rendered(draft: CampaignDraft, signature: str, customer: Row) -> RenderedMail:
    compiled = CompiledCampaign.compile(
        campaign_id="preview",
        subject=draft.subject,
        html=draft.content,
        signature_html=signature,
        # A preview is looked at before anything is configured, and its links must not do anything.
        signer=Signer("preview", "https://preview.invalid"),
        track_opens=False,
        track_clicks=False,
    )
    mail = compiled.render(NO_RECIPIENT, merge_values(customer, compiled.fields))
    html = mail.html
    for image in compiled.inline_images:
        html = html.replace(f"cid:{image.content_id}", image.source)
    return replace(mail, html=html)


def _with_banner(content: str) -> str:
    body = _BODY_START.search(content)
    start = body.end() if body else 0
    return content[:start] + _TEST_BANNER + content[start:]


def _taken(outcome: Outcome) -> Outcome:
    answer = " ".join(str(part) for part in (outcome.code, outcome.status, outcome.text) if part)
    if outcome.result == "refused":
        raise MailRefused(
            Bilingual(f"Ο διακομιστής αρνήθηκε το μήνυμα: {answer}", f"The server refused the mail: {answer}"),
            kept=_NOTHING_SENT,
        )
    if outcome.result == "deferred":
        raise MailTemporary(
            Bilingual(
                f"Ο διακομιστής δεν δέχεται τώρα το μήνυμα: {answer}", f"The server does not take it now: {answer}"
            ),
            kept=_NOTHING_SENT,
            next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a moment."),
        )
    if outcome.result == "unconfirmed":
        raise MailUnconfirmed(
            Bilingual(
                "Η σύνδεση διακόπηκε και δεν είναι γνωστό αν το μήνυμα έφυγε.",
                "The connection broke, and nobody knows whether the mail left.",
            ),
            next_step=Bilingual("Δείτε αν έφτασε.", "See whether it arrived."),
        )
    return outcome
