"""Dynamic properties that the style sheet looks at."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties of a widget that is already shown, and let the style sheet look again."""
    for name, value in properties.items():
        widget.setProperty(name.replace("_", "-"), value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
