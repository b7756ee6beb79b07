"""An exchange made of words, for the pictures of `kkdesk tour`: no server, nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import WHOLE_ROW, FailedGuard, Guard
from kkdesk.model.sync_state import KeptConflict, SentChange, SyncState, TheirChange, WaitingChange

if TYPE_CHECKING:
    from kkdesk.services.synchronisation import Decision

_HOUR = 3_600


@dataclass
class StagedExchange:
    """What the window needs of a `Synchroniser`, as it is given; what is asked of it is taken off its lists."""

    state: SyncState
    waits: Sequence[WaitingChange] = ()
    stuck: Sequence[KeptConflict] = ()
    done: Sequence[SentChange] = ()
    listeners: list[Callable[[SyncState], None]] = field(default_factory=list)
    #: What was asked: the name of the call and what it was given.
    asked: list[tuple[object, ...]] = field(default_factory=list)
    active: bool = False

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """As the service's."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def become(self, state: SyncState) -> None:
        """Tell everybody of a new state."""
        self.state = state
        for listener in tuple(self.listeners):
            listener(state)

    async def sync_now(self) -> None:
        """As the service's."""
        self.asked.append(("sync_now",))

    async def waiting(self, limit: int = 500) -> list[WaitingChange]:
        """As the service's."""
        return list(self.waits[:limit])

    async def conflicts(self, limit: int = 500) -> list[KeptConflict]:
        """As the service's."""
        return list(self.stuck[:limit])

    async def sent(self, limit: int = 200) -> list[SentChange]:
        """As the service's."""
        return list(self.done[:limit])

    async def settle(self, change_id: str, decisions: Mapping[Guard, Decision]) -> None:
        """As the service's."""
        self._leave("settle", change_id, dict(decisions))

    async def retry(self, change_id: str) -> None:
        """As the service's."""
        self._leave("retry", change_id)

    async def give_up(self, change_id: str) -> None:
        """As the service's."""
        self._leave("give_up", change_id)

    def foreground(self, active: bool) -> None:  # noqa: FBT001 - the service's signature
        """As the service's."""
        self.active = active

    async def use_token(self, token: str) -> None:
        """As the service's."""
        self.asked.append(("use_token", token))

    def _leave(self, name: str, change_id: str, *more: object) -> None:
        self.asked.append((name, change_id, *more))
        self.stuck = [conflict for conflict in self.stuck if conflict.id != change_id]


def waiting_changes(now: int, count: int = 3) -> list[WaitingChange]:
    """Some changes made a while ago."""
    labels = (
        Bilingual("Επεξεργασία: Ελαστικά Παπαδόπουλος Α.Ε.", "Edit: Ελαστικά Παπαδόπουλος Α.Ε."),
        Bilingual("Νέα σημείωση: Γκαράζ Νικολάου", "New note: Γκαράζ Νικολάου"),
        Bilingual("Ετικέτα «Χειμερινά» σε 48 πελάτες", "Tag “Χειμερινά” on 48 customers"),
    )
    return [WaitingChange(f"w{at:05}", labels[at % 3], now - 900 + at // 40) for at in range(count)]


def sent_changes(now: int) -> list[SentChange]:
    """Changes that left, and one that was given up."""
    return [
        SentChange("s3", Bilingual("Επεξεργασία: Ταξί Μακρής", "Edit: Ταξί Μακρής"), now - 700, now - 699),
        SentChange(
            "s2", Bilingual("Διαγραφή 2 πελατών", "Deletion of 2 customers"), now - _HOUR, now - 3_000, given_up=True
        ),
        SentChange(
            "s1", Bilingual("Νέος πελάτης: Άννα Γεωργίου", "New customer: Άννα Γεωργίου"), now - 90_000, now - 89_998
        ),
    ]


def edited_by_both(now: int) -> KeptConflict:
    """Several fields of one customer."""
    fields = (
        ("street", "Ερμού 12", "Λεωφόρος Συγγρού 140, 3ος όροφος", "Πατησίων 88"),
        ("category", "retail", "wholesale", "fleet"),
        ("is_vip", 0, 1, 0),
        ("credit_limit", 1_000.0, 2_500.0, 4_000.0),
        ("next_follow_up_date", None, now + 86_400 * 3, now + 86_400 * 10),
    )
    failed = tuple(
        FailedGuard(Guard("customers", "cust_1", column, old, mine), theirs) for column, old, mine, theirs in fields
    )
    return KeptConflict(
        "c1",
        Bilingual("Επεξεργασία: Ελαστικά Παπαδόπουλος Α.Ε.", "Edit: Ελαστικά Παπαδόπουλος Α.Ε."),
        now - 2 * _HOUR,
        "changed",
        failed,
        names=(("cust_1", "Ελαστικά Παπαδόπουλος Α.Ε."),),
        their_change=TheirChange(
            "Μαρία Δήμου",
            Bilingual("Επεξεργασία: Ελαστικά Παπαδόπουλος Α.Ε.", "Edit: Ελαστικά Παπαδόπουλος Α.Ε."),
            now - _HOUR,
        ),
    )


def deleted_what_others_edited(now: int) -> KeptConflict:
    """A deletion of what somebody else worked on."""
    seen = {"company": "Γκαράζ Νικολάου", "phone": "2310555123", "city": "Θεσσαλονίκη", "updated_at": 1}
    current = {**seen, "phone": "2310555999", "city": "Καλαμαριά", "updated_at": 2}
    guard = Guard("customers", "cust_2", WHOLE_ROW, json.dumps(seen, ensure_ascii=False))
    return KeptConflict(
        "c2",
        Bilingual("Διαγραφή: Γκαράζ Νικολάου", "Deletion: Γκαράζ Νικολάου"),
        now - 3 * _HOUR,
        "changed",
        (FailedGuard(guard, json.dumps(current, ensure_ascii=False)),),
        names=(("cust_2", "Γκαράζ Νικολάου"),),
        their_change=TheirChange("Κώστας Ρήγας", None, now - 2 * _HOUR),
    )


def edited_what_others_deleted(now: int) -> KeptConflict:
    """An edit of what somebody else deleted."""
    guard = Guard("customers", "cust_3", "mobile", "6971234567", "6977654321")
    return KeptConflict(
        "c3",
        Bilingual("Επεξεργασία: Ταξί Μακρής", "Edit: Ταξί Μακρής"),
        now - 4 * _HOUR,
        "changed",
        (FailedGuard(guard, None, missing=True),),
        names=(("cust_3", "Ταξί Μακρής"),),
        their_change=TheirChange("Μαρία Δήμου", Bilingual("Διαγραφή 1 πελάτη", "Deletion of 1 customer"), now - _HOUR),
    )


def refused(now: int) -> KeptConflict:
    """A change that the database did not take."""
    return KeptConflict(
        "c4",
        Bilingual("Επεξεργασία: Συνεργείο Βλάχος", "Edit: Συνεργείο Βλάχος"),
        now - 5 * _HOUR,
        "refused",
        reason=Bilingual(
            "Η βάση δεν δέχτηκε τον ΑΦΜ: πρέπει να έχει ακριβώς 9 ψηφία.",
            "The database did not take the tax number: it must have exactly 9 digits.",
        ),
    )


def all_conflicts(now: int) -> list[KeptConflict]:
    """One of each kind."""
    return [edited_by_both(now), deleted_what_others_edited(now), edited_what_others_deleted(now), refused(now)]
