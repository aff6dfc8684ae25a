"""Problems with sheets (S), goals (G), metrics (M1), plan (P), revisions and recipients (A), settings (X)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

NOTHING_USABLE = Problem("S101", "NOTHING_USABLE", Severity.ERROR, ("sheets",))
NO_FIGURES_FOUND = Problem("S102", "NO_FIGURES_FOUND", Severity.ERROR, ("sheets",))
HEADER_MISSING = Problem("S103", "HEADER_MISSING", Severity.ERROR, ("needed",))
COLUMN_TWICE = Problem("S104", "COLUMN_TWICE", Severity.WARNING, ("title", "first"))
TITLE_NEARLY_KNOWN = Problem("S105", "TITLE_NEARLY_KNOWN", Severity.WARNING, ("title", "near"))
QUESTION_OPEN = Problem("S106", "QUESTION_OPEN", Severity.WARNING, ("question", "changes", "answers", "id", "file"))
QUESTION_ASSUMED = Problem(
    "S107", "QUESTION_ASSUMED", Severity.WARNING, ("question", "changes", "answers", "id", "file")
)
KPI_TWICE = Problem("G101", "KPI_TWICE", Severity.ERROR, ("name", "first"))
NO_CHOICE = Problem("G102", "NO_CHOICE", Severity.ERROR, ("found", "field", "choices"))
RANGE_HALF = Problem("G103", "RANGE_HALF", Severity.ERROR)
NAME_MISSING = Problem("G104", "NAME_MISSING", Severity.ERROR)
ID_TWICE = Problem("G105", "ID_TWICE", Severity.ERROR, ("id", "first"))
KPI_UNKNOWN = Problem("M101", "KPI_UNKNOWN", Severity.WARNING, ("name", "near"))
ROW_WITHOUT_KPI = Problem("M102", "ROW_WITHOUT_KPI", Severity.WARNING)
ROW_WITHOUT_PERIOD = Problem("M103", "ROW_WITHOUT_PERIOD", Severity.ERROR)
TOTAL_DIFFERS = Problem("M104", "TOTAL_DIFFERS", Severity.WARNING, ("title", "typed", "computed"))
REFERENCE_UNKNOWN = Problem("P101", "REFERENCE_UNKNOWN", Severity.WARNING, ("name", "near"))
DUE_BEFORE_START = Problem("P102", "DUE_BEFORE_START", Severity.WARNING, ("due", "start"))
PROGRESS_BEYOND = Problem("P103", "PROGRESS_BEYOND", Severity.WARNING, ("found",))
REVISION_INCOMPLETE = Problem("A101", "REVISION_INCOMPLETE", Severity.ERROR, ("missing",))
ADDRESS_UNUSABLE = Problem("A201", "ADDRESS_UNUSABLE", Severity.WARNING, ("found",))
WHEN_UNKNOWN = Problem("A202", "RECIPIENT_CONDITION_UNKNOWN", Severity.WARNING, ("found", "near"))
PART_COLUMN_UNKNOWN = Problem("A203", "PART_COLUMN_UNKNOWN", Severity.WARNING, ("title",))
RECIPIENT_UNSURE = Problem("A204", "RECIPIENT_UNSURE", Severity.WARNING, ("found",))
FORMAT_UNKNOWN = Problem("A205", "RECIPIENT_FORMAT_UNKNOWN", Severity.WARNING, ("found", "near"))
LANGUAGE_UNKNOWN = Problem("A206", "RECIPIENT_LANGUAGE_UNKNOWN", Severity.WARNING, ("found", "near"))
SETTING_UNKNOWN = Problem("X101", "SETTING_UNKNOWN", Severity.WARNING, ("name", "near", "known"))
SETTING_UNUSABLE = Problem("X102", "SETTING_UNUSABLE", Severity.ERROR, ("found", "name", "expected"))
CALENDAR_ROW = Problem("X103", "CALENDAR_ROW", Severity.ERROR, ("found",))
