"""The browser of the tests opens, reads, types and clicks."""

from __future__ import annotations

from urllib.parse import quote

from tests.servers.chromium import Browser


def test_a_page_is_read_and_clicked(chromium: Browser) -> None:
    page = '<p id=a>Καλημέρα</p><input id=i><button onclick="a.textContent = i.value">Αλλαγή</button>'
    chromium.open(f"data:text/html;charset=utf-8,{quote(page)}")
    assert chromium.text("#a") == "Καλημέρα"
    chromium.type("#i", "Καλησπέρα")
    chromium.click("button")
    assert chromium.text("#a") == "Καλησπέρα"
