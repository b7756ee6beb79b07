"""What has happened with the sample customers: tags, calls, visits, notes, tasks, and leads that are none yet."""

from __future__ import annotations

from typing import Final

from kkdesk.model.change import Statement
from kkdesk.model.clock import athens_date, athens_midnight
from kkdesk.model.row import SqlValue, as_int
from kkdesk.services.demo.names import any_person, latin
from kkdesk.services.demo.sample import DAY, Row, Sample, Values, insertion

#: Name, colour, meaning, and how likely each category is to have it.
TAGS: Final[tuple[tuple[str, str, str, dict[str, float]], ...]] = (
    ("Χειμερινά ελαστικά", "#3B82F6", "Βάζει χειμερινά κάθε χρόνο", {"retail": 0.22, "fleet": 0.2, "vip": 0.3}),
    ("Ελαστικά 4 εποχών", "#10B981", "Προτιμά τεσσάρων εποχών", {"retail": 0.18, "fleet": 0.1}),
    ("Φύλαξη ελαστικών", "#8B5CF6", "Τα ελαστικά είναι στην αποθήκη μας", {"retail": 0.08, "vip": 0.3}),
    ("Ευθυγράμμιση", "#F59E0B", "Έλεγχος ευθυγράμμισης σε κάθε επίσκεψη", {"retail": 0.1, "fleet": 0.15}),
    ("Ζαντολάστιχα", "#EC4899", "Ενδιαφέρεται για ζάντες", {"retail": 0.06, "garage": 0.1}),
    ("Μοτοσυκλέτα", "#EF4444", "Έχει δίκυκλο", {"retail": 0.07}),
    ("Φορτηγά", "#64748B", "Βαρέα οχήματα", {"fleet": 0.4, "wholesale": 0.2}),
    ("Ταξί", "#EAB308", "Επαγγελματίας οδηγός", {"fleet": 0.2}),
    ("Αγροτικά", "#84CC16", "Τρακτέρ και αγροτικά οχήματα", {"retail": 0.03, "wholesale": 0.12}),
    ("Πιστός πελάτης", "#14B8A6", "Πάνω από πέντε χρόνια μαζί μας", {"retail": 0.06, "garage": 0.12, "vip": 0.6}),
    ("Συμφωνία τιμών", "#6366F1", "Έχει ετήσια συμφωνία", {"garage": 0.25, "wholesale": 0.25, "fleet": 0.25}),
    ("Θέλει προσοχή", "#DC2626", "Έχει διατυπώσει παράπονο", {"retail": 0.015, "garage": 0.02, "wholesale": 0.02}),
)
WINTER_TAG: Final = "Χειμερινά ελαστικά"

_ACTIVITIES: Final = (
    ("call", "Τηλεφώνημα", "Ζήτησε τιμή για τέσσερα ελαστικά."),
    ("call", "Τηλεφώνημα", "Επιβεβαίωσε το ραντεβού."),
    ("call", "Τηλεφώνημα", "Δεν απάντησε, θα ξαναπάρουμε."),
    ("meeting", "Επίσκεψη στο κατάστημα", "Τοποθέτηση και ζυγοστάθμιση."),
    ("meeting", "Επίσκεψη στο κατάστημα", "Επισκευή ελαστικού."),
    ("meeting", "Επίσκεψη στο κατάστημα", "Εποχική αλλαγή ελαστικών."),
    ("note", "Σημείωση", "Ζήτησε γραπτή προσφορά."),
    ("status_change", "Αλλαγή σταδίου", "Από υποψήφιος σε πελάτης."),
)
_NOTES: Final = (
    "Μιλήσαμε στο τηλέφωνο, απαντά την άλλη εβδομάδα.", "Έμεινε με πολύ καλή εντύπωση από την εξυπηρέτηση.",
    "Συμφωνήθηκε έκπτωση 8% στα επόμενα τέσσερα.", "Όχι τηλέφωνα το μεσημέρι.",
    "Τα μπροστινά έχουν 3 χιλιοστά, να ειδοποιηθεί τον Οκτώβριο.", "Ρώτησε για αντικατάσταση όλου του στόλου.",
)  # fmt: skip
_TASKS: Final = (
    ("Τηλέφωνο για προσφορά", "Περιμένει τιμή για τέσσερα ελαστικά."), ("Υπενθύμιση αλλαγής ελαστικών", None),
    ("Αποστολή τιμολογίου", "Το ζήτησε με e-mail."), ("Συνάντηση για τον στόλο", "Να έχουμε μαζί τον τιμοκατάλογο."),
    ("Παραγγελία 225/45 R17", "Δύο τεμάχια."), ("Επιβεβαίωση ραντεβού", None),
    ("Έλεγχος πιέσεων στις εγκαταστάσεις", None), ("Είσπραξη υπολοίπου", "Υπόσχεση πληρωμής για αυτή την εβδομάδα."),
)  # fmt: skip
_LEAD_NOTES: Final = (
    "Ενδιαφέρεται για τέσσερα χειμερινά.", "Ζήτησε τιμή από την ιστοσελίδα.", "Ήρθε από σύσταση πελάτη μας.",
    "Θέλει προσφορά για οκτώ φορτηγά.", "Ρώτησε για φύλαξη ελαστικών.", None,
)  # fmt: skip
_LEAD_STATUSES: Final = ("new", "contacted", "qualified", "proposal", "lost")


