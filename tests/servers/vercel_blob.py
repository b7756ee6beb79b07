"""A stand-in for Vercel Blob's HTTP API, errors included.

Files are known by their names; their addresses are those that the real store would give, so what lies there is looked
up in `blobs`. Checks run in this order: token, store, what the test wants to fail, the request itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

STORE = "AbCdEf123456"
TOKEN = f"vercel_blob_rw_{STORE}_s3cr3tS3cr3tS3cr3t"
_EXISTS = (
    "This blob already exists, use `allowOverwrite: true` if you want to overwrite it. "
    "Or `addRandomSuffix: true` to generate a unique filename."
)
_MONTH = 30 * 24 * 3600
_PART = 5 * 1024 * 1024

Headers = Mapping[str, str]
Answer = tuple[int, dict[str, Any]]


class Refused(Exception):
    """An error of the API."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass
class Failure:
    """What happens instead of a good answer. `done`: it is done all the same; `cut`: there is no answer."""

    status: int = 500
    code: str = "internal_server_error"
    message: str = ""
    retry_after: str = ""
    done: bool = False
    cut: bool = False
    #: Answered in place of an error of the API, with `status`.
    body: bytes | None = None


@dataclass
class Stored:
    """A file as the store has it."""

    content: bytes
    content_type: str
    max_age: int = _MONTH
    uploaded_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content).hexdigest()}"'


