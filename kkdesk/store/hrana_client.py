"""Hrana over HTTP, the way to the company's server: pooled connections, deadlines, bounded tries.

Whatever is sent here may arrive twice: reads, and batches that a row of a ledger lets run only once. So every failure
of the network is tried again within the deadline. Source: docs/HRANA_3_SPEC.md of github.com/tursodatabase/libsql.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

import orjson
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.store.hrana import BatchResult, Step, batch_request, read_batch, unsendable
from kkdesk.store.hrana_errors import status_error, unexpected, unreachable

if TYPE_CHECKING:
    import httpx

#: Tries of one request, the first included.
_TRIES: Final = 4
#: Seconds before the second try, doubled for each that follows, each times 0.5 to 1.5 by chance.
_PAUSE: Final = 0.1
_CONNECTIONS: Final = 8
#: Answers "come again": 429 too many requests, 502 and 503 a server that is being restarted.
_COME_AGAIN: Final = {429, 502, 503}
#: Bytes a second of the slowest line that a long request is given the time for.
_SLOWEST: Final = 32_000
#: Bytes of JSON from which on it is read on a thread: 200 kB take some 3 ms.
_LONG: Final = 200_000
#: Steps from which on they are written on a thread.
_MANY_STEPS: Final = 300

T = TypeVar("T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: until a connection stands, until one try has its answer, until a call with all its tries ends."""

    connect: float = 5.0
    answer: float = 15.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request; with `baton` the stream goes on, at `base_url` if that is given."""

    results: list[BatchResult]
    baton: str | None
    base_url: str | None


class HranaClient:
    """One server's database. `token` is asked before each request; an empty one sends none.

    A token that the server does not take is handed to `refused`; the request is sent once more when `token` then has
    another one.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], Awaitable[str]],
        *,
        timeouts: Timeouts | None = None,
        refused: Callable[[str], None] | None = None,
    ) -> None:
        """`url` is `libsql://`, `https://` or `http://`. Raises `InvalidInput` for anything else."""
        self._url = f"{base_url(url)}/v3/pipeline"
        self._token = token
        self._refused = refused
        self._timeouts = timeouts or Timeouts()
        self._opening: asyncio.Future[httpx.AsyncClient] | None = None

    async def batch(self, batches: Sequence[Sequence[Step]]) -> list[BatchResult]:
        """Run `batches`, one after the other, in one round trip. What a step answered or refused is in the results.

        Raises `Offline` and `SignInNeeded`, and `StoreError` for what cannot be sent. With `Offline` it is not known
        whether anything was run.
        """
        return (await self.pipeline(batches, close=True)).results

    def stream(self) -> HranaStream:
        """A conversation of several requests on one connection of the server, for a transaction too long for one."""
        return HranaStream(self)

    async def pipeline(
        self,
        batches: Sequence[Sequence[Step]],
        *,
        close: bool,
        baton: str | None = None,
        url: str = "",
        tries: int = _TRIES,
    ) -> Reply:
        """The answer to one HTTP request that runs `batches` and may end the stream. Raises what `batch` does."""
        content = await _threaded(lambda: _request(batches, baton, close=close), sum(map(len, batches)) > _MANY_STEPS)
        deadline = self._timeouts.total + len(content) / _SLOWEST
        try:
            async with asyncio.timeout(deadline):
                body = await self._tried(content, url or self._url, tries)
        except TimeoutError:
            raise unreachable() from None
        # Many rows are read on a thread: they take longer than a window may stand still.
        return await _threaded(lambda: _read(body, len(batches)), len(body) > _LONG)

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        opening, self._opening = self._opening, None
        if opening is not None:
            with contextlib.suppress(OSError, ValueError):  # It never opened.
                await (await opening).aclose()

    async def _tried(self, content: bytes, url: str, tries: int) -> bytes:
        """The body of the answer, after as many tries as it takes."""
        number = 1
        renewed = False
        while True:
            try:
                return await self._once(content, url)
            except _TokenRefused as refusal:
                # Nothing was run.
                if renewed or not await self._has_another(refusal.token):
                    raise status_error(401, "") from None
                renewed = True
                continue
            except _Passing as failure:
                _log.info("server_silent", reason=str(failure), tries=number)
                if number == tries:
                    raise unreachable() from None
            await asyncio.sleep(_PAUSE * 2 ** (number - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            number += 1

    async def _once(self, content: bytes, url: str) -> bytes:
        import httpx

        client = await self._client()
        headers = {"Content-Type": "application/json"}
        token = await self._token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with asyncio.timeout(self._timeouts.answer + len(content) / _SLOWEST):
                response = await client.post(url, content=content, headers=headers)
        except (httpx.TransportError, TimeoutError) as error:
            # The cause is left out: it may hold the request with its token.
            raise _Passing(type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise unexpected() from None
        if response.status_code in _COME_AGAIN:
            raise _Passing(f"HTTP {response.status_code}")
        if response.status_code == 401:
            raise _TokenRefused(token)
        if response.status_code != 200:
            raise status_error(response.status_code, response.text)
        return response.content

    async def _has_another(self, token: str) -> bool:
        if self._refused is None:
            return False
        self._refused(token)
        return await self._token() != token

    async def _client(self) -> httpx.AsyncClient:
        # Made on a thread: loading the certificates takes longer than a window may stand still.
        if self._opening is None:
            self._opening = asyncio.ensure_future(asyncio.to_thread(_open, self._timeouts))
        opening = self._opening
        try:
            return await asyncio.shield(opening)
        except (OSError, ValueError) as error:
            # Certificates or a proxy that the environment names, and that are not usable.
            _log.warning("network_settings_unusable", reason=type(error).__name__)
            if self._opening is opening:
                self._opening = None
            raise unreachable() from error


class HranaStream:
    """Requests that run one after the other on one connection of the server, held together by a baton.

    None is tried again: when one fails the stream is gone, and with it a transaction that was open.
    """

    def __init__(self, client: HranaClient) -> None:
        """Use `HranaClient.stream`."""
        self._client = client
        self._baton: str | None = None
        self._url = ""

    async def batch(self, steps: Sequence[Step], *, last: bool = False) -> BatchResult:
        """Run `steps`; the `last` ones close the stream. Raises what `HranaClient.batch` does."""
        tries = _TRIES if self._baton is None else 1
        reply = await self._client.pipeline([steps], close=last, baton=self._baton, url=self._url, tries=tries)
        self._baton = reply.baton
        if reply.base_url:
            self._url = f"{base_url(reply.base_url)}/v3/pipeline"
        return reply.results[0]

    async def close(self) -> None:
        """End the stream; a transaction that is open is undone."""
        if self._baton is not None:
            baton, self._baton = self._baton, None
            await self._client.pipeline([], close=True, baton=baton, url=self._url, tries=1)


def base_url(url: str) -> str:
    """The HTTP address of a database's address, without secrets. Raises `InvalidInput` for what is none."""
    try:
        parts = urlsplit(url.strip())
        plain = parts.scheme == "libsql" and parse_qs(parts.query).get("tls") == ["0"]
        scheme = {"libsql": "http" if plain else "https", "https": "https", "http": "http"}[parts.scheme]
        host, port = parts.hostname, parts.port
    except (ValueError, KeyError):
        raise _no_address() from None
    if not host:
        raise _no_address()
    address = f"[{host}]" if ":" in host else host
    return urlunsplit((scheme, f"{address}:{port}" if port else address, parts.path.rstrip("/"), "", ""))


class _Passing(Exception):
    """A failure that another try may not meet: why, without the address or the token."""


class _TokenRefused(Exception):
    """The server does not take `token`, which is not in the exception's text."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


def _no_address() -> InvalidInput:
    return InvalidInput(
        Bilingual("Αυτή δεν είναι διεύθυνση βάσης δεδομένων.", "This is not the address of a database."),
        next_step=Bilingual(
            "Γράψτε την ως libsql://…, https://… ή http://….", "Write it as libsql://…, https://… or http://…."
        ),
    )


def _open(timeouts: Timeouts) -> httpx.AsyncClient:
    import httpx

    # The deadlines of a try are kept by `asyncio.timeout`: httpx's are between two bytes.
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=60)
    return httpx.AsyncClient(timeout=httpx.Timeout(None, connect=timeouts.connect), limits=limits)


def _request(batches: Sequence[Sequence[Step]], baton: str | None, *, close: bool) -> bytes:
    requests = [*map(batch_request, batches), *([{"type": "close"}] if close else [])]
    request = {"baton": baton, "requests": requests}
    try:
        # Not the standard library's: even on a thread it holds the interpreter, and with it the window, 40 ms for 1 MB.
        return orjson.dumps(request)
    except orjson.JSONEncodeError as error:
        raise unsendable() from error


def _read(body: bytes, batches: int) -> Reply:
    """Raises `Offline` for what Hrana does not answer."""
    try:
        reply = orjson.loads(body)
        results = [read_batch(answer) for answer in reply["results"][:batches]]
        if len(results) < batches:
            raise unexpected()
        return Reply(results, reply["baton"], reply.get("base_url"))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise unexpected() from error


async def _threaded(work: Callable[[], T], on_thread: bool) -> T:  # noqa: FBT001 - said by its name
    return await asyncio.to_thread(work) if on_thread else work()
