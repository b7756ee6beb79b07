"""By what a row is recognised as a customer who is there, or as another row of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.services.importing import problems
from tests.services.importing.shop import VALID_AFMS, Shop, csv_file, in_shop


@pytest.mark.parametrize(
    ("there", "row", "key"),
    [
        ({"company": "Α", "afm": VALID_AFMS[0]}, {"Επωνυμία": "Β", "ΑΦΜ": "EL" + VALID_AFMS[0]}, "afm"),
        ({"company": "Α", "email": "a@b.gr"}, {"Επωνυμία": "Β", "e-mail": " A@B.GR "}, "email"),
        ({"company": "Α", "email": "a@παράδειγμα.ελ"}, {"Επωνυμία": "Β", "e-mail": "a@xn--hxajbheg2az3al.xn--qxam"}, "email"),
        ({"last_name": "Βλάχος", "mobile": "697 1234567"}, {"Επώνυμο": "ΒΛΑΧΟΣ", "Τηλ": "+306971234567"}, "phone"),
        ({"company": "Α.Β.Γ. Α.Ε."}, {"Επωνυμία": "αβγ αε"}, "name"),
        ({"first_name": "Νίκος", "last_name": "Βλάχος", "city": "Βόλος"},
         {"Ονοματεπώνυμο": "ΒΛΑΧΟΣ ΝΙΚΟΣ", "Πόλη": "ΒΟΛΟΣ"}, "name"),
        # Different people, whatever agrees.
        ({"company": "Α", "afm": VALID_AFMS[0], "email": "a@b.gr"},
         {"Επωνυμία": "Α", "ΑΦΜ": VALID_AFMS[1], "e-mail": "a@b.gr"}, None),
        ({"last_name": "Βλάχος", "phone": "2421012345"}, {"Επώνυμο": "Ρήγα", "Τηλ": "2421012345"}, None),
        ({"last_name": "Βλάχος", "email": "a@b.gr"}, {"Επώνυμο": "Βλάχος", "e-mail": "c@d.gr"}, None),
        ({"last_name": "Βλάχος", "city": "Βόλος"}, {"Επώνυμο": "Βλάχος", "Πόλη": "Χίος"}, None),
        ({"last_name": "Βλάχος", "phone": "2421012345"}, {"Επώνυμο": "Βλάχος", "Τηλ": "2421099999"}, None),
    ],
)  # fmt: skip
def test_by_what_a_customer_is_recognised(
    tmp_path: Path, there: dict[str, str], row: dict[str, str], key: str | None
) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(**there)
        report = await shop.bring(csv_file(tmp_path, [list(row), list(row.values())]))
        assert report.counts.matched == ({key: 1} if key else {})
        assert report.counts.created == (0 if key else 1)

    in_shop(tmp_path, body)


def test_only_the_chosen_keys_recognise(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="a@b.gr")
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail"], ["ΑΒΓ", "a@b.gr"]])
        assert (await shop.bring(path, match=("afm",))).counts.created == 1
        assert (await shop.bring(path, match=())).counts.created == 1
        assert (await shop.bring(path, on_match="create")).counts.created == 1
        report = await shop.bring(path)
        assert report.counts.skipped == 1
        assert problems.SEVERAL_MATCH in [group.what for group in report.groups]

    in_shop(tmp_path, body)


def test_our_own_id_recognises_before_anything_else(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        mine = "cust_" + "a" * 21
        await shop.add(id=mine, company="ΑΒΓ", email="a@b.gr")
        await shop.add(company="Άλλη", email="new@b.gr")
        path = csv_file(tmp_path, [["Κωδικός KK Desk", "Επωνυμία", "e-mail"], [mine, "ΑΒΓ", "new@b.gr"]])
        report = await shop.bring(path, on_match="update", match=())
        assert report.counts.matched == {"id": 1}
        assert await shop.value("SELECT email FROM customers WHERE id = ?", mine) == "new@b.gr"
        gone = csv_file(tmp_path, [["Κωδικός KK Desk", "Επωνυμία"], ["cust_" + "b" * 21, "Νέα"]])
        assert (await shop.bring(gone)).counts.created == 1

    in_shop(tmp_path, body)


def test_duplicates_inside_the_file(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "e-mail", "Πόλη"],
                ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", "Βόλος"],
                ["ΑΒΓ", VALID_AFMS[0], "a@b.gr", "Βόλος"],
                ["Δέλτα", "", "a@b.gr", "Χίος"],
                ["Ζήτα", VALID_AFMS[1], "a@b.gr", "Σάμος"],
            ],
        )
        report = await shop.bring(path)
        # The very same row is one customer; two names at one address, or two tax numbers, are two.
        assert (report.counts.created, report.counts.repeated) == (3, 1)
        found = {problem.row: (problem.what, problem.value) for problem in report.problems}
        assert found[3] == (problems.SAME_AS_ROW, "#2")
        assert found[4] == (problems.LIKE_ROW, "#2")
        assert (await shop.bring(path, on_match="create")).counts.created == 4

    in_shop(tmp_path, body)
