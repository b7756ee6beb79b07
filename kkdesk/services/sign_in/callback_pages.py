"""What the browser shows after the sign-in: go back to KK Desk. Nothing of the request is in it."""

from __future__ import annotations

import secrets
from html import escape
from http import HTTPStatus
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.sign_in.callback_request import Callback, Refusal

_DONE: Final = (
    Bilingual("Επιστρέψτε στο KK Desk", "Go back to KK Desk"),
    Bilingual(
        "Η σύνδεση συνεχίζεται εκεί. Μπορείτε να κλείσετε αυτή τη σελίδα.",
        "Signing in goes on there. You may close this page.",
    ),
)
_DECLINED: Final = (
    Bilingual("Δεν συνδεθήκατε", "You have not signed in"),
    Bilingual(
        "Το KK Desk λέει τι έγινε. Μπορείτε να κλείσετε αυτή τη σελίδα.",
        "KK Desk says what happened. You may close this page.",
    ),
)
_WRONG: Final = (
    Bilingual("Αυτή η σελίδα δεν ανήκει σε κάποια σύνδεση", "This page belongs to no sign-in"),
    Bilingual("Ξεκινήστε τη σύνδεση από το KK Desk.", "Begin signing in from KK Desk."),
)
_STYLE: Final = """
:root { color-scheme: light dark; --back: #f5f6f8; --card: #fff; --text: #1c2430; --muted: #5b6675; --line: #dde1e7 }
@media (prefers-color-scheme: dark) {
  :root { --back: #14181e; --card: #1d232b; --text: #e8ebf0; --muted: #a3adba; --line: #323a45 }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text);
  font: 16px/1.5 "Segoe UI", system-ui, "Noto Sans", sans-serif }
main { margin: 16px; padding: 28px 32px; max-width: 30em; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px }
h1 { margin: 0 0 6px; font-size: 1.35em }
p { margin: 0; color: var(--muted) }
section + section { margin-top: 20px; padding-top: 20px; border-top: 1px solid var(--line) }
"""


def response_to(answer: Callback | Refusal) -> bytes:
    """The whole HTTP response, after which the connection closes."""
    if isinstance(answer, Refusal):
        return _response(answer.status, _WRONG)
    return _response(200, _DECLINED if answer.error else _DONE)


def _response(status: int, words: tuple[Bilingual, Bilingual]) -> bytes:
    nonce = secrets.token_urlsafe(16)
    content = _page(words, nonce).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(content)),
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'",
        "Cache-Control": "no-store",
        # The address has the code in it.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Connection": "close",
        **({"Allow": "GET"} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode() + content


def _page(words: tuple[Bilingual, Bilingual], nonce: str) -> str:
    title, text = words
    parts = "".join(
        f'<section lang="{language}"><h1>{escape(title.in_language(language))}</h1>'
        f"<p>{escape(text.in_language(language))}</p></section>"
        for language in ("el", "en")
    )
    return (
        f'<!doctype html><html lang="el"><head><meta charset="utf-8"><title>KK Desk</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style nonce="{nonce}">{_STYLE}</style></head><body><main>{parts}</main></body></html>'
    )
