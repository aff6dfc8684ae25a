"""Problems with the marked copy of a workbook (F181 to F189)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

MARKED_ALREADY = Problem("F181", "MARKED_ALREADY", Severity.WARNING)
NOT_MARKED = Problem("F182", "NOT_MARKED", Severity.WARNING, ("part",))
SIGNATURE_ENDS = Problem("F183", "SIGNATURE_ENDS", Severity.NOTE)
COMMENT_KEPT = Problem("F184", "COMMENT_KEPT", Severity.NOTE, ("count",))
MARKED_IN_PART = Problem("F185", "MARKED_IN_PART", Severity.NOTE, ("limit",))
NO_COMMENTS = Problem("F186", "NO_COMMENTS", Severity.NOTE)
MARKED_NAMES_ALIKE = Problem("F187", "MARKED_NAMES_ALIKE", Severity.WARNING)
MARKING_NEEDS_XLSX = Problem("F189", "MARKING_NEEDS_XLSX", Severity.WARNING)
COPY_KEPT = Problem("F188", "COPY_KEPT", Severity.NOTE, ("found", "name"))
