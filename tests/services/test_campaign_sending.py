"""Before sending: the report. Sending: only what was confirmed, and nothing without an unsubscribe link."""

from __future__ import annotations

from pathlib import Path

import css_inline
import pytest

from kkdesk.model.audience import Exclusion
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed, NotConfigured, NotFound
from kkdesk.model.merge_fields import FIELDS
from kkdesk.services.audience import Audience
from kkdesk.services.campaign_sending import CampaignSending
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.company_settings import CompanySettings
from kkdesk.services.mail.personalise import merge_values
from kkdesk.services.queue.jobs import SendQueue
from kkdesk.services.send_duration import SendPace
from kkdesk.services.send_report import SendReports
from kkdesk.services.settings import Settings
from kkdesk.services.tracking_switches import TrackingSwitches
from kkdesk.store.profile import Profile
from tests.sample import DRAFT, SCHEDULED, SENT, Sample, in_sample


class Mails:
    """Settings that are there, or one that is missing."""

    def __init__(self, missing: NotConfigured | None = None) -> None:
        self.missing = missing
        self.senders: list[str] = []

    async def check(self, from_email: str = "") -> None:
        self.senders.append(from_email)
        if self.missing:
            raise self.missing


def sending(sample: Sample, mails: Mails | None = None) -> CampaignSending:
    campaigns = Campaigns(sample.db, sample.actor, sample.clock)
    audience = Audience(sample.db, sample.actor, sample.clock)
    profile = Profile.at(sample.db.path.parent)
    pace = SendPace(Settings(profile, {}), CompanySettings(sample.db, sample.actor, sample.clock))
    reports = SendReports(sample.db, sample.actor, campaigns, audience, mails or Mails(), pace)
    queue = SendQueue(sample.db, sample.actor, sample.clock)
    return CampaignSending(sample.db, sample.actor, sample.clock, queue, campaigns, reports)


async def status(sample: Sample, campaign_id: str) -> str:
    return str(await sample.value("SELECT status FROM email_campaigns WHERE id = ?", campaign_id))


async def jobs(sample: Sample, campaign_id: str) -> list[str]:
    rows = await sample.rows("SELECT status FROM email_jobs WHERE campaign_id = ? ORDER BY created_at, id", campaign_id)
    return [row["status"] for row in rows]


