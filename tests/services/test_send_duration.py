"""How long a campaign takes under the limits that hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.checklist import Severity
from kkdesk.services.company_settings import CompanySettings
from kkdesk.services.send_duration import Limit, SendPace, estimate, limits_of
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.sample import Sample, in_sample

SECOND, MINUTE, HOUR, DAY = Limit(10, 1, assumed=True), Limit(60, 60), Limit(1000, 3600), Limit(2000, 86_400)


@pytest.mark.parametrize(
    ("count", "limits", "seconds", "binding"),
    [
        (1000, [SECOND], 100, SECOND), (1000, [SECOND, MINUTE], 1000, MINUTE), (1000, [SECOND, HOUR], 100, SECOND),
        (1001, [SECOND, HOUR], 3600.1, HOUR), (2500, [SECOND, HOUR], 2 * 3600 + 50, HOUR),
        (4001, [SECOND, MINUTE, HOUR, DAY], 2 * 86_400 + 1, DAY), (1, [SECOND, DAY], 0.1, SECOND),
    ],
)  # fmt: skip
def test_the_narrowest_limit_decides(count: int, limits: list[Limit], seconds: float, binding: Limit) -> None:
    found = estimate(count, limits)
    assert (found.limit, found.seconds) == (binding, pytest.approx(seconds))


@given(st.integers(1, 200_000), st.lists(st.sampled_from([MINUTE, HOUR, DAY, Limit(3, 1)]), unique=True))
def test_another_limit_never_makes_it_shorter(count: int, limits: list[Limit]) -> None:
    assert estimate(count, [SECOND, *limits]).seconds >= estimate(count, [SECOND]).seconds
    assert estimate(count + 1, [SECOND, *limits]).seconds > 0


def test_limits_of_the_company_and_of_google(tmp_path: Path) -> None:
    def limits(env: dict[str, str], **company: str) -> list[tuple[int, int]]:
        settings = Settings(Profile.at(tmp_path), env)
        named = {f"send.per_{name}": value for name, value in company.items()}
        return [(limit.number, limit.seconds) for limit in limits_of(named, settings)]

    assert limits({}) == [(10, 1)]
    assert limits({}, second="2", minute="0", hour="500", day="rubbish") == [(10, 1), (2, 1), (500, 3600)]
    assert limits({"EMAIL_TRANSPORT": "gmail"}) == [(10, 1), (60, 60), (2000, 86_400)]
    assert limits({"SMTP_HOST": "smtp.gmail.com"}, day="100") == [(10, 1), (100, 86_400), (2000, 86_400)]


def test_in_words(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        company = CompanySettings(sample.db, sample.actor, sample.clock)

        async def told(count: int, env: dict[str, str] | None = None) -> list[str]:
            settings = Settings(Profile.at(tmp_path), env or {})
            return [finding.text.en for finding in await SendPace(settings, company).findings(count)]

        assumed = "if the server takes 10 mails per second."
        assert await told(0) == []
        assert await told(600) == [f"Time to send: up to a minute, {assumed}"]
        assert await told(601) == [f"Time to send: about 2 minutes, {assumed}"]
        assert await told(100_000) == [f"Time to send: about 3 hours, {assumed}"]
        await company.put("send.per_day", "0", "1500")
        assert await told(4000) == ["Time to send: about 3 days, at the limit of 1,500 mails per day."]
        pace = SendPace(Settings(Profile.at(tmp_path), {"EMAIL_TRANSPORT": "gmail"}), company)
        assert [finding.severity for finding in await pace.findings(2000)] == [Severity.NOTE]
        assert [finding.code for finding in await pace.findings(2001)] == ["duration", "google_daily_limit"]
        greek = (await pace.findings(4000))[0].text.el
        assert greek == "Διάρκεια αποστολής: περίπου 3 ημέρες, με όριο 1.500 μηνύματα την ημέρα."

    in_sample(tmp_path, body)
