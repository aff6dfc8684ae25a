"""The scorecard as plain rows, for a results workbook and for CSV: the same figures as the JSON, unrounded."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpireport.core.diagnostics import quoted
from kpireport.core.formatting import typed_decimals

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (
    "status", "name", "unit", "level", "department", "owner", "actual", "target", "gap", "attainment",
    "drivers_score", "previous", "year_ago", "ytd_actual", "ytd_target", "ytd_attainment", "trend", "forecast",
    "chance", "actual_cell", "target_cell",
)  # fmt: skip
RATIOS = ("attainment", "drivers_score", "ytd_attainment", "chance")
CHANGES = ("previous", "year_ago")  # a share's in percentage points, any other as a ratio. Rule: R26.
FIGURES = ("actual", "target", "gap", "ytd_actual", "ytd_target", "forecast")
POINTS = (*CHANGES, "gap")  # of a share: in percentage points. Rule: R26.
MOST_PLACES = 2
LONGEST = 32_000  # characters of a cell; Excel holds 32,767


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One KPI: values by column name, None for absent. status: as in the JSON. share: its figures are ratios.

    places: the decimals that its figures are shown with, in all periods the same.
    """

    status: str
    share: bool
    places: int
    values: Mapping[str, str | float | None]


def rows(data: Mapping[str, Any], words: Mapping[str, str]) -> tuple[ResultRow, ...]:
    """Return one row a KPI. data: the JSON document; words: of the theme's words file, the table ``table``."""
    return tuple(_row(kpi, words) for kpi in data["kpis"])


def _row(kpi: Mapping[str, Any], words: Mapping[str, str]) -> ResultRow:
    status = kpi["status"]
    cells = kpi["cells"]
    share = is_share(kpi)
    values: dict[str, str | float | None] = {
        "status": words.get(f"status_{status}", status),
        "name": kpi["name"],
        "unit": kpi["unit"],
        "level": words.get(f"level_{kpi['level']}", kpi["level"]),
        "department": kpi["department"],
        "owner": kpi["owner"],
        "actual": kpi["actual"],
        "target": _range(kpi.get("target_range"), share) if kpi["target"] is None else kpi["target"],
        "gap": kpi["gap"] * 100 if share and kpi["gap"] is not None else kpi["gap"],
        "attainment": kpi["attainment"],
        "drivers_score": kpi["drivers_score"],
        "previous": _change(kpi["change"]["previous"]),
        "year_ago": _change(kpi["change"]["year_ago"]),
        "ytd_actual": kpi["ytd"]["actual"],
        "ytd_target": kpi["ytd"]["target"],
        "ytd_attainment": kpi["ytd"]["attainment"],
        "trend": words.get(f"trend_{kpi['signal']['trend']}", ""),
        "forecast": kpi["landing"]["point"],
        "chance": kpi["landing"]["chance"],
        "actual_cell": ", ".join(cells["actual"]),
        "target_cell": ", ".join(cells["target"]),
    }
    cleaned = {key: quoted(value, LONGEST) if isinstance(value, str) else value for key, value in values.items()}
    return ResultRow(status, share, places(kpi), cleaned)


def _range(span: Mapping[str, float | None] | None, share: bool) -> str | None:
    """Return a target that is a range as text: "4.8–5.6", or "≥ 4.8" where one end is open; None for none."""
    if span is None:
        return None
    ends = (span["low"], span["high"])
    low, high = (None if end is None else f"{end * 100:.12g}%" if share else f"{end:.15g}" for end in ends)
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else None


def is_share(kpi: Mapping[str, Any]) -> bool:
    """Return whether a KPI's figures are ratios that are read as percentages."""
    return "%" in (kpi["unit"] or "")


def places(kpi: Mapping[str, Any]) -> int:
    """Return the decimals that a KPI's figures are shown with: as many as were typed, two at most; one for a share."""
    if is_share(kpi):
        return 1
    figures = [kpi["actual"], kpi["target"], *(point["actual"] for point in kpi["history"][-13:])]
    return min(MOST_PLACES, max((typed_decimals(figure) for figure in figures if figure is not None), default=0))


def _change(change: Mapping[str, Any]) -> float | None:
    delta = change["delta"]
    found = delta * 100 if change["points"] and delta is not None else change["ratio"]
    return None if found is None else float(found)


def as_csv(data: Mapping[str, Any], words: Mapping[str, str]) -> bytes:
    """Return the rows as CSV that Excel opens by a double click: UTF-8 with its mark, CRLF; no text is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([words.get(column, column) for column in COLUMNS])
    for row in rows(data, words):
        writer.writerow(
            [
                _csv(row.values[column], words.get("csv_points", "{n} pp") if row.share and column in POINTS else "")
                for column in COLUMNS
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _csv(value: str | float | None, points: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # Excel computes what begins so, even in CSV; the apostrophe makes it text.
        return f"'{value}" if value[:1] in "=+-@\t\r" and value else value
    return points.format(n=f"{value:.15g}") if points else repr(value)
