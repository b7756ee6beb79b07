"""A stand-in for the Gmail API's `messages.send` and for Google's token endpoint, errors included.

It decodes what it is sent, wants a recipient, replaces the Message-ID, counts quotas of a minute and of 24 hours, and
can take a mail without saying so.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import parse_qs

CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "client.apps.googleusercontent.com", "GOCSPX-secret", "1//refresh"
_SEND = "/gmail/v1/users/me/messages/send"
_UPLOAD = f"/upload{_SEND}"
_MAX = 36_700_160


@dataclass
class Failure:
    """What happens instead of a good answer. `taken`: the mail is sent all the same; `cut`: there is no answer."""

    status: int = 500
    reason: str = "backendError"
    message: str = "Backend Error"
    taken: bool = False
    cut: bool = False


@dataclass
class GmailStandIn:
    """One account. `sent` are its mails as they left, by their new Message-IDs."""

    clock: Callable[[], int]
    per_minute: int = 60
    per_day: int = 2000
    #: 403 or 429: Google gives both.
    quota_status: int = 429
    scope: str = "https://www.googleapis.com/auth/gmail.send"
    token_seconds: int = 3599
    #: For the n-th request to send, counted from 0.
    failures: dict[int, Failure] = field(default_factory=dict)
    refresh_token: str = REFRESH_TOKEN
    token_failures: list[tuple[int, str]] = field(default_factory=list)
    sent: list[EmailMessage] = field(default_factory=list)
    uploads: int = 0
    requests: int = 0
    refreshes: int = 0
    port: int = 0
    _tokens: dict[str, int] = field(default_factory=dict)
    _times: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address: of the API, and with `/token` of the token endpoint."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
                headers = dict(re.findall(r"(?im)^([\w-]+):[ ]*(.*?)\r$", head.decode("latin-1")))
                lower = {name.lower(): value for name, value in headers.items()}
                body = await reader.readexactly(int(lower.get("content-length", 0)))
                answer = self._answer(method, target, lower, body)
                if answer is None:
                    writer.transport.abort()
                    return
                status, content = answer
                text = json.dumps(content).encode()
                writer.write(
                    b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (status, len(text), text)
                )
                await writer.drain()
        writer.close()

    def _answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, object]] | None:
        path = target.partition("?")[0]
        if method == "POST" and path == "/token":
            return self._token(body)
        if method != "POST" or path not in {_SEND, _UPLOAD}:
            return _error(404, "notFound", "Not Found")
        number, self.requests = self.requests, self.requests + 1
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0) <= self.clock():
            return _error(401, "authError", "Invalid Credentials")
        if "gmail.send" not in self.scope:
            return _error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        failure = self.failures.get(number)
        if failure is not None and not failure.taken:
            return None if failure.cut else _error(failure.status, failure.reason, failure.message)
        if (refusal := self._over_quota()) is not None:
            return refusal
        answer = self._take(path, body)
        if failure is not None and answer[0] == 200:
            return None if failure.cut else _error(failure.status, failure.reason, failure.message)
        return answer

    def _over_quota(self) -> tuple[int, dict[str, object]] | None:
        now = self.clock()
        if sum(time > now - 60 for time in self._times) >= self.per_minute:
            return _error(self.quota_status, "userRateLimitExceeded", "User Rate Limit Exceeded")
        if sum(time > now - 86_400 for time in self._times) >= self.per_day:
            until = "2026-11-24T18:30:00.000Z"
            return _error(
                self.quota_status, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {until} (Mail sending)"
            )
        return None

    def _take(self, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        try:
            raw = body if path == _UPLOAD else _decoded(json.loads(body)["raw"])
        except (ValueError, KeyError, TypeError):
            return _error(400, "badRequest", "Invalid value for ByteString")
        if len(raw) > _MAX:
            return _error(413, "uploadTooLarge", "Request Entity Too Large")
        mail = message_from_bytes(raw, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        if not any(mail[name] for name in ("To", "Cc", "Bcc")):
            return _error(400, "invalidArgument", "Recipient address required")
        identity = secrets.token_hex(8)
        del mail["Message-ID"]
        mail["Message-ID"] = f"<CA{identity}@mail.gmail.com>"
        self.uploads += path == _UPLOAD
        self.sent.append(mail)
        self._times.append(self.clock())
        return 200, {"id": identity, "threadId": identity, "labelIds": ["SENT"]}

    def _token(self, body: bytes) -> tuple[int, dict[str, object]]:
        self.refreshes += 1
        if self.token_failures:
            status, error = self.token_failures.pop(0)
            return status, {"error": error, "error_description": "as told"}
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form.get("grant_type") != "refresh_token":
            return 400, {"error": "unsupported_grant_type"}
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}
        if form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        token = f"ya29.{secrets.token_hex(8)}"
        self._tokens[token] = self.clock() + self.token_seconds
        answer = {"access_token": token, "expires_in": 3599, "scope": self.scope, "token_type": "Bearer"}
        return 200, answer


def _decoded(raw: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9_-]*={0,2}", raw):
        raise ValueError("not base64url")
    try:
        return base64.b64decode(raw, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _error(code: int, reason: str, message: str) -> tuple[int, dict[str, object]]:
    status = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED"}.get(code, "INTERNAL")
    listed = [{"domain": "usageLimits" if "Limit" in reason else "global", "reason": reason, "message": message}]
    return code, {"error": {"code": code, "message": message, "errors": listed, "status": status}}


@asynccontextmanager
async def gmail_stand_in(account: GmailStandIn) -> AsyncIterator[GmailStandIn]:
    """The account on a port of its own, gone at the end."""
    server = await asyncio.start_server(account.serve, "127.0.0.1", 0, limit=2**26)
    account.port = server.sockets[0].getsockname()[1]
    try:
        yield account
    finally:
        server.close()
        await server.wait_closed()
