"""What people are told when signing in does not come to its end."""

from __future__ import annotations

from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, SignInFailed, SignInNeeded, StoreError
from kkdesk.model.os_reasons import os_reason

_KEPT: Final = Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed.")
_AGAIN: Final = Bilingual("Δοκιμάστε ξανά.", "Try again.")


class SignInDenied(SignInFailed):
    """The person, or whoever runs their Google account, said no."""

    code = "sign_in_denied"


class SignInTooLate(SignInFailed):
    """Nobody came back from the browser in time."""

    code = "sign_in_too_late"


class WrongAccount(SignInFailed):
    """Another account has signed in than the one that was wanted."""

    code = "wrong_account"


def denied(error: str) -> SignInFailed:
    """The provider answered with `error` instead of a code."""
    if error == "access_denied":
        return SignInDenied(
            Bilingual("Η άδεια δεν δόθηκε.", "The permission was not given."),
            kept=_KEPT,
            next_step=Bilingual(
                "Δοκιμάστε ξανά και πατήστε «Συνέχεια» στη σελίδα της Google.",
                "Try again, and press “Continue” on Google's page.",
            ),
        )
    if error in {"admin_policy_enforced", "org_internal"}:
        return SignInDenied(
            Bilingual(
                "Ο διαχειριστής του λογαριασμού δεν επιτρέπει το KK Desk.",
                "The administrator of the account does not allow KK Desk.",
            ),
            kept=_KEPT,
            next_step=Bilingual(
                "Ζητήστε του να το επιτρέψει, ή συνδεθείτε με άλλον λογαριασμό.",
                "Ask them to allow it, or sign in with another account.",
            ),
        )
    return SignInDenied(
        Bilingual(f"Η Google διέκοψε τη σύνδεση ({error}).", f"Google ended the sign-in ({error})."),
        kept=_KEPT,
        next_step=_AGAIN,
    )


def too_late() -> SignInTooLate:
    """Nobody came back from the browser."""
    return SignInTooLate(
        Bilingual(
            "Η σύνδεση δεν ολοκληρώθηκε εγκαίρως στον browser.", "Signing in was not completed in the browser in time."
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Δοκιμάστε ξανά. Αν η Google δείχνει σφάλμα, η σελίδα της λέει τον λόγο.",
            "Try again. If Google shows an error, its page says why.",
        ),
    )


def wrong_account(expected: str) -> WrongAccount:
    """`expected` is the address of the account that was wanted."""
    return WrongAccount(
        Bilingual("Συνδέθηκε άλλος λογαριασμός Google.", "Another Google account has signed in."),
        kept=_KEPT,
        next_step=Bilingual(f"Συνδεθείτε ως {expected}.", f"Sign in as {expected}."),
    )


def code_refused() -> SignInFailed:
    """Google did not take the code back."""
    return SignInFailed(
        Bilingual("Η Google δεν δέχτηκε την απάντηση του browser.", "Google did not take the browser's answer."),
        kept=_KEPT,
        next_step=Bilingual("Ξεκινήστε τη σύνδεση από την αρχή.", "Begin signing in from the start."),
    )


def no_refresh_token() -> SignInFailed:
    """Google gave nothing that lasts."""
    return SignInFailed(
        Bilingual("Η Google δεν έδωσε άδεια που να διαρκεί.", "Google gave no permission that lasts."),
        kept=_KEPT,
        next_step=Bilingual(
            "Αφαιρέστε το KK Desk από το myaccount.google.com/connections και συνδεθείτε ξανά.",
            "Remove KK Desk at myaccount.google.com/connections, and sign in again.",
        ),
    )


def not_understood() -> SignInFailed:
    """Google's answer lacks what it must have."""
    return SignInFailed(
        Bilingual("Η απάντηση της Google είναι ελλιπής.", "Google's answer is incomplete."),
        kept=_KEPT,
        next_step=_AGAIN,
    )


def other_issuer() -> SignInFailed:
    """The answer names another provider (RFC 9207)."""
    return SignInFailed(
        Bilingual("Η απάντηση ήρθε από άλλον πάροχο και δεν έγινε δεκτή.", "The answer came from another provider."),
        kept=_KEPT,
        next_step=_AGAIN,
    )


def settings_refused(error: str) -> NotConfigured:
    """Google does not know the program."""
    return NotConfigured(
        Bilingual(
            f"Η Google δεν δέχεται τις ρυθμίσεις σύνδεσης ({error or 'άγνωστο σφάλμα'}).",
            f"Google does not accept the sign-in settings ({error or 'unknown error'}).",
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Ελέγξτε τα GOOGLE_DESKTOP_CLIENT_ID και GOOGLE_DESKTOP_CLIENT_SECRET.",
            "Check GOOGLE_DESKTOP_CLIENT_ID and GOOGLE_DESKTOP_CLIENT_SECRET.",
        ),
    )


def not_set_up(name: str) -> NotConfigured:
    """A setting that signing in needs is missing."""
    return NotConfigured(
        Bilingual(
            f"Η σύνδεση με Google δεν έχει ρυθμιστεί: λείπει το {name}.",
            f"Signing in with Google is not set up: {name} is missing.",
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Δώστε τη διεύθυνση της εταιρείας στις Ρυθμίσεις, ή τη μεταβλητή περιβάλλοντος.",
            "Give the company's address in Settings, or the environment variable.",
        ),
    )


def not_written(error: OSError) -> StoreError:
    """Who has signed in cannot be written down."""
    reason = os_reason(error)
    return StoreError(
        Bilingual(
            f"Δεν αποθηκεύτηκε ποιος έχει συνδεθεί: {reason.el}.",
            f"Who has signed in could not be saved: {reason.en}.",
        ),
        kept=Bilingual(
            "Είστε συνδεδεμένοι μέχρι να κλείσει το πρόγραμμα.", "You are signed in until the program ends."
        ),
        next_step=Bilingual("Ελευθερώστε χώρο στον δίσκο και συνδεθείτε ξανά.", "Free disk space, and sign in again."),
    )


def nobody() -> SignInNeeded:
    """Nobody has signed in, or the sign-in was not kept."""
    return SignInNeeded(
        Bilingual("Δεν έχετε συνδεθεί με λογαριασμό Google.", "You have not signed in with a Google account."),
        kept=Bilingual("Οι αλλαγές σας είναι ασφαλείς.", "Your changes are safe."),
        next_step=Bilingual("Συνδεθείτε με τον λογαριασμό Google.", "Sign in with the Google account."),
    )
