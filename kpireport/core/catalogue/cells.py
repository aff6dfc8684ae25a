"""Problems with what a cell says: numbers, targets and dates (C201 to C229), periods (C231 to C249)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

CELL_ERROR = Kind(
    "C201",
    "CELL_ERROR",
    Severity.WARNING,
    "the cell shows the Excel error {error}; it counts as missing",
    "mend the formula, or clear the cell if there is no figure",
    "单元格显示 Excel 错误 {error}，按缺失处理",
    "请修正公式；如果没有数据，请清空单元格",
)
NO_CACHED_VALUE = Kind(
    "C202",
    "NO_CACHED_VALUE",
    Severity.WARNING,
    "the formula in this cell was saved without its result; it counts as missing",
    "open the workbook in Excel, wait until it has calculated, and save it",
    "该单元格的公式没有保存计算结果，按缺失处理",
    "请用 Excel 打开工作簿，待计算完成后保存",
)
AMBIGUOUS_NUMBER = Kind(
    "C203",
    "AMBIGUOUS_NUMBER",
    Severity.ERROR,
    "'{found}' can be read in two ways: is the mark in it a decimal mark, or does it part thousands?",
    "type it as a number in Excel; if all decimals have a comma, set decimal = comma on Settings or under [[layout]]",
    "“{found}”有两种读法：其中的符号是小数点还是千位分隔符？",
    "请在 Excel 中直接输入数字；如果整个工作簿都用逗号作小数点，请在“设置”工作表或 [[layout]] 中设置 decimal = comma",
)
NOT_A_NUMBER = Kind(
    "C204",
    "NOT_A_NUMBER",
    Severity.ERROR,
    "'{found}' is no number",
    "type one number, for example 1200 or 95%, and put words into a note; leave the cell blank if there is no figure",
    "“{found}”不是数字",
    "请只输入一个数字，例如 1200 或 95%，文字请写到备注；没有数据时请留空",
)
TEXT_NUMBER = Kind(
    "C205",
    "TEXT_NUMBER",
    Severity.NOTE,
    "'{found}' is stored as text; it was read as the number {value}",
    "in Excel, choose 'Convert to Number' on the green corner, so that Excel's own sums count it too",
    "“{found}”以文本形式存储，已按数字 {value} 读取",
    "请点单元格绿色角标，选择“转换为数字”，这样 Excel 自己的求和才会计入",
)
DATE_NOT_NUMBER = Kind(
    "C206",
    "DATE_NOT_NUMBER",
    Severity.ERROR,
    "the cell holds the date {found} where a number is expected",
    "set the cell's format to Number, and type the number again",
    "此处应为数字，单元格却是日期 {found}",
    "请把单元格格式改为“数值”，并重新输入数字",
)
NOT_YES_NO = Kind(
    "C207",
    "NOT_YES_NO",
    Severity.ERROR,
    "'{found}' is neither yes nor no",
    "type yes or no (1 or 0)",
    "“{found}”既不是“是”也不是“否”",
    "请填写 是 或 否（1 或 0）",
)
CURRENCY_MIXED = Kind(
    "C208",
    "CURRENCY_MIXED",
    Severity.ERROR,
    "{kpi} has figures in {one} and in {other}",
    "convert them to one currency; kpireport does not know your rates",
    "{kpi} 的数据同时使用了 {one} 和 {other}",
    "请换算成同一种货币；本程序不知道汇率",
)
PERCENT_MIXED = Kind(
    "C210",
    "PERCENT_MIXED",
    Severity.WARNING,
    "{kpi} has the unit % and plain numbers from {smallest} to {largest}; {smallest} was read as {smallest}%",
    "write all its figures in the same way, best with the percent sign",
    "{kpi} 的单位是 %，不带百分号的数字从 {smallest} 到 {largest}；{smallest} 按 {smallest}% 读取",
    "请统一写法，最好都带百分号",
)
RANGE_ORDER = Kind(
    "C211",
    "RANGE_ORDER",
    Severity.ERROR,
    "the range '{found}' begins above its end",
    "write the lower limit first, for example 95%~98%",
    "区间“{found}”的下限大于上限",
    "请先写下限，例如 95%~98%",
)
NOT_A_TARGET = Kind(
    "C212",
    "NOT_A_TARGET",
    Severity.ERROR,
    "'{found}' is no target that can be measured",
    "type a number, a limit such as ≥95% or <=3, or a range such as 95%~98%",
    "“{found}”不是可衡量的目标",
    "请输入数字、界限（如 ≥95%、<=3）或区间（如 95%~98%）",
)
SIGN_CONFLICT = Kind(
    "C213",
    "SIGN_CONFLICT",
    Severity.ERROR,
    "the target '{found}' says that {sign} is better, the direction of {kpi} says that {direction} is better",
    "correct one of the two",
    "目标“{found}”表示 {sign} 更好，而 {kpi} 的方向是 {direction}",
    "请改正其中之一",
)
NUMBER_BEYOND = Kind(
    "C214",
    "NUMBER_BEYOND",
    Severity.ERROR,
    "{found} is larger than any figure that can be added up; it counts as missing",
    "correct the cell, or use a larger unit",
    "{found} 太大，无法参与计算；按缺失处理",
    "请更正单元格，或使用更大的单位",
)
NOT_A_DATE = Kind(
    "C221",
    "NOT_A_DATE",
    Severity.ERROR,
    "'{found}' is no date",
    "type the date so that Excel knows it as one, for example 2026-03-05",
    "“{found}”不是日期",
    "请输入 Excel 能识别的日期，例如 2026-03-05",
)
AMBIGUOUS_DATE = Kind(
    "C222",
    "AMBIGUOUS_DATE",
    Severity.ERROR,
    "'{found}' can be read in two ways: which part is the day, which the month?",
    "write it as year-month-day, for example 2026-03-05",
    "“{found}”有两种读法：哪个是日，哪个是月？",
    "请按年-月-日书写，例如 2026-03-05",
)
NOT_A_PERIOD = Kind(
    "C231",
    "NOT_A_PERIOD",
    Severity.ERROR,
    "'{found}' is no period",
    "write it like 2026-01, Q1 FY26, 2026-W05 or FY2026",
    "“{found}”不是期间",
    "请写成 2026-01、2026Q1、2026-W05 或 2026年 的形式",
)
PERIOD_NEEDS_YEAR = Kind(
    "C232",
    "PERIOD_NEEDS_YEAR",
    Severity.ERROR,
    "'{found}' does not say which year it is in, and neither do the settings, the sheet's name or its title",
    "add the year, for example 2026-01, or put the year into the name of the sheet",
    "“{found}”没有写年份，设置、工作表名称和标题中也找不到年份",
    "请加上年份，例如 2026-01，或把年份写进工作表名称",
)
DATE_TYPED_AS_DAY = Kind(
    "C233",
    "DATE_TYPED_AS_DAY",
    Severity.WARNING,
    "Excel has stored the headings as days of a month ({found}); they were read as months of {year}",
    "type the headings as 2026-01, or as text",
    "Excel 把表头存成了某月的某一天（{found}），已按 {year} 年的月份读取",
    "请把表头写成 2026-01，或设为文本",
)
DATE_DAYS_UNCLEAR = Kind(
    "C234",
    "DATE_DAYS_UNCLEAR",
    Severity.ERROR,
    "all headings are dates on day {day} of a month, shown without a year ({found}): was {day} meant as the year?",
    "type the headings with their full year, for example 2026-01",
    "所有表头都是某月 {day} 日，且不显示年份（{found}）：{day} 是否表示年份？",
    "请在表头中写明完整年份，例如 2026-01",
)
PERIOD_TWICE = Kind(
    "C235",
    "PERIOD_TWICE",
    Severity.ERROR,
    "'{found}' is the same period as '{first}' in {cell}",
    "correct one of the two headings, or delete the column that is not wanted",
    "“{found}”与 {cell} 的“{first}”是同一期间",
    "请改正其中一个表头，或删除多余的列",
)
PERIOD_GAP = Kind(
    "C236",
    "PERIOD_GAP",
    Severity.NOTE,
    "between '{before}' and '{found}' there are periods without a column ({count})",
    "add the columns if there are figures for them",
    "“{before}”与“{found}”之间缺少期间列（{count} 个）",
    "如果这些期间有数据，请补上相应的列",
)
PERIOD_DESCENDING = Kind(
    "C237",
    "PERIOD_DESCENDING",
    Severity.NOTE,
    "the periods do not run from the oldest to the newest ('{before}' stands before '{found}')",
    "nothing needs to be done: the report puts them in order",
    "期间列不是从旧到新排列（“{before}”排在“{found}”之前）",
    "无需处理：报告会自动按时间排序",
)
PERIODS_MIXED = Kind(
    "C238",
    "PERIODS_MIXED",
    Severity.NOTE,
    "the row has periods of different lengths: {kinds}; '{found}' was kept apart from the others",
    "nothing needs to be done if the longer ones are totals",
    "同一行有不同长度的期间：{kinds}；“{found}”已与其他列分开处理",
    "如果较长的期间是合计，则无需处理",
)
YEAR_ROLLED = Kind(
    "C239",
    "YEAR_ROLLED",
    Severity.NOTE,
    "'{found}' follows '{before}', so it was read as a month of {year}",
    "write the year into the headings to leave no doubt",
    "“{found}”排在“{before}”之后，已按 {year} 年读取",
    "请在表头中写明年份，以免误读",
)
OUTSIDE_CALENDAR = Kind(
    "C240",
    "OUTSIDE_CALENDAR",
    Severity.ERROR,
    "'{found}' lies in no period of the calendar",
    "add the period with its first and last day to the Calendar sheet, or correct the entry",
    "“{found}”不在日历的任何期间内",
    "请在日历表中补上该期间及其起止日期，或改正此处",
)
CUMULATIVE_PERIOD = Kind(
    "C241",
    "CUMULATIVE_PERIOD",
    Severity.NOTE,
    "'{found}' is the year up to then, not one period; its figures were not added to the others",
    "nothing needs to be done if the single periods have figures too",
    "“{found}”是累计数，不是单个期间，其数据没有与其他期间相加",
    "如果各单个期间也有数据，则无需处理",
)
AMBIGUOUS_PERIOD = Kind(
    "C243",
    "AMBIGUOUS_PERIOD",
    Severity.ERROR,
    "'{found}' can be read in two ways: {one} or {other}?",
    "write it as year-month, for example 2026-01",
    "“{found}”有两种读法：{one} 还是 {other}？",
    "请按年-月书写，例如 2026-01",
)
