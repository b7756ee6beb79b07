"""What becomes of visits in the database."""

from __future__ import annotations

import asyncio
import random

import pytest

from kkdesk.services.tracking.recording import Recording
from kkdesk.services.tracking.visits import Visit
from tests.services.tracking.mails import SCANNER, InMails, Mails, visit

A, B, C = "https://kk.example/a", "https://kk.example/b", "https://kk.example/c"


def test_the_first_of_each_is_recorded_as_the_web_crm_does(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        recording = Recording(mails.db)
        await recording.record([visit(), visit(), visit("click", A, after=60), visit(recipient="rcpt_2")])
        await recording.record([visit(after=7200), visit("click", A, after=90), visit("click", B, after=95)])
        rows = await mails.rows(
            "SELECT recipient_id, type, link_url, ip_address, created_at FROM email_tracking ORDER BY 1, 2, 3"
        )
        sent = 1_790_000_000
        assert rows == [
            ("rcpt_1", "click", A, "5.6.7.0", sent + 60),
            ("rcpt_1", "click", B, "5.6.7.0", sent + 95),
            ("rcpt_1", "open", None, "5.6.7.0", sent + 3600),
            ("rcpt_2", "open", None, "5.6.7.0", sent + 3600),
        ]
        assert await mails.counters() == (2, 2)

    in_mails(body)


def test_of_people_and_machines_the_first_is_kept_with_its_rule(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        recording = Recording(mails.db)
        await recording.record([visit(agent=SCANNER, after=1000), visit(agent=None, after=2000)])
        assert await mails.visits() == {("rcpt_1", "open", "", "machine", "scanner")}
        await recording.record([visit(), visit(after=9000)])
        assert await mails.rows("SELECT actor, rule, at_ms / 1000 - 1790000000 FROM kk_visits ORDER BY 1") == [
            ("machine", "scanner", 1000),
            ("person", "browser", 3600),
        ]
        assert await mails.counters() == (1, 0)

    in_mails(body)


def test_unknown_and_untracked_mails_change_nothing(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        recording = Recording(mails.db)
        await mails.write(
            "INSERT INTO kk_untracked_customers (id, since) VALUES ('cust_2', 0)",
            "INSERT INTO kk_untracked_campaigns (id, since) VALUES ('camp_2', 0)",
        )
        await recording.record(
            [
                visit(recipient="rcpt_x"),
                visit(campaign="camp_x"),
                visit(campaign="camp_2"),
                visit(recipient="rcpt_9", campaign="camp_2"),
                visit("click", A, recipient="rcpt_2"),
            ]
        )
        assert await mails.visits() == set()
        assert await mails.rows("SELECT 1 FROM email_tracking") == []

    in_mails(body)


def test_headers_alone_are_a_machine_and_no_open(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        await Recording(mails.db).record([visit(head=True), visit("click", A, head=True, after=60)])
        assert {(row[1], row[3], row[4]) for row in await mails.visits()} == {
            ("open", "machine", "headers_only"),
            ("click", "machine", "headers_only"),
        }
        assert await mails.rows("SELECT 1 FROM email_tracking") == []
        assert await mails.counters() == (0, 0)

    in_mails(body)


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "a batch each"])
def test_several_links_in_a_second_are_a_machines_all_of_them(in_mails: InMails, together: bool) -> None:
    async def body(mails: Mails) -> None:
        scan = [
            visit(after=100.0),
            visit("click", A, after=100.2),
            visit("click", B, after=100.5),
            visit("click", C, after=101.0),
        ]
        later = [visit("click", A, after=5000), visit(after=4990), visit("click", A, after=100.3, recipient="rcpt_2")]
        await record(mails, [scan, later] if together else [[one] for one in (*scan, *later)])
        assert await mails.visits() == {
            ("rcpt_1", "open", "", "machine", "burst"),
            ("rcpt_1", "click", A, "machine", "burst"),
            ("rcpt_1", "click", B, "machine", "burst"),
            ("rcpt_1", "click", C, "machine", "burst"),
            # The same links by a person later, and by another recipient in the same second.
            ("rcpt_1", "open", "", "person", "browser"),
            ("rcpt_1", "click", A, "person", "browser"),
            ("rcpt_2", "click", A, "person", "browser"),
        }

    in_mails(body)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_scan_is_seen_whoever_serves_it(in_mails: InMails, processes: int) -> None:
    async def body(mails: Mails) -> None:
        servers = [Recording(mails.db) for _ in range(processes)]
        scan = [visit("click", link, after=100 + n / 5) for n, link in enumerate((A, B, C))]
        for n, one in enumerate(scan):
            await servers[n % processes].record([one])
        assert {row[3] for row in await mails.visits()} == {"machine"}

    in_mails(body)


def test_a_quick_reader_opens_and_clicks_within_a_second(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        await record(mails, [[visit(after=100), visit("click", A, after=100.6)]])
        assert {row[3] for row in await mails.visits()} == {"person"}

    in_mails(body)


def test_what_comes_right_after_the_send_is_a_machine(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        await mails.write(
            "INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, state, due_at, claimed_at) "
            "VALUES ('rcpt_9', 'camp_2', 'job', 'a@x.example', 'claimed', 0, 1790000000)"
        )
        await record(
            mails,
            [
                [visit(after=2), visit("click", A, after=7, recipient="rcpt_2")],
                # Its result is not on record yet; it was handed over after it was claimed.
                [visit(after=3, recipient="rcpt_9", campaign="camp_2")],
            ],
        )
        assert {(row[0], row[4]) for row in await mails.visits()} == {
            ("rcpt_1", "too_soon"),
            ("rcpt_2", "too_soon"),
            ("rcpt_9", "too_soon"),
        }

    in_mails(body)


def test_given_twice_or_by_several_at_once_is_recorded_once(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        visits = [
            visit("click", f"https://kk.example/{n}", after=100 + 10 * n, recipient=f"rcpt_{n % 2 + 1}")
            for n in range(20)
        ]
        shuffled = random.Random(1).sample(visits, len(visits))
        await asyncio.gather(
            *(Recording(mails.db).record(some) for some in (visits, shuffled, visits[5:], shuffled[:9]))
        )
        await Recording(mails.db).record(visits)
        assert await mails.counters() == (0, 20)
        assert len(await mails.rows("SELECT 1 FROM email_tracking")) == 20
        assert {row[3] for row in await mails.visits()} == {"person"} and len(await mails.visits()) == 20

    in_mails(body)


def test_nothing_is_written_for_what_is_known(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        recording = Recording(mails.db)
        await recording.record([visit(), visit("click", A, after=60)])
        changes = await mails.rows("SELECT count(*) FROM kk_changes")
        await recording.record([visit(after=9000), visit("click", A, after=9060)])
        assert await mails.rows("SELECT count(*) FROM kk_changes") == changes

    in_mails(body)


def test_deleting_a_campaign_takes_its_visits_along(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        await record(mails, [[visit(), visit("click", A, after=60)]])
        await mails.write("DELETE FROM email_campaigns WHERE id = 'camp_1'")
        assert await mails.visits() == set()

    in_mails(body)


async def record(mails: Mails, batches: list[list[Visit]]) -> None:
    recording = Recording(mails.db)
    for batch in batches:
        await recording.record(batch)
