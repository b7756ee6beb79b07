"""A thin client of Vercel Blob's HTTP API, as the service's own clients speak it (npm @vercel/blob 2.8, version 12).

Names are the caller's business: made of the content or of chance, never used twice, since an address that was
overwritten goes on serving the old bytes from caches.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, KKDeskError
from kkdesk.services.assets.blob_answers import Blob, BlobPage, read_blob, read_page
from kkdesk.services.assets.blob_errors import (
    RETRIED,
    BlobExists,
    no_connection,
    no_token,
    read_refusal,
    refused,
    unreadable,
)

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

_log = structlog.get_logger(__name__)

VERCEL_BLOB: Final = "https://vercel.com/api/blob"
_VERSION: Final = "12"
_TOKEN: Final = re.compile(r"vercel_blob_rw_([A-Za-z0-9]{1,64})_([A-Za-z0-9_-]{1,200})")
_DOMAIN: Final = "blob.vercel-storage.com"
#: Seconds that one request may take, and one that carries a file.
SECONDS: Final = 30.0
SECONDS_PUT: Final = 300.0
#: How often one request is made at most, and the seconds before it is made again: doubled each time, up to the longest.
ATTEMPTS: Final = 5
_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
#: Seconds that a "too many requests" is waited out; what wants more is the caller's to decide.
LONGEST_WAIT: Final = 30
#: Characters of a name, files of one deletion or list: the API's limits.
LONGEST_NAME: Final = 950
MOST: Final = 1000
#: Bytes; a list of a thousand files has half a million.
_LONGEST_ANSWER: Final = 8_000_000

#: Waits for seconds.
Sleep = Callable[[float], Awaitable[None]]


class VercelBlob:
    """One store, for one piece of work: `async with VercelBlob(token, kept=...) as store`.

    Every method raises `SignInNeeded` (the token), `NotAllowed` (the store is suspended or gone), `BlobRateLimited`,
    `BlobRefused`, or `Offline` (no connection, no answer, a fault there that did not pass).
    """

    def __init__(self, token: str, *, kept: Bilingual, api: str = VERCEL_BLOB, sleep: Sleep = asyncio.sleep) -> None:
        """`kept` says in every error what has become of the work.

        Raises `NotConfigured` for what cannot be a token, `InvalidInput` for an `api` that the token may not go to.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise no_token(kept)
        self.store_id = match[1]
        self._token = token
        self._kept = kept
        self._api = _checked_address(api)
        self._sleep = sleep
        self._opening = asyncio.Lock()
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the addresses of this store's files begin with, public and private."""
        store = self.store_id.lower()
        return tuple(f"https://{store}.{access}.{_DOMAIN}/" for access in ("public", "private"))

    async def put(
        self,
        pathname: str,
        content: bytes,
        content_type: str,
        *,
        access: Literal["public", "private"] = "public",
        overwrite: bool = False,
        if_match: str = "",
        cache_seconds: int | None = None,
    ) -> Blob:
        """Store a file. With `if_match`, an ETag, it takes the place of that very version.

        Raises `BlobExists`, `Conflict` when another version is there, `InvalidInput` for a name that cannot be.
        """
        headers = {"x-vercel-blob-access": access, "x-content-type": content_type, "x-add-random-suffix": "0"}
        headers["x-allow-overwrite"] = "1" if overwrite else "0"
        if if_match:
            headers["x-if-match"] = if_match
        if cache_seconds is not None:
            headers["x-cache-control-max-age"] = str(max(60, cache_seconds))
        target = f"/?{urlencode({'pathname': _checked_name(pathname)})}"
        try:
            answer = await self._call("PUT", target, content, headers, seconds=SECONDS_PUT)
        except BlobExists as error:
            # An earlier try may have arrived, and only its answer been lost.
            if not error.tried_before or (there := await self.head(pathname)).size != len(content):
                raise
            return there
        return self._read(read_blob, answer)

    async def head(self, url_or_pathname: str) -> Blob:
        """What is known of a file. Raises `NotFound`."""
        return self._read(read_blob, await self._call("GET", f"?{urlencode({'url': url_or_pathname})}"))

    async def list(
        self, prefix: str = "", *, cursor: str | None = None, limit: int = MOST, folded: bool = False
    ) -> BlobPage:
        """Some of the files whose names begin with `prefix`; a folded list stops at the next slash."""
        asked = {"limit": str(min(max(limit, 1), MOST)), "mode": "folded" if folded else "expanded"}
        asked |= {name: text for name, text in (("prefix", prefix), ("cursor", cursor)) if text}
        return self._read(read_page, await self._call("GET", f"?{urlencode(asked)}"))

    async def delete(self, urls_or_pathnames: Sequence[str]) -> None:
        """Delete files; those that are gone already are no error."""
        for begin in range(0, len(urls_or_pathnames), MOST):
            body = json.dumps({"urls": list(urls_or_pathnames[begin : begin + MOST])}).encode()
            await self._call("POST", "/delete", body, {"content-type": "application/json"})

    async def copy(
        self, from_url: str, pathname: str, *, access: Literal["public", "private"] = "public", overwrite: bool = False
    ) -> Blob:
        """Store a file of the store under another name, too. Raises `NotFound`, `BlobExists`, `InvalidInput`."""
        headers = {"x-vercel-blob-access": access, "x-add-random-suffix": "0"}
        headers["x-allow-overwrite"] = "1" if overwrite else "0"
        target = f"?{urlencode({'pathname': _checked_name(pathname), 'fromUrl': from_url})}"
        return self._read(read_blob, await self._call("PUT", target, None, headers))

    async def _call(
        self,
        method: str,
        target: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = SECONDS,
    ) -> bytes:
        """The answer's body."""
        request_id = f"{self.store_id}:{int(time.time() * 1000)}:{secrets.token_hex(8)}"
        for attempt in range(ATTEMPTS):
            numbered = {"x-api-blob-request-id": request_id, "x-api-blob-request-attempt": str(attempt)}
            answer, wait = await self._tried(method, target, content, {**(headers or {}), **numbered}, seconds)
            if isinstance(answer, bytes):
                return answer
            if isinstance(answer, BlobExists):
                answer.tried_before = attempt > 0
            if wait is None or attempt == ATTEMPTS - 1:
                raise answer
            await self._sleep(wait or _pause(attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _tried(
        self, method: str, target: str, content: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> tuple[bytes | KKDeskError, float | None]:
        """The body of a good answer, or what went wrong and the seconds to wait before another try: 0 as you like."""
        try:
            async with asyncio.timeout(seconds):
                status, retry_after, body = await self._asked(method, target, content, headers)
        except KKDeskError as error:  # Before OSError, which some of them are.
            return error, None
        except _connection_errors() as error:
            # Its kind alone: what it holds of the request has the token among it.
            _log.info("vercel_blob_unreachable", method=method, error=type(error).__name__)
            return no_connection(self._kept), 0.0
        if 200 <= status < 300:
            return body, None
        if 300 <= status < 400:
            return unreadable(self._kept), None
        refusal = read_refusal(status, retry_after, body, self._token)
        _log.info("vercel_blob_refused", method=method, status=status, code=refusal.code)
        wait = 0.0 if refusal.code in RETRIED else None
        if refusal.code == "rate_limited" and (after := refusal.retry_after) is not None and after <= LONGEST_WAIT:
            wait = max(1.0, after)
        return refused(refusal, self._kept), wait

    async def _asked(
        self, method: str, target: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        client = await self._client()
        parts: list[bytes] = []
        size = 0
        async with client.stream(method, self._api + target, content=content, headers=headers) as response:
            async for part in response.aiter_bytes():
                size += len(part)
                if size > _LONGEST_ANSWER:
                    raise unreadable(self._kept)
                parts.append(part)
            return response.status_code, response.headers.get("retry-after", "").strip(), b"".join(parts)

    async def _client(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                # On a thread: importing httpx and reading the trusted certificates takes a tenth of a second.
                self._http = await asyncio.to_thread(_open, self._token, self.store_id)
            return self._http

    def _read(self, read: Callable[[bytes], T], answer: bytes) -> T:
        try:
            return read(answer)
        except ValueError:
            raise unreadable(self._kept) from None


def _open(token: str, store_id: str) -> httpx.AsyncClient:
    import httpx

    headers = {
        "Authorization": f"Bearer {token}",
        "User-Agent": "KKDesk",
        "x-api-version": _VERSION,
        "x-vercel-blob-store-id": store_id,
    }
    return httpx.AsyncClient(headers=headers, timeout=SECONDS, follow_redirects=False)


def _connection_errors() -> tuple[type[Exception], ...]:
    import httpx

    # Also an answer that cannot be unpacked, the total's TimeoutError, certificates that cannot be read, and what only
    # httpx sees is wrong with an address.
    return httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError


def _pause(attempt: int) -> float:
    return min(_LONGEST_PAUSE, _PAUSE * 2.0**attempt) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter


def _checked_address(api: str) -> str:
    try:
        parts = urlsplit(api)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise _no_address() from None
    plain = parts.scheme == "http" and host in {"127.0.0.1", "::1", "localhost"}
    if not host or not (plain or parts.scheme == "https") or parts.username or parts.query or parts.fragment:
        raise _no_address()
    return api.rstrip("/")


def _checked_name(pathname: str) -> str:
    if not pathname or len(pathname) > LONGEST_NAME or "//" in pathname or pathname.startswith("/"):
        raise InvalidInput(
            Bilingual("Το όνομα του αρχείου δεν γίνεται δεκτό.", "The name of the file cannot be used."),
            kept=Bilingual("Δεν ανέβηκε τίποτα.", "Nothing was uploaded."),
        )
    return pathname


def _no_address() -> InvalidInput:
    return InvalidInput(
        Bilingual(
            "Η ρύθμιση VERCEL_BLOB_API_URL δεν είναι διεύθυνση https.",
            "Setting VERCEL_BLOB_API_URL is no https address.",
        ),
        next_step=Bilingual("Γράψτε την ως https://…, ή αφήστε την κενή.", "Write it as https://…, or leave it empty."),
    )
