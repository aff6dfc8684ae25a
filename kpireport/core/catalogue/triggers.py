"""Problems with triggers."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

CONDITION_UNKNOWN = Kind(
    "P501",
    "CONDITION_UNKNOWN",
    Severity.WARNING,
    problem="the trigger condition '{found}' was not understood, so it is not watched",
    fix="write it like one of these: red 2 months; < 75; landing below target; spent > budget; overdue; no data",
    problem_zh="无法理解触发条件“{found}”，因此未作监测",
    fix_zh="请按以下方式书写：连续2个月红；< 75；预测低于目标；超预算；逾期；缺数据",
)
