"""The geometry of charts: plain numbers and path data that a template writes as SVG. Sizes are in points.

The notation: actual solid, plan outlined, previous year grey, forecast hatched or dashed; right is better; bars start
at zero; a scale that does not carries dots or lines only.
"""

from kpireport.core.report.charts.large import Bar, BudgetBar, Trend, Years, bar, budget_bar, trend, years
from kpireport.core.report.charts.small import PANEL, Columns, Line, Mark, Scale, Zone, columns, line, scale, zone

__all__ = [
    "PANEL", "Bar", "BudgetBar", "Columns", "Line", "Mark", "Scale", "Trend", "Years", "Zone",
    "bar", "budget_bar", "columns", "line", "scale", "trend", "years", "zone",
]  # fmt: skip
