"""Opens per second that are on record when they are answered, beside the same server that only returns the image.

Sixty-four connections, each open of another recipient, so that each must be written. The image alone is what the same
process gives for a link whose signature is wrong. Then the same opens once more: known already, they are only looked up.
At last the way to the server is stalled, refused and slow: how long a reader waits at most, and what was kept.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.services.mail.tracking import Signer
from kkdesk.workspace import Workspace
from tests.bench import Context
from tests.servers.endpoints import SECRET, Endpoints, endpoints
from tests.servers.http_load import load
from tests.servers.sqld import sqld_server
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy

CONNECTIONS = 64
OPENS = 10_000
ROUNDS = 3
#: Opens while the database is away, of each kind.
IN_TROUBLE = 2000
#: What a small machine has to import, by itself and in a fresh process.
_IMPORT = "import time; began = time.perf_counter(); import cloud_endpoints.app; print(time.perf_counter() - began)"


def measure(context: Context) -> dict[str, Any]:
    """The figures."""
    profile = context.scratch / "opens"
    asyncio.run(make_profile(profile))
    figures: dict[str, Any] = {"opens": OPENS, "connections": CONNECTIONS}
    # Its content is another before the local rounds have been.
    with sqld_server(start=False) as server:
        server.load(profile / "crm.db")
        figures |= place("local", profile, {})
        env = {"DATABASE_URL": server.url, "DATABASE_AUTH_TOKEN": server.token()}
        figures |= place("sqld", context.scratch / "opens-sqld", env)
        with tcp_proxy(server.port) as network:
            env["DATABASE_URL"] = network.url
            figures |= in_trouble(context.scratch / "opens-trouble", env, network)
    figures["import, seconds"] = round(statistics.median(import_seconds() for _ in range(5)), 3)
    return figures


async def make_profile(folder: Path) -> None:
    """A campaign that went to everybody an hour ago, once for each round."""
    workspace = await Workspace.open(folder, {})
    try:
        org, total = workspace.actor.org_id, OPENS * ROUNDS
        statements = (
            Statement(
                "INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) "
                "VALUES ('cust_bench', ?, 'Α', 'a@x.example', 0, 0)",
                (org,),
            ),
            Statement(
                "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) "
                "VALUES ('camp_bench', ?, '', '', '', 'sent', 0, 0)",
                (org,),
            ),
            Statement(
                "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, sent_at) "
                "VALUES (?, 'camp_bench', 'cust_bench', 'a@x.example', 'sent', unixepoch() - 3600)",
                many=[(recipient(n),) for n in range(total)],
            ),
        )
        await workspace.db.apply(Change(Bilingual("", ""), statements))
    finally:
        await workspace.close()


def recipient(number: int) -> str:
    """An id of the web CRM's length."""
    return f"rcpt_{number:021}"


def place(name: str, profile: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """One database's figures: the median of the rounds, each with all three kinds turn about."""
    signer = Signer(SECRET, "http://bench.example")
    rounds: list[dict[str, float]] = []
    with endpoints(profile, env) as server:
        for turn in range(ROUNDS):
            people = [recipient(turn * OPENS + n) for n in range(OPENS)]
            good = [signer.open_url("camp_bench", person).partition(".example")[2] for person in people]
            bad = [target[:-1] + "~" for target in good]
            image, durable, known = (run(server, targets) for targets in (bad, good, good))
            rounds.append({**of("image alone", image), **of("durable", durable), **of("known", known)})
        memory = resident(server)
    middle = {figure: statistics.median(one[figure] for one in rounds) for figure in rounds[0]}
    ratio = statistics.median(one["durable opens/s"] / one["image alone opens/s"] for one in rounds)
    shown = {f"{name}: {figure}": round(value, 2) for figure, value in middle.items()}
    return {**shown, f"{name}: durable of image alone": round(ratio, 2), f"{name}: memory, MB": memory}


def in_trouble(profile: Path, env: Mapping[str, str], network: TcpProxy) -> dict[str, Any]:
    """How readers fare whose server has no database: the slowest answer, and the share of opens that were kept."""
    signer = Signer(SECRET, "http://bench.example")
    troubles: dict[str, Callable[[], None]] = {
        "stalled": network.black_hole,
        "refused": network.refuse,
        "slow (1 s)": lambda: setattr(network, "delay", 1.0),
    }
    figures: dict[str, Any] = {}
    for number, (name, begin) in enumerate(troubles.items()):
        people = [recipient(number * IN_TROUBLE + n) for n in range(IN_TROUBLE)]
        targets = [signer.open_url("camp_bench", person).partition(".example")[2] for person in people]
        with endpoints(profile, env) as server:
            begin()
            found = run(server, targets)
            server.kill()
        network.passing()
        figures[f"{name}: slowest answer, ms"] = round(found["slowest, ms"], 1)
        figures[f"{name}: share kept"] = round(found["kept"], 3)
    return figures


def run(server: Endpoints, targets: Sequence[str]) -> dict[str, float]:
    """Opens per second and milliseconds, measured by a process of its own."""
    command = [sys.executable, "-m", "tests.bench.opens", str(server.port)]
    done = subprocess.run(command, input=json.dumps(list(targets)), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def of(name: str, figures: Mapping[str, float]) -> dict[str, float]:
    """The figures under a name."""
    return {f"{name} {figure}": value for figure, value in figures.items()}


def import_seconds() -> float:
    """How long a fresh process takes to import the endpoints."""
    return float(subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True).stdout)


def resident(server: Endpoints) -> float:
    """Megabytes that the server keeps in memory; 0 where the system does not tell."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def client() -> None:
    """What `run` starts."""
    result = asyncio.run(load(int(sys.argv[1]), json.load(sys.stdin), CONNECTIONS))
    if not set(result.statuses) <= {200, 503}:
        raise SystemExit(f"answers: {sorted(set(result.statuses))}")
    figures = {
        "opens/s": len(result.statuses) / result.elapsed,
        "p50, ms": result.percentile(0.5),
        "p99, ms": result.percentile(0.99),
        "slowest, ms": result.percentile(1.0),
        "kept": result.statuses.count(200) / len(result.statuses),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    client()
