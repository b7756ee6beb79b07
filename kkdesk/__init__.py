"""KK Desk: the desktop CRM of a Greek tyre business."""

from __future__ import annotations

__version__ = "0.1.0"
