"""Somebody who signs in, or does not, as a test says: in place of the browser and of Google."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kkdesk.model.errors import KKDeskError
from kkdesk.model.identity import Identity
from kkdesk.services.sign_in.account_file import SignedIn
from kkdesk.services.sign_in.service import Waiting

MARIA = SignedIn(Identity("1001", "maria@kktires.example", "Μαρία", "", ""), frozenset({"openid"}), 1_800_000_000)
LINK = "https://accounts.google.com/o/oauth2/v2/auth?client_id=x&state=y"


class SigningStandIn:
    """`answer` decides: with an account, or with an error."""

    def __init__(self) -> None:
        self.asked: list[tuple[bool, bool]] = []
        self.browser_opens = True
        self._answers: asyncio.Queue[SignedIn | KKDeskError] = asyncio.Queue()

    def answer(self, outcome: SignedIn | KKDeskError = MARIA) -> None:
        """How the attempt that goes on ends, or the next one."""
        self._answers.put_nowait(outcome)

    async def sign_in(
        self,
        open_browser: Callable[[str], Awaitable[bool]],
        told: Callable[[Waiting], None] = lambda _: None,
        *,
        gmail: bool = False,
        same_account: bool = False,
    ) -> SignedIn:
        """As `SignIn.sign_in`."""
        self.asked.append((gmail, same_account))
        told(Waiting(LINK, opened=self.browser_opens))
        outcome = await self._answers.get()
        if isinstance(outcome, KKDeskError):
            raise outcome
        return outcome
