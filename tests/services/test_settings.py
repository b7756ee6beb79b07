"""Settings: environment before profile before default; a broken file is named; secrets never reach a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile


def test_environment_comes_before_profile_and_default(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    assert Settings(profile, {}).text("SMTP_PORT") == "587"
    Settings(profile, {}).store({"SMTP_PORT": "2525", "SMTP_FROM": "Ελαστικά <info@x.example>"})
    assert Settings(profile, {}).text("SMTP_PORT") == "2525"
    assert Settings(profile, {}).text("SMTP_FROM") == "Ελαστικά <info@x.example>"
    assert Settings(profile, {"SMTP_PORT": " 26 "}).text("SMTP_PORT") == "26"
    assert Settings(profile, {"SMTP_PORT": "  "}).text("SMTP_PORT") == "2525", "blank counts as unset"


def test_other_names_of_a_setting(tmp_path: Path) -> None:
    assert Settings(Profile(tmp_path), {"SMTP_PASSWORD": "x"}).from_environment("SMTP_PASS") == "x"


@pytest.mark.parametrize(("given", "expected"), [("7", 7), ("0", 1), ("99", 10), ("", 4)])
def test_numbers_are_kept_within_limits(tmp_path: Path, given: str, expected: int) -> None:
    settings = Settings(Profile(tmp_path), {"EMAIL_JOB_CONCURRENCY": given})
    assert settings.number("EMAIL_JOB_CONCURRENCY", 1, 10) == expected


def test_what_is_no_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SMTP_PORT"):
        Settings(Profile(tmp_path), {"SMTP_PORT": "mail"}).number("SMTP_PORT", 1, 65535)


@pytest.mark.parametrize("name", ["SMTP_PASS", "NO_SUCH_SETTING"])
def test_secrets_and_unknown_names_are_never_stored(tmp_path: Path, name: str) -> None:
    settings = Settings(Profile(tmp_path), {})
    with pytest.raises(InvalidInput):
        settings.store({name: "hunter2"})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["{", "[]", "\x00"])
def test_a_broken_file_is_named_and_kept(tmp_path: Path, content: str) -> None:
    profile = Profile(tmp_path)
    profile.settings_file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        Settings(profile, {})
    assert "settings.json" in raised.value.message("el")
    assert profile.settings_file.read_text(encoding="utf-8") == content
