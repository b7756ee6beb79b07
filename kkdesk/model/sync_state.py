"""What people are told of the exchange with the company's database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.change import FailedGuard
    from kkdesk.model.errors import KKDeskError

#: `first_sync`: the replica is being filled; `rebuilding`: filled anew after damage; `sign_in`: our token is not taken.
Connection = Literal["starting", "first_sync", "online", "offline", "sign_in", "rebuilding", "disk_full"]
#: `changed`: others changed the same; `refused`: the database refused a value (`reason` says why).
ConflictKind = Literal["changed", "refused"]


@dataclass(frozen=True, slots=True)
class SyncState:
    """The exchange as it is now. `last_success` is in Unix seconds, `frames` the pages received since the beginning.

    `waiting` and `conflicts` count changes of this computer; `done` and `total` are bytes of a first sync; `syncing` is
    set while frames are being fetched.
    """

    connection: Connection = "starting"
    syncing: bool = False
    last_success: int | None = None
    frames: int = 0
    waiting: int = 0
    conflicts: int = 0
    done: int = 0
    total: int = 0
    error: KKDeskError | None = None


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that the company's database has not got yet. Times are Unix seconds of this computer."""

    id: str
    label: Bilingual
    made_at: int


@dataclass(frozen=True, slots=True)
class KeptConflict:
    """A change that could not be applied as it is and waits for a person's decision; nothing of it was written.

    `failed` has what others changed: `guard.old` is what the person had seen, `guard.new` what they want, `current`
    what is there now; `their_change` says who changed the row last, and when, where the ledger knows. `names` has what
    people call the rows, by row id.
    """

    id: str
    label: Bilingual
    made_at: int
    kind: ConflictKind
    failed: tuple[FailedGuard, ...] = ()
    reason: Bilingual | None = None
    names: tuple[tuple[str, str], ...] = ()
    their_change: TheirChange | None = None


@dataclass(frozen=True, slots=True)
class TheirChange:
    """The last change of somebody else to a row: who (empty when unknown), what and when (Unix seconds)."""

    who: str
    label: Bilingual | None
    at: int


@dataclass(frozen=True, slots=True)
class SentChange:
    """A change that has been delivered, or that its owner gave up after a conflict (`given_up`)."""

    id: str
    label: Bilingual
    made_at: int
    settled_at: int
    given_up: bool = False
