"""Talking to an OpenID provider: short JSON answers, bounded in size and time; no error holds anything of a request."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

#: Seconds for one answer, and for a connection.
SECONDS: Final = 15.0
_CONNECT_SECONDS: Final = 5.0
#: Bytes of the longest answer that is read; Google's keys take two thousand.
_LONGEST: Final = 200_000
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NoAnswer(Exception):
    """The provider did not answer, or not in a way that can be understood. Holds nothing of the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and JSON object of an answer; `max_age` in seconds, `date` in Unix seconds, None where nothing is said.

    `content` is empty for what is no JSON object, such as the page of a hotel's network.
    """

    status: int
    content: Mapping[str, Any]
    max_age: int | None = None
    date: int | None = None


def is_safe(url: object) -> bool:
    """Whether secrets may be sent to `url`: it is encrypted, or on this very computer."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        host = parts.hostname if parts else None
    except ValueError:
        return False
    if parts is None or not host or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


class ProviderHttp:
    """One pool of connections, opened at the first request."""

    def __init__(self) -> None:
        """Connects to nothing yet."""
        self._opening: asyncio.Future[httpx.AsyncClient] | None = None

    async def get(self, url: str) -> Reply:
        """The JSON at `url`. Raises `NoAnswer`."""
        return await self._ask("GET", url, None)

    async def post(self, url: str, form: Mapping[str, str]) -> Reply:
        """The answer to a form. Raises `NoAnswer`: whether the form was taken is then unknown."""
        return await self._ask("POST", url, form)

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        opening, self._opening = self._opening, None
        if opening is not None:
            with contextlib.suppress(OSError, ValueError):  # It never opened.
                await (await opening).aclose()

    async def _ask(self, method: str, url: str, form: Mapping[str, str] | None) -> Reply:
        import httpx

        try:
            async with asyncio.timeout(SECONDS):
                client = await self._client()
                async with client.stream(method, url, data=dict(form) if form is not None else None) as response:
                    content = await _body(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # Without its cause, which holds the request and what was in it.
            raise NoAnswer(type(error).__name__) from None
        return Reply(
            response.status_code,
            _read(content),
            _max_age(response.headers.get("cache-control", "")),
            _date(response.headers.get("date", "")),
        )

    async def _client(self) -> httpx.AsyncClient:
        if self._opening is None:
            # On a thread: reading the trusted certificates takes a tenth of a second, which a window would notice.
            self._opening = asyncio.ensure_future(asyncio.to_thread(_open))
        return await asyncio.shield(self._opening)


def _open() -> httpx.AsyncClient:
    import httpx

    # The deadline is kept by `asyncio.timeout`: httpx's are between two bytes.
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(timeout=timeout, headers=headers, follow_redirects=False)


async def _body(response: httpx.Response) -> bytes:
    content = b""
    async for part in response.aiter_raw():
        content += part
        if len(content) > _LONGEST:
            raise NoAnswer("too long")
    return content


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _max_age(cache_control: str) -> int | None:
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else None


def _date(text: str) -> int | None:
    try:
        return int(email.utils.parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
