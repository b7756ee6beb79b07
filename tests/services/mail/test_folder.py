"""The mail folder: whole files under readable names that sort by time."""

from __future__ import annotations

import asyncio
import errno
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, StoreError
from kkdesk.services.mail import folder as folder_module
from kkdesk.services.mail.folder import FolderTransport
from kkdesk.services.mail.transport import OutgoingMail, nothing_to_note

CONTENT = b"Subject: x\r\n\r\nbody\r\n"


def mail(number: int = 1, recipient: str = "maria@x.example") -> OutgoingMail:
    return OutgoingMail(f"<{number}@x.example>", "info@x.example", recipient, CONTENT)


def test_a_mail_becomes_a_file_that_opens(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "mail", lambda: 1_795_400_000)
    outcome = asyncio.run(transport.send(mail(), nothing_to_note))
    (file,) = (tmp_path / "mail").iterdir()
    assert outcome.result == "sent"
    assert outcome.text == file.name
    assert file.name.startswith("2026-11-23 04.13.20 maria@x.example ")
    assert file.suffix == ".eml"
    assert BytesParser(policy=policy.default).parsebytes(file.read_bytes())["subject"] == "x"


def test_names_sort_by_time_and_never_collide(tmp_path: Path) -> None:
    now = 1_795_400_000
    transport = FolderTransport(tmp_path, lambda: now)

    async def body() -> None:
        nonlocal now
        await asyncio.gather(*(transport.send(mail(number), nothing_to_note) for number in range(20)))
        now += 1
        await transport.send(mail(99, "../../Ωμέγα <x>@x.example"), nothing_to_note)

    asyncio.run(body())
    names = sorted(file.name for file in tmp_path.iterdir())
    assert len(names) == 21
    assert names[-1].startswith("2026-11-23 04.13.21 .._.._Ωμέγα__x_@x.example ")


def test_the_mail_is_noted_before_the_file_appears(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path, lambda: 0)

    async def note() -> None:
        assert list(tmp_path.iterdir()) == []
        raise DiskFull(Bilingual("", ""))

    with pytest.raises(DiskFull):
        asyncio.run(transport.send(mail(), note))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EACCES, StoreError)])
def test_a_write_that_fails_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(folder_module, "_to_disk", fail)
    with pytest.raises(kind) as caught:
        asyncio.run(FolderTransport(tmp_path, lambda: 0).send(mail(), nothing_to_note))
    assert caught.value.kept is not None
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_name_cannot_be_made_safe_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail goes back into the queue: its next file would be a second copy."""

    def fail(_folder: Path) -> None:
        raise OSError(errno.EIO, "no")

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "_sync_folder", fail)
        with pytest.raises(StoreError):
            asyncio.run(FolderTransport(tmp_path, lambda: 0).send(mail(), nothing_to_note))
    assert list(tmp_path.iterdir()) == []
