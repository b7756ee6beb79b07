"""`kkdesk sync`: deliver what waits, fetch what is new, and say how things stand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from kkdesk.commands.report import Report
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError, NotAllowed, NotConfigured
from kkdesk.model.sync_state import SyncState
from kkdesk.store.replica_guest import ReplicaGuest
from kkdesk.workspace import Workspace


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `sync`."""
    sync = verbs.add_parser("sync", help="συγχρονισμός με τη βάση της εταιρείας / exchange changes", parents=[common])
    sync.set_defaults(run=_sync, needs_workspace=True)


async def _sync(workspace: Workspace, _args: argparse.Namespace) -> Report:
    synchronisation = workspace.synchronisation
    if synchronisation is None:
        raise _no_part(workspace)
    error: KKDeskError | None = None
    try:
        await synchronisation.sync_now()
    except KKDeskError as failed:
        error = failed
    state = synchronisation.state
    lines = (*_lines(state), *((Bilingual(error.message("el"), error.message("en")),) if error else ()))
    return Report(lines, _data(state, error), error.exit_code if error else 0)


def _lines(state: SyncState) -> Iterator[Bilingual]:
    if state.waiting:
        yield Bilingual(
            f"Περιμένουν {state.waiting} αλλαγές αυτού του υπολογιστή.",
            f"Changes of this computer that are waiting: {state.waiting}.",
        )
    if state.conflicts:
        yield Bilingual(
            f"{state.conflicts} αλλαγές θέλουν την απόφασή σας: ανοίξτε τη σελίδα «Συγχρονισμός».",
            f"Changes that need your decision: {state.conflicts}. Open the page “Synchronisation”.",
        )
    if state.connection == "online" and not state.waiting:
        yield Bilingual("Τα δεδομένα είναι ενημερωμένα.", "Everything is up to date.")


def _data(state: SyncState, error: KKDeskError | None) -> dict[str, Any]:
    return {
        "connection": state.connection,
        "last_success": state.last_success,
        "frames": state.frames,
        "waiting": state.waiting,
        "conflicts": state.conflicts,
        "error": None if error is None else error.message("en"),
        "code": None if error is None else error.code,
    }


def _no_part(workspace: Workspace) -> KKDeskError:
    if isinstance(workspace.db, ReplicaGuest):
        return NotAllowed(
            Bilingual(
                "Το παράθυρο του KK Desk είναι ανοιχτό και συγχρονίζει αυτό.",
                "The window of KK Desk is open, and keeps things up to date.",
            ),
        )
    return NotConfigured(
        Bilingual(
            "Το προφίλ δουλεύει με δικό του αρχείο: δεν υπάρχει βάση της εταιρείας.",
            "This profile works with a file of its own: there is no company database.",
        ),
        next_step=Bilingual("Ορίστε τη ρύθμιση DATABASE_URL.", "Set DATABASE_URL."),
    )
