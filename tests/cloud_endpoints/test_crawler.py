"""A scanner that fetches every link of a mail, as filters before mailboxes do."""

from __future__ import annotations

import asyncio
import email
import email.policy
import html
import re
from pathlib import Path

import pytest

from kkdesk.model.campaign_figures import Reaction
from kkdesk.services.queue.records import Addressee, FrozenCampaign
from tests.cloud_endpoints.served import ORIGIN, Served, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START

BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
CONTENT = """<p>Αγαπητέ {{firstName|πελάτη}},</p>
<p><a href="https://www.kktires.example/offers?a=1&amp;b=2">Προσφορές</a>, <a href="https://www.kktires.example/hours">ωράριο</a>
και <a href="tel:+302101234567">τηλέφωνο</a>.</p>"""
ENV = {
    "EMAIL_TRACKING_SECRET": SECRET,
    "NEXTAUTH_URL": ORIGIN,
    "SMTP_HOST": "mail.example",
    "SMTP_FROM": "KK <info@kktires.example>",
}
_ADDRESS = re.compile(r"""(?:href|src)="(https://[^"]+)\"""")


async def links_of_a_mail(endpoints: Served) -> list[str]:
    """Every web address in the HTML of a mail to `rcpt_1`, as a scanner finds them."""
    campaign = FrozenCampaign("camp_1", "", "Θέμα", "Θέμα", CONTENT, "", "")
    template = await endpoints.workspace.composer.compile(campaign)
    row = (await endpoints.workspace.db.query("SELECT * FROM customers WHERE id = 'cust_1'"))[0]
    mail = template.render(Addressee("rcpt_1", "camp_1", "a@x.example", "<1@kktires.example>", row), 0)
    body = email.message_from_bytes(mail.content, policy=email.policy.default).get_body(("html",))
    assert body is not None
    return [html.unescape(found) for found in _ADDRESS.findall(body.get_content())]


@pytest.mark.parametrize("methods", [("GET", "HEAD"), ("HEAD", "GET"), ("GET",)], ids="+".join)
@pytest.mark.parametrize("agent", [BROWSER, "BarracudaCentral", ""], ids=["as a browser", "by its name", "unnamed"])
def test_it_unsubscribes_nobody_and_counts_as_a_machine(tmp_path: Path, agent: str, methods: tuple[str, ...]) -> None:
    now = 1_790_000_000

    async def run() -> None:
        nonlocal now
        async with served(tmp_path, ENV, START, lambda: now) as endpoints:
            links = await links_of_a_mail(endpoints)
            assert len(links) == 4 and all(link.startswith(ORIGIN) for link in links)
            for link in links:
                for method in methods:
                    answer = await endpoints.client.request(method, link, headers={"user-agent": agent})
                    assert answer.status_code in {200, 302}
            statistics = endpoints.workspace.campaign_statistics
            figures = (await statistics.summary("camp_1")).figures
            assert (figures.opened, figures.clicked, figures.unsubscribed) == (0, 0, 0)
            assert (figures.opened_by_machines, figures.clicked_by_machines) == (1, 1)
            assert [
                row.recipient_id for row in (await statistics.recipients("camp_1", only=Reaction.BY_MACHINE)).rows
            ] == ["rcpt_1"]
            for table in ("unsubscribes", "email_suppressions"):
                assert await endpoints.rows(f"SELECT 1 FROM {table}") == []
            assert await endpoints.rows("SELECT 1 FROM customers WHERE unsubscribed = 1") == []
            # The person who reads it afterwards is seen.
            now += 60
            await endpoints.client.get(links[0], headers={"user-agent": BROWSER})
            await endpoints.client.get(
                next(link for link in links if "tracking" in link), headers={"user-agent": BROWSER}
            )
            figures = (await statistics.summary("camp_1")).figures
            assert (figures.opened, figures.clicked) == (1, 1)

    asyncio.run(run())
