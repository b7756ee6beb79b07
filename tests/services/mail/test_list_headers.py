"""Feedback-ID and List-Id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured
from kkdesk.services.mail.list_headers import feedback_id, list_id
from kkdesk.services.mail.mime_headers import token_header


def test_a_feedback_id_groups_by_campaign() -> None:
    assert feedback_id("camp_Ab-1", "kktires") == "camp_Ab-1:newsletter:kkdesk:kktires"
    assert feedback_id("camp_1", "") == ""


@given(st.text())
def test_no_campaign_id_breaks_out_of_its_group(campaign_id: str) -> None:
    value = feedback_id(campaign_id, "kktires")
    assert value.count(":") == 3
    assert token_header("Feedback-ID", value) == f"Feedback-ID: {value}\r\n".encode()


@pytest.mark.parametrize("sender", ["kk", "a" * 16, "kk tires", "ελαστικά", "kk:tires", "kktires\n"])
def test_a_sender_that_gmail_would_not_take_is_said_at_once(sender: str) -> None:
    with pytest.raises(NotConfigured, match="EMAIL_FEEDBACK_SENDER"):
        feedback_id("camp_1", sender)


def test_the_list_is_the_senders_domains() -> None:
    assert list_id("KK <info@ΕΛΑΣΤΙΚΆ.gr>") == "newsletter.xn--hxajlrfd1di.gr"
    assert list_id("nobody") == ""
