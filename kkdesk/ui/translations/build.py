"""Collects texts with lupdate and makes `.qm` files with lrelease; both come with PySide6."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import PySide6

HERE = Path(__file__).parent
UI = HERE.parent

#: Area: the packages of `kkdesk/ui` whose texts are in `<area>_el.ts`. `shell` has everything else.
AREAS = ("customers", "importing", "campaigns", "history", "settings", "suppressions", "synchronisation")
SHELL = "shell"
#: Qt brings no Greek of its own for its dialogs, buttons and context menus: this file is kept by hand.
QT_TEXTS = "qt_el.ts"
PLURALS = "plurals_en.ts"


def sources(area: str) -> list[Path]:
    """The Python files whose texts belong to `area`."""
    if area != SHELL:
        return sorted((UI / area).rglob("*.py"))
    others = {UI / name for name in AREAS}
    return sorted(path for path in UI.rglob("*.py") if not others & set(path.parents))


def update(folder: Path = HERE, areas: Sequence[str] = (SHELL, *AREAS)) -> None:
    """Bring the `.ts` files of `areas` in `folder` up to date: new texts in, vanished ones out."""
    for area in areas:
        if found := sources(area):
            _run("lupdate", *_OPTIONS, "-target-language", "el_GR", *found, "-ts", folder / f"{area}_el.ts")
    everything = [path for area in (SHELL, *AREAS) for path in sources(area)]
    _run("lupdate", *_OPTIONS, "-pluralonly", "-target-language", "en_GB", *everything, "-ts", folder / PLURALS)


def release(folder: Path = HERE, source: Path = HERE) -> None:
    """Make both `.qm` files in `folder` from the `.ts` files in `source`."""
    greek = sorted(source.glob("*_el.ts"))
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for name, texts in (("kkdesk_el.qm", greek), ("kkdesk_en.qm", [source / PLURALS])):
            _run("lrelease", "-silent", *texts, "-qm", Path(made) / name)
            # A running program has the file in its memory: written over, it would crash.
            (Path(made) / name).replace(folder / name)


def is_fresh() -> bool:
    """Whether the committed `.qm` files are what the `.ts` files make."""
    with tempfile.TemporaryDirectory() as name:
        release(Path(name))
        return all(
            (Path(name) / made).read_bytes() == (HERE / made).read_bytes() for made in ("kkdesk_el.qm", "kkdesk_en.qm")
        )


_OPTIONS = ("-silent", "-locations", "none", "-no-obsolete", "-no-ui-lines", "-source-language", "en_GB")


def _run(tool: str, *arguments: str | Path) -> None:
    found = next(path for path in Path(PySide6.__path__[0]).glob(f"{tool}*") if path.stem == tool)
    subprocess.run([found, *arguments], check=True)  # noqa: S603 - our own tools and files


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the package's docstring."""
    parser = argparse.ArgumentParser(prog="kkdesk.ui.translations.build")
    parser.add_argument("--update", action="store_true", help="collect texts from the code first")
    parser.add_argument("areas", nargs="*", default=(SHELL, *AREAS), metavar="AREA", help="only those of these areas")
    args = parser.parse_args(argv)
    if args.update:
        update(areas=args.areas)
    release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
