"""Read the Settings sheet and the Calendar sheet."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Where, did_you_mean
from kpireport.core.lexicon import standard
from kpireport.core.model import Missing, Settings
from kpireport.core.parse import tables, titles, vocabulary
from kpireport.core.parse.dates import day, month_number
from kpireport.core.parse.names import suggestion
from kpireport.core.parse.numbers import Number, number
from kpireport.core.parse.period_names import parse_period, period
from kpireport.core.parse.units import is_scaled
from kpireport.core.periods import Calendar, CalendarGap, Frequency, Period

if TYPE_CHECKING:
    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Cell, Sheet

TEXTS = ("organisation", "report_name", "mission", "business_type", "currency", "report_period")
UNUSED = ("timezone", "year")  # known, and told what to use instead
RATIOS = ("as_of_quorum", "amber_from", "cap", "floor", "min_coverage")
CHOICES = ("partial", "time_progress", "pct_base", "scoring", "week_split", "decimal", "scorecard", "fiscal_label",
           "goals_above", "language")  # fmt: skip
PATTERNS = {
    "4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4), "13": (4,) * 13, "13-period": (4,) * 13,
    "445": (4, 4, 5), "454": (4, 5, 4), "544": (5, 4, 4),
}  # fmt: skip
FIRST_YEARS, LAST_YEARS = 12, 8  # how many years a 4-4-5 calendar is laid out before and after its typed first day
FIELDS = frozenset(each.name for each in fields(Settings))


def settings(desk: Desk, sheet: Sheet) -> None:
    """Read key and value rows; the calendar is made last, from all that was said about it."""
    typed: dict[str, Any] = {}
    cells: dict[str, Where] = {}
    for row in sorted(sheet.rows):
        filled = [c for c in sheet.rows[row] if c.value is not None or c.error or c.formula]
        if len(filled) < 2 or not isinstance(filled[0].value, str):
            continue
        shown = tables.text_of(filled[0])
        name = standard().meaning("settings", shown)
        if name is None:
            beside = filled[1].value if isinstance(filled[1].value, str) else ""
            if row > min(sheet.rows) or titles.field("settings", beside) != "value":
                _unknown(desk, sheet, filled[0], shown)
            continue
        where = sheet.where(filled[1].row, filled[1].column)
        if name in UNUSED:
            desk.read_as("ignored", where, f"ignored.{name}")
            continue
        value = _value(desk, name, filled[1], where)
        if value is not None:
            typed[name], cells[name] = value, where
    desk.use(sheet, len(typed))
    calendar = _calendar(desk, typed, cells)
    known = {name: value for name, value in typed.items() if name in FIELDS and name != "calendar"}
    frozen = known.pop("frozen_through", None)
    scaled = is_scaled(typed.get("currency", ""))
    desk.settings = replace(desk.settings, calendar=calendar, cells=cells, currency_scaled=scaled, **known)
    if frozen is not None:
        through = parse_period(str(frozen), calendar)
        if isinstance(through, Period):
            desk.settings = replace(desk.settings, frozen_through=through)
        else:
            desk.tell(
                problems.SETTING_UNUSABLE.at(
                    cells["frozen_through"], found=frozen, name="frozen_through", expected="2026-03"
                )
            )


def _unknown(desk: Desk, sheet: Sheet, cell: Cell, shown: str) -> None:
    names = standard().meanings("settings")
    hint = did_you_mean(suggestion(shown, names))
    where = sheet.where(cell.row, cell.column)
    desk.tell(problems.SETTING_UNKNOWN.at(where, name=shown, near=hint, known=", ".join(names)))


def _value(desk: Desk, name: str, cell: Cell, where: Where) -> Any:
    """Return the value of one setting, or None where it is blank or was told as unusable."""
    text = tables.text_of(cell)
    if not text and not cell.error and not cell.uncached:
        return None
    value: Any
    expected = "a value"
    if name in TEXTS:
        return _period_text(cell, text) if name == "report_period" else text
    if name in CHOICES:
        value = vocabulary.meaning(name, text)
        expected = " / ".join(standard().meanings(f"choices.{name}"))
    elif name == "missing":
        value, expected = vocabulary.meaning("missing", text), " / ".join(m.value for m in Missing)
    elif name in ("allow_restated", "provisional", "restate_53"):
        value, expected = vocabulary.meaning("yes", text), "yes / no"
    elif name in ("as_of", "strategy_review", "calendar_start"):
        found = day(cell, where)
        value, expected = (found if isinstance(found, date) else None), "2026-11-06"
    elif name == "fiscal_year_start":
        value, expected = _month(cell, text), "1 - 12"
    elif name == "calendar":
        value = text.casefold() if text.casefold() in PATTERNS else vocabulary.meaning("calendar", text)
        expected = "gregorian / 4-4-5 / 4-5-4 / 5-4-4 / 13"
    elif name == "frozen_through":
        return _period_text(cell, text)
    else:
        value, expected = _amount(name, cell, where, desk), "0.9 / 90% / 15"
    if value is None:
        desk.tell(problems.SETTING_UNUSABLE.at(where, found=text or cell.error, name=name, expected=expected))
    return value


def _period_text(cell: Cell, text: str) -> str:
    """Return a period typed as a date (Excel turns 2026-10 into the first of October) as its month."""
    return text[:7] if not isinstance(cell.value, str | float | bool) and len(text) == 10 else text


def _month(cell: Cell, text: str) -> int | None:
    if isinstance(cell.value, float) and cell.value.is_integer() and 1 <= cell.value <= 12:
        return int(cell.value)
    digits = re.fullmatch(rf"([0-9]{{1,2}})\s*{standard().either('periods', 'month')}?", text)
    if digits is not None:
        return int(digits[1]) if 1 <= int(digits[1]) <= 12 else None
    try:
        return month_number(text.casefold())
    except KeyError:
        return None


def _amount(name: str, cell: Cell, where: Where, desk: Desk) -> float | int | None:
    found = number(cell, where, decimal=desk.settings.decimal)
    if not isinstance(found, Number):
        return None
    value = found.value
    if name in RATIOS:
        value = value / 100 if not found.share and abs(value) > 5 else value
        return value if 0 <= value <= 5 else None
    if name == "grace_days":
        return int(value) if value >= 0 else None
    return value if value >= 0 else None


def _calendar(desk: Desk, typed: dict[str, Any], cells: dict[str, Where]) -> Calendar:
    start, label = typed.get("fiscal_year_start", 1), typed.get("fiscal_label", "end")
    pattern = PATTERNS.get(typed.get("calendar", ""))
    first = typed.get("calendar_start")
    if pattern is None:
        return Calendar(fiscal_year_start=start, label=label)
    if first is None:
        where = cells.get("calendar", Where())
        desk.tell(problems.SETTING_UNUSABLE.at(where, found="", name="calendar_start", expected="2025-12-29"))
        return Calendar(fiscal_year_start=start, label=label)
    return Calendar.four_four_five(_first_days(first, label), pattern, label=label)


def _first_days(first: date, label: str) -> dict[int, date]:
    """Lay out the first days of years around a typed one: 52 weeks each, 53 where a year would drift by a week."""
    middle = first + timedelta(days=182)
    named = middle.year if label == "end" else first.year
    days = {named: first}
    for step in range(1, LAST_YEARS + 1):
        days[named + step] = _next(days[named + step - 1], first)
    for step in range(1, FIRST_YEARS + 1):
        earlier = days[named - step + 1] - timedelta(weeks=52)
        days[named - step] = earlier if abs(_drift(earlier, first)) <= 3 else earlier - timedelta(weeks=1)
    return days


def _next(day_before: date, anchor: date) -> date:
    later = day_before + timedelta(weeks=52)
    return later if abs(_drift(later, anchor)) <= 3 else later + timedelta(weeks=1)


def _drift(found: date, anchor: date) -> int:
    """Return how many days a first day is from the anniversary of the typed one, the nearest of three."""
    gaps = []
    for year in (found.year - 1, found.year, found.year + 1):
        last = anchor.day if not (anchor.month == 2 and anchor.day == 29) else 28
        gaps.append((found - date(year, anchor.month, last)).days)
    return min(gaps, key=abs)


def calendar(desk: Desk, table: Table) -> None:
    """Read the Calendar sheet (Period, Start, End), which always wins. Rule: R32."""
    spans: dict[Period, tuple[date, date]] = {}
    plain = Calendar(desk.settings.calendar.fiscal_year_start, desk.settings.calendar.label)
    last: date | None = None
    for row in table.rows:
        if not table.text(row, "start") and not table.text(row, "period"):
            continue
        named = period(table.cell(row, "period"), table.place(row, "period"), calendar=plain)
        start, end = desk.day(table, row, "start"), desk.day(table, row, "end")
        joined = start is not None and (last is None or start == last + timedelta(days=1))
        ordered = start is not None and end is not None and start <= end
        if not isinstance(named, Period) or named.frequency is not Frequency.MONTH or not (ordered and joined):
            shown = " ".join(table.text(row, name) for name in ("period", "start", "end"))
            desk.tell(problems.CALENDAR_ROW.at(table.place(row, "period"), found=shown))
            continue
        if start is not None and end is not None:
            spans[named], last = (start, end), end
    if not spans:
        return
    try:
        made = Calendar(plain.fiscal_year_start, plain.label, spans)
    except CalendarGap as gap:
        desk.tell(problems.CALENDAR_ROW.at(Where(table.sheet.file, table.sheet.name), found=str(gap)))
        return
    desk.use(table.sheet, len(spans))
    desk.settings = replace(desk.settings, calendar=made)
