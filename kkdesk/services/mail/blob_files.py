"""Files of campaigns fetched once from where they are hosted, and kept by their SHA-256.

Addresses come from the database, which colleagues and the web application write: only https is fetched, and only from
addresses of the open internet, so that no such entry makes a worker knock on doors inside its own network. The address
that was checked is the one connected to.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import os
import re
import socket
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, KKDeskError, Offline
from kkdesk.services.link_check import is_public
from kkdesk.services.mail.assets import MAX_TOTAL, CampaignFile

if TYPE_CHECKING:
    import httpx

_log = structlog.get_logger(__name__)

_HOPS: Final = 4
_SECONDS: Final = 120.0
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NOTHING_SENT: Final = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")

#: The addresses of a host and port.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """What this computer's resolver says. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class BlobFiles:
    """Files by their frozen record: from the folder, else fetched (a `FileSource`)."""

    def __init__(
        self,
        folder: Path | None,
        *,
        resolve: Resolve = system_resolve,
        allowed: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`folder` is where files are kept, made when the first comes; None keeps none.

        `allowed` says which addresses may be connected to, `tls` which authorities are trusted (by default the usual).
        """
        self._folder = folder
        self._resolve = resolve
        self._allowed = allowed
        self._tls = tls

    async def content(self, file: CampaignFile) -> bytes:
        """The file, proven by size and SHA-256.

        Raises `InvalidInput` when it is gone, another one now, or where nothing may be fetched from; `Offline` when
        its server cannot be reached or fails.
        """
        if not _SHA256.fullmatch(file.sha256) or not 0 <= file.size <= MAX_TOTAL:
            raise _not_the_file(file)
        kept = await asyncio.to_thread(self._kept, file)
        if kept is not None:
            return kept
        try:
            async with asyncio.timeout(_SECONDS):
                content = await self._fetched(file)
        except TimeoutError as error:
            raise _unreachable(file) from error
        if not await asyncio.to_thread(_is_the_file, content, file):
            raise _not_the_file(file)
        await asyncio.to_thread(self._keep, file, content)
        return content

    async def _fetched(self, file: CampaignFile) -> bytes:
        import httpx

        url = file.url
        # No proxy: it would look the name up once more, and where it connects nobody here would know.
        if self._tls is None:
            # On a thread: reading the trusted certificates takes a tenth of a second.
            self._tls = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)
        try:
            async with httpx.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=30.0, verify=self._tls
            ) as client:
                for _ in range(_HOPS):
                    status, answer = await self._asked(client, url, file)
                    if isinstance(answer, bytes):
                        return answer
                    if not answer:
                        raise _gone(file) if 400 <= status < 500 and status not in {408, 429} else _unreachable(file)
                    url = urljoin(url, answer)
        except KKDeskError:
            raise  # Some of them are ValueErrors or OSErrors, too.
        except (httpx.InvalidURL, ValueError) as error:
            raise _not_allowed(file) from error
        except (httpx.HTTPError, OSError) as error:
            raise _unreachable(file) from error
        raise _gone(file)

    async def _asked(self, client: httpx.AsyncClient, url: str, file: CampaignFile) -> tuple[int, bytes | str]:
        """One answer: its status, and the file, where it lies instead, or empty text."""
        import httpx

        asked = httpx.URL(url)
        if asked.scheme != "https" or not asked.host:
            raise _not_allowed(file)
        addresses = await self._addresses(asked.raw_host.decode("ascii").strip("[]"), asked.port or 443)
        if not addresses or not all(map(self._allowed, addresses)):
            raise _not_allowed(file)
        request = client.build_request(
            "GET",
            asked.copy_with(host=addresses[0], userinfo=b""),
            headers={"Host": asked.netloc.decode("ascii").rpartition("@")[2], "Accept-Encoding": "identity"},
            extensions={"sni_hostname": asked.raw_host.decode("ascii")},
        )
        response = await client.send(request, stream=True)
        try:
            if response.status_code != 200:
                return response.status_code, response.headers.get("location", "") if response.is_redirect else ""
            return 200, await _body(response, file)
        finally:
            await response.aclose()

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            return await self._resolve(host, port)

    def _kept(self, file: CampaignFile) -> bytes | None:
        if self._folder is None:
            return None
        try:
            content = (self._folder / file.sha256).read_bytes()
        except OSError:
            return None  # Not there, or not to be read: it is fetched.
        return content if _is_the_file(content, file) else None

    def _keep(self, file: CampaignFile, content: bytes) -> None:
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix="new-")
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(name).replace(self._folder / file.sha256)
        except OSError as error:
            # Only a cache: the campaign goes out, the file is fetched again next time.
            _log.warning("campaign_file_not_kept", error=type(error).__name__)


async def _body(response: httpx.Response, file: CampaignFile) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > file.size:
            raise _not_the_file(file)
        parts.append(part)
    return b"".join(parts)


def _is_the_file(content: bytes, file: CampaignFile) -> bool:
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256


def _not_the_file(file: CampaignFile) -> InvalidInput:
    return _trouble(
        file, "δεν είναι πια το ίδιο (άλλαξε μέγεθος ή περιεχόμενο)", "is no longer the same (size or content changed)"
    )


def _gone(file: CampaignFile) -> InvalidInput:
    return _trouble(file, "δεν υπάρχει πια στη διεύθυνσή του", "is no longer where it was")


def _not_allowed(file: CampaignFile) -> InvalidInput:
    return _trouble(file, "δεν βρίσκεται σε δημόσια διεύθυνση https", "does not lie at a public https address")


def _trouble(file: CampaignFile, el: str, en: str) -> InvalidInput:
    return InvalidInput(
        Bilingual(f"Το αρχείο «{file.file_name}» της καμπάνιας {el}.", f"The campaign's file “{file.file_name}” {en}."),
        kept=_NOTHING_SENT,
        next_step=Bilingual(
            "Ανεβάστε το ξανά ή αφαιρέστε το από την καμπάνια.", "Upload it again, or remove it from the campaign."
        ),
    )


def _unreachable(file: CampaignFile) -> Offline:
    return Offline(
        Bilingual(
            f"Το αρχείο «{file.file_name}» της καμπάνιας δεν μπορεί να ληφθεί τώρα.",
            f"The campaign's file “{file.file_name}” cannot be fetched now.",
        ),
        kept=Bilingual("Δεν στάλθηκε τίποτα· η καμπάνια περιμένει.", "Nothing was sent; the campaign waits."),
        next_step=Bilingual("Ελέγξτε τη σύνδεση στο διαδίκτυο.", "Check the connection to the internet."),
    )
