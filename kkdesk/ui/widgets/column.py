"""A column is data: one list of them feeds the item model, the column chooser, the export and the tests."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a `DataTable`. `title` is in the language of the window already."""

    key: str
    title: str
    width: int = 120
    align: Qt.AlignmentFlag = _LEFT
    sortable: bool = True
    #: Shown until the person chooses otherwise.
    shown: bool = True
    #: Cannot be hidden: without it a row could not be told from another.
    fixed: bool = False
