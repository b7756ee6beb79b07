"""The item model of the list."""

from __future__ import annotations

from pytestqt.modeltest import ModelTester

from kkdesk.model.suppression import Reason, Suppressed, SuppressedAddresses
from kkdesk.ui.suppressions.item_model import ENTRIES_KEPT, PAGE_ROWS, SuppressionModel


def test_the_item_model_is_sound(qapp: object, qtmodeltester: ModelTester) -> None:
    model = SuppressionModel("en")
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    addresses = [f"a{at}@x.gr" for at in range(250)]
    model.show(SuppressedAddresses(addresses))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.data(model.index(120, 0)) == "a120@x.gr" and model.data(model.index(120, 1)) == "…"
    assert 1 in asked
    model.fill(1, addresses[100:200], [Suppressed(key, (Reason.COMPLAINT,)) for key in addresses[100:200]])
    assert model.data(model.index(120, 1)) == "Spam complaint"
    model.unanswered(2)
    asked.clear()
    model.data(model.index(220, 0))
    assert asked == [2]


def test_a_hundred_thousand_addresses_are_numbers_until_they_are_looked_at(qapp: object) -> None:
    model = SuppressionModel("en")
    addresses = [f"a{at}@x.gr" for at in range(100_000)]
    model.show(SuppressedAddresses(addresses))
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    for number in range(ENTRIES_KEPT // PAGE_ROWS + 5):
        model.data(model.index(number * PAGE_ROWS, 0))
        page = addresses[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        model.fill(number, page, [Suppressed(key, (Reason.MANUAL,)) for key in page])
    assert asked == list(range(ENTRIES_KEPT // PAGE_ROWS + 5))
    assert model.entry_at(0) is None, "what was looked at longest ago is let go"
    assert model.entry_at(ENTRIES_KEPT) is not None
