"""Read the Goals sheet: one row for each KPI or metric."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Diagnostic, Where
from kpireport.core.messages import quoted
from kpireport.core.model import Amount, Basis, Direction, Kind, Kpi, Lifecycle, Measure, Method, Rollup, Span, Unit
from kpireport.core.parse import tables, vocabulary
from kpireport.core.parse.names import header_unit
from kpireport.core.parse.numbers import Number, number
from kpireport.core.parse.targets import Target, conflict, target
from kpireport.core.parse.unit_of import unit_of
from kpireport.core.spelling import clean, key

if TYPE_CHECKING:
    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.numbers import PercentScale
    from kpireport.core.parse.tables import Table

TARGETS = {
    "target": None, "target_year": Basis.YEAR, "target_period": Basis.PERIOD, "target_cumulative": Basis.CUMULATIVE,
}  # fmt: skip
AMOUNTS = ("baseline", "red_line", "threshold", "stretch", "low", "high", "benchmark")
TEXTS = ("why", "strategy", "problem", "means", "goal", "customer_benefit", "company_benefit", "team_benefit", "notes")
PLAIN = ("owner", "perspective", "department", "definition", "numerator", "denominator", "trigger")


@dataclass
class Draft:
    """A KPI before its percentages are decided. amounts: typed numbers by field, with their cells."""

    kpi: Kpi
    target: Target | None = None
    amounts: dict[str, tuple[Number, Where]] = field(default_factory=dict)
    years: dict[int, tuple[Target, Where]] = field(default_factory=dict)
    yes_no: bool = False

    def numbers(self) -> list[Number]:
        """Return every number that is in the KPI's unit, for the decision on percentages."""
        found = [each for each, _ in self.amounts.values()]
        for each in (self.target, *(t for t, _ in self.years.values())):
            found.extend(each.numbers if each else ())
        return found

    def finished(self, scale: PercentScale | None) -> Kpi:
        """Return the KPI with all its amounts in its unit; shares as ratios."""

        def value(name: str) -> float | None:
            found = self.amounts.get(name)
            return None if found is None else scale.ratio(found[0]) if scale else found[0].value

        span = self.target.span(scale) if self.target else None
        low, high = value("low"), value("high")
        direction = self.kpi.direction
        if span is None and low is not None and high is not None and direction in (None, Direction.RANGE):
            span, direction = Span(low=low, high=high), Direction.RANGE
        years = {}
        for label, (each, where) in self.years.items():
            yearly = each.span(scale)
            middle = yearly.value if yearly.value is not None else yearly.high
            if middle is not None:
                years[label] = Amount(middle, where)
        return replace(
            self.kpi,
            target=span,
            direction=direction or Direction.HIGHER,
            year_targets=years,
            baseline=value("baseline"),
            red_line=value("red_line"),
            threshold=value("threshold"),
            stretch=value("stretch"),
            benchmark=value("benchmark"),
            maximum=None if direction is Direction.RANGE else high,
        )


def goals(desk: Desk, table: Table, *, again: bool = False) -> dict[str, Draft]:
    """Read the rows of a Goals table. again: a KPI that is known already is no mistake."""
    found: dict[str, Draft] = {}
    unit_above = tables.unit_above(table)
    for row in table.rows:
        name = table.text(row, "name")
        if not name:
            if any(table.text(row, each) for each in TARGETS):
                desk.tell(problems.NAME_MISSING.at(table.place(row, "name")))
            continue
        if tables.is_total(name):
            desk.read_as("ignored", table.place(row, "name"), "ignored.row_total", name=quoted(name, 300))
            continue
        if _is_section(table, row):
            continue
        draft = _draft(desk, table, row, name, unit_above)
        first = found.get(draft.kpi.key)
        known = first.kpi if first else desk.kpis.get(draft.kpi.key)
        if known is not None and again:
            continue
        if known is not None:
            place = str(known.where.address if known.where.file == draft.kpi.where.file else known.where)
            desk.tell(problems.KPI_TWICE.at(draft.kpi.where, name=name, first=place))
            continue
        _name_id(desk, draft.kpi)
        found[draft.kpi.key] = draft
        desk.kpis[draft.kpi.key] = draft.kpi
    desk.use(table.sheet, len(found))
    desk.tables.append(table)
    return found


