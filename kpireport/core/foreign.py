"""Workbooks that are not in our layout: which they are, and how the finder's figures join the goals. Rule: L62."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kpireport.core import a1
from kpireport.core.catalogue import sheets as problems
from kpireport.core.catalogue.layout import DERIVED_DIFFERS
from kpireport.core.diagnostics import Diagnostic, Where
from kpireport.core.lexicon import standard
from kpireport.core.messages import Message, quoted
from kpireport.core.model import Kpi, Measure, Unit
from kpireport.core.parse import layouts as layouts_of
from kpireport.core.parse import tables, titles, vocabulary
from kpireport.core.parse.figures import Sheetful
from kpireport.core.parse.goals import TARGETS, Draft
from kpireport.core.parse.names import without_unit
from kpireport.core.parse.numbers import number
from kpireport.core.parse.targets import conflict, target
from kpireport.core.parse.unit_of import unit_of
from kpireport.core.reading import figures, kinds, words
from kpireport.core.reading.differences import differences
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.own_layout import in_our_layout, wholly_ours
from kpireport.core.reading.read import Finder
from kpireport.core.reading.said_kept import statements
from kpireport.core.reading.state import ReadingState, Remembered, state
from kpireport.core.spelling import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.parse.desk import Desk
    from kpireport.core.reading.account import Found
    from kpireport.core.reading.figures import Line
    from kpireport.core.reading.questions import Question
    from kpireport.core.workbook import Sheet, Workbook

READ = frozenset({"fact", "result", "pending", "goals", "settings"})
NOTHING = Remembered()
LISTED = 40  # lines of what was left out of one workbook; the rest is counted


@dataclass
class Foreign:
    """The readings of workbooks that are not in our layout, while their figures join the goals."""

    desk: Desk
    remembered: Mapping[str, Remembered]
    readings: dict[str, tuple[Workbook, Found]] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)

    def read(self, workbook: Workbook) -> None:
        """Let the finder read a workbook with what was answered about it."""
        kept = self.remembered.get(workbook.file, NOTHING)
        said, _ = statements(kept.said, workbook.file)  # what is wrong with them was told when they were loaded
        found = Finder(workbook, words.standard(), standard(), kept.answers, self.desk.today, said).run()
        self.readings[workbook.file] = workbook, found
        if in_our_layout(found, standard()):
            self.ours.add(workbook.file)
            for sheet in dict.fromkeys(t.sheet for t in found.tables if not t.contract):
                read = next(s for s in workbook.sheets if s.name == sheet)
                self.desk.problems.extend(layouts_of.figure_tables(read, calendar=self.desk.settings.calendar)[1])

    def goals_of(self, sheet: Sheet) -> bool:
        """Return whether a sheet holds a list of goals: it is called so, or the finder sees that it is one."""
        if sheet.file not in self.readings or titles.role_of(sheet.name) == "goals":
            return True
        return any(t.contract and t.sheet == sheet.name for t in self.readings[sheet.file][1].tables)

    def gather(self, drafts: dict[str, Draft], *, closed: bool) -> list[Sheetful]:
        """Return the figures of all readings; lines that are no goals yet become goals, but for a closed list."""
        made: list[Sheetful] = []
        for workbook, found in self.readings.values():
            joined = _Joined(self.desk, drafts, closed=closed and bool(drafts))
            yes_no = {k for k, draft in drafts.items() if draft.yes_no}
            taken = figures.take(
                workbook,
                found,
                standard(),
                joined.admit,
                decimal=self.desk.settings.decimal,
                yes_no=yes_no,
                twice=workbook.file in self.ours,
            )
            self.desk.problems.extend(taken.problems)
            self._disagreeing(workbook, found)
            by_sheet: dict[str, Sheetful] = {}
            for raw in taken.raws:
                if raw.sheet not in by_sheet:
                    sheet = next(s for s in workbook.sheets if s.name == raw.sheet)
                    by_sheet[raw.sheet] = Sheetful(tables.Table(sheet, "metrics", 1, {}))
                by_sheet[raw.sheet].figures.append(raw)
            for sheetful in by_sheet.values():
                self.desk.use(sheetful.table.sheet, len(sheetful.figures))
            self._as_answered(found, workbook.file, drafts, joined.names)
            made.extend(by_sheet.values())
            self._told(workbook, found)
        return made

    def states(self) -> dict[str, ReadingState]:
        """Return how far the reading of each workbook is confirmed."""
        made = {}
        for file, (_, found) in self.readings.items():
            kept = self.remembered.get(file, NOTHING)
            sure = wholly_ours(found, standard())
            made[file] = state(found, kept.seen, ours=sure, answers=kept.answers, workbook=file)
        return made

    def _as_answered(self, found: Found, file: str, drafts: dict[str, Draft], names: Mapping[str, str]) -> None:
        said = self.remembered.get(file, NOTHING).answers
        for k, name in names.items():
            kpi = drafts[k].kpi
            drafts[k].kpi = replace(
                kpi,
                aggregation=kpi.aggregation or figures.aggregation_of(name, said, found),
                direction=kpi.direction or figures.direction_of(name, said, found),
                parts_by=kpi.parts_by or figures.parts_by_of(name, said, found),
            )

    def _disagreeing(self, workbook: Workbook, found: Found) -> None:
        """Tell the variances and totals that disagree with the figures they are made of. Rule: L23."""
        for each in (d for table in found.tables for d in differences(table)):
            place = Where(workbook.file, each.sheet, each.token.address)
            computed = float(f"{each.computed:.6g}")
            self.desk.tell(DERIVED_DIFFERS.at(place, title=each.title, typed=each.token.number, computed=computed))

    def _told(self, workbook: Workbook, found: Found) -> None:
        """Tell the balance, what was left out and why, and what is asked."""
        classes = Counter(entry.what for entry in found.account.values())
        read = sum(classes[what] for what in READ)
        place = Where(workbook.file)
        self.desk.read_as("balance", place, "balance", numbers=found.numbers, accounted=len(found.account), read=read)
        groups: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
        reasons: dict[tuple[str, str, str], Message] = {}
        for (sheet, row, column), entry in found.account.items():
            if entry.what not in READ and entry.what != "title":
                reason = sheet, entry.why.key, repr(entry.why.fields)
                groups[reason].append((row, column))
                reasons[reason] = entry.why
        for reason, cells in list(groups.items())[:LISTED]:
            area = Where(workbook.file, reason[0], a1.address(*cells[0]))
            sentence = "left_out.one" if len(cells) == 1 else "left_out.several"
            self.desk.read_as("ignored", area, sentence, why=reasons[reason], count=len(cells))
        rest = list(groups.values())[LISTED:]
        if rest:
            self.desk.read_as("ignored", place, "left_out.rest", count=sum(map(len, rest)), kinds=len(rest))
        self._unnamed(workbook, found)
        self._wordy(workbook, found)
        for note in found.notes:
            self.desk.read_as("layout", place, "note", text=note)
        for question in found.questions:
            ours = workbook.file in self.ours
            told = question.kind in figures.TWICE and ours  # as two figures, by their cells
            if not told and (question.grade == "must" or (question.grade == "should" and not ours)):
                self._asked(workbook, question)

    def _unnamed(self, workbook: Workbook, found: Found) -> None:
        """Tell the rows of figures that nothing names, each once."""
        rows = {(sheet, row) for (sheet, row, _), e in found.account.items() if e.why.key == "reading.no-label"}
        columns = {t.sheet: t.name_column.column for t in found.tables if t.name_column is not None}
        for sheet, row in sorted(rows):
            place = a1.address(row, columns.get(sheet, 1))
            self.desk.tell(problems.ROW_WITHOUT_KPI.at(Where(workbook.file, sheet, place)))

    def _wordy(self, workbook: Workbook, found: Found) -> None:
        """Tell the rows that are named like a line and hold words alone where the others have figures."""
        for table in found.tables:
            name, columns = table.name_column, {c.column for c in table.values}
            if name is None or not table.facts or table.orientation == "down":
                continue
            for row in table.body:
                label = table.region.get(row, name.column)
                cells = [t for t in table.region.by_row[row] if t.column in columns]
                if label is None or not cells or any(t.kind not in (Kind.TEXT, Kind.TRUTH) for t in cells):
                    continue
                place = Where(workbook.file, table.sheet, a1.address(row, name.column))
                why = Message("readings.why.row_words")
                self.desk.read_as("ignored", place, "ignored.row", label=quoted(label.text, 300), why=why)

    def _asked(self, workbook: Workbook, question: Question) -> None:
        kind = problems.QUESTION_OPEN if question.grade == "must" else problems.QUESTION_ASSUMED
        place, answers = place_of(workbook.file, question.where), "|".join(question.alternatives)
        asked, changed = kinds.asked(question), kinds.changed(question)
        said = {"question": asked, "changes": changed, "answers": answers, "id": question.id, "file": workbook.file}
        self.desk.tell(kind.at(place, **said))


def place_of(file: str, text: str) -> Where:
    """Return a place that the finder names: ``Sheet!A3:P20``, or words that are none."""
    first = text.split("; ")[0]
    sheet, mark, cell = first.rpartition("!")
    first_cell, _, last_cell = cell.partition(":")
    known = a1.place(first_cell) and (not last_cell or a1.place(last_cell))
    return Where(file, sheet, cell) if mark and known else Where(file)


class _Joined:
    """Whose figures a line's are: a goal's, by its name, or those of a goal of its own."""

    def __init__(self, desk: Desk, drafts: dict[str, Draft], *, closed: bool) -> None:
        self.desk, self.drafts, self.closed = desk, drafts, closed
        self.unknown: set[str] = set()
        self.names: dict[str, str] = {}

    def admit(self, line: Line) -> str | None:
        known = self.desk.kpi_key(line.name) or self.desk.kpi_key(without_unit(line.name))
        if known is not None:
            self.names.setdefault(known, line.name)
            return known
        if self.closed:
            if key(line.name) not in self.unknown:
                self.unknown.add(key(line.name))
                self.desk.tell(problems.KPI_UNKNOWN.at(line.where, name=line.name, near=self.desk.near(line.name)))
            return None
        said = line.fields
        section = line.section if key(line.section) != key(line.name) else ""
        kpi = Kpi(
            key(line.name), "", line.name, line.where, unit=unit_of(said.get("unit", "") or line.unit, line.name),
            department=said.get("department", ""), owner=said.get("owner", ""),
            perspective=said.get("perspective", "") or section, cells={"unit": line.where},
            direction=vocabulary.meaning("direction", said.get("direction", "")),
        )  # fmt: skip
        draft = self._with_target(Draft(kpi), line)
        self._with_amounts(draft, line)
        self.desk.kpis[kpi.key] = draft.kpi
        self.drafts[kpi.key] = draft
        self.names[kpi.key] = line.name
        return kpi.key

    def _with_amounts(self, draft: Draft, line: Line) -> None:
        """Give a goal its weight, its baseline and the like that stand beside its figures."""
        for name, cell in line.amounts.items():
            if name in TARGETS or line.sheet is None:
                continue
            place = line.sheet.where(cell.row, cell.column)
            typed = number(cell, place, decimal=self.desk.settings.decimal)
            if isinstance(typed, Diagnostic):
                self.desk.tell(typed)
            elif typed is not None and name == "weight":
                draft.kpi = replace(draft.kpi, weight=typed.value, cells={**draft.kpi.cells, "weight": place})
            elif typed is not None:
                draft.amounts[name] = typed, place

    def _with_target(self, draft: Draft, line: Line) -> Draft:
        """Return a goal with the target beside its figures that is of no period of its own. Rule: R6."""
        for name, basis in TARGETS.items():
            cell = line.amounts.get(name)
            if cell is None or line.sheet is None:
                continue
            place = line.sheet.where(cell.row, cell.column)
            typed = target(cell, place, decimal=self.desk.settings.decimal)
            if isinstance(typed, Diagnostic):
                self.desk.tell(typed)
                return draft
            if typed is None:
                continue
            kpi = draft.kpi
            wrong = conflict(typed, kpi.direction, kpi.name, place)
            if wrong:
                self.desk.tell(wrong)
            if basis is not None:
                self.desk.read_as("basis", place, f"basis.{basis.value}", kpi.key)
            unit = Unit("%", Measure.SHARE) if not kpi.unit.text and all(n.share for n in typed.numbers) else kpi.unit
            direction, cells = kpi.direction or typed.direction, {**kpi.cells, "target": place}
            draft.kpi = replace(kpi, direction=direction, basis=basis, unit=unit, cells=cells)
            draft.target = typed
            return draft
        return draft
