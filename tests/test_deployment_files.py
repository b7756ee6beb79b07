"""What the endpoints are deployed with: locked packages, the image's recipe, vercel.json, the systemd unit, the guide."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from configparser import ConfigParser
from importlib import import_module
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cloud_endpoints.app import ROUTES
from cloud_endpoints.cron import HARD_LIMIT
from cloud_endpoints.server import GRACE_SECONDS
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import SETTINGS, Settings
from kkdesk.store.profile import Profile

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")
VERCEL = json.loads((ROOT / "vercel.json").read_text("utf-8"))
UNIT = ROOT / "docs" / "kkdesk-endpoints.service"
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
SECRETS = [setting.name for setting in SETTINGS if setting.secret]


def locked(name: str) -> dict[str, frozenset[str]]:
    """The pins of a lock, with the conditions under which they hold, and their hashes."""
    pins: dict[str, frozenset[str]] = {}
    for line in (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            pin, *hashes = re.split(r"\s+--hash=", line.strip())
            pins[pin.strip()] = frozenset(text.strip() for text in hashes)
    return pins


def names(pins: dict[str, frozenset[str]]) -> set[str]:
    return {canonicalize_name(pin.partition("==")[0]) for pin in pins}


CLOUD = locked("requirements-cloud.lock")


def installed() -> dict[str, Distribution]:
    return {canonicalize_name(found.name): found for found in distributions()}


def needed_here(requirements: list[str]) -> Iterator[str]:
    """Names of those that hold on this platform."""
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def test_the_endpoints_packages_are_a_part_of_the_lock() -> None:
    whole = locked("requirements.lock")
    assert CLOUD and all(hashes for hashes in CLOUD.values())
    assert {pin: whole.get(pin) for pin in CLOUD} == CLOUD, "run: python3 dev.py lock"


def test_they_are_all_that_the_endpoints_need_and_nothing_of_the_window() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["cloud"]]
    known, here, waiting = names(CLOUD), installed(), list(needed_here(wanted))
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += needed_here(here[name].requires or [])
    assert needed <= known, needed - known
    assert not [name for name in known if name.startswith(("pyside", "shiboken", "qasync", "pytest", "mypy"))]


def test_they_serve_with_nothing_else_installed(tmp_path: Path) -> None:
    """As the image does: these packages and this source, no home, no rights, an empty folder."""
    packages, empty, data = tmp_path / "packages", tmp_path / "empty", tmp_path / "data"
    for folder in (packages, empty, data):
        folder.mkdir()
    here = installed()
    for name in names(CLOUD) & set(here):
        for file in here[name].files or ():
            top = file.parts[0]
            if top != ".." and not (packages / top).exists():
                (packages / top).symlink_to(Path(str(here[name].locate_file(top))))
    for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(ROOT / package, packages / package, ignore=shutil.ignore_patterns("__pycache__", "ui"))
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(packages),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KKDESK_DATA": str(data),
        "NODE_ENV": "production",
        "EMAIL_TRACKING_SECRET": "x" * 32,
    }
    # -S: what is installed for the tests is not there.
    command = [sys.executable, "-S", "-m", "kkdesk", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, cwd=empty, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = urlsplit(process.stdout.readline().strip()).port
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=20) as answer:
                assert json.load(answer)["status"] == "ok"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/email/tracking", timeout=20) as answer:
                assert answer.read().startswith(b"GIF8")
        finally:
            process.terminate()
    assert not any(empty.iterdir())


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions, each in one line."""
    text = re.sub(r"(?m)^\s*#.*\n", "", CONTAINERFILE).replace("\\\n", " ")
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1].strip()) for line in text.splitlines() if line.strip()
    ]


def test_everything_that_the_image_copies_is_there() -> None:
    copied = [words.split() for name, words in instructions() if name == "COPY" and not words.startswith("--from")]
    sources = [source for words in copied for source in words[:-1]]
    assert {"requirements-cloud.lock", "kkdesk", "cloud_endpoints"} <= set(sources)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for source in sources:
        assert (ROOT / source).exists() and f"!{source}" in ignored, source
    assert ignored.index("*") < ignored.index("!kkdesk") < ignored.index("kkdesk/ui")


