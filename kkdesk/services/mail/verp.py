"""Variable envelope return paths: the address that bounces of one mail come back to names that mail.

`bounces@x.gr` becomes `bounces+<local part of the Message-ID>@x.gr` (subaddressing, RFC 5233). The Message-ID of a
mail of ours ends in 48 random bits, so nobody who has not received the mail can make one up.
"""

from __future__ import annotations

import re
from typing import Final

# <ulid>.<twelve hex digits>, in lower case: servers on the way may change the case of a local part.
_LOCAL_PART: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{26}\.[0-9a-f]{12}")
#: RFC 5321, 4.5.3.1.1: octets of a local part.
_MAX_LOCAL: Final = 64


def return_path(bounce_address: str, message_id: str) -> str:
    """The envelope sender for one mail; `bounce_address` itself when the mail cannot be named in it."""
    local, _, domain = bounce_address.rpartition("@")
    token = message_id.strip("<>").partition("@")[0].lower()
    named = f"{local}+{token}"
    if not _LOCAL_PART.fullmatch(token) or len(named.encode()) > _MAX_LOCAL:
        return bounce_address
    return f"{named}@{domain}"


def message_token(address: str, bounce_address: str) -> str | None:
    """The local part of the Message-ID that a return path of `bounce_address` names; None when it names none."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    own_local, _, own_domain = bounce_address.lower().rpartition("@")
    prefix = f"{own_local}+"
    if domain != own_domain or not local.startswith(prefix):
        return None
    token = local.removeprefix(prefix)
    return token if _LOCAL_PART.fullmatch(token) else None
