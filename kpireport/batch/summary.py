"""What a run came to: for people, for programs, and as an exit code."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kpireport import languages
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Severity, quoted
from kpireport.core.messages import Message
from kpireport.deliver.send import StopReason
from kpireport.exits import FINE, LATER, PARTLY, UNWRITABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language

UNWRITTEN = frozenset(
    (
        problems.STATE_FAILED,
        problems.STATE_REMOTE,
        problems.NOT_PUBLISHED,
        problems.NOT_FILED,
        problems.NO_INBOX,
        problems.DROP_UNWRITABLE,
    )
)  # what nothing can be kept by


class WorkbookOutcome(StrEnum):
    """What became of a workbook. RETURNED: the machine was at fault; the next run takes it."""

    DONE = "done"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    WAITING = "waiting"
    RETURNED = "returned"


UNDONE = (WorkbookOutcome.FAILED, WorkbookOutcome.RETURNED)
SETTLED = (WorkbookOutcome.DONE, WorkbookOutcome.DUPLICATE, WorkbookOutcome.FAILED)
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one workbook."""

    name: str
    outcome: WorkbookOutcome
    report: str = ""
    period: str = ""
    revision: int = 0
    problems: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    sha256: str = ""


@dataclass
class Summary:
    """A run. mail: counts of messages by what became of them in this run; stop: why sending ended early.

    people: to how many the reports of this run go. lost: for how many of them no letter could be made. unsent: letters
    of this run that have not left.
    """

    run: str
    began: str
    lines: list[Line] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    mail: dict[str, int] = field(default_factory=dict)
    people: int = 0
    lost: int = 0
    unsent: int = 0
    stop: StopReason | None = None
    dry: bool = False
    bugs: bool = False

    def add(self, line: Line) -> None:
        self.lines.append(line)

    def count(self, outcome: WorkbookOutcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    def code(self) -> int:
        """Return the exit code: the worst of what happened, as told in the help page ``batch``."""
        if self.bugs:
            return 70
        kinds = {told.kind for told in (*self.problems, *(one for line in self.lines for one in line.problems))}
        if kinds & UNWRITTEN:
            return UNWRITABLE
        if self.stop in (StopReason.REFUSED, StopReason.STATE):
            return self.stop.code
        if self.stop not in (None, StopReason.TOO_MANY) and not self.mail.get("sent"):
            return LATER
        troubled = any(self.mail.get(name) for name in ("failed", "held", "uncertain", "deferred"))
        undone = any(line.outcome in UNDONE for line in self.lines)
        if troubled or self.stop or undone or {problems.OPEN_ELSEWHERE, problems.READING_HELD} & kinds:
            return PARTLY
        return PARTLY if any(p.severity is Severity.ERROR for p in self.problems) else FINE

    def subject(self, language: Language) -> str:
        """Return the summary in one line: what was made, and how many people got nothing of it."""
        done, failed = self.count(WorkbookOutcome.DONE), self.count(WorkbookOutcome.FAILED)
        without = self.lost + self.unsent
        nothing = Message("letters.run.nothing", {"n": without, "all": self.people}) if without else ""
        return language.say("letters.run.subject", done=done, failed=failed, nothing=nothing)

    def warned(self) -> bool:
        """Return whether anything more than a note was told."""
        every = [*self.problems, *(problem for line in self.lines for problem in line.problems)]
        return any(problem.severity is not Severity.NOTE for problem in every)

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "began": self.began,
            "dry_run": self.dry,
            "code": self.code(),
            "counts": {outcome.value: self.count(outcome) for outcome in WorkbookOutcome},
            "mail": self.mail,
            "workbooks": [
                {
                    "name": line.name,
                    "outcome": line.outcome,
                    "report": line.report or None,
                    "period": line.period or None,
                    "revision": line.revision or None,
                    "seconds": round(line.seconds, 2),
                    "sha256": line.sha256 or None,
                    "problems": _problems(line.problems),
                }
                for line in self.lines
            ],
            "problems": _problems(self.problems),
        }

    def as_text(self, language: Language) -> str:
        """Return the summary for people; it is what the owner gets by mail."""
        dry = Message("letters.run.dry") if self.dry else ""
        lines = [language.say("letters.run.head", began=self.began, dry=dry)]
        counts = {outcome.value: self.count(outcome) for outcome in (*SETTLED, WorkbookOutcome.WAITING)}
        lines.append(language.say("letters.run.counts", **counts))
        if self.mail:
            lines.append(language.say("letters.run.mail", **{name: self.mail.get(name, 0) for name in MAIL}))
        for line in self.lines:
            if line.outcome is WorkbookOutcome.DUPLICATE:
                continue
            revision = f" r{line.revision}" if line.revision > 1 else ""
            about = f"{quoted(line.report)}, {line.period}{revision}" if line.report else ""
            outcome = language.say(f"letters.run.outcome.{line.outcome}")
            lines.append(f"\n{outcome}  {quoted(line.name)}  {about}".rstrip())
            lines += _told(line.problems, language)
        if self.problems:
            lines += ["", *_told(self.problems, language)]
        return "\n".join(lines) + "\n"


MAIL = ("sent", "failed", "held", "uncertain", "deferred")


def _told(problems: Iterable[Diagnostic], language: Language) -> list[str]:
    from kpireport.console import lines, ordered

    found = [d for d in ordered(problems) if d.severity is not Severity.NOTE]
    told = [f"    {line}" for problem in found[:MOST_TOLD] for line in lines(problem, language)]
    return [*told, f"    … {len(found) - MOST_TOLD}"] if len(found) > MOST_TOLD else told


def _problems(problems: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    say = languages.spoken().text
    return [
        {
            "code": d.code, "name": d.name, "severity": d.severity.value, "file": d.where.file or None,
            "sheet": d.where.sheet or None, "cell": d.where.cell or None, "problem": say(d.problem), "fix": say(d.fix),
        }
        for d in problems
    ]  # fmt: skip
