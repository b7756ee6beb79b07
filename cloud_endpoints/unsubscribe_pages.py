"""What the unsubscribe page says: it asks, tells that it is done, and that it was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

from cloud_endpoints.languages import other_language, said
from cloud_endpoints.pages import page, try_later_page
from cloud_endpoints.unsubscribe_form import Action, Asked
from kkdesk.model.bilingual import Bilingual, Language
from kkdesk.model.email_address import address_key
from kkdesk.model.opt_out_reason import MAX_REASON, OptOutReason
from kkdesk.model.suppression import shown_address
from kkdesk.services.unsubscribing import Standing

_TITLE: Final = Bilingual("Διαγραφή από τη λίστα", "Unsubscribe")
_ASK: Final = Bilingual("Θέλετε να διαγραφείτε από τη λίστα μας;", "Do you want to unsubscribe?")
_ASK_WHAT: Final = Bilingual(
    "Η διεύθυνση {address} δεν θα λαμβάνει πια τα ενημερωτικά μας μηνύματα.",
    "{address} will no longer receive our newsletters.",
)
_MISTAKE: Final = Bilingual(
    "Αν ανοίξατε τη σελίδα κατά λάθος, απλώς κλείστε την: τίποτα δεν έχει αλλάξει.",
    "If you opened this page by mistake, just close it: nothing has been changed.",
)
_WHY: Final = Bilingual("Πείτε μας τον λόγο, αν θέλετε", "Tell us why, if you like")
_MORE: Final = Bilingual("Θέλετε να προσθέσετε κάτι;", "Is there anything you would like to add?")
_LEAVE: Final = Bilingual("Διαγραφή", "Unsubscribe")
_DONE: Final = Bilingual("Η διαγραφή ολοκληρώθηκε", "You have been unsubscribed")
_DONE_WHAT: Final = Bilingual(
    "Η διεύθυνση {address} δεν θα λαμβάνει πια τα ενημερωτικά μας μηνύματα. "
    "Αν κάποιο έχει ήδη ξεκινήσει, μπορεί να φτάσει ακόμη.",
    "{address} will not receive our newsletters any more. One that is already on its way may still arrive.",
)
_THANKS: Final = Bilingual("Ευχαριστούμε που μας είπατε τον λόγο.", "Thank you for telling us why.")
_SEND: Final = Bilingual("Αποστολή", "Send")
_SLIP: Final = Bilingual("Έγινε κατά λάθος;", "Was it a mistake?")
_SLIP_HOW: Final = Bilingual(
    "Μέσα σε 24 ώρες μπορείτε να επανέλθετε από εδώ.", "Within 24 hours you can take it back here."
)
_UNDO: Final = Bilingual("Επαναφορά στη λίστα", "Put me back on the list")
_BY_US: Final = Bilingual(
    "Αν θελήσετε να λαμβάνετε ξανά τα μηνύματά μας, επικοινωνήστε μαζί μας.",
    "If you would like to receive our newsletters again, please contact us.",
)
_NOT_FROM_HERE: Final = Bilingual(
    "Η επαναφορά δεν μπορεί πια να γίνει από αυτή τη σελίδα.", "This can no longer be taken back on this page."
)
_BACK: Final = Bilingual("Είστε και πάλι στη λίστα", "You are back on the list")
_BACK_WHAT: Final = Bilingual(
    "Η διαγραφή αναιρέθηκε. Η διεύθυνση {address} θα λαμβάνει κανονικά τα ενημερωτικά μας μηνύματα.",
    "Unsubscribing was undone. {address} will receive our newsletters as before.",
)
_ANY_TIME: Final = Bilingual(
    "Μπορείτε να διαγραφείτε όποτε θέλετε, από τον σύνδεσμο που έχει κάθε μήνυμά μας.",
    "You can unsubscribe whenever you like, by the link in each of our newsletters.",
)
_SWITCH: Final = Bilingual("Συνέχεια στα ελληνικά", "Continue in English")
_AGAIN: Final = Bilingual("Δοκιμή ξανά", "Try again")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is and how it speaks: the signed link without and with the language that was chosen."""

    language: Language
    link: str
    action: str

    @property
    def switch(self) -> str:
        """The same link in the other language."""
        return f"{self.link}&lang={other_language(self.language)}"


def ask_page(place: Place, standing: Standing) -> HTMLResponse:
    """Asks whether to unsubscribe, and why, for those who like to say."""
    language = place.language
    form = f"""<form method="post" action="{escape(place.action)}">
<details><summary>{said(_WHY, language)}</summary>
{_reasons(language)}
</details>
<button type="submit" id="unsubscribe">{said(_LEAVE, language)}</button>
</form>"""
    body = f"{_text(language, _ASK, _ASK_WHAT, standing)}\n{form}\n<p class='quiet'>{said(_MISTAKE, language)}</p>"
    return page(language, _TITLE, body, _switch(place, _ASK), company=standing.company)


