"""`doctor`: prints what each check found as soon as it did, or all of it as JSON in the end."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from bot.config import Config, ConfigError, load
from bot.doctor.examination import CONFIGURATION, examine, worst
from bot.doctor.finding import Finding, State, found
from bot.doctor.patient import Patient, patient
from bot.doctor.wording import cure, sentence
from bot.texts import Texts

# Exit statuses: nothing wrong (warnings are not), something wrong, and a configuration nothing can be asked about.
_WELL, _ILL, _UNREADABLE = 0, 1, 2

_COLOURS: Mapping[State, str | None] = {
    State.OK: typer.colors.GREEN,
    State.WARNING: typer.colors.YELLOW,
    State.PROBLEM: typer.colors.RED,
    State.SKIPPED: typer.colors.BRIGHT_BLACK,
}
_WIDEST_NAME = 4


@dataclass
class _Report:
    """What was found so far, in the words of one pack."""

    texts: Texts
    as_json: bool
    findings: list[tuple[str, Finding]]

    def add(self, check: str, finding: Finding) -> None:
        """Keeps a finding, and shows it unless all is to come at once."""
        self.findings.append((check, finding))
        if not self.as_json:
            typer.echo(self._line(check, finding))

    def _line(self, check: str, finding: Finding) -> str:
        texts, remedy = self.texts, cure(self.texts, finding)
        return texts(
            "doctor.line_with_cure" if remedy else "doctor.line",
            state=typer.style(texts(f"doctor.state_{finding.state}"), fg=_COLOURS[finding.state]),
            # Chinese letters are twice as wide as blanks, so that only a blank of their own width aligns them.
            check=texts(f"doctor.check_{check}").ljust(_WIDEST_NAME, "\u3000"),
            sentence=sentence(texts, finding),
            cure=remedy,
        )

    def end(self) -> None:
        """The summary, or everything as JSON."""
        if self.as_json:
            typer.echo(json.dumps([self._facts(*one) for one in self.findings], ensure_ascii=False, indent=2))
            return
        states = [finding.state for _, finding in self.findings]
        key = f"doctor.summary_{worst([finding for _, finding in self.findings])}"
        counted = {"problems": states.count(State.PROBLEM), "warnings": states.count(State.WARNING)}
        typer.echo(self.texts(key, **counted))

    def _facts(self, check: str, finding: Finding) -> dict[str, Any]:
        return {
            "check": check,
            "state": finding.state,
            "code": finding.code,
            "sentence": sentence(self.texts, finding),
            "cure": cure(self.texts, finding),
        }


async def examine_installation(file: Path, seconds: float, *, as_json: bool) -> int:
    """Examines what the configuration file describes; each call may take `seconds`. Returns the exit status."""
    try:
        config = load(file)
    except ConfigError as error:
        report = _Report(Texts.load("party"), as_json, [])
        report.add(CONFIGURATION, found("config_unreadable", reason=str(error)))
        report.end()
        return _UNREADABLE
    report = _Report(Texts.load(config.organisation.terms), as_json, [])
    report.add(CONFIGURATION, found("config_read", file=file))
    async for check, finding in _examined(config, file, seconds):
        report.add(check, finding)
    report.end()
    return _ILL if worst([finding for _, finding in report.findings]) is State.PROBLEM else _WELL


async def _examined(config: Config, file: Path, seconds: float) -> AsyncIterator[tuple[str, Finding]]:
    examined: Patient = patient(config, file, seconds)
    async with examined.client:
        try:
            async for check, finding in examine(examined):
                yield check.name, finding
        finally:
            if examined.database is not None:
                examined.database.close()
