"""Type what was meant into a workbook, as people do: two languages, several layouts, numbers in many spellings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from tests.oracle_rules import Goal, first_month, year_of

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.invent import Invented

TITLES = {
    field: (english, chinese)
    for field, english, chinese in (
        line.split("|")
        for line in """name|KPI|指标名称
target|Target|目标值
year|Annual target|年度目标
period|Monthly target|月度目标
unit|Unit|单位
direction|Direction|方向
aggregation|Aggregation|汇总方式
frequency|Frequency|频率
red|Red line|警戒值
baseline|Baseline|基准值
method|Method|计算方式
cap|Cap|封顶
floor|Floor|保底
weight|Weight|权重
parent|Parent|上级指标
missing|Missing|缺失处理
numerator|Numerator|分子
denominator|Denominator|分母
low|Min|下限
high|Max|上限
kind|Type|类型
owner|Owner|责任人
phasing|Phasing|分解比例
rollup|Roll-up|上卷方式""".splitlines()
    )
}
"""The columns of Goals, in English and Chinese."""
WORDS = {
    "higher": ("higher", "越高越好"), "lower": ("lower", "越低越好"), "range": ("range", "区间"),
    "sum": ("sum", "累计"), "average": ("average", "平均"), "last": ("last", "期末"), "first": ("first", "期初"),
    "max": ("max", "最大"), "min": ("min", "最小"), "weighted": ("weighted", "加权"), "ratio": ("ratio", "比率"),
    "by ratio": ("ratio", "比值"), "by progress": ("progress", "进度"), "zero": ("zero", "零"),
    "metric": ("metric", "关键指标"), "kpi": ("KPI", "KPI"), "worst": ("worst", "最差"),
    "before": ("prior year", "上年占比"), 0: ("week", "周"), 1: ("month", "月"), 3: ("quarter", "季度"),
    6: ("half", "半年"), 12: ("year", "年"),
}  # fmt: skip
SHEETS = (
    ("Goals", "Metrics", "Targets", "Revisions", "Settings"),
    ("目标", "指标数据", "目标分解", "变更", "设置"),
)
HOW = "EUR:sum 元:sum 万元:sum orders:sum 笔:sum calls:sum headcount:last balance:last 余额:last 库存:last days:average"
USUAL = dict(pair.split(":") for pair in f"{HOW} score:average 天:average 评分:average %:average".split())
"""How a unit adds up when nobody says so (R20)."""
CHOSEN = ("direction", "aggregation", "frequency", "method", "missing", "kind", "rollup")
GONE = ["", None, "-", "—", "n/a", "N/A", "暂无", "/"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def write(found: Invented, path: Path) -> Path:
    """Type an invented workbook."""
    chance, world = found.chance, found.world
    names = SHEETS[found.language == "zh"]
    book = Workbook()
    book.remove(book.active)
    _goals(found, book.create_sheet(names[0]))
    goals = [g for g in world.goals.values() if g.actuals and not g.parts and not g.weekly and not g.shops]
    months = [replace(g, actuals=g.parts) for g in world.goals.values() if g.parts]
    if any(g.shops for g in world.goals.values()):
        _shops(found, book.create_sheet(f"{names[1]} S"))
    if any(g.weekly for g in world.goals.values()):
        _weeks(found, book.create_sheet(f"{names[1]} W"))
    for step in (1, 3, 6, 12):
        those = [g for g in goals if g.step == step] + (months if step == 1 else [])
        if those:
            sheet = book.create_sheet(names[1] if step == 1 else f"{names[1]} {step}")
            chance.choice([_wide, _wide, _blocks, _long])(found, sheet, those, step)
    _targets(found, book, names[2])
    _revisions(found, book, names[3])
    _settings(found, book.create_sheet(names[4]))
    book.save(path)
    return path


def _goals(found: Invented, sheet: Any) -> None:
    tongue = found.language == "zh"
    goals = list(found.world.goals.values())
    columns = [c for c in TITLES if c not in ("name", "target", "year", "period")]
    found.chance.shuffle(columns)
    columns = ["name", "target", "year", "period", *columns]
    years = sorted({y for g in goals for y in g.years})
    year_name = "FY{}" if found.world.rules.start > 1 else "{}年目标" if tongue else "{}"
    sheet.append([TITLES[c][tongue] for c in columns] + [year_name.format(y) for y in years])
    for row, goal in enumerate(goals, 2):
        typed = _plainly(goal, _row(goal, found.chance), found)
        for at, name in enumerate(columns, 1):
            value = typed.get(name)
            if name in ("year", "period", "red", "baseline", "low", "high") or (
                name == "target" and not isinstance(value, str)
            ):
                put(sheet, row, at, value, goal, found)
            elif value is not None:
                chosen = name in CHOSEN or value == "before"
                sheet.cell(row, at).value = WORDS[value][tongue] if chosen else value
        for at, year in enumerate(years, len(columns) + 1):
            put(sheet, row, at, goal.years.get(year), goal, found)


def _plainly(goal: Goal, typed: dict[str, Any], found: Invented) -> dict[str, Any]:
    """Now and then type the target into the plain column: as a number, with a sign, or a range as low~high (R9)."""
    chance = found.chance
    if goal.metric or chance.random() < 0.6:
        return typed
    share = goal.unit == "%"
    if goal.range is not None:
        low, high = (f"{round(v * 100, 6)}%" if share else f"{v}" for v in goal.range)
        if goal.range[0] < 0:
            return typed
        return {**typed, "target": f"{low}~{high}", "low": None, "high": None, "direction": None}
    usual = "year" if goal.aggregation == "sum" else "period"
    if goal.target is None or goal.basis != usual or goal.target < 0:
        return typed
    if share or chance.random() < 0.5:
        sign = chance.choice(["≥", ">="] if goal.direction == "higher" else ["≤", "<="])
        text = f"{round(goal.target * 100, 6)}%" if share else f"{goal.target}"
        return {**typed, usual: None, "target": f"{sign}{text}", "direction": None}
    return {**typed, usual: None, "target": goal.target}


def _row(goal: Goal, chance: random.Random) -> dict[str, Any]:
    """Return what is typed for a goal, by column: words by their keys in ``WORDS``."""
    heading = goal.name.startswith("Family")
    obvious = heading or (goal.aggregation == USUAL.get(goal.unit) and chance.random() < 0.5)
    plain = heading or (goal.direction == "higher" and chance.random() < 0.5)
    of_a_year = goal.red is not None and goal.basis == "year" and chance.random() < 0.5
    phasing = ", ".join(f"{w:g}" for w in goal.phasing) if goal.phasing else None
    return {
        "name": goal.name,
        "unit": goal.unit or None,
        "owner": "Ana",
        "kind": "metric" if goal.metric else "kpi",
        "direction": None if plain else goal.direction,
        "aggregation": None if obvious else goal.aggregation,
        "frequency": 0 if goal.weekly else goal.step,
        "year": goal.target if goal.basis == "year" else None,
        "period": goal.target if goal.basis == "period" else None,
        "method": None if goal.method == "linear" else f"by {goal.method}",
        "missing": "zero" if goal.zero else None,
        "low": goal.range[0] if goal.range else None,
        "high": goal.range[1] if goal.range else None,
        "phasing": "before" if goal.before else phasing,
        **{name: getattr(goal, name) for name in ("baseline", "cap", "floor", "weight", "parent", "rollup")},
        "red": goal.red * (12 // goal.step) if of_a_year and goal.red is not None else goal.red,
        **{name: getattr(goal, name) for name in ("numerator", "denominator")},
    }


def put(sheet: Any, row: int, column: int, value: float | None, goal: Goal, found: Invented) -> None:
    """Type a number in its goal's manner: a share as 12.5% by format, by text, or as 12.5."""
    if value is None:
        return
    cell = sheet.cell(row, column)
    way = found.notation[goal.name]
    if goal.unit != "%":
        cell.value = spelt(value, found)
    elif way == "format":
        cell.value, cell.number_format = value, "0.0%"
    else:
        shown = round(value * 100, 6)
        cell.value = shown if way == "points" else f"{shown}%"