def _is_section(table: Table, row: int) -> bool:
    """Return whether a row holds nothing but a label while the table is wide: a heading inside the table."""
    others = [c for c in table.sheet.rows.get(row, ()) if c.column != table.columns["name"]]
    merged = any(
        top == row and left == table.columns["name"] and right > left for top, left, _, right in table.sheet.merges
    )
    return merged and not any(c.value is not None for c in others)


def _name_id(desk: Desk, kpi: Kpi) -> None:
    if not kpi.id:
        return
    wanted = key(kpi.id)
    other = desk.ids.get(wanted)
    if other is not None and other != kpi.key:
        first = desk.kpis[other].cell("id").address
        desk.tell(problems.ID_TWICE.at(kpi.cell("id"), id=kpi.id, first=first))
        return
    desk.ids[wanted] = kpi.key


def _draft(desk: Desk, table: Table, row: int, name: str, unit_above: str) -> Draft:
    where = table.place(row, "name")
    cells = {each: table.where(row, column) for each, column in table.columns.items()}
    unit_text = table.text(row, "unit") or header_unit(name) or _title_unit(table) or unit_above
    unit = unit_of(unit_text, name)
    yes_no = unit.measure is Measure.YES_NO
    typed, basis, place = _target(desk, table, row, yes_no=yes_no)
    direction = desk.choice(table, row, "direction")
    if typed is not None:
        wrong = conflict(typed, direction, name, place)
        if wrong:
            desk.tell(wrong)
        if direction is None and typed.direction is not None:
            direction = typed.direction
            desk.read_as("direction", place, f"direction.{direction.value}", key(name), found=quoted(typed.text, 300))
    cells["target"] = place
    amounts = {}
    for each in AMOUNTS:
        got = _number(desk, table, row, each, yes_no=yes_no)
        if got is not None:
            amounts[each] = (got, table.place(row, each))
    if direction is Direction.RANGE and not _has_range(typed, amounts):
        desk.tell(problems.RANGE_HALF.at(table.place(row, "direction")))
    numbers = [*(typed.numbers if typed else ()), *(n for n, _ in amounts.values())]
    if not unit_text and numbers and all(n.share for n in numbers):
        unit = Unit("%", Measure.SHARE)
    if basis is not None:
        desk.read_as("basis", place, f"basis.{basis.value}", key(name))
    kpi = Kpi(
        key=key(name),
        id=table.text(row, "id"),
        name=name,
        where=where,
        kind=desk.choice(table, row, "kind") or Kind.KPI,
        level=desk.choice(table, row, "level"),
        parent=key(table.text(row, "parent")) or None,
        unit=unit,
        direction=direction,
        weight=desk.amount(table, row, "weight"),
        aggregation=desk.choice(table, row, "aggregation"),
        formula=_formula(table, row),
        frequency=desk.choice(table, row, "frequency"),
        method=desk.choice(table, row, "method") or Method.LINEAR,
        missing=desk.choice(table, row, "missing"),
        rollup=desk.choice(table, row, "rollup") or Rollup.WEIGHTED,
        basis=basis,
        phasing=_phasing(desk, table, row),
        phased_as_before=_as_before(table, row),
        cap=desk.ratio(table, row, "cap", most=5),
        floor=desk.ratio(table, row, "floor", most=5),
        start=desk.day(table, row, "start"),
        end=desk.day(table, row, "end"),
        review=desk.day(table, row, "review"),
        lifecycle=desk.choice(table, row, "lifecycle") or Lifecycle.FINAL,
        priority=_priority(desk, table, row),
        decimals=_whole(desk.amount(table, row, "decimals")),
        texts={each: text for each in TEXTS if (text := table.text(row, each))},
        cells=cells,
        **{each: table.text(row, each) for each in PLAIN},  # type: ignore[arg-type]
    )
    kpi = replace(kpi, numerator=key(kpi.numerator or "") or None, denominator=key(kpi.denominator or "") or None)
    return Draft(kpi, typed, amounts, _years(desk, table, row, yes_no=yes_no), yes_no)


