"""Problems with what was asked for, rather than with a workbook."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

PERIOD_UNKNOWN = Kind(
    "X301",
    "PERIOD_UNKNOWN",
    Severity.ERROR,
    problem="'{found}' is no period",
    fix="write it like 2026-10, 2026-Q3 or FY2026",
    problem_zh="“{found}”不是期间",
    fix_zh="请写成 2026-10、2026-Q3 或 FY2026",
)
KPI_NOT_FOUND = Kind(
    "X302",
    "KPI_NOT_FOUND",
    Severity.ERROR,
    problem="there is no KPI '{found}'{near}",
    fix="use a name from the Goals sheet, in quotes if it has spaces",
    problem_zh="没有指标“{found}”{near}",
    fix_zh="请使用目标表中的名称；含空格时加引号",
)
NOT_WRITTEN = Kind(
    "X303",
    "NOT_WRITTEN",
    Severity.ERROR,
    problem="the report could not be written into {folder}: {reason}",
    fix="check that the folder may be written to, that the disk is not full, and that no report in it is open",
    problem_zh="无法将报告写入 {folder}：{reason}",
    fix_zh="请检查文件夹是否可写、磁盘是否已满、其中的报告是否正被打开",
)
STATE_UNUSABLE = Kind(
    "X304",
    "STATE_UNUSABLE",
    Severity.WARNING,
    problem="the state folder {folder} could not be used ({reason}), so changes to reported figures are not listed",
    fix="name a folder on this computer that may be written to with --state",
    problem_zh="无法使用状态文件夹 {folder}（{reason}），因此未列出已报告数据的更正",
    fix_zh="请用 --state 指定本机上可写的文件夹",
)
WORDS_MISSING = Kind(
    "H001",
    "WORDS_MISSING",
    Severity.ERROR,
    problem="the theme's words file has no usable sentence '{key}'",
    fix="copy the sentence from the standard theme's words file",
    problem_zh="主题的文字文件中缺少可用的句子“{key}”",
    fix_zh="请从标准主题的文字文件中复制该句",
)
SCOPE_UNKNOWN = Kind(
    "X305",
    "SCOPE_UNKNOWN",
    Severity.ERROR,
    problem="the scope names '{found}', which is not in the workbook",
    fix="write it like department=Sales, owner=Li or kpi=Revenue; Margin, with names from the Goals sheet",
    problem_zh="范围中的“{found}”在工作簿中不存在",
    fix_zh="请写成 department=销售、owner=李 或 kpi=收入；利润率，名称取自目标表",
)
