"""A desk with a drop folder, and a post office that remembers, for the tests of the batch."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport.batch import running, work
from kpireport.batch.intake import Options
from kpireport.deliver.parcels import Queued
from kpireport.deliver.send import Delivered
from kpireport.settings.batch import batch
from tests.saying import said
from tests.workbooks import save

if TYPE_CHECKING:
    from kpireport.batch.summary import Summary
    from kpireport.batch.work import Done, Order
    from kpireport.core.batching import BatchSettings

GOALS = "KPI | Target | Unit | Direction\nRevenue | 1200 | EUR | higher"
METRICS = "KPI | 2026-08 | 2026-09 | 2026-10\nRevenue | {first} | 110 | 105"
BROKEN = "KPI | Target | Unit | Direction\nRevenue | 3/4 | EUR | higher"
TODAY = date(2026, 11, 9)
CLOCK = datetime(2026, 11, 9, 6, 30, tzinfo=UTC).timestamp()
TOML = """
[inbox]
path = "inbox"
settle_seconds = 0
[batch]
formats = ["json"]
"""


@dataclass
class Office:
    """A post office that remembers what it was given."""

    put_in: list[tuple[str, str, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    delivered: Delivered = field(default_factory=Delivered)

    def put(self, product: Any, *, revision: int = 1, **_: Any) -> Queued:
        self.put_in.append((product.report, product.period, revision))
        return Queued()

    def send(self, **_: Any) -> Delivered:
        return self.delivered

    def notice(self, subject: str, _: str, **__: Any) -> Queued:
        self.notices.append(subject)
        return Queued()

    def newest(self, report: str, period: str) -> int:
        return max((number for name, month, number in self.put_in if (name, month) == (report, period)), default=0)

    def letters(self, report: str, period: str, revision: int) -> int:
        return self.put_in.count((report, period, revision))

    def last_event(self) -> int:
        return len(self.put_in)

    def hold_queued(self, _: Any) -> int:
        return 0

    def close(self) -> None:
        pass


@dataclass
class Desk:
    """A folder as a person has it: settings, drop folder, reports."""

    folder: Path
    office: Office = field(default_factory=Office)

    @property
    def today(self) -> date:
        return TODAY

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def settings(self) -> BatchSettings:
        found, told = batch(self.folder / "kpireport.toml")
        assert found is not None, [said(d.problem) for d in told]
        return found

    def drop(self, name: str = "a.xlsx", *, first: int = 90, goals: str = GOALS, into: Path | None = None) -> Path:
        path = save((into or self.inbox) / name, Goals=goals, Metrics=METRICS.format(first=first))
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
        return path

    def run(self, *, clock: float = CLOCK, **options: Any) -> Summary:
        asked = Options(datetime.fromtimestamp(clock, tz=UTC).date(), **options)
        return running.run(
            self.settings, self.folder / "kpireport.toml", asked, engine="serial", post=self.office,  # type: ignore[arg-type]
            clock=lambda: clock, sleep=lambda _: None,
        )  # fmt: skip

    def files(self, folder: str) -> list[str]:
        base = self.folder / folder
        return sorted(path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())


def new(folder: Path, more: str = "") -> Desk:
    (folder / "kpireport.toml").write_text(TOML + more, "utf-8")
    (folder / "inbox").mkdir()
    return Desk(folder)


def outcomes(summary: Summary) -> dict[str, str]:
    return {line.name: line.outcome for line in summary.lines}


def harmful(order: Order) -> Done:
    """Do what a worker does, but end its process where a workbook is named for that: always, once, or by a long nap."""
    name = order.job.workbooks[0].name
    mark = (order.job.settings or Path()).with_name(f"{name}.mark")
    if name.startswith("poison") or (name.startswith("once") and not mark.exists()):
        mark.touch()
        os._exit(9)
    if name.startswith("stuck"):
        time.sleep(600)
    return work.make(order)
