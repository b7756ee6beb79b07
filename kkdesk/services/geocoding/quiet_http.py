"""GETs whose queries stay quiet: a key and customers' addresses reach neither httpx's log nor its exceptions.

httpx logs the URL of each request and keeps it in exceptions. The URL that it knows here is the server's alone; what is
asked goes to the wire beside it (the `target` extension of httpcore 1.0.4).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from kkdesk import __version__
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput

if TYPE_CHECKING:
    import httpx

#: Bytes of the longest answer that is read; a usual one has three thousand.
LONGEST: Final = 1_000_000
_CONNECT_SECONDS: Final = 5.0
#: OpenStreetMap's policy wants a name of our own, not the library's.
USER_AGENT: Final = f"KKDesk/{__version__} (customer map)"


class NoAnswer(Exception):
    """`unreachable`: no connection; `slow`: none in time; `broken`: cut, or not HTTP. Holds nothing of the request."""

    def __init__(self, kind: Literal["unreachable", "slow", "broken"]) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status and the JSON that came with it; `content` is None for what is no JSON, or too much of it."""

    status: int
    content: Any


class QuietHttp:
    """Asks one server."""

    def __init__(self, url: str, *, setting: str, guarded: bool = False) -> None:
        """`setting` holds the `url`. Raises `InvalidInput` for what is none, or is not encrypted and `guarded`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _no_address(setting) from None
        plain = parts.scheme == "http" and (not guarded or host in {"127.0.0.1", "::1", "localhost"})
        if not host or not (plain or parts.scheme == "https") or parts.username or parts.query:
            raise _no_address(setting)
        name = f"[{host}]" if ":" in host else host
        self._origin = f"{parts.scheme}://{name}{f':{port}' if port else ''}/"
        self._path = quote(parts.path.rstrip("/"), safe="/%")
        self._opening: asyncio.Future[httpx.AsyncClient] | None = None

    async def ready(self) -> None:
        """Do beforehand what takes time and does not need the server: its first request leaves at once then."""
        with contextlib.suppress(OSError, ValueError):  # Told of by `get`.
            await self._client()

    async def get(self, path: str, query: Mapping[str, str], seconds: float) -> Reply:
        """What the server says. Raises `NoAnswer`."""
        import httpx

        target = f"{self._path}{path}?{urlencode(query, quote_via=quote)}".encode("ascii")
        try:
            async with asyncio.timeout(seconds):
                client = await self._client()
                async with client.stream("GET", self._origin, extensions={"target": target}) as response:
                    return Reply(response.status_code, _read(await _body(response)))
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
            OSError,
        ) as error:
            # The total's TimeoutError is an OSError, too.
            raise NoAnswer("slow" if type(error) is TimeoutError else "unreachable") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise NoAnswer("broken") from None

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        opening, self._opening = self._opening, None
        if opening is not None:
            with contextlib.suppress(OSError, ValueError):  # It never opened.
                await (await opening).aclose()

    async def _client(self) -> httpx.AsyncClient:
        if self._opening is None:
            # On a thread: reading the trusted certificates takes a tenth of a second, which a window would notice.
            self._opening = asyncio.ensure_future(asyncio.to_thread(_open))
        return await asyncio.shield(self._opening)


def _open() -> httpx.AsyncClient:
    import httpx

    # Not packed: what a packed answer grows to is only known when it is too late.
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
    # The deadline of a request is kept by `asyncio.timeout`: httpx's are between two bytes.
    return httpx.AsyncClient(
        headers=headers, timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS), follow_redirects=False
    )


async def _body(response: httpx.Response) -> bytes | None:
    content = b""
    # As it comes: an answer that is packed all the same is no JSON, and takes no room.
    async for part in response.aiter_raw():
        content += part
        if len(content) > LONGEST:
            return None
    return content


def _read(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _no_address(setting: str) -> InvalidInput:
    return InvalidInput(
        Bilingual(f"Η ρύθμιση {setting} δεν είναι διεύθυνση διακομιστή.", f"Setting {setting} is no server's address."),
        next_step=Bilingual("Γράψτε την ως https://….", "Write it as https://…."),
    )
