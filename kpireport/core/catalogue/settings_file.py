"""Problems with kpireport.toml. The cell of their place is the dotted name of the setting."""

from __future__ import annotations

from kpireport.core.diagnostics import Problem, Severity

FILE_UNREADABLE = Problem("X401", "SETTINGS_UNREADABLE", Severity.ERROR, ("reason",))
NOT_TOML = Problem("X402", "SETTINGS_NOT_TOML", Severity.ERROR, ("reason",))
UNKNOWN_SETTING = Problem("X403", "FILE_SETTING_UNKNOWN", Severity.ERROR, ("found", "near", "known"))
WRONG_TYPE = Problem("X404", "SETTING_WRONG_TYPE", Severity.ERROR, ("wanted", "found", "example"))
NOT_A_CHOICE = Problem("X405", "SETTING_NOT_A_CHOICE", Severity.ERROR, ("found", "near", "known"))
OUT_OF_RANGE = Problem("X406", "FILE_SETTING_OUT_OF_RANGE", Severity.ERROR, ("found", "least", "most"))
MISSING = Problem("X407", "SETTING_MISSING", Severity.ERROR, ("example",))
