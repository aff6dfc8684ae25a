"""How the batch works: what kpireport.toml says under [inbox], [batch], [retention] and [[report]]."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpireport.core.diagnostics import Where
from kpireport.core.file_names import REASON
from kpireport.core.formats import DEFAULT_FORMATS

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = ("*.xlsx", "*.xlsm")
# What programs leave beside workbooks: owner files, notes of systems, copies that are still under way.
IGNORED = (
    r"^~\$", r"^\.~lock\..*#$", r"^\._", r"^\.", r"^Thumbs\.db$", r"^desktop\.ini$", rf"{re.escape(REASON)}$",
    r"\.(tmp|part|partial|filepart|crdownload|download|!sync)$", r"^~.*\.tmp$",
)  # fmt: skip
IGNORE = re.compile("|".join(f"(?:{pattern})" for pattern in IGNORED), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The drop folder. settle_seconds: how long size and time must stay the same. keep_days: 0 keeps for ever.

    patterns: file patterns of workbooks. if_open: "wait" for a workbook that someone has open, or "take" it.
    """

    folder: Path
    patterns: tuple[str, ...] = PATTERNS
    settle_seconds: float = 10.0
    poll_seconds: float = 30.0
    max_wait_minutes: float = 120.0
    if_open: str = "wait"
    keep_processed_days: int = 400
    keep_failed_days: int = 0


@dataclass(frozen=True, slots=True)
class DueRule:
    """When a report is due: on a day of the month, a working day (Monday to Friday) of it, or a weekday; 0 for none.

    A day past the end of a month is its last. Negative ones count from its end (-1 is the last), and are for the month
    itself; the others are for the month before. weekday: 1 is Monday; nth: the how manieth of the month, 0 for each
    week, which is then for the week before. zone: a name of the tz database. max_lateness: days after which a report
    that was missed is skipped.
    """

    day: int = 0
    working_day: int = 0
    weekday: int = 0
    nth: int = 0
    zone: str = ""
    max_lateness: int = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """A [[report]]: fixed workbooks, or the newest of the drop folder that fit a pattern. calendar: when it is due.

    note: the covering note above its letters, where a run has none of its own.
    """

    name: str
    workbooks: tuple[Path, ...] = ()
    match: str = ""
    calendar: DueRule | None = None
    formats: tuple[str, ...] = ()
    language: str = ""
    theme: str = ""
    note: str = ""
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """All that the batch goes by. reports, state: folders. workers: processes at once, 0 for one a core.

    workbook_minutes: after which a workbook is given up. keep_reports_days: 0 keeps for ever.
    """

    inbox: Inbox
    reports: Path
    state: Path
    formats: tuple[str, ...] = DEFAULT_FORMATS
    language: str = ""
    theme: str = ""
    workers: int = 0
    workbook_minutes: float = 10.0
    keep_reports_days: int = 0
    keep_runs_days: int = 400
    planned: tuple[Planned, ...] = ()
