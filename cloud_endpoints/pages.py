"""The few pages that recipients see, in Greek and English; no script, no remote content, no link but the signed one."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; margin: 0;
  display: grid; place-items: center; min-height: 100vh; background: #f3f4f6; color: #1f2933; }
main { background: #fff; max-width: 30rem; margin: 1rem; padding: 2rem 2.25rem; border-radius: 12px;
  box-shadow: 0 1px 3px rgb(0 0 0 / 15%); }
h1 { font-size: 1.35rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
[lang=en] { color: #5b6673; font-size: .93rem; }
form { margin: 1.25rem 0 .5rem; }
label { display: block; margin: .75rem 0 .25rem; font-size: .93rem; }
textarea { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border-radius: 8px;
  border: 1px solid #9aa5b1; background: inherit; color: inherit; }
button { font: inherit; font-weight: 600; padding: .7rem 1.2rem; border: 0; border-radius: 8px; margin-top: 1rem;
  background: #b42318; color: #fff; cursor: pointer; }
button:focus-visible, textarea:focus-visible { outline: 3px solid #2f6fde; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { background: #14181d; color: #e7ebef; } main { background: #1e242b; } [lang=en] { color: #a3afbb; }
}
"""


def ask_page(action: str, address: str) -> HTMLResponse:
    """Asks whether to unsubscribe; `action` is the signed link to POST to, `address` what is shown of the e-mail."""
    return _page(
        200,
        "Διαγραφή από τη λίστα / Unsubscribe",
        f"""<h1>Να μη λαμβάνετε άλλα μηνύματα;</h1>
<p>Η διεύθυνση <b>{escape(address)}</b> θα αφαιρεθεί από τη λίστα μας.</p>
<p lang="en">Stop receiving our e-mails? <b>{escape(address)}</b> will be removed from our list.</p>
<form method="post" action="{escape(action)}">
<label for="reason">Αν θέλετε, πείτε μας τον λόγο / Tell us why, if you like</label>
<textarea id="reason" name="reason" rows="2" maxlength="500"></textarea>
<button type="submit" id="unsubscribe">Διαγραφή / Unsubscribe</button>
</form>""",
    )


def done_page() -> HTMLResponse:
    """Says that the address is out."""
    return _page(
        200,
        "Ολοκληρώθηκε / Done",
        """<h1>Η διαγραφή ολοκληρώθηκε</h1>
<p>Δεν θα λάβετε άλλα ενημερωτικά μηνύματα από εμάς.</p>
<p lang="en">You have been unsubscribed. You will not receive any more newsletters from us.</p>""",
    )


def broken_link_page() -> HTMLResponse:
    """Says that a link is not valid; leads nowhere."""
    return _page(
        400,
        "Μη έγκυρος σύνδεσμος / Invalid link",
        """<h1>Ο σύνδεσμος δεν είναι έγκυρος</h1>
<p>Ίσως κόπηκε κατά την αντιγραφή. Ανοίξτε τον ξανά από το μήνυμα που λάβατε.</p>
<p lang="en">This link is not valid. It may have been cut when it was copied; open it again from the e-mail.</p>""",
    )


def _page(status: int, title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="el"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main>{body}</main></body></html>""",
        status,
        headers=_HEADERS,
    )