def spelt(value: float, found: Invented) -> float | str:
    """Return a number as it may be typed: mostly as one, now and then as text."""
    way = found.chance.randrange(40)
    if way == 0:
        return f"{value:,.2f}"
    if way == 1 and value < 0:
        return f"({-value:,.2f})"
    if way == 2:
        return f"{value:.2f}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－"))
    if way == 3 and value < 0:
        return f"\u2212{-value:.2f}"
    return value


def label(found: Invented, first: int, step: int, way: int) -> Any:
    """Return how a period is typed."""
    start = found.world.rules.start
    year, number = divmod(first, 12)
    fiscal = year_of(first, start)
    at = (first - first_month(fiscal, start)) // step + 1
    if step == 12:
        return f"FY{fiscal}" if start > 1 or way else fiscal
    if step == 6:
        return f"{fiscal}-H{at}" if start == 1 else f"H{at} FY{fiscal}"
    if step == 3:
        return f"{fiscal}-Q{at}" if start == 1 else f"Q{at} FY{fiscal % 100}"
    ways = [
        f"{year}-{number + 1:02d}",
        date(year, number + 1, 1),
        f"{MONTHS[number]} {year}",
        f"{year}年{number + 1}月",
    ]
    return [*ways, f"{year}/{number + 1}", year * 100 + number + 1][way]


def _wide(found: Invented, sheet: Any, goals: list[Goal], step: int) -> None:
    way = found.chance.randrange(6 if step == 1 else 2)
    firsts = range(min(min(g.actuals) for g in goals), max(max(g.actuals) for g in goals) + 1, step)
    if found.chance.random() < 0.3:
        sheet.append(["Figures of the group"])
    sheet.append([TITLES["name"][found.language == "zh"], *[label(found, m, step, way) for m in firsts]])
    if way == 1 and step == 1:
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "yyyy-mm"
    for goal in goals:
        row = sheet.max_row + 1
        sheet.cell(row, 1).value = goal.name
        for at, first in enumerate(firsts, 2):
            if first in goal.actuals:
                put(sheet, row, at, goal.actuals[first], goal, found)
            elif (gone := found.chance.choice(GONE)) is not None:
                sheet.cell(row, at).value = gone


