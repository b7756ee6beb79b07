"""People and machines apart, in every figure of a campaign, and the same in all of them."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.actor import Actor
from kkdesk.model.campaign_figures import LinkFigures, Reaction
from kkdesk.services.campaign_statistics import CampaignStatistics
from kkdesk.services.tracking.recording import Recording
from kkdesk.services.tracking.visits import Visit
from kkdesk.store.local import LocalDatabase
from tests.services.tracking.mails import SCANNER, SENT, START, InMails, Mails, visit

A, B = "https://kk.example/a", "https://kk.example/b"
PEOPLE = ("rcpt_1", "rcpt_2")


def statistics(mails: Mails) -> CampaignStatistics:
    return CampaignStatistics(mails.db, Actor("u", "o", "Α"))


async def chosen(found: CampaignStatistics, only: Reaction) -> set[str]:
    page = await found.recipients("camp_1", only=only)
    assert page.total == len(page.rows)
    return {row.recipient_id for row in page.rows}


def test_a_person_counts_as_one_and_a_machine_apart(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        recording = Recording(mails.db)
        await recording.record([visit(agent=SCANNER, after=100), visit(after=7200)])
        await recording.record([visit(agent=SCANNER, recipient="rcpt_2"), visit("click", A, agent=SCANNER)])
        await recording.record([visit("click", B, after=9000), visit("click", B, head=True, recipient="rcpt_2")])
        found = statistics(mails)
        figures = (await found.summary("camp_1")).figures
        assert (figures.opened, figures.opened_by_machines) == (1, 1)
        assert (figures.clicked, figures.clicked_by_machines) == (1, 1)
        assert await chosen(found, Reaction.OPENED) == {"rcpt_1"}
        assert await chosen(found, Reaction.BY_MACHINE) == {"rcpt_2"}
        assert await found.links("camp_1") == [LinkFigures(B, 1, 0), LinkFigures(A, 0, 1)]
        rows = {row.recipient_id: row for row in (await found.recipients("camp_1")).rows}
        # The scanner came first, the person opened it two hours after the send.
        assert (rows["rcpt_1"].opened_at, rows["rcpt_1"].machine_at) == (SENT + 7200, SENT + 100)
        assert (rows["rcpt_2"].opened_at, rows["rcpt_2"].clicked_at, rows["rcpt_2"].machine_at) == (
            None,
            None,
            SENT + 3600,
        )
        hours = await found.hours("camp_1")
        assert [(hour.opened, hour.clicked) for hour in hours] == [(1, 1)]

    in_mails(body)


def test_what_the_web_crm_recorded_counts_as_a_persons(in_mails: InMails) -> None:
    async def body(mails: Mails) -> None:
        await mails.write(
            "INSERT INTO email_tracking (id, campaign_id, recipient_id, type, link_url, created_at) VALUES "
            f"('t1', 'camp_1', 'rcpt_1', 'open', NULL, {SENT + 60}), ('t2', 'camp_1', 'rcpt_1', 'click', '{A}', {SENT + 90})"
        )
        found = statistics(mails)
        figures = (await found.summary("camp_1")).figures
        assert (figures.opened, figures.clicked, figures.opened_by_machines) == (1, 1, 0)
        row = (await found.recipients("camp_1", only=Reaction.CLICKED)).rows[0]
        assert (row.opened_at, row.clicked_at, row.machine_at) == (SENT + 60, SENT + 90, None)

    in_mails(body)


VISITS = st.builds(
    visit,
    st.sampled_from(["open", "click"]),
    after=st.sampled_from([1.0, 100.0, 100.4, 5000.0, 9000.0]),
    recipient=st.sampled_from(PEOPLE),
    agent=st.sampled_from(["Firefox", SCANNER, None]),
    head=st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(VISITS, st.sampled_from([A, B])), max_size=12), st.integers(1, 5))
def test_all_figures_agree(visits: list[tuple[Visit, str]], size: int) -> None:
    async def run(folder: Path) -> None:
        mails = Mails(await LocalDatabase.open(folder / "crm.db"))
        try:
            await mails.write(*START.strip().splitlines())
            recording = Recording(mails.db)
            made = [linked(one, link) for one, link in visits]
            for first in range(0, len(made), size):
                await recording.record(made[first : first + size])
            await compare(mails)
        finally:
            await mails.db.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


def linked(one: Visit, link: str) -> Visit:
    return visit(
        one.kind,
        link if one.kind == "click" else "",
        after=one.at_ms / 1000 - SENT,
        recipient=one.mail.recipient_id,
        agent=one.visitor.user_agent,
        head=one.head,
    )


async def compare(mails: Mails) -> None:
    """The figures against what plain loops over the rows say."""
    seen = await mails.visits()
    tracked = {(row[0], row[1]) for row in await mails.rows("SELECT recipient_id, type FROM email_tracking")}
    people = {(row[0], row[1]) for row in seen if row[3] == "person"}
    machines = {(row[0], row[1]) for row in seen if row[3] == "machine"} - people
    found = statistics(mails)
    figures = (await found.summary("camp_1")).figures
    assert people <= tracked
    for kind, persons, automatic in (
        ("open", figures.opened, figures.opened_by_machines),
        ("click", figures.clicked, figures.clicked_by_machines),
    ):
        assert persons == sum(entry[1] == kind for entry in people)
        assert automatic == sum(entry[1] == kind for entry in machines)
    assert await chosen(found, Reaction.OPENED) == {who for who, kind in people if kind == "open"}
    assert await chosen(found, Reaction.CLICKED) == {who for who, kind in people if kind == "click"}
    assert await chosen(found, Reaction.BY_MACHINE) == {who for who, _ in machines}
    links = await found.links("camp_1")
    clicked_by_people = {(row[0], row[2]) for row in seen if row[1] == "click" and row[3] == "person"}
    assert sum(link.clicked for link in links) == len(clicked_by_people)
    rows = (await found.recipients("camp_1")).rows
    assert {row.recipient_id for row in rows if row.opened_at is not None} == {
        who for who, kind in people if kind == "open"
    }
