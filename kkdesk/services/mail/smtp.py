"""`SmtpTransport`: mails over a few SMTP connections that are kept open from mail to mail."""

from __future__ import annotations

import asyncio

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import KKDeskError, Offline
from kkdesk.services.mail.smtp_connect import SmtpServer, connect, sender_refused, trust
from kkdesk.services.mail.smtp_dialog import ConnectionLost, SenderRefused, SmtpDialog
from kkdesk.services.mail.smtp_wire import Reply
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail

_log = structlog.get_logger(__name__)

#: So many mails in a row that the server, not the recipient, was the trouble of: no use in going on.
_TROUBLES = 4


class SmtpTransport:
    """A pool of connections to one server. Implements `kkdesk.services.mail.transport.Transport`."""

    per_minute: int | None = None

    def __init__(self, server: SmtpServer, clock: Clock, *, connections: int = 4) -> None:
        """Connects when the first mail comes. Raises `NotConfigured` for an unusable certificate file."""
        self._server = server
        self._clock = clock
        self._context = trust(server.ca_file)
        self.lanes = connections
        self._limit = connections
        self._idle: list[SmtpDialog] = []
        #: Connections that are there or being made, and those that are there.
        self._open = 0
        self._established = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._opening = asyncio.Lock()
        self._failure: KKDeskError | None = None
        self._troubles = 0
        self._trouble = ""

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        """See `Transport.send`."""
        while True:
            if self._troubles >= max(_TROUBLES, self.lanes):
                raise _unusable(self._server.host, self._trouble)
            dialog = await self._acquire()
            used_before = dialog.kept
            try:
                outcome = await dialog.transact(mail, before_content)
            except ConnectionLost as lost:
                self._release(dialog, usable=False)
                if used_before:
                    # Servers close connections that were idle or carried enough mails; that says nothing of this one.
                    continue
                return self._troubled(self._not_handed_over(lost))
            except SenderRefused as refused:
                self._release(dialog, usable=dialog.usable)
                return self._sender_outcome(mail, refused.reply)
            except BaseException:
                self._release(dialog, usable=False)
                raise
            self._release(dialog, usable=dialog.usable)
            if outcome.result == "unconfirmed" or _of_the_server(outcome):
                return self._troubled(outcome)
            self._troubles = 0
            return outcome

    async def close(self) -> None:
        """See `Transport.close`."""
        idle, self._idle = self._idle, []
        self._open -= len(idle)
        self._established -= len(idle)
        self._limit = self.lanes
        self._failure = None
        self._troubles = 0
        await asyncio.gather(*(dialog.quit() for dialog in idle))

    async def _acquire(self) -> SmtpDialog:
        while True:
            while self._idle:
                dialog = self._idle.pop()
                if dialog.usable:
                    return dialog
                self._release(dialog, usable=False)
            if self._open < self._limit:
                connected = await self._connect()
                if connected is not None:
                    return connected
            else:
                waiter = asyncio.get_running_loop().create_future()
                self._waiting.append(waiter)
                await waiter

    async def _connect(self) -> SmtpDialog | None:
        """A new connection; None when the server takes no more than are open already."""
        self._open += 1
        try:
            # One after the other: a refused password is tried once, not once per connection.
            async with self._opening:
                self._raise_known_failure()
                if self._open > self._limit:
                    # The server has turned another lane away while this one waited.
                    self._open -= 1
                    return None
                dialog = await connect(self._server, self._context, self._clock)
                self._established += 1
                return dialog
        except BaseException as error:
            self._open -= 1
            if isinstance(error, Offline) and self._established > 0:
                _log.info("smtp_fewer_connections", connections=self._established)
                self._limit = self._established
                return None
            if isinstance(error, KKDeskError):
                self._failure = error
            self._wake()
            raise

    def _raise_known_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _release(self, dialog: SmtpDialog, *, usable: bool) -> None:
        if usable:
            dialog.kept = True
            self._idle.append(dialog)
        else:
            dialog.abandon()
            self._open -= 1
            self._established -= 1
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def _troubled(self, outcome: Outcome) -> Outcome:
        self._troubles += 1
        # Its own words only: ours about a lost connection are for programmers.
        said = (str(outcome.code), outcome.status, outcome.text[:200]) if outcome.code is not None else ()
        self._trouble = " ".join(part for part in said if part)
        return outcome

    def _not_handed_over(self, lost: ConnectionLost) -> Outcome:
        if (reply := lost.refusal) is not None:
            return Outcome("deferred", self._clock(), lost.stage, reply.code, reply.status, reply.text)
        return Outcome("deferred", self._clock(), lost.stage, text=lost.text)

    def _sender_outcome(self, mail: OutgoingMail, reply: Reply) -> Outcome:
        if reply.temporary:
            return self._troubled(Outcome("deferred", self._clock(), "sender", reply.code, reply.status, reply.text))
        if reply.code == 552 or reply.status in {"5.3.4", "5.2.3"}:
            # RFC 1870: the announced size is too much; another mail may be smaller.
            return Outcome("refused", self._clock(), "sender", reply.code, reply.status, reply.text)
        said = " ".join(part for part in (str(reply.code), reply.status, reply.text[:200]) if part)
        raise sender_refused(mail.sender, said)


def _of_the_server(outcome: Outcome) -> bool:
    """Whether a mail was put off for reasons that every other mail would meet, too (RFC 3463: X.3, mail system)."""
    return outcome.result == "deferred" and (outcome.code == 421 or outcome.status.startswith("4.3."))


def _unusable(host: str, said: str) -> Offline:
    if said:
        what = Bilingual(
            f"Ο διακομιστής αλληλογραφίας {host} δεν δέχεται μηνύματα προς το παρόν: {said}",
            f"The mail server {host} takes no mails for now: {said}",
        )
    else:
        what = Bilingual(
            f"Ο διακομιστής αλληλογραφίας {host} διακόπτει συνεχώς ή δεν απαντά.",
            f"The mail server {host} keeps breaking off or does not answer.",
        )
    return Offline(
        what,
        kept=Bilingual("Όσα μηνύματα δεν στάλθηκαν μένουν στην ουρά.", "Mails that were not sent stay in the queue."),
        next_step=Bilingual("Η αποστολή θα δοκιμαστεί ξανά αυτόματα.", "Sending will be tried again by itself."),
    )
