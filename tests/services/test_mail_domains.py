"""Which domains take mail: asked of a real name server, remembered, and never guessed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from dns.exception import DNSException

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import Offline
from kkdesk.services.dns_lookups import DnsAnswer, Kind, Standing, SystemDns
from kkdesk.services.link_check import LinkCheck, LinkState
from kkdesk.services.mail_domains import MailDomains, MailState
from tests.sample import Sample, in_sample
from tests.servers.dns_server import DnsServer, Zone
from tests.servers.ports import free_port

DAY = 86_400
ZONES: dict[str, Zone] = {
    "gmail.com": {"MX": ["5 gmail-smtp-in.l.google.com."]},
    "kktires.gr": {"MX": ["20 b.kktires.gr.", "10 a.kktires.gr."], "TXT": ['"v=spf1 -all"']},
    "implicit.gr": {"A": ["192.0.2.7"]},
    "only6.gr": {"AAAA": ["2001:db8::7"]},
    "nomail.gr": {"MX": ["0 ."]},
    "nohost.gr": {"TXT": ['"hello"']},
    "broken.gr": "SERVFAIL",
    "refused.gr": "REFUSED",
    "silent.gr": "silent",
    "xn--qxam.gr": {"MX": ["10 m.xn--qxam.gr."]},
}
DEAD = {"gone.gr": MailState.NO_DOMAIN, "nomail.gr": MailState.NULL_MX, "nohost.gr": MailState.NO_HOST}
ALIVE = ("kktires.gr", "implicit.gr", "only6.gr")


def domains(sample: Sample, server: DnsServer, seconds: float = 3.0, at_once: int = 16) -> MailDomains:
    return MailDomains(sample.db, sample.clock, server.client(seconds), seconds=seconds, at_once=at_once)


def test_each_kind_of_answer(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            found = await domains(sample, server).states([*DEAD, *ALIVE, "broken.gr", "refused.gr", "a..b", "ελ.gr"])
        assert found == {
            **DEAD,
            **dict.fromkeys([*ALIVE, "ελ.gr"], MailState.TAKES_MAIL),
            **dict.fromkeys(["broken.gr", "refused.gr", "a..b"], MailState.UNKNOWN),
        }
        assert {one for one in MailState if one.is_dead} == set(DEAD.values())

    in_sample(tmp_path, body)


def test_what_is_certain_is_remembered_and_asked_again_when_it_is_old(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            asked = ["kktires.gr", "gone.gr", "broken.gr"]
            first = await domains(sample, server).states(asked)
            server.questions.clear()
            assert await domains(sample, server).states(asked) == first
            assert {name for name, _ in server.questions} == {"broken.gr", "gmail.com"}, "only the unknown is asked"
            rows = {row["email"]: row for row in await sample.rows("SELECT * FROM email_validation_cache")}
            assert set(rows) == {"@kktires.gr", "@gone.gr"}
            good, bad = rows["@kktires.gr"], rows["@gone.gr"]
            assert set(json.loads(good["mx_records"])) == {"10 a.kktires.gr", "20 b.kktires.gr"}
            assert (good["mx_valid"], bad["mx_valid"], bad["error_message"]) == (1, 0, "no_domain")
            assert good["validation_source"] == "dns_check" and good["check_count"] == 1
            assert good["expires_at"] == sample.now + 7 * DAY and bad["expires_at"] == sample.now + DAY
            sample.now += DAY + 1
            server.questions.clear()
            server.zones["gone.gr"] = {"A": ["192.0.2.1"]}
            assert await domains(sample, server).states(["kktires.gr", "gone.gr"]) == {
                "kktires.gr": MailState.TAKES_MAIL,
                "gone.gr": MailState.TAKES_MAIL,
            }
            assert "kktires.gr" not in {name for name, _ in server.questions}
            [row] = await sample.rows("SELECT * FROM email_validation_cache WHERE email = '@gone.gr'")
            assert (row["mx_valid"], row["error_message"], row["check_count"]) == (1, None, 2)
            used = await sample.value("SELECT last_used_at FROM email_validation_cache WHERE domain = 'kktires.gr'")
            assert used == sample.now

    in_sample(tmp_path, body)


def test_a_resolver_that_denies_everything_proves_nothing(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer({}) as server:
            assert await domains(sample, server).state("gone.gr") is MailState.UNKNOWN
        assert await sample.rows("SELECT 1 FROM email_validation_cache") == []

    in_sample(tmp_path, body)


def test_known_providers_are_not_asked_for(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer({}) as server:
            assert await domains(sample, server).state("otenet.gr") is MailState.TAKES_MAIL
            assert server.questions == []

    in_sample(tmp_path, body)


def test_when_time_is_up_the_answers_that_came_count(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            found = await domains(sample, server, seconds=1, at_once=2).states(["silent.gr", *ALIVE, "gone.gr"])
        assert found.pop("silent.gr") is MailState.UNKNOWN
        assert found == {**dict.fromkeys(ALIVE, MailState.TAKES_MAIL), "gone.gr": MailState.NO_DOMAIN}

    in_sample(tmp_path, body)


class Swallowing:
    """A resolver that gets no answers, and swallows cancellation as dnspython may."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(self, name: str, kind: Kind, *, search: bool) -> None:
        self.asked.append(name)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise DNSException from None
        raise AssertionError("nobody answers")


