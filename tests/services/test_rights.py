"""The table of rights, and that every service which writes asks it."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kkdesk.services
from kkdesk.model.actor import ROLES, Actor, Role, as_role
from kkdesk.model.errors import NotPermitted
from kkdesk.model.rights import RIGHTS, ROLE_NAMES, Action, may, may_write
from kkdesk.services.entry import Entry
from kkdesk.services.rights import require
from kkdesk.workspace import Workspace

SERVICES = Path(kkdesk.services.__file__).parent
#: What writes for nobody in particular: workers, the scheduler, the company's server, a recipient, a new database.
WITHOUT_A_PERSON = {
    "queue", "tracking", "bounces", "assets", "geocoding/run.py", "geocoding/pace.py", "token_broker", "demo", "moving", "cron_runs.py",
    "unsubscribing.py", "mail_domains.py", "local_actor.py", "importing/job.py", "token_rotation.py",
}  # fmt: skip


def test_more_rights_with_every_role() -> None:
    viewer, member, admin, owner = (RIGHTS[role] for role in reversed(ROLES))
    assert viewer < member < admin < owner == set(Action)
    assert set(ROLE_NAMES) == set(ROLES)
    assert [may_write(role) for role in ROLES] == [True, True, True, False]


def test_a_role_nobody_knows_may_only_read() -> None:
    assert as_role("boss") == "viewer" and not may("viewer", Action.EDIT_CUSTOMERS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", Action)
def test_a_refusal_says_the_role_and_the_way_out(role: Role, action: Action) -> None:
    actor = Actor("u", "o", "x", role)
    if may(role, action):
        require(actor, action)
        return
    with pytest.raises(NotPermitted) as refused:
        require(actor, action)
    assert ROLE_NAMES[role].el in refused.value.what.el and action.value.en in refused.value.what.en
    assert refused.value.kept and refused.value.next_step


def test_every_service_that_writes_asks() -> None:
    for path in sorted(SERVICES.rglob("*.py")):
        name = path.relative_to(SERVICES).as_posix()
        if name in WITHOUT_A_PERSON or name.split("/")[0] in WITHOUT_A_PERSON:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        writes = any(isinstance(call, ast.Attribute) and call.attr == "apply" for call in calls)
        asks = any(isinstance(call, ast.Name) and call.id == "require" for call in calls)
        assert asks or not writes, name


Attempt = Callable[[Workspace], Awaitable[Any]]


async def _import(workspace: Workspace) -> None:
    from kkdesk.services.importing.plan import QuickImport

    path = workspace.profile.folder / "new.csv"
    path.write_text("Επωνυμία;e-mail\nΝέος;neos@example.gr\n", encoding="utf-8")
    await workspace.importing.run(QuickImport(path))


async def _undo(workspace: Workspace) -> None:
    await workspace.history.undo((await workspace.history.recent(1))[0].id)


#: By action, what somebody without it tries.
ATTEMPTS: dict[str, tuple[Action, Attempt]] = {
    "customer": (Action.EDIT_CUSTOMERS, lambda w: w.customers.delete(["c"])),
    "many": (Action.EDIT_CUSTOMERS, lambda w: w.customers.edit(["c"], {"city": "x"})),
    "opt-out": (Action.EDIT_CUSTOMERS, lambda w: w.customers.unsubscribe(["c"])),
    "note": (Action.EDIT_CUSTOMERS, lambda w: w.notes.add("c", "x")),
    "tag": (Action.EDIT_CUSTOMERS, lambda w: w.tags.create("x")),
    "switch": (Action.EDIT_CUSTOMERS, lambda w: w.tracking_switches.switch_customers(["c"], tracked=False)),
    "import": (Action.IMPORT_CUSTOMERS, _import),
    "export": (Action.EXPORT_CUSTOMERS, lambda w: w.exporting.export(w.profile.folder / "out.csv")),
    "campaign": (Action.EDIT_CAMPAIGNS, lambda w: w.campaigns.duplicate("c")),
    "template": (Action.EDIT_CAMPAIGNS, lambda w: w.templates.create("a", "b", "c")),
    "signature": (Action.EDIT_CAMPAIGNS, lambda w: w.signatures.create("a", "<p>b</p>")),
    "send": (Action.SEND_CAMPAIGNS, lambda w: w.campaign_sending.send("c", confirmed_count=1)),
    "queue": (Action.SEND_CAMPAIGNS, lambda w: w.send_queue.enqueue("c")),
    "cancel": (Action.SEND_CAMPAIGNS, lambda w: w.send_queue.cancel("c")),
    "retry": (Action.SEND_CAMPAIGNS, lambda w: w.send_queue.retry(["r"])),
    "suppress": (Action.EDIT_SUPPRESSIONS, lambda w: w.suppression_edits.add(["a@example.gr"])),
    "release": (Action.EDIT_SUPPRESSIONS, lambda w: w.suppression_edits.remove(["a@example.gr"], "x")),
    "undo": (Action.UNDO, _undo),
    "places": (Action.FIND_PLACES, lambda w: w.customer_places.run(1, 1.0)),
    "settings": (Action.CHANGE_COMPANY, lambda w: w.company_settings.put("SENDER_NAME", "", "x")),
    "name": (Action.CHANGE_COMPANY, lambda w: w.organisation.rename("KK Tires", "x")),
    "scheduler": (Action.CHANGE_COMPANY, lambda w: w.cron_jobs.setup("key")),
    "upload": (Action.MOVE_DATABASE, lambda w: w.moving.upload("http://127.0.0.1:1", "t")),
    "copy": (Action.MOVE_DATABASE, lambda w: w.moving.work_locally()),
    "invite": (Action.MANAGE_MEMBERS, lambda w: w.members.invite("a@example.gr", "member")),
}


@pytest.mark.parametrize(
    ("name", "role"),
    [(name, role) for name, (action, _) in ATTEMPTS.items() for role in ROLES if not may(role, action)],
)
def test_a_person_without_the_right_changes_nothing(tmp_path: Path, name: str, role: Role) -> None:
    _, attempt = ATTEMPTS[name]

    async def go() -> None:
        workspace = await Workspace.open(entry=Entry.at(tmp_path, {}))
        try:
            await workspace.tags.create("something to undo")
            before = await workspace.db.data_version()
            workspace.actor = replace(workspace.actor, role=role)
            _forget_services(workspace)
            with pytest.raises(NotPermitted):
                await attempt(workspace)
            assert await workspace.db.data_version() == before
        finally:
            await workspace.close()

    asyncio.run(go())


def _forget_services(workspace: Workspace) -> None:
    for name in ("tags", "history"):
        workspace.__dict__.pop(name, None)


def test_undoing_is_no_way_around_the_table(tmp_path: Path) -> None:
    """A member may undo, but not what only an administrator may do."""

    async def go() -> None:
        workspace = await Workspace.open(entry=Entry.at(tmp_path, {}))
        try:
            await workspace.organisation.rename("KK Tires", "Άλλη")
            workspace.actor = replace(workspace.actor, role="member")
            with pytest.raises(NotPermitted):
                await _undo(workspace)
            assert await workspace.organisation.name() == "Άλλη"
        finally:
            await workspace.close()

    asyncio.run(go())
