"""The tree of KPIs at any period: what each child hands up, and what its parent makes of it.

Rule: R15, R16, R17, R18, R19.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core import rollup
from kpireport.core.model import Kind, Level, Lifecycle
from kpireport.core.periods import CalendarGap
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.model import Settings
    from kpireport.core.periods import Calendar, Period
    from kpireport.core.rollup import Child
    from kpireport.core.scorecard import Point, Roll, Verdict
    from kpireport.core.track import Track

RATED = (Status.ON, Status.WATCH, Status.OFF)
SILENT = (Status.NOT_STARTED, Status.INFO)


class Tree:
    """Scores of parents. points: each KPI's own history; a coarser KPI counts with its last closed period.

    Rule: R34.
    """

    def __init__(
        self, tracks: Mapping[str, Track], points: Mapping[str, tuple[Point, ...]], report: Period, settings: Settings
    ) -> None:
        self.tracks = tracks
        self.report = report
        self.settings = settings
        self.calendar: Calendar = settings.calendar
        self.at = {key: {point.period: point for point in found} for key, found in points.items()}
        self.children: dict[str, list[str]] = {}
        for key, track in tracks.items():
            counts = track.kpi.kind is Kind.KPI and track.kpi.lifecycle is not Lifecycle.RETIRED
            if track.kpi.parent and counts:
                self.children.setdefault(track.kpi.parent, []).append(key)
        self._rolls: dict[tuple[str, Period], Roll | None] = {}

    def own(self, key: str, period: Period) -> Verdict | None:
        """Return the verdict of a KPI's own figure in a period of the report's frequency."""
        track = self.tracks[key]
        if track.frequency is not self.report.frequency:
            try:
                closed = self.calendar.last_complete(self.calendar.end(period), track.frequency)
            except CalendarGap:
                return None
            period = track.period if period == self.report else closed
        point = self.at[key].get(period)
        return point.verdict if point is not None else None

    def child(self, key: str, period: Period) -> Child | None:
        """Return what a KPI hands to its parent: its own rating, else its score; None where it does not count now."""
        found = self.own(key, period)
        weight = self.tracks[key].kpi_at(period).weight
        if found is not None and found.status in SILENT:
            return None
        if found is not None and found.status in RATED:
            return rollup.Child(key, found.rollup, found.status, weight)
        scored = self.roll(key, period)
        if scored is not None:
            return rollup.Child(key, scored.score, scored.status, weight)
        return rollup.Child(key, None, Status.NONE, weight)

    def roll(self, key: str, period: Period) -> Roll | None:
        """Return a parent's score in a period; None for a KPI without children."""
        if not self.children.get(key):
            return None
        place = (key, period)
        if place not in self._rolls:
            self._rolls[place] = None  # the tree has no rings; a wrong one would end here, not hang
            found = [child for one in self.children[key] if (child := self.child(one, period)) is not None]
            kind = self.tracks[key].kpi.rollup
            self._rolls[place] = rollup.roll(found, self.settings, kind) if found else None
        return self._rolls[place]

    def status(self, key: str, period: Period) -> Status:
        """Return the status of a KPI's own figure, else of its score."""
        found = self.own(key, period)
        if found is not None and (found.status in RATED or found.status in SILENT):
            return found.status
        scored = self.roll(key, period)
        if scored is not None:
            return scored.status
        return Status.NONE if self.tracks[key].kpi.kind is Kind.KPI else Status.INFO

    def health(self) -> float | None:
        """Return the index of the goals that stand for the organisation, each tree counted once. Rule: R43."""
        tops = [
            key
            for key, track in self.tracks.items()
            if track.kpi.kind is Kind.KPI
            and track.kpi.level is Level.ORGANISATION
            and track.kpi.lifecycle is not Lifecycle.RETIRED
        ]
        standing = set(tops)
        outer = [key for key in tops if self.tracks[key].kpi.parent not in standing]
        found = [child for key in outer if (child := self.child(key, self.report)) is not None]
        return rollup.health(found, self.settings)