def test_the_image_runs_as_nobody_and_holds_no_secret() -> None:
    found = instructions()
    final = found[max(place for place, (name, _) in enumerate(found) if name == "FROM") :]
    by_name = dict(final)
    assert int(by_name["USER"]) > 0
    assert by_name["VOLUME"] == "/data" and "KKDESK_DATA=/data" in by_name["ENV"]
    assert not any(secret in CONTAINERFILE for secret in SECRETS)
    assert not any(name == "ARG" for name, _ in found)
    # Whatever is installed from an index is locked.
    for name, words in found:
        if name == "RUN" and "pip install" in words:
            assert "--require-hashes -r" in words
    assert "PySide6" not in re.sub(r"(?m)^\s*#.*\n", "", CONTAINERFILE)


def test_the_image_starts_a_command_that_there_is() -> None:
    by_name = dict(instructions())
    command = json.loads(by_name["CMD"])
    assert command[:3] == ["python", "-m", "kkdesk"]
    from kkdesk.cli import build_parser

    args = build_parser(command[3:]).parse_args(command[3:])
    assert (args.host, args.port) == ("0.0.0.0", int(by_name["EXPOSE"]))
    check = json.loads(by_name["HEALTHCHECK"].partition(" CMD ")[2])
    asked = urlsplit(re.search(r"'(http://[^']+)'", check[-1])[1])  # type: ignore[index]
    assert asked.port == args.port and asked.path in {route.path for route in ROUTES}
    compile(check[-1], "health check", "exec")


def test_vercel_builds_the_endpoints() -> None:
    (file, function), *others = VERCEL["functions"].items()
    module, _, name = PROJECT["tool"]["vercel"]["entrypoint"].partition(":")
    assert not others and file == f"{module.replace('.', '/')}.py" and (ROOT / file).exists()
    assert hasattr(import_module(module), name)
    # Longer than any call works, and than cron-job.org waits.
    assert max(HARD_LIMIT, 30) < function["maxDuration"] <= 300
    install = VERCEL["installCommand"].split()
    assert install[-2:] == ["-r", "requirements-cloud.lock"] and "--require-hashes" in install
    for folder in re.fullmatch(r"\{(.+)\}/\*\*", function["excludeFiles"])[1].split(","):  # type: ignore[index]
        assert (ROOT / folder).is_dir(), folder
        assert folder not in ("kkdesk", "cloud_endpoints")
    assert not any(secret in json.dumps(VERCEL) for secret in SECRETS)


def test_every_route_is_reached_on_vercel() -> None:
    # The framework's preset leads every path to the application; all that could stand before it is ours to leave out.
    assert VERCEL["framework"] == "python"
    assert not {"rewrites", "redirects", "routes", "builds", "cleanUrls", "trailingSlash", "headers"} & set(VERCEL)
    assert not (ROOT / "public").exists() and not (ROOT / "api").exists()
    # Beyond /api it answers 404 by itself.
    assert all(route.path.startswith("/api/") for route in ROUTES)


def unit() -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT.read_text("utf-8"))
    return parser


def test_the_unit_gives_the_server_time_and_no_rights() -> None:
    service = unit()["Service"]
    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict" and service["CapabilityBoundingSet"] == ""
    assert service["StateDirectory"] == "kkdesk" and "KKDESK_DATA=%S/kkdesk" in UNIT.read_text("utf-8")
    assert not any(f"{secret}=" in UNIT.read_text("utf-8") for secret in SECRETS)
    words = service["ExecStart"].split()
    from kkdesk.cli import build_parser

    # Whoever serves to a proxy on the same machine is for that machine alone.
    assert build_parser(words[1:]).parse_args(words[1:]).host == "127.0.0.1"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    # Only what is installed can be started.
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text("utf-8")), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_the_guide_names_what_there_is(tmp_path: Path) -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`", GUIDE))
    known = {name for setting in SETTINGS for name in (setting.name, *setting.also)} | {"KKDESK_DATA"}
    assert named <= known, named - known
    for path in re.findall(r"`(?:GET |POST )?(/api/[a-z/-]+)`", GUIDE):
        assert path in {route.path for route in ROUTES}, path
    from kkdesk.cli import build_parser

    entry = Secrets(Settings(Profile(tmp_path), {}), "FOLDER")._entry("EMAIL_TRACKING_SECRET")
    assert f'-m keyring get "KK Desk" "{entry}"' in GUIDE and f'-m keyring set "KK Desk" "{entry}"' in GUIDE
    for command in re.findall(r"`kkdesk ([a-z][^`]*)`", GUIDE):
        words = [re.sub(r"^[A-Z_]+$", "https://x.example", word) for word in command.split()]
        build_parser(words).parse_args(words)
