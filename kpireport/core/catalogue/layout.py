"""Problems with the shape of a table and with what [[layout]] says of it (S201 to S249)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

TRANSACTIONS = Kind(
    "S201", "TRANSACTIONS", Severity.ERROR,
    "the sheet '{sheet}' is a list of single transactions, and nothing says how they make figures of a month",
    "write into kpireport.toml [[layout]] with sheet, name, period, actual and combine = \"sum\"; "
    "`kpireport map WORKBOOK` proposes it",
    "工作表“{sheet}”是逐笔明细，没有说明如何汇总为月度数据",
    "请在 kpireport.toml 中写 [[layout]]，给出 sheet、name、period、actual 和 combine = \"sum\"；"
    "可用 `kpireport map 工作簿` 生成建议",
)  # fmt: skip
NO_PERIOD = Kind(
    "S202", "TABLE_WITHOUT_PERIOD", Severity.ERROR,
    "the table on sheet '{sheet}' has actual figures, but nothing says of which month",
    "write the month into the sheet's name or above the table (2026-10), or use one column for each month",
    "工作表“{sheet}”有实际数据，但没有说明是哪个月",
    "请把月份写在工作表名或表格上方（2026-10），或每月用一列",
)  # fmt: skip
DERIVED_DIFFERS = Kind(
    "S203", "DERIVED_DIFFERS", Severity.WARNING,
    "'{title}' shows {typed} here, but the figures beside it give {computed}; it is not used",
    "check whether one of the figures or this cell was typed over",
    "“{title}”此处为 {typed}，而旁边的数据得出 {computed}；未采用",
    "请检查是否有数据或此单元格被改写",
)  # fmt: skip
SERIES_UNKNOWN = Kind(
    "S204", "SERIES_UNKNOWN", Severity.WARNING,
    "'{found}' stands where target, actual and the like stand, but is none of them; such rows are not read",
    "call it target, actual, forecast or last year; or say under [layout.rename] in kpireport.toml which of them it is",
    "“{found}”位于口径列，但不是目标、实际等口径；这些行的数据未读取",
    "请改为目标、实际、预测或同期；或在 kpireport.toml 的 [layout.rename] 中说明",
)  # fmt: skip
ROWS_BELOW = Kind(
    "S205", "ROWS_BELOW", Severity.WARNING,
    "the table ends above five blank rows; figures further down, from here on, are not read",
    "delete the blank rows, or repeat the titles above the figures further down",
    "表格在连续五个空行处结束；从此处起的数据未读取",
    "请删除空行，或在下方数据上方重复标题行",
)  # fmt: skip
LAYOUT_NO_SHEET = Kind(
    "S211", "LAYOUT_NO_SHEET", Severity.ERROR,
    "no sheet is called '{found}'; the sheets are: {sheets}",
    "write the sheet's name as on its tab; * stands for any letters",
    "没有名为“{found}”的工作表；现有：{sheets}",
    "请按工作表标签填写名称；* 代表任意文字",
)  # fmt: skip
LAYOUT_NO_COLUMN = Kind(
    "S212", "LAYOUT_NO_COLUMN", Severity.ERROR,
    "'{found}' is neither a title in the header of sheet '{sheet}' nor the letter of a column",
    "write a title as it stands there ({titles}), or a letter like B",
    "“{found}”既不是工作表“{sheet}”的列标题，也不是列字母",
    "请填写其中的标题（{titles}），或像 B 这样的列字母",
)  # fmt: skip
LAYOUT_NO_RANGE = Kind(
    "S213", "LAYOUT_NO_RANGE", Severity.ERROR,
    "'{found}' is no range of cells",
    "write it like B4:N60; columns alone like D:O",
    "“{found}”不是单元格区域",
    "请写成 B4:N60；只有列时写成 D:O",
)  # fmt: skip
LAYOUT_NO_PERIOD = Kind(
    "S217", "LAYOUT_NO_PERIOD", Severity.ERROR,
    "'{found}' is no period",
    "write it like 2026-10 or 2026-Q3",
    "“{found}”不是期间",
    "请写成 2026-10 或 2026-Q3",
)  # fmt: skip
LAYOUT_NOTHING = Kind(
    "S214", "LAYOUT_NOTHING", Severity.ERROR,
    "with this layout no figures are found on sheet '{sheet}': {why}",
    "check header, name, period and figures; `kpireport map WORKBOOK` shows what it would read",
    "按此设置在工作表“{sheet}”找不到数据：{why}",
    "请检查 header、name、period 和 figures；`kpireport map 工作簿` 会显示读取结果",
)  # fmt: skip
COMBINED = Kind(
    "S216", "COMBINED", Severity.NOTE,
    "{rows} rows of '{kpi}' were put together into {figures} figures: {way}",
    "nothing needs to be done",
    "“{kpi}”的 {rows} 行合并为 {figures} 个数据：{way}",
    "无需处理",
)  # fmt: skip
