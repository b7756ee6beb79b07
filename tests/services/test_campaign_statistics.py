"""Figures count recipients, not rows; each recipient is in one state."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import Reaction, RecipientState
from kkdesk.model.errors import NotFound
from kkdesk.services.campaign_statistics import CampaignStatistics
from tests.sample import DRAFT, NOW, SCHEDULED, SENT, Sample, in_sample


def statistics(sample: Sample) -> CampaignStatistics:
    return CampaignStatistics(sample.db, sample.actor)


async def track(sample: Sample, recipient_id: str, kind: str, url: str | None = None, at: int = NOW) -> None:
    await sample.write(
        "INSERT INTO email_tracking (id, campaign_id, recipient_id, type, link_url, created_at) "
        "SELECT hex(randomblob(8)), campaign_id, id, ?, ?, ? FROM campaign_recipients WHERE id = ?",
        *(kind, url, at, recipient_id),
    )


async def list_recipients(sample: Sample, campaign_id: str, **states: str) -> None:
    """Recipients r_<name> whose `campaign_recipients.status` is the value, or `status/state` of both tables."""
    customers = await sample.rows(
        "SELECT id, email FROM customers WHERE org_id = 'org_kktires' AND email GLOB '?*@*.example' LIMIT ?",
        len(states),
    )
    for (name, state), customer in zip(states.items(), customers, strict=True):
        status, _, ours = state.partition("/")
        await sample.write(
            "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, error_message) VALUES (?, ?, ?, ?, ?, ?)",
            *(f"r_{name}", campaign_id, customer["id"], customer["email"], status, f"why {name}"),
        )
        if ours:
            await sample.write(
                "INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, state, due_at, reason) VALUES (?, ?, 'j', ?, ?, 1, ?)",
                *(f"r_{name}", campaign_id, name, ours, "unsubscribed" if ours == "skipped" else None),
            )


def test_the_list(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        found = {one.id: one for one in await statistics(sample).summaries()}
        assert set(found) == {SENT, SCHEDULED, DRAFT}
        figures = found[SENT].figures
        assert (figures.total, figures.sent, figures.opened, figures.unsubscribed) == (1047, 1032, 369, 9)
        clicked = "SELECT count(DISTINCT recipient_id) FROM email_tracking WHERE type = 'click'"
        assert figures.clicked == await sample.value(clicked) < 117, "117 clicks of fewer recipients"
        assert found[SCHEDULED].figures.open_rate is None
        assert [one.id for one in await statistics(sample).summaries(status=CampaignStatus.SCHEDULED)] == [SCHEDULED]
        assert [one.id for one in await statistics(sample).summaries(search="ΑΝΟΙΞΗ")] == [SCHEDULED]
        assert [one.id for one in await statistics(sample).summaries(search="θερινα ελαστ")] == [SCHEDULED]
        assert await statistics(sample).summaries(search="%0") == []
        pages = [await statistics(sample).summaries(limit=1, offset=offset) for offset in range(4)]
        assert [one.id for page in pages for one in page] == list(found)

    in_sample(tmp_path, body)


def test_a_campaign_of_another_organisation_is_not_there(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_theirs", None, org_id="org_notia")
        with pytest.raises(NotFound):
            await statistics(sample).summary("camp_theirs")

    in_sample(tmp_path, body)


def test_rates_never_exceed_the_whole(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await list_recipients(sample, DRAFT, a="sent", b="failed", c="failed/unconfirmed")
        for recipient in ("r_a", "r_b", "r_c"):
            for url in ("https://a.gr/", "https://b.gr/", "https://c.gr/"):
                await track(sample, recipient, "open")
                await track(sample, recipient, "click", url)
        summary = await statistics(sample).summary(DRAFT)
        assert (summary.figures.sent, summary.figures.opened, summary.figures.clicked) == (1, 3, 3)
        assert summary.figures.open_rate == summary.figures.click_rate == 1
        assert summary.unconfirmed == 1

    in_sample(tmp_path, body)


def test_each_recipient_is_in_one_state(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await list_recipients(
            sample,
            DRAFT,
            wait="pending/pending",
            go="failed/claimed",
            done="sent/sent",
            web="sent",
            no="failed/failed",
            doubt="failed/unconfirmed",
            out="failed/skipped",
            off="failed/cancelled",
            back="bounced",
            odd="strange",
            settled="sent/skipped",
        )
        assert await statistics(sample).states(DRAFT) == {
            RecipientState.PENDING: 1,
            RecipientState.SENDING: 1,
            RecipientState.SENT: 3,
            RecipientState.FAILED: 2,
            RecipientState.UNCONFIRMED: 1,
            RecipientState.SKIPPED: 1,
            RecipientState.CANCELLED: 1,
            RecipientState.BOUNCED: 1,
        }
        for state, count in (await statistics(sample).states(DRAFT)).items():
            page = await statistics(sample).recipients(DRAFT, only=state)
            assert page.total == count == len(page.rows)
            assert {row.state for row in page.rows} == {state}
        reasons = {row.recipient_id: row.reason for row in (await statistics(sample).recipients(DRAFT)).rows}
        assert reasons["r_out"] == "unsubscribed"
        assert reasons["r_no"] == "why no"
        assert reasons["r_done"] == reasons["r_wait"] == ""

    in_sample(tmp_path, body)


def test_states_add_up_to_all(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        assert await statistics(sample).states(SENT) == {RecipientState.SENT: 1032, RecipientState.FAILED: 15}

    in_sample(tmp_path, body)


def test_recipients_by_reaction_search_and_page(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        opened = await statistics(sample).recipients(SENT, only=Reaction.OPENED, limit=1000)
        assert opened.total == len(opened.rows) == 369
        assert all(row.opened_at for row in opened.rows)
        clicked = await statistics(sample).recipients(SENT, only=Reaction.CLICKED)
        assert clicked.total == 105
        assert all(row.clicked_at for row in clicked.rows)
        gone = await statistics(sample).recipients(SENT, only=Reaction.UNSUBSCRIBED)
        assert gone.total == 9
        everybody = await statistics(sample).recipients(SENT, limit=2000)
        assert everybody.total == len({row.recipient_id for row in everybody.rows}) == 1047
        part = await statistics(sample).recipients(SENT, offset=1000, limit=20)
        assert part.rows == everybody.rows[1000:1020]
        found = await statistics(sample).recipients(SENT, search="ΓΙΩΡΓΟΣ")
        assert found.total == len(found.rows)
        assert found.total > 0
        assert all("ργ" in row.name or "ΡΓ" in row.name or "γιώργος" in row.email for row in found.rows)
        assert (await statistics(sample).recipients(SENT, search="_@")).total == 0
        one = everybody.rows[7]
        assert one in (await statistics(sample).recipients(SENT, search=one.email.upper())).rows

    in_sample(tmp_path, body)


def test_links_and_hours(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await list_recipients(sample, DRAFT, a="sent", b="sent")
        await track(sample, "r_a", "click", "https://a.gr/", 7200)
        await track(sample, "r_b", "click", "https://a.gr/", 10799)
        await track(sample, "r_b", "click", "https://b.gr/", 10800)
        await track(sample, "r_b", "open", None, 7201)
        await track(sample, "r_b", "open", None, 7202)
        await track(sample, "r_a", "unsubscribe", None, 10801)
        links = await statistics(sample).links(DRAFT)
        assert [(link.url, link.clicked) for link in links] == [("https://a.gr/", 2), ("https://b.gr/", 1)]
        hours = await statistics(sample).hours(DRAFT)
        assert [(hour.start, hour.opened, hour.clicked, hour.unsubscribed) for hour in hours] == [
            (7200, 1, 2, 0),
            (10800, 0, 1, 1),
        ]

    in_sample(tmp_path, body)
