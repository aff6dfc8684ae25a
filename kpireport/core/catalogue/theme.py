"""Problems with themes, fonts and pages."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity
from kpireport.core.extras import install

THEME_MISSING = Kind(
    "H101", "THEME_MISSING", Severity.ERROR,
    "the theme folder {folder} has no report.html",
    "name a folder that holds a report.html; 'kpireport help templates' shows how to begin",
    "主题文件夹 {folder} 中没有 report.html",
    "请指定包含 report.html 的文件夹",
)  # fmt: skip
TEMPLATE_WRONG = Kind(
    "H102", "TEMPLATE_WRONG", Severity.ERROR,
    "the template {file}, line {line}: {reason}",
    "correct the template, or leave the theme out to use the built-in one",
    "模板 {file} 第 {line} 行：{reason}",
    "请修正模板，或不指定主题以使用内置主题",
)  # fmt: skip
WORDS_WRONG = Kind(
    "H103", "WORDS_WRONG", Severity.ERROR,
    "the words file {file} cannot be read: {reason}",
    "correct the file; it is TOML, with the tables [labels] and [sentences]",
    "无法读取文字文件 {file}：{reason}",
    "请修正该文件；格式为 TOML，包含 [labels] 和 [sentences]",
)  # fmt: skip
RESOURCE_REFUSED = Kind(
    "H104", "RESOURCE_REFUSED", Severity.WARNING,
    "the page asks for {address}, which is not in the theme's folder; it is left out",
    "copy the file into the theme's folder and name it there",
    "页面引用了主题文件夹之外的 {address}，已略去",
    "请将文件复制到主题文件夹并在其中引用",
)  # fmt: skip
PAGE_WARNING = Kind(
    "H105", "PAGE_WARNING", Severity.WARNING,
    "while the page was laid out: {reason}",
    "check the theme's pictures and styles",
    "排版时出现问题：{reason}",
    "请检查主题中的图片和样式",
)  # fmt: skip
CHINESE_FONT_MISSING = Kind(
    "H106", "CHINESE_FONT_MISSING", Severity.ERROR,
    "no Chinese font was found, so the PDF would show empty boxes",
    "install a Chinese font (Debian: apt-get install fonts-noto-cjk; Windows: Settings, Optional features, Chinese"
    f" (Simplified) Supplemental Fonts), or: {install('zh')}",
    "没有找到中文字体，PDF 会显示空白方框",
    "请安装中文字体（Debian：apt-get install fonts-noto-cjk；Windows：设置，可选功能，简体中文补充字体），"
    f"或运行：{install('zh')}",
)  # fmt: skip
PANGO_MISSING = Kind(
    "H107", "PANGO_MISSING", Severity.ERROR,
    "the PDF needs the Pango library, which was not found: {reason}",
    "install it (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango;"
    " Windows: see the README), or write HTML only with --format html",
    "生成 PDF 需要 Pango 库，但没有找到：{reason}",
    "请安装 Pango（Debian：apt-get install libpango-1.0-0 libpangoft2-1.0-0；macOS：brew install pango；"
    "Windows：见 README），或用 --format html 只生成网页",
)  # fmt: skip
