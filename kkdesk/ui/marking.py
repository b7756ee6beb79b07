"""Marking a text for translation where it is declared and not yet shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """`text` itself; lupdate collects it under the context, and `QCoreApplication.translate` shows it later.

    PySide6 has the same function, with a type that nothing accepts.
    """
    return text
