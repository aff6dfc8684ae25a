"""What we add to the names of files that are no report: parts of names that one module writes and others look for."""

from __future__ import annotations

REASON = ".PROBLEM.txt"  # after the whole name of a failed workbook: why it failed
CHECKED = ".checked"  # before the extension of a marked copy of a workbook
BESIDE = ".NEW"  # before the extension of a file that had to be written beside its place
