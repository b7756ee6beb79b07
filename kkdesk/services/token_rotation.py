"""Changing the key of the tokens that the web CRM keeps in the database, with no moment in which one is unreadable.

Both keys are in force while it lasts: OAUTH_TOKEN_ENCRYPTION_KEY, which everything is written with, and
OAUTH_TOKEN_ENCRYPTION_KEY_PREVIOUS, which is tried when the first one does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.model.rights import Action
from kkdesk.model.row import as_text
from kkdesk.services.crypto import PREFIX, decrypt_token, encrypt_token, parse_key
from kkdesk.services.rights import require

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.services.secrets import Secrets
    from kkdesk.store.database import Database

_KEY: Final = "OAUTH_TOKEN_ENCRYPTION_KEY"
_PREVIOUS: Final = "OAUTH_TOKEN_ENCRYPTION_KEY_PREVIOUS"
#: Tables and their columns that hold tokens.
_PLACES: Final = (
    ("accounts", ("refresh_token", "access_token", "id_token")),
    ("gmail_credentials", ("refresh_token", "access_token")),
)
#: Rows of one change.
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that is in force, and the one before it; None: not set."""

    current: bytes | None
    previous: bytes | None

    def decrypt(self, value: str) -> str:
        """The token, by whichever key fits. Raises `InvalidInput` for one that none does, `NotConfigured`."""
        try:
            return decrypt_token(value, self.current)
        except (InvalidInput, NotConfigured):
            if self.previous is None:
                raise
            return decrypt_token(value, self.previous)

    def is_current(self, value: str) -> bool:
        """Whether `value` is encrypted with the key in force."""
        if not value.startswith(PREFIX) or self.current is None:
            return False
        try:
            decrypt_token(value, self.current)
        except InvalidInput:
            return False
        return True


async def token_keys(secrets: Secrets) -> Keys:
    """The keys that are set. Raises `NotConfigured` for one that is none, `SecretsUnavailable`."""
    current, previous = await secrets.get(_KEY), await secrets.get(_PREVIOUS)
    return Keys(parse_key(current or None), parse_key(previous or None))


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Tokens in the database: by the key in force, by the one before, in clear, and readable by neither."""

    current: int = 0
    previous: int = 0
    clear: int = 0
    unreadable: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the former key may be forgotten."""
        return not (self.previous or self.clear)


class TokenRotation:
    """For a whole database: the web CRM's tokens belong to users, not to an organisation."""

    def __init__(self, db: Database, actor: Actor, secrets: Secrets) -> None:
        """Reads nothing yet."""
        self._db = db
        self._actor = actor
        self._secrets = secrets

    async def count(self) -> TokenCount:
        """How things stand. Raises `NotConfigured` for a key that is none."""
        keys = await token_keys(self._secrets)
        counts = dict.fromkeys(("current", "previous", "clear", "unreadable"), 0)
        for table, columns in _PLACES:
            for _, values in await self._rows(table, columns):
                for value in filter(None, values):
                    counts[_state(value, keys)] += 1
        return TokenCount(**counts)

    async def rotate(self) -> TokenCount:
        """Encrypt with the key in force what is not yet; what neither key fits is left as it is, and counted.

        May be stopped and called again; a token that the web CRM replaces meanwhile is not touched. Raises
        `NotPermitted`, and `NotConfigured` without a key.
        """
        require(self._actor, Action.ROTATE_SECRETS)
        keys = await token_keys(self._secrets)
        if keys.current is None:
            raise _no_key()
        for table, columns in _PLACES:
            statements = [
                _update(table, row_id, column, value, encrypt_token(keys.decrypt(value), keys.current))
                for row_id, values in await self._rows(table, columns)
                for column, value in zip(columns, values, strict=True)
                if value and _state(value, keys) in {"previous", "clear"}
            ]
            for first in range(0, len(statements), _AT_ONCE):
                await self._write(statements[first : first + _AT_ONCE])
        return await self.count()

    async def _rows(self, table: str, columns: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
        # By rowid: the web CRM's older rows have no id.
        rows = await self._db.query(f"SELECT rowid AS place, {', '.join(columns)} FROM {table}")
        return [(int(row["place"] or 0), tuple(as_text(row[column]) for column in columns)) for row in rows]

    async def _write(self, statements: list[Statement]) -> None:
        # Without undo: its images would keep the old values, in clear perhaps, for thirty days.
        label = Bilingual("Νέα κρυπτογράφηση token", "Tokens encrypted anew")
        await self._db.apply(Change(label, tuple(statements), actor=self._actor.user_id, at_primary=True))


def _update(table: str, place: int, column: str, old: str, new: str) -> Statement:
    """Only if it is still what was read."""
    return Statement(f"UPDATE {table} SET {column} = ?1 WHERE rowid = ?2 AND {column} = ?3", (new, place, old))


def _state(value: str, keys: Keys) -> str:
    if not value.startswith(PREFIX):
        return "clear"
    if keys.is_current(value):
        return "current"
    try:
        keys.decrypt(value)
    except (InvalidInput, NotConfigured):
        return "unreadable"
    return "previous"


def _no_key() -> NotConfigured:
    return NotConfigured(
        Bilingual(f"Λείπει το {_KEY}.", f"{_KEY} is missing."),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Φτιάξτε νέο με «openssl rand -base64 32», και δώστε το παλιό ως " + _PREVIOUS + ".",
            f"Make a new one by “openssl rand -base64 32”, and give the old one as {_PREVIOUS}.",
        ),
    )
