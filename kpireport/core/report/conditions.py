"""The condition of a trigger in the reader's words, in whatever language and shorthand it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.conditions import Comparison, Subject
from kpireport.core.formatting import finer
from kpireport.core.registry import complete
from kpireport.core.report.context import plain
from kpireport.core.triggers import threshold

if TYPE_CHECKING:
    from kpireport.core.conditions import Condition
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Fired, Result

SIDES = complete(
    Comparison,
    {
        Comparison.BELOW: "side_under",
        Comparison.AT_MOST: "side_at_most",
        Comparison.ABOVE: "side_over",
        Comparison.AT_LEAST: "side_at_least",
    },
)
LARGEST_RATIO = 1.5  # a share up to this was typed as a ratio, above it as a percentage


def condition_words(c: Context, fired: Fired) -> str:
    """Return "under 88.5% for 2 months" for "< 88.5 (2)"; as it was typed where the KPI is not in this report."""
    result = c.card.results.get(fired.kpi)
    read = fired.read
    if read is None or result is None:
        return plain(fired.condition, 80)
    text = c.say(f"when_{read.subject.name.lower()}", limit=_limit(c, result, read))
    return (
        c.say("when_repeated", text=text, n=read.periods, many=c.rhythm(result, "many")) if read.periods > 1 else text
    )


def _limit(c: Context, result: Result, read: Condition) -> str:
    """Return the amount that a condition compares with, with its side: "under 88.5%"."""
    if read.amount is None:
        return ""
    if read.subject in (Subject.VALUE, Subject.CROSSES):
        amount = threshold(result, read) or 0.0
        shown = c.shown(result)
        text = c.reader.full(amount, finer(shown.style, amount, shown.target))
    else:
        ratio = read.percent or abs(read.amount) <= LARGEST_RATIO
        text = c.reader.percent(read.amount if ratio else read.amount / 100, 0)
    return c.say(SIDES[read.comparison], limit=text) if read.comparison else text
