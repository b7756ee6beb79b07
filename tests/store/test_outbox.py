"""The outbox: what was kept is there after a kill; states; bounds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, FailedGuard, Guard, Statement
from kkdesk.model.errors import DatabaseDamaged
from kkdesk.store.outbox import HISTORY_SECONDS, KEPT_HISTORY, Counts, Outbox

_WRITER = """
import sys
from pathlib import Path
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.store.outbox import Outbox
box = Outbox(Path(sys.argv[1]))
n = 0
while True:
    box.append(Change(Bilingual(str(n), str(n)), (Statement("UPDATE", (n,)),), id=f"{n:08}"), 1)
    print(n, flush=True)
    n += 1
"""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    with closing(Outbox(tmp_path / "outbox.db")) as box:
        yield box


def change(number: int, value: object = 1) -> Change:
    return Change(
        Bilingual(f"αλλαγή {number}", f"change {number}"), (Statement("UPDATE", (str(value),)),), id=f"{number:08}"
    )


def test_changes_wait_in_the_order_they_were_made(box: Outbox) -> None:
    for number in (3, 1, 2):
        box.append(change(number), 7)
    assert [item.id for item in box.waiting(10)] == ["00000003", "00000001", "00000002"]
    assert [item.id for item in box.next_waiting(2)] == ["00000003", "00000001"]
    assert box.waiting(1)[0].label == Bilingual("αλλαγή 3", "change 3")


def test_a_change_that_is_kept_twice_is_kept_once(box: Outbox) -> None:
    box.append(change(1, "first"), 1)
    box.append(change(1, "second"), 2)
    (kept,) = box.next_waiting(10)
    assert [statement.args for statement in kept.statements] == [("first",)]


def test_a_delivered_change_is_kept_whole_until_the_replica_has_it(box: Outbox) -> None:
    box.append(change(1), 1)
    box.mark_delivered(["00000001"])
    assert box.counts() == Counts(0, 1, 0)
    assert [c.id for _, c in box.unconfirmed()] == ["00000001"]
    box.mark_seen(["00000001"], 50)
    assert box.counts() == Counts()
    assert box.unconfirmed() == []
    assert box.get("00000001") is None
    (sent,) = box.sent(10)
    assert (sent.id, sent.settled_at, sent.given_up) == ("00000001", 50, False)


def test_a_conflict_keeps_both_values_and_comes_back_where_it_was(box: Outbox) -> None:
    box.append(change(1), 1)
    box.append(change(2), 1)
    failed = FailedGuard(Guard("customers", "c", "phone", "old", "mine"), "theirs")
    box.mark_conflict("00000001", [failed])
    assert box.counts() == Counts(1, 0, 1)
    assert box.stuck(10)[0].failed == (failed,)
    box.retry(["00000001"], 9)
    assert [item.id for item in box.waiting(10)] == ["00000001", "00000002"]


def test_a_refused_change_says_why_and_can_be_given_up(box: Outbox) -> None:
    box.append(change(1), 1)
    box.mark_refused("00000001", Bilingual("γιατί", "why"))
    assert box.stuck(10)[0].reason == Bilingual("γιατί", "why")
    box.give_up("00000001", 9)
    assert box.counts() == Counts()
    assert box.sent(10)[0].given_up


def test_what_has_waited_for_too_long_wants_a_decision(box: Outbox) -> None:
    box.append(change(1), 100)
    box.append(change(2), 200)
    assert box.refuse_older(150, Bilingual("παλιά", "old")) == 1
    assert [item.id for item in box.waiting(10)] == ["00000002"]
    box.retry(["00000001"], 300)
    assert box.refuse_older(150, Bilingual("παλιά", "old")) == 0
    assert [item.id for item in box.waiting(10)] == ["00000001", "00000002"]


def test_a_long_change_is_delivered_alone(box: Outbox) -> None:
    long = Change(Bilingual("α", "a"), (Statement("INSERT", many=[(n,) for n in range(30_000)]),), id="00000002")
    for item in (change(1), long, change(3)):
        box.append(item, 1)
    assert box.is_long("00000002")
    assert not box.is_long("00000001")
    assert [c.id for c in box.next_waiting(10)] == ["00000001"]
    box.mark_delivered(["00000001"])
    (found,) = box.next_waiting(10)
    assert found.id == "00000002"
    assert [row for s in found.statements for row in s.many or ()] == [(n,) for n in range(30_000)]


def test_the_history_has_bounds(box: Outbox) -> None:
    for number in range(KEPT_HISTORY + 5):
        box.append(change(number), 1)
    box.mark_seen([f"{number:08}" for number in range(KEPT_HISTORY + 5)], 100)
    assert len(box.sent(10_000)) == KEPT_HISTORY
    box.append(change(99_999), 1)
    box.mark_seen(["00099999"], 101 + HISTORY_SECONDS)
    assert [item.id for item in box.sent(10_000)] == ["00099999"]


def test_what_was_kept_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    for lines in (1, 17, 40):
        path.unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        with process:
            assert process.stdout is not None
            said = [int(process.stdout.readline()) for _ in range(lines)]
            os.kill(process.pid, signal.SIGKILL)
        with closing(Outbox(path)) as box:
            ids = [item.id for item in box.waiting(10_000)]
        assert ids[: len(said)] == [f"{number:08}" for number in said]
        assert ids == sorted(ids)
        for name in ("outbox.db-wal", "outbox.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)


def test_an_outbox_that_is_no_database_is_left_alone_and_named(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseDamaged):
        Outbox(path)
    assert path.read_bytes().startswith(b"not a database")
