"""Problems with the shape of a table and with what [[layout]] says of it (S201 to S249)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

TRANSACTIONS = Problem("S201", "TRANSACTIONS", Severity.ERROR, ("sheet",))
NO_PERIOD = Problem("S202", "TABLE_WITHOUT_PERIOD", Severity.ERROR, ("sheet",))
DERIVED_DIFFERS = Problem("S203", "DERIVED_DIFFERS", Severity.WARNING, ("title", "typed", "computed"))
SERIES_UNKNOWN = Problem("S204", "SERIES_UNKNOWN", Severity.WARNING, ("found",))
ROWS_BELOW = Problem("S205", "ROWS_BELOW", Severity.WARNING)
LAYOUT_NO_SHEET = Problem("S211", "LAYOUT_NO_SHEET", Severity.ERROR, ("found", "sheets"))
LAYOUT_NO_COLUMN = Problem("S212", "LAYOUT_NO_COLUMN", Severity.ERROR, ("found", "sheet", "titles"))
LAYOUT_NO_RANGE = Problem("S213", "LAYOUT_NO_RANGE", Severity.ERROR, ("found",))
LAYOUT_NO_PERIOD = Problem("S217", "LAYOUT_NO_PERIOD", Severity.ERROR, ("found",))
LAYOUT_NOTHING = Problem("S214", "LAYOUT_NOTHING", Severity.ERROR, ("sheet", "why"))
COMBINED = Problem("S216", "COMBINED", Severity.NOTE, ("rows", "kpi", "figures", "way"))
