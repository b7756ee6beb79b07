"""Who may call the scheduler's endpoints, by the secret alone; `callers` answers those who may not."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

#: What an HTTP field value is trimmed of (RFC 9110, 5.5).
_HTTP_WHITESPACE = " \t\r\n"
_BEARER = re.compile(r"Bearer (?P<token>.+)", re.IGNORECASE | re.ASCII | re.DOTALL)
_SECRET_HEADERS = ("x-cron-secret", "x-api-key")
_SECRET_PARAMETERS = ("cron_secret", "key", "token")


def is_authorized(
    headers: Mapping[str, str],
    query: Mapping[str, str],
    secret: str | None,
    production: bool,  # noqa: FBT001 - part of the published signature
) -> bool:
    """Whether a cron call may run: one of the places a caller may put the secret holds it.

    Header names are in lower case. Places: `Authorization: Bearer`, `X-Cron-Secret`, `X-Api-Key`, and the query's
    `cron_secret`, `key` or `token`. Without a configured secret everybody is let in, but only outside production.
    """
    expected = (secret or "").strip()
    if not expected:
        return not production
    wanted = expected.encode("utf-8", "surrogatepass")
    found = False
    for candidate in _candidates(headers, query):
        # No short cut: the time taken must not tell which place held the right secret.
        found |= hmac.compare_digest(candidate.encode("utf-8", "surrogatepass"), wanted)
    return found


def is_production(environment: Mapping[str, str]) -> bool:
    """Whether the endpoints must be closed without a secret: always, unless NODE_ENV says development or test."""
    return environment.get("NODE_ENV", "").strip().lower() not in {"development", "test"}


def _candidates(headers: Mapping[str, str], query: Mapping[str, str]) -> list[str]:
    bearer = _BEARER.fullmatch(headers.get("authorization", "").strip(_HTTP_WHITESPACE))
    given = [bearer["token"] if bearer else ""]
    given += [headers.get(name, "").strip(_HTTP_WHITESPACE) for name in _SECRET_HEADERS]
    given += [query.get(name, "") for name in _SECRET_PARAMETERS]
    return [candidate for candidate in given if candidate]
