"""Problems with kpireport.toml. The cell of their place is the dotted name of the setting."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

FILE_UNREADABLE = Kind(
    "X401",
    "SETTINGS_UNREADABLE",
    Severity.ERROR,
    problem="the settings file cannot be read: {reason}",
    fix="check that the file is there and may be read",
    problem_zh="无法读取设置文件：{reason}",
    fix_zh="请检查该文件是否存在、是否有读取权限",
)
NOT_TOML = Kind(
    "X402",
    "SETTINGS_NOT_TOML",
    Severity.ERROR,
    problem="the settings file is not valid TOML: {reason}",
    fix="mend the line that is named; text stands in quotes, and a Windows path in single quotes",
    problem_zh="设置文件不是有效的 TOML：{reason}",
    fix_zh="请修改所指的行；文字要加引号，Windows 路径请用单引号",
)
UNKNOWN_SETTING = Kind(
    "X403",
    "FILE_SETTING_UNKNOWN",
    Severity.ERROR,
    problem="there is no setting '{found}'{near}",
    fix="correct the name or remove the line; {known} may stand here",
    problem_zh="没有名为“{found}”的设置{near}",
    fix_zh="请改正名称或删去该行；此处可用：{known}",
)
WRONG_TYPE = Kind(
    "X404",
    "SETTING_WRONG_TYPE",
    Severity.ERROR,
    problem="this setting must be {wanted}, but it is {found}",
    fix="write {example}",
    problem_zh="此设置应为 {wanted}，实际是 {found}",
    fix_zh="请写成 {example}",
)
NOT_A_CHOICE = Kind(
    "X405",
    "SETTING_NOT_A_CHOICE",
    Severity.ERROR,
    problem="'{found}' cannot be chosen here",
    fix="choose one of {known}",
    problem_zh="此处不能选择“{found}”",
    fix_zh="可选：{known}",
)
OUT_OF_RANGE = Kind(
    "X406",
    "FILE_SETTING_OUT_OF_RANGE",
    Severity.ERROR,
    problem="{found} is outside the range from {least} to {most}",
    fix="write a number from {least} to {most}",
    problem_zh="{found} 超出 {least} 至 {most} 的范围",
    fix_zh="请写 {least} 至 {most} 之间的数",
)
MISSING = Kind(
    "X407",
    "SETTING_MISSING",
    Severity.ERROR,
    problem="this setting is needed and is not there",
    fix="add it: {example}",
    problem_zh="缺少必需的设置",
    fix_zh="请补充：{example}",
)