def _has_range(typed: Target | None, amounts: dict[str, Any]) -> bool:
    return (typed is not None and (typed.low is not None or typed.value is not None)) or {"low", "high"} <= set(amounts)


def _title_unit(table: Table) -> str:
    for name in TARGETS:
        column = table.columns.get(name)
        unit = header_unit(tables.text_of(table.sheet.at(table.header, column))) if column else ""
        if unit:
            return unit
    return ""


def _target(desk: Desk, table: Table, row: int, *, yes_no: bool) -> tuple[Target | None, Basis | None, Where]:
    """Return the target of a row, with the basis that its column's title names: the first column that is filled."""
    for name, basis in TARGETS.items():
        if name not in table.columns:
            continue
        place = table.place(row, name)
        found = target(table.cell(row, name), place, decimal=desk.settings.decimal, yes_no=yes_no)
        if isinstance(found, Diagnostic):
            desk.tell(found)
            return None, basis, place
        if found is not None:
            return found, basis, place
    return None, None, table.place(row, "target")


def _number(desk: Desk, table: Table, row: int, name: str, *, yes_no: bool) -> Number | None:
    found = number(table.cell(row, name), table.place(row, name), decimal=desk.settings.decimal, yes_no=yes_no)
    if isinstance(found, Diagnostic):
        desk.tell(found)
        return None
    return found


def _years(desk: Desk, table: Table, row: int, *, yes_no: bool) -> dict[int, tuple[Target, Where]]:
    found = {}
    for label, column in table.years.items():
        place = table.where(row, column)
        got = target(table.sheet.at(row, column), place, decimal=desk.settings.decimal, yes_no=yes_no)
        if isinstance(got, Diagnostic):
            desk.tell(got)
        elif got is not None:
            found[label] = (got, place)
    return found


def _formula(table: Table, row: int) -> str:
    """Return the arithmetic of a computed KPI; prose in that column is a definition, not a formula."""
    text = table.text(row, "formula").lstrip("=").strip()
    return text if any(sign in text for sign in "+-*/×÷") and len(text) < 200 else ""


def _as_before(table: Table, row: int) -> bool:
    """Return whether the year's target is split as the year before went. Rule: R24."""
    return vocabulary.meaning("phasing", table.text(row, "phasing")) is True


def _phasing(desk: Desk, table: Table, row: int) -> tuple[float, ...]:
    """Return phasing weights typed as a list: "8, 8, 9, ..."; none where it says "prior year"."""
    text = table.text(row, "phasing")
    if not text or _as_before(table, row):
        return ()
    parts = [part for part in text.replace("，", ",").replace(";", ",").replace("|", ",").split(",") if part.strip()]
    try:
        weights = tuple(float(clean(part).rstrip("%")) for part in parts)
    except ValueError:
        weights = ()
    if not weights or min(weights) < 0 or sum(weights) <= 0:
        desk.tell(
            problems.NO_CHOICE.at(
                table.place(row, "phasing"), found=text, field="Phasing", choices="8, 8, 9, ... / prior year"
            )
        )
        return ()
    return weights


def _priority(desk: Desk, table: Table, row: int) -> float | None:
    """Return a rank typed as a number, or as a word: high is 1, low is 3."""
    word: float | None = vocabulary.meaning("priority", table.text(row, "priority"))
    return desk.amount(table, row, "priority") if word is None else word


def _whole(value: float | None) -> int | None:
    return None if value is None or not 0 <= value <= 6 else int(value)
