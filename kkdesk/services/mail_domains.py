"""Whether a domain takes mail (RFC 5321, section 5.1), remembered for days in `email_validation_cache`.

Only what is certain counts: a domain that does not exist, one that says it takes no mail (null MX, RFC 7505), one with
neither mail server nor address. Everything else that goes wrong is "unknown", and unknown is not invalid.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import ascii_domain
from kkdesk.model.email_providers import is_provider
from kkdesk.model.errors import Offline, StoreError
from kkdesk.model.ids import new_id
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.dns_lookups import SURELY_THERE, Dns, DnsAnswer, Standing
from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)

_DAY: Final = 86_400
_VALID_SECONDS: Final = 7 * _DAY
_INVALID_SECONDS: Final = _DAY
_NULL_MX: Final = "."

# A domain's answer stands in the table of addresses under "@domain", which no address can be.
_READ: Final = """
SELECT domain, mx_valid, error_message, last_used_at FROM email_validation_cache
WHERE email IN (SELECT '@' || value FROM json_each(?1)) AND validation_source = 'dns_check' AND expires_at > ?2"""
_WRITE: Final = """
INSERT INTO email_validation_cache (id, email, domain, syntax_valid, mx_valid, mx_records, validation_source,
  error_message, validated_at, expires_at, check_count, last_used_at)
VALUES (?1, '@' || ?2, ?2, 1, ?3, ?4, 'dns_check', ?5, ?6, ?7, 1, ?6)
ON CONFLICT (email) DO UPDATE SET mx_valid = excluded.mx_valid, mx_records = excluded.mx_records,
  validation_source = excluded.validation_source, error_message = excluded.error_message,
  validated_at = excluded.validated_at, expires_at = excluded.expires_at,
  check_count = coalesce(check_count, 0) + 1, last_used_at = excluded.last_used_at"""
_USED: Final = """
UPDATE email_validation_cache SET last_used_at = ?2 WHERE email IN (SELECT '@' || value FROM json_each(?1))"""


class MailState(StrEnum):
    """Whether a domain takes mail, and why not."""

    TAKES_MAIL = "takes_mail"
    NO_DOMAIN = "no_domain"
    NULL_MX = "null_mx"
    NO_HOST = "no_host"
    UNKNOWN = "unknown"

    @property
    def is_dead(self) -> bool:
        """Whether it certainly takes no mail."""
        return self in (MailState.NO_DOMAIN, MailState.NULL_MX, MailState.NO_HOST)


class MailDomains:
    """Asks the domain name system about many domains, a few at once, and remembers what is certain."""

    def __init__(self, db: Database, clock: Clock, dns: Dns, *, seconds: float = 3.5, at_once: int = 16) -> None:
        """`seconds` is how long one call of `states` may ask; what is not answered by then is unknown."""
        self._db = db
        self._clock = clock
        self._dns = dns
        self._seconds = seconds
        self._at_once = at_once

    async def state(self, domain: str) -> MailState:
        """Whether one domain takes mail."""
        return (await self.states([domain]))[domain]

    async def states(self, domains: Iterable[str]) -> dict[str, MailState]:
        """Whether each takes mail, asked in this order. Unicode domains are asked for in punycode.

        Raises the `StoreError` family when the remembered answers cannot be read.
        """
        wanted = {domain: ascii_domain(domain) for domain in domains}
        known = {name: MailState.TAKES_MAIL for name in wanted.values() if name and is_provider(name)}
        open_names = dict.fromkeys(name for name in wanted.values() if name and name not in known)
        if open_names:
            known |= await self._remembered(open_names)
        missing = [name for name in open_names if name not in known]
        if missing:
            known |= await self._asked(missing)
        return {domain: known.get(name or "", MailState.UNKNOWN) for domain, name in wanted.items()}

    async def _remembered(self, names: Iterable[str]) -> dict[str, MailState]:
        now = self._clock()
        rows = await self._db.query(_READ, (json.dumps(list(names)), now))
        stale = [as_text(row["domain"]) for row in rows if as_int(row["last_used_at"]) < now - _DAY]
        if stale:  # Once a day is enough to know what is still used.
            await self._write(Statement(_USED, (json.dumps(stale), now)))
        return {as_text(row["domain"]): _state_of(row) for row in rows}

    async def _asked(self, names: list[str]) -> dict[str, MailState]:
        found: dict[str, tuple[MailState, DnsAnswer]] = {}
        queue = iter(names)
        surely: DnsAnswer | None = None

        async def ask_surely() -> None:
            nonlocal surely
            surely = await self._dns.ask(SURELY_THERE, "MX")

        try:
            async with asyncio.timeout(self._seconds), asyncio.TaskGroup() as group:
                group.create_task(ask_surely())
                for _ in range(min(self._at_once, len(names))):
                    group.create_task(self._ask_each(queue, found))
        except TimeoutError:
            _log.info("dns_time_is_up", asked=len(names), answered=len(found))
        if surely is None or surely.standing is not Standing.FOUND:
            found = {name: one for name, one in found.items() if not one[0].is_dead}
        certain = {name: one for name, one in found.items() if one[0] is not MailState.UNKNOWN}
        if certain:
            await self._remember(certain)
        return {name: state for name, (state, _) in certain.items()}

    async def _ask_each(self, names: Iterator[str], found: dict[str, tuple[MailState, DnsAnswer]]) -> None:
        for name in names:
            found[name] = await self._ask_one(name)

    async def _ask_one(self, name: str) -> tuple[MailState, DnsAnswer]:
        mail = await self._dns.ask(name, "MX")
        if mail.standing is Standing.NO_NAME:
            return MailState.NO_DOMAIN, mail
        if mail.standing is Standing.UNKNOWN:
            return MailState.UNKNOWN, mail
        if mail.standing is Standing.FOUND:
            hosts = {value.partition(" ")[2] for value in mail.values}
            return MailState.NULL_MX if hosts == {_NULL_MX} else MailState.TAKES_MAIL, mail
        # No MX: mail goes to the domain's own address (RFC 5321, 5.1, the implicit MX).
        addresses = await asyncio.gather(self._dns.ask(name, "A"), self._dns.ask(name, "AAAA"))
        standings = {answer.standing for answer in addresses}
        if Standing.FOUND in standings:
            return MailState.TAKES_MAIL, mail
        return MailState.UNKNOWN if Standing.UNKNOWN in standings else MailState.NO_HOST, mail

    async def _remember(self, found: Mapping[str, tuple[MailState, DnsAnswer]]) -> None:
        now = self._clock()
        rows = [
            (
                new_id("evc"),
                name,
                0 if state.is_dead else 1,
                json.dumps(answer.values),
                state.value if state.is_dead else None,
                now,
                now + (_INVALID_SECONDS if state.is_dead else _VALID_SECONDS),
            )
            for name, (state, answer) in found.items()
        ]
        await self._write(Statement(_WRITE, many=rows))

    async def _write(self, statement: Statement) -> None:
        # Never kept back for later: an answer that waits in an outbox is old when it arrives.
        change = Change(Bilingual("Έλεγχος τομέων", "Check of domains"), (statement,), at_primary=True)
        try:
            await self._db.apply(change)
        except (Offline, StoreError) as error:
            _log.info("dns_answers_not_kept", error=type(error).__name__)


def _state_of(row: Row) -> MailState:
    if row["mx_valid"]:
        return MailState.TAKES_MAIL
    reason = as_text(row["error_message"] or "")
    return MailState(reason) if reason in set(MailState) else MailState.NO_DOMAIN
