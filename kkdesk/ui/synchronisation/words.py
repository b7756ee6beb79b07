"""The state of the exchange in words. The status bar needs them from the start: nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject

from kkdesk.ui.formats import clock_time, file_size, moment, number

if TYPE_CHECKING:
    from kkdesk.model.sync_state import SyncState
    from kkdesk.ui.exchange import Exchange

_DAY: Final = 86_400
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class StateWords:
    """A few words, an icon, and a tone that is a field of `Tokens`."""

    text: str
    symbol: str
    tone: str = "muted"


class CountWords(QObject):
    """Counts in words. An object, because plurals are collected from `self.tr` alone."""

    def sending(self, count: int) -> str:
        """They are on their way."""
        return self.tr("Sending %n change(s)…", None, count)

    def waiting(self, count: int) -> str:
        """They are kept until there is a connection."""
        return self.tr("%n change(s) waiting", None, count)

    def to_decide(self, count: int) -> str:
        """A person has to say what shall be."""
        return self.tr("%n need(s) a decision", None, count)

    def rules(self, count: int) -> str:
        """Rules of a segment, or of whom a campaign is for."""
        return self.tr("%n rule(s)", None, count)


def state_words(exchange: Exchange, now: int, *, patient: bool = False) -> StateWords:
    """What to say of the exchange; `patient` leaves out that it is fetching at this moment."""
    state = exchange.state
    if state is None and exchange.is_local:
        return StateWords(translate("SyncWords", "Working locally"), "hard-drives")
    if state is None:
        return StateWords(translate("SyncWords", "Another program synchronises"), "arrows-clockwise")
    match state.connection:
        case "sign_in":
            return StateWords(translate("SyncWords", "Sign in again"), "key", "danger")
        case "disk_full":
            return StateWords(translate("SyncWords", "The disk is full"), "warning-circle", "danger")
        case "first_sync":
            return StateWords(
                _with_share(translate("SyncWords", "First synchronisation"), state), "cloud-arrow-down", "accent"
            )
        case "rebuilding":
            return StateWords(
                _with_share(translate("SyncWords", "Rebuilding the copy"), state), "cloud-arrow-down", "accent"
            )
        case "offline":
            return StateWords(" · ".join((translate("SyncWords", "Offline"), *_open(state))), "cloud-slash", "warning")
        case _:
            return _connected(state, now, patient=patient)


def _connected(state: SyncState, now: int, *, patient: bool) -> StateWords:
    if state.conflicts:
        return StateWords(CountWords().to_decide(state.conflicts), "warning", "warning")
    if state.connection == "starting":
        return StateWords(translate("SyncWords", "Connecting…"), "cloud")
    if state.waiting and not patient:
        return StateWords(CountWords().sending(state.waiting), "cloud-arrow-up")
    if (state.syncing and not patient) or state.last_success is None:
        return StateWords(translate("SyncWords", "Synchronising…"), "arrows-clockwise")
    at = state.last_success
    when = clock_time(at) if abs(now - at) < _DAY // 2 else moment(at, now)
    return StateWords(translate("SyncWords", "Up to date %1").replace("%1", when), "cloud-check")


def last_success_words(state: SyncState, now: int) -> str:
    """When all went well last."""
    if state.last_success is None:
        return translate("SyncWords", "Not synchronised yet")
    return translate("SyncWords", "Last synchronised: %1").replace("%1", moment(state.last_success, now))


def tip_words(exchange: Exchange, now: int, language: str) -> str:
    """All that the indicator can tell."""
    state = exchange.state
    if state is None:
        return translate("SyncWords", "Everything is on this computer.") if exchange.is_local else ""
    lines = [
        last_success_words(state, now),
        translate("SyncWords", "Pages received: %1").replace("%1", number(state.frames)),
    ]
    if state.total and state.connection in {"first_sync", "rebuilding"}:
        lines.append(size_words(state))
    lines += _open(state)
    if state.error is not None:
        lines.append(state.error.what.in_language(language))
    return "\n".join(lines)


def size_words(state: SyncState) -> str:
    """How much of a first sync has come, e.g. "12,4 MB of 80 MB"."""
    return translate("SyncWords", "%1 of %2").replace("%1", file_size(state.done)).replace("%2", file_size(state.total))


def widest_words() -> list[str]:
    """Texts that the indicator must have room for, whatever it says now: it never moves what is beside it."""
    return [
        " · ".join((translate("SyncWords", "Offline"), CountWords().waiting(9_999))),
        _with_percent(translate("SyncWords", "First synchronisation"), 100),
        _with_percent(translate("SyncWords", "Rebuilding the copy"), 100),
        CountWords().to_decide(999),
        CountWords().sending(9_999),
    ]


def _open(state: SyncState) -> list[str]:
    said = []
    if state.conflicts:
        said.append(CountWords().to_decide(state.conflicts))
    if state.waiting and not state.conflicts:
        said.append(CountWords().waiting(state.waiting))
    return said


def _with_share(text: str, state: SyncState) -> str:
    return _with_percent(text, min(100, 100 * state.done // state.total)) if state.total else f"{text}…"


def _with_percent(text: str, share: int) -> str:
    return f"{text} · {share}%"