def _blocks(found: Invented, sheet: Any, goals: list[Goal], step: int) -> None:
    """Two rows a KPI: what came, and a variance that nobody asks for."""
    tongue = found.language == "zh"
    way = found.chance.randrange(6 if step == 1 else 2)
    firsts = range(min(min(g.actuals) for g in goals), max(max(g.actuals) for g in goals) + 1, step)
    heads = [TITLES["name"][tongue], ("Series", "口径")[tongue]]
    sheet.append([*heads, *[label(found, m, step, way) for m in firsts]])
    for goal in goals:
        row = sheet.max_row + 1
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = goal.name, ("Actual", "实际")[tongue]
        for at, first in enumerate(firsts, 3):
            if first in goal.actuals:
                put(sheet, row, at, goal.actuals[first], goal, found)
        sheet.append([None, ("Variance", "差异")[tongue], *[1.5 for _ in firsts]])


def _shops(found: Invented, sheet: Any) -> None:
    """Two rows a month: what each of two departments brought, which adds up (R23)."""
    tongue = found.language == "zh"
    sheet.append([("KPI", "Department", "Period", "Actual"), ("指标名称", "部门", "期间", "实际")][tongue])
    for goal in (g for g in found.world.goals.values() if g.shops and g.actuals):
        for first, value in goal.actuals.items():
            part = round(value * 0.4, 2)
            for shop, amount in (("North", part), ("South", round(value - part, 2))):
                row = sheet.max_row + 1
                for at, cell in enumerate((goal.name, shop, label(found, first, 1, 0)), 1):
                    sheet.cell(row, at).value = cell
                put(sheet, row, 4, amount, goal, found)


def _weeks(found: Invented, sheet: Any) -> None:
    goals = [g for g in found.world.goals.values() if g.weekly]
    weeks = sorted({week for g in goals for week in g.weekly})
    sheet.append([TITLES["name"][found.language == "zh"], *weeks])
    for goal in goals:
        sheet.append([goal.name, *[goal.weekly.get(week) for week in weeks]])


def _long(found: Invented, sheet: Any, goals: list[Goal], step: int) -> None:
    way = found.chance.randrange(6 if step == 1 else 2)
    heads = ["KPI", "Period", "Actual"] if found.language == "en" else ["指标名称", "期间", "实际"]
    order = [0, 1, 2]
    found.chance.shuffle(order)
    sheet.append([heads[i] for i in order])
    rows = [(g, m) for g in goals for m in g.actuals]
    found.chance.shuffle(rows)
    for row, (goal, first) in enumerate(rows, 2):
        sheet.cell(row, order.index(0) + 1).value = goal.name
        sheet.cell(row, order.index(1) + 1).value = label(found, first, step, way)
        put(sheet, row, order.index(2) + 1, goal.actuals[first], goal, found)


def _targets(found: Invented, book: Any, name: str) -> None:
    goals = [g for g in found.world.goals.values() if g.typed]
    if not goals:
        return
    sheet = book.create_sheet(name)
    sheet.append(["KPI", "Period", "Target"] if found.language == "en" else ["指标名称", "期间", "目标值"])
    for goal in goals:
        for first, value in goal.typed.items():
            row = sheet.max_row + 1
            sheet.cell(row, 1).value, sheet.cell(row, 2).value = goal.name, label(found, first, goal.step, 0)
            put(sheet, row, 3, value, goal, found)


def _revisions(found: Invented, book: Any, name: str) -> None:
    goals = [g for g in found.world.goals.values() if g.revisions]
    if not goals:
        return
    sheet = book.create_sheet(name)
    english = ["Date", "KPI", "Field", "Effective from", "Old", "New", "Reason", "Approved by"]
    chinese = ["日期", "指标名称", "变更项", "生效期间", "原值", "新值", "原因", "批准人"]
    sheet.append(english if found.language == "en" else chinese)
    for goal in goals:
        for effective, new in goal.revisions:
            row = sheet.max_row + 1
            year, number = divmod(effective, 12)
            field = "target" if found.language == "en" else "目标"
            words = [date(year, number + 1, 1), goal.name, field, label(found, effective, goal.step, 0)]
            for at, value in enumerate(words, 1):
                sheet.cell(row, at).value = value
            put(sheet, row, 6, new, goal, found)
            sheet.cell(row, 7).value, sheet.cell(row, 8).value = "New plan", "Board"


def _settings(found: Invented, sheet: Any) -> None:
    rules = found.world.rules
    sheet.append(["Setting", "Value"])
    settings = {
        "organisation": "Chance Ltd",
        "fiscal_year_start": rules.start,
        "amber_from": rules.amber,
        "cap": rules.cap,
        "floor": rules.floor,
        "min_coverage": rules.coverage,
        "missing": "zero" if rules.zero else "skip",
        "time_progress": "days" if rules.days else "periods",
        "pct_base": "abs" if rules.absolute else "positive",
    }
    for row in settings.items():
        sheet.append(row)
