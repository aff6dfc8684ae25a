"""How each KPI was understood: what was typed, and what was filled in by rule, one line each. Rule: R19, R20."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where, quoted
from kpireport.core.lines import LINES
from kpireport.core.model import Aggregation, Basis, Kind, Level, Measure, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpireport.core.model import Kpi

ADDS_UP = {
    Aggregation.SUM: ("months add up", "各月相加"),
    Aggregation.AVERAGE: ("months are averaged", "各月取平均"),
    Aggregation.LAST: ("the last month counts", "取期末值"),
    Aggregation.FIRST: ("the first month counts", "取期初值"),
    Aggregation.MAX: ("the highest month counts", "取最大值"),
    Aggregation.MIN: ("the lowest month counts", "取最小值"),
    Aggregation.RATIO: ("the sums are divided", "分子分母分别相加后相除"),
    Aggregation.WEIGHTED: ("months are averaged by their days", "按天数加权平均"),
    Aggregation.MEDIAN: ("the median month counts, and departments make no median", "取各月中位数，各部门数值不合并"),
}
MEANS = {
    Basis.YEAR: ("target for the year", "全年目标"),
    Basis.PERIOD: ("target for each period", "每期目标"),
    Basis.CUMULATIVE: ("target for the year so far", "累计目标"),
}
STANDS = {
    Level.ORGANISATION: ("whole organisation", "公司级"),
    Level.DEPARTMENT: ("department", "部门级"),
    Level.TEAM: ("team", "团队级"),
    Level.STAFF: ("one person", "个人级"),
}
ASSUMED = (" (assumed)", "（推定）")
MOST_NAMES = 12


def understood(typed: Mapping[str, Kpi], filled: Mapping[str, Kpi]) -> tuple[Reading, ...]:
    """Return one line a KPI: its unit, how its months make a year, what its target means, whom it stands for.

    typed: as read from the workbook. filled: with every blank filled in. What was not typed is said to be assumed.
    """
    return tuple(_line(typed[key], kpi) for key, kpi in filled.items() if key in typed)


def _line(typed: Kpi, kpi: Kpi) -> Reading:
    parts = [_unit(kpi)]
    if kpi.aggregation is not None:
        parts.append(_part(ADDS_UP[kpi.aggregation], assumed=typed.aggregation is None))
    if kpi.target is not None and kpi.basis is not None:
        parts.append(_part(MEANS[kpi.basis], assumed=typed.basis is None))
    if any(getattr(typed, name) != getattr(kpi, name) for name in LINES):
        parts.append(("lines beside the target for each period, by their size", "目标旁的界限值按其大小视为每期值"))
    if kpi.kind is Kind.METRIC:
        parts.append(_part(("a metric, not rated", "只监测，不评判"), assumed=typed.kind is not Kind.METRIC))
    if kpi.level is not None:
        parts.append(_part(STANDS[kpi.level], assumed=typed.level is None))
    text, text_zh = "; ".join(part[0] for part in parts), "；".join(part[1] for part in parts)
    return Reading("kpi", kpi.where, text, text_zh, kpi.key)


def _part(words: tuple[str, str], *, assumed: bool) -> tuple[str, str]:
    return (words[0] + ASSUMED[0], words[1] + ASSUMED[1]) if assumed else words


def _unit(kpi: Kpi) -> tuple[str, str]:
    if kpi.unit.text:
        return f"unit {quoted(kpi.unit.text, 24)}", f"单位 {quoted(kpi.unit.text, 24)}"
    return "no unit", "无单位"


def directions(kpis: Iterable[Kpi]) -> tuple[Reading, ...]:
    """Return the line that names the KPIs with a target of which nothing says which way is better: higher is taken.

    kpis: those whose direction was not typed; their finished state tells nothing of it any more.
    """
    by_place: dict[Where, list[Kpi]] = defaultdict(list)
    for kpi in kpis:
        by_place[Where(kpi.where.file, kpi.where.sheet)].append(kpi)
    made = []
    for where, each in by_place.items():
        names = _listed([kpi.name for kpi in each])
        text, text_zh = f"higher is better (assumed) for {names}", f"越高越好（推定）：{names}"
        made.append(Reading("direction", where, text, text_zh))
    return tuple(made)


def hours(typed: Mapping[str, Kpi], filled: Mapping[str, Kpi]) -> tuple[Reading, ...]:
    """Return the KPIs whose hours are averaged without a word: single months are as large as the target. Rule: R20."""
    text = "single months are of the size of the target, so these hours are a duration and are averaged"
    text_zh = "单月数值与目标相当，因此视为时长并取平均"
    return tuple(
        Reading("aggregation", kpi.where, text, text_zh, key)
        for key, kpi in filled.items()
        if kpi.unit.measure is Measure.TIME and kpi.aggregation is Aggregation.AVERAGE
        and key in typed and typed[key].aggregation is None
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{quoted(name, 60)}'" for name in names[:MOST_NAMES])
    return f"{shown} …" if len(names) > MOST_NAMES else shown
