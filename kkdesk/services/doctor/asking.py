"""Requests to a deployment: bounded in size and time, following no redirect, telling nobody what was asked.

The address that the name servers gave is the one connected to. What stands in a query (signatures) goes to the wire
beside the URL that httpx knows, and so reaches neither its log nor its exceptions.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from kkdesk import __version__

if TYPE_CHECKING:
    import httpx

#: Bytes of an answer that are read: no more than cron-job.org reads.
LONGEST: Final = 65_536
#: Seconds that one answer may take; a function that sleeps needs some of them to wake up.
SECONDS: Final = 20.0
_CONNECT_SECONDS: Final = 10.0
_USER_AGENT: Final = f"KKDesk-doctor/{__version__}"

Method = Literal["GET", "POST"]


class NoAnswer(Exception):
    """`unreachable`: no connection; `slow`: none in time; `broken`: cut, or not HTTP. Holds nothing of the request."""

    def __init__(self, kind: Literal["unreachable", "slow", "broken"]) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Headers in lower case; `whole` is false where more than `LONGEST` bytes came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    whole: bool
    #: Seconds from the request to the answer's head.
    seconds: float
    #: Our clock when the answer was made, as far as it can be known: half-way. Unix seconds.
    at: float

    @property
    def location(self) -> str:
        """Where it redirects to; empty when it does not."""
        return self.headers.get("location", "") if 300 <= self.status < 400 else ""

    @property
    def media_type(self) -> str:
        """Without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Asking:
    """Asks one origin at one address. `async with Asking(...) as asking`."""

    def __init__(
        self,
        origin: str,
        address: str,
        tls: ssl.SSLContext,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`tls` holds the authorities to trust; `seconds` is what one answer may take."""
        self._host = urlsplit(origin).netloc
        self._origin = origin
        self._address = address
        self._tls = tls
        self._seconds = seconds
        self._clock = clock
        self._client: asyncio.Future[httpx.AsyncClient] | None = None

    async def ask(
        self,
        path: str,
        query: str = "",
        *,
        method: Method = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float | None = None,
    ) -> Answer:
        """The answer; `query` is encoded already. Raises `NoAnswer`."""
        import httpx

        target = f"{path}?{query}" if query else path
        began, before = time.monotonic(), self._clock()
        try:
            async with asyncio.timeout(self._seconds if seconds is None else seconds):
                client = await self._opened()
                url = httpx.URL(self._origin)
                stream = client.stream(
                    method,
                    url.copy_with(host=self._address),
                    headers={"Host": self._host, **(headers or {})},
                    content=body or None,
                    extensions={"target": target.encode("ascii"), "sni_hostname": url.raw_host.decode("ascii")},
                )
                async with stream as response:
                    took = time.monotonic() - began
                    content, whole = await _body(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, OSError) as error:
            # The total's TimeoutError is an OSError, too.
            slow = isinstance(error, TimeoutError | httpx.ConnectTimeout)
            raise NoAnswer("slow" if slow else "unreachable") from None
        except httpx.TimeoutException:
            raise NoAnswer("slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise NoAnswer("broken") from None
        return Answer(response.status_code, _plain(response.headers), content, whole, took, before + took / 2)

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        opening, self._client = self._client, None
        if opening is not None:
            await (await opening).aclose()

    async def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            # On a thread: a window would notice the import.
            self._client = asyncio.ensure_future(asyncio.to_thread(_open, self._tls))
        return await asyncio.shield(self._client)


def trusted_authorities() -> ssl.SSLContext:
    """The authorities that programs trust by default. Reading them takes a tenth of a second."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _open(tls: ssl.SSLContext) -> httpx.AsyncClient:
    import httpx

    # Not packed: what a packed answer grows to is only known when it is too late. No proxy: it would look the name up
    # once more, and where it connects nobody here would know.
    headers = {"User-Agent": _USER_AGENT, "Accept": "application/json, text/html, */*", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(
        headers=headers,
        verify=tls,
        trust_env=False,
        follow_redirects=False,
        # The deadline of a request is kept by `asyncio.timeout`: httpx's are between two bytes.
        timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
    )


async def _body(response: httpx.Response) -> tuple[bytes, bool]:
    content = b""
    async for part in response.aiter_raw():
        content += part
        if len(content) > LONGEST:
            return content[:LONGEST], False
    return content, True


def _plain(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
