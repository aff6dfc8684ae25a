"""Problems with what a cell says: numbers, targets and dates (C201 to C229), periods (C231 to C249)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

CELL_ERROR = Problem("C201", "CELL_ERROR", Severity.WARNING, ("error",))
NO_CACHED_VALUE = Problem("C202", "NO_CACHED_VALUE", Severity.WARNING)
AMBIGUOUS_NUMBER = Problem("C203", "AMBIGUOUS_NUMBER", Severity.ERROR, ("found",))
NOT_A_NUMBER = Problem("C204", "NOT_A_NUMBER", Severity.ERROR, ("found",))
TEXT_NUMBER = Problem("C205", "TEXT_NUMBER", Severity.NOTE, ("found", "value"))
DATE_NOT_NUMBER = Problem("C206", "DATE_NOT_NUMBER", Severity.ERROR, ("found",))
NOT_YES_NO = Problem("C207", "NOT_YES_NO", Severity.ERROR, ("found",))
CURRENCY_MIXED = Problem("C208", "CURRENCY_MIXED", Severity.ERROR, ("kpi", "one", "other"))
PERCENT_MIXED = Problem("C210", "PERCENT_MIXED", Severity.WARNING, ("kpi", "smallest", "largest"))
RANGE_ORDER = Problem("C211", "RANGE_ORDER", Severity.ERROR, ("found",))
NOT_A_TARGET = Problem("C212", "NOT_A_TARGET", Severity.ERROR, ("found",))
SIGN_CONFLICT = Problem("C213", "SIGN_CONFLICT", Severity.ERROR, ("found", "sign", "kpi", "direction"))
NUMBER_BEYOND = Problem("C214", "NUMBER_BEYOND", Severity.ERROR, ("found",))
NOT_A_DATE = Problem("C221", "NOT_A_DATE", Severity.ERROR, ("found",))
AMBIGUOUS_DATE = Problem("C222", "AMBIGUOUS_DATE", Severity.ERROR, ("found",))
NOT_A_PERIOD = Problem("C231", "NOT_A_PERIOD", Severity.ERROR, ("found",))
PERIOD_NEEDS_YEAR = Problem("C232", "PERIOD_NEEDS_YEAR", Severity.ERROR, ("found",))
DATE_TYPED_AS_DAY = Problem("C233", "DATE_TYPED_AS_DAY", Severity.WARNING, ("found", "year"))
DATE_DAYS_UNCLEAR = Problem("C234", "DATE_DAYS_UNCLEAR", Severity.ERROR, ("day", "found"))
PERIOD_TWICE = Problem("C235", "PERIOD_TWICE", Severity.ERROR, ("found", "first", "cell"))
PERIOD_GAP = Problem("C236", "PERIOD_GAP", Severity.NOTE, ("before", "found", "count"))
PERIOD_DESCENDING = Problem("C237", "PERIOD_DESCENDING", Severity.NOTE, ("before", "found"))
PERIODS_MIXED = Problem("C238", "PERIODS_MIXED", Severity.NOTE, ("kinds", "found"))
YEAR_ROLLED = Problem("C239", "YEAR_ROLLED", Severity.NOTE, ("found", "before", "year"))
OUTSIDE_CALENDAR = Problem("C240", "OUTSIDE_CALENDAR", Severity.ERROR, ("found",))
CUMULATIVE_PERIOD = Problem("C241", "CUMULATIVE_PERIOD", Severity.NOTE, ("found",))
AMBIGUOUS_PERIOD = Problem("C243", "AMBIGUOUS_PERIOD", Severity.ERROR, ("found", "one", "other"))
