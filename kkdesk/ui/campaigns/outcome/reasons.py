"""Why a mail did not arrive, in words: the queue keeps keywords, the web CRM whole answers of servers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kkdesk.model.bilingual import Bilingual

#: For a mail that did not arrive and of which nobody wrote down why.
NO_REASON: Final = Bilingual("Χωρίς καταγεγραμμένη αιτία", "No cause on record")
_WORDS: Final[Mapping[str, Bilingual]] = {
    "unsubscribed": Bilingual("Διαγράφηκε από τη λίστα στο μεταξύ", "Unsubscribed in the meantime"),
    "suppressed": Bilingual("Σε λίστα αποκλεισμού", "On the suppression list"),
    "inactive": Bilingual("Έγινε ανενεργός στο μεταξύ", "Became inactive in the meantime"),
    "deleted": Bilingual("Ο πελάτης διαγράφηκε στο μεταξύ", "The customer was deleted in the meantime"),
    "settled": Bilingual("Εξυπηρετήθηκε από άλλον αποστολέα", "Dealt with by another sender"),
    "same_address": Bilingual("Ίδια διεύθυνση με άλλον παραλήπτη", "Same address as another recipient"),
    # Also of servers that refuse an address without saying that there is none.
    "hard_bounce": Bilingual("Η διεύθυνση δεν δέχεται μηνύματα", "The address takes no mail"),
    "soft_bounce": Bilingual("Γεμάτο γραμματοκιβώτιο", "The mailbox is full"),
    "too_large": Bilingual("Το μήνυμα είναι πολύ μεγάλο", "The mail is too large"),
    "blocked": Bilingual("Ο διακομιστής μάς αποκλείει", "The server blocks us"),
    "not_composed": Bilingual("Το μήνυμα δεν συντάχθηκε (σφάλμα του προγράμματος)", "Not composed (program fault)"),
    "refused_content": Bilingual("Ο διακομιστής αρνήθηκε το περιεχόμενο", "The server refused the content"),
    "needs_smtputf8": Bilingual(
        "Ο διακομιστής δεν δέχεται διευθύνσεις με μη λατινικά γράμματα", "The server takes no addresses beyond ASCII"
    ),
    "spam_complaint": Bilingual("Ο παραλήπτης το δήλωσε ανεπιθύμητο", "The recipient reported it as spam"),
    "dns_failure": Bilingual("Δεν βρέθηκε ο διακομιστής της διεύθυνσης", "The address's server was not found"),
    "deferred": Bilingual("Προσωρινή άρνηση του διακομιστή", "Refused for now by the server"),
    "rate_limited": Bilingual("Όριο ρυθμού του διακομιστή", "The server's rate limit"),
    "connection_failed": Bilingual("Χωρίς σύνδεση με τον διακομιστή", "No connection to the server"),
    "invalid_syntax": Bilingual("Λανθασμένη διεύθυνση", "Not a valid address"),
    "not_begun": Bilingual("Δεν στάλθηκε: το πρόγραμμα σταμάτησε νωρίτερα", "Not sent: the program ended before it"),
    "left": Bilingual("Ανεπιβεβαίωτο· έμεινε ως έχει", "Unconfirmed; left as it is"),
    "unconfirmed": Bilingual("Δεν είναι γνωστό αν έφυγε", "Nobody knows whether it left"),
    "cancelled": Bilingual("Η αποστολή ακυρώθηκε πριν από αυτό", "Sending was cancelled before it"),
    # States that stand for a cause where none was written down.
    "failed": NO_REASON,
    "bounced": NO_REASON,
}
_PREFIXES: Final = ("SEND_SKIPPED:", "SMTP_SEND_FAILED:", "SEND_UNCONFIRMED:", "BOUNCED:")


def reason_words(stored: str) -> Bilingual:
    """A stored reason as people read it; what is no keyword of ours is shown as it is."""
    text = stored.strip()
    if not text:
        return NO_REASON
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix).strip()
    # Recipients' rows have `SEND_UNCONFIRMED` where our own have `unconfirmed`.
    return _WORDS.get(text.removeprefix("SEND_").lower()) or Bilingual(text, text)


def with_reason_words(text: str, language: str) -> str:
    """A sentence of the queue that ends in one of its keywords in brackets, with that in words."""
    return re.sub(r"(?<=: )[a-z0-9_]+(?=\)\.$)", lambda found: reason_words(found[0]).in_language(language), text)
