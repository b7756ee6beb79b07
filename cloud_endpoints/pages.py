"""The frame of the few pages that recipients see, and the two that any link can come to.

No script, no remote content, no link but the signed one. A page speaks the reader's language, and says the essential in
the other as well.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

from cloud_endpoints.languages import other_language, said
from kkdesk.model.bilingual import Bilingual, Language

_STYLE: Final = """
:root { color-scheme: light dark; --page: #eef1f5; --card: #fff; --text: #1b2430; --quiet: #52606d; --line: #d5dce4;
  --edge: #6b7785; --strong: #1c57b8; --on-strong: #fff; --focus: #1c57b8; }
@media (prefers-color-scheme: dark) {
  :root { --page: #12161b; --card: #1d232a; --text: #e8ecf0; --quiet: #a9b4bf; --line: #36404a; --edge: #8893a0;
    --strong: #8ab8ff; --on-strong: #0d1826; --focus: #8ab8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page);
  color: var(--text); font: 1.0625rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 32rem; padding: 2rem; border-radius: 14px; background: var(--card);
  box-shadow: 0 1px 3px rgb(0 0 0 / 18%); overflow-wrap: anywhere; }
@media (max-width: 30rem) { body { padding: .75rem; } main { padding: 1.5rem 1.25rem; } }
h1 { margin: 0 0 .75rem; font-size: 1.45rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 0 0 .35rem; font-size: 1.0625rem; }
p { margin: .6rem 0; }
.company { margin: 0 0 .9rem; font-weight: 600; color: var(--quiet); }
.quiet, footer { color: var(--quiet); font-size: .95rem; }
.note { margin: 1.1rem 0 0; padding: .7rem .9rem; border-left: 4px solid var(--strong); border-radius: 4px;
  background: var(--page); }
form, section { margin: 1.35rem 0 0; }
section { padding-top: 1.25rem; border-top: 1px solid var(--line); }
section form { margin-top: .6rem; }
footer { margin-top: 1.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
footer h2, footer p { margin: .25rem 0; }
details { margin: 0 0 1.25rem; }
summary { width: fit-content; padding: .35rem .25rem; margin-left: -.25rem; border-radius: 6px; cursor: pointer;
  color: var(--strong); font-weight: 600; }
fieldset { margin: .35rem 0 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.choice { display: flex; gap: .65rem; align-items: center; min-height: 2.75rem; padding: .3rem 0; line-height: 1.35;
  cursor: pointer; }
.choice input { flex: none; width: 1.2rem; height: 1.2rem; margin: 0 .15rem; accent-color: var(--strong); }
.more { display: block; margin: .6rem 0 .3rem; }
textarea { display: block; width: 100%; min-height: 4.2rem; padding: .55rem .7rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--edge); border-radius: 8px; resize: vertical; }
button { min-height: 2.9rem; padding: .6rem 1.35rem; font: inherit; font-weight: 600; color: var(--on-strong);
  background: var(--strong); border: 2px solid var(--strong); border-radius: 9px; cursor: pointer; }
button.second { color: var(--strong); background: var(--card); }
section button { margin-top: .9rem; }
a { color: var(--strong); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; }
@media (max-width: 30rem) { button { width: 100%; } }
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}

_BROKEN: Final = Bilingual("Ο σύνδεσμος δεν είναι έγκυρος", "This link is not valid")
_BROKEN_WHY: Final = Bilingual(
    "Ίσως κόπηκε κατά την αντιγραφή. Ανοίξτε τον ξανά από το μήνυμα που λάβατε.",
    "It may have been cut when it was copied. Open it again from the message that you received.",
)
_LATER: Final = Bilingual("Δεν ολοκληρώθηκε", "Not done")
_LATER_WHY: Final = Bilingual(
    "Το σύστημά μας δεν απαντά αυτή τη στιγμή και το αίτημά σας δεν ολοκληρώθηκε. Δοκιμάστε ξανά σε λίγα λεπτά.",
    "Our system is not answering at the moment and your request has not been completed. "
    "Please try again in a few minutes.",
)
_TOO_MANY_WHY: Final = Bilingual(
    "Από το δίκτυό σας ήρθαν πολλά αιτήματα μαζί και το δικό σας δεν ολοκληρώθηκε. Δοκιμάστε ξανά σε λίγα λεπτά.",
    "Too many requests came from your network at once, and yours has not been completed. "
    "Please try again in a few minutes.",
)


def page(
    language: Language, title: Bilingual, body: str, other: str = "", *, company: str = "", status: int = 200
) -> HTMLResponse:
    """A page whose `body` (HTML) is in `language`; `other` (HTML) says the essential in the second one.

    `company` is plain text: whose page it is.
    """
    second = other_language(language)
    heading = f"{title.in_language(language)} – {company}" if company else title.in_language(language)
    whose = f'<p class="company"><bdi>{escape(company)}</bdi></p>\n' if company else ""
    footer = f'<footer lang="{second}">{other}</footer>\n' if other else ""
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(heading)}</title><style>{_STYLE}</style></head>
<body><main>
{whose}{body}
{footer}</main></body></html>""",
        status,
        headers=_HEADERS,
    )


def broken_link_page(language: Language) -> HTMLResponse:
    """400: a link is not valid. Leads nowhere."""
    return _in_both(language, _BROKEN, _BROKEN_WHY, 400)


def try_later_page(language: Language, status: int, retry_after: int, again: str = "") -> HTMLResponse:
    """429 or 503: what was asked for is not done. `again` (HTML) is a form that asks once more.

    `retry_after` in seconds.
    """
    why = _TOO_MANY_WHY if status == 429 else _LATER_WHY
    response = _in_both(language, _LATER, why, status, again)
    response.headers["retry-after"] = str(retry_after)
    return response


def _in_both(language: Language, title: Bilingual, text: Bilingual, status: int, more: str = "") -> HTMLResponse:
    second = other_language(language)
    return page(
        language,
        title,
        f"<h1>{said(title, language)}</h1>\n<p>{said(text, language)}</p>\n{more}",
        f"<h2>{said(title, second)}</h2><p>{said(text, second)}</p>",
        status=status,
    )
