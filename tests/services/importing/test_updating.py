"""Customers that are there already: filled in or overwritten, and nothing that somebody typed meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import Conflict
from kkdesk.services.importing import writing
from tests.services.importing.shop import NOW, VALID_AFMS, Shop, csv_file, in_shop


def test_undoing_an_update_restores_every_value(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0], city="Βόλος", revenue=10.125)
        await shop.add(company="Δέλτα", afm=VALID_AFMS[1], phone="2421012345")
        before = await shop.customers()
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "ΑΦΜ", "Πόλη", "Τζίρος", "Τηλέφωνο", "Ετικέτες"],
                ["ΑΒΓ ΑΕ", VALID_AFMS[0], "Λάρισα", "99,5", "", "VIP"],
                ["Δέλτα", VALID_AFMS[1], "", "", "2421099999", ""],
                ["Νέα ΕΠΕ", VALID_AFMS[2], "Χίος", "", "", "VIP"],
            ],
        )
        report = await shop.bring(path, on_match="update")
        assert (report.counts.created, report.counts.updated) == (1, 2)
        first, second, _ = await shop.customers()
        assert (first["company"], first["city"], first["revenue"]) == ("ΑΒΓ ΑΕ", "Λάρισα", 99.5)
        assert (second["phone"], second["city"], second["updated_at"]) == ("+302421099999", None, NOW)
        await shop.history.undo(report.change_id)
        assert await shop.customers() == before
        assert await shop.tags() == {}

    in_shop(tmp_path, body)


def test_filling_touches_only_what_is_empty(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="info@abg.gr", city="Βόλος", phone="", revenue=0.0)
        path = csv_file(
            tmp_path,
            [["Επωνυμία", "e-mail", "Πόλη", "Τηλ", "Τζίρος"], ["Άλλη", "INFO@abg.gr", "Χίος", "2421012345", "5"]],
        )
        report = await shop.bring(path, on_match="fill")
        assert (report.counts.updated, report.counts.matched) == (1, {"email": 1})
        found = await shop.customer()
        assert (found["company"], found["city"]) == ("ΑΒΓ", "Βόλος")
        assert (found["phone"], found["revenue"]) == ("+302421012345", 5.0)

    in_shop(tmp_path, body)


def test_filling_keeps_what_somebody_typed_meanwhile(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        customer_id = await shop.add(company="ΑΒΓ", email="info@abg.gr")
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Πόλη"], ["ΑΒΓ", "info@abg.gr", "Χίος"]])
        apply = shop.db.apply

        async def typed_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            await shop.write("UPDATE customers SET city = 'Σάμος' WHERE id = ?", customer_id)
            return await apply(change)

        shop.db.apply = typed_first  # type: ignore[method-assign]
        await shop.bring(path, on_match="fill")
        assert (await shop.customer())["city"] == "Σάμος"

    in_shop(tmp_path, body)


@pytest.mark.parametrize(("guarded", "column"), [(1_000, "city"), (0, "updated_at")])
def test_what_somebody_typed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: int, column: str
) -> None:
    monkeypatch.setattr(writing, "_GUARDED", guarded)

    async def body(shop: Shop) -> None:
        customer_id = await shop.add(company="ΑΒΓ", email="info@abg.gr", city="Βόλος")
        path = csv_file(
            tmp_path, [["Επωνυμία", "e-mail", "Πόλη"], ["ΑΒΓ", "info@abg.gr", "Χίος"], ["Νέα", "nea@abg.gr", ""]]
        )
        apply = shop.db.apply

        async def typed_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            await shop.write("UPDATE customers SET city = 'Σάμος', updated_at = ? WHERE id = ?", NOW + 5, customer_id)
            return await apply(change)

        shop.db.apply = typed_first  # type: ignore[method-assign]
        with pytest.raises(Conflict) as caught:
            await shop.bring(path, on_match="update")
        assert [failed.guard.column for failed in caught.value.failed] == [column]
        (kept,) = await shop.customers()
        assert kept["city"] == "Σάμος"
        # Brought in again, it says what is replaced now.
        await shop.bring(path, on_match="update")
        assert await shop.value("SELECT city FROM customers WHERE id = ?", customer_id) == "Χίος"

    in_shop(tmp_path, body)


def test_an_opt_out_is_written_whatever_others_do(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        customer_id = await shop.add(company="ΑΒΓ", email="info@abg.gr")
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Συναίνεση"], ["ΑΒΓ", "info@abg.gr", "όχι"]])
        apply = shop.db.apply

        async def opted_out_first(change: Any) -> Any:
            shop.db.apply = apply  # type: ignore[method-assign]
            await shop.write("UPDATE customers SET unsubscribed = 1 WHERE id = ?", customer_id)
            return await apply(change)

        shop.db.apply = opted_out_first  # type: ignore[method-assign]
        assert (await shop.bring(path, on_match="update")).counts.updated == 1
        assert await shop.value("SELECT unsubscribed FROM customers WHERE id = ?", customer_id) == 1

    in_shop(tmp_path, body)


def test_another_spelling_of_the_same_is_no_change(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", email="Info@Abg.gr", phone="2421 012345", category="Στόλος", notes=" αβγ ")
        path = csv_file(
            tmp_path,
            [
                ["Επωνυμία", "e-mail", "Τηλ", "Κατηγορία", "Σημειώσεις"],
                ["ΑΒΓ", "info@abg.gr", "+302421012345", "fleet", "αβγ"],
            ],
        )
        assert (await shop.bring(path, on_match="update")).counts.unchanged == 1

    in_shop(tmp_path, body)


def test_of_several_the_oldest_is_updated(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(id="cust_young", company="ΑΒΓ", email="a@b.gr", created_at=NOW - 5)
        await shop.add(id="cust_old", company="ΑΒΓ", email="a@b.gr", created_at=NOW - 50)
        path = csv_file(tmp_path, [["Επωνυμία", "e-mail", "Πόλη"], ["ΑΒΓ", "a@b.gr", "Χίος"]])
        await shop.bring(path, on_match="update")
        assert await shop.value("SELECT city FROM customers WHERE id = 'cust_old'") == "Χίος"
        assert await shop.value("SELECT city FROM customers WHERE id = 'cust_young'") is None

    in_shop(tmp_path, body)


def test_two_rows_of_one_customer_update_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.add(company="ΑΒΓ", afm=VALID_AFMS[0])
        rows = [["ΑΦΜ", "Επωνυμία", "Πόλη"], [VALID_AFMS[0], "ΑΒΓ", "Βόλος"], [VALID_AFMS[0], "ΑΒΓ", "Χίος"]]
        report = await shop.bring(csv_file(tmp_path, rows), on_match="update")
        assert (report.counts.updated, report.counts.repeated) == (1, 1)
        assert (await shop.customer())["city"] == "Βόλος"

    in_shop(tmp_path, body)
