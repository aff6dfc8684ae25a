"""Reports whose letters are held until a person has looked at how their workbooks are read.

Such a report is remembered with its workbook. When what is kept about the reading has changed, the next run makes it
again, into the same files and in place of the held letters; what is confirmed and answered by then goes.
Rule: N24.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import readings
from kpireport.batch.intake import Task
from kpireport.batch.ledger import PUBLISHED, WaitingReport
from kpireport.command_line import as_typed, shell, word
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Quoted, quoted
from kpireport.core.reading import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kpireport.batch.ledger import RunLedger
    from kpireport.core.batching import BatchSettings
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product
    from kpireport.core.messages import Language
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.state import ReadingState

FOLDER = "waiting"
OWNER_ALONE = 0o700
LONGEST = 300  # characters of a question


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """The reports that wait. settings: the file beside which readings are kept; None: beside the workbooks."""

    ledger: RunLedger
    state: Path
    settings: Path | None
    language: Language

    def changed(self, batch: BatchSettings) -> Iterator[Task]:
        """Yield the reports whose reading was answered or confirmed since, or whose workbook is another now."""
        by_name = {planned.name: planned for planned in batch.planned}
        for report in self.ledger.waiting():
            paths = tuple(map(Path, report.paths))
            if all(path.is_file() for path in paths) and self._kept(report) != report.kept:
                digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
                yield Task(report.name, paths, "+".join(digests), by_name.get(report.planned), report.asked)

    def lost(self) -> list[Diagnostic]:
        """Return the reports whose workbooks are gone; they are made again when their workbook is dropped once more."""
        told = []
        for report in self.ledger.waiting():
            if all(Path(path).is_file() for path in report.paths):
                continue
            made = self.ledger.newest(report.report, report.period)
            if made is not None:
                self.ledger.keep(replace(made, phase=PUBLISHED))
            self.ledger.drop_waiting(report.report, report.period)
            told.append(
                problems.WAITING_LOST.at(
                    Where(report.name), report=quoted(report.report), period=report.period, name=quoted(report.name)
                )
            )
        return told

    def hold(self, task: Task, product: Product, revision: int) -> WaitingReport:
        """Remember a report that waits, and its workbook, before its letters are queued as held. Raises OSError."""
        former = self._of(product.report, product.period)
        paths = self._copied(task, product) if task.claimed else task.paths
        ours = task.claimed or (former is not None and former.copied and set(map(str, paths)) <= set(former.paths))
        report = WaitingReport(
            report=product.report,
            period=product.period,
            revision=revision,
            asked=task.period,
            name=task.name,
            planned=task.planned.name if task.planned is not None else "",
            paths=tuple(map(str, paths)),
            copied=ours,
            kept="",
            state=_digest(product.waiting),
            text="",
            typed=self._typed(paths[0]) if paths else "",
            questions=sum(len(state.open) for state in product.waiting),
            told=former.told if former is not None else "",
        )
        report = replace(report, kept=self._kept(report), text=self._text(report, product.waiting))
        self.ledger.keep_waiting(report)
        if former is not None and former.paths != report.paths:
            _forget(former)
        return report

    def release(self, report: str, period: str) -> None:
        """Forget a report that waits no more, after its letters were queued."""
        former = self._of(report, period)
        if former is not None:
            self.ledger.drop_waiting(report, period)
            _forget(former)

    def untold(self) -> list[WaitingReport]:
        """Return the reports of which the owner was not told yet what they wait for."""
        return [report for report in self.ledger.waiting() if report.told != report.state]

    def letter(self, untold: Sequence[WaitingReport]) -> tuple[str, str, str]:
        """Return subject and text of the one letter about reports that wait, and by what it is known."""
        say = self.language.say
        subject = say("letters.reading.subject", n=len(untold))
        texts = (say("letters.reading.head"), *(report.text for report in untold), say("letters.reading.then"))
        states = sorted(f"{report.report}\0{report.period}\0{report.state}" for report in untold)
        key = hashlib.sha256("\0".join(states).encode()).hexdigest()[:16]
        return subject, "\n\n".join(texts) + "\n", f"reading {key}"

    def _of(self, name: str, period: str) -> WaitingReport | None:
        waiting = self.ledger.waiting()
        return next((report for report in waiting if (report.report, report.period) == (name, period)), None)

    def _copied(self, task: Task, product: Product) -> tuple[Path, ...]:
        """Return a copy of a workbook that is filed away next, under its own name."""
        key = f"{product.report}\0{product.period}\0{task.sha256}".encode()
        folder = self.state / FOLDER / hashlib.sha256(key).hexdigest()[:16]
        folder.mkdir(mode=OWNER_ALONE, parents=True, exist_ok=True)
        copy = folder / Path(task.name).name
        shutil.copyfile(task.paths[0], copy)
        return (copy,)

    def _kept(self, report: WaitingReport) -> str:
        """Return a digest of what is kept about the reading; of workbooks that are not our copies, of them too."""
        paths = tuple(map(Path, report.paths))
        digest = hashlib.sha256()
        for path in (*(readings.place(path, self.settings) for path in paths), *(() if report.copied else paths)):
            with contextlib.suppress(OSError):  # none was kept yet
                digest.update(path.read_bytes())
            digest.update(b"\0")
        return digest.hexdigest()

    def _text(self, report: WaitingReport, states: Iterable[ReadingState]) -> str:
        """Return what a report waits for, in words, with the commands to type."""
        language, say = self.language, self.language.say
        lines = [say("letters.reading.report", report=report.report, period=report.period)]
        for state, path in zip(states, report.paths, strict=False):
            if state.needs_confirming:
                lines.append(f"  {say('letters.reading.first', workbook=state.workbook)}")
            since = say("letters.reading.changed", workbook=state.workbook)
            lines += [f"  {since} {language.text(message)}" for message in state.changed]
            for question in state.open:
                lines += [f"  {line}" for line in self._question(question)]
            typed = Quoted(self._typed(Path(path)))
            lines.append(f"  {as_typed(say('letters.reading.how', typed=typed))}")
            lines.append(f"  {as_typed(say('letters.reading.excel', typed=typed))}")
        return "\n".join(lines)

    def _question(self, question: Question) -> Iterator[str]:
        """Yield a question in words with its answers, and how one of them is given."""
        language, say = self.language, self.language.say
        yield quoted(language.text(kinds.asked(question)), LONGEST)
        for alternative in question.alternatives:
            sentence = language.text(kinds.answer(question.kind, alternative))
            yield f"    {quoted(alternative)}: {sentence}" if sentence != alternative else f"    {quoted(alternative)}"
        for name, tick in question.ticks.items():
            answer = say(f"questions.tick.{tick}")
            yield f"      {say('questions.ask.each', name=name, answer=answer)}"
        yield f"    {say('letters.reading.answer', id=question.id)}"

    def _typed(self, path: Path) -> str:
        """Return the arguments by which a workbook that waits is looked at from any folder."""
        settings = () if self.settings is None else ("--settings", word(str(self.settings.absolute()), shell()))
        return " ".join((word(str(path), shell()), *settings))


def _forget(report: WaitingReport) -> None:
    """Take away our copy of its workbook."""
    for path in map(Path, report.paths if report.copied else ()):
        with contextlib.suppress(OSError):  # what stays is taken away with the next
            path.unlink(missing_ok=True)
            path.parent.rmdir()


def _digest(states: Iterable[ReadingState]) -> str:
    """Return a digest of what readings wait for."""
    waits = [
        (state.workbook, state.needs_confirming, sorted(question.id for question in state.open),
         [repr(message) for message in state.changed])
        for state in states
    ]  # fmt: skip
    return hashlib.sha256(repr(waits).encode()).hexdigest()[:16]
