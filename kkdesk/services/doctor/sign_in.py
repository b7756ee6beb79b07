"""Checks of signing in: what is set up, who has signed in, and whether it still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError, NotConfigured, SecretsUnavailable, SignInNeeded
from kkdesk.services.cron_jobs.answers import host_of
from kkdesk.services.doctor.check import NOT_CONFIGURED, CannotTell, Finding
from kkdesk.services.doctor.words import SAYS_NOTHING, failed, ok, shown, warning

if TYPE_CHECKING:
    from kkdesk.services.doctor.deployment import Deployment
    from kkdesk.services.doctor.installation import Installation


async def sign_in(here: Installation) -> Finding:
    """Has somebody signed in, and does the provider still say so?"""
    settings, account = here.settings, here.entry.account
    company = shown(host_of(settings.text("AUTH_BROKER_URL")))
    if account is None:
        if here.entry.is_brokered:
            return failed(
                Bilingual(f"Δεν έχει συνδεθεί κανείς ({company}).", f"Nobody has signed in ({company})."),
                _LOG_IN,
                exit_code=NOT_CONFIGURED,
                company=company,
            )
        return ok(
            "Δεν χρειάζεται: ο υπολογιστής δουλεύει με δικό του αρχείο ή με σταθερό κλειδί.",
            "Not needed: this computer works with its own file, or with a fixed key.",
        )
    email = shown(account.identity.email)
    try:
        await here.entry.sign_in.id_token()
        if here.entry.is_brokered:
            await here.entry.tokens().token()
    except SignInNeeded as error:
        return failed(error.what, error.next_step or _LOG_IN, email=email)
    except KKDeskError as error:
        found = Bilingual(f"{email}: {error.what.el}", f"{email}: {error.what.en}")
        return warning(found, error.next_step or _LATER, email=email)
    finally:
        await here.entry.close()
    where = Bilingual(f" στο {company}", f" at {company}") if here.entry.is_brokered else Bilingual("", "")
    return ok(f"Συνδεδεμένος: {email}{where.el}.", f"Signed in: {email}{where.en}.", email=email, company=company)


async def desktops(deployment: Deployment) -> Finding:
    """Do the endpoints let desktops in, with the accounts of their people?"""
    match (await deployment.told()).get("desktops"):
        case "ok":
            return ok("Δίνει πρόσβαση σε όποιον συνδέεται από το KK Desk.", "It lets in who signs in from KK Desk.")
        case str() as missing:
            return ok(
                f"Δεν δίνει πρόσβαση με σύνδεση Google ({shown(missing)}).",
                f"It lets nobody in by Google sign-in ({shown(missing)}).",
                set_up=False,
            )
        case _:
            raise CannotTell(SAYS_NOTHING)


async def token_key(here: Installation) -> Finding:
    """Is the key of stored tokens one, and is a former one still in force?"""
    from kkdesk.services.token_rotation import token_keys

    try:
        keys = await token_keys(here.secrets)
    except NotConfigured as error:
        return failed(error.what, error.next_step or _MAKE_KEY, exit_code=NOT_CONFIGURED)
    except SecretsUnavailable as error:
        return warning(error.what, error.next_step or _LATER)
    if keys.previous is not None:
        found = Bilingual("Ισχύει ακόμη και το προηγούμενο κλειδί.", "The former key is still in force, too.")
        return warning(found, _ROTATE)
    if keys.current is None:
        return ok(
            "Δεν έχει οριστεί· χρειάζεται μόνο για token του web CRM.",
            "Not set; only the web CRM's tokens need it.",
        )
    return ok("Έχει οριστεί.", "Set.")


_LOG_IN: Final = Bilingual(
    "Συνδεθείτε από το παράθυρο ή με «kkdesk login».", "Sign in from the window, or by “kkdesk login”."
)
_LATER: Final = Bilingual("Δοκιμάστε ξανά αργότερα.", "Try again later.")
_MAKE_KEY: Final = Bilingual("Φτιάξτε ένα με «openssl rand -base64 32».", "Make one by “openssl rand -base64 32”.")
_ROTATE: Final = Bilingual(
    "Τρέξτε «kkdesk secrets rotate» και μετά σβήστε το.", "Run “kkdesk secrets rotate”, then delete it."
)
