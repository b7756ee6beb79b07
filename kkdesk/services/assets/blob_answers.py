"""What Vercel Blob answers, read with suspicion: unknown fields are ignored, missing ones are errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored file. What an answer does not tell is None (a list has no type, a put no size)."""

    #: Where everybody, or in a private store whoever has the token, can fetch it.
    url: str
    #: The same, for saving instead of showing.
    download_url: str
    pathname: str
    content_type: str | None = None
    etag: str | None = None
    #: Bytes.
    size: int | None = None
    #: Unix seconds.
    uploaded_at: int | None = None


@dataclass(frozen=True, slots=True)
class BlobPage:
    """Some of a list; `cursor` asks for what follows, None at the end. `folders` only of a folded list."""

    blobs: tuple[Blob, ...]
    folders: tuple[str, ...]
    cursor: str | None


def read_blob(content: bytes) -> Blob:
    """The answer to put, copy and head. Raises `ValueError`."""
    return _blob(_object(content))


def read_page(content: bytes) -> BlobPage:
    """The answer to list. Raises `ValueError`."""
    answer = _object(content)
    blobs, folders, cursor = answer.get("blobs"), answer.get("folders", []), answer.get("cursor")
    if not isinstance(blobs, list) or not isinstance(folders, list):
        raise ValueError("no list")  # noqa: TRY004 - one kind for all that cannot be read
    more = bool(answer.get("hasMore"))
    if more and not (isinstance(cursor, str) and cursor):
        raise ValueError("more, but nothing to ask for it with")
    read = tuple(_blob(entry) for entry in blobs if isinstance(entry, dict))
    return BlobPage(read, tuple(folder for folder in folders if isinstance(folder, str)), cursor if more else None)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(content)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(answer, dict):
        raise ValueError("no object")  # noqa: TRY004
    return answer


def _blob(answer: Mapping[str, Any]) -> Blob:
    url, pathname = answer.get("url"), answer.get("pathname")
    if not isinstance(url, str) or not isinstance(pathname, str):
        raise ValueError("no blob")  # noqa: TRY004
    size = answer.get("size")
    return Blob(
        url=url,
        download_url=_text(answer.get("downloadUrl")) or url,
        pathname=pathname,
        content_type=_text(answer.get("contentType")),
        etag=_text(answer.get("etag")),
        size=size if type(size) is int and size >= 0 else None,
        uploaded_at=_seconds(answer.get("uploadedAt")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: Any) -> int | None:
    try:
        moment = datetime.fromisoformat(value)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (TypeError, ValueError, OverflowError):
        return None  # It is told to people, and decides nothing.
