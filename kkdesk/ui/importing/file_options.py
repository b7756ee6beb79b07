"""How a file is read, where the guess was wrong: sheet, row of the titles, encoding, delimiter."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QSpinBox, QWidget

from kkdesk.services.importing.source import ReadOptions, SourceFile
from kkdesk.services.importing.text_encoding import ENCODINGS
from kkdesk.services.importing.text_file import DELIMITERS
from kkdesk.ui.widgets.labels import label

_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "cp1253": "Windows-1253",
    "iso8859-7": "ISO-8859-7",
    "utf-16": "UTF-16",
    "cp737": "MS-DOS 737",
    "cp1252": "Windows-1252",
}
_TOP_ROWS = 40
_HEIGHT = 30
_NAME_WIDTH = 300
_SHEET_WIDTH = 220


class FileOptions(QWidget):
    """The file in a few words, then small fields; those that do not apply to it are hidden. `changed(ReadOptions)`."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = label("", "muted")
        self.summary.setFixedHeight(_HEIGHT)
        self.sheet = QComboBox()
        self.sheet.setMaximumWidth(_SHEET_WIDTH)
        self.header = QSpinBox()
        # The style sheet's padding does not reach the text of a spin box, nor does its height.
        self.header.lineEdit().setTextMargins(6, 0, 0, 0)
        self.header.setFixedHeight(_HEIGHT)
        self.header.setRange(0, _TOP_ROWS)
        self.header.setSpecialValueText(self.tr("none"))
        self.header.setKeyboardTracking(False)
        self.encoding = QComboBox()
        self.delimiter = QComboBox()
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.addWidget(self.summary)
        self._row = QHBoxLayout()
        self._row.setSpacing(16)
        self._lines.addLayout(self._row, 1)
        self._parts = {
            "sheet": self._part(self.tr("Sheet"), self.sheet),
            "header": self._part(self.tr("Row of the titles"), self.header),
            "encoding": self._part(self.tr("Encoding"), self.encoding),
            "delimiter": self._part(self.tr("Delimiter"), self.delimiter),
        }
        self._row.addStretch(1)
        self.show_room(narrow=False)
        for encoding in ENCODINGS:
            self.encoding.addItem(_NAMES[encoding], encoding)
        names = (self.tr("semicolon ;"), self.tr("comma ,"), self.tr("tab"), self.tr("bar |"))
        for delimiter, name in zip(DELIMITERS, names, strict=True):
            self.delimiter.addItem(name, delimiter)
        for choice in (self.sheet, self.encoding, self.delimiter):
            choice.currentIndexChanged.connect(self._say)
        self.header.valueChanged.connect(self._say)

    def show_room(self, *, narrow: bool) -> None:
        """Put the fields beneath the summary where room is short."""
        self._lines.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._lines.setSpacing(0 if narrow else 24)

    def show_summary(self, name: str, size: str) -> None:
        """Show what the file is called, and how large it is."""
        shown = QFontMetrics(self.summary.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
        self.summary.setText(f"{shown} · {size}")
        self.summary.setToolTip(name if shown != name else "")

    def show_source(self, source: SourceFile) -> None:
        """Show how the file was read; says nothing."""
        blockers = [QSignalBlocker(part) for part in (self.sheet, self.header, self.encoding, self.delimiter)]
        self.sheet.clear()
        self.sheet.addItems(list(source.sheets))
        self.sheet.setCurrentText(source.sheet)
        self.header.setValue(source.header_row)
        if source.form is not None:
            name = _NAMES.get(source.form.encoding, source.form.encoding)
            if self.encoding.findText(name) < 0:
                self.encoding.addItem(name, source.form.encoding)
            self.encoding.setCurrentIndex(self.encoding.findText(name))
            if self.delimiter.findData(source.form.delimiter) < 0:
                self.delimiter.addItem(source.form.delimiter, source.form.delimiter)
            self.delimiter.setCurrentIndex(self.delimiter.findData(source.form.delimiter))
        for blocker in blockers:
            blocker.unblock()
        is_text = source.form is not None
        self._parts["sheet"].setVisible(len(source.sheets) > 1)
        self._parts["encoding"].setVisible(is_text)
        self._parts["delimiter"].setVisible(is_text)
        self._is_text = is_text
        self._has_sheets = bool(source.sheets)

    def options(self) -> ReadOptions:
        """What is chosen."""
        return ReadOptions(
            sheet=self.sheet.currentText() if self._has_sheets else None,
            header_row=self.header.value(),
            encoding=self.encoding.currentData() if self._is_text else None,
            delimiter=self.delimiter.currentData() if self._is_text else None,
        )

    _is_text = False
    _has_sheets = False

    def _say(self) -> None:
        # Another sheet or encoding may have its titles elsewhere: they are looked for again.
        options = self.options()
        if self.sender() is not self.header:
            options = ReadOptions(options.sheet, None, options.encoding, options.delimiter)
        self.changed.emit(options)

    def _part(self, name: str, field: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        caption = label(name, "caption")
        caption.setBuddy(field)
        field.setAccessibleName(name)
        row.addWidget(caption)
        row.addWidget(field)
        self._row.addWidget(holder)
        return holder
