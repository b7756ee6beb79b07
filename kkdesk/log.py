"""Structured logs, free of secrets: JSON lines in the profile or on a server's standard error, short on a terminal."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from pathlib import Path
from typing import Any

import structlog

_SECRET_KEYS = re.compile(r"(?i)pass|secret|token|authorization|cookie|api_?key|signature|\bsig\b")
_QUERY_SECRETS = re.compile(r"(?i)\b(sig|token|key|secret|cron_secret|password|code)=[^&\s\"']+")
_MAX_BYTES = 2_000_000


def configure_logging(folder: Path, *, to_terminal: bool) -> None:
    """Log to `folder`/kkdesk.log (rotated, 5 files) and, for verbs, warnings to standard error.

    A folder that cannot be written is no reason not to start: the log then goes to standard error alone.
    """
    handlers: list[logging.Handler] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / "kkdesk.log", maxBytes=_MAX_BYTES, backupCount=4, encoding="utf-8"
        )
        file.setFormatter(_formatter(structlog.processors.JSONRenderer(ensure_ascii=False)))
        handlers.append(file)
    except OSError:
        to_terminal = True
    if to_terminal:
        terminal = logging.StreamHandler(sys.stderr)
        terminal.setLevel(logging.WARNING)
        terminal.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=False)))
        handlers.append(terminal)
    _use(handlers)


def configure_server_logging() -> None:
    """Log JSON lines to standard error, where service managers and platforms expect them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(structlog.processors.JSONRenderer(ensure_ascii=False)))
    _use([handler])


def _use(handlers: list[logging.Handler]) -> None:
    # A full disk must not fill the terminal with tracebacks of the log itself: what failed is told anyway.
    logging.raiseExceptions = False
    logging.basicConfig(handlers=handlers, level=logging.INFO, force=True)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


def redact(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take secrets out of an event: whole values under telling names, query values inside any text."""
    return {key: "…" if _SECRET_KEYS.search(key) else _without_query_secrets(value) for key, value in event.items()}


def _without_query_secrets(value: Any) -> Any:
    return _QUERY_SECRETS.sub(r"\1=…", value) if isinstance(value, str) else value


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]


def _formatter(renderer: structlog.typing.Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
