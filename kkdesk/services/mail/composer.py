"""Composing for the send queue: settings and a campaign in, finished mails out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from kkdesk.services.mail.assets import FileSource, frozen_files, gather
from kkdesk.services.mail.blob_files import BlobFiles
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.dkim_signature import DkimSettings, DkimSigner
from kkdesk.services.mail.list_headers import feedback_id, list_id
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.personalise import merge_values
from kkdesk.services.mail.sender import chosen_sender, goes_into_folder
from kkdesk.services.mail.tracking import Signer, require_origin
from kkdesk.services.mail.transport import OutgoingMail
from kkdesk.services.queue.records import Addressee, FrozenCampaign
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings

#: Sender of mails that only go into the mail folder (RFC 2606: no such domain can exist).
_FOLDER_SENDER: Final = "KK Desk <kkdesk@mail-folder.invalid>"


class CampaignMails:
    """The mails of one campaign, taken apart once (a `MailTemplate` of the queue); without tracking where asked for."""

    def __init__(self, campaign: CompiledCampaign, builder: MailBuilder) -> None:
        self._fields = campaign.fields
        self._builder = builder

    @property
    def message_domain(self) -> str:
        """The domain of its Message-IDs, in ASCII: that of the sender's address."""
        return self._builder.message_domain

    def render(self, addressee: Addressee, now: int) -> OutgoingMail:
        """The finished mail; `now` (Unix seconds) is its Date.

        Raises `InvalidInput` when the addressee's address cannot be mailed.
        """
        values = merge_values(addressee.customer, self._fields)
        builder = self._builder if addressee.tracked else self._untracked
        return builder.build(addressee.recipient_id, addressee.email, values, message_id=addressee.message_id, date=now)

    @cached_property
    def _untracked(self) -> MailBuilder:
        # Most campaigns have nobody who wants it.
        return self._builder.untracked()


class CampaignComposer:
    """Makes the mails of campaigns as the settings say (a `Composer` of the queue)."""

    def __init__(self, settings: Settings, secrets: Secrets, files: FileSource | None = None) -> None:
        """Touches nothing before it is needed. Without `files`, campaigns' files are fetched and not kept."""
        self._files: FileSource = files or BlobFiles(None)
        self._settings = settings
        self._secrets = secrets

    async def compile(self, campaign: FrozenCampaign) -> CampaignMails:
        """Take the campaign apart.

        Raises `NotConfigured` without a working unsubscribe link or a sender, `InvalidInput` for files that are too
        large, gone or changed, `Offline` when a file cannot be fetched now.
        """
        signer, dkim = await self.signer(), await self.dkim_signer()
        files = await gather(frozen_files(campaign.files), campaign.content + campaign.signature, self._files)
        compiled = CompiledCampaign.compile(
            campaign_id=campaign.id,
            subject=campaign.subject,
            html=campaign.content,
            signature_html=campaign.signature,
            signer=signer,
            inline_images=files.images,
        )
        return CampaignMails(compiled, self._builder(compiled, campaign.from_email, dkim, files.attachments))

    async def check(self, from_email: str = "") -> None:
        """Whether mails of this sender could be made now. Raises `NotConfigured` when they could not."""
        compiled = CompiledCampaign.compile(campaign_id="", subject="", html="", signer=await self.signer())
        self._builder(compiled, from_email, await self.dkim_signer())

    async def signer(self) -> Signer:
        """Signs this profile's links. Raises `NotConfigured` without secret or public address."""
        # The address first: where it is missing no secret shall be made and kept in vain.
        origin = require_origin(self._settings.text("NEXTAUTH_URL"))
        return Signer(await self._secrets.tracking_secret(), origin)

    async def dkim_signer(self) -> DkimSigner | None:
        """Signs the mails; None where DKIM_DOMAIN is empty. Raises `NotConfigured` for settings that are no use."""
        domain = self._settings.text("DKIM_DOMAIN")
        if not domain:
            return None
        key = await self._secrets.require("DKIM_PRIVATE_KEY")
        settings = DkimSettings(domain, self._settings.text("DKIM_SELECTOR"), key)
        gmail = self._settings.text("EMAIL_TRANSPORT").lower() == "gmail"
        # Reading and trying out a key takes a good part of a second.
        return await asyncio.to_thread(DkimSigner, settings, message_id_changes=gmail)

    def _builder(
        self,
        compiled: CompiledCampaign,
        from_email: str,
        dkim: DkimSigner | None,
        attachments: Sequence[Attachment] = (),
    ) -> MailBuilder:
        sender = chosen_sender(self._settings, from_email)
        if not sender and goes_into_folder(self._settings):
            sender = _FOLDER_SENDER
        return MailBuilder(
            compiled,
            sender,
            reply_to=self._settings.text("SMTP_REPLY_TO"),
            bounce_address=self._settings.text("BOUNCE_ADDRESS"),
            attachments=attachments,
            list_id=list_id(sender),
            feedback_id=feedback_id(compiled.campaign_id, self._settings.text("EMAIL_FEEDBACK_SENDER")),
            dkim=dkim,
        )
