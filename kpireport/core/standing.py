"""How many KPIs stand where: the counts that every page, letter and file takes, and what may be said of them.

Rule: R59.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core.model import Kind, Lifecycle
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.scorecard import Result, Scorecard

FEWEST = 3  # periods of a streak that is worth a word
RATED = frozenset((Status.ON, Status.WATCH, Status.OFF, Status.NONE))


class Headline(StrEnum):
    """What may be said of the targets of several KPIs."""

    NO_TARGET = "no target"
    NO_DATA = "no data"
    ALL = "all"
    ALL_WITH_DATA = "all with data"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """KPIs that are rated, by status. without: those without data."""

    on: int = 0
    watch: int = 0
    off: int = 0
    without: int = 0

    @property
    def rated(self) -> int:
        return self.on + self.watch + self.off + self.without

    @property
    def with_data(self) -> int:
        return self.on + self.watch + self.off

    @property
    def headline(self) -> Headline:
        if not self.rated:
            return Headline.NO_TARGET
        if not self.with_data:
            return Headline.NO_DATA
        if self.on < self.with_data:
            return Headline.SOME
        return Headline.ALL_WITH_DATA if self.without else Headline.ALL

    @property
    def nothing_off(self) -> bool:
        """Return whether "no KPI is off target" is true: some are rated, none is off, none is without data."""
        return self.rated > 0 and not self.off and not self.without


def counts(result: Result) -> bool:
    """Return whether a KPI counts in "10 of 18": it has a target, has begun, is not retired, and is the reader's."""
    if result.kpi.kind is not Kind.KPI or result.status not in RATED or result.above:
        return False
    return result.kpi.lifecycle is not Lifecycle.RETIRED and not untargeted(result)


def untargeted(result: Result) -> bool:
    """Return whether a KPI has a figure and nothing to be held against: it is shown and not rated."""
    return result.status is Status.NONE and result.actual is not None and "NO_TARGET" in result.verdict.flags


def of_card(card: Scorecard) -> StatusCounts:
    """Return how the KPIs of a scorecard stand."""
    return standing(r.status for r in card.results.values() if counts(r))


def standing(statuses: Iterable[Status]) -> StatusCounts:
    """Return the counts of rated KPIs; other statuses do not count."""
    found = list(statuses)
    return StatusCounts(*(found.count(status) for status in (Status.ON, Status.WATCH, Status.OFF, Status.NONE)))


def streak(statuses: Iterable[Status | None]) -> int:
    """Return for how many periods in a row, up to the last, a KPI was on target; None: not rated or not over.

    Under three nothing is said.
    """
    run = 0
    for status in reversed(list(statuses)):
        if status is not Status.ON:
            break
        run += 1
    return run if run >= FEWEST else 0
