"""Problems with the parts of a workbook file (F141 to F179) and with single cells as they are stored (C001 to C019)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

_SAVE_AGAIN = "open the workbook in Excel, let Excel repair it, check it, and save it as a new .xlsx"
_SAVE_AGAIN_ZH = "请用 Excel 打开工作簿并让其修复，检查后另存为新的 .xlsx"
_SMALLER = "delete what the report does not need, empty formatted rows and columns too, or divide the workbook"
_SMALLER_ZH = "请删除报告不需要的内容，包括带格式的空行空列，或拆分工作簿"
_RETYPE = "type the value again in Excel, and save"
_RETYPE_ZH = "请在 Excel 中重新输入该值并保存"

PART_MISSING = Kind(
    "F141",
    "PART_MISSING",
    Severity.ERROR,
    "a part is missing in the file: {part}",
    _SAVE_AGAIN,
    "文件缺少部件：{part}",
    _SAVE_AGAIN_ZH,
)
PART_TWICE = Kind(
    "F142",
    "PART_TWICE",
    Severity.ERROR,
    "a part is in the file twice, with different content: {part}",
    _SAVE_AGAIN,
    "文件中有两个内容不同的同名部件：{part}",
    _SAVE_AGAIN_ZH,
)
PART_DAMAGED = Kind(
    "F143",
    "PART_DAMAGED",
    Severity.ERROR,
    "a part of the file is damaged: {part}",
    _SAVE_AGAIN,
    "文件的一个部件已损坏：{part}",
    _SAVE_AGAIN_ZH,
)
XML_BROKEN = Kind(
    "F144",
    "XML_BROKEN",
    Severity.ERROR,
    "a part of the file is not written as it must be: {part}",
    _SAVE_AGAIN,
    "文件的一个部件格式有误：{part}",
    _SAVE_AGAIN_ZH,
)
DOCTYPE = Kind(
    "F145",
    "DOCTYPE",
    Severity.ERROR,
    "a part of the file ({part}) defines names of its own, as no spreadsheet program does: this may be an attack",
    "if you do not know where the file comes from, delete it; else save it again in Excel",
    "文件的一个部件（{part}） 含有 DOCTYPE 定义，电子表格程序不会这样写，可能是攻击",
    "如果不清楚文件来源，请删除；否则用 Excel 重新保存",
)
TOO_DEEP = Kind(
    "F146",
    "TOO_DEEP",
    Severity.ERROR,
    "a part of the file ({part}) is nested more than {limit} levels deep",
    _SAVE_AGAIN,
    "文件的一个部件（{part}） 嵌套超过 {limit} 层",
    _SAVE_AGAIN_ZH,
)
TOO_MANY_ELEMENTS = Kind(
    "F147",
    "TOO_MANY_ELEMENTS",
    Severity.ERROR,
    "a part of the file ({part}) holds more than {limit} elements",
    _SMALLER,
    "文件的一个部件（{part}） 含有超过 {limit} 个元素",
    _SMALLER_ZH,
)
TAG_TOO_LONG = Kind(
    "F148",
    "TAG_TOO_LONG",
    Severity.ERROR,
    "a part of the file ({part}) holds one piece of more than {limit} bytes",
    _SAVE_AGAIN,
    "文件的一个部件（{part}） 含有超过 {limit} 字节的片段",
    _SAVE_AGAIN_ZH,
)
TOO_MANY_STRINGS = Kind(
    "F149",
    "TOO_MANY_STRINGS",
    Severity.ERROR,
    "the workbook holds more than {limit} different texts",
    _SMALLER,
    "工作簿含有超过 {limit} 个不同的文本",
    _SMALLER_ZH,
)
TOO_MUCH_TEXT = Kind(
    "F150",
    "TOO_MUCH_TEXT",
    Severity.ERROR,
    "the workbook holds texts of more than {limit} characters together",
    _SMALLER,
    "工作簿的文本合计超过 {limit} 个字符",
    _SMALLER_ZH,
)
TEXT_TOO_LONG = Kind(
    "F151",
    "TEXT_TOO_LONG",
    Severity.ERROR,
    "the workbook holds a single text of more than {limit} characters",
    _SAVE_AGAIN,
    "工作簿含有一个超过 {limit} 个字符的文本",
    _SAVE_AGAIN_ZH,
)
TOO_MANY_SHEETS = Kind(
    "F152",
    "TOO_MANY_SHEETS",
    Severity.ERROR,
    "the workbook has more than {limit} sheets",
    "delete sheets, or divide the workbook",
    "工作簿的工作表多于 {limit} 个",
    "请删除工作表，或拆分工作簿",
)
TOO_MANY_CELLS = Kind(
    "F153",
    "TOO_MANY_CELLS",
    Severity.ERROR,
    "the workbook has more than {limit} cells, empty formatted ones included",
    _SMALLER,
    "工作簿的单元格多于 {limit} 个（含带格式的空单元格）",
    _SMALLER_ZH,
)
TOO_MANY_ROWS = Kind(
    "F154",
    "TOO_MANY_ROWS",
    Severity.ERROR,
    "the workbook has more than {limit} rows, empty ones included",
    _SMALLER,
    "工作簿的行多于 {limit} 行（含空行）",
    _SMALLER_ZH,
)
TOO_MANY_MERGES = Kind(
    "F155",
    "TOO_MANY_MERGES",
    Severity.ERROR,
    "the workbook has more than {limit} merged ranges",
    "unmerge cells that the report does not need",
    "工作簿的合并区域多于 {limit} 个",
    "请取消不需要的合并单元格",
)
TOO_MANY_STYLES = Kind(
    "F156",
    "TOO_MANY_STYLES",
    Severity.ERROR,
    "the workbook has more than {limit} cell styles",
    "copy the sheets that are needed into a new workbook",
    "工作簿的单元格样式多于 {limit} 个",
    "请把需要的工作表复制到新的工作簿",
)
STRINGS_MISSING = Kind(
    "F157",
    "STRINGS_MISSING",
    Severity.ERROR,
    "the texts of the cells are missing in the file",
    _SAVE_AGAIN,
    "文件缺少单元格的文本",
    _SAVE_AGAIN_ZH,
)
NO_SHEETS = Kind(
    "F161",
    "NO_SHEETS",
    Severity.ERROR,
    "the workbook has no sheets",
    "check that it is the right file; get a fresh copy",
    "工作簿没有工作表",
    "请检查是否选对了文件，并重新获取一份",
)
SHEET_MISSING = Kind(
    "F162",
    "SHEET_MISSING",
    Severity.ERROR,
    "the sheet is listed, but its content is missing in the file",
    _SAVE_AGAIN,
    "工作簿列出了该工作表，但文件中没有其内容",
    _SAVE_AGAIN_ZH,
)
SHEET_OUTSIDE = Kind(
    "F163",
    "SHEET_OUTSIDE",
    Severity.ERROR,
    "the content of the sheet is said to lie outside of the file; it was not looked for",
    _SAVE_AGAIN,
    "工作表的内容指向文件之外，未予读取",
    _SAVE_AGAIN_ZH,
)
SHEET_BROKEN = Kind(
    "F164",
    "SHEET_BROKEN",
    Severity.ERROR,
    "the sheet cannot be read: it is damaged in or after row {row}",
    _SAVE_AGAIN,
    "工作表无法读取：第 {row} 行或其后已损坏",
    _SAVE_AGAIN_ZH,
)
ROW_PLACE = Kind(
    "F165",
    "ROW_PLACE",
    Severity.ERROR,
    "the sheet cannot be read: it has a row '{found}', and rows are numbered from 1 to {limit}",
    _SAVE_AGAIN,
    "工作表无法读取：行号“{found}”无效，行号应为 1 到 {limit}",
    _SAVE_AGAIN_ZH,
)
SHEET_SKIPPED = Kind(
    "F166",
    "SHEET_SKIPPED",
    Severity.NOTE,
    "this is a chart, a dialog or a macro, no sheet of cells, and was left out",
    "nothing needs to be done",
    "这是图表，对话框或宏，不是单元格工作表，已略过",
    "无需处理",
)
SHEET_RENAMED = Kind(
    "F167",
    "SHEET_RENAMED",
    Severity.WARNING,
    "the sheet's name '{found}' is empty, too long, taken already or not printable; here it is called '{name}'",
    "give the sheet another name in Excel",
    "工作表名“{found}”为空，过长，重复或含有不可见字符，这里称为“{name}”",
    "请在 Excel 中修改工作表名",
)
MERGE_UNREADABLE = Kind(
    "F168",
    "MERGE_UNREADABLE",
    Severity.WARNING,
    "the sheet has a merged range '{found}', which is no range of cells; it was left out",
    _SAVE_AGAIN,
    "工作表的合并区域“{found}”无效，已略过",
    _SAVE_AGAIN_ZH,
)
STYLE_UNKNOWN = Kind(
    "F169",
    "STYLE_UNKNOWN",
    Severity.WARNING,
    "a cell of the sheet has a style '{found}', which the workbook does not have; its number is read without a format",
    _SAVE_AGAIN,
    "工作表中有单元格使用了不存在的样式“{found}”，其数字按无格式读取",
    _SAVE_AGAIN_ZH,
)
CELL_TWICE = Kind(
    "C001",
    "CELL_TWICE",
    Severity.ERROR,
    "the cell is stored twice in the file; nobody can tell which of the two is meant",
    _SAVE_AGAIN,
    "该单元格在文件中存了两次，无法判断以哪个为准",
    _SAVE_AGAIN_ZH,
)
CELL_PLACE = Kind(
    "C002",
    "CELL_PLACE",
    Severity.ERROR,
    "a cell is stored at '{found}', which is no place in its row; it was left out",
    _SAVE_AGAIN,
    "有单元格的位置为“{found}”，与所在行不符或无效，已略过",
    _SAVE_AGAIN_ZH,
)
NUMBER_UNREADABLE = Kind(
    "C003",
    "NUMBER_UNREADABLE",
    Severity.ERROR,
    "the cell is stored as a number, but holds '{found}', which is none that Excel can hold",
    _RETYPE,
    "该单元格存为数字，但内容是“{found}”，Excel 无法表示",
    _RETYPE_ZH,
)
DATE_UNREADABLE = Kind(
    "C004",
    "DATE_UNREADABLE",
    Severity.ERROR,
    "the cell is stored as a date, but holds '{found}'",
    _RETYPE,
    "该单元格存为日期，但内容是“{found}”",
    _RETYPE_ZH,
)
TEXT_MISSING = Kind(
    "C005",
    "TEXT_MISSING",
    Severity.ERROR,
    "the text of the cell (number '{found}' in the file) is missing",
    _RETYPE,
    "该单元格的文本（文件中的第“{found}”项） 缺失",
    _RETYPE_ZH,
)
CELL_TYPE_UNKNOWN = Kind(
    "C006",
    "CELL_TYPE_UNKNOWN",
    Severity.ERROR,
    "the cell is of a kind '{found}', which Excel does not know; it is taken as empty",
    _RETYPE,
    "该单元格的类型“{found}”不是 Excel 的类型，按空值处理",
    _RETYPE_ZH,
)
LOGICAL_UNREADABLE = Kind(
    "C007",
    "LOGICAL_UNREADABLE",
    Severity.ERROR,
    "the cell is stored as TRUE or FALSE, but holds '{found}'",
    _RETYPE,
    "该单元格存为 TRUE 或 FALSE，但内容是“{found}”",
    _RETYPE_ZH,
)
MORE_CELLS = Kind(
    "C019",
    "MORE_CELLS",
    Severity.ERROR,
    "the sheet has {count} more places with the problem {code}",
    "mend the places named above in the same way as these",
    "该工作表还有 {count} 处同样的问题 {code}",
    "请按上面列出的位置同样处理",
)
