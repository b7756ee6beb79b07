"""Campaigns as documents: compose, copy, delete.

Sending is in `campaign_sending`; the list and all figures are in `campaign_statistics`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import (
    Campaign,
    CampaignDraft,
    CampaignStatus,
    parse_filters,
    parse_status,
    require_editable,
)
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched
from kkdesk.model.clock import Clock
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, SqlValue, as_int, as_text
from kkdesk.services.rights import require
from kkdesk.services.tracking_switches import UNTRACKED_CAMPAIGNS, switch_statement
from kkdesk.store.database import Database
from kkdesk.store.row_image import guards_on_rows

MAX_NAME: Final = 200

_CAMPAIGN = """
SELECT id, org_id, name, subject, content, template_id, signature_id, status, from_email, recipient_filters,
  scheduled_at, sent_at, total_recipients, created_at, updated_at,
  EXISTS (SELECT 1 FROM kk_untracked_campaigns u WHERE u.id = email_campaigns.id) AS untracked
FROM email_campaigns WHERE org_id = ? AND id = ?"""

_INSERT = """
INSERT INTO email_campaigns (id, org_id, status, created_by, created_at, updated_at, name, subject, content,
  signature_id, template_id, from_email, recipient_filters)
VALUES (?1, ?2, 'draft', ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"""

# Pictures and attachments of the copy are the same files.
_COPY_ASSETS = """
INSERT INTO campaign_assets (id, campaign_id, asset_id, role, embed_inline, display_width_px, align, alt_text,
  sort_order, created_at, updated_at)
SELECT ?1, ?2, asset_id, role, embed_inline, display_width_px, align, alt_text, sort_order, ?3, ?3
FROM campaign_assets WHERE id = ?4"""

# A mail that has left holds links to its campaign, the one to unsubscribe above all.
_HAS_LEFT = """
SELECT 1 WHERE EXISTS (
    SELECT 1 FROM campaign_recipients WHERE campaign_id = ?1 AND (status = 'sent' OR sent_at IS NOT NULL))
  OR EXISTS (SELECT 1 FROM kk_sends WHERE campaign_id = ?1 AND state IN ('claimed', 'sent', 'unconfirmed'))
  OR EXISTS (SELECT 1 FROM email_tracking WHERE campaign_id = ?1)
  OR EXISTS (SELECT 1 FROM unsubscribes WHERE campaign_id = ?1)"""

_GUARDED: Final = ("name", "subject", "content", "recipient_filters", "scheduled_at", "updated_at", "status")
_DELETABLE: Final = frozenset({CampaignStatus.DRAFT, CampaignStatus.CANCELLED, CampaignStatus.FAILED})


class Campaigns:
    """The campaigns of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def get(self, campaign_id: str) -> Campaign:
        """One campaign. Raises `NotFound`."""
        rows = await self._db.query(_CAMPAIGN, (self._actor.org_id, campaign_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        return read_campaign(rows[0])

    async def create(self, draft: CampaignDraft) -> str:
        """Save a new draft; its id. Undoable. Raises `InvalidInput` without a name."""
        require(self._actor, Action.EDIT_CAMPAIGNS)
        campaign_id = new_id("camp")
        label = Bilingual(f"Νέα καμπάνια «{draft.name}»", f"New campaign “{draft.name}”")
        await self._db.apply(self._insertion(campaign_id, draft, label))
        return campaign_id

    async def save(self, seen: Campaign, draft: CampaignDraft) -> Campaign:
        """Save an edit of the campaign as it was `seen`; the campaign as it is now.

        Raises `NotAllowed` when it is no longer a draft, `Conflict` when somebody changed the same parts since,
        `InvalidInput` without a name.
        """
        require(self._actor, Action.EDIT_CAMPAIGNS)
        require_editable(seen.status)
        old, new = _columns(seen.draft), _columns(_checked(draft))
        old["recipient_filters"] = seen.stored_filters
        if draft.filters == seen.draft.filters:
            new["recipient_filters"] = seen.stored_filters
        changed = {column: value for column, value in new.items() if value != old[column]}
        switched = draft.tracked != seen.draft.tracked
        if not changed and not switched:
            return await self.get(seen.id)
        guards = [Guard("email_campaigns", seen.id, column, old[column], new[column]) for column in changed]
        is_draft = Guard("email_campaigns", seen.id, "status", CampaignStatus.DRAFT.value, CampaignStatus.DRAFT.value)
        assignments = "".join(f"{column} = ?, " for column in changed)
        change = Change(
            Bilingual(f"Επεξεργασία καμπάνιας «{draft.name}»", f"Edit campaign “{draft.name}”"),
            (
                Statement(
                    f"UPDATE email_campaigns SET {assignments}updated_at = ? WHERE id = ? AND org_id = ?",
                    (*changed.values(), self._clock(), seen.id, self._actor.org_id),
                ),
                *((self._switch(seen.id, tracked=draft.tracked),) if switched else ()),
            ),
            guards=(is_draft, *guards),
            actor=self._actor.user_id,
        )
        await self._apply_to_draft(seen.id, change)
        return await self.get(seen.id)

    async def duplicate(self, campaign_id: str) -> str:
        """A draft with the same content, audience, pictures, attachments and switch of tracking; its id. Undoable.

        Raises `NotFound`.
        """
        require(self._actor, Action.EDIT_CAMPAIGNS)
        original = await self.get(campaign_id)
        new_campaign = new_id("camp")
        name = f"{original.name[: MAX_NAME - 12]} (αντίγραφο)"
        label = Bilingual(f"Αντίγραφο καμπάνιας «{original.name}»", f"Copy of campaign “{original.name}”")
        assets = await self._db.query("SELECT id FROM campaign_assets WHERE campaign_id = ?", (campaign_id,))
        copies = [(new_id("cas"), new_campaign, self._clock(), as_text(row["id"])) for row in assets]
        change = self._insertion(new_campaign, replace(original.draft, name=name), label, original.stored_filters)
        copied = (Statement(_COPY_ASSETS, many=copies),) if copies else ()
        touched = (
            (Touched("campaign_assets", tuple(row[0] for row in copies), columns=("updated_at",)),) if copies else ()
        )
        await self._db.apply(
            Change(label, (*change.statements, *copied), undo=change.undo + touched, actor=self._actor.user_id)
        )
        return new_campaign

    async def delete(self, campaign_id: str) -> Applied:
        """Delete a campaign of which no mail has left. Undoable.

        Raises `NotFound`, and `NotAllowed` for one that is on its way or whose mails people have: links in them, above
        all the one to unsubscribe, must go on working. Raises `Conflict` when anybody has touched it in the meantime.
        """
        require(self._actor, Action.EDIT_CAMPAIGNS)
        campaign = await self.get(campaign_id)
        if campaign.status not in _DELETABLE or await self._db.query(_HAS_LEFT, (campaign_id,)):
            raise _not_deletable(campaign)
        # Its time of change too: it may have been sent and have come back to the same status.
        unmoved = await guards_on_rows(self._db, "email_campaigns", (campaign_id,), _GUARDED)
        return await self._db.apply(
            Change(
                Bilingual(f"Διαγραφή καμπάνιας «{campaign.name}»", f"Delete campaign “{campaign.name}”"),
                (
                    Statement(
                        "DELETE FROM email_campaigns WHERE id = ? AND org_id = ?", (campaign_id, self._actor.org_id)
                    ),
                ),
                guards=(Guard("email_campaigns", campaign_id, "status", campaign.status.value), *unmoved),
                # Lists of recipients and jobs are not brought back: they are made anew when it is sent.
                undo=(
                    Touched("email_campaigns", (campaign_id,)),
                    Touched("campaign_assets", (campaign_id,), "campaign_id"),
                    Touched(UNTRACKED_CAMPAIGNS, (campaign_id,)),
                ),
                actor=self._actor.user_id,
            )
        )

    def _insertion(
        self, campaign_id: str, draft: CampaignDraft, label: Bilingual, filters: str | None = None
    ) -> Change:
        columns = _columns(_checked(draft))
        if filters is not None:
            columns["recipient_filters"] = filters
        args = (campaign_id, self._actor.org_id, self._actor.user_id, self._clock(), *columns.values())
        switched = () if draft.tracked else (self._switch(campaign_id, tracked=False),)
        return Change(
            label,
            (Statement(_INSERT, args), *switched),
            undo=(
                Touched("email_campaigns", (campaign_id,), columns=("updated_at",)),
                *(Touched(UNTRACKED_CAMPAIGNS, (campaign_id,)) for _ in switched),
            ),
            actor=self._actor.user_id,
        )

    def _switch(self, campaign_id: str, *, tracked: bool) -> Statement:
        return switch_statement(UNTRACKED_CAMPAIGNS, (campaign_id,), self._actor.org_id, self._clock(), tracked=tracked)

    async def _apply_to_draft(self, campaign_id: str, change: Change) -> None:
        try:
            await self._db.apply(change)
        except Conflict:
            # Begun to be sent in the meantime: that is the better explanation.
            require_editable((await self.get(campaign_id)).status)
            raise


def read_campaign(row: Row) -> Campaign:
    """A row of `email_campaigns` with all the columns that a `Campaign` has."""
    stored = row["recipient_filters"]
    return Campaign(
        id=as_text(row["id"]),
        org_id=as_text(row["org_id"]),
        draft=CampaignDraft(
            name=as_text(row["name"]),
            subject=as_text(row["subject"]),
            content=as_text(row["content"]),
            filters=parse_filters(stored),
            signature_id=_optional_text(row["signature_id"]),
            template_id=_optional_text(row["template_id"]),
            from_email=_optional_text(row["from_email"]),
            tracked=not row["untracked"],
        ),
        status=parse_status(as_text(row["status"])),
        scheduled_at=_optional_int(row["scheduled_at"]),
        sent_at=_optional_int(row["sent_at"]),
        total_recipients=as_int(row["total_recipients"]),
        created_at=as_int(row["created_at"]),
        updated_at=as_int(row["updated_at"]),
        stored_filters=None if stored is None else as_text(stored),
    )


def _columns(draft: CampaignDraft) -> dict[str, SqlValue]:
    """The columns of a draft, in the order of `_INSERT`."""
    return {
        "name": draft.name,
        "subject": draft.subject,
        "content": draft.content,
        "signature_id": draft.signature_id,
        "template_id": draft.template_id,
        "from_email": draft.from_email,
        "recipient_filters": draft.filters.dump(),
    }


def _checked(draft: CampaignDraft) -> CampaignDraft:
    name = " ".join(draft.name.split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(
            Bilingual(
                f"Δώστε στην καμπάνια ένα όνομα έως {MAX_NAME} χαρακτήρες.",
                f"Give the campaign a name of up to {MAX_NAME} characters.",
            )
        )
    return replace(draft, name=name)


def _not_deletable(campaign: Campaign) -> NotAllowed:
    if campaign.status in (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED):
        return NotAllowed(
            Bilingual(
                f"Η καμπάνια είναι «{campaign.status.label.el}» και δεν διαγράφεται.",
                f"The campaign is “{campaign.status.label.en}” and cannot be deleted.",
            ),
            kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
            next_step=Bilingual("Ακυρώστε πρώτα την αποστολή.", "Cancel its sending first."),
        )
    return NotAllowed(
        Bilingual(
            "Μηνύματα αυτής της καμπάνιας έχουν ήδη σταλεί και δεν διαγράφεται.",
            "Mails of this campaign have been sent, and it cannot be deleted.",
        ),
        kept=Bilingual(
            "Έτσι οι σύνδεσμοι διαγραφής στα μηνύματα που έχουν σταλεί συνεχίζουν να λειτουργούν.",
            "That way the unsubscribe links in the mails that people have go on working.",
        ),
    )


def _optional_text(value: SqlValue) -> str | None:
    return None if value is None else as_text(value)


def _optional_int(value: SqlValue) -> int | None:
    return None if value is None else as_int(value)
