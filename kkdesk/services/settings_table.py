"""The configuration table of the README, from the one declaration of the settings."""

from __future__ import annotations

import sys

from kkdesk.services.settings import SETTINGS


def settings_table() -> str:
    """Markdown: name, default, meaning; secrets are marked."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for setting in SETTINGS:
        names = " or ".join(f"`{name}`" for name in (setting.name, *setting.also))
        default = f"`{setting.default}`" if setting.default else ""
        secret = " (secret)" if setting.secret else ""
        lines.append(f"| {names} | {default} | {setting.meaning.en}{secret} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(settings_table() + "\n")
