"""The list of addresses that are never mailed, as people understand it.

Three tables say so: `email_suppressions`, `unsubscribes` (the web CRM's) and `customers.unsubscribed`. One address is
one entry, however often and however spelled it stands in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kkdesk.model.email_address import address_key
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.model.suppression import (
    Reason,
    Suppressed,
    SuppressedAddresses,
    SuppressionNote,
    SuppressionQuery,
    shown_address,
)
from kkdesk.services.suppression_entries import Records, entry

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

# Characters of an address that SQL folds as `address_key` does: printable ASCII but blanks and angle brackets. A final
# dot and punycode are for Python, too: the one goes, the other is shown in its own letters.
_ODD: Final = "email GLOB '*[^!-;=?-~]*'"
_DOTTED: Final = "(substr(email, -1) = '.' OR instr(email, 'xn--') > 0 OR instr(email, 'XN--') > 0)"
_TABLES: Final = (("email_suppressions", ""), ("unsubscribes", ""), ("customers", " AND unsubscribed = 1"))
_SPELLED_ODDLY: Final = " UNION ".join(
    f"SELECT email FROM {table} WHERE org_id = ?1{more} AND {_ODD}" for table, more in _TABLES
)
_SPELLED: Final = f"{_SPELLED_ODDLY} UNION " + " UNION ".join(
    f"SELECT email FROM {table} WHERE org_id = ?1{more} AND {_DOTTED}" for table, more in _TABLES
)
# Whatever moves the list moves one of these: a look at it is a tenth of reading it.
_STAMP: Final = """
SELECT (SELECT json_array(count(*), max(suppressed_at), total(expires_at), sum(length(suppression_type)),
    sum(complaint_count), sum(expires_at <= ?2)) FROM email_suppressions WHERE org_id = ?1) AS listed,
  (SELECT json_array(count(*), max(created_at)) FROM unsubscribes WHERE org_id = ?1) AS left,
  (SELECT json_array(count(*), max(updated_at)) FROM customers WHERE org_id = ?1 AND unsubscribed = 1) AS customers,
  (SELECT count(*) FROM kk_suppression_notes WHERE org_id = ?1) AS notes
"""
# A complaint about an address that staff had listed is counted there, and weighs no less.
_WEIGHT: Final = (
    "CASE WHEN suppression_type = 'complaint' OR complaint_count > 0 THEN 0 "
    "WHEN suppression_type = 'unsubscribe' THEN 1 WHEN suppression_type = 'hard_bounce' THEN 2 ELSE 3 END"
)
_KINDS: Final = (
    (
        "email_suppressions",
        "+org_id = ?1",
        f"{_WEIGHT}, suppressed_at, expires_at IS NULL",
        " AND (expires_at IS NULL OR expires_at > ?2)",
    ),
    ("unsubscribes", "+org_id = ?1", "1, created_at, 1", " AND t.email <> ''"),
    ("customers", "org_id = ?1", "1, NULL, 1", " AND unsubscribed = 1 AND t.email <> ''"),
)
# Those few that Python folded are looked up by an index; a join of everything with them would compare each with each.
_RECORDS: Final = " UNION ALL ".join(
    f"SELECT lower(t.email) AS address, {columns} FROM {table} t "
    f"WHERE {org}{more} AND t.email NOT IN (SELECT email FROM spelled) "
    f"UNION ALL SELECT s.address, {columns} FROM spelled s CROSS JOIN {table} t "
    f"WHERE +org_id = ?1{more.replace('unsubscribed', '+unsubscribed')} AND t.email = s.email"
    for table, org, columns, more in _KINDS
)
# Each address with its weightiest reason, as a number, and the first moment that is known.
_LISTED: Final = f"""
WITH spelled AS MATERIALIZED (
  SELECT value ->> 0 AS email, value ->> 1 AS address, value ->> 2 AS shown FROM json_each(?3)),
