"""Documentation that says what the program says."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from kkdesk.cli import build_parser
from kkdesk.services.settings_table import settings_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_configuration_table_is_the_declarations() -> None:
    found = re.search(r"<!-- settings: [^>]*-->\n(.*)\n<!-- end of settings -->", README, re.DOTALL)
    assert found
    assert found[1].strip() == settings_table(), "run: python3 -m kkdesk.services.settings_table"


def test_every_verb_is_in_the_readme() -> None:
    parser = build_parser()
    verbs = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for verb in verbs.choices:
        assert re.search(rf"`{verb}\b", README), verb


def test_links_and_pictures_are_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
