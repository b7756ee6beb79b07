"""Nobody who opted out comes back by way of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kkdesk.services.importing import problems
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, csv_file, in_shop


def test_who_opted_out_never_comes_back(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        org = shop.actor.org_id
        await shop.add(company="Παλιά", email="out@b.gr", unsubscribed=1)
        await shop.write(
            "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'Gone@b.gr', 1)", org
        )
        sql = (
            "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at) VALUES (?, ?, ?, ?, 1)"
        )
        await shop.write(sql, "s1", org, "spam@b.gr", "complaint")
        await shop.write(sql, "s2", org, "bounced@b.gr", "hard_bounce")
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "e-mail", "Newsletter", "Ετικέτες"],
                ["Παλιά", "OUT@b.gr", "Ναι", "VIP"],
                ["Άλλη", "out@b.gr", "Ναι", ""],
                ["Έφυγε", "gone@B.gr", "Ναι", ""],
                ["Θύμωσε", "spam@b.gr", "", ""],
                ["Γύρισε", "bounced@b.gr", "Ναι", ""],
                ["Αρνείται", "no@b.gr", "Όχι", ""],
                ["Ίδια διεύθυνση", "NO@b.gr", "Ναι", ""],
            ],
        )
        report = await shop.bring(path, on_match="update", match=("name",))
        flags = {str(row["company"]): row["unsubscribed"] for row in await shop.customers()}
        assert flags == {
            "Παλιά": 1, "Άλλη": 1, "Έφυγε": 1, "Θύμωσε": 1, "Γύρισε": 0, "Αρνείται": 1, "Ίδια διεύθυνση": 1,
        }  # fmt: skip
        warned = [problem.row for problem in report.problems if problem.what == problems.STAYS_UNSUBSCRIBED]
        assert warned == [3, 4, 5, 8]

    in_shop(tmp_path, body)


def test_an_update_to_an_address_that_opted_out(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0], email="old@b.gr", unsubscribed=0)
        sql = "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'out@b.gr', 1)"
        await shop.write(sql, shop.actor.org_id)
        path = csv_file(tmp_path, [["Επωνυμία", "ΑΦΜ", "e-mail"], ["ΑΒΓ", VALID_AFMS[0], "out@b.gr"]])
        await shop.bring(path, on_match="update")
        found = await shop.customer()
        assert (found["email"], found["unsubscribed"]) == ("out@b.gr", 1)

    in_shop(tmp_path, body)


@pytest.mark.parametrize("mode", ["skip", "fill", "update"])
def test_a_no_in_the_file_counts_in_every_mode(tmp_path: Path, mode: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="a@b.gr", unsubscribed=0)
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Newsletter"], ["ΑΒΓ", "a@b.gr", "Όχι"]])
        report = await shop.bring(path, on_match=mode)
        assert (await shop.customer())["unsubscribed"] == 1
        assert (problems.OPT_OUT_SKIPPED in [group.what for group in report.groups]) == (mode == "skip")
        await shop.history.undo(report.change_id)
        assert (await shop.customer())["unsubscribed"] == 0

    in_shop(tmp_path, body)


def test_who_opts_out_while_the_file_is_read_is_caught_in_the_same_transaction(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail"], ["ΑΒΓ", "Late@b.gr"], ["Δ", "stays@b.gr"]])
        apply = shop.db.apply

        async def opt_out_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            sql = "INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, 'late@b.gr', ?)"
            await shop.write(sql, shop.actor.org_id, NOW + 1)
            return await apply(change)

        shop.db.apply = opt_out_first  # type: ignore[method-assign]
        await shop.bring(path)
        assert {row["company"]: row["unsubscribed"] for row in await shop.customers()} == {"ΑΒΓ": 1, "Δ": 0}

    in_shop(tmp_path, body)
