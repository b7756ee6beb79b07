"""Pictures of the settings page for the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage


async def _lower(page: SettingsPage) -> QWidget | None:
    bar = page.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    return None


async def _wrong(page: SettingsPage) -> QWidget | None:
    page.scroller.verticalScrollBar().setValue(0)
    field = page.form.field("SMTP_FROM")
    if isinstance(field, QLineEdit):
        field.setText("KK Tires")
        field.textEdited.emit(field.text())
    page.save()
    return None


async def _unsaved(page: SettingsPage) -> QWidget | None:
    page.discard()
    question = page.unsaved_question()
    question.open()
    return question


SCENES = (Scene("lower", _lower), Scene("wrong", _wrong), Scene("unsaved", _unsaved))
