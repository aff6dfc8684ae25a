"""Problems with triggers."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

CONDITION_UNKNOWN = Problem("P501", "CONDITION_UNKNOWN", Severity.WARNING, ("found",))
