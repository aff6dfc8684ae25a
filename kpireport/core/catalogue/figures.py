"""Problems that the figures themselves tell (K301 to K349) and of targets and weights (M301 to M349)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

AVG_OF_RATIO = Problem("K301", "AVG_OF_RATIO", Severity.NOTE, ("names",))
TRAILING_FORMULA_ZERO = Problem("K302", "TRAILING_FORMULA_ZERO", Severity.NOTE, ("names", "first"))
ENTERED_AHEAD = Problem("K303", "ENTERED_AHEAD", Severity.NOTE, ("names", "period"))
QUORUM_NOT_REACHED = Problem("K304", "QUORUM_NOT_REACHED", Severity.NOTE, ("last", "have", "all", "chosen"))
NO_FIGURES = Problem("K305", "NO_FIGURES", Severity.ERROR)
NO_FIGURES_IN_PERIOD = Problem("K323", "NO_FIGURES_IN_PERIOD", Severity.ERROR, ("period", "first", "last"))
REPORT_PERIOD_UNREADABLE = Problem("K306", "REPORT_PERIOD_UNREADABLE", Severity.ERROR, ("found",))
DUPLICATE_VALUE = Problem(
    "K307", "DUPLICATE_VALUE", Severity.NOTE, ("name", "period", "series", "first", "other", "more")
)
CONFLICTING_VALUES = Problem(
    "K308", "CONFLICTING_VALUES", Severity.ERROR, ("name", "period", "series", "second", "first", "other", "more")
)
FORMULA_UNREADABLE = Problem("K309", "FORMULA_UNREADABLE", Severity.ERROR, ("name", "found"))
FORMULA_UNKNOWN_NAME = Problem("K310", "FORMULA_UNKNOWN_NAME", Severity.ERROR, ("name", "unknown", "near"))
FORMULA_CYCLE = Problem("K311", "FORMULA_CYCLE", Severity.ERROR, ("ring",))
DIVISION_BY_ZERO = Problem("K312", "DIVISION_BY_ZERO", Severity.WARNING, ("name", "period"))
PARAMETER_OUT_OF_RANGE = Problem(
    "K313", "PARAMETER_OUT_OF_RANGE", Severity.WARNING, ("key", "found", "low", "high", "used")
)
FIGURES_OUTSIDE_CALENDAR = Problem("K314", "FIGURES_OUTSIDE_CALENDAR", Severity.WARNING, ("count", "period"))
UNKNOWN_PARENT = Problem("K320", "UNKNOWN_PARENT", Severity.ERROR, ("name", "parent", "near"))
TWO_PARENTS = Problem("K321", "TWO_PARENTS", Severity.ERROR, ("name", "parent", "near"))
PARENT_CYCLE = Problem("K322", "PARENT_CYCLE", Severity.ERROR, ("ring",))
BAND_ORDER = Problem("M301", "BAND_ORDER", Severity.ERROR, ("name", "red", "target"))
BAND_TOO_WIDE = Problem("M302", "BAND_TOO_WIDE", Severity.NOTE, ("names", "percent"))
WEIGHT_NEGATIVE = Problem("M303", "WEIGHT_NEGATIVE", Severity.ERROR, ("name", "weight"))
WEIGHT_BLANK = Problem("M304", "WEIGHT_BLANK", Severity.WARNING, ("names",))
WEIGHT_SUM = Problem("M305", "WEIGHT_SUM", Severity.WARNING, ("parent", "sum"))
TARGET_SUM_MISMATCH = Problem("M306", "TARGET_SUM_MISMATCH", Severity.WARNING, ("name", "year", "made", "typed"))
TARGET_BASIS_SUSPECT = Problem("M307", "TARGET_BASIS_SUSPECT", Severity.WARNING, ("name", "mean", "target"))
RATIO_TARGET_CONFLICT = Problem("M308", "RATIO_TARGET_CONFLICT", Severity.WARNING, ("name", "typed", "made"))
UNKNOWN_PART = Problem("M311", "UNKNOWN_PART", Severity.ERROR, ("name", "part", "near"))
REVISED_BACKWARDS = Problem("M309", "REVISED_BACKWARDS", Severity.NOTE, ("name", "effective"))
PARTIAL_PERIOD = Problem("M310", "PARTIAL_PERIOD", Severity.NOTE, ("names", "period"))
ABOVE_MAXIMUM = Problem("M313", "ABOVE_MAXIMUM", Severity.WARNING, ("name", "period", "value"))
RATES_APART = Problem("M314", "RATES_APART", Severity.WARNING, ("name", "n", "period", "low", "high"))
PHASED_EVENLY = Problem("M312", "PHASED_EVENLY", Severity.WARNING, ("names",))
