"""The journal: whatever a crash leaves of it, it never takes a mail that left for one that did not."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import DiskFull
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue import journal as journal_module
from kkdesk.services.queue.journal import Journal, JournalView, left_journals, read_journal
from kkdesk.store.file_lock import try_lock

SENT = Outcome("sent", 1_800_000_000, "content", 250, "2.0.0", "queued")
message_ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
outcomes = st.builds(
    Outcome,
    st.sampled_from(("sent", "deferred", "refused", "unconfirmed")),
    st.integers(0, 2**40),
    st.sampled_from(("sender", "recipient", "data", "content")),
    st.none() | st.integers(200, 599),
    st.sampled_from(("", "2.0.0", "5.1.1")),
    st.text(max_size=40),
)
#: What happens to mails one after the other: a start, or a start and an answer.
histories = st.lists(st.tuples(message_ids, st.none() | outcomes), max_size=12, unique_by=lambda pair: pair[0])


def written(history: list[tuple[str, Outcome | None]]) -> bytes:
    lines = [journal_module._line(["claim", "01CLAIM"])]
    for message_id, outcome in history:
        lines.append(journal_module._line(["start", message_id]))
        if outcome is not None:
            said = (outcome.result, outcome.at, outcome.stage, outcome.code, outcome.status, outcome.text)
            lines.append(journal_module._line(["answer", message_id, *said]))
    return b"".join(lines)


@given(histories)
def test_what_was_written_is_read(history: list[tuple[str, Outcome | None]]) -> None:
    view = read_journal(written(history))
    assert view == JournalView(
        "01CLAIM",
        frozenset(message_id for message_id, _ in history),
        {message_id: outcome for message_id, outcome in history if outcome is not None},
        damaged=False,
    )


@given(histories, st.data())
def test_a_torn_end_loses_the_last_line_and_nothing_before_it(
    history: list[tuple[str, Outcome | None]], data: st.DataObject
) -> None:
    content = written(history)
    cut = data.draw(st.integers(0, len(content)))
    view = read_journal(content[:cut])
    whole = read_journal(content[: content.rfind(b"\n", 0, cut) + 1])
    assert view == whole
    assert not view.damaged


@given(histories.filter(bool), st.data())
def test_a_changed_byte_is_noticed_and_never_invents_an_answer(
    history: list[tuple[str, Outcome | None]], data: st.DataObject
) -> None:
    content = bytearray(written(history))
    place = data.draw(st.integers(0, len(content) - 2))
    content[place] ^= data.draw(st.integers(1, 255))
    view = read_journal(bytes(content))
    truth = read_journal(written(history))
    assert view.damaged
    assert view.started <= truth.started
    assert view.answered.items() <= truth.answered.items()


@given(st.binary(max_size=200))
def test_rubbish_is_read_without_failing(content: bytes) -> None:
    view = read_journal(content)
    assert view.answered == {}
    assert view.damaged == (b"\n" in content)


def test_a_start_waits_for_the_disk_and_many_share_one_trip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = 0

    def count(descriptor: int) -> None:
        nonlocal trips
        trips += 1
        os.fsync(descriptor)

    monkeypatch.setattr(journal_module, "_to_disk", count)

    async def body() -> None:
        journal = Journal(tmp_path, "host:1:a")
        await asyncio.gather(*(journal.start(f"<{n}@x>") for n in range(50)))
        journal.close(keep=True)

    asyncio.run(body())
    (file,) = tmp_path.glob("*.journal")
    assert len(read_journal(file.read_bytes()).started) == 50
    assert 1 <= trips <= 2


def test_a_full_disk_leaves_the_journal_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def short(descriptor: int, content: bytes) -> int:
        return real(descriptor, content[:5])

    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    async def body() -> None:
        journal = Journal(tmp_path, "host:1:a")
        await journal.start("<1@x>")
        for write in (short, full):
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", write)
                with pytest.raises(DiskFull):
                    await journal.start("<2@x>")
        await journal.start("<3@x>")
        journal.answer("<3@x>", SENT)
        journal.close(keep=True)

    asyncio.run(body())
    (file,) = tmp_path.glob("*.journal")
    view = read_journal(file.read_bytes())
    assert (view.started, view.damaged) == (frozenset({"<1@x>", "<3@x>"}), False)
    assert view.answered == {"<3@x>": SENT}


def test_what_the_database_knows_is_dropped_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "COMPACT_AT", 4000)

    async def body() -> None:
        journal = Journal(tmp_path, "host:1:a")
        journal.claimed("01CLAIM")
        await journal.start("<open@x>")
        for n in range(200):
            await journal.start(f"<{n}@x>")
            journal.answer(f"<{n}@x>", SENT)
            journal.recorded([f"<{n}@x>"])
        journal.close(keep=True)

    asyncio.run(body())
    (file,) = tmp_path.glob("*.journal")
    view = read_journal(file.read_bytes())
    assert file.stat().st_size < 5000
    assert "<open@x>" in view.started
    assert view.last_claim == "01CLAIM"
    assert not view.damaged


def test_a_journal_is_left_only_when_its_worker_is_gone(tmp_path: Path) -> None:
    async def body() -> None:
        alive = Journal(tmp_path, "host:1:alive")
        dead = Journal(tmp_path, "host:2:dead/πέθανε")
        await dead.start("<1@x>")
        dead.close(keep=True)
        found = left_journals(tmp_path)
        assert [one.worker for one in found] == ["host:2:dead/πέθανε"]
        assert found[0].read().started == frozenset({"<1@x>"})
        assert left_journals(tmp_path) == []  # Locked by us, who are about to settle it.
        found[0].close(remove=True)
        alive.close(keep=False)
        assert list(tmp_path.glob("*.journal")) == []

    asyncio.run(body())


def test_a_journal_that_another_worker_locks_first_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the making of the file and its lock, others may take it for a dead worker's."""
    taken: list[int] = []

    def other_is_first(descriptor: int) -> bool:
        if not taken:
            taken.append(os.open(tmp_path / "w~1.journal", os.O_RDWR))
            assert try_lock(taken[0])
        return try_lock(descriptor)

    monkeypatch.setattr(journal_module, "try_lock", other_is_first)
    journal = Journal(tmp_path, "w")
    os.close(taken[0])
    # Whatever the other one does with the first file: the worker is known to be alive.
    assert left_journals(tmp_path) == []
    journal.close(keep=True)
    (left,) = left_journals(tmp_path)
    left.close(remove=True)


