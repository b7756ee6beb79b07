"""The verbs of the `kkdesk` command: one module per group; each verb is a coroutine that answers with a `Report`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

#: Verbs and the module of this package that adds each, in the order of the help text.
VERBS = {
    "doctor": "doctor",
    "db": "database",
    "import": "transfer",
    "export": "transfer",
    "campaign": "campaign",
    "geocode": "geocode",
    "sync": "sync",
    "login": "login",
    "logout": "login",
    "whoami": "login",
    "secrets": "secrets",
    "cron": "cron",
    "serve": "serve",
    "worker": "worker",
    "tour": "tour",
}


class Group(Protocol):
    """A module with verbs."""

    def register(
        self, verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
    ) -> None:
        """Add the group's parsers to `verbs`, each with `parents=[common]` and `set_defaults(run=...)`.

        A verb that does not work on a workspace sets `needs_workspace=False` and `run` to a plain function
        that takes the arguments and gives the exit code.
        """
        ...


def groups_for(argv: Sequence[str]) -> list[Group]:
    """The groups that `argv` may need, imported: the one of its verb, else all of them, for their help.

    Importing all of them takes longer than many a verb does.
    """
    verb = next((word for word in argv if word in VERBS), None)
    names = dict.fromkeys(VERBS.values()) if verb is None else (VERBS[verb],)
    return [cast("Group", import_module(f"kkdesk.commands.{name}")) for name in names]
