"""The recipients' item model: pages on demand, kept on the screen while they are read again."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from kkdesk.model.campaign_figures import RecipientRow, RecipientState
from kkdesk.ui.campaigns.outcome.reasons import reason_words
from kkdesk.ui.campaigns.outcome.recipients_model import PAGE_ROWS, RecipientsModel
from kkdesk.ui.campaigns.pills import TONE_ROLE


def rows(first: int, count: int, state: RecipientState = RecipientState.SENT) -> list[RecipientRow]:
    return [
        RecipientRow(f"r{n}", f"c{n}", f"Όνομα {n}", f"c{n}@x.example", state, None, None, None, None, "hard_bounce")
        for n in range(first, first + count)
    ]


def model(total: int) -> tuple[RecipientsModel, list[int]]:
    made = RecipientsModel("en")
    wanted: list[int] = []
    made.page_wanted.connect(wanted.append)
    made.show(total, rows(0, min(total, PAGE_ROWS)), 1_000_000)
    return made, wanted


def test_it_is_a_sound_model(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model(PAGE_ROWS + 5)[0])


def test_pages_are_asked_for_once_and_filled(qapp: QApplication) -> None:
    made, wanted = model(250)
    assert made.data(made.index(120, 0)) == "…" and made.data(made.index(121, 0)) == "…" and wanted == [1]
    made.fill(1, rows(100, 100))
    assert made.data(made.index(120, 0)) == "Όνομα 120" and wanted == [1]
    assert made.recipient_at(240) is None


def test_renewing_keeps_rows_and_selection(qapp: QApplication) -> None:
    made, wanted = model(250)
    made.fill(1, rows(100, 100))
    kept = QPersistentModelIndex(made.index(120, 0))
    made.renew(260, rows(0, 100, RecipientState.FAILED), 1_000_001)
    assert made.rowCount() == 260 and kept.isValid() and kept.row() == 120
    assert made.data(made.index(120, 0)) == "Όνομα 120", "until the new row has come"
    assert wanted == [1], "asked for again, as it is looked at"
    assert made.data(made.index(0, 2), TONE_ROLE) == "danger"
    made.renew(3, rows(0, 3), 1_000_002)
    assert made.rowCount() == 3 and not kept.isValid()


def test_reasons_are_words() -> None:
    assert reason_words("hard_bounce").en == "The address takes no mail"
    assert reason_words("SEND_SKIPPED: unsubscribed").el == "Διαγράφηκε από τη λίστα στο μεταξύ"
    assert reason_words("SMTP_SEND_FAILED: 550 5.1.1 User unknown").el == "550 5.1.1 User unknown"


def test_every_keyword_of_the_queue_has_words_of_its_own() -> None:
    keywords = (
        "hard_bounce soft_bounce blocked too_large refused_content needs_smtputf8 dns_failure connection_failed "
        "rate_limited deferred invalid_syntax not_composed unconfirmed left unsubscribed suppressed inactive settled "
        "same_address spam_complaint"
    ).split()
    words = [reason_words(keyword) for keyword in keywords]
    assert not {word.en for word in words} & set(keywords)
    assert len({word.el for word in words}) == len({word.en for word in words}) == len(keywords)
    assert reason_words(" ").el == "Χωρίς καταγεγραμμένη αιτία"
