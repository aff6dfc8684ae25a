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
from kpireport.command_line import as_typed, shell, word
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Quoted, quoted
from kpireport.core.reading import kinds
from kpireport.excel.read import carries_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from kpireport.batch.ledger import RunLedger
    from kpireport.core.batching import BatchSettings
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product
    from kpireport.core.messages import Language
    from kpireport.core.reading.state import ReadingState

FOLDER = "waiting"
OWNER_ALONE = 0o700
LONGEST = 300
LONGEST_PATH = 4000


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """One report that waits. asked: the period that was asked for, "" where the workbook's own was taken.

    planned: name of the [[report]], "" without one. paths: its workbooks, where they can be read again. copied: they
    are copies of ours. kept: digest of what was kept about the reading when it was made. state: digest of what it waits
    for. text: that, in words. questions: how many are open. told: of which state the owner was told.
    """

    report: str
    period: str
    revision: int
    asked: str
    name: str
    planned: str
    paths: tuple[str, ...]
    copied: bool
    kept: str
    state: str
    text: str
    questions: int
    told: str = ""


def again(ledger: RunLedger, settings: BatchSettings, path: Path | None) -> Iterator[Task]:
    """Yield the reports whose reading was answered or confirmed since they were made, or whose workbook has changed."""
    by_name = {planned.name: planned for planned in settings.planned}
    for each in ledger.waiting():
        paths = tuple(Path(one) for one in each.paths)
        if not all(one.is_file() for one in paths) or _kept(each, path) == each.kept:
            continue
        digests = sorted(hashlib.sha256(one.read_bytes()).hexdigest() for one in paths)
        yield Task(each.name, paths, "+".join(digests), by_name.get(each.planned), each.asked)


def hold(
    ledger: RunLedger, state: Path, task: Task, product: Product, revision: int, path: Path | None, language: Language
) -> WaitingReport:
    """Remember a report that waits, and its workbook, before its letters are queued as held. Raises OSError."""
    before = {(one.report, one.period): one for one in ledger.waiting()}.get((product.report, product.period))
    paths = task.paths
    copied = task.claimed or (before is not None and before.copied and tuple(map(str, paths)) == before.paths)
    if task.claimed:  # it is filed away next, under another name
        folder = state / FOLDER / task.sha256[:16]
        folder.mkdir(mode=OWNER_ALONE, parents=True, exist_ok=True)
        paths = (folder / Path(task.name).name,)
        shutil.copyfile(task.paths[0], paths[0])
    made = WaitingReport(
        product.report, product.period, revision, task.period, task.name,
        task.planned.name if task.planned is not None else "", tuple(str(one) for one in paths), copied, "",
        _state(product.waiting), "", sum(len(one.open) for one in product.waiting),
        told=before.told if before is not None else "",
    )  # fmt: skip
    made = replace(made, kept=_kept(made, path), text=_text(made, product.waiting, path, language))
    ledger.keep_waiting(made)
    if before is not None and before.paths != made.paths:
        _forget(before)
    return made


def release(ledger: RunLedger, report: str, period: str) -> None:
    """Forget a report that waits no more, after its letters were queued."""
    for one in ledger.waiting():
        if (one.report, one.period) == (report, period):
            ledger.drop_waiting(report, period)
            _forget(one)


def taken(path: Path, settings: Path, today: date) -> list[Diagnostic]:
    """Keep what a person filled into the sheet Reading of a workbook, and return what is to be said of it.

    Nothing where it has no such sheet, or the same was taken before. Raises OSError where it cannot be kept.
    """
    if not carries_form(path):
        return []
    from kpireport import confirmation

    reviewed, _ = confirmation.review(path, settings=settings, today=today)
    if reviewed is None or reviewed.filled is None:
        return []
    confirmation.take(reviewed, today=today)
    where = Where(path.name)
    told = [problems.ANSWER_NOT_TAKEN.at(where, reason=message) for message in reviewed.told]
    return [problems.ANSWERS_TAKEN.at(where, n=len(reviewed.given)), *told]


def untold(ledger: RunLedger) -> list[WaitingReport]:
    """Return the reports of which the owner was not told yet what they wait for."""
    return [one for one in ledger.waiting() if one.told != one.state]


def letter(waiting: Sequence[WaitingReport], language: Language) -> tuple[str, str, str]:
    """Return subject and text of the one letter about reports that wait, and by what it is known."""
    subject = language.say("letters.reading.subject", n=len(waiting))
    head = language.say("letters.reading.head")
    text = "\n\n".join((head, *(one.text for one in waiting), language.say("letters.reading.then")))
    known = hashlib.sha256("".join(sorted(f"{one.report}\0{one.period}\0{one.state}\0" for one in waiting)).encode())
    return subject, f"{text}\n", f"reading {known.hexdigest()[:16]}"


def _forget(waiting: WaitingReport) -> None:
    """Take away our copy of its workbook."""
    if waiting.copied:
        for one in waiting.paths:
            with contextlib.suppress(OSError):  # what stays is taken away with the next
                Path(one).unlink(missing_ok=True)
                Path(one).parent.rmdir()


def _kept(waiting: WaitingReport, path: Path | None) -> str:
    """Return a digest of what is kept about the reading; of workbooks that are not our copies, of them too."""
    files = [readings.place(Path(one), path) for one in waiting.paths]
    if not waiting.copied:
        files += [Path(one) for one in waiting.paths]
    found = hashlib.sha256()
    for one in files:
        with contextlib.suppress(OSError):  # none was kept yet
            found.update(one.read_bytes())
        found.update(b"\0")
    return found.hexdigest()


def _state(states: Iterable[ReadingState]) -> str:
    """Return a digest of what readings wait for."""
    parts = [
        (
            one.workbook,
            one.needs_confirming,
            sorted(question.id for question in one.open),
            [repr(m) for m in one.changed],
        )
        for one in states
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _text(waiting: WaitingReport, states: Iterable[ReadingState], path: Path | None, language: Language) -> str:
    """Return what a report waits for, in words, with the commands to type."""
    say = language.say
    lines = [say("letters.reading.report", report=waiting.report, period=waiting.period)]
    for state, place in zip(states, waiting.paths, strict=False):
        if state.needs_confirming:
            lines.append(f"  {say('letters.reading.first', workbook=state.workbook)}")
        changed = say("letters.reading.changed", workbook=state.workbook)
        lines += [f"  {changed} {language.text(message)}" for message in state.changed]
        for question in state.open:
            answers = Quoted(", ".join(question.alternatives))
            lines.append(f"  {quoted(language.text(kinds.asked(question)), LONGEST)}")
            lines.append(f"    {say('letters.reading.answers', id=question.id, answers=answers)}")
        typed = Quoted(" ".join((word(place, shell()), *_settings(path))))
        lines.append(f"  {as_typed(say('letters.reading.how', typed=typed))}")
        lines.append(f"  {as_typed(say('letters.reading.excel', typed=typed))}")
    return "\n".join(lines)


def _settings(path: Path | None) -> tuple[str, ...]:
    return () if path is None else ("--settings", word(str(path.absolute()), shell()))
