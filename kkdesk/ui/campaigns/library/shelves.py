"""Templates and signatures as one kind of thing: texts with a name that are listed, edited and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from kkdesk.model.change import Applied
from kkdesk.services.signatures import Signature, Signatures
from kkdesk.services.templates import Template, Templates

_GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Entry:
    """A text as it is edited. An empty `id`: not saved yet."""

    id: str = ""
    name: str = ""
    subject: str = ""
    content: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A text as it is listed."""

    id: str
    name: str
    detail: str = ""


class Shelf(Protocol):
    """What a library view does with its texts."""

    #: Whether texts have a subject, and whether one of them is the default.
    has_subject: ClassVar[bool]
    has_default: ClassVar[bool]

    async def all(self) -> Sequence[Listed]:
        """What there is."""
        ...

    async def get(self, entry_id: str) -> Entry:
        """One text, remembered as it was seen. Raises `NotFound`."""
        ...

    async def save(self, entry: Entry) -> str:
        """Save a new text, or an edit of the one last got; its id. Raises `InvalidInput`, `Conflict`."""
        ...

    async def delete(self, entry_id: str) -> Applied:
        """Delete a text. Raises `NotFound`."""
        ...


class TemplateShelf:
    """Templates."""

    has_subject: ClassVar[bool] = True
    has_default: ClassVar[bool] = False

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._seen: Template | None = None

    async def all(self) -> Sequence[Listed]:
        """By name, with their subjects."""
        return [Listed(one.id, one.name, one.subject) for one in await self._templates.all()]

    async def get(self, entry_id: str) -> Entry:
        """One template."""
        self._seen = await self._templates.get(entry_id)
        return Entry(self._seen.id, self._seen.name, self._seen.subject, self._seen.content)

    async def save(self, entry: Entry) -> str:
        """A new template, or an edit."""
        if not entry.id:
            return await self._templates.create(entry.name, entry.subject, entry.content)
        seen = self._seen if self._seen and self._seen.id == entry.id else await self._templates.get(entry.id)
        await self._templates.update(seen, entry.name, entry.subject, entry.content, seen.category or _GENERAL)
        return entry.id

    async def delete(self, entry_id: str) -> Applied:
        """Delete a template; campaigns begun with it stay as they are."""
        return await self._templates.delete(entry_id)


class SignatureShelf:
    """Signatures."""

    has_subject: ClassVar[bool] = False
    has_default: ClassVar[bool] = True

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self._seen: Signature | None = None

    async def all(self) -> Sequence[Listed]:
        """The default first."""
        return [Listed(one.id, one.name, "★" if one.is_default else "") for one in await self._signatures.all()]

    async def get(self, entry_id: str) -> Entry:
        """One signature."""
        self._seen = await self._signatures.get(entry_id)
        return Entry(self._seen.id, self._seen.name, "", self._seen.content, self._seen.is_default)

    async def save(self, entry: Entry) -> str:
        """A new signature, or an edit."""
        if not entry.id:
            return await self._signatures.create(entry.name, entry.content, default=entry.default)
        seen = self._seen if self._seen and self._seen.id == entry.id else await self._signatures.get(entry.id)
        await self._signatures.update(seen, entry.name, entry.content, default=entry.default)
        return entry.id

    async def delete(self, entry_id: str) -> Applied:
        """Delete a signature and take it out of campaigns."""
        return await self._signatures.delete(entry_id)
