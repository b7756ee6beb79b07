"""Numbers, dates and times as the language of the window writes them. Times are Unix seconds, shown in Athens time."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from kkdesk.model.clock import athens_date, athens_time

_LOCALES = {
    "el": QLocale(QLocale.Language.Greek, QLocale.Country.Greece),
    # British English: the day before the month and 24 hours, as staff in Greece expect.
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom),
}


def locale_of(language: str) -> QLocale:
    """The locale of "el" or "en"."""
    return _LOCALES.get(language, _LOCALES["el"])


def number(value: int) -> str:
    """12345 as "12.345" or "12,345"."""
    return QLocale().toString(value)


def percent(part: int, whole: int) -> str:
    """A share with one decimal; a dash of nothing."""
    if not whole:
        return "–"
    return f"{QLocale().toString(100 * part / whole, 'f', 1)}%"


def money(value: float) -> str:
    """An amount in euros."""
    return f"{QLocale().toString(value, 'f', 2)} €"


def day(value: int | date) -> str:
    """A day, e.g. "3 Μαρ 2026"; `value` is a day or a moment."""
    found = value if isinstance(value, date) else athens_date(value)
    return QLocale().toString(QDate(found.year, found.month, found.day), "d MMM yyyy")


def clock_time(moment: int) -> str:
    """The time of day, e.g. "14:05"."""
    found = athens_time(moment)
    return QLocale().toString(QTime(found.hour, found.minute), "HH:mm")


def moment(value: int, now: int) -> str:
    """Day and time, with "today" and "yesterday" in words."""
    days = (athens_date(now) - athens_date(value)).days
    if days == 0:
        words = QCoreApplication.translate("Formats", "Today")
    elif days == 1:
        words = QCoreApplication.translate("Formats", "Yesterday")
    else:
        words = day(value)
    return f"{words}, {clock_time(value)}"


def file_size(size: int) -> str:
    """A size in bytes, e.g. "3,4 MB"."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
