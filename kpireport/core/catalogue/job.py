"""Problems with what was asked for, rather than with a workbook."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

PERIOD_UNKNOWN = Problem("X301", "PERIOD_UNKNOWN", Severity.ERROR, ("found",))
KPI_NOT_FOUND = Problem("X302", "KPI_NOT_FOUND", Severity.ERROR, ("found", "near"))
NOT_WRITTEN = Problem("X303", "NOT_WRITTEN", Severity.ERROR, ("folder", "reason"))
STATE_UNUSABLE = Problem("X304", "STATE_UNUSABLE", Severity.WARNING, ("folder", "reason"))
WORDS_MISSING = Problem("H001", "WORDS_MISSING", Severity.ERROR, ("key",))
SCOPE_UNKNOWN = Problem("X305", "SCOPE_UNKNOWN", Severity.ERROR, ("found",))
ANSWERS_UNUSABLE = Problem("X306", "ANSWERS_UNUSABLE", Severity.ERROR, ("reason",))
STATEMENT_UNUSABLE = Problem("X307", "STATEMENT_UNUSABLE", Severity.ERROR, ("number", "reason"))
