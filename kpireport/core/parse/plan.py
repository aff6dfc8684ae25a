"""Read what people wrote: plan, notes, revisions and triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Diagnostic
from kpireport.core.lexicon import standard
from kpireport.core.model import Basis, Note, NoteKind, PlanItem, Revision, Step, TriggerRule
from kpireport.core.parse import tables, vocabulary
from kpireport.core.parse.targets import target_in_text

if TYPE_CHECKING:
    from datetime import date

    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.numbers import PercentScale
    from kpireport.core.parse.tables import Table
    from kpireport.core.periods import Period

NUMERIC = ("target", "weight", "red_line", "baseline", "stretch")


def plan(desk: Desk, table: Table) -> list[PlanItem]:
    """Read the Plan sheet."""
    found = []
    for row in table.rows:
        action = table.text(row, "action") or table.text(row, "obstacle")
        if not action or tables.is_total(action):
            continue
        found.append(_item(desk, table, row, action))
    desk.use(table.sheet, len(found))
    return found


def _item(desk: Desk, table: Table, row: int, action: str) -> PlanItem:
    start, due = desk.day(table, row, "start"), desk.day(table, row, "due")
    if start and due and due < start:
        place = table.place(row, "due")
        desk.tell(problems.DUE_BEFORE_START.at(place, due=due.isoformat(), start=start.isoformat()))
        start = None
    done, finished = _done(desk, table, row)
    status = table.text(row, "status")
    progress = desk.ratio(table, row, "progress")
    if progress is not None and not 0 <= progress <= 1:
        shown = table.text(row, "progress")
        desk.tell(problems.PROGRESS_BEYOND.at(table.place(row, "progress"), found=shown))
        progress = None
    return PlanItem(
        id=table.text(row, "id"),
        step=desk.choice(table, row, "step") or Step.ACTION,
        action=action,
        where=table.place(row, "action"),
        kpi=desk.reference(table, row),
        project=table.text(row, "project"),
        owner=table.text(row, "owner"),
        start=start,
        due=due,
        done=done,
        finished=finished or done is not None or vocabulary.meaning("done", status) is True or progress == 1,
        status=status,
        progress=progress,
        budget=desk.amount(table, row, "budget"),
        spent=desk.amount(table, row, "spent"),
        cost_category=table.text(row, "cost_category"),
        obstacle=table.text(row, "obstacle"),
        mitigation=table.text(row, "mitigation"),
        likelihood=_likelihood(table, row),
        points=desk.amount(table, row, "points"),
        benefit=desk.amount(table, row, "benefit"),
    )


def _done(desk: Desk, table: Table, row: int) -> tuple[date | None, bool]:
    """Return the day it was done, and whether a word says so ("yes") where a day might stand."""
    said = vocabulary.meaning("done", table.text(row, "done"))
    if said is not None:
        return None, bool(said)
    return desk.day(table, row, "done"), False


def _likelihood(table: Table, row: int) -> str:
    cell = table.cell(row, "likelihood")
    if cell is not None and isinstance(cell.value, float) and 0 <= cell.value <= 1 and "%" in cell.format:
        return f"{cell.value:.0%}"
    return tables.text_of(cell)


def notes(desk: Desk, table: Table) -> list[Note]:
    """Read the Notes sheet."""
    found = []
    year = tables.context_year(table.sheet, table.header)
    for row in table.rows:
        text = table.text(row, "text")
        if not text:
            continue
        found.append(
            Note(
                kind=desk.choice(table, row, "kind", "note") or NoteKind.COMMENT,
                text=text,
                where=table.place(row, "text"),
                period=desk.period(table, row, year=year) if table.text(row, "period") else None,
                kpi=desk.reference(table, row),
                author=table.text(row, "author"),
                written=desk.day(table, row, "written"),
            )
        )
    desk.use(table.sheet, len(found))
    return found


def revisions(desk: Desk, table: Table, scales: dict[str, PercentScale]) -> list[Revision]:
    """Read the Revisions sheet. scales: how plain numbers of percent KPIs are read, by KPI."""
    found = []
    year = tables.context_year(table.sheet, table.header)
    for row in table.rows:
        if not any(table.text(row, name) for name in ("kpi", "new", "field")):
            continue
        missing = [name for name in ("kpi", "field", "new", "effective") if not table.text(row, name)]
        if missing:
            titles = ", ".join(missing)
            desk.tell(problems.REVISION_INCOMPLETE.at(table.place(row, missing[0]), missing=titles))
            continue
        kpi = desk.reference(table, row)
        effective = desk.period(table, row, "effective", year)
        if kpi is None or effective is None:
            continue
        found.append(_revision(desk, table, row, kpi, effective, scales.get(kpi)))
    desk.use(table.sheet, len(found))
    return found


def _revision(desk: Desk, table: Table, row: int, kpi: str, effective: Period, scale: PercentScale | None) -> Revision:
    shown = table.text(row, "field")
    name = vocabulary.meaning("field", shown) or shown.casefold()
    typed = shown.casefold()
    basis = None
    if any(word in typed for word in standard().words("basis", "year")):
        basis = Basis.YEAR
    elif any(word in typed for word in standard().words("basis", "period")):
        basis = Basis.PERIOD
    numeric = name in NUMERIC
    return Revision(
        kpi=kpi,
        field=name,
        effective=effective,
        old=_shown(table, row, "old"),
        new=_shown(table, row, "new"),
        where=table.place(row, "new"),
        recorded=desk.day(table, row, "recorded"),
        amount=_amount(desk, table, row, "new", scale if name != "weight" else None) if numeric else None,
        old_amount=_amount(desk, table, row, "old", scale if name != "weight" else None) if numeric else None,
        basis=basis,
        reason=table.text(row, "reason"),
        approved_by=table.text(row, "approved_by"),
        retroactive=bool(desk.choice(table, row, "retroactive", "yes")),
    )


def _shown(table: Table, row: int, name: str) -> str:
    cell = table.cell(row, name)
    if cell is not None and isinstance(cell.value, float) and "%" in cell.format:
        return f"{cell.value * 100:.15g}%"
    return tables.text_of(cell)


def _amount(desk: Desk, table: Table, row: int, name: str, scale: PercentScale | None) -> float | None:
    cell = table.cell(row, name)
    if cell is not None and isinstance(cell.value, str):
        read = target_in_text(cell.value, table.place(row, name), decimal=desk.settings.decimal)
        if isinstance(read, Diagnostic):
            desk.tell(read)
            return None
        return read.span(scale).value if read else None
    found = desk.number(table, row, name)
    return None if found is None else scale.ratio(found) if scale else found.value


def triggers(desk: Desk, table: Table) -> list[TriggerRule]:
    """Read the Triggers sheet; conditions are kept as typed and understood later."""
    found = []
    for row in table.rows:
        condition = table.text(row, "condition")
        if not condition:
            continue
        kpi = desk.reference(table, row)
        if kpi is None:
            continue
        periods = desk.amount(table, row, "periods")
        found.append(
            TriggerRule(
                kpi=kpi,
                condition=condition,
                where=table.place(row, "condition"),
                periods=int(periods) if periods and 1 <= periods <= 60 else None,
                action=table.text(row, "action"),
                notify=table.text(row, "notify"),
                id=table.text(row, "id"),
            )
        )
    desk.use(table.sheet, len(found))
    return found
