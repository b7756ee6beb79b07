"""Both languages are complete, and the compiled files are those of the sources."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from kkdesk.ui.language import Languages
from kkdesk.ui.translations.build import AREAS, HERE, PLURALS, QT_TEXTS, SHELL, is_fresh, update

TS_FILES = sorted(HERE.glob("*.ts"))


def messages(path: Path) -> list[tuple[str, str, ET.Element]]:
    """Context, source and element of each message."""
    tree = ET.parse(path)
    return [
        (context.findtext("name", ""), message.findtext("source", ""), message)
        for context in tree.iter("context")
        for message in context.iter("message")
    ]


def is_translated(message: ET.Element) -> bool:
    """Whether all forms are there and declared finished."""
    translation = message.find("translation")
    if translation is None or translation.get("type") == "unfinished":
        return False
    forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
    return all(form and form.strip() for form in forms)


@pytest.mark.parametrize("path", TS_FILES, ids=lambda path: path.stem)
def test_nothing_is_left_to_translate(path: Path) -> None:
    open_ends = [(context, source) for context, source, message in messages(path) if not is_translated(message)]
    assert open_ends == []


@pytest.mark.parametrize("path", TS_FILES, ids=lambda path: path.stem)
def test_placeholders_survive_translation(path: Path) -> None:
    for context, source, message in messages(path):
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        for mark in ("%1", "%2"):
            if mark in source:
                assert all(mark in form for form in forms), (context, source)
        if "%n" in source:
            # %Ln writes 1200 as the language does.
            assert all("%Ln" in form for form in forms), (context, source)


def test_every_text_of_the_code_is_collected(tmp_path: Path) -> None:
    """Collecting again brings nothing new: `build --update` was run after the last change."""
    update(tmp_path)
    for path in sorted(tmp_path.glob("*.ts")):
        wanted = {(context, source) for context, source, _message in messages(path)}
        kept = {(context, source) for context, source, _message in messages(HERE / path.name)}
        assert wanted == kept, path.name


def test_there_is_a_file_for_each_area() -> None:
    known = {f"{area}_el.ts" for area in (SHELL, *AREAS)} | {PLURALS, QT_TEXTS}
    assert {path.name for path in TS_FILES} == known


def test_the_compiled_files_are_fresh() -> None:
    assert is_fresh(), "run: python -m kkdesk.ui.translations.build"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("el", "1 μήνυμα σε αναμονή", "2 μηνύματα σε αναμονή"), ("en", "1 mail waiting", "2 mails waiting")],
)
def test_plurals(qapp: QApplication, language: str, one: str, many: str) -> None:
    languages = Languages(qapp)
    languages.use(language)
    try:
        say = QCoreApplication.translate
        assert say("StatusBar", "%n mail(s) waiting", None, 1) == one
        assert say("StatusBar", "%n mail(s) waiting", None, 2) == many
    finally:
        languages.forget()


def test_texts_of_a_base_class_are_translated_in_a_subclass(qapp: QApplication) -> None:
    class StatusBar(QObject):
        def text(self) -> str:
            return self.tr("No mail waiting")

    class SpecialBar(StatusBar):
        pass

    languages = Languages(qapp)
    languages.use("el")
    try:
        assert SpecialBar().text() == "Καμία αποστολή σε αναμονή"
    finally:
        languages.forget()


def test_qt_speaks_greek_too(qapp: QApplication) -> None:
    languages = Languages(qapp)
    assert languages.use("anything") == "el"
    try:
        assert QCoreApplication.translate("QLineEdit", "&Copy") == "Αν&τιγραφή"
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Άκυρο"
    finally:
        languages.forget()
