"""Exit codes, once: what a scheduler or a script is told. sysexits numbers where one exists; ``run`` adds PARTLY.

Rule: N18.
"""

from __future__ import annotations

FINE = 0
PARTLY = 1  # a run ended, and something in it failed or waits for a person
USAGE = 2
PROBLEMS = 3  # of a workbook, which block its report
UNDELIVERED = 4
BUG = 70
UNWRITABLE = 74
LATER = 75  # another run holds the lock, or the mail server is away
REFUSED = 77  # signing in was
SETTINGS = 78
