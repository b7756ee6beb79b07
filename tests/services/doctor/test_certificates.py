"""Certificates that are about to end, have ended, or are not to be trusted."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from kkdesk.services.doctor.check import Examination, State
from tests.servers.certificates import ServerCertificate, make_certificate
from tests.services.doctor.deployments import Names, deployed, doctor, facts, found, states

NAME = "links.example.gr"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: no test changes what the endpoints keep, and making a database takes longer than any of them."""
    return tmp_path_factory.mktemp("doctor")


def look(folder: Path, certificate: ServerCertificate, *, trusted: bool = True) -> tuple[Examination, int]:
    """What is seen of a server with this certificate, and how many requests got through to it."""

    async def run() -> tuple[Examination, int]:
        # The server itself makes no fuss of what it shows.
        async with deployed(folder / "server", certificate=certificate) as (port, meddler):
            authority = certificate.authority if trusted else None
            here = doctor(folder / "desktop", dns=Names(links_example_gr=["127.0.0.1"]), authority=authority)
            return await here.look_at(f"https://{NAME}:{port}"), len(meddler.asked)

    return asyncio.run(run())


def test_one_that_ends_soon_is_a_warning(folder: Path) -> None:
    seen, asked = look(folder, make_certificate(folder / "tls", host=NAME, days=(-80, 9.5)))
    assert states(seen)["certificate"] is State.WARNING
    assert facts(seen, "certificate")["days"] == 9
    assert states(seen)["signatures"] is State.OK and asked


@pytest.mark.parametrize(
    ("made", "trusted", "words"),
    [
        ({"days": (-30, -0.1)}, True, "has expired"),
        ({"days": (0.5, 30)}, True, "not valid yet"),
        ({"host": "other.example.gr"}, True, "not for links.example.gr"),
        ({"self_signed": True}, True, "self-signed"),
        ({}, False, "unknown authority"),
    ],
)
def test_what_is_not_to_be_trusted_is_asked_nothing(
    folder: Path, made: dict[str, Any], trusted: bool, words: str
) -> None:
    seen, asked = look(folder, make_certificate(folder / "tls", **{"host": NAME, **made}), trusted=trusted)
    assert states(seen)["certificate"] is State.FAILED
    assert words in found(seen, "certificate")
    assert states(seen)["answers"] is State.SKIPPED and states(seen)["signatures"] is State.SKIPPED
    assert asked == 0
    assert seen.exit_code == 1


@pytest.mark.logs("Invalid HTTP request received.")
def test_a_port_that_speaks_no_tls(folder: Path) -> None:
    async def run() -> Examination:
        async with deployed(folder / "server") as (port, _):
            here = doctor(folder / "desktop", dns=Names(links_example_gr=["127.0.0.1"]))
            return await here.look_at(f"https://{NAME}:{port}")

    seen = asyncio.run(run())
    assert states(seen)["certificate"] is State.FAILED
    assert "No TLS answers" in found(seen, "certificate")


def test_a_server_that_does_not_shake_hands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.doctor.certificate._SECONDS", 0.3)

    async def run() -> Examination:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            here = doctor(folder, dns=Names(links_example_gr=["127.0.0.1"]))
            return await here.look_at(f"https://{NAME}:{port}")

    seen = asyncio.run(run())
    assert states(seen)["certificate"] is State.SKIPPED and states(seen)["answers"] is State.FAILED
    assert "in time" in found(seen, "answers") and seen.exit_code == 4


def test_the_authorities_that_everybody_trusts_are_the_default() -> None:
    from kkdesk.services.doctor.asking import trusted_authorities

    context = trusted_authorities()
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    assert context.cert_store_stats()["x509_ca"] > 50
