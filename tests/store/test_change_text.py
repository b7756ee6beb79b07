"""Changes come out of the outbox's text as they went in, in parts of a bounded size."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, FailedGuard, Guard, Statement, Touched
from kkdesk.model.row import SqlValue
from kkdesk.store.change_text import change_from, failed_from, failed_text, head_of, parts_of

values = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.sampled_from(['{"base64": "QQ=="}', "Παπαδόπουλος", "\x00", "'; DROP TABLE customers; --"]),
)
rows = st.lists(values, max_size=4).map(tuple)
texts = st.text(min_size=1, max_size=10)
statements = st.one_of(
    st.builds(Statement, texts, rows),
    st.lists(rows, max_size=5).map(lambda many: Statement("INSERT", many=many)),
)
guards = st.builds(Guard, texts, texts, texts, values, values)
touched = st.builds(Touched, texts, st.lists(texts, max_size=3).map(tuple), texts, st.lists(texts).map(tuple), texts)
changes = st.builds(
    Change,
    st.builds(Bilingual, texts, texts),
    st.lists(statements, max_size=4).map(tuple),
    guards=st.lists(guards, max_size=3).map(tuple),
    undo=st.lists(touched, max_size=3).map(tuple),
    actor=st.one_of(st.none(), texts),
    undo_of=st.one_of(st.none(), texts),
)


def through_text(change: Change) -> Change:
    parts = list(parts_of(change))
    return change_from(change.id, head_of(change), lambda: parts)


def plain(statements: Sequence[Statement]) -> list[tuple[str, tuple[SqlValue, ...] | None]]:
    """Statements one by one, as the database would see them."""
    found: list[tuple[str, tuple[SqlValue, ...] | None]] = []
    for statement in statements:
        if statement.many is None:
            found.append((statement.sql, statement.args))
        else:
            found += [(statement.sql, tuple(row)) for row in statement.many]
    return found


@given(changes)
def test_a_change_comes_out_as_it_went_in(change: Change) -> None:
    after = through_text(change)
    assert plain(after.statements) == plain(change.statements)
    assert (after.id, after.label, after.guards, after.undo) == (change.id, change.label, change.guards, change.undo)
    assert (after.actor, after.undo_of) == (change.actor, change.undo_of)


@given(st.lists(st.builds(FailedGuard, guards, values, st.booleans()), max_size=4))
def test_failed_guards_come_out_as_they_went_in(failed: list[FailedGuard]) -> None:
    assert failed_from(failed_text(failed)) == tuple(failed)


def test_many_rows_are_kept_in_several_parts_and_read_again_at_each_pass() -> None:
    many = [(n, "x" * 20) for n in range(30_000)]
    change = Change(Bilingual("α", "a"), (Statement("INSERT", many=many), Statement("UPDATE", (1,))))
    parts = list(parts_of(change))
    assert len(parts) > 3
    after = change_from(change.id, head_of(change), lambda: parts)
    for _ in range(2):
        assert plain(after.statements) == plain(change.statements)
    assert max(map(len, parts)) < 1_000_000
