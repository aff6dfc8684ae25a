"""Advice on the goals themselves, one problem for many KPIs (K501 to K549)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

GOAL_WITHOUT_PLAN = Kind(
    "K501",
    "GOAL_WITHOUT_PLAN",
    Severity.NOTE,
    "{count} of {all} KPIs have no plan: {names}",
    "write for each what is done, by whom and by when, in the Plan sheet",
    "{all} 项指标中有 {count} 项没有行动计划：{names}",
    "请在“行动计划”表为每项写明行动、责任人和截止日期",
)
NO_BASELINE = Kind(
    "K502",
    "NO_BASELINE",
    Severity.NOTE,
    "{count} KPIs have neither a baseline nor a year of figures before: {names}",
    "fill in Baseline, so that readers see where you started",
    "{count} 项指标既无基准值也无上年数据：{names}",
    "请填写基准值，让读者看到起点",
)
TARGET_WORSE_THAN_BASELINE = Kind(
    "K503",
    "TARGET_WORSE_THAN_BASELINE",
    Severity.WARNING,
    "{name}: the target {target} is worse than the baseline {baseline}",
    "check direction, target and baseline",
    "{name}：目标 {target} 比基准值 {baseline} 更差",
    "请检查方向、目标和基准值",
)
TARGET_OUTSIDE_HISTORY = Kind(
    "K504",
    "TARGET_OUTSIDE_HISTORY",
    Severity.NOTE,
    "{count} targets lie far outside anything reached before: {names}",
    "check the numbers and units, or write why they can be reached",
    "{count} 项目标远超历史水平：{names}",
    "请检查数字和单位，或说明可达成的理由",
)
NO_REASON = Kind(
    "K505",
    "NO_REASON",
    Severity.NOTE,
    "{count} of {all} KPIs say no reason why they matter: {names}",
    "fill in Why; goals without a reason are ignored",
    "{all} 项指标中有 {count} 项未说明意义：{names}",
    "请填写“意义”；没有理由的目标容易被忽视",
)
NOTHING_FIRST = Kind(
    "K506",
    "NOTHING_FIRST",
    Severity.NOTE,
    "all {all} KPIs count the same: none has a priority or a weight",
    "fill in Priority or Weight, so that the most important come first",
    "{all} 项指标同等对待：均无优先级或权重",
    "请填写优先级或权重，突出最重要的指标",
)
NO_CUSTOMER_VIEW = Kind(
    "K507",
    "NO_CUSTOMER_VIEW",
    Severity.NOTE,
    "no KPI is about customers",
    "add one, or give a KPI the perspective Customer",
    "没有与客户有关的指标",
    "请增加一项，或将某项指标的维度设为“客户”",
)
REVIEW_OVERDUE = Kind(
    "K508",
    "REVIEW_OVERDUE",
    Severity.WARNING,
    "{count} KPIs should have been reviewed by now: {names}",
    "look at them again, and set a new review date",
    "{count} 项指标已过复核日期：{names}",
    "请复核并填写新的复核日期",
)
STRATEGY_REVIEW_OVERDUE = Kind(
    "K509",
    "STRATEGY_REVIEW_OVERDUE",
    Severity.WARNING,
    "the strategy should have been reviewed by {day}",
    "look at it again, and set strategy_review on the Settings sheet",
    "战略应在 {day} 前复核",
    "请复核战略，并更新“设置”表中的 strategy_review",
)
STILL_A_NOTE = Kind(
    "K510",
    "STILL_A_NOTE",
    Severity.NOTE,
    "{count} of {all} goals are still notes, not yet KPIs: {names}",
    "add number, unit and date",
    "{all} 项目标中有 {count} 项仍是设想，尚不是指标：{names}",
    "请补充数值、单位和日期",
)
NO_OWNER = Kind(
    "K511",
    "NO_OWNER",
    Severity.NOTE,
    "{count} of {all} KPIs have no owner: {names}",
    "fill in Owner",
    "{all} 项指标中有 {count} 项没有责任人：{names}",
    "请填写责任人",
)
