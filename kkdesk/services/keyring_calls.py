"""Asking the keyring where nobody waits for it: on threads that do not hold up the end of the program.

A keyring may ask for its password in a window that nobody sees, and answers never then.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kkdesk.model.errors import KeyringSilent

if TYPE_CHECKING:
    from kkdesk.services.keyring_entries import KeyringEntries

#: Seconds that the keyring gets: it may have to ask the person for its password first.
PATIENCE: Final = 120.0
#: Seconds that it gets once it has let that time go by, until it answers again.
IMPATIENCE: Final = 10.0

#: Writing is several calls, of which each must find what the one before left; in all of this process one at a time.
_writing: Final = threading.Lock()

T = TypeVar("T")


class KeyringCalls:
    """Calls to the keyring in use, each on a thread of its own."""

    def __init__(self) -> None:
        """Asks nothing yet."""
        self._patience = PATIENCE

    async def ask(self, work: Callable[[KeyringEntries], T], *, writes: bool = False) -> T:
        """What `work` gives. Raises `SecretsUnavailable`, also when there is no answer in time.

        Cancelled or late, what has begun goes on; what is written later is written after it.
        """
        answer = _Answer[T](asyncio.get_running_loop())

        def do() -> None:
            from kkdesk.services.keyring_backend import trouble

            try:
                found = _locked(work) if writes else _done(work)
            except Exception as error:  # noqa: BLE001 - backends raise what their libraries do
                failed = trouble(error)
                answer.tell(lambda waiting: waiting.set_exception(failed))
            else:
                answer.tell(lambda waiting: waiting.set_result(found))

        threading.Thread(target=do, name="kkdesk-keyring", daemon=True).start()
        try:
            async with asyncio.timeout(self._patience):
                found = await answer.waiting
        except TimeoutError:
            self._patience = IMPATIENCE
            raise _silent() from None
        self._patience = PATIENCE
        return found


class _Answer(Generic[T]):
    """What a thread gives to an event loop that may not wait for it any more."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.waiting: asyncio.Future[T] = loop.create_future()

    def tell(self, how: Callable[[asyncio.Future[T]], None]) -> None:
        def settle() -> None:
            if not self.waiting.done():
                how(self.waiting)

        with contextlib.suppress(RuntimeError):  # The loop is closed.
            self._loop.call_soon_threadsafe(settle)


def _done(work: Callable[[KeyringEntries], T]) -> T:
    from kkdesk.services.keyring_backend import usable_backend
    from kkdesk.services.keyring_entries import KeyringEntries

    return work(KeyringEntries(usable_backend()))


def _locked(work: Callable[[KeyringEntries], T]) -> T:
    if not _writing.acquire(timeout=PATIENCE):
        raise _silent()
    try:
        return _done(work)
    finally:
        _writing.release()


def _silent() -> KeyringSilent:
    from kkdesk.services.keyring_backend import silent

    return silent()