def test_the_report_says_who_gets_it_who_does_not_and_what_is_wrong(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        mails = Mails()
        await sample.write("UPDATE email_campaigns SET from_email = 'x@y.gr' WHERE id = ?", DRAFT)
        report = await sending(sample, mails).prepare_send(DRAFT)
        assert report.count == 25
        assert report.preview.counts == {Exclusion.NO_ADDRESS: 5}
        assert [finding.code for finding in report.findings] == ["no_alt", "files_left_out"]
        assert report.can_send
        assert mails.senders == ["x@y.gr"]
        told = {fact.code for fact in report.facts}
        assert not told & {"not_tracked", "some_not_tracked"}
        assert await status(sample, DRAFT) == "draft", "looking changes nothing"
        assert await jobs(sample, DRAFT) == []

    in_sample(tmp_path, body)


def test_the_report_says_what_is_not_tracked(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        switches = TrackingSwitches(sample.db, sample.actor, sample.clock)
        report = await sending(sample).prepare_send(DRAFT)
        chosen = set(report.preview.customer_ids())
        others = [row["id"] for row in await sample.rows("SELECT id FROM customers") if row["id"] not in chosen]
        await switches.switch_customers([*sorted(chosen)[:4], *others[:5]], tracked=False)
        [some] = [fact for fact in (await sending(sample).prepare_send(DRAFT)).facts if "track" in fact.code]
        assert some.text.el == "Παραλήπτες χωρίς καταγραφή ανοιγμάτων και κλικ: 4."
        await switches.switch_campaign(DRAFT, tracked=False)
        [none] = [fact for fact in (await sending(sample).prepare_send(DRAFT)).facts if "track" in fact.code]
        assert none.code == "not_tracked"

    in_sample(tmp_path, body)


def test_sending_queues_what_was_confirmed(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        queued = await sending(sample).send(DRAFT, confirmed_count=25)
        assert await status(sample, DRAFT) == "sending"
        assert await jobs(sample, DRAFT) == ["queued"]
        assert queued.run_at == sample.now
        with pytest.raises(NotAllowed):
            await sending(sample).send(DRAFT, confirmed_count=25)
        assert await jobs(sample, DRAFT) == ["queued"]

    in_sample(tmp_path, body)


def test_another_number_than_the_confirmed_one_sends_nothing(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        for confirmed in (24, 26, 0):
            with pytest.raises(Conflict, match="25"):
                await sending(sample).send(DRAFT, confirmed_count=confirmed)
        report = await sending(sample).prepare_send(DRAFT)
        [first, *_] = report.preview.recipients()
        await sample.write("UPDATE customers SET unsubscribed = 1 WHERE id = ?", first.customer_id)
        with pytest.raises(Conflict, match="24"):
            await sending(sample).send(DRAFT, confirmed_count=report.count)
        assert await jobs(sample, DRAFT) == []

    in_sample(tmp_path, body)


def test_without_unsubscribe_link_or_sender_nothing_is_queued(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        missing = Mails(NotConfigured(Bilingual("Λείπει", "missing")))
        report = await sending(sample, missing).prepare_send(DRAFT)
        assert not report.can_send
        assert report.obstacles == (missing.missing,)
        assert report.count == 25, "who would get it is shown all the same"
        with pytest.raises(NotConfigured):
            await sending(sample, missing).send(DRAFT, confirmed_count=25)
        assert await jobs(sample, DRAFT) == []

    in_sample(tmp_path, body)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        (None, "No recipients have been chosen"),
        ({"cities": [], "tags": [], "segments": [], "categories": []}, "No recipients have been chosen"),
        ({"cities": ["Ατλαντίδα"]}, "No customer matches"),
        ({"cities": ["Χωριό"]}, "None of the 1"),
        ({"cities": "Αθήνα"}, "cannot be understood"),
        ({"segments": ["77Fm-lF7z0nD57kv-VYIW"], "cities": ["Αθήνα"]}, "endsWith"),
    ],
)
def test_an_audience_of_nobody_or_one_not_understood_is_not_sent(tmp_path: Path, filters: object, says: str) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("alone", None, city="Χωριό")
        await sample.add_campaign("camp_x", filters)
        report = await sending(sample).prepare_send("camp_x")
        assert not report.can_send
        assert says in report.obstacles[0].what.en
        with pytest.raises(InvalidInput, match=says):
            await sending(sample).send("camp_x", confirmed_count=0)
        assert await jobs(sample, "camp_x") == []

    in_sample(tmp_path, body)


def test_a_mail_without_subject_is_not_sent(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_x", {"everyone": True}, subject="")
        report = await sending(sample).prepare_send("camp_x")
        assert not report.can_send
        with pytest.raises(InvalidInput, match="subject"):
            await sending(sample).send("camp_x", confirmed_count=report.count)

    in_sample(tmp_path, body)


def test_parts_of_the_audience_that_are_gone_are_told(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        filters = {"tags": ["tag_NRXJkgi0eyOb7yUve9-Td", "gone"], "segments": []}
        await sample.add_campaign("camp_x", filters)
        assert [f.code for f in (await sending(sample).prepare_send("camp_x")).findings] == ["lost_tag"]
        filters = {"segments": ["rbg9gOSntmWaNY_QeECO0", "gone", "1fN3s0xaa6gNBgtYWmxj7"], "tags": []}
        await sample.add_campaign("camp_y", filters)
        report = await sending(sample).prepare_send("camp_y")
        assert [f.code for f in report.findings] == ["lost_segment", "empty_segment"]
        assert report.can_send

    in_sample(tmp_path, body)


def test_empty_values_are_counted_as_the_mails_will_show_them(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        content = "".join(f"{{{{{name}}}}}" for name in FIELDS)
        await sample.add_campaign("camp_x", {"everyone": True}, content=f"<p>{content}</p>")
        await sample.write("UPDATE customers SET phone = '' WHERE rowid % 3 = 0")
        report = await sending(sample).prepare_send("camp_x")
        rows = {row["id"]: row for row in await sample.rows("SELECT * FROM customers")}
        blank = dict.fromkeys(FIELDS, 0)
        for recipient in report.preview.recipients():
            for field, value in merge_values(rows[recipient.customer_id]).items():
                blank[field] += not value.strip()
        told = {finding.text.en.partition(" is ")[0]: finding.text.en for finding in report.findings}
        assert set(told) == {f"{{{{{field}}}}}" for field, count in blank.items() if count}
        for field, count in blank.items():
            assert not count or f" {count} " in told[f"{{{{{field}}}}}"]

    in_sample(tmp_path, body)


def test_scheduling_rescheduling_and_going_back(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = sending(sample)
        with pytest.raises(InvalidInput, match="passed"):
            await service.send(DRAFT, confirmed_count=25, at=sample.now)
        first = await service.send(DRAFT, confirmed_count=25, at=sample.now + 3600)
        assert (await status(sample, DRAFT), first.run_at) == ("scheduled", sample.now + 3600)
        second = await service.send(DRAFT, confirmed_count=25, at=sample.now + 7200)
        assert second.run_at == sample.now + 7200
        assert sorted(await jobs(sample, DRAFT)) == ["cancelled", "queued"]
        assert await sample.value("SELECT scheduled_at FROM email_campaigns WHERE id = ?", DRAFT) == sample.now + 7200
        await service.cancel_schedule(DRAFT)
        assert await status(sample, DRAFT) == "draft"
        assert await sample.value("SELECT scheduled_at FROM email_campaigns WHERE id = ?", DRAFT) is None
        assert set(await jobs(sample, DRAFT)) == {"cancelled"}
        now = await service.send(DRAFT, confirmed_count=25)
        assert (await status(sample, DRAFT), now.run_at) == ("sending", sample.now)

    in_sample(tmp_path, body)


def test_a_campaign_that_a_worker_has_taken_is_not_waiting_any_more(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.write("UPDATE email_jobs SET status = 'processing' WHERE campaign_id = ?", SCHEDULED)
        with pytest.raises(NotAllowed):
            await sending(sample).cancel_schedule(SCHEDULED)
        assert await status(sample, SCHEDULED) == "scheduled"
        assert await jobs(sample, SCHEDULED) == ["processing"]
        with pytest.raises(NotAllowed):
            await sending(sample).cancel_schedule(SENT)

    in_sample(tmp_path, body)


def test_pause_resume_cancel(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = sending(sample)
        for action in (service.pause, service.cancel):
            with pytest.raises(NotAllowed):
                await action(DRAFT)
        await service.send(DRAFT, confirmed_count=25)
        await service.pause(DRAFT)
        assert await status(sample, DRAFT) == "paused"
        with pytest.raises(NotAllowed, match="Paused"):
            await service.send(DRAFT, confirmed_count=25)
        await service.resume(DRAFT)
        assert await status(sample, DRAFT) == "sending"
        await service.cancel(DRAFT)
        assert await status(sample, DRAFT) == "cancelled"
        with pytest.raises(NotAllowed):
            await service.resume(DRAFT)
        with pytest.raises(NotFound):
            await service.pause("gone")

    in_sample(tmp_path, body)


@pytest.mark.parametrize("now", ["sending", "paused", "sent", "cancelled"])
def test_what_is_on_its_way_or_over_is_not_sent_again(tmp_path: Path, now: str) -> None:
    async def body(sample: Sample) -> None:
        await sample.write("UPDATE email_campaigns SET status = ? WHERE id = ?", now, DRAFT)
        with pytest.raises(NotAllowed):
            await sending(sample).send(DRAFT, confirmed_count=25)
        assert await jobs(sample, DRAFT) == []

    in_sample(tmp_path, body)


def test_a_campaign_that_failed_before_anybody_was_listed_can_be_sent(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.write("UPDATE email_campaigns SET status = 'failed' WHERE id = ?", DRAFT)
        await sending(sample).send(DRAFT, confirmed_count=25)
        assert await status(sample, DRAFT) == CampaignStatus.SENDING
        await sample.write("UPDATE email_campaigns SET status = 'failed', total_recipients = 25 WHERE id = ?", DRAFT)
        with pytest.raises(NotAllowed):
            await sending(sample).send(DRAFT, confirmed_count=25)

    in_sample(tmp_path, body)


def test_files_that_are_too_large_together_are_an_obstacle(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.write("UPDATE email_assets SET blob_url = 'https://blob.example/x', size_bytes = 19000000")
        report = await sending(sample).prepare_send(DRAFT)
        assert [finding.code for finding in report.findings] == ["no_alt"]
        assert not report.can_send
        assert "18 MB" in report.obstacles[0].what.en
        with pytest.raises(InvalidInput, match="18 MB"):
            await sending(sample).send(DRAFT, confirmed_count=25)

    in_sample(tmp_path, body)


def test_style_sheets_that_cannot_be_read_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unable:
        def __init__(self, **_options: object) -> None:
            pass

        def inline(self, _html: str) -> str:
            raise css_inline.InlineError("broken")

    async def body(sample: Sample) -> None:
        await sample.write("UPDATE email_campaigns SET content = '<style>p{a:b}</style><p>x' WHERE id = ?", DRAFT)
        monkeypatch.setattr(css_inline, "CSSInliner", Unable)
        report = await sending(sample).prepare_send(DRAFT)
        assert "css_unreadable" in [finding.code for finding in report.findings]
        assert report.can_send

    in_sample(tmp_path, body)
