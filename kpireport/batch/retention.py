"""What is old is forgotten, as the settings say: filed workbooks, reports, summaries. Nothing else is ever deleted.

Rule: N19.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kpireport.batch.filing import DUPLICATES, FAILED, PROCESSED, marked_name
from kpireport.batch.summary import WorkbookOutcome
from kpireport.core.file_names import REASON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kpireport.batch.ledger import RunLedger
    from kpireport.core.batching import BatchSettings

FILED = re.compile(r"__(\d{8}T\d{4})__[0-9a-f]{8}( \(\d+\))?\.[a-z]{3,4}$", re.IGNORECASE)
MONTH = re.compile(r"^\d{4}-\d{2}$")
PERIOD = re.compile(r"^\d{4}(-[QW]?\d{1,2})?$")
RUN = re.compile(r"^\d{8}T\d{6}-[0-9a-f]{6}$")


def forget(settings: BatchSettings, now: datetime, ledger: RunLedger) -> list[Path]:
    """Delete what was kept long enough, and return it. What someone has open, or another run deletes, is left.

    Raises OSError.
    """
    return [path for path in _old(settings, now, ledger) if _deleted(path)]


def _deleted(path: Path) -> bool:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True


def _old(settings: BatchSettings, now: datetime, ledger: RunLedger) -> list[Path]:
    """Return what was kept long enough. Raises OSError."""
    inbox = settings.inbox
    gone: list[Path] = []
    if inbox.keep_processed_days:
        gone += _processed(inbox.folder / PROCESSED, now - timedelta(days=inbox.keep_processed_days))
    if inbox.keep_failed_days:
        before = now - timedelta(days=inbox.keep_failed_days)
        gone += _failed(inbox.folder / FAILED, before)
        gone += _mended(inbox.folder / FAILED, before, ledger)
    if settings.keep_runs_days:
        gone += _folders(settings.state / "runs", RUN, now - timedelta(days=settings.keep_runs_days))
    if settings.keep_reports_days and settings.reports.is_dir():
        for report in settings.reports.iterdir():
            gone += _folders(report, PERIOD, now - timedelta(days=settings.keep_reports_days))
    return gone


def _processed(folder: Path, before: datetime) -> Iterator[Path]:
    """Yield workbooks that were filed away before a time; it stands in their names, for a move keeps a file's time."""
    if not folder.is_dir():
        return
    for month in folder.iterdir():
        if month.is_dir() and (MONTH.match(month.name) or month.name == DUPLICATES):
            for path in month.iterdir():
                found = FILED.search(path.name)
                if found and found[1] < f"{before:%Y%m%dT%H%M}":
                    yield path


def _failed(folder: Path, before: datetime) -> Iterator[Path]:
    """Yield failed workbooks with what lies beside them, by the time of their reason files."""
    if not folder.is_dir():
        return
    for reason in folder.glob(f"*{REASON}"):
        if reason.stat().st_mtime < before.timestamp():
            workbook = folder / reason.name.removesuffix(REASON)
            yield from (path for path in (workbook, marked_name(workbook), reason) if path.is_file())


def _mended(folder: Path, before: datetime, ledger: RunLedger) -> Iterator[Path]:
    """Yield failed workbooks whose reason files are gone, because one that came later was fine.

    When they failed is looked up by their content, for a move keeps a file's time; what we did not put there is left.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        reason = path.with_name(f"{path.name}{REASON}")
        if path.name.endswith(REASON) or reason.exists() or not path.is_file():
            continue
        if path.stat().st_mtime < before.timestamp():
            with path.open("rb") as file:
                failed = ledger.last(hashlib.file_digest(file, "sha256").hexdigest(), WorkbookOutcome.FAILED)
            if failed and datetime.fromisoformat(failed) < before:
                yield from (one for one in (path, marked_name(path)) if one.is_file())


def _folders(folder: Path, name: re.Pattern[str], before: datetime) -> Iterator[Path]:
    if folder.is_dir():
        yield from (
            path
            for path in folder.iterdir()
            if path.is_dir() and name.match(path.name) and path.stat().st_mtime < before.timestamp()
        )