records (address, weight, at, lasts) AS ({_RECORDS}),
folded AS MATERIALIZED (
  SELECT address, min(weight) AS weight, min(at) AS since FROM records
  WHERE (?4 = '' OR instr(address, ?4) > 0 OR address IN (SELECT address FROM spelled WHERE instr(shown, ?4) > 0))
  GROUP BY address HAVING address <> '' AND max(lasts) >= ?6)
SELECT (SELECT json_group_array(address) FROM (
    SELECT address FROM folded WHERE ?5 IS NULL OR weight = ?5 ORDER BY {{order}} LIMIT -1)) AS addresses,
  (SELECT json_group_object(weight, number) FROM (
    SELECT weight, count(*) AS number FROM folded GROUP BY weight)) AS counts
"""
_ORDERS: Final = {
    ("address", False): "address",
    ("address", True): "address DESC",
    ("reason", False): "weight, address",
    ("reason", True): "weight DESC, address",
    ("since", False): "since IS NOT NULL, since, address",
    ("since", True): "since IS NULL, since DESC, address",
}
_WEIGHTS: Final = tuple(Reason)

_SAME: Final = "+t.org_id = ?1 AND lower(trim(t.email)) IN (SELECT value FROM json_each(?2))"
_SUPPRESSIONS: Final = f"""
SELECT t.*, k.name AS campaign FROM email_suppressions t LEFT JOIN email_campaigns k ON k.id = t.source_campaign_id
WHERE {_SAME} AND (t.expires_at IS NULL OR t.expires_at > ?3)"""
_UNSUBSCRIBES: Final = f"""
SELECT t.*, k.name AS campaign FROM unsubscribes t LEFT JOIN email_campaigns k ON k.id = t.campaign_id
WHERE {_SAME} ORDER BY t.created_at, t.id"""
_CUSTOMERS: Final = f"""
SELECT t.id, t.email, coalesce(t.unsubscribed, 0) AS unsubscribed, coalesce(nullif(t.company, ''),
  nullif(trim(coalesce(t.first_name, '') || ' ' || coalesce(t.last_name, '')), ''), t.email) AS name
FROM customers t WHERE t.email IS NOT NULL AND {_SAME} ORDER BY t.created_at, t.id"""
_NOTES: Final = """
SELECT n.address, n.action, n.note, n.created_at, coalesce(u.name, u.email, '') AS who
FROM kk_suppression_notes n LEFT JOIN users u ON u.id = n.user_id
WHERE n.org_id = ?1 AND n.address IN (SELECT value FROM json_each(?2)) ORDER BY n.created_at DESC, n.rowid DESC"""
# What people did to an address, and what its owner did by the link of a mail; `who` is the campaign's name then.
_HISTORY: Final = """
SELECT action, note, who, at FROM (
  SELECT n.action, n.note, coalesce(u.name, u.email, '') AS who, n.created_at AS at, n.rowid AS place
  FROM kk_suppression_notes n LEFT JOIN users u ON u.id = n.user_id WHERE n.org_id = ?1 AND n.address = ?2
  UNION ALL
  SELECT 'left', coalesce(l.reason, ''), coalesce(k.name, ''), l.left_at, l.rowid
  FROM kk_link_optouts l LEFT JOIN email_campaigns k ON k.id = l.campaign_id WHERE l.org_id = ?1 AND l.address = ?2
  UNION ALL
  SELECT 'returned', '', coalesce(k.name, ''), l.undone_at, l.rowid
  FROM kk_link_optouts l LEFT JOIN email_campaigns k ON k.id = l.campaign_id
  WHERE l.org_id = ?1 AND l.address = ?2 AND l.undone_at IS NOT NULL)
