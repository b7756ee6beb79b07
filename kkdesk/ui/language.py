"""The language of the window: Qt's translators and locale."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from kkdesk.ui.formats import locale_of

_FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("el", "en")


class Languages:
    """Installs the translations of one language at a time. Sources are English; its file has the plurals alone."""

    def __init__(self, app: QCoreApplication) -> None:
        """Nothing is installed yet."""
        self._app = app
        self._installed: list[QTranslator] = []

    def use(self, language: str) -> str:
        """Switch to `language` ("el" or "en"; anything else is Greek) and give it back.

        Widgets that exist keep the texts they were made with: the window is built anew.
        """
        chosen = language if language in LANGUAGES else "el"
        self.forget()
        self._installed = [self._load(f"kkdesk_{chosen}.qm")]
        QLocale.setDefault(locale_of(chosen))
        return chosen

    def forget(self) -> None:
        """Take the translations away again."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = []

    def _load(self, name: str) -> QTranslator:
        translator = QTranslator(self._app)
        if not translator.load(str(_FOLDER / name)):
            raise FileNotFoundError(_FOLDER / name)
        self._app.installTranslator(translator)
        return translator
