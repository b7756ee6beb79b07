"""All pages of the window, in the order of the navigation. A new page is one entry here.

Factories and finders are named as text and imported when first wanted, so that a start pays for one page only.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from kkdesk.ui.marking import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from kkdesk.ui.page import Page
    from kkdesk.ui.shell import Shell
    from kkdesk.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the global search found: `target` is handed to the page's `activate`."""

    title: str
    subtitle: str
    target: object


#: `finder(workspace, text, limit)`: records that match what was typed, the best first.
Finder = Callable[["Workspace", str, int], Awaitable[list[Found]]]


@dataclass(frozen=True, slots=True)
class Quick:
    """An action of a page that the palette offers without the page being open."""

    title: str
    icon: str
    target: object


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page of the navigation. Titles are English sources of the translation context "Pages"."""

    key: str
    title: str
    icon: str
    #: "module:Class" of a `Page`.
    factory: str
    #: "module:function" of a `Finder`, for the global search and the palette.
    finder: str = ""
    quick: tuple[Quick, ...] = ()
    #: False: at the foot of the navigation.
    daily: bool = True
    #: What one of the records is called that the finder finds.
    record: str = ""

    def label(self) -> str:
        """The title in the language of the window."""
        return QCoreApplication.translate("Pages", self.title)

    def record_label(self) -> str:
        """What one record is called in the language of the window."""
        return QCoreApplication.translate("Pages", self.record) if self.record else self.label()

    def make(self, shell: Shell) -> Page:
        """The page itself."""
        page: Page = load(self.factory)(shell)
        return page


PAGES: tuple[PageEntry, ...] = (
    PageEntry(
        "customers",
        QT_TRANSLATE_NOOP("Pages", "Customers"),
        "users",
        "kkdesk.ui.customers.page:CustomersPage",
        finder="kkdesk.ui.customers.finder:find",
        record=QT_TRANSLATE_NOOP("Pages", "Customer"),
        quick=(Quick(QT_TRANSLATE_NOOP("Pages", "New customer"), "user-plus", "new"),),
    ),
    PageEntry(
        "campaigns",
        QT_TRANSLATE_NOOP("Pages", "Campaigns"),
        "paper-plane-tilt",
        "kkdesk.ui.campaigns.page:CampaignsPage",
        "kkdesk.ui.campaigns.finder:find_campaigns",
        record=QT_TRANSLATE_NOOP("Pages", "Campaign"),
        quick=(Quick(QT_TRANSLATE_NOOP("Pages", "New campaign"), "plus", "new"),),
    ),
    PageEntry(
        "suppressions",
        QT_TRANSLATE_NOOP("Pages", "Never mailed"),
        "prohibit",
        "kkdesk.ui.suppressions.page:SuppressionsPage",
        quick=(Quick(QT_TRANSLATE_NOOP("Pages", "Never mail an address"), "prohibit", "add"),),
    ),
    PageEntry(
        "importing",
        QT_TRANSLATE_NOOP("Pages", "Import and export"),
        "arrows-down-up",
        "kkdesk.ui.importing.page:ImportingPage",
    ),
    PageEntry(
        "history",
        QT_TRANSLATE_NOOP("Pages", "Change history"),
        "clock-counter-clockwise",
        "kkdesk.ui.history.page:HistoryPage",
        daily=False,
    ),
    PageEntry(
        "synchronisation",
        QT_TRANSLATE_NOOP("Pages", "Synchronisation"),
        "arrows-clockwise",
        "kkdesk.ui.synchronisation.page:SynchronisationPage",
        daily=False,
    ),
    PageEntry(
        "settings",
        QT_TRANSLATE_NOOP("Pages", "Settings"),
        "gear-six",
        "kkdesk.ui.settings.page:SettingsPage",
        daily=False,
    ),
)


def page_entry(key: str) -> PageEntry:
    """The page `key`. Raises `KeyError`."""
    return {entry.key: entry for entry in PAGES}[key]


#: What the window and its first page import beside pages, when somebody first wants it.
_WANTED_LATER = (
    "kkdesk.ui.customers.detail",
    "kkdesk.ui.customers.bulk",
    "kkdesk.ui.customers.actions",
    "kkdesk.services.customers",
    "kkdesk.services.notes",
    "kkdesk.services.suppression_list",
    "kkdesk.services.timeline",
    "kkdesk.ui.finder",
    "kkdesk.ui.palette",
    "kkdesk.services.search",
    "kkdesk.services.duplicates",
)


def load_rest() -> None:
    """Import what is imported when it is first wanted, so that nobody waits then. A second's work, on a thread."""
    for module in _WANTED_LATER:
        importlib.import_module(module)
    for entry in PAGES:
        for place in filter(None, (entry.factory, entry.finder)):
            load(place)


def load(place: str) -> Any:
    """What "module:name" names."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
