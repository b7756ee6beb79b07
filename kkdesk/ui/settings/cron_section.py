"""The section about cron-job.org: its keys, how both jobs are, and what can be done about them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kkdesk.services.cron_jobs.jobs import JobKind
from kkdesk.services.cron_jobs.report import CronStatus, JobState, Standing, outcome
from kkdesk.services.cron_jobs.service import API_KEY, CRON_SECRET
from kkdesk.ui.formats import clock_time, moment, number
from kkdesk.ui.settings.fields import SecretField
from kkdesk.ui.settings.sections import Section, left_aligned
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import Pill, PillTone
from kkdesk.ui.widgets.labels import label

translate = QCoreApplication.translate

_TONES: dict[Standing, PillTone] = {
    Standing.MISSING: "neutral",
    Standing.DISABLED: "danger",
    Standing.DIFFERENT: "warning",
    Standing.FAILING: "danger",
    Standing.NOT_RUN: "info",
    Standing.WELL: "success",
}


class CronSection(Section):
    """Emits `edited` when a key is typed, else what the person wants; `calls_wanted` with the state of a job."""

    edited = Signal()
    secret_wanted = Signal()
    setup_wanted = Signal()
    look_wanted = Signal()
    remove_wanted = Signal()
    calls_wanted = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """`language` is "el" or "en"."""
        super().__init__(
            self.tr("Automatic calls (cron-job.org)"),
            self.tr(
                "cron-job.org calls the company's endpoints every minute, so that campaigns leave even while every "
                "computer is off."
            ),
            parent,
        )
        self._language = language
        self.alarm = Banner("", "danger")
        self.form.add(self.alarm)
        self.key = SecretField(API_KEY, self.edited.emit)
        self.form.row(
            self.tr("API key"),
            self.key,
            self.tr("Made at console.cron-job.org, under “Settings”. Kept in the system's keyring, never in a file."),
        )
        self.secret = SecretField(CRON_SECRET, self.edited.emit)
        self.secret_button = button(self.tr("Make one…"), symbol="key", clicked=self.secret_wanted.emit)
        self.form.row(
            self.tr("Key of the calls"),
            _beside(self.secret, self.secret_button),
            self.tr("The same that the endpoints have as CRON_SECRET. Kept in the keyring, too."),
        )
        self.jobs = {kind: _JobRow(self, kind, language) for kind in JobKind}
        self.others = label("", "muted", wrap=True)
        self.form.add(self.others)
        self.note = Banner()
        self.form.add(self.note)
        self.setup_button = button(self.tr("Set up"), symbol="wrench", clicked=self.setup_wanted.emit)
        self.look_button = button(self.tr("Look again"), symbol="arrow-clockwise", clicked=self.look_wanted.emit)
        self.remove_button = button(self.tr("Remove…"), symbol="trash", clicked=self.remove_wanted.emit)
        #: What changes the company's jobs.
        self.changing = (self.secret_button, self.setup_button, self.remove_button)
        self.actions = left_aligned(self.setup_button, self.look_button, self.remove_button)
        self._actions_row = self.form.row("", self.actions)
        self.show_unknown(has_key=False)

    @property
    def keys(self) -> tuple[SecretField, SecretField]:
        """The fields that are saved with the page."""
        return self.key, self.secret

    def show_unknown(self, *, has_key: bool) -> None:
        """Nobody has asked cron-job.org; without a key nobody can."""
        for row in self.jobs.values():
            row.show_words(self.tr("Not known yet") if has_key else self.tr("Not set up"), "")
        begin = self.tr("Give both keys and save; then press “Set up”.")
        self._actions_row.set_hint("" if has_key else begin)
        self.others.hide()
        self.alarm.say("")
        self.setup_button.setText(self.tr("Set up"))
        self.look_button.setVisible(has_key)
        self.remove_button.hide()

    def show_looking(self) -> None:
        """cron-job.org is being asked."""
        for row in self.jobs.values():
            row.show_words(self.tr("Looking…"), "")

    def show_status(self, status: CronStatus, now: int) -> None:
        """How both jobs are. `now` in Unix seconds."""
        for state in status.jobs:
            self.jobs[state.kind].show_state(state, now)
        stopped = [state for state in status.jobs if state.standing is Standing.DISABLED]
        self.alarm.say("\n".join(map(self._alarm_words, stopped)), "danger")
        self.others.setText(self._other_words(status))
        self.others.setVisible(bool(self.others.text()))
        self.setup_button.setText(self.tr("Repair") if status.is_set_up else self.tr("Set up"))
        self._actions_row.set_hint("")
        self.look_button.show()
        self.remove_button.setVisible(status.is_set_up)

    def _alarm_words(self, state: JobState) -> str:
        advice = state.advice.in_language(self._language) if state.advice else ""
        name = state.kind.label.in_language(self._language)
        return self.tr("“%1” is not called any more. %2").replace("%1", name).replace("%2", advice)

    def _other_words(self, status: CronStatus) -> str:
        words = [
            self.tr("The job “%1” at cron-job.org calls %2, too. It is not KK Desk's, and stays as it is.")
            .replace("%1", job.title or str(job.id))
            .replace("%2", job.address)
            for job in status.others
        ]
        if status.incomplete:
            words.append(self.tr("cron-job.org did not list all jobs: those that are missing here may be there."))
        return "\n".join(words)


class _JobRow:
    """One job: how it is, its last and next call, and the way to all calls."""

    def __init__(self, section: CronSection, kind: JobKind, language: str) -> None:
        self._section = section
        self._language = language
        self._state: JobState | None = None
        self.pill = Pill()
        self.calls_button = button(translate("CronSection", "Last calls…"), "link", clicked=self._show_calls)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        # As high as the caption beside it, with the button and without.
        holder.setMinimumHeight(30)
        row.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.calls_button)
        row.addStretch(1)
        self.row = section.form.row(kind.label.in_language(language), holder)

    def show_words(self, words: str, hint: str) -> None:
        """Nothing is known of it."""
        self._state = None
        self.pill.show_state(words, "neutral")
        self.row.set_hint(hint)
        self.calls_button.hide()

    def show_state(self, state: JobState, now: int) -> None:
        """How it is."""
        self._state = state
        self.pill.show_state(state.standing.label.in_language(self._language), _TONES[state.standing])
        # What the alarm or a button beneath says is not said twice.
        failing = state.advice if state.standing is Standing.FAILING else None
        advice = failing.in_language(self._language) if failing else ""
        self.row.set_hint("\n".join(filter(None, (self._calls(state, now), self._differs(state), advice))))
        self.calls_button.setVisible(state.job is not None)

    def _calls(self, state: JobState, now: int) -> str:
        if (job := state.job) is None:
            return ""
        parts = []
        if job.last_execution:
            words = outcome(job.last_status, state.last_http_status).in_language(self._language)
            parts.append(translate("CronSection", "Last call: %1").replace("%1", moment(job.last_execution, now)))
            parts.append(words)
            parts.append(f"{number(job.last_duration)} ms")
        if job.next_execution and job.enabled:
            parts.append(translate("CronSection", "next: %1").replace("%1", clock_time(job.next_execution)))
        return "  ·  ".join(parts)

    def _differs(self, state: JobState) -> str:
        if not state.differs:
            return ""
        parts = ", ".join(part.in_language(self._language) for part in state.differs)
        return translate("CronSection", "Not as it should be: %1").replace("%1", parts)

    def _show_calls(self) -> None:
        if self._state is not None:
            self._section.calls_wanted.emit(self._state)


def _beside(field: QWidget, other: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(field, 1)
    row.addWidget(other)
    holder.setFocusProxy(field)
    return holder
