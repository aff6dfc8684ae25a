"""Problems with the marked copy of a workbook (F181 to F189)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

MARKED_ALREADY = Kind(
    "F181",
    "MARKED_ALREADY",
    Severity.WARNING,
    problem="this is a marked copy already, so it is not marked again",
    fix="mend your own workbook, and check that one",
    problem_zh="这已经是带标记的副本，不再重复标记",
    fix_zh="请更正您自己的工作簿，并检查该工作簿",
)
NOT_MARKED = Kind(
    "F182",
    "NOT_MARKED",
    Severity.WARNING,
    problem="no marked copy was made, because a part of the file is not written as Excel does it: {part}",
    fix="open the workbook in Excel, save it as a new .xlsx, and check that one",
    problem_zh="没有生成带标记的副本，因为文件的一个部件不是 Excel 的写法：{part}",
    fix_zh="请用 Excel 打开工作簿，另存为新的 .xlsx 后再检查",
)
SIGNATURE_ENDS = Kind(
    "F183",
    "SIGNATURE_ENDS",
    Severity.NOTE,
    problem="the workbook is signed; in the marked copy the signature is no longer valid",
    fix="nothing needs to be done: your own workbook keeps its signature",
    problem_zh="工作簿带有数字签名；在带标记的副本中签名不再有效",
    fix_zh="无需处理：您自己的工作簿保留签名",
)
COMMENT_KEPT = Kind(
    "F184",
    "COMMENT_KEPT",
    Severity.NOTE,
    problem="{count} cell(s) have a comment of their own, which was kept; what is wrong there is on the first sheet",
    fix="nothing needs to be done",
    problem_zh="有 {count} 个单元格已有批注，予以保留；其问题见第一张工作表",
    fix_zh="无需处理",
)
MARKED_IN_PART = Kind(
    "F185",
    "MARKED_IN_PART",
    Severity.NOTE,
    problem="only the first {limit} cells are marked; all problems are on the first sheet",
    fix="mend these first, and check again",
    problem_zh="只标记了前 {limit} 个单元格；全部问题见第一张工作表",
    fix_zh="请先更正这些，再重新检查",
)
NO_COMMENTS = Kind(
    "F186",
    "NO_COMMENTS",
    Severity.NOTE,
    problem="the cells of this sheet are filled but have no comments, because its drawing is not as Excel writes it",
    fix="read what is wrong on the first sheet",
    problem_zh="此工作表的单元格已着色但没有批注，因为其绘图部件不是 Excel 的写法",
    fix_zh="请在第一张工作表阅读问题说明",
)
MARKED_NAMES_ALIKE = Kind(
    "F187",
    "MARKED_NAMES_ALIKE",
    Severity.WARNING,
    problem="two workbooks have this name, so it cannot be told which one to mark",
    fix="give them different names, or check one at a time",
    problem_zh="有两个同名的工作簿，无法判断应标记哪一个",
    fix_zh="请使用不同的文件名，或逐个检查",
)
MARKING_NEEDS_XLSX = Kind(
    "F189",
    "MARKING_NEEDS_XLSX",
    Severity.WARNING,
    problem="no marked copy was made: only .xlsx and .xlsm workbooks can be marked",
    fix="open the workbook in Excel, save it as .xlsx, and check that one",
    problem_zh="没有生成带标记的副本：只有 .xlsx 和 .xlsm 工作簿可以标记",
    fix_zh="请用 Excel 打开工作簿，另存为 .xlsx 后再检查",
)
COPY_KEPT = Kind(
    "F188",
    "COPY_KEPT",
    Severity.NOTE,
    problem="'{found}' was changed after it was made, so it was kept; the new copy is '{name}'",
    fix="delete the older copy when you no longer need it",
    problem_zh="“{found}”在生成后被修改过，予以保留；新的副本为“{name}”",
    fix_zh="不再需要时请删除旧副本",
)
