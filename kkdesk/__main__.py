"""`python -m kkdesk` is the `kkdesk` command."""

from __future__ import annotations

from kkdesk.cli import run

if __name__ == "__main__":
    run()
