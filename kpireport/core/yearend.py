"""Where the year of each KPI will land (trends.md 2, R29)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.scorecard import Result, Scorecard


def landings(card: Scorecard) -> Mapping[str, Result]:
    return card.results
