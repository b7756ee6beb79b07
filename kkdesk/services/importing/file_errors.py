"""What a person is told about a file that cannot be read. One place for the texts, one for foreign exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.os_reasons import os_reason
from kkdesk.services.importing.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT_BYTES,
    MAX_UNPACKED_BYTES,
    MAX_WORKBOOK_BYTES,
)

_NOTHING = Bilingual("Δεν γράφτηκε τίποτα.", "Nothing was written.")
_MEGABYTE = 1024**2


def broken_workbook(path: Path) -> InvalidInput:
    """The workbook is cut off, damaged, or no workbook."""
    return _bad(
        f"Το βιβλίο εργασίας «{path.name}» έχει υποστεί ζημιά ή δεν είναι αρχείο Excel.",
        f"The workbook “{path.name}” is damaged, or is not an Excel file.",
        "Ανοίξτε το στο Excel ή στο LibreOffice, αποθηκεύστε το ξανά ως .xlsx και δοκιμάστε πάλι.",
        "Open it in Excel or LibreOffice, save it again as .xlsx, and try once more.",
    )


def text_called_workbook(path: Path) -> InvalidInput:
    """Plain text whose name says that it is a workbook."""
    suffix = path.suffix.lower()
    return _bad(
        f"Το «{path.name}» ονομάζεται {suffix}, αλλά είναι απλό κείμενο και όχι βιβλίο εργασίας.",
        f"“{path.name}” is called {suffix}, but it is plain text and not a workbook.",
        "Αν έχει στήλες με ; ή , μετονομάστε το σε .csv και δοκιμάστε ξανά.",
        "If it has columns separated by ; or , rename it to .csv and try again.",
    )


def web_page_called_workbook(path: Path) -> InvalidInput:
    """An HTML or XML table that an accounting program calls .xls."""
    return _bad(
        f"Το «{path.name}» είναι ιστοσελίδα (HTML/XML) με κατάληξη {path.suffix.lower()} και όχι βιβλίο εργασίας.",
        f"“{path.name}” is a web page (HTML/XML) called {path.suffix.lower()}, and not a workbook.",
        "Ανοίξτε το στο Excel και αποθηκεύστε το ως .xlsx.",
        "Open it in Excel and save it as .xlsx.",
    )


def password_protected(path: Path) -> InvalidInput:
    """The workbook is encrypted."""
    return _bad(
        f"Το βιβλίο εργασίας «{path.name}» προστατεύεται με κωδικό.",
        f"The workbook “{path.name}” is protected by a password.",
        "Ανοίξτε το στο Excel με τον κωδικό του, αποθηκεύστε ένα αντίγραφο χωρίς κωδικό και επιλέξτε εκείνο.",
        "Open it in Excel with its password, save a copy without one, and choose the copy.",
    )


def swollen_archive(path: Path) -> InvalidInput:
    """A workbook that unpacks to more than any list of customers (a zip bomb, too)."""
    limit = MAX_UNPACKED_BYTES // _MEGABYTE
    return _bad(
        f"Το «{path.name}» θα έπιανε πάνω από {limit} MB στη μνήμη αν ανοιγόταν, και δεν ανοίχτηκε.",
        f"“{path.name}” would take more than {limit} MB of memory when opened, and was not opened.",
        "Αν είναι πραγματικό πελατολόγιο, αποθηκεύστε το ως CSV ή χωρίστε το σε μικρότερα αρχεία.",
        "If it really is a list of customers, save it as CSV or split it into smaller files.",
    )


def empty_file(path: Path) -> InvalidInput:
    """Nothing in it."""
    return _bad(
        f"Το αρχείο «{path.name}» είναι κενό.",
        f"The file “{path.name}” is empty.",
        "Επιλέξτε ένα αρχείο με πελάτες.",
        "Choose a file that has customers.",
    )


def empty_sheet(path: Path, sheet: str) -> InvalidInput:
    """The chosen sheet has no cells."""
    return _bad(
        f"Το φύλλο «{sheet}» του «{path.name}» είναι κενό.",
        f"The sheet “{sheet}” of “{path.name}” is empty.",
        "Επιλέξτε άλλο φύλλο ή άλλο αρχείο.",
        "Choose another sheet or another file.",
    )


def header_only(path: Path, *, workbook: bool) -> InvalidInput:
    """Column titles and nothing beneath them."""
    el, en = ("άλλο φύλλο", "another sheet") if workbook else ("άλλο αρχείο", "another file")
    return _bad(
        f"Το «{path.name}» έχει μόνο επικεφαλίδες και καμία γραμμή με πελάτη.",
        f"“{path.name}” has column titles only, and no row with a customer.",
        f"Ελέγξτε ότι αποθηκεύτηκε ολόκληρο ή επιλέξτε {el}.",
        f"Check that all of it was saved, or choose {en}.",
    )


def unreadable_text(path: Path) -> InvalidInput:
    """Neither UTF-8 nor UTF-16 nor a Greek code page."""
    return _bad(
        f"Το «{path.name}» δεν διαβάζεται ως κείμενο: δεν είναι UTF-8, UTF-16 ούτε Windows-1253 ή ISO-8859-7.",
        f"“{path.name}” is not readable text: neither UTF-8, UTF-16 nor Greek Windows-1253 or ISO-8859-7.",
        "Αποθηκεύστε το από το Excel ως «CSV UTF-8» ή ως .xlsx.",
        "Save it from Excel as “CSV UTF-8” or as .xlsx.",
    )


def wrong_encoding(path: Path, encoding: str) -> InvalidInput:
    """The encoding that a person chose does not fit the file."""
    return _bad(
        f"Το «{path.name}» δεν διαβάζεται ως {encoding}.",
        f"“{path.name}” cannot be read as {encoding}.",
        "Επιλέξτε άλλη κωδικοποίηση ή αφήστε την αυτόματη.",
        "Choose another encoding, or leave it on automatic.",
    )


def cell_too_long(path: Path, line: int) -> InvalidInput:
    """Most often a quotation mark that is opened and never closed."""
    return _bad(
        f"Κοντά στη γραμμή {line} του «{path.name}» ένα κελί ξεπερνά τους {MAX_CELL} χαρακτήρες, "
        "μάλλον επειδή ανοίγουν εισαγωγικά που δεν κλείνουν.",
        f"Near line {line} of “{path.name}” a cell has more than {MAX_CELL} characters, "
        "probably because a quotation mark is opened and never closed.",
        "Διορθώστε τα εισαγωγικά ή αποθηκεύστε το αρχείο ξανά από το Excel.",
        "Correct the quotation marks, or save the file again from Excel.",
    )


def too_many_rows(path: Path) -> InvalidInput:
    """More rows than one import takes."""
    el, en = _thousands(MAX_ROWS)
    return _bad(
        f"Το «{path.name}» έχει πάνω από {el} γραμμές, που είναι το όριο μιας εισαγωγής.",
        f"“{path.name}” has more than {en} rows, the limit of one import.",
        "Χωρίστε το σε μικρότερα αρχεία και εισαγάγετέ τα ένα ένα.",
        "Split it into smaller files, and import them one by one.",
    )


def too_many_columns(path: Path) -> InvalidInput:
    """A value far to the right, most often a stray one."""
    return _bad(
        f"Το «{path.name}» έχει τιμές πέρα από τη στήλη {MAX_COLUMNS}.",
        f"“{path.name}” has values beyond column {MAX_COLUMNS}.",
        "Σβήστε τις στήλες που περισσεύουν στα δεξιά και δοκιμάστε ξανά.",
        "Delete the superfluous columns at the right, and try again.",
    )


def too_large(path: Path, *, workbook: bool) -> InvalidInput:
    """More bytes than we read."""
    limit = (MAX_WORKBOOK_BYTES if workbook else MAX_TEXT_BYTES) // _MEGABYTE
    return _bad(
        f"Το «{path.name}» ξεπερνά τα {limit} MB, που είναι το όριο για αυτό το είδος αρχείου.",
        f"“{path.name}” is larger than {limit} MB, the limit for this kind of file.",
        "Χωρίστε το σε μικρότερα αρχεία. Ένα μεγάλο βιβλίο εργασίας διαβάζεται ευκολότερα ως CSV.",
        "Split it into smaller files. A large workbook is easier to read as CSV.",
    )


def no_such_sheet(path: Path, sheet: str, sheets: tuple[str, ...]) -> InvalidInput:
    """The sheet that was asked for is not there."""
    names = ", ".join(f"«{name}»" for name in sheets)
    return _bad(
        f"Το «{path.name}» δεν έχει φύλλο «{sheet}».",
        f"“{path.name}” has no sheet “{sheet}”.",
        f"Τα φύλλα του: {names}.",
        f"Its sheets: {names}.",
    )


def changed_since(path: Path) -> InvalidInput:
    """Somebody saved the file after it was looked at."""
    return _bad(
        f"Το «{path.name}» άλλαξε μετά τον έλεγχο.",
        f"“{path.name}” has changed since it was checked.",
        "Ελέγξτε το ξανά πριν το εισαγάγετε.",
        "Check it again before you import it.",
    )


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Inside, an `OSError` about the file is raised as one of ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(
            Bilingual(f"Το αρχείο «{path}» δεν βρέθηκε.", f"The file “{path}” was not found."),
            kept=_NOTHING,
            next_step=Bilingual(
                "Ελέγξτε μήπως μετακινήθηκε ή αποσυνδέθηκε ο δίσκος του.",
                "Check whether it was moved, or its drive disconnected.",
            ),
        ) from error
    except PermissionError as error:
        raise _bad(
            f"Το αρχείο «{path.name}» δεν ανοίγει: είναι ανοιχτό σε άλλο πρόγραμμα ή δεν έχετε δικαίωμα ανάγνωσης.",
            f"The file “{path.name}” cannot be opened: another program has it, or you may not read it.",
            "Κλείστε το στο Excel και δοκιμάστε ξανά.",
            "Close it in Excel, and try again.",
        ) from error
    except IsADirectoryError as error:
        raise _bad(
            f"Το «{path.name}» είναι φάκελος και όχι αρχείο.",
            f"“{path.name}” is a folder and not a file.",
            "Επιλέξτε ένα αρχείο μέσα του.",
            "Choose a file in it.",
        ) from error
    except OSError as error:
        raise _bad(
            f"Το αρχείο «{path.name}» δεν διαβάζεται ({os_reason(error).el}).",
            f"The file “{path.name}” cannot be read ({os_reason(error).en}).",
            "Αντιγράψτε το στον υπολογιστή σας και δοκιμάστε ξανά.",
            "Copy it to your computer, and try again.",
        ) from error


def _bad(what_el: str, what_en: str, next_el: str, next_en: str) -> InvalidInput:
    return InvalidInput(Bilingual(what_el, what_en), kept=_NOTHING, next_step=Bilingual(next_el, next_en))


def _thousands(number: int) -> tuple[str, str]:
    return f"{number:,}".replace(",", "."), f"{number:,}"
