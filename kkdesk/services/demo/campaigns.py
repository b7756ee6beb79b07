"""Sample segments, templates and campaigns: drafts that are ready to send, and one that was sent and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from kkdesk.model.audience import Recipient
from kkdesk.model.campaign import CampaignStatus, RecipientFilters
from kkdesk.model.change import Statement
from kkdesk.model.clock import athens_date, athens_midnight
from kkdesk.model.segment import Rule, parse_rule
from kkdesk.services.demo import texts
from kkdesk.services.demo.past import WINTER_TAG
from kkdesk.services.demo.sample import DAY, Row, Sample, insertion
from kkdesk.services.demo.sending import SUPPRESSION_COLUMNS, Sending, suppression

FLEET_SEGMENT: Final = "Στόλοι και συνεργεία"
_NORTH: Final = (
    "Θεσσαλονίκη",
    "Καλαμαριά",
    "Εύοσμος",
    "Σταυρούπολη",
    "Θέρμη",
    "Λάρισα",
    "Ιωάννινα",
    "Κοζάνη",
    "Σέρρες",
)
_WINTER_TOWNS: Final = (*_NORTH, "Αθήνα", "Μαρούσι", "Κηφισιά", "Περιστέρι", "Αχαρνές")
#: The towns to which the finished campaign went.
SENT_TOWNS: Final = ("Αθήνα", "Πειραιάς", "Περιστέρι", "Νίκαια", "Καλλιθέα", "Χαλάνδρι", "Αιγάλεω")
#: How many days ago that was.
_SENT_DAYS_AGO: Final = 38

Condition = tuple[str, str, str | float | bool]
#: Name, description, how conditions are joined, conditions. Only what the web CRM's own sender understands.
SEGMENTS: Final[tuple[tuple[str, str, str, tuple[Condition, ...]], ...]] = (
    ("Πελάτες VIP", "Όλοι οι πελάτες VIP", "and", (("isVip", "equals", True),)),
    (
        FLEET_SEGMENT,
        "Επαγγελματίες με οχήματα ή συνεργείο",
        "or",
        (("category", "equals", "fleet"), ("category", "equals", "garage")),
    ),
    ("Τζίρος πάνω από 5.000 €", "Οι καλύτεροι πελάτες μας", "and", (("revenue", "greaterThan", 5000),)),
    ("Βόρεια Ελλάδα", "Πόλεις με βαρύ χειμώνα", "or", tuple(("city", "equals", town) for town in _NORTH)),
    ("Προς επανάκτηση", "Πελάτες που έφυγαν", "and", (("lifecycleStage", "equals", "churned"),)),
    (
        "Χονδρική Πειραιά",
        "Εταιρείες με έδρα τον Πειραιά",
        "and",
        (("category", "equals", "wholesale"), ("city", "equals", "Πειραιάς")),
    ),
)


_SEGMENT_COLUMNS: Final = (
    "id", "org_id", "name", "description", "filters", "customer_count", "created_by", "created_at", "updated_at",
)  # fmt: skip
_TEMPLATE_COLUMNS: Final = (
    "id", "org_id", "name", "subject", "content", "category", "is_default", "created_by", "created_at", "updated_at",
)  # fmt: skip
_SIGNATURE_COLUMNS: Final = (
    "id", "org_id", "name", "content", "is_default", "created_by", "created_at", "updated_at",
)  # fmt: skip
_CAMPAIGN_COLUMNS: Final = (
    "id", "org_id", "name", "subject", "content", "signature_id", "status", "recipient_filters", "sent_at",
    "total_recipients", "sent_count", "open_count", "click_count", "bounce_count", "unsubscribe_count", "created_by",
    "created_at", "updated_at",
)  # fmt: skip


def segment_rule(logic: str, conditions: tuple[Condition, ...]) -> Rule:
    """The rule of one of `SEGMENTS`."""
    return parse_rule({"logic": logic, "conditions": [dict(zip(_CONDITION, c, strict=True)) for c in conditions]})


_CONDITION: Final = ("field", "operator", "value")


class CampaignMaker:
    """Makes the statements for everything around campaigns."""

    def __init__(self, sample: Sample) -> None:
        """Everything is made from `sample`."""
        self._sample, self._actor, self._now = sample, sample.actor, sample.now
        self._sent_at = athens_midnight(athens_date(sample.now) - timedelta(days=_SENT_DAYS_AGO)) + 10 * 3600
        self.finished_filters = RecipientFilters(cities=SENT_TOWNS)
        self.sent_before = self._sent_at - DAY

    def segments(self, ids: Mapping[str, str], counts: Mapping[str, int]) -> Statement:
        """Insert those of `SEGMENTS` that have an id in `ids`."""
        org, user, then = self._actor.org_id, self._actor.user_id, self._now - 200 * DAY
        rows: list[Row] = []
        for name, description, logic, conditions in SEGMENTS:
            if name in ids:
                rule = json.dumps(segment_rule(logic, conditions).to_json(), ensure_ascii=False, separators=(",", ":"))
                rows.append((ids[name], org, name, description, rule, counts[name], user, then, then))
        return insertion("segments", _SEGMENT_COLUMNS, rows)

    def templates(self) -> Statement:
        """Insert the mail templates."""
        org, user, then = self._actor.org_id, self._actor.user_id, self._now - 300 * DAY
        rows: list[Row] = [
            (self._sample.new_id("tmpl"), org, t.name, t.subject, t.content, t.category, int(not i), user, then, then)
            for i, t in enumerate(texts.TEMPLATES)
        ]
        return insertion("email_templates", _TEMPLATE_COLUMNS, rows)

    def signature(self, signature_id: str) -> Statement:
        """Insert the shop's default signature."""
        org, user, then = self._actor.org_id, self._actor.user_id, self._now - 300 * DAY
        row = (signature_id, org, texts.SIGNATURE_NAME, texts.SIGNATURE, 1, user, then, then)
        return insertion("email_signatures", _SIGNATURE_COLUMNS, [row])

    def drafts(self, signature_id: str, tag_ids: Mapping[str, str], segment_ids: Mapping[str, str]) -> Statement:
        """Insert three campaigns that only wait for somebody to press "send"."""
        filters = (
            (texts.WINTER, RecipientFilters(cities=_WINTER_TOWNS, tags=(tag_ids[WINTER_TAG],))),
            (texts.FLEET, RecipientFilters(segments=(segment_ids[FLEET_SEGMENT],))),
            (texts.EVERYONE, RecipientFilters(everyone=True)),
        )
        rows = [
            self._campaign(self._sample.new_id("camp"), text, chosen, signature_id, CampaignStatus.DRAFT, days)
            for (text, chosen), days in zip(filters, (6, 3, 1), strict=True)
        ]
        return insertion("email_campaigns", _CAMPAIGN_COLUMNS, rows)

    def finished(self, signature_id: str, recipients: list[Recipient]) -> list[Statement]:
        """Insert a campaign that went to `recipients`, with what they did since."""
        campaign_id = self._sample.new_id("camp")
        sending = Sending(self._sample, campaign_id, self._sent_at)
        for recipient in recipients:
            sending.deliver(recipient)
        campaign = self._campaign(
            campaign_id, texts.AUTUMN_CHECK, self.finished_filters, signature_id, CampaignStatus.SENT,
            _SENT_DAYS_AGO + 1, sent_at=self._sent_at, counters=sending.counters,
        )  # fmt: skip
        return [insertion("email_campaigns", _CAMPAIGN_COLUMNS, [campaign]), *sending.statements()]

    def suppressions(self, keys: list[str]) -> Statement:
        """Insert mailboxes that are not to be mailed for reasons older than the sample's campaigns."""
        then = self._now - 60 * DAY
        rows = [suppression(self._sample, key, "manual", "Το ζήτησε τηλεφωνικά", None, then) for key in keys]
        return insertion("email_suppressions", SUPPRESSION_COLUMNS, rows)

    def _campaign(
        self,
        campaign_id: str,
        text: texts.CampaignText,
        filters: RecipientFilters,
        signature_id: str,
        status: CampaignStatus,
        days_ago: int,
        *,
        sent_at: int | None = None,
        counters: tuple[int, ...] = (0, 0, 0, 0, 0, 0),
    ) -> Row:
        created = self._now - days_ago * DAY
        return (
            campaign_id, self._actor.org_id, text.name, text.subject, text.content, signature_id, status.value,
            filters.dump(), sent_at, *counters, self._actor.user_id, created, sent_at or created,
        )  # fmt: skip
