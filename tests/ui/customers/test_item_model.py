"""The item model of the list: sound, and never with the record of another row's customer."""

from __future__ import annotations

from array import array

from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from kkdesk.model.customer import Customer
from kkdesk.services.customer_list import ListedCustomer
from kkdesk.ui.customers.columns import customer_columns
from kkdesk.ui.customers.item_model import CUSTOMER_ROLE, PAGE_ROWS, RECORDS_KEPT, CustomerModel


def listed(*refs: int) -> list[ListedCustomer | None]:
    return [ListedCustomer(ref, Customer(id=f"c{ref}", company=f"Εταιρεία {ref}")) for ref in refs]


def test_the_model_is_sound(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = CustomerModel(customer_columns("el"), "el", qapp)
    model.show_refs(array("q", [1, 2, 3]))
    model.fill(0, [1, 2, 3], listed(1, 2, 3))
    qtmodeltester.check(model, force_py=True)


def test_a_page_is_asked_for_once_until_the_list_changes(qapp: QApplication) -> None:
    model = CustomerModel(customer_columns("el"), "el")
    wanted: list[int] = []
    model.page_wanted.connect(wanted.append)
    refs = array("q", range(PAGE_ROWS * 3))
    model.show_refs(refs)
    for _ in range(2):
        assert model.index(PAGE_ROWS + 1, 0).data() == "…"
    assert wanted == [1]
    page = model.refs_of_page(1)
    model.fill(1, page, listed(*page))
    assert model.index(PAGE_ROWS + 1, 0).data() == f"Εταιρεία {PAGE_ROWS + 1}"
    assert wanted == [1]
    model.show_refs(refs)
    assert model.index(PAGE_ROWS + 1, 0).data() == f"Εταιρεία {PAGE_ROWS + 1}", "shown until fetched anew"
    assert wanted == [1, 1]


def test_records_follow_their_customers_to_other_rows(qapp: QApplication) -> None:
    model = CustomerModel(customer_columns("el"), "el")
    model.show_refs(array("q", [10, 20, 30]))
    model.fill(0, [10, 20, 30], listed(10, 20, 30))
    model.show_refs(array("q", [5, 20, 30]))
    assert model.index(0, 0).data() == "…"
    assert model.index(1, 0).data(CUSTOMER_ROLE).customer.id == "c20"


def test_an_answer_for_a_list_of_before_is_kept_but_not_shown_for_it(qapp: QApplication) -> None:
    model = CustomerModel(customer_columns("el"), "el")
    model.show_refs(array("q", [1, 2]))
    model.show_refs(array("q", [3, 4]))
    model.fill(0, [1, 2], listed(1, 2))
    assert [model.index(row, 0).data() for row in (0, 1)] == ["…", "…"]


def test_the_rest_of_a_list_leaves_its_beginning_alone(qapp: QApplication) -> None:
    model = CustomerModel(customer_columns("el"), "el")
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.show_refs(array("q", [1, 2]))
    model.show_refs(array("q", [1, 2, 3]))
    assert (model.rowCount(), len(resets)) == (3, 1), "rows were added: whoever was selected is so still"
    model.show_refs(array("q", [2, 1, 3, 4]))
    assert (model.rowCount(), len(resets)) == (4, 2)


def test_memory_is_bounded(qapp: QApplication) -> None:
    model = CustomerModel(customer_columns("el"), "el")
    model.show_refs(array("q", range(RECORDS_KEPT * 2)))
    for number in range(RECORDS_KEPT * 2 // PAGE_ROWS):
        page = model.refs_of_page(number)
        model.fill(number, page, listed(*page))
    assert len(model._records) == RECORDS_KEPT
    assert model.index(0, 0).data() == "…"
