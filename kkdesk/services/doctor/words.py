"""How findings are put: what several checks say, short ways to say things, other people's words made fit to show."""

from __future__ import annotations

from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.doctor.check import FAILED, Finding, State

_MOST: Final = 120

SAYS_NOTHING: Final = Bilingual("Ο διακομιστής δεν το λέει.", "The server does not say.")
TOO_MANY: Final = Bilingual(
    "Ο διακομιστής δέχτηκε πολλά αιτήματα από εδώ· δοκιμάστε σε ένα λεπτό.",
    "The server has had many requests from here; try again in a minute.",
)
SEE_WHAT_STANDS_BETWEEN: Final = Bilingual(
    "Δείτε τι στέκεται ανάμεσα (ανακατευθύνσεις, τείχος προστασίας, άλλος ιστότοπος) και το ημερολόγιο του διακομιστή.",
    "See what stands between (redirects, a firewall, another site), and the server's log.",
)


def ok(el: str, en: str, **facts: Any) -> Finding:
    """In order."""
    return Finding(State.OK, Bilingual(el, en), None, facts)


def warning(found: Bilingual, next_step: Bilingual | None = None, **facts: Any) -> Finding:
    """It works, but somebody should look."""
    return Finding(State.WARNING, found, next_step, facts)


def failed(found: Bilingual, next_step: Bilingual | None = None, *, exit_code: int = FAILED, **facts: Any) -> Finding:
    """It does not work."""
    return Finding(State.FAILED, found, next_step, facts, exit_code)


def shown(text: object) -> str:
    """`text` from outside, cut, and without what would speak to a terminal."""
    return "".join(letter for letter in str(text)[:_MOST] if letter.isprintable())
