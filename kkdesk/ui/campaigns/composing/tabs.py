"""The tabs of the composer."""

from __future__ import annotations

from typing import Final

MESSAGE: Final = 0
AUDIENCE: Final = 1
PREVIEW: Final = 2
