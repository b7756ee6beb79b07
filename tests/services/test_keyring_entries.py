"""Secrets in the keyring: long ones on backends with small entries, and each way in which one fails."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked as Locked
from keyring.errors import PasswordSetError

from kkdesk.model.errors import KeyringLocked, KeyringMissing, KeyringSilent, SecretsUnavailable
from kkdesk.services import keyring_calls
from kkdesk.services.keyring_backend import usable_backend
from kkdesk.services.keyring_entries import LONGEST, KeyringEntries
from kkdesk.services.secrets import SECRET_NAMES, Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.conftest import MemoryKeyring

#: UTF-16 units that Windows takes for one entry.
LIMIT = 1280
ENTRY = "SMTP_PASS (test)"


class SmallKeyring(MemoryKeyring):
    """Like Windows: entries have an end. `dies_at`: the call at which the process is killed, counted from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.dies_at = -1

    def set_password(self, service: str, username: str, password: str) -> None:
        self._count()
        if len(password.encode("utf-16-le", "surrogatepass")) // 2 > LIMIT:
            raise PasswordSetError("too long")
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._count()
        super().delete_password(service, username)

    def _count(self) -> None:
        self.calls += 1
        if self.calls - 1 == self.dies_at:
            raise KeyboardInterrupt  # no Exception: nothing tidies up


VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(1, 5 * LONGEST).map(lambda size: "κ" * size),
    st.integers(1, 3 * LONGEST).map(lambda size: "🔑" * size),
    st.just("kkdesk-parts:1:a:2:" + "0" * 64),
)


@given(st.lists(VALUES.filter(bool), min_size=1, max_size=5))
def test_values_of_any_length_in_any_order(values: list[str]) -> None:
    backend = SmallKeyring()
    entries = KeyringEntries(backend)
    for value in values:
        entries.write(ENTRY, value)
        assert entries.read(ENTRY) == value
    entries.delete(ENTRY)
    assert backend.kept == {} and entries.read(ENTRY) == ""


@pytest.mark.parametrize("before", ["", "short", "o" * 3000, "o" * 9000])
@pytest.mark.parametrize("after", ["short too", "n" * 2000, "n" * 9000])
def test_whoever_is_killed_leaves_the_old_value_or_the_new_one(before: str, after: str) -> None:
    dies_at, whole = 0, False
    while not whole:
        backend = SmallKeyring()
        entries = KeyringEntries(backend)
        if before:
            entries.write(ENTRY, before)
        backend.calls, backend.dies_at = 0, dies_at
        try:
            entries.write(ENTRY, after)
            whole = True
        except KeyboardInterrupt:
            backend.dies_at = -1
            assert entries.read(ENTRY) in {before, after}
        backend.dies_at = -1
        # The next writing sweeps what was left, and deleting leaves nothing.
        entries.write(ENTRY, "another")
        assert entries.read(ENTRY) == "another"
        entries.delete(ENTRY)
        assert backend.kept == {}
        dies_at += 1


@pytest.mark.parametrize("harm", ["lose", "change"])
def test_parts_that_do_not_fit_are_never_taken_for_the_secret(harm: str) -> None:
    backend = SmallKeyring()
    entries = KeyringEntries(backend)
    entries.write(ENTRY, "x" * 5000)
    part = next(key for key in backend.kept if "[" in key[1])
    if harm == "lose":
        del backend.kept[part]
    else:
        backend.kept[part] = "y" + backend.kept[part][1:]
    with pytest.raises(SecretsUnavailable) as refused:
        entries.read(ENTRY)
    assert "SMTP_PASS" in refused.value.what.en and "xxx" not in str(refused.value)


def test_a_keyring_that_does_not_keep_what_it_is_given() -> None:
    class Forgetful(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            return None

    with pytest.raises(SecretsUnavailable):
        KeyringEntries(Forgetful()).write(ENTRY, "secret")


def secrets(folder: Path) -> Secrets:
    return Secrets(Settings(Profile(folder), {}), "test")


class PlaintextKeyring(MemoryKeyring):
    """As `keyrings.alt` has one: a readable file."""


PlaintextKeyring.__module__ = "keyrings.alt.file"


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), PlaintextKeyring()], ids=["fail", "null", "plain"])
def test_a_weak_keyring_is_as_none(tmp_path: Path, backend: MemoryKeyring) -> None:
    keyring.set_keyring(backend)
    with pytest.raises(KeyringMissing) as refused:
        usable_backend()
    assert refused.value.next_step
    kept = secrets(tmp_path)

    async def go() -> None:
        with pytest.raises(SecretsUnavailable):
            await kept.put("SMTP_PASS", "hunter2")
        # For this session it is there, and nowhere else.
        assert await kept.get("SMTP_PASS") == "hunter2" and kept.session_only == {"SMTP_PASS"}
        assert getattr(backend, "kept", {}) == {}

    asyncio.run(go())
    assert "hunter2" not in "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())


def test_a_weak_keyring_is_not_used_as_one_of_several_either(monkeypatch: pytest.MonkeyPatch) -> None:
    good = MemoryKeyring()
    chain = ChainerBackend()
    monkeypatch.setattr(ChainerBackend, "backends", [PlaintextKeyring(), good])
    keyring.set_keyring(chain)
    assert usable_backend() is good


def test_a_locked_keyring_is_said_to_be(tmp_path: Path) -> None:
    class LockedKeyring(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            raise Locked("no")

    keyring.set_keyring(LockedKeyring())
    with pytest.raises(KeyringLocked) as refused:
        asyncio.run(secrets(tmp_path).get("SMTP_PASS"))
    assert refused.value.next_step and "Unlock" in refused.value.next_step.en


def test_a_keyring_that_says_nothing_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_calls, "PATIENCE", 0.05)
    answering = threading.Event()

    class Silent(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            answering.wait(60)
            return None

    keyring.set_keyring(Silent())
    try:
        with pytest.raises(KeyringSilent):
            asyncio.run(secrets(tmp_path).get("SMTP_PASS"))
    finally:
        answering.set()


def test_forgetting_all_names_what_is_left(tmp_path: Path) -> None:
    class Stubborn(MemoryKeyring):
        def delete_password(self, service: str, username: str) -> None:
            if username.startswith("SMTP_PASS"):
                raise PasswordSetError("no")
            super().delete_password(service, username)

    backend = Stubborn()
    keyring.set_keyring(backend)
    kept = secrets(tmp_path)

    async def go() -> list[str]:
        for name in SECRET_NAMES:
            await kept.put(name, f"value of {name}" * 90)
        return await kept.forget_all()

    assert asyncio.run(go()) == ["SMTP_PASS"]
    assert {key[1].split(" ")[0] for key in backend.kept} == {"SMTP_PASS"}
