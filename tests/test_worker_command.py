"""`kkdesk worker --once`: what it says and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, environment, in_shop


async def once(shop: Shop, *arguments: str, **env: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "kkdesk", "--data", str(shop.folder), "worker", "--once", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment(shop.sink.port), **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


def test_it_says_what_it_did_to_people_and_to_programs(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(4)
        code, output, _ = await once(shop, "--json")
        answer: dict[str, Any] = json.loads(output)
        assert code == 0
        assert (answer["sent"], answer["failed"], answer["jobs"], answer["finished"]) == (3, 1, 1, 1)
        assert (answer["unconfirmed"], answer["error"]) == (0, None)
        code, output, _ = await once(shop)
        assert (code, output) == (
            0,
            "Στάλθηκαν 0, απέτυχαν 0, θα ξαναδοκιμαστούν 0, παραλείφθηκαν 0.\n",
        )

    in_shop(tmp_path, body, Behaviour(refuse={"c1@x.example": "550 5.1.1 gone"}))


def test_it_ends_with_4_when_the_server_cannot_be_reached(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(2)
        code, output, _ = await once(shop, "--json", SMTP_PORT="1")
        assert code == 4
        assert "127.0.0.1:1" in json.loads(output)["error"]
        code, output, _ = await once(shop, KKDESK_LANGUAGE="en")
        assert (code, len(shop.received())) == (0, 2)
        assert output.startswith("Sent 2, failed 0,")

    in_shop(tmp_path, body)


def test_it_ends_with_3_when_a_setting_is_missing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(2)
        code, output, _ = await once(shop, "--json", NEXTAUTH_URL="")
        assert code == 3
        assert json.loads(output)["code"] == "not_configured"
        assert shop.received() == []

    in_shop(tmp_path, body)


def test_no_password_and_no_address_of_a_customer_gets_into_the_log(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(3)
        await once(shop, SMTP_USER="u", SMTP_PASS="s3cr3t-pass")
        shop.sink.behaviour.users = {"u": "s3cr3t-pass"}
        await once(shop, SMTP_USER="u", SMTP_PASS="s3cr3t-pass")
        assert len(shop.received()) == 3
        log = (tmp_path / "logs" / "kkdesk.log").read_text(encoding="utf-8")
        assert "job_taken" in log
        assert "s3cr3t-pass" not in log
        assert "@x.example" not in log

    in_shop(tmp_path, body, Behaviour(users={"u": "other"}))
