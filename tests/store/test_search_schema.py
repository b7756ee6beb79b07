"""The rules of the search index: whoever changes them must say so, or old indexes answer by old rules."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from kkdesk.store.search_schema import RULES

#: Modules whose text decides what is in the index, by package.
_MODULES = {
    "kkdesk.model": ("greek_fold.py", "greeklish.py", "phone.py", "search_words.py", "customer_category.py"),
    "kkdesk.store": ("search_record.py",),
}
#: The digest of those modules under the number they are known by.
_KNOWN = (1, "a0da9352cbdd64ffc8f877afb89497f6c706035f20348d2316ce0edf4417d663")


def test_a_change_of_the_rules_has_a_number_of_its_own() -> None:
    digest = hashlib.sha256()
    for package, names in _MODULES.items():
        for name in names:
            digest.update(files(package).joinpath(name).read_bytes().replace(b"\r\n", b"\n"))
    assert (RULES, digest.hexdigest()) == _KNOWN, "raise RULES if the index would differ, and note the digest here"
