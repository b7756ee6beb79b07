"""The bounce mailbox over IMAP (RFC 3501): reading what is new, marking what was ours, waiting for more (RFC 2177).

Everything here blocks and belongs into a thread, one call at a time; only `wake` and `abort` may be called meanwhile.
Messages are looked at without being marked as seen; nothing is moved or deleted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import selectors
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]

from kkdesk.services.bounces.account import MailboxAccount, no_tls, translated, trust
from kkdesk.services.bounces.reading import MOST_OCTETS

#: The keyword on messages that are on record. People may filter or delete by it.
READ_KEYWORD: Final = "$KKDeskRead"
#: RFC 2177: a server may end a connection that idles for 30 minutes; boxes on the way are less patient.
IDLE_SECONDS: Final = 600.0
CONNECT_SECONDS: Final = 15.0
_ANSWER_SECONDS: Final = 60.0
_MOST_HEADER: Final = 65_536
#: Whole messages that are held in memory at once.
_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message, as far as it is read."""

    content: bytes
    #: When the server took it, Unix seconds; 0 when it does not say.
    received_at: int


class MailboxSession:
    """One connection, signed in, with the folder open. To be closed by whoever made it."""

    uid_validity: int
    #: How many messages lay in the folder when it was opened.
    found: int
    #: Whether IDLE can be waited in.
    idles: bool

    def __init__(self, account: MailboxAccount, connect_seconds: float = CONNECT_SECONDS) -> None:
        """Connects to nothing yet. `connect_seconds`: for each step until the server has greeted."""
        self._account = account
        self._connect_seconds = connect_seconds
        self._client: Any = None
        self._may_mark = False
        self._closed = False
        self._woken, self._waker = socket.socketpair()

    def open(self) -> None:
        """Connect, sign in, open the folder.

        Raises `Offline` when there is no connection, `MailServerRefused` when server, certificate, password or folder
        will not do, `NotConfigured` for an unusable certificate file.
        """
        account = self._account
        context = trust(account)
        try:
            with translated(account):
                self._client = IMAPClient(
                    account.host,
                    account.port,
                    ssl=account.implicit_tls,
                    ssl_context=context,
                    timeout=SocketTimeout(connect=self._connect_seconds, read=_ANSWER_SECONDS),
                )
                self._sign_in(self._client, context)
        finally:
            # Given up while it was being opened: nobody else will close what came of it.
            if self._closed:
                self._let_go(politely=False)

    def _sign_in(self, client: Any, context: ssl.SSLContext) -> None:
        account = self._account
        client.normalise_times = False
        if not account.implicit_tls:
            self._start_tls(client, context)
        client.login(account.user, account.password)
        state = client.select_folder(account.folder)
        self.idles = bool(client.has_capability("IDLE"))
        self.uid_validity = int(state.get(b"UIDVALIDITY", 0))
        self.found = int(state.get(b"EXISTS", 0))
        permanent = {flag.lower() for flag in state.get(b"PERMANENTFLAGS", ())}
        keywords = {b"\\*", READ_KEYWORD.lower().encode()}
        self._may_mark = bool(state.get(b"READ-WRITE")) and not permanent.isdisjoint(keywords)

    def news(self, after: int) -> Sequence[int]:
        """UIDs above `after`, in order."""
        with translated(self._account):
            found = self._client.search(["UID", f"{after + 1}:*"])
            # `*` is the last message, however low its UID.
            return sorted(uid for uid in found if uid > after)

    def headers(self, uids: Sequence[int]) -> Mapping[int, bytes]:
        """The header of each message that is still there."""
        with translated(self._account):
            rows = self._client.fetch(uids, [f"BODY.PEEK[HEADER]<0.{_MOST_HEADER}>"])
            return {uid: _section(row, b"BODY[HEADER]") for uid, row in rows.items()}

    def messages(self, uids: Sequence[int]) -> Iterator[tuple[int, Fetched]]:
        """Each message that is still there, up to `MOST_OCTETS`, few at a time."""
        for start in range(0, len(uids), _AT_ONCE):
            with translated(self._account):
                some = uids[start : start + _AT_ONCE]
                rows = self._client.fetch(some, [f"BODY.PEEK[]<0.{MOST_OCTETS}>", "INTERNALDATE"])
            for uid, row in rows.items():
                at = row.get(b"INTERNALDATE")
                received = int(at.timestamp()) if isinstance(at, dt.datetime) else 0
                yield uid, Fetched(_section(row, b"BODY[]"), received)

    def mark(self, uids: Sequence[int]) -> None:
        """Mark messages as ours and seen, where the server keeps keywords; else touch nothing."""
        if uids and self._may_mark:
            with translated(self._account):
                self._client.add_flags(uids, [READ_KEYWORD, "\\Seen"], silent=True)

    def wait(self, seconds: float) -> None:
        """Return when the server has something to say, after `seconds`, or when woken. Only where `idles`."""
        with translated(self._account):
            self._client.idle()
            with selectors.DefaultSelector() as selector:
                selector.register(self._client.socket(), selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                if not self._has_heard():
                    selector.select(seconds)
            self._client.idle_done()

    def wake(self) -> None:
        """End `wait`, from any thread. Its session is of no use for another one."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!")

    def abort(self) -> None:
        """Cut the connection, from any thread: a call that waits for the server fails at once."""
        self.wake()
        client = self._client
        if client is not None:
            with contextlib.suppress(OSError):
                # Not the TLS socket's own method, which takes away what another thread is reading from.
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)

    def close(self, *, politely: bool = True) -> None:
        """Sign off, unless the connection is no good, and let go of everything."""
        self._closed = True
        self._let_go(politely=politely)
        self._woken.close()
        self._waker.close()

    def _let_go(self, *, politely: bool) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(OSError, client.Error):  # It has gone before us.
            if politely:
                client.logout()
                return
        with contextlib.suppress(OSError, client.Error):
            client.shutdown()

    def _start_tls(self, client: Any, context: ssl.SSLContext) -> None:
        if client.has_capability("STARTTLS"):
            client.starttls(context)
        elif not self._account.may_be_plain:
            raise no_tls(self._account)

    def _has_heard(self) -> bool:
        """Whether something that the server said came with its answer to IDLE: the socket tells of it no more."""
        sock = self._client.socket()
        sock.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(_ANSWER_SECONDS)


def _section(row: Mapping[bytes, Any], name: bytes) -> bytes:
    # Named with the octet that it begins at, by servers that answer what they were asked.
    return next((value for key, value in row.items() if key.startswith(name) and isinstance(value, bytes)), b"")
