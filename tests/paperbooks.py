"""Workbooks that are hard to print: one to two hundred KPIs, long and foreign names, gaps, huge and tiny figures."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

MONTHS = [f"{2025 + (n + 9) // 12}-{(n + 9) % 12 + 1:02d}" for n in range(-6, 13)]
LONG = "of all the orders that were promised to customers in the first half and kept within three working days"
NAMES = ("Orders kept", "按时交付率", "Revenue <b>&amp; more</b>", "Margin 🚀 after tax", "إيرادات", "Cost per visit")
LEVELS = (12.0, 0.0042, 85.0, 940.0, 15200.0, 4.8e9, -350.0)


@dataclass(frozen=True)
class Hard:
    """What is to be printed. state: "mixed", "off", "on" or "no target"; months: how many there are figures for.

    goals: KPIs of the whole organisation, which the others serve. settings: rows of the Settings sheet.
    """

    kpis: int
    goals: int = 4
    state: str = "mixed"
    months: int = 19
    gaps: float = 0.06
    settings: tuple[tuple[str, str], ...] = ()
    target: float | None = None
    headline: str = ""
    decisions: tuple[str, ...] = ()


def name(number: int) -> str:
    """Return the name of a KPI: one in four is longer than sixty characters, some are not Latin."""
    base = f"{NAMES[number % len(NAMES)]} {number}"
    return f"{base} {LONG}" if number % 4 == 3 else base


def write(hard: Hard, path: Path) -> Path:
    """Write the workbook."""
    chance = random.Random(hard.kpis * 31 + hard.goals)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Goals"
    sheet.append(["KPI", "Level", "Parent", "Department", "Unit", "Target", "Direction", "Owner", "Aggregation"])
    data = book.create_sheet("Metrics")
    months = MONTHS[-hard.months :]
    data.append(["KPI", *months])
    for number in range(hard.kpis):
        _kpi(hard, number, chance, sheet, data, len(months))
    settings = book.create_sheet("Settings")
    rows = (("Setting", "Value"), ("organisation", "Hard & Sons <Ltd>"), ("report_period", "2026-10"), *hard.settings)
    for row in rows:
        settings.append(list(row))
    notes = [("headline", hard.headline)] if hard.headline else []
    notes += [("decision", text) for text in hard.decisions]
    if notes:
        sheet = book.create_sheet("Notes")
        for line in (("Type", "Text"), *notes):
            sheet.append(list(line))
    book.save(path)
    return path


def _kpi(hard: Hard, number: int, chance: random.Random, goals: Any, data: Any, months: int) -> None:
    top = number < hard.goals
    level = LEVELS[number % len(LEVELS)] if hard.target is None else hard.target
    direction = "lower" if number % 3 == 2 else "higher"
    side = -1 if direction == "lower" else 1
    target: float | None = None if hard.state == "no target" else level
    parent = None if top or not hard.goals else name(number % hard.goals)
    department = None if top else f"Department {'ABCDE'[number % 5]}"
    unit = ("EUR", "", "days", "pieces of equipment", "EUR", "EUR", "EUR")[number % 7]
    row = [name(number), "organisation" if top else "department", parent, department, unit]
    goals.append([*row, target, direction, f"Owner {number % 7}", "average"])
    drift = {"off": -0.35, "on": 0.12}.get(hard.state, chance.uniform(-0.2, 0.15))
    size = abs(level) or 1.0
    values: list[float | None] = [
        float(f"{level + side * size * (drift * (m + 1) / months + chance.uniform(-0.01, 0.01)):.6g}")
        for m in range(months)
    ]
    if hard.state == "mixed" and number and chance.random() < hard.gaps:
        values[-1] = None
    data.append([name(number), *values])
