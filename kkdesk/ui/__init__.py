"""What staff see: the only package that imports PySide6."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - what is undone below

# PySide6 replaces `__import__` to find out who uses its `__feature__` switches, and to that end reads the source of
# every module that is imported later: a fifth of the program's start, for switches that nobody here uses.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
