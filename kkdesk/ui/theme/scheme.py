"""Which scheme is in force: the system's, or the one chosen in Settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from kkdesk.ui.theme.stylesheet import style_sheet
from kkdesk.ui.theme.tokens import DARK, FONT_FAMILIES, FONT_PIXELS, LIGHT, Tokens

CHOICES = ("system", "light", "dark")

_in_force: Tokens = LIGHT


def tokens() -> Tokens:
    """The tokens in force, for what paints itself. Ask at paint time: they change with the theme."""
    return _in_force


class Scheme(QObject):
    """Applies the theme to the application and follows the system where that was chosen."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        """`choice` is one of `CHOICES`; anything else counts as "system"."""
        super().__init__(app)
        self._app = app
        self.choice = ""
        app.setStyle("Fusion")
        font = QFont()
        font.setFamilies(list(FONT_FAMILIES))
        font.setPixelSize(FONT_PIXELS)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Switch to "system", "light" or "dark"."""
        self.choice = choice if choice in CHOICES else "system"
        self._apply()

    @property
    def is_dark(self) -> bool:
        """Whether the dark scheme is in force."""
        return tokens().dark

    def _system_changed(self) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        global _in_force  # noqa: PLW0603 - one look per application, and delegates have no other way to ask
        system_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = self.choice == "dark" or (self.choice == "system" and system_dark)
        wanted = DARK if dark else LIGHT
        if wanted is _in_force and self._app.styleSheet():
            return
        _in_force = wanted
        self._app.setPalette(_palette(wanted))
        self._app.setStyleSheet(style_sheet(wanted))
        self.changed.emit()


def _palette(theme: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_danger,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.on_selection,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.toast,
        role.ToolTipText: theme.on_toast,
        role.PlaceholderText: theme.muted,
        role.Accent: theme.accent,
        role.Light: theme.surface,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.outline,
        role.Shadow: theme.shadow,
    }
    for where, colour in colours.items():
        palette.setColor(where, QColor(colour))
    faded = QColor(theme.text)
    faded.setAlphaF(0.45)
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, faded)
    return palette
