"""A deployment looked at from outside: well, and with each thing that may be wrong with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cloud_endpoints.security_headers import DEFAULTS
from kkdesk.services.doctor.check import Examination, State
from kkdesk.services.doctor.deployment import DESTINATION
from kkdesk.services.doctor.links import WANTED_HEADERS
from kkdesk.services.doctor.service import CLOUD_CHECKS
from kkdesk.services.mail.tracking import normalize_destination
from tests.servers.certificates import make_certificate
from tests.servers.endpoints import endpoints
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.services.doctor.deployments import CRON, SECRET, WELL, Names, deployed, doctor, facts, found, states

OK, WARNING, FAILED, SKIPPED = State.OK, State.WARNING, State.FAILED, State.SKIPPED


def look(folder: Path, origin: str, env: dict[str, str] | None = None, *, try_call: bool = False) -> Examination:
    return asyncio.run(doctor(folder / "desktop", WELL if env is None else env).look_at(origin, try_call=try_call))


def test_all_is_well_but_for_calls_that_never_came(tmp_path: Path) -> None:
    with endpoints(tmp_path / "server", WELL) as server:
        seen = look(tmp_path, server.url)
        assert states(seen) == {
            **{check.name: OK for check in CLOUD_CHECKS},
            "certificate": SKIPPED,
            "cron_sending": WARNING,
            "cron_geocoding": WARNING,
        }
        assert seen.exit_code == 0
        assert "cron setup" in found(seen, "cron_sending")
        # What the trial of our key does is what a call does: that one has come is told from then on.
        tried = look(tmp_path, server.url, try_call=True)
        assert states(tried)["cron_try"] is OK and facts(tried, "cron_try")["sent"] == 0
        server.kill()
        server.start()  # health is told again for some seconds
        again = look(tmp_path, server.url)
        assert states(again)["cron_sending"] is OK and states(again)["cron_geocoding"] is WARNING


def test_another_secret_there(tmp_path: Path) -> None:
    with endpoints(tmp_path / "server", {**WELL, "EMAIL_TRACKING_SECRET": "another-secret"}) as server:
        seen = look(tmp_path, server.url)
    assert [name for name, state in states(seen).items() if state is FAILED] == ["signatures"]
    assert "another EMAIL_TRACKING_SECRET" in found(seen, "signatures")
    assert seen.exit_code == 1


def test_no_secrets_there(tmp_path: Path) -> None:
    with endpoints(tmp_path / "server", {"EMAIL_TRACKING_SECRET": " ", "CRON_SECRET": " "}) as server:
        seen = look(tmp_path, server.url, try_call=True)
    assert [name for name, state in states(seen).items() if state is FAILED] == [
        "tracking_secret",
        "signatures",
        "cron_closed",
        "cron_try",
    ]
    assert "has no EMAIL_TRACKING_SECRET" in found(seen, "signatures")
    assert "has no CRON_SECRET" in found(seen, "cron_closed")
    assert "another CRON_SECRET" in found(seen, "cron_try")


def test_no_secrets_here(tmp_path: Path) -> None:
    async def run() -> Examination:
        async with deployed(tmp_path / "server") as (port, _):
            return await doctor(tmp_path / "desktop", {}).look_at(f"http://127.0.0.1:{port}", try_call=True)

    seen = asyncio.run(run())
    assert [name for name, state in states(seen).items() if state is FAILED] == ["signatures", "cron_try"]
    assert "would make another one" in found(seen, "signatures")
    assert seen.exit_code == 3


def test_the_companys_database_stands_still(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    database = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    with endpoints(tmp_path / "server", {**WELL, **database}) as server:
        network.black_hole()
        seen = asyncio.run(doctor(tmp_path / "desktop", seconds=5).look_at(server.url))
        network.passing()
    assert (states(seen)["answers"], states(seen)["database"]) == (WARNING, FAILED)
    assert "does not reach its database" in found(seen, "database")
    # Readers are served all the same.
    assert {states(seen)[name] for name in ("signatures", "forgeries", "pixel")} == {OK}
    assert {states(seen)[name] for name in ("queue", "cron_sending", "version")} == {SKIPPED}
    assert seen.exit_code == 1


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    async def run() -> None:
        async with deployed(tmp_path / "server") as (port, meddler):
            await doctor(tmp_path / "desktop").look_at(f"http://127.0.0.1:{port}")
            asked = [(method, path) for method, path, _ in meddler.asked]
        # The only call of the scheduler is the one with a key that is none.
        assert sorted(asked) == [
            ("GET", "/api/cron/email-jobs"),
            *[("GET", "/api/email/click")] * 3,
            ("GET", "/api/email/tracking"),
            ("GET", "/api/health"),
            ("GET", "/api/unsubscribe"),
            ("POST", "/api/unsubscribe"),
        ]
        mails = {query.partition("&u=")[0].partition("&sig=")[0] for *_, query in meddler.asked if query}
        assert len(mails) == 1 and mails.pop().startswith("cid=doctor_")
        assert not any(SECRET in query or CRON in query for *_, query in meddler.asked)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("ahead", "state"), [(0, OK), (29, OK), (-40, WARNING), (299, WARNING), (400, FAILED), (-400, FAILED)]
)
def test_clocks_that_differ(tmp_path: Path, ahead: int, state: State) -> None:
    async def run() -> Examination:
        async with deployed(tmp_path / "server") as (port, _):
            return await doctor(tmp_path / "desktop", ahead=ahead).look_at(f"http://127.0.0.1:{port}")

    seen = asyncio.run(run())
    assert states(seen)["clock"] is state
    assert abs(facts(seen, "clock")["seconds"] + ahead) <= 2
    if ahead > 30:
        assert "behind this one" in found(seen, "clock")


def test_over_tls_by_name(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "tls", host="links.example.gr")

    async def run() -> Examination:
        async with deployed(tmp_path / "server", certificate=certificate) as (port, _):
            here = doctor(
                tmp_path / "desktop", dns=Names(links_example_gr=["127.0.0.1"]), authority=certificate.authority
            )
            return await here.look_at(f"https://links.example.gr:{port}")

    seen = asyncio.run(run())
    assert states(seen) == {
        **{check.name: OK for check in CLOUD_CHECKS},
        "name": WARNING,
        "cron_sending": WARNING,
        "cron_geocoding": WARNING,
    }
    assert "private network" in found(seen, "name")
    assert facts(seen, "certificate") == {"days": 29, "issuer": "KK Desk tests"}


def test_what_is_expected_is_what_the_endpoints_do() -> None:
    assert normalize_destination(DESTINATION) == DESTINATION
    for name, value in WANTED_HEADERS.items():
        assert value in DEFAULTS[name], name
    assert "strict-transport-security" in DEFAULTS