def test_when_time_is_up_nobody_asks_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Swallowing()
    monkeypatch.setattr("kkdesk.services.dns_lookups.configured_resolver", lambda: resolver)

    async def body(sample: Sample) -> None:
        dns = SystemDns()
        names = [f"d{number}.gr" for number in range(100)]
        found = await MailDomains(sample.db, sample.clock, dns, seconds=0.3, at_once=3).states(names)
        assert set(found.values()) == {MailState.UNKNOWN}
        assert sorted(resolver.asked) == ["d0.gr.", "d1.gr.", "d2.gr.", "gmail.com."]
        links = LinkCheck(dns, seconds=0.1, at_once=2)
        assert set((await links.states([f"https://{name}/" for name in names])).values()) == {LinkState.UNKNOWN}
        assert len(resolver.asked) == 6

    in_sample(tmp_path, body)


class Unwritable:
    """A database whose server is out of reach."""

    def __init__(self, sample: Sample) -> None:
        self.query = sample.db.query
        self.data_version = sample.db.data_version
        self.close = sample.db.close

    async def apply(self, change: Change) -> Applied:
        raise Offline(Bilingual("", ""))


def test_answers_count_even_where_they_cannot_be_kept(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        async with DnsServer(ZONES) as server:
            asked = MailDomains(Unwritable(sample), sample.clock, server.client())
            assert await asked.state("gone.gr") is MailState.NO_DOMAIN

    in_sample(tmp_path, body)


def test_long_answers_come_over_tcp_and_texts_are_joined() -> None:
    async def body() -> None:
        long = '"' + "a" * 250 + '" "' + "b" * 250 + '" "γεια"'
        async with DnsServer({"long.gr": {"TXT": [long]}}) as server:
            answer = await server.client().ask("long.gr", "TXT")
            assert answer == DnsAnswer(Standing.FOUND, ("a" * 250 + "b" * 250 + "γεια",))
            assert server.questions == [("long.gr", "TXT")] * 2

    asyncio.run(body())


@pytest.mark.parametrize("name", ["a..b", "x" * 70 + ".gr", ".", "ελ.gr"])
def test_names_that_make_no_sense_and_servers_that_are_not_there_are_unknown(name: str) -> None:
    async def body() -> None:
        nobody = SystemDns(["127.0.0.1"], free_port(), 0.2)
        assert (await nobody.ask(name, "A")).standing is Standing.UNKNOWN

    asyncio.run(body())