def done_page(place: Place, standing: Standing, *, thanks: bool = False, refused: bool = False) -> HTMLResponse:
    """Says that the address is out; asks why where nobody has said, and offers the way back while there is one.

    `thanks`: a reason has just been given. `refused`: the way back was asked for, and there is none.
    """
    language = place.language
    refused = refused and not standing.may_undo
    parts = [_text(language, _DONE, _DONE_WHAT, standing)]
    if thanks:
        parts.append(f'<p class="note">{said(_THANKS, language)}</p>')
    if refused:
        parts.append(f'<p class="note">{said(_NOT_FROM_HERE, language)} {said(_BY_US, language)}</p>')
    if standing.may_undo:
        parts.append(_undo_section(place, standing.optout_id))
    elif not refused:
        parts.append(f'<p class="quiet">{said(_BY_US, language)}</p>')
    if standing.optout_id and not standing.reason_given:
        parts.append(_why_section(place))
    status = 409 if refused else 200
    return page(language, _DONE, "\n".join(parts), _switch(place, _DONE), company=standing.company, status=status)


def undone_page(place: Place, standing: Standing) -> HTMLResponse:
    """Says that the address is on the list again."""
    body = f"{_text(place.language, _BACK, _BACK_WHAT, standing)}\n<p>{said(_ANY_TIME, place.language)}</p>"
    other = f"<p>{said(_BACK, other_language(place.language))}.</p>"
    return page(place.language, _BACK, body, other, company=standing.company)


def not_done_page(place: Place, status: int, retry_after: int, asked: Asked | None) -> HTMLResponse:
    """Says that nothing was done; a button sends what was asked for once more."""
    if asked is None:
        return try_later_page(place.language, status, retry_after)
    fields = {"action": asked.action, "optout": asked.optout_id, "reason": asked.reason or ""}
    hidden = "\n".join(_hidden(name, value) for name, value in fields.items() if value)
    form = f"""<form method="post" action="{escape(place.action)}">
{hidden}
<button type="submit" id="again">{said(_AGAIN, place.language)}</button>
</form>"""
    return try_later_page(place.language, status, retry_after, form)


def masked(address: str) -> str:
    """Enough of an address for its owner to know it, in a page that anyone who has the link may see.

    >>> masked(" Maria@Shop.gr "), masked("ab@shop.gr")
    ('m•••a@shop.gr', 'a•••@shop.gr')
    """
    local, at, domain = shown_address(address_key(address)).rpartition("@")
    if not at:
        return "•••"
    last = local[-1] if len(local) > 3 else ""
    return f"{local[:1]}•••{last}@{domain}"


def _text(language: Language, heading: Bilingual, text: Bilingual, standing: Standing) -> str:
    address = f"<bdi><strong>{escape(masked(standing.address))}</strong></bdi>"
    return f"<h1>{said(heading, language)}</h1>\n<p>{said(text, language).format(address=address)}</p>"


def _switch(place: Place, essential: Bilingual) -> str:
    second = other_language(place.language)
    stop = "" if said(essential, second).endswith((";", "?")) else "."
    link = f'<a href="{escape(place.switch)}" hreflang="{second}">{said(_SWITCH, second)}</a>'
    return f"<p>{said(essential, second)}{stop} {link}</p>"


def _why_section(place: Place) -> str:
    language = place.language
    return f"""<section><form method="post" action="{escape(place.action)}">
{_hidden("action", Action.REASON)}
{_reasons(language, legend="")}
<button type="submit" class="second" id="tell">{said(_SEND, language)}</button>
</form></section>"""


def _undo_section(place: Place, optout_id: str) -> str:
    language = place.language
    return f"""<section><h2>{said(_SLIP, language)}</h2>
<p class="quiet">{said(_SLIP_HOW, language)}</p>
<form method="post" action="{escape(place.action)}">
{_hidden("action", Action.UNDO)}
{_hidden("optout", optout_id)}
<button type="submit" class="second" id="undo">{said(_UNDO, language)}</button>
</form></section>"""


def _reasons(language: Language, legend: str = ' class="hidden"') -> str:
    choices = "\n".join(
        f'<label class="choice"><input type="radio" name="why" value="{reason}">{said(reason.label, language)}</label>'
        for reason in OptOutReason
    )
    return f"""<fieldset><legend{legend}>{said(_WHY, language)}</legend>
{choices}
</fieldset>
<label class="more" for="reason">{said(_MORE, language)}</label>
<textarea id="reason" name="reason" rows="2" maxlength="{MAX_REASON}"></textarea>"""


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'