def test_a_worker_that_goes_on_in_a_new_file_meanwhile_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of files is older than the locks: a living worker may have let go of the one that is listed."""
    Journal(tmp_path, "w").close(keep=True)

    def goes_on(descriptor: int) -> bool:
        if not (tmp_path / "w~2.journal").exists():
            (tmp_path / "w~2.journal").write_bytes(b"")
        return try_lock(descriptor)

    monkeypatch.setattr(journal_module, "try_lock", goes_on)
    assert left_journals(tmp_path) == []


def test_a_journal_that_was_removed_before_it_was_locked_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(tmp_path, "w").close(keep=True)

    def removed(descriptor: int) -> bool:
        (tmp_path / "w~1.journal").unlink(missing_ok=True)
        return try_lock(descriptor)

    monkeypatch.setattr(journal_module, "try_lock", removed)
    assert left_journals(tmp_path) == []


def test_a_mail_that_was_given_back_was_not_started(tmp_path: Path) -> None:
    async def run() -> None:
        journal = Journal(tmp_path, "w")
        for message_id in ("<1@x>", "<2@x>"):
            await journal.start(message_id)
            journal.given_back(message_id)
        await journal.start("<2@x>")
        journal.close(keep=True)

    asyncio.run(run())
    (left,) = left_journals(tmp_path)
    assert left.read().started == {"<2@x>"}
    left.close(remove=True)