class Past:
    """Rows that belong to one batch of customers, collected until they are written."""

    def __init__(self, sample: Sample, tag_ids: dict[str, str]) -> None:
        """`tag_ids` has the id of each of `TAGS` by name."""
        self._sample, self._rng, self._actor, self._now = sample, sample.rng, sample.actor, sample.now
        self._tag_ids = tag_ids
        self._tags: list[Row] = []
        self._activities: list[Row] = []
        self._notes: list[Row] = []
        self._tasks: list[Row] = []
        self._leads: list[Row] = []

    def add(self, customer: Values) -> None:
        """Give a customer tags, a timeline, and sometimes a note and a task; now and then a lead comes along."""
        rng = self._rng
        customer_id, created = customer["id"], as_int(customer["created_at"])
        category = str(customer["category"])
        for name, _, _, chances in TAGS:
            if rng.random() < chances.get(category, 0.0):
                since = rng.randint(created, self._now)
                self._tags.append((self._sample.new_id("ct"), customer_id, self._tag_ids[name], since))
        self._activity(customer_id, "customer_created", "Νέος πελάτης", None, created)
        for _ in range(min(int(rng.expovariate(0.9)), 6)):
            kind, title, description = rng.choice(_ACTIVITIES)
            self._activity(customer_id, kind, title, description, rng.randint(created, self._now))
        if rng.random() < 0.1:
            self._note(customer_id, rng.randint(created, self._now))
        if rng.random() < 1 / 25:
            self._task(customer_id)
        if rng.random() < 1 / 20:
            self._lead()

    def statements(self) -> list[Statement]:
        """Inserts of all that was collected, each table at once."""
        tables = (
            ("customer_tags", ("id", "customer_id", "tag_id", "created_at"), self._tags),
            ("customer_activities", _ACTIVITY_COLUMNS, self._activities),
            ("customer_notes", _NOTE_COLUMNS, self._notes),
            ("tasks", _TASK_COLUMNS, self._tasks),
            ("leads", _LEAD_COLUMNS, self._leads),
        )
        return [insertion(table, columns, rows) for table, columns, rows in tables if rows]

    def _activity(self, customer_id: SqlValue, kind: str, title: str, description: str | None, at: int) -> None:
        self._activities.append(
            (self._sample.new_id(), self._actor.org_id, customer_id, kind, title, description, self._actor.user_id, at)
        )

    def _note(self, customer_id: SqlValue, at: int) -> None:
        pinned = int(self._rng.random() < 0.15)
        content = self._rng.choice(_NOTES)
        self._notes.append(
            (self._sample.new_id(), self._actor.org_id, customer_id, content, pinned, self._actor.user_id, at, at)
        )

    def _task(self, customer_id: SqlValue) -> None:
        rng, user = self._rng, self._actor.user_id
        title, description = rng.choice(_TASKS)
        due = athens_midnight(athens_date(self._now + rng.randint(-25, 35) * DAY))
        created = min(due, self._now) - rng.randint(1, 20) * DAY
        # What was due long ago has mostly been done.
        done = rng.random() < (0.8 if due < self._now else 0.1)
        status = "done" if done else rng.choice(("todo", "todo", "in_progress"))
        completed = rng.randint(created, self._now) if done else None
        priority = rng.choices(("low", "medium", "high"), (3, 5, 2))[0]
        self._tasks.append(
            (
                self._sample.new_id(), self._actor.org_id, title, description, customer_id, user, status, priority, due,
                completed, user, created, completed or created,
            )
        )  # fmt: skip

    def _lead(self) -> None:
        rng = self._rng
        person = any_person(rng)
        created = self._now - rng.randint(0, 200) * DAY
        local = f"{latin(person.first_name)}.{latin(person.last_name)}{rng.randrange(1000)}"
        email = f"{local}@leads.example" if rng.random() < 0.7 else None
        phone = f"69{rng.choice('34789')}{rng.randrange(10**7):07}"
        status = rng.choices(_LEAD_STATUSES, (5, 4, 3, 2, 2))[0]
        company = f"{person.last_name} Μεταφορές" if rng.random() < 0.2 else None
        source = rng.choice(("website", "referral", "manual"))
        self._leads.append(
            (
                self._sample.new_id("lead"), self._actor.org_id, person.first_name, person.last_name, company, email,
                phone, source, status, rng.randint(5, 95), rng.choice(_LEAD_NOTES), created,
                min(created + 2 * DAY, self._now),
            )
        )  # fmt: skip


_ACTIVITY_COLUMNS: Final = (
    "id", "org_id", "customer_id", "type", "title", "description", "created_by", "created_at",
)  # fmt: skip
_NOTE_COLUMNS: Final = (
    "id", "org_id", "customer_id", "content", "is_pinned", "created_by", "created_at", "updated_at",
)  # fmt: skip
_TASK_COLUMNS: Final = (
    "id", "org_id", "title", "description", "customer_id", "assigned_to", "status", "priority", "due_date",
    "completed_at", "created_by", "created_at", "updated_at",
)  # fmt: skip
_LEAD_COLUMNS: Final = (
    "id", "org_id", "first_name", "last_name", "company", "email", "phone", "source", "status", "score", "notes",
    "created_at", "updated_at",
)  # fmt: skip
