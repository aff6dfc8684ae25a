"""Problems that the figures themselves tell (K301 to K349) and of targets and weights (M301 to M349)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

AVG_OF_RATIO = Kind(
    "K301",
    "AVG_OF_RATIO",
    Severity.NOTE,
    "{names}: shares of several periods are averaged, for what they are shares of is not given",
    "give numerator and denominator in the Goals sheet, then the report divides the sums",
    "{names}：缺少分子和分母，多期比率只能取平均",
    "请在“目标”表填写分子和分母，报告将先求和再相除",
)
TRAILING_FORMULA_ZERO = Kind(
    "K302",
    "TRAILING_FORMULA_ZERO",
    Severity.NOTE,
    "{names}: formulas that give 0 after the last figure are taken as not yet reported ({first} and later)",
    "nothing to do; if a zero is meant, type 0 as a number",
    "{names}：最后一个数据之后公式得 0 的单元格视为尚未填报（{first} 起）",
    "无需处理；如确为零，请直接输入数字 0",
)
ENTERED_AHEAD = Kind(
    "K303",
    "ENTERED_AHEAD",
    Severity.NOTE,
    "{names}: figures after the report period {period} are there and not used",
    "nothing to do; they count when their period is reported",
    "{names}：报告期 {period} 之后已有数据，本期未使用",
    "无需处理；到相应期间时会自动计入",
)
QUORUM_NOT_REACHED = Kind(
    "K304",
    "QUORUM_NOT_REACHED",
    Severity.NOTE,
    "{last} has figures for only {have} of {all} KPIs; the report is about {chosen}",
    "enter the missing figures, or name the period with --period",
    "{last} 只有 {have}/{all} 项指标有数据，报告期取 {chosen}",
    "请补充数据，或用 --period 指定期间",
)
NO_FIGURES = Kind(
    "K305",
    "NO_FIGURES",
    Severity.ERROR,
    "there is no figure in any period, so there is nothing to report",
    "enter at least one figure in the Metrics sheet; names must be the same as in the Goals sheet",
    "没有任何期间的数据，无法生成报告",
    "请在“指标数据”表至少填写一个数据，名称须与“目标”表一致",
)
NO_FIGURES_IN_PERIOD = Kind(
    "K323",
    "NO_FIGURES_IN_PERIOD",
    Severity.ERROR,
    "no KPI has a figure for {period} or the year before it, so there is nothing to report; figures are there from "
    "{first} to {last}",
    "ask for a period that has figures, or enter those of this one",
    "{period} 及之前一年内没有任何指标数据，无法生成报告；现有数据为 {first} 至 {last}",
    "请指定有数据的期间，或补充该期间的数据",
)
REPORT_PERIOD_UNREADABLE = Kind(
    "K306",
    "REPORT_PERIOD_UNREADABLE",
    Severity.ERROR,
    "the report period {found} is not understood",
    "write it like 2026-10, 2026-Q3, 2026-W05 or 2026",
    "无法识别报告期 {found}",
    "请写成 2026-10、2026-Q3、2026-W05 或 2026",
)
DUPLICATE_VALUE = Kind(
    "K307",
    "DUPLICATE_VALUE",
    Severity.NOTE,
    "{name}, {period}: the same {series} figure {first} stands here and in {other}; it is counted once{more}",
    "delete one of the two",
    "{name} {period}：{series} 数值 {first} 在此处与 {other} 重复，只计一次{more}",
    "请删除其中一个",
)
CONFLICTING_VALUES = Kind(
    "K308",
    "CONFLICTING_VALUES",
    Severity.ERROR,
    "{name}, {period}: the {series} figure is {second} here and {first} in {other}{more}",
    "keep the right one of the two and delete the other",
    "{name} {period}：{series} 数值此处为 {second}，{other} 为 {first}，互相矛盾{more}",
    "请保留正确的一个并删除另一个",
)
FORMULA_UNREADABLE = Kind(
    "K309",
    "FORMULA_UNREADABLE",
    Severity.ERROR,
    "{name}: the formula cannot be read from {found} on",
    'write it like: Profit / Revenue, or (A + B) / "C D" * 100',
    "{name}：公式从 {found} 处起无法识别",
    '请写成：利润 / 收入，或 (A + B) ÷ "C D" × 100',
)
FORMULA_UNKNOWN_NAME = Kind(
    "K310",
    "FORMULA_UNKNOWN_NAME",
    Severity.ERROR,
    "{name}: the formula uses {unknown}, which is not in the Goals sheet (nearest: {near})",
    "write the name as in the Goals sheet, in quotes where it holds + - * / or brackets",
    "{name}：公式引用了“目标”表中没有的 {unknown}（最接近：{near}）",
    "请按“目标”表的名称填写；名称含 + - * / 或括号时加引号",
)
FORMULA_CYCLE = Kind(
    "K311",
    "FORMULA_CYCLE",
    Severity.ERROR,
    "these are computed from each other in a circle: {ring}",
    "change one of the formulas, so that the circle is broken",
    "以下指标循环引用：{ring}",
    "请修改其中一个公式以解除循环",
)
DIVISION_BY_ZERO = Kind(
    "K312",
    "DIVISION_BY_ZERO",
    Severity.WARNING,
    "{name}: the formula divides by zero in {period}; there is no figure",
    "check the figure that stands under the line; leave it empty if it is not known",
    "{name}：{period} 公式除数为零，无法得出数值",
    "请检查除数；未知时请留空",
)
PARAMETER_OUT_OF_RANGE = Kind(
    "K313",
    "PARAMETER_OUT_OF_RANGE",
    Severity.WARNING,
    "{key} is {found}; it should lie between {low} and {high}; {used} is used",
    "correct it on the Settings sheet",
    "设置 {key} 为 {found}，应在 {low} 与 {high} 之间；按 {used} 处理",
    "请在“设置”表更正",
)
FIGURES_OUTSIDE_CALENDAR = Kind(
    "K314",
    "FIGURES_OUTSIDE_CALENDAR",
    Severity.WARNING,
    "{count} figures lie outside the calendar, first {period}; they are not used",
    "add the periods to the Calendar sheet, or correct the dates",
    "{count} 个数据不在日历范围内（首个为 {period}），未使用",
    "请在“日历”表补充期间或更正日期",
)
UNKNOWN_PARENT = Kind(
    "K320",
    "UNKNOWN_PARENT",
    Severity.ERROR,
    "{name}: its parent {parent} is not in the Goals sheet (nearest: {near})",
    "write the parent's name as in the Goals sheet, or leave it empty",
    "{name}：“目标”表中没有上级指标 {parent}（最接近：{near}）",
    "请按“目标”表的名称填写上级指标，或留空",
)
TWO_PARENTS = Kind(
    "K321",
    "TWO_PARENTS",
    Severity.ERROR,
    "{name}: {parent} names more than one parent",
    "name one parent only; a KPI counts once (nearest: {near})",
    "{name}：{parent} 包含多个上级指标",
    "请只填写一个上级指标，一项指标只计一次（最接近：{near}）",
)
PARENT_CYCLE = Kind(
    "K322",
    "PARENT_CYCLE",
    Severity.ERROR,
    "these are parents of each other in a circle: {ring}",
    "leave the parent of the highest one empty",
    "以下指标的上级关系成环：{ring}",
    "请将最高层指标的上级留空",
)
BAND_ORDER = Kind(
    "M301",
    "BAND_ORDER",
    Severity.ERROR,
    "{name}: the red line {red} lies on the good side of the target {target}",
    "put the red line on the worse side of the target",
    "{name}：警戒值 {red} 在目标 {target} 更好的一侧",
    "请将警戒值设在比目标差的一侧",
)
BAND_TOO_WIDE = Kind(
    "M302",
    "BAND_TOO_WIDE",
    Severity.NOTE,
    "{names}: close to 0% or 100% a watch band of {percent} under target says little",
    "add a red line for them, for example 99.5%",
    "{names}：接近 0% 或 100% 的指标，按目标的 {percent} 划定关注区意义不大",
    "请为其填写警戒值，例如 99.5%",
)
WEIGHT_NEGATIVE = Kind(
    "M303",
    "WEIGHT_NEGATIVE",
    Severity.ERROR,
    "{name}: the weight {weight} is negative",
    "type a weight of zero or more",
    "{name}：权重 {weight} 为负数",
    "请输入大于或等于零的权重",
)
WEIGHT_BLANK = Kind(
    "M304",
    "WEIGHT_BLANK",
    Severity.WARNING,
    "{names}: no weight, while others beside them have one; they are shown and not counted",
    "type a weight for each, or for none",
    "{names}：未填权重，而同组其他指标已填；只显示、不计分",
    "请全部填写或全部留空",
)
WEIGHT_SUM = Kind(
    "M305",
    "WEIGHT_SUM",
    Severity.WARNING,
    "the weights under {parent} add up to {sum}, not 100%; they are taken relative to that",
    "correct the weights so that they add up to 100%",
    "{parent} 下的权重合计为 {sum}，不是 100%；已按比例折算",
    "请更正权重，使合计为 100%",
)
TARGET_SUM_MISMATCH = Kind(
    "M306",
    "TARGET_SUM_MISMATCH",
    Severity.WARNING,
    "{name}: the targets of the periods of {year} make {made}, the year's target is {typed}",
    "correct one of them; each period is rated by its own target, the year by the year's",
    "{name}：{year} 年各期目标合成 {made}，年度目标为 {typed}，两者不一致",
    "请更正其一；各期按各期目标、全年按年度目标评价",
)
TARGET_BASIS_SUSPECT = Kind(
    "M307",
    "TARGET_BASIS_SUSPECT",
    Severity.WARNING,
    "{name}: single periods (mean {mean}) are as large as the year's target {target}; is it one of each period?",
    "title the column Annual target or Monthly target",
    "{name}：各期数据（均值 {mean}）与年度目标 {target} 相当，是否应为月度目标？",
    "请将列标题写明“年度目标”或“月度目标”",
)
RATIO_TARGET_CONFLICT = Kind(
    "M308",
    "RATIO_TARGET_CONFLICT",
    Severity.WARNING,
    "{name}: the typed target is {typed}; the targets of numerator and denominator make {made}, which is used",
    "make the targets agree, or delete one of them",
    "{name}：填写的目标为 {typed}，分子分母的目标之比为 {made}，采用后者",
    "请使目标一致，或删除其一",
)
UNKNOWN_PART = Kind(
    "M311",
    "UNKNOWN_PART",
    Severity.ERROR,
    "{name}: {part}, of which it is a ratio, is not in the Goals sheet (nearest: {near})",
    "write numerator and denominator as they are named in the Goals sheet",
    "{name}：“目标”表中没有分子或分母 {part}（最接近：{near}）",
    "请按“目标”表的名称填写分子和分母",
)
REVISED_BACKWARDS = Kind(
    "M309",
    "REVISED_BACKWARDS",
    Severity.NOTE,
    "{name}: the target of {effective} also changes earlier periods, as written in the Revisions sheet",
    "nothing to do; leave Retroactive empty to keep earlier periods as they were",
    "{name}：按“变更”表，{effective} 生效的目标追溯至更早期间",
    "无需处理；“追溯”留空则不影响以前期间",
)
PARTIAL_PERIOD = Kind(
    "M310",
    "PARTIAL_PERIOD",
    Severity.NOTE,
    "{names}: {period} is put together from fewer parts than it has",
    "enter the missing weeks or months, or read the figure as to date",
    "{names}：{period} 的数据由不完整的分期汇总而成",
    "请补充缺少的周或月，或将其视为截至目前的数据",
)
PHASED_EVENLY = Kind(
    "M312",
    "PHASED_EVENLY",
    Severity.WARNING,
    "{names}: the year's target should be split as the year before went, but that year is not known in full, so it is "
    "split evenly",
    "enter all periods of the year before, or type the weights into Phasing: 8, 8, 9, ...",
    "{names}：年度目标应按上年占比分解，但上年数据不完整，已改为平均分解",
    "请补齐上年各期数据，或在“分解比例”列填写权重：8, 8, 9, ...",
)
