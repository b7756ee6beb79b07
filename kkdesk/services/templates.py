"""Templates: subject and body that new campaigns can begin with."""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, SqlValue, as_int, as_text
from kkdesk.services.rights import require
from kkdesk.services.seen_values import guards_on_seen
from kkdesk.store.database import Database
from kkdesk.store.row_image import guards_on_rows

_WRITTEN = ("name", "subject", "content", "category")


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """A template as the list shows it, without its body."""

    id: str
    name: str
    subject: str
    category: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class Template:
    """A row of `email_templates`; `content` is HTML with merge fields."""

    id: str
    name: str
    subject: str
    content: str
    category: str
    updated_at: int


class Templates:
    """The templates of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> list[TemplateSummary]:
        """Every template by name."""
        rows = await self._db.query(
            "SELECT id, name, subject, category, updated_at FROM email_templates WHERE org_id = ? ORDER BY name, id",
            (self._actor.org_id,),
        )
        return [
            TemplateSummary(
                as_text(row["id"]),
                as_text(row["name"]),
                as_text(row["subject"]),
                as_text(row["category"]),
                as_int(row["updated_at"]),
            )
            for row in rows
        ]

    async def get(self, template_id: str) -> Template:
        """One template. Raises `NotFound`."""
        rows = await self._db.query(
            "SELECT id, name, subject, content, category, updated_at FROM email_templates WHERE org_id = ? AND id = ?",
            (self._actor.org_id, template_id),
        )
        if not rows:
            raise NotFound(Bilingual("Το πρότυπο δεν υπάρχει πια.", "The template is no longer there."))
        return _template(rows[0])

    async def create(self, name: str, subject: str, content: str, category: str = "general") -> str:
        """Save a new template; its id. Undoable. Raises `InvalidInput` without a name."""
        name = _checked(name)
        template_id, now = new_id("tmpl"), self._clock()
        await self._apply(
            Bilingual(f"Νέο πρότυπο «{name}»", f"New template “{name}”"),
            (
                Statement(
                    "INSERT INTO email_templates (id, org_id, name, subject, content, category, created_by, "
                    "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
                    (template_id, self._actor.org_id, name, subject, content, category, self._actor.user_id, now),
                ),
            ),
            undo=(Touched("email_templates", (template_id,), columns=("updated_at",)),),
        )
        return template_id

    async def update(self, seen: Template, name: str, subject: str, content: str, category: str) -> Applied:
        """Save an edit of the template as it was `seen`. Undoable.

        Raises `InvalidInput` without a name, `Conflict` when somebody changed the same part since.
        """
        name = _checked(name)
        was = {column: getattr(seen, column) for column in _WRITTEN}
        wanted = dict(zip(_WRITTEN, (name, subject, content, category), strict=True))
        guards = await guards_on_seen(self._db, "email_templates", seen.id, was, wanted)
        values: dict[str, SqlValue] = {guard.column: guard.new for guard in guards}
        values["updated_at"] = self._clock()
        assignments = ", ".join(f"{column} = ?" for column in values)
        return await self._apply(
            Bilingual(f"Επεξεργασία προτύπου «{name}»", f"Edit template “{name}”"),
            (
                Statement(
                    f"UPDATE email_templates SET {assignments} WHERE id = ? AND org_id = ?",
                    (*values.values(), seen.id, self._actor.org_id),
                ),
            ),
            guards=guards,
            undo=(Touched("email_templates", (seen.id,), columns=tuple(values)),),
        )

    async def delete(self, template_id: str) -> Applied:
        """Delete a template; campaigns begun with it stay as they are. Undoable.

        Raises `NotFound`, and `Conflict` when somebody has edited it in the meantime.
        """
        template = await self.get(template_id)
        guards = await guards_on_rows(self._db, "email_templates", (template_id,), _WRITTEN)
        rows = await self._db.query("SELECT id FROM email_campaigns WHERE template_id = ?", (template_id,))
        campaigns = tuple(as_text(row["id"]) for row in rows)
        return await self._apply(
            Bilingual(f"Διαγραφή προτύπου «{template.name}»", f"Delete template “{template.name}”"),
            (
                Statement("UPDATE email_campaigns SET template_id = NULL WHERE template_id = ?", (template_id,)),
                Statement("DELETE FROM email_templates WHERE id = ? AND org_id = ?", (template_id, self._actor.org_id)),
            ),
            guards=tuple(guards),
            undo=(
                Touched("email_templates", (template_id,)),
                Touched("email_campaigns", campaigns, columns=("template_id",)),
            ),
        )

    async def _apply(
        self,
        label: Bilingual,
        statements: tuple[Statement, ...],
        *,
        undo: tuple[Touched, ...],
        guards: tuple[Guard, ...] = (),
    ) -> Applied:
        require(self._actor, Action.EDIT_CAMPAIGNS)
        return await self._db.apply(Change(label, statements, guards, undo, actor=self._actor.user_id))


def _template(row: Row) -> Template:
    return Template(
        id=as_text(row["id"]),
        name=as_text(row["name"]),
        subject=as_text(row["subject"]),
        content=as_text(row["content"]),
        category=as_text(row["category"]),
        updated_at=as_int(row["updated_at"]),
    )


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(Bilingual("Δώστε ένα όνομα στο πρότυπο.", "Give the template a name."))
    return name
