"""What is installed without a window works without one."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WITHOUT_QT = """
import importlib, pkgutil, sys
for name in ("PySide6", "qasync", "shiboken6", "qtawesome"):
    sys.modules[name] = None
count = 0
for root in sys.argv[1:]:
    package = importlib.import_module(root)
    count += 1
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"{root}."):
        importlib.import_module(module.name)
        count += 1
print(count)
"""


@pytest.mark.parametrize(
    "roots", [("kkdesk.model", "kkdesk.store", "kkdesk.services", "kkdesk.workspace"), ("cloud_endpoints",)]
)
def test_everything_below_the_window_imports_without_qt(roots: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", _WITHOUT_QT, *roots], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 5


def test_the_command_starts_without_qt() -> None:
    code = "import sys; sys.modules['PySide6'] = None; from kkdesk.cli import main; sys.exit(main(['--version']))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout[:7]) == (0, "KK Desk")


def test_the_window_starts_without_the_verbs() -> None:
    code = (
        "import sys; from kkdesk import cli; cli._open_window = lambda args, profile: 7; code = cli.main(['--data', 'x']);"
        "print(code, [name for name in sys.modules if name.startswith(('kkdesk.commands', 'kkdesk.services'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout == "7 []\n", result.stderr