ORDER BY at DESC, place DESC, action DESC"""


class SuppressionList:
    """Reads the list of the actor's organisation. 100,000 addresses are found within half a second."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """What has ended by `clock` is no longer listed."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def find(self, query: SuppressionQuery) -> SuppressedAddresses:
        """The addresses of `query`, in its order, folded; `entries` has the rest about those that are looked at."""
        folded = await self._folded()
        spelled = [(email, key, f"{email.lower()}\n{shown_address(key)}") for email, key in folded.items()]
        weight = None if query.reason is None else _WEIGHTS.index(query.reason)
        args = (self._actor.org_id, self._clock(), json.dumps(spelled), _needle(query.text), weight, int(query.lasting))
        order = _ORDERS[query.sort, query.descending]
        found = (await self._db.query(_LISTED.format(order=order), args))[0]
        counts = json.loads(as_text(found["counts"]))
        return SuppressedAddresses(
            json.loads(as_text(found["addresses"])),
            {reason: counts.get(str(at), 0) for at, reason in enumerate(_WEIGHTS)},
            _by_address(folded),
        )

    async def entries(self, found: SuppressedAddresses, addresses: Sequence[str]) -> list[Suppressed | None]:
        """All about some of the addresses that were found; None for one that is no longer listed."""
        org_id, now = self._actor.org_id, self._clock()
        spellings = {*addresses, *(as_sql_folds(one) for key in addresses for one in found.spellings.get(key, ()))}
        same = json.dumps(sorted(spellings))
        records = Records(
            suppressions=_keyed(await self._db.query(_SUPPRESSIONS, (org_id, same, now))),
            unsubscribes=_keyed(await self._db.query(_UNSUBSCRIBES, (org_id, same))),
            customers=_keyed(await self._db.query(_CUSTOMERS, (org_id, same))),
            notes=_keyed(await self._db.query(_NOTES, (org_id, json.dumps(list(addresses)))), "address"),
        )
        return [entry(address, records) for address in addresses]

    async def entry_of(self, email: str) -> Suppressed | None:
        """Why an address is not mailed, however it is spelled; None when it is."""
        return (await self.entries_of((address_key(email),)))[0]

    async def entries_of(self, addresses: Sequence[str]) -> list[Suppressed | None]:
        """The same of some folded addresses, without reading the list."""
        spellings = _by_address(await self._folded(_SPELLED_ODDLY))
        for address in addresses:
            # Punycode is compared as it stands, and a final dot is the one spelling left.
            spellings[address] = (*spellings.get(address, ()), f"{address}.")
        return await self.entries(SuppressedAddresses(spellings=spellings), addresses)

    async def stamp(self) -> tuple[object, ...]:
        """Something that differs when the list has changed."""
        return tuple((await self._db.query(_STAMP, (self._actor.org_id, self._clock())))[0])

    async def history(self, address: str) -> list[SuppressionNote]:
        """What people, and its owner by a mail's link, did to a folded address, the newest first."""
        rows = await self._db.query(_HISTORY, (self._actor.org_id, address))
        return [
            SuppressionNote(as_text(row["action"]), as_text(row["note"]), as_text(row["who"]), as_int(row["at"]))
            for row in rows
        ]

    async def _folded(self, sql: str = _SPELLED) -> dict[str, str]:
        """Addresses by those spellings that SQL cannot fold."""
        rows = await self._db.query(sql, (self._actor.org_id,))
        return {email: address_key(email) for row in rows if (email := as_text(row["email"]))}


def as_sql_folds(email: str) -> str:
    """`lower(trim(email))` as SQLite has it: blanks alone are trimmed, and the case of ASCII letters alone folded."""
    return "".join(c.lower() if c.isascii() else c for c in email.strip(" "))


def _needle(text: str) -> str:
    """What is looked for in folded addresses: with a display name only its address."""
    wanted = " ".join(text.split())
    return address_key(wanted) if "<" in wanted and ">" in wanted else wanted.lower()


def _by_address(folded: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    spellings: dict[str, tuple[str, ...]] = {}
    for email, address in folded.items():
        spellings[address] = (*spellings.get(address, ()), email)
    return spellings


def _keyed(rows: Sequence[Row], column: str = "email") -> Mapping[str, list[Row]]:
    keyed: dict[str, list[Row]] = {}
    for row in rows:
        keyed.setdefault(address_key(as_text(row[column])), []).append(row)
    return keyed
