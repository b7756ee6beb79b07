"""Every failure that a person can meet.

KKDeskError
├── InvalidInput            a file, a form or an argument that cannot be used
├── NotFound                the record is not (or no longer) there
├── Conflict                somebody else changed what the change rests on
├── NotAllowed              the state of things forbids it (e.g. editing a campaign that is being sent)
├── NotPermitted            the person's role does not include it
├── NotConfigured           a setting or secret is missing                              exit code 3
├── SignInNeeded            the server no longer takes our token                    exit code 3
│   └── AccessRevoked       the company lets this person in no more: its data here is to go
├── SignInFailed            signing in did not come to its end                      exit code 3
├── Offline                 the network or a server cannot be reached                   exit code 4
├── QuotaReached            an outside service answers no more for now
├── ProfileInUse            a second copy of the program on one profile
├── Cancelled               the person stopped it; never shown as an error
├── SecretsUnavailable      the keyring is failing                                  exit code 3
│   ├── KeyringLocked       … locked
│   ├── KeyringMissing      … not there, or not one that keeps secrets safe
│   └── KeyringSilent       … not answering
├── StoreError
│   ├── DatabaseBusy        another process holds the write lock for too long
│   ├── DatabaseDamaged     the file is not a sound SQLite database
│   ├── DatabaseNewer       a newer KK Desk has upgraded it
│   ├── DiskFull            no room to write
│   └── StatementRefused    a constraint or trigger of the database refused a value
└── MailError
    ├── MailTemporary       4yz, a time-out, a lost connection: may work later
    ├── MailRefused         5yz: final for this recipient
    ├── MailServerRefused   sign-in, TLS or sender refused: no mail can leave
    ├── MailQuotaReached    the account may send no more before a known time
    └── MailUnconfirmed     the connection broke after DATA: nobody knows
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.change import FailedGuard


_ENDS = frozenset(".;!?…")


class KKDeskError(Exception):
    """Something a person is told: what happened, what was kept and what to do next."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, what: Bilingual, *, kept: Bilingual | None = None, next_step: Bilingual | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.kept = kept
        self.next_step = next_step

    def __reduce__(self) -> tuple[Any, ...]:
        # Told of by another process: `Exception` would come back with its text alone.
        return _rebuilt, (type(self), self.args, self.__dict__)

    def message(self, language: str) -> str:
        """All that is to be said, one sentence after the other, in one language."""
        parts = [part.in_language(language) for part in (self.what, self.kept, self.next_step) if part]
        # A path at the end of a sentence has no full stop of its own.
        return " ".join(part if part[-1:] in _ENDS else f"{part}." for part in parts)


def _rebuilt(kind: type[KKDeskError], args: tuple[Any, ...], state: dict[str, Any]) -> KKDeskError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidInput(KKDeskError, ValueError):
    """A file, a form or an argument cannot be used as it is."""

    code = "invalid_input"


class NotFound(KKDeskError):
    """The record is not, or no longer, there."""

    code = "not_found"


class Conflict(KKDeskError):
    """Guards of a change do not hold: the data moved on since the person looked. Nothing was written."""

    code = "conflict"

    def __init__(
        self,
        what: Bilingual,
        failed: Sequence[FailedGuard] = (),
        *,
        kept: Bilingual | None = None,
        next_step: Bilingual | None = None,
    ) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.failed = tuple(failed)


class NotAllowed(KKDeskError):
    """The state of things forbids the action."""

    code = "not_allowed"


class NotPermitted(KKDeskError):
    """The person's role does not include the action."""

    code = "not_permitted"


class NotConfigured(KKDeskError, ValueError):
    """A setting or a secret that the action needs is missing or unusable."""

    code = "not_configured"
    exit_code = 3


class SignInNeeded(KKDeskError):
    """The company's server no longer takes our token: it has expired, was revoked, or may not do this."""

    code = "sign_in_needed"
    exit_code = 3


class AccessRevoked(SignInNeeded):
    """The company has said that it lets this person in no more: what this computer has of its data is to go."""

    code = "access_revoked"


class SignInFailed(KKDeskError):
    """Signing in did not come to its end: denied, another account, too late, or an answer that is not to be trusted."""

    code = "sign_in_failed"
    exit_code = 3


class Offline(KKDeskError, ConnectionError):
    """The network, or the one server that can answer, cannot be reached."""

    code = "offline"
    exit_code = 4


class QuotaReached(KKDeskError):
    """An outside service answers no more for now; what was asked before is kept."""

    code = "quota_reached"


class ProfileInUse(KKDeskError):
    """Another copy of the program has this profile open."""

    code = "profile_in_use"


class Cancelled(KKDeskError):
    """The person stopped it. Never shown as an error."""

    code = "cancelled"


class SecretsUnavailable(KKDeskError):
    """The system keyring is locked, missing or failing."""

    code = "secrets_unavailable"
    exit_code = 3


class KeyringLocked(SecretsUnavailable):
    """The system keyring wants to be unlocked first."""

    code = "keyring_locked"


class KeyringMissing(SecretsUnavailable):
    """There is no system keyring, or none that keeps secrets safe."""

    code = "keyring_missing"


class KeyringSilent(SecretsUnavailable):
    """The system keyring does not answer: it may be asking for its password somewhere."""

    code = "keyring_silent"


class StoreError(KKDeskError):
    """The database could not do what was asked."""

    code = "store"


class DatabaseBusy(StoreError, TimeoutError):
    """Another process holds the database for longer than we wait."""

    code = "database_busy"


class DatabaseDamaged(StoreError):
    """The file is not a sound SQLite database."""

    code = "database_damaged"


class DatabaseNewer(StoreError):
    """A newer version of the program has upgraded this database."""

    code = "database_newer"


class DiskFull(StoreError, OSError):
    """There is no room left to write."""

    code = "disk_full"


class StatementRefused(StoreError):
    """A constraint or trigger of the database refused a value."""

    code = "refused_by_database"


class MailError(KKDeskError):
    """Mail could not be handed over."""

    code = "mail"


class MailTemporary(MailError):
    """A 4yz answer, a time-out or a lost connection before DATA: may work later."""

    code = "mail_temporary"


class MailRefused(MailError):
    """A 5yz answer: final for this recipient."""

    code = "mail_refused"


class MailServerRefused(MailError):
    """Sign-in, TLS or the sender was refused: no mail at all can leave."""

    code = "mail_server_refused"


class MailQuotaReached(MailError):
    """The account may send no more for now. `until`: when it may again, Unix seconds; None when nobody said."""

    code = "mail_quota_reached"

    def __init__(
        self,
        what: Bilingual,
        until: int | None = None,
        *,
        kept: Bilingual | None = None,
        next_step: Bilingual | None = None,
    ) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.until = until


class MailUnconfirmed(MailError):
    """The connection broke between DATA and the answer: the mail may or may not have left."""

    code = "mail_unconfirmed"
