"""Who is at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["owner", "admin", "member"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf a service acts, within one organisation.

    `user_id` is a row of `users`; `org_id` a row of `organizations`: every query is limited to it.
    """

    user_id: str
    org_id: str
    name: str
    role: Role = "owner"
