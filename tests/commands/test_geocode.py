"""`kkdesk geocode`: what it says to people and to programs, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from kkdesk.commands.geocode import _geocode
from kkdesk.services.geocoding import google
from kkdesk.workspace import Workspace
from tests.servers.google_geocoding import KEY, GoogleGeocoding, google_stand_in, result
from tests.servers.nominatim import Nominatim, nominatim_stand_in
from tests.servers.nominatim import result as nominatim_result
from tests.servers.ports import free_port
from tests.services.geocoding.shop import Shop, in_shop


async def geocode(folder: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    command = [sys.executable, "-m", "kkdesk", "--data", str(folder), "geocode", *arguments]
    pipe = asyncio.subprocess.PIPE
    whole = {**os.environ, "DEFAULT_ORG_ID": "a", "KKDESK_LANGUAGE": "el", **env}
    process = await asyncio.create_subprocess_exec(*command, env=whole, stdout=pipe, stderr=pipe)
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def customers(shop: Shop) -> None:
    """Three, and somebody who works for them."""
    await shop.write("INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'u@x.gr', 0, 0)")
    await shop.write("INSERT INTO organization_members (id, user_id, org_id, joined_at) VALUES ('m', 'u', 'a', 0)")
    for number in range(3):
        await shop.customer(f"c{number}", f"Οδός {number}")


def with_google(folder: Path, project: GoogleGeocoding, *arguments: str, **env: str) -> tuple[int, str, str]:
    """The command on three customers of ours and one of another organisation; everything it left is free of the key."""
    ends: list[tuple[int, str, str]] = []

    async def body(shop: Shop) -> None:
        await customers(shop)
        await shop.organisation("b")
        await shop.customer("theirs", "Αλλού 1", "b")
        await shop.customer("nowhere", None, city=None)
        async with google_stand_in(project):
            keys = {"GOOGLE_GEOCODING_API_KEY": KEY, "GOOGLE_GEOCODING_URL": project.url}
            ends.append(await geocode(folder, *arguments, **{**keys, **env}))
        assert "theirs" not in await shop.placed()

    in_shop(folder, body)
    [end] = ends
    left = [path.read_bytes() for path in folder.rglob("*") if path.is_file()] + [end[1].encode(), end[2].encode()]
    assert (folder / "logs" / "kkdesk.log").exists()
    assert not any(KEY.encode() in content for content in left)
    return end


def data(output: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(output)
    return answer


def test_it_tells_people_and_programs(tmp_path: Path) -> None:
    places = {"Οδός 0, Αθήνα": [result()], "Οδός 1, Αθήνα": [result()]}
    code, output, errors = with_google(tmp_path / "1", GoogleGeocoding(places={**places}))
    assert (code, errors) == (0, "")
    assert output.splitlines() == [
        "Βρέθηκαν 2 θέσεις (ήδη γνωστές: 0), δεν βρέθηκαν 1, απέτυχαν 0.",
        "Απομένουν 0· χωρίς διεύθυνση: 1.",
    ]
    code, output, errors = with_google(tmp_path / "2", GoogleGeocoding(places={**places}), "--json", "--limit", "2")
    assert (code, errors) == (0, "")
    said = data(output)
    assert (said["updated"], said["limit"], said["remaining"], said["skippedNoAddress"]) == (2, 2, 1, 1)


@pytest.mark.parametrize("limit", ["0", "-1", "10001", "x", "1.5", "٣", ""])
def test_a_limit_that_is_none_is_a_wrong_argument(tmp_path: Path, limit: str) -> None:
    code, output, errors = asyncio.run(geocode(tmp_path, "--limit", limit))
    assert (code, output) == (2, "") and "--limit" in errors


def test_a_refused_key_ends_with_3(tmp_path: Path) -> None:
    code, output, _ = with_google(tmp_path, GoogleGeocoding(account="not_enabled"))
    assert code == 3
    assert "REQUEST_DENIED" in output and "GOOGLE_GEOCODING_API_KEY" in output


def test_a_quota_that_is_used_up_ends_with_1_and_says_that_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this process, where the pauses can be short.
    monkeypatch.setattr(google, "_PAUSE", 0.001)
    monkeypatch.setattr(google, "_GROWTH", 1000.0)

    async def body(shop: Shop) -> None:
        await customers(shop)
        async with google_stand_in(GoogleGeocoding(everywhere=result(), left=2)) as project:
            keys = {"GOOGLE_GEOCODING_API_KEY": KEY, "GOOGLE_GEOCODING_URL": project.url, "DEFAULT_ORG_ID": "a"}
            workspace = await Workspace.open(tmp_path, keys)
            report = await _geocode(workspace, Namespace(limit=25))
            await workspace.close()
        assert (report.exit_code, report.data["stopped"], report.data["updated"]) == (1, "quota", 2)
        assert report.data["remaining"] == 1
        assert "Η επόμενη εκτέλεση συνεχίζει από εκεί." in report.lines[-1].el

    in_shop(tmp_path, body)


def test_no_server_ends_with_4(tmp_path: Path) -> None:
    code, output, _ = with_google(
        tmp_path, GoogleGeocoding(), "--json", GOOGLE_GEOCODING_URL=f"http://127.0.0.1:{free_port()}"
    )
    assert (code, data(output)["code"]) == (4, "offline")


def test_without_a_geocoder_it_ends_with_3_and_says_what_to_do(tmp_path: Path) -> None:
    """The public Nominatim is there by default, and is no geocoder for jobs."""
    code, output, _ = with_google(tmp_path, GoogleGeocoding(), GOOGLE_GEOCODING_API_KEY="")
    assert code == 3
    assert "GOOGLE_GEOCODING_API_KEY" in output and "NOMINATIM_URL" in output


def test_a_nominatim_of_ones_own_is_asked(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await customers(shop)
        places: dict[str, Any] = {f"Οδός {n}, Αθήνα": nominatim_result() for n in range(3)}
        # Its policy, too, is kept: a request that comes too early would be turned away.
        async with nominatim_stand_in(Nominatim(places=places, seconds_apart=0.5)) as server:
            code, output, _ = await geocode(tmp_path, "--json", NOMINATIM_URL=server.url)
        assert (code, data(output)["updated"]) == (0, 3)
        assert await shop.value("SELECT count(*) FROM kk_customer_places WHERE source = 'nominatim'") == 3

    in_shop(tmp_path, body)
