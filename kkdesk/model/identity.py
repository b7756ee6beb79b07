"""A person as an OpenID provider knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What a verified id_token says (OpenID Connect Core 1.0, section 5.1).

    `subject` is the provider's own id of the account and never changes; `email` has been verified by the provider;
    `hosted_domain` is Google's `hd`: the Workspace domain, empty for other accounts.
    """

    subject: str
    email: str
    name: str = ""
    picture: str = ""
    hosted_domain: str = ""
