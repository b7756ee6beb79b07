"""No cause that the program writes down is without words for people, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kkdesk.services
from kkdesk.services.queue.claims import CANCELLED, UNCONFIRMED
from kkdesk.ui.campaigns.outcome.reasons import NO_REASON, reason_words, with_reason_words

SERVICES = Path(kkdesk.services.__file__).parent
#: In SQL: what is set, what stands behind the prefix, and what opt-outs answer.
_IN_SQL = (r"\breason = '(\w+)'", r"SEND_SKIPPED: (\w+)", r"SELECT email, '(\w+)'")
_GREEK = re.compile(r"[α-ωά-ώ]")


def written_reasons() -> Iterator[str]:
    """Every keyword that ends in a column for causes, as the sources have it."""
    folders = [SERVICES / name for name in ("mail", "queue", "bounces")]
    for path in (*(file for folder in folders for file in folder.rglob("*.py")), SERVICES / "opt_outs.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Verdict":
                reason = node.args[1]
                assert isinstance(reason, ast.Constant), f"{path.name}: a cause that this test cannot read"
                yield str(reason.value)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                for pattern in (*_IN_SQL, *([r"THEN '(\w+)'"] if "AS why" in node.value else [])):
                    yield from re.findall(pattern, node.value)


REASONS = sorted(set(written_reasons()))


def test_the_sources_are_read_rightly() -> None:
    known = "hard_bounce spam_complaint needs_smtputf8 left unconfirmed settled inactive suppressed same_address"
    assert {*known.split(), "unsubscribed", "invalid_syntax", "rate_limited"} <= set(REASONS)


@pytest.mark.parametrize("reason", [*REASONS, UNCONFIRMED, CANCELLED, "failed", "bounced"])
def test_every_cause_has_words(reason: str) -> None:
    words = reason_words(reason)
    assert words.en != reason and "_" not in words.en and not _GREEK.search(words.en)
    assert _GREEK.search(words.el) and "_" not in words.el
    assert reason_words(f"SEND_SKIPPED: {reason}") == words


def test_a_pause_without_a_cause_on_record_is_told_in_words() -> None:
    said = "Of the last 100 mails 33 failed (most often: failed)."
    assert with_reason_words(said, "en") == f"Of the last 100 mails 33 failed (most often: {NO_REASON.en})."


def test_what_a_server_said_stands_without_our_keyword() -> None:
    assert reason_words("BOUNCED: 550 5.1.1 no such user").el == "550 5.1.1 no such user"
