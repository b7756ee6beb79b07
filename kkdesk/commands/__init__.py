"""The verbs of the `kkdesk` command: one module per group; each verb is a coroutine that answers with a `Report`."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

#: Modules of this package that add verbs, in the order of the help text.
_GROUPS = ("database", "transfer", "campaign", "serve", "worker", "tour")


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


def registered_groups() -> list[Group]:
    """Every group, imported."""
    return [cast("Group", import_module(f"kkdesk.commands.{name}")) for name in _GROUPS]
