"""One entry of the list of addresses that are never mailed, out of all records about the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kkdesk.model.row import Row, as_int, as_text
from kkdesk.model.suppression import Reason, SourceKind, Suppressed

ByAddress = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Records:
    """Rows by folded address. `notes` have the newest first, `unsubscribes` the oldest."""

    suppressions: ByAddress
    unsubscribes: ByAddress
    customers: ByAddress
    notes: ByAddress


def entry(address: str, records: Records) -> Suppressed | None:
    """All about one address; None when nothing keeps it from being mailed."""
    suppressions = sorted(records.suppressions.get(address, ()), key=_weight)
    opt_outs = records.unsubscribes.get(address, ())
    customers = records.customers.get(address, ())
    left = [row for row in customers if as_int(row["unsubscribed"])]
    reasons = [reason for row in suppressions for reason in _reasons(row)] + [Reason.UNSUBSCRIBE] * bool(
        opt_outs or left
    )
    if not reasons:
        return None
    said = _said(suppressions, opt_outs, records.notes.get(address, ()))
    ends = [row["expires_at"] for row in suppressions]
    times = [as_int(row["suppressed_at"]) for row in suppressions] + [as_int(row["created_at"]) for row in opt_outs]
    return Suppressed(
        address=address,
        reasons=tuple(sorted(set(reasons), key=tuple(Reason).index)),
        text=said.text,
        source=said.kind,
        source_name=said.name,
        since=min(times, default=0),
        until=None if opt_outs or left or None in ends else max(map(as_int, ends)),
        bounces=sum(as_int(row["bounce_count"]) for row in suppressions),
        complaints=sum(as_int(row["complaint_count"]) for row in suppressions),
        customers=tuple((as_text(row["id"]), as_text(row["name"])) for row in customers),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    kind: SourceKind
    name: str = ""
    text: str = ""


def _said(suppressions: Sequence[Row], opt_outs: Sequence[Row], notes: Sequence[Row]) -> _Said:
    """Who or what put the address on the list, and in which words."""
    if not suppressions and not opt_outs:
        return _Said("customer")
    campaign = next((as_text(row["campaign"]) for row in (*suppressions, *opt_outs) if row["campaign"]), "")
    words = [as_text(row["suppression_reason"]) for row in suppressions] + [as_text(row["reason"]) for row in opt_outs]
    text = next(filter(None, words), "")
    if campaign:
        return _Said("campaign", campaign, text)
    note = next((row for row in notes if row["action"] in {"add", "import"}), None)
    reason = _reason(suppressions[0]) if suppressions else Reason.UNSUBSCRIBE
    if reason is Reason.MANUAL and note is not None:
        return _Said("import" if note["action"] == "import" else "person", as_text(note["who"]), text)
    return _Said("mail" if reason in {Reason.HARD_BOUNCE, Reason.COMPLAINT} else "web", "", text)


def _reason(row: Row) -> Reason:
    # The web CRM may know kinds that we do not; whatever it is, somebody wanted it.
    kind = as_text(row["suppression_type"])
    return Reason(kind) if kind in set(Reason) else Reason.MANUAL


def _reasons(row: Row) -> tuple[Reason, ...]:
    """What a row says: a complaint about an address that was listed for something else is only counted there."""
    return (_reason(row), Reason.COMPLAINT) if as_int(row["complaint_count"]) else (_reason(row),)


def _weight(row: Row) -> int:
    return min(map(tuple(Reason).index, _reasons(row)))
