"""`kkdesk doctor`: what is configured here, and with `--cloud` how a deployment of the endpoints looks from outside."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any, Final

from kkdesk.commands.report import Report, print_report, report_progress
from kkdesk.model.bilingual import Bilingual
from kkdesk.services.doctor.check import Examination, Result, State
from kkdesk.services.mail.tracking import origin_of
from kkdesk.store.profile import Profile


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `doctor`."""
    doctor = verbs.add_parser(
        "doctor", help="τι είναι ρυθμισμένο και τι λείπει / what is configured, what is missing", parents=[common]
    )
    doctor.add_argument(
        "--cloud", metavar="URL", nargs="?", const="", help="έλεγχος του διακομιστή / a deployment (NEXTAUTH_URL)"
    )
    doctor.add_argument(
        "--try-cron", action="store_true", help="και μια κλήση cron, που στέλνει / with a call of cron, which sends"
    )
    doctor.set_defaults(run=_doctor, needs_workspace=False, usage=doctor)


def _doctor(args: argparse.Namespace) -> int:
    if args.try_cron and args.cloud is None:
        args.usage.error("--try-cron: --cloud")
    if args.cloud and origin_of(args.cloud) is None:
        args.usage.error("--cloud: https://…")
    language = os.environ.get("KKDESK_LANGUAGE", "el")
    report = asyncio.run(_examined(args, language))
    print_report(report, language, as_json=args.json)
    return report.exit_code


async def _examined(args: argparse.Namespace, language: str) -> Report:
    from kkdesk.services.dns_lookups import SystemDns
    from kkdesk.services.doctor.installation import Installation
    from kkdesk.services.doctor.service import Doctor
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings

    profile = Profile.at(args.data)
    settings = Settings(profile)
    doctor = Doctor(Installation(profile, settings, Secrets(settings, str(profile.folder))), SystemDns())

    def heard(done: int, total: int, what: Bilingual) -> None:
        report_progress(done, total, what, language)

    if args.cloud is None:
        return _report(await doctor.look_here(heard), _HERE, {"profile": str(profile.folder)})
    origin = doctor.origin(args.cloud)
    _say(Bilingual(f"Έλεγχος από έξω: {origin}", f"Looking from outside at {origin}"), language)
    if args.try_cron:
        _say(_WILL_SEND, language)
    examination = await doctor.look_at(origin, heard, try_call=args.try_cron)
    return _report(examination, Bilingual(origin, origin), {"origin": origin})


def _report(examination: Examination, about: Bilingual, data: dict[str, Any]) -> Report:
    lines = [line for result in examination.results for line in _lines(result)]
    checks = [_data(result) for result in examination.results]
    counts = {state.value: examination.count(state) for state in State}
    code = examination.exit_code
    return Report((*lines, _summary(counts, about)), {**data, "well": not code, **counts, "checks": checks}, code)


def _lines(result: Result) -> list[Bilingual]:
    finding = result.finding
    mark, label = _MARKS[finding.state], result.label
    lines = [
        Bilingual(
            f"{mark.el:<11} {label.el}: {finding.found.el}",
            f"{mark.en:<8} {label.en}: {finding.found.en}",
        )
    ]
    if finding.next_step is not None:
        lines.append(Bilingual(f"{'':<11}   → {finding.next_step.el}", f"{'':<8}   → {finding.next_step.en}"))
    return lines


def _summary(counts: dict[str, int], about: Bilingual) -> Bilingual:
    ok, warnings, failures, skipped = (counts[state.value] for state in State)
    return Bilingual(
        f"{about.el}: {ok} εντάξει, {warnings} προσοχή, {failures} προβλήματα, {skipped} δεν ελέγχθηκαν.",
        f"{about.en}: {ok} ok, {warnings} warnings, {failures} failures, {skipped} not checked.",
    )


def _data(result: Result) -> dict[str, Any]:
    finding = result.finding
    step = finding.next_step
    return {
        "check": result.name,
        "label": {"el": result.label.el, "en": result.label.en},
        "state": finding.state.value,
        "found": {"el": finding.found.el, "en": finding.found.en},
        "next": None if step is None else {"el": step.el, "en": step.en},
        "facts": dict(finding.facts),
    }


def _say(text: Bilingual, language: str) -> None:
    """To standard error, so that `--json` stays one object."""
    sys.stderr.write(text.in_language(language) + "\n")
    sys.stderr.flush()


_HERE: Final = Bilingual("Αυτός ο υπολογιστής", "This computer")
_WILL_SEND: Final = Bilingual(
    "Θα γίνει και μια κλήση cron: ό,τι περιμένει στην ουρά θα αρχίσει να στέλνεται.",
    "A call of cron will be made, too: what waits in the queue will begin to be sent.",
)
_MARKS: Final = {
    State.OK: Bilingual("εντάξει", "ok"),
    State.WARNING: Bilingual("προσοχή", "warning"),
    State.FAILED: Bilingual("πρόβλημα", "failed"),
    State.SKIPPED: Bilingual("–", "–"),
}
