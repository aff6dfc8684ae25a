"""Say how a workbook is read: statements of a store, a file or the desk, and what each would change. Rule: L63."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpireport import facts, readings
from kpireport.core.catalogue import job as problems
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Message
from kpireport.core.reading.said_kept import statements
from kpireport.settings import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.questions import Question
    from kpireport.core.reading.said import Statement
    from kpireport.core.reading.table import Fact
    from kpireport.core.workbook import Workbook

OF_THE_REQUEST = frozenset({"rev", "dry"})
"""What a request of the desk says beside its statement."""
Cells = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a workbook: answers by id of the question, and statements. problems: of their file."""

    answers: Mapping[str, str]
    statements: tuple[Statement, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What statements change: a workbook as it is read without them and with them.

    unused: numbers of the new statements, from 0, that are about no figure of the workbook.
    """

    before: Found
    after: Found
    unused: tuple[int, ...] = ()

    @property
    def read(self) -> list[Cells]:
        """The cells that are figures with the statements alone."""
        return sorted(_figures(self.after).keys() - _figures(self.before).keys())

    @property
    def left_out(self) -> list[Cells]:
        """The cells that are figures without the statements alone."""
        return sorted(_figures(self.before).keys() - _figures(self.after).keys())

    @property
    def changed(self) -> list[Cells]:
        """The cells whose name, part, period, scenario, unit or value is another."""
        before, after = _figures(self.before), _figures(self.after)
        return sorted(cell for cell in before.keys() & after.keys() if before[cell] != after[cell])

    @property
    def gone(self) -> list[Question]:
        """The questions that are asked no more."""
        asked = {q.id for q in self.after.questions}
        return [q for q in self.before.questions if q.id not in asked]

    @property
    def new(self) -> list[Question]:
        """The questions that are asked only now."""
        asked = {q.id for q in self.before.questions}
        return [q for q in self.after.questions if q.id not in asked]

    def document(self) -> dict[str, Any]:
        """Return the effect as the desk and the command print it."""
        lines = len({f.name for f in self.after.facts}) - len({f.name for f in self.before.facts})
        counts = [("lines", lines), ("read", len(self.read)), ("changed", len(self.changed))]
        counts.append(("left-out", len(self.left_out)))
        effects: list[dict[str, Any]] = [{name: count} for name, count in counts if count]
        if self.gone:
            effects.append({"falls-away": [q.id for q in self.gone]})
        if self.new:
            effects.append({"asks": [q.id for q in self.new]})
        if self.unused:
            effects.append({"unused": [n + 1 for n in self.unused]})
        classes = Counter(entry.what for entry in self.after.account.values())
        return {"effects": effects, "account": {"all": self.after.numbers, **dict(sorted(classes.items()))}}


def say(
    workbook: Workbook, new: Sequence[Statement], *, said: Sequence[Statement] = (),
    answers: Mapping[str, str] | None = None, today: date,
) -> Effect:  # fmt: skip
    """Return what more statements change in how a workbook is read. said, answers: what holds already."""
    known = answers or {}
    before = facts.read(workbook, known, today, said)
    after = facts.read(workbook, known, today, [*said, *new])
    return Effect(before, after, tuple(n - len(said) for n in after.unused if n >= len(said)))


def _figures(found: Found) -> dict[Cells, tuple[object, ...]]:
    """Return what each figure that waits for nothing is, by its sheet and its first cell."""
    return {(f.table.sheet, f.tokens[0].address): _content(f) for f in found.facts if not f.pending}


def _content(fact: Fact) -> tuple[object, ...]:
    return fact.name, fact.part, fact.period, fact.series, fact.value, fact.unit, len(fact.tokens)


# -- where statements stand -------------------------------------------------------------------------------------------


def kept(workbook: Path, *, settings: Path | None = None) -> Known:
    """Return what the store of a workbook keeps, nothing where there is none."""
    path = readings.place(workbook, settings)
    return given(path) if path.is_file() else Known({})


def given(path: Path) -> Known:
    """Return the answers and statements of a file: TOML as it is kept, or JSON, where ``said`` is the statements."""
    if path.suffix.lower() == ".json":
        return _json(path)
    store, told = readings.read(path)
    if told:
        return Known({}, (), told)
    good, told = statements(store.said, path.name)
    return Known(store.values(), good, told)


def _json(path: Path) -> Known:
    values, told = _loaded(path)
    if told:
        return Known({}, (), told)
    said = values.pop("said", []) if isinstance(values, dict) else []
    if not isinstance(values, dict) or not all(readings.is_answer(value) for value in values.values()):
        return Known({}, (), (_unusable(path, Message("problems.answers.form")),))
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        return Known({}, (), (_unusable(path, Message("problems.said.form")),))
    good, told = statements(said, path.name)
    return Known({number: str(value) for number, value in values.items()}, good, told)


@dataclass(frozen=True, slots=True)
class Posted:
    """Statements as the desk posts them. dry: their effect is only to be shown."""

    said: tuple[dict[str, Any], ...] = ()
    statements: tuple[Statement, ...] = ()
    dry: bool = False
    problems: tuple[Diagnostic, ...] = ()


def posted(path: Path) -> Posted:
    """Return the statements of a file as the desk posts them, a JSON object a line; blank lines are none."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)[:LARGEST].decode("utf-8-sig")
        requests = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        return Posted(problems=(_unusable(path, error.strerror or type(error).__name__),))
    except (ValueError, RecursionError) as error:
        return Posted(problems=(_unusable(path, str(error)),))
    if not all(isinstance(each, dict) for each in requests):
        return Posted(problems=(_unusable(path, Message("problems.said.form")),))
    said = tuple({key: value for key, value in each.items() if key not in OF_THE_REQUEST} for each in requests)
    good, told = statements(said, path.name)
    return Posted(said, good, any(each.get("dry") is True for each in requests), told)


def _loaded(path: Path) -> tuple[Any, tuple[Diagnostic, ...]]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        return json.loads(data[:LARGEST].decode("utf-8-sig")), ()
    except OSError as error:
        return None, (_unusable(path, error.strerror or type(error).__name__),)
    except (ValueError, RecursionError) as error:
        return None, (_unusable(path, str(error)),)


def _unusable(path: Path, reason: object) -> Diagnostic:
    return problems.ANSWERS_UNUSABLE.at(Where(path.name), reason=reason)
