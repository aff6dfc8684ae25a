"""Problems with themes, fonts and pages."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

THEME_MISSING = Problem("H101", "THEME_MISSING", Severity.ERROR, ("folder",))
TEMPLATE_WRONG = Problem("H102", "TEMPLATE_WRONG", Severity.ERROR, ("file", "line", "reason"))
WORDS_WRONG = Problem("H103", "WORDS_WRONG", Severity.ERROR, ("file", "reason"))
RESOURCE_REFUSED = Problem("H104", "RESOURCE_REFUSED", Severity.WARNING, ("address",))
PAGE_WARNING = Problem("H105", "PAGE_WARNING", Severity.WARNING, ("reason",))
CHINESE_FONT_MISSING = Problem("H106", "CHINESE_FONT_MISSING", Severity.ERROR, extra="zh")
PANGO_MISSING = Problem("H107", "PANGO_MISSING", Severity.ERROR, ("reason",))
