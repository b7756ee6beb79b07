"""Logs are free of secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from kkdesk.log import configure_logging


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(tmp_path / "logs", to_terminal=False)
    yield tmp_path / "logs" / "kkdesk.log"
    for handler in root.handlers[:]:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_planted_secrets_do_not_reach_the_file(log_file: Path) -> None:
    log = structlog.get_logger("test")
    log.info("sent", smtp_password="hunter2", authorization="Bearer hunter2", recipient="rcpt_1")
    log.info("GET /api/unsubscribe?cid=c&sig=hunter2&x=1", url="https://x.example/?cron_secret=hunter2")
    logging.getLogger("httpx").info("HTTP Request: GET https://x.example/?key=hunter2&token=hunter2")
    text = log_file.read_text(encoding="utf-8")
    assert "hunter2" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines][:1] == ["sent"]
    assert lines[0]["recipient"] == "rcpt_1"


def test_a_folder_that_cannot_be_written_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way", encoding="utf-8")
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging(tmp_path / "logs", to_terminal=False)
        assert root.handlers
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
