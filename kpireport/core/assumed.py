"""What is assumed of a line that nothing says: how its months make a year, and which way is better. Rule: R73, R74."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kpireport.core.model import Aggregation, Direction, Measure
from kpireport.core.reading.words import parts, standard

if TYPE_CHECKING:
    from kpireport.core.model import Kpi, Unit


class Assumed(NamedTuple):
    """An assumption. asked: it is one that may turn a verdict, so that it is marked and asked about."""

    value: Aggregation | Direction
    asked: bool


BY_MEASURE = {Measure.STOCK: Aggregation.LAST, Measure.SCORE: Aggregation.AVERAGE, Measure.YES_NO: Aggregation.LAST}


def over_time(name: str, unit: Unit) -> Assumed:
    """Return how the months of a line make its year, from its unit and the words of its name. Rule: R73."""
    trade = standard()
    if unit.measure is Measure.STOCK or (trade.stock.among(name) and not trade.flow.among(name) and not unit.share):
        return Assumed(Aggregation.LAST, asked=False)
    if unit.share:
        return Assumed(Aggregation.AVERAGE, asked=True)
    if "/" in unit.text:
        return Assumed(Aggregation.AVERAGE, asked=False)
    if trade.rate.among(name) or trade.duration.among(name):
        return Assumed(Aggregation.AVERAGE, asked=True)
    if unit.measure is Measure.DURATION:
        return Assumed(Aggregation.AVERAGE, asked=False)
    return Assumed(BY_MEASURE.get(unit.measure, Aggregation.SUM), asked=False)


def better(name: str, section: str = "") -> Assumed:
    """Return which way is better, from the words of a line's name and of the section that it stands in. Rule: R74."""
    trade = standard()
    less, more = trade.lower.among(name), trade.opposite.among(name)
    if less and not more and not trade.doubtful.among(name):
        return Assumed(Direction.LOWER, asked=True)
    if not (less or more) and parts(section) and trade.lower.among(section):
        return Assumed(Direction.LOWER, asked=True)
    return Assumed(Direction.HIGHER, asked=(less and more) or trade.doubtful.among(name))


def directed(kpi: Kpi) -> Kpi:
    """Return a KPI with the direction that is assumed of it, marked where that may turn its verdict. Rule: R74."""
    value, asked = better(kpi.name, kpi.perspective)
    return replace(kpi, direction=Direction(value.value), assumed=kpi.assumed | {"direction"} if asked else kpi.assumed)
