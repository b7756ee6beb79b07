"""Signing out of this computer, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kkdesk.services.wiping import WipeReport, wipe

if TYPE_CHECKING:
    from kkdesk.services.entry import Entry


@dataclass(frozen=True, slots=True)
class LeavingReport:
    """`ended_there`: the provider knows that the sign-in has ended; `left`: what resisted."""

    ended_there: bool
    left: WipeReport


async def sign_out(entry: Entry, *, with_data: bool) -> LeavingReport:
    """End the sign-in, here and at the provider; where people sign in to the company, every secret of the profile goes.

    With data, the copy of the company's data goes too. Nobody may have the database open then. What a person works
    with alone, and its secrets, stay. Never raises for a network that is away.
    """
    ended_there = await entry.sign_in.sign_out()
    if not entry.is_brokered:
        return LeavingReport(ended_there, WipeReport())
    if with_data:
        return LeavingReport(ended_there, await wipe(entry.profile, entry.secrets))
    return LeavingReport(ended_there, WipeReport(secrets=tuple(await entry.secrets.forget_all())))
