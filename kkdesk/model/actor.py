"""Who is at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: The first three are the web CRM's. `viewer` is ours: reads and does nothing else.
Role = Literal["owner", "admin", "member", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("owner", "admin", "member", "viewer")


def as_role(text: str) -> Role:
    """The role that a row of `organization_members` names; one that nobody knows may only read."""
    return text if text in ROLES else "viewer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf a service acts, within one organisation.

    `user_id` is a row of `users`; `org_id` a row of `organizations`: every query is limited to it.
    """

    user_id: str
    org_id: str
    name: str
    role: Role = "owner"