@dataclass
class VercelBlobStandIn:
    """One store. `seen` is what was asked: method and target; `asked` the headers of each."""

    token: str = TOKEN
    store: str = STORE
    access: str = "public"
    suspended: bool = False
    #: For the n-th request, counted from 0.
    failures: dict[int, Failure] = field(default_factory=dict)
    blobs: dict[str, Stored] = field(default_factory=dict)
    #: Names that cannot be deleted.
    undeletable: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)
    #: Called with each name right before it is deleted.
    before_delete: Callable[[str], None] = lambda _name: None
    seen: list[tuple[str, str]] = field(default_factory=list)
    asked: list[Headers] = field(default_factory=list)
    port: int = 0
    _uploads: dict[str, tuple[str, Headers, dict[int, bytes]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/api/blob"

    def address(self, pathname: str) -> str:
        """Where everybody would fetch the file."""
        return f"https://{self.store.lower()}.{self.access}.blob.vercel-storage.com/{quote(pathname)}"

    def add(self, pathname: str, content: bytes = b"x", content_type: str = "image/png") -> str:
        """A file that is there; its address."""
        self.blobs[pathname] = Stored(content, content_type)
        return self.address(pathname)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answered(reader, writer):
                continue
        writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        headers = {name.lower(): text for name, text in re.findall(r"(?m)^([\w-]+):[ ]*(.*?)\r$", head)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        failure = self.failures.get(len(self.seen))
        self.seen.append((method, target))
        self.asked.append(headers)
        status, content, retry_after = self._answer(method, target, headers, body, failure)
        if failure is not None and failure.cut:
            writer.transport.abort()
            return False
        extra = f"Retry-After: {retry_after}\r\n" if retry_after else ""
        writer.write(
            f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{extra}Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        return True

    def _answer(
        self, method: str, target: str, headers: Headers, body: bytes, failure: Failure | None
    ) -> tuple[int, bytes, str]:
        try:
            self._admit(headers)
            if failure is None or failure.done:
                status, content = self._act(method, target, headers, body)
            if failure is not None and failure.body is not None:
                return failure.status, failure.body, failure.retry_after
            if failure is not None:
                raise Refused(failure.status, failure.code, failure.message)
        except Refused as refused:
            status = refused.status
            content = {"error": {"code": refused.code, "message": refused.message or refused.code, "x-new": 1}}
        return status, json.dumps(content).encode(), failure.retry_after if failure else ""

    def _admit(self, headers: Headers) -> None:
        if headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(403, "forbidden", "Access denied, please provide a valid token for this resource.")
        if self.suspended:
            raise Refused(403, "store_suspended", "This store has been suspended.")
        if headers.get("x-api-version") != "12":
            raise Refused(400, "bad_request", "Unsupported version")
        if not re.fullmatch(rf"{self.store}:\d+:[0-9a-f]+", headers.get("x-api-blob-request-id", "")):
            raise Refused(400, "bad_request", "No request id")

    def _act(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        match method, parts.path.removeprefix("/api/blob"):
            case "PUT", "" | "/" if "fromUrl" in query:
                return 200, self._copied(query, headers)
            case "PUT", "" | "/":
                return 200, self._put(query.get("pathname", ""), headers, body)
            case "GET", "" | "/" if "url" in query:
                return 200, self._shown(self._name(query["url"]))
            case "GET", "" | "/":
                return 200, self._listed(query)
            case "POST", "/delete":
                return 200, self._deleted(body)
            case "POST", "/mpu":
                return 200, self._part(query.get("pathname", ""), headers, body)
        raise Refused(404, "not_found", "The requested resource does not exist")

    def _put(self, pathname: str, headers: Headers, content: bytes) -> dict[str, Any]:
        if not pathname or len(pathname) > 950 or "//" in pathname:
            raise Refused(400, "bad_request", "Invalid pathname")
        if headers.get("x-vercel-blob-access") != self.access:
            raise Refused(400, "bad_request", f"Cannot use this access on a {self.access} store")
        max_age = int(headers.get("x-cache-control-max-age", _MONTH))
        if max_age < 60:
            raise Refused(400, "bad_request", "Invalid cache-control")
        if headers.get("x-add-random-suffix") == "1":
            stem, dot, end = pathname.rpartition(".")
            pathname = f"{stem or pathname}-{secrets.token_hex(15)}{dot}{end if dot else ''}"
        there, wanted = self.blobs.get(pathname), headers.get("x-if-match")
        if wanted and (there is None or there.etag != wanted):
            raise Refused(412, "precondition_failed", "Precondition failed: ETag mismatch.")
        if there and not wanted and headers.get("x-allow-overwrite") != "1":
            raise Refused(400, "bad_request", _EXISTS)
        stored = Stored(content, headers.get("x-content-type", "application/octet-stream"), max_age)
        self.blobs[pathname] = stored
        return self._told(pathname, stored)

    def _copied(self, query: Mapping[str, str], headers: Headers) -> dict[str, Any]:
        source = self._there(self._name(query["fromUrl"]))
        given = {"x-content-type": source.content_type, **headers}
        return self._put(query.get("pathname", ""), given, source.content)

    def _shown(self, pathname: str) -> dict[str, Any]:
        stored = self._there(pathname)
        return self._told(pathname, stored) | {
            "size": len(stored.content),
            "cacheControl": f"public, max-age={stored.max_age}",
            "uploadedAt": _iso(stored.uploaded_at),
        }

    def _listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        limit, prefix = int(query.get("limit", 1000)), query.get("prefix", "")
        if not 1 <= limit <= 1000:
            raise Refused(400, "bad_request", "Invalid limit")
        names = sorted(name for name in self.blobs if name.startswith(prefix))
        folders: list[str] = []
        if query.get("mode") == "folded":
            rests = [name.removeprefix(prefix) for name in names]
            folders = sorted({f"{prefix}{rest.partition('/')[0]}/" for rest in rests if "/" in rest})
            names = [f"{prefix}{rest}" for rest in rests if "/" not in rest]
        after = bytes.fromhex(query["cursor"]).decode() if "cursor" in query else ""
        rest = [name for name in names if name > after]
        page = [self._listed_one(name) for name in rest[:limit]]
        answer: dict[str, Any] = {"blobs": page, "hasMore": len(rest) > limit}
        if answer["hasMore"]:
            answer["cursor"] = rest[limit - 1].encode().hex()
        return answer | ({"folders": folders} if query.get("mode") == "folded" else {})

    def _listed_one(self, name: str) -> dict[str, Any]:
        shown = self._shown(name)
        return {key: shown[key] for key in ("url", "downloadUrl", "pathname", "size", "uploadedAt", "etag")}

    def _deleted(self, body: bytes) -> dict[str, Any]:
        urls = json.loads(body).get("urls")
        if not isinstance(urls, list) or not 1 <= len(urls) <= 1000:
            raise Refused(400, "bad_request", "Invalid urls")
        names = [self._name(url) for url in urls]
        if self.undeletable.intersection(names):
            raise Refused(400, "bad_request", "Invalid url")
        for name in names:
            self.before_delete(name)
            self.blobs.pop(name, None)
            self.deleted.append(name)
        return {}

    def _part(self, pathname: str, headers: Headers, body: bytes) -> dict[str, Any]:
        action = headers.get("x-mpu-action")
        if action == "create":
            upload = secrets.token_hex(8)
            self._uploads[upload] = (pathname, headers, {})
            return {"uploadId": upload, "key": pathname}
        if headers.get("x-mpu-upload-id") not in self._uploads or unquote(headers.get("x-mpu-key", "")) != pathname:
            raise Refused(404, "not_found", "No such upload")
        _, created, parts = self._uploads[headers["x-mpu-upload-id"]]
        if action == "upload":
            parts[int(headers["x-mpu-part-number"])] = body
            return {"etag": Stored(body, "").etag}
        named = [(entry["partNumber"], entry["etag"]) for entry in json.loads(body)]
        if action != "complete" or named != [(n, Stored(parts[n], "").etag) for n, _ in named if n in parts]:
            raise Refused(400, "bad_request", "Invalid parts")
        sizes = [len(parts[number]) for number, _ in named]
        if any(size < _PART or size != sizes[0] for size in sizes[:-1]):
            raise Refused(400, "bad_request", "Parts must be of one size, and at least 5 MB")
        del self._uploads[headers["x-mpu-upload-id"]]
        return self._put(pathname, created, b"".join(parts[number] for number, _ in named))

    def _there(self, pathname: str) -> Stored:
        if pathname not in self.blobs:
            raise Refused(404, "not_found", "The requested blob does not exist")
        return self.blobs[pathname]

    def _name(self, url_or_pathname: str) -> str:
        if not url_or_pathname.startswith("https://"):
            return url_or_pathname
        parts = urlsplit(url_or_pathname)
        if parts.hostname != urlsplit(self.address("")).hostname:
            raise Refused(403, "forbidden", "Access denied")
        return unquote(parts.path.removeprefix("/"))

    def _told(self, pathname: str, stored: Stored) -> dict[str, Any]:
        url = self.address(pathname)
        name = pathname.rpartition("/")[2]
        return {
            "url": url,
            "downloadUrl": f"{url}?download=1",
            "pathname": pathname,
            "contentType": stored.content_type,
            "contentDisposition": f'inline; filename="{name}"',
            "etag": stored.etag,
            "added-later": None,
        }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@asynccontextmanager
async def vercel_blob(store: VercelBlobStandIn) -> AsyncIterator[VercelBlobStandIn]:
    """The store on a port of its own, gone at the end."""
    server = await asyncio.start_server(store.serve, "127.0.0.1", 0, limit=2**26)
    store.port = server.sockets[0].getsockname()[1]
    try:
        yield store
    finally:
        server.close()
        await server.wait_closed()
