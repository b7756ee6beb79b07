"""An import from the file to the change, in order. Runs in the worker process; works in any."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kkdesk.model import customer_category
from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput
from kkdesk.model.row import SqlValue
from kkdesk.services.importing import problems
from kkdesk.services.importing.checking import Checked, Checker
from kkdesk.services.importing.consent import opted_out
from kkdesk.services.importing.identity import Identity, email_key, identities
from kkdesk.services.importing.mapping import adjusted, as_map, guess_mapping
from kkdesk.services.importing.matching import Match, Matcher
from kkdesk.services.importing.plan import ImportPlan, QuickImport
from kkdesk.services.importing.problems import Problem
from kkdesk.services.importing.reading import OpenFile, open_file
from kkdesk.services.importing.refused import RefusedRows
from kkdesk.services.importing.report import Counts, ImportReport, ProblemBook, Progress, Stage
from kkdesk.services.importing.synonyms import CUSTOMER_ID, FULL_NAME, STREET_NUMBER, SUBSCRIBED, TAGS
from kkdesk.services.importing.updating import differences, stored_values
from kkdesk.services.importing.writing import Pending, import_change
from kkdesk.store.database import Database

#: Hears how far it is, and the report just before the change is applied.
Tell = Callable[[Progress | ImportReport], None]

_TELL_EVERY: Final = 0.1
#: Seconds that two computers' clocks may differ by.
_CLOCK_SLACK: Final = 300
#: What the database holds where a file leaves a cell empty.
_DEFAULTS: Final[Mapping[str, SqlValue]] = {
    "first_name": "",
    "country": "Ελλάδα",
    "currency": "EUR",
    "category": customer_category.DEFAULT,
    "lifecycle_stage": "customer",
    "lead_source": "import",
    "lead_score": 0,
    "revenue": 0.0,
    "is_vip": 0,
    "is_active": 1,
    "unsubscribed": 0,
}
#: Columns that a cell of another may fill.
_SPREAD: Final[Mapping[str, tuple[str, ...]]] = {
    FULL_NAME: ("first_name", "last_name", "company"),
    "email": ("email_secondary",),
    **dict.fromkeys(("phone", "mobile", "phone_secondary", "fax"), ("phone", "mobile", "phone_secondary")),
    STREET_NUMBER: ("street",),
}


@dataclass(frozen=True, slots=True)
class JobSetting:
    """What a job needs beside the plan. `refused_file` is where refused rows go, in `language`."""

    actor: Actor
    refused_file: Path
    language: str = "el"
    dry_run: bool = False


async def run_import(
    db: Database, request: ImportPlan | QuickImport, setting: JobSetting, clock: Clock, tell: Tell
) -> ImportReport:
    """Check the file and, unless it is a dry run, write what passed in one change.

    Raises `InvalidInput` and `NotFound` for the file, the `StoreError` family for the database, `OSError` for a full
    disk; nothing is written then.
    """
    with open_file(request.path) as file:
        plan = request if isinstance(request, ImportPlan) else _planned(file, request)
        job = _Job(db, plan, setting, clock, tell)
        try:
            return await job.run(file)
        finally:
            job.close()


def _planned(file: OpenFile, request: QuickImport) -> ImportPlan:
    examined = file.examine(request.options)
    mapping = adjusted(examined.source, as_map(guess_mapping(examined)), request.wishes)
    if not mapping:
        raise InvalidInput(
            Bilingual(
                f"Δεν αναγνωρίστηκε καμία στήλη του «{file.path.name}».",
                f"No column of “{file.path.name}” was recognised.",
            ),
            kept=Bilingual("Δεν γράφτηκε τίποτα.", "Nothing was written."),
            next_step=Bilingual("Ορίστε εσείς τι είναι κάθε στήλη.", "Say yourself what each column is."),
        )
    return ImportPlan(examined.source, mapping, request.choices)


class _Job:
    """One import under way."""

    def __init__(self, db: Database, plan: ImportPlan, setting: JobSetting, clock: Clock, tell: Tell) -> None:
        self._db = db
        self._plan = plan
        self._setting = setting
        self._now = clock()
        self._tell = tell
        self._checker = Checker(plan, self._now)
        self._matcher = Matcher(plan)
        self._book = ProblemBook()
        self._counts = Counts()
        self._refused = RefusedRows(setting.refused_file, plan.source, setting.language)
        self._pending = Pending(_created_columns(plan))
        self._opted_out: set[str] = set()
        self._started = time.perf_counter()
        self._told = 0.0

    def close(self) -> None:
        self._pending.close()
        self._refused.close()

    async def run(self, file: OpenFile) -> ImportReport:
        org_id = self._setting.actor.org_id
        self._say("reading", 0)
        await self._matcher.load(self._db, org_id, by_id=CUSTOMER_ID in self._plan.mapping.values())
        await self._pending.tags.load(self._db, org_id)
        self._opted_out = await opted_out(self._db, org_id, self._now)
        for block in file.blocks(self._plan.source):
            await self._take(self._checker.check(block))
            self._say("reading", self._counts.rows)
        self._refused.close()
        report = self._report()
        if self._setting.dry_run or self._pending.is_empty:
            return report
        change = import_change(
            self._pending,
            name=self._plan.source.name,
            mode=self._plan.choices.on_match,
            actor=self._setting.actor,
            now=self._now,
            since=self._now - _CLOCK_SLACK,
            told=lambda done: self._say("writing", done),
        )
        report = replace(report, change_id=change.id)
        self._tell(report)
        await self._db.apply(change)
        return replace(report, seconds=time.perf_counter() - self._started)

    async def _take(self, checked: Checked) -> None:
        """Decide what becomes of each row of a block."""
        remarks = list(checked.problems)
        who = identities(checked.values, len(checked.rows))
        forced = self._mark_opted_out(checked, who)
        created: list[int] = []
        known: list[tuple[int, str]] = []
        for at, identity in enumerate(who):
            if at in checked.blank:
                continue
            self._counts.rows += 1
            if at in checked.refused:
                self._counts.refused += 1
                self._refused.write(checked.numbers[at], checked.rows[at], checked.refused[at])
            elif (match := self._match(at, identity, checked, remarks)) is None:
                self._matcher.remember(identity, checked.numbers[at])
                created.append(at)
                if at in forced:
                    remarks.append(_remark(checked, at, problems.STAYS_UNSUBSCRIBED))
            elif match.customer_id is not None:
                known.append((at, match.customer_id))
            else:
                self._counts.skipped += 1
                self._counts.repeated += 1
        self._create(checked, created)
        await self._change_known(checked, known, forced, remarks)
        for problem in sorted(remarks, key=lambda problem: problem.row):
            self._book.add(problem)

    def _match(self, at: int, identity: Identity, checked: Checked, remarks: list[Problem]) -> Match | None:
        """Who the row is; None: somebody new."""
        number = checked.numbers[at]
        customer_id = checked.ids[at] if checked.ids else None
        match = self._matcher.match(identity, customer_id)
        if match is None:
            return None
        if match.remark is not None:
            place = f"#{match.row}" if match.row else ""
            remarks.append(Problem(number, "", place, "warning", match.remark))
        if match.remark is problems.LIKE_ROW:
            return None
        if match.customer_id is not None:
            self._counts.matched[match.key] = self._counts.matched.get(match.key, 0) + 1
            earlier = self._matcher.claim(match.customer_id, number)
            if earlier is not None and self._plan.choices.on_match != "skip":
                remarks.append(Problem(number, "", f"#{earlier}", "warning", problems.SAME_AS_ROW))
                return Match(None, earlier, match.key)
        return match

    def _mark_opted_out(self, checked: Checked, who: Sequence[Identity]) -> set[int]:
        """Flag the rows whose address has opted out, and give their places; who opts out in the file counts on."""
        flags = checked.values.setdefault("unsubscribed", [None] * len(who))
        forced: set[int] = set()
        for at, identity in enumerate(who):
            if not identity.email or at in checked.refused:
                continue
            if flags[at]:
                self._opted_out.add(identity.email)
            elif identity.email in self._opted_out:
                flags[at] = 1
                forced.add(at)
        return forced

    def _create(self, checked: Checked, places: Sequence[int]) -> None:
        if not places:
            return
        fixed: Mapping[str, SqlValue] = {
            "org_id": self._setting.actor.org_id,
            "created_by": self._setting.actor.user_id,
            "created_at": self._now,
            "updated_at": self._now,
        }
        count = len(checked.rows)
        columns: list[Sequence[SqlValue]] = []
        for name in self._pending.columns:
            default = fixed.get(name, _DEFAULTS.get(name))
            values = checked.values.get(name)
            if values is None:
                columns.append((default,) * count)
            elif default is None:
                columns.append(values)
            else:
                columns.append([default if value is None else value for value in values])
        rows = list(zip(*columns, strict=True))
        first = self._counts.created
        self._pending.created.put(rows if len(places) == count else [rows[at] for at in places])
        self._counts.created += len(places)
        if checked.tags is not None or self._plan.choices.tags:
            for place, at in enumerate(places, first):
                self._pending.tags.put_on_created(self._tags_of(checked, at), place)

    async def _change_known(
        self, checked: Checked, known: Sequence[tuple[int, str]], forced: set[int], remarks: list[Problem]
    ) -> None:
        """Fill in, overwrite or leave alone the customers that rows were recognised as."""
        if not known:
            return
        mode = self._plan.choices.on_match
        columns = tuple(checked.values) if mode in {"fill", "update"} else ()
        stored = await stored_values(self._db, columns, [customer_id for _, customer_id in known])
        for at, customer_id in known:
            row = stored.get(customer_id)
            values = {name: column[at] for name, column in checked.values.items()}
            if row is None or mode == "skip":
                self._counts.skipped += 1
                if row is not None and values["unsubscribed"] and at not in forced and not row["unsubscribed"]:
                    self._pending.opted_out_ids.append(customer_id)
                    remarks.append(_remark(checked, at, problems.OPT_OUT_SKIPPED))
                continue
            changes = differences(row, values, mode)
            if "email" in changes and email_key(str(changes["email"])) in self._opted_out and not row["unsubscribed"]:
                changes["unsubscribed"] = 1
            if "unsubscribed" in changes and at in forced:
                remarks.append(_remark(checked, at, problems.STAYS_UNSUBSCRIBED))
            tags = self._pending.tags.missing(self._tags_of(checked, at), customer_id)
            if not changes and not tags:
                self._counts.skipped += 1
                self._counts.unchanged += 1
                continue
            self._counts.updated += 1
            self._pending.update(customer_id, changes, row if mode == "update" else None)
            self._pending.tags.put_on_updated(tags, customer_id)

    def _tags_of(self, checked: Checked, at: int) -> tuple[str, ...]:
        own = checked.tags[at] if checked.tags is not None else ()
        return (*own, *(tag for tag in self._plan.choices.tags if tag not in own))

    def _say(self, stage: Stage, done: int) -> None:
        now = time.perf_counter()
        if now - self._told < _TELL_EVERY and done:
            return
        self._told = now
        counts = self._counts
        total = counts.created if stage == "writing" else max(self._plan.source.rows, done)
        seconds = now - self._started
        self._tell(
            Progress(
                stage=stage,
                done=done,
                total=total,
                rows_per_second=done / seconds if seconds else 0.0,
                created=counts.created,
                updated=counts.updated,
                skipped=counts.skipped,
                refused=counts.refused,
            )
        )

    def _report(self) -> ImportReport:
        source = self._plan.source
        return ImportReport(
            name=source.name,
            counts=self._counts,
            columns=tuple((column.name, self._plan.mapping.get(column.index)) for column in source.columns),
            sheet=source.sheet,
            problems=tuple(self._book.kept),
            groups=self._book.groups(),
            refused_file=self._refused.path if self._refused.count else None,
            new_tags=self._pending.tags.new_names,
            seconds=time.perf_counter() - self._started,
            dry_run=self._setting.dry_run,
        )


def _remark(checked: Checked, at: int, what: Bilingual) -> Problem:
    email = checked.values.get("email")
    return Problem(checked.numbers[at], "", str(email[at] or "") if email else "", "warning", what)


def _created_columns(plan: ImportPlan) -> tuple[str, ...]:
    """Every column that a new customer of this file may have a value for; the id comes on top."""
    always = (
        "org_id",
        "first_name",
        "category",
        "lead_source",
        "unsubscribed",
        "created_at",
        "updated_at",
        "created_by",
    )
    spread = (name for target in plan.mapping.values() for name in _SPREAD.get(target, ()))
    mapped = (target for target in plan.mapping.values() if target not in {*_NOT_COLUMNS})
    return tuple(dict.fromkeys((*always, *mapped, *spread)))


_NOT_COLUMNS: Final = (FULL_NAME, STREET_NUMBER, SUBSCRIBED, TAGS, CUSTOMER_ID)
