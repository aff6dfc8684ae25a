"""Problems with sheets (S), goals (G), metrics (M1), plan (P), revisions and recipients (A), settings (X)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

NOTHING_USABLE = Kind(
    "S101", "NOTHING_USABLE", Severity.ERROR,
    "no table with KPIs was found; the sheets are: {sheets}",
    "name a sheet Goals (columns KPI, Target, Unit, Direction, Owner) and a sheet Metrics (KPI and the months); "
    "or let `kpireport map WORKBOOK` propose how to read it as it is",
    "没有找到包含指标的表；工作表有：{sheets}",
    "请建立名为“目标”的工作表（列：指标名称、目标值、单位、方向、责任人）和名为“指标数据”的工作表（指标名称和各月）；"
    "或用 `kpireport map 工作簿` 生成读取方式的建议",
)  # fmt: skip
NO_FIGURES_FOUND = Kind(
    "S102", "NO_FIGURES_FOUND", Severity.ERROR,
    "no sheet holds figures by month: {sheets}",
    "add a sheet Metrics with the column KPI and one column for each month, for example 2026-01",
    "没有工作表按月填写数据：{sheets}",
    "请添加名为“指标数据”的工作表，包含指标名称列和各月份列，例如 2026-01",
)  # fmt: skip
HEADER_MISSING = Kind(
    "S103", "HEADER_MISSING", Severity.ERROR,
    "no row with column titles was found on this sheet; needed: {needed}",
    "put the titles into one row above the data",
    "此工作表没有找到列标题行；需要：{needed}",
    "请在数据上方用一行填写列标题",
)  # fmt: skip
COLUMN_TWICE = Kind(
    "S104", "COLUMN_TWICE", Severity.WARNING,
    "two columns are titled '{title}'; only the first ({first}) is read",
    "rename or delete the other column",
    "有两列标题都是“{title}”；只读取第一列（{first}）",
    "请重命名或删除另一列",
)  # fmt: skip
KPI_TWICE = Kind(
    "G101", "KPI_TWICE", Severity.ERROR,
    "the KPI '{name}' is defined a second time; the first is in {first}",
    "delete one of the two rows, or give one another name",
    "指标“{name}”重复定义；第一处在 {first}",
    "请删除其中一行，或改用不同的名称",
)  # fmt: skip
NO_CHOICE = Kind(
    "G102", "NO_CHOICE", Severity.ERROR,
    "'{found}' is none of the words for {field}",
    "use one of: {choices}",
    "“{found}”不是“{field}”可用的词",
    "请使用以下之一：{choices}",
)  # fmt: skip
RANGE_HALF = Kind(
    "G103", "RANGE_HALF", Severity.ERROR,
    "the direction is range, but there is no range",
    "type a range into Target (95%~98%), or fill in both Min and Max",
    "方向为区间，但没有给出区间",
    "请在目标值中填写区间（95%~98%），或同时填写下限和上限",
)  # fmt: skip
NAME_MISSING = Kind(
    "G104", "NAME_MISSING", Severity.ERROR,
    "this row has a target but no KPI name",
    "type the KPI's name, or clear the row",
    "此行有目标值但没有指标名称",
    "请填写指标名称，或清空此行",
)  # fmt: skip
ID_TWICE = Kind(
    "G105", "ID_TWICE", Severity.ERROR,
    "the ID '{id}' is used a second time; the first is in {first}",
    "give each KPI an ID of its own",
    "编号“{id}”重复；第一处在 {first}",
    "请为每个指标设置不同的编号",
)  # fmt: skip
KPI_UNKNOWN = Kind(
    "M101", "KPI_UNKNOWN", Severity.WARNING,
    "'{name}' is not on the Goals sheet, so this row is not read{near}",
    "write the name as on the Goals sheet, or add the KPI there",
    "“{name}”不在目标表中，因此未读取此行{near}",
    "请按目标表中的名称填写，或在目标表中添加该指标",
)  # fmt: skip
ROW_WITHOUT_KPI = Kind(
    "M102", "ROW_WITHOUT_KPI", Severity.WARNING,
    "this row has figures but no KPI name, so it is not read",
    "type the KPI's name into its first column",
    "此行有数据但没有指标名称，因此未读取",
    "请在第一列填写指标名称",
)  # fmt: skip
ROW_WITHOUT_PERIOD = Kind(
    "M103", "ROW_WITHOUT_PERIOD", Severity.ERROR,
    "this row has a figure but no period",
    "type the period, for example 2026-10",
    "此行有数据但没有期间",
    "请填写期间，例如 2026-10",
)  # fmt: skip
TOTAL_DIFFERS = Kind(
    "M104", "TOTAL_DIFFERS", Severity.WARNING,
    "the column '{title}' shows {typed}, but the months give {computed}; the months are used",
    "check whether a month was typed over or left out",
    "“{title}”列为 {typed}，而各月得出 {computed}；以各月为准",
    "请检查是否有月份被改写或遗漏",
)  # fmt: skip
REFERENCE_UNKNOWN = Kind(
    "P101", "REFERENCE_UNKNOWN", Severity.WARNING,
    "'{name}' is not a KPI of the Goals sheet{near}; the row is kept without it",
    "write the name as on the Goals sheet, or leave the cell blank",
    "“{name}”不是目标表中的指标{near}；此行保留但不与指标关联",
    "请按目标表中的名称填写，或将单元格留空",
)  # fmt: skip
DUE_BEFORE_START = Kind(
    "P102", "DUE_BEFORE_START", Severity.WARNING,
    "it is due on {due}, before it starts on {start}",
    "correct one of the two dates",
    "截止日期 {due} 早于开始日期 {start}",
    "请更正其中一个日期",
)  # fmt: skip
PROGRESS_BEYOND = Kind(
    "P103", "PROGRESS_BEYOND", Severity.WARNING,
    "a progress of {found} is not between 0% and 100%; it is left out",
    "type the progress as a percentage, for example 40%",
    "进度 {found} 不在 0% 到 100% 之间，已忽略",
    "请按百分比填写进度，例如 40%",
)  # fmt: skip
REVISION_INCOMPLETE = Kind(
    "A101", "REVISION_INCOMPLETE", Severity.ERROR,
    "this revision lacks {missing}",
    "fill in the KPI, the field, the new value and from which period on it holds",
    "此变更缺少{missing}",
    "请填写指标、字段、新值和生效期间",
)  # fmt: skip
ADDRESS_UNUSABLE = Kind(
    "A201", "ADDRESS_UNUSABLE", Severity.WARNING,
    "'{found}' is no e-mail address; this person will not be written to",
    "type one address, for example name@example.com",
    "“{found}”不是电子邮箱地址；不会给此人发送",
    "请填写一个地址，例如 name@example.com",
)  # fmt: skip
CONDITION_UNKNOWN = Kind(
    "A202", "RECIPIENT_CONDITION_UNKNOWN", Severity.WARNING,
    "'{found}' is no condition for sending; this person is written to always",
    "write always, red only or changed",
    "“{found}”不是发送条件；将始终发送给此人",
    "请填写：总是、红灯 或 变化",
)  # fmt: skip
PART_COLUMN_UNKNOWN = Kind(
    "A203", "PART_COLUMN_UNKNOWN", Severity.WARNING,
    "this sheet has no column Scope, and '{title}' may be meant for one, so nobody on it is written to",
    "title the column with each person's part Scope; write all in it where somebody gets everything",
    "此表没有“范围”列，而“{title}”可能就是范围，因此不会向表中任何人发送",
    "请把写明每人范围的列命名为“范围”；需要全部内容的人请填写“全部”",
)  # fmt: skip
RECIPIENT_UNSURE = Kind(
    "A204", "RECIPIENT_UNSURE", Severity.WARNING,
    "it is not sure what this person gets, or whether: '{found}'; nothing is sent to this person",
    "write a part (all, department=Sales, owner=Li), yes or no, or a day; no formula that fails",
    "无法确定此人应收到什么或是否应收到：“{found}”；不会向其发送",
    "请填写范围（全部、部门=销售、责任人=李）、是或否，或日期；不要使用出错的公式",
)  # fmt: skip
SETTING_UNKNOWN = Kind(
    "X101", "SETTING_UNKNOWN", Severity.WARNING,
    "the setting '{name}' is not known{near}, so it is not used",
    "use one of: {known}",
    "未知的设置“{name}”{near}，未使用",
    "请使用以下之一：{known}",
)  # fmt: skip
SETTING_UNUSABLE = Kind(
    "X102", "SETTING_UNUSABLE", Severity.ERROR,
    "'{found}' is no value for the setting {name}",
    "write {expected}",
    "“{found}”不能作为设置“{name}”的值",
    "请填写{expected}",
)  # fmt: skip
CALENDAR_ROW = Kind(
    "X103", "CALENDAR_ROW", Severity.ERROR,
    "this row of the calendar is incomplete or does not join the row before: {found}",
    "give each period its first and last day, without gaps and overlaps",
    "日历中的这一行不完整，或与上一行不衔接：{found}",
    "请为每个期间填写起止日期，不留空档也不重叠",
)  # fmt: skip
