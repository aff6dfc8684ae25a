"""Advice on the goals themselves, one problem for many KPIs (K501 to K549)."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

GOAL_WITHOUT_PLAN = Problem("K501", "GOAL_WITHOUT_PLAN", Severity.NOTE, ("count", "all", "names"))
NO_BASELINE = Problem("K502", "NO_BASELINE", Severity.NOTE, ("count", "names"))
TARGET_WORSE_THAN_BASELINE = Problem(
    "K503", "TARGET_WORSE_THAN_BASELINE", Severity.WARNING, ("name", "target", "baseline")
)
TARGET_OUTSIDE_HISTORY = Problem("K504", "TARGET_OUTSIDE_HISTORY", Severity.NOTE, ("count", "names"))
NO_REASON = Problem("K505", "NO_REASON", Severity.NOTE, ("count", "all", "names"))
NOTHING_FIRST = Problem("K506", "NOTHING_FIRST", Severity.NOTE, ("all",))
NO_CUSTOMER_VIEW = Problem("K507", "NO_CUSTOMER_VIEW", Severity.NOTE)
REVIEW_OVERDUE = Problem("K508", "REVIEW_OVERDUE", Severity.WARNING, ("count", "names"))
STRATEGY_REVIEW_OVERDUE = Problem("K509", "STRATEGY_REVIEW_OVERDUE", Severity.WARNING, ("day",))
STILL_A_NOTE = Problem("K510", "STILL_A_NOTE", Severity.NOTE, ("count", "all", "names"))
NO_OWNER = Problem("K511", "NO_OWNER", Severity.NOTE, ("count", "all", "names"))
