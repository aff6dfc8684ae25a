"""What every part of the report needs: the figures, the reader, the words, and how each KPI is written and linked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kpireport.core import standing
from kpireport.core.compare import same
from kpireport.core.formatting import MISSING, NBSP, Reader, Style, style
from kpireport.core.model import Direction, Level, Measure, NoteKind, Unit
from kpireport.core.report.charts import Mark
from kpireport.core.report.shown.voice import Value, Voice
from kpireport.core.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.model import Note, PlanItem
    from kpireport.core.periods import Period
    from kpireport.core.report.words import Words
    from kpireport.core.scorecard import Change, Figure, Goal, Point, Result, Scorecard
    from kpireport.core.standing import StatusCounts

RATED = (Status.ON, Status.WATCH, Status.OFF, Status.NONE)
CODES = {Status.NOT_STARTED: "not-started"}
TABLE_MONEY = 1e6  # from here on an amount has more figures than a column of a table has room for
SHARE = Unit("%", Measure.SHARE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One KPI as it is written: its style, and the figures that stand for it this month.

    scored: a goal without figures of its own, of which only its drivers' score is known, if that; it has no actual, no
    target and no distance between them.
    Rule: R40.
    """

    style: Style
    actual: float | None
    target: float | None
    previous: float | None
    higher: bool
    scored: bool = False


@dataclass(frozen=True)
class Context:
    """Everything that the parts of the report are composed from."""

    card: Scorecard
    reader: Reader
    say: Words
    diagnostics: tuple[Diagnostic, ...]
    language: Language
    version: str = ""

    @cached_property
    def rated(self) -> tuple[Result, ...]:
        """Return the KPIs that count in "10 of 18": with a target, begun, not retired, not those above a part."""
        return tuple(r for r in self.card.results.values() if standing.counts(r))

    @cached_property
    def counted(self) -> StatusCounts:
        """Return how many KPIs stand where: the counts that every sentence takes. Rule: R59."""
        return standing.of_card(self.card)

    @cached_property
    def running(self) -> bool:
        """Return whether the report's period is not over on the day of the report. Rule: R60."""
        return not self.card.book.calendar.complete(self.card.period, self.card.today)

    @cached_property
    def provisional(self) -> bool:
        return self.running or self.card.book.settings.provisional

    @cached_property
    def goals(self) -> tuple[Result, ...]:
        """Return the KPIs that stand for the whole organisation, by priority, then in the order of the sheet.

        In a part of the report they are the highest of its own.
        """
        own = {r.kpi.key for r in self.rated}
        chosen = [r for r in self.rated if self.is_goal(r)] or [r for r in self.rated if r.kpi.parent not in own]
        if not self.rated:  # nothing has a target; the goals are shown all the same, without a verdict
            chosen = [r for r in self.card.results.values() if self.is_goal(r) and r.actual is not None]
        return tuple(sorted(chosen, key=lambda r: r.kpi.priority if r.kpi.priority is not None else 1e9))

    @cached_property
    def off(self) -> tuple[Result, ...]:
        return self.by_distance(Status.OFF)

    @cached_property
    def watch(self) -> tuple[Result, ...]:
        return self.by_distance(Status.WATCH)

    def by_distance(self, status: Status) -> tuple[Result, ...]:
        """Return the KPIs of a status: goals first, then the farthest from target. Rule: E6."""
        chosen = [r for r in self.rated if r.status is status]
        return tuple(sorted(chosen, key=lambda r: (not self.is_goal(r), self.distance(r))))

    @staticmethod
    def distance(result: Result) -> float:
        """Return how far a KPI is from target in watch bands; more negative is worse."""
        if result.verdict.bands is not None:
            return result.verdict.bands
        if result.verdict.attainment is not None:
            return (result.verdict.attainment - 1) * 10
        return (result.roll.score - 1) * 10 if result.roll and result.roll.score is not None else 0.0

    @staticmethod
    def is_goal(result: Result) -> bool:
        return result.kpi.level is Level.ORGANISATION

    @staticmethod
    def code(status: Status) -> str:
        return CODES.get(status, status.value)

    def standing(self, result: Result) -> str:
        """Return the code of how a KPI stands: "on", "watch", "off", "none", "info" or "not-started"."""
        return Status.INFO.value if standing.untargeted(result) else self.code(result.status)

    def word(self, result: Result) -> str:
        """Return the status of a KPI in words."""
        return self.say(f"status_{self.standing(result).replace('-', '_')}")

    def rhythm(self, result: Result, form: str) -> str:
        """Return the word for the KPI's own period. form: "one" (month), "many" (months) or "each" (monthly)."""
        return self.say(f"{form}_{result.period.frequency.value}")

    @cached_property
    def _anchors(self) -> dict[str, str]:
        return {key: f"k{number}" for number, key in enumerate(self.card.results, start=1)}

    def anchor(self, key: str) -> str:
        """Return the id of a KPI's row; its line in the sources is ``s`` + this, its section ``x`` + this."""
        return self._anchors.get(key, "")

    def name(self, key: str | None) -> str:
        result = self.card.results.get(key) if key else None
        return result.kpi.name if result else ""

    @cached_property
    def _shown(self) -> dict[str, Shown]:
        return {}

    def shown(self, result: Result) -> Shown:
        """Return how a KPI is written, decided once for the whole report."""
        known = self._shown.get(result.kpi.key)
        if known is None:
            known = self._shown[result.kpi.key] = self._choose(result)
        return known

    def _choose(self, result: Result) -> Shown:
        kpi = result.kpi
        conventions = self.reader.conventions
        scored = result.roll is not None and (result.goal is None or result.roll.score is not None)
        if result.actual is None and (scored or (result.above and result.goal is None)):
            return Shown(style(SHARE, (), conventions=conventions), None, None, None, higher=True, scored=True)
        actual = result.actual.value if result.actual else None
        target = target_of(result.goal)
        recent = [p.actual.value for p in reversed(result.points[-13:]) if p.actual]
        values = [v for v in (actual, target) if v is not None] or recent[:1]
        edges = [e for e in (target, result.verdict.watch_limit) if e is not None] if actual is not None else []
        chosen = style(kpi.unit, values, conventions=conventions, decimals=kpi.decimals, edges=edges, recent=recent)
        previous = result.year_ago.previous.value if result.year_ago.previous else None
        return Shown(chosen, actual, target, previous, higher=kpi.direction is not Direction.LOWER)

    def goal_text(self, goal: Goal | None, style: Style, *, full: bool = False) -> str:
        """Write a target: a number, or a range "2.8-3.2"."""
        if goal is None:
            return MISSING
        write = self.reader.full if full else self.reader.number
        span = goal.span
        if span.value is not None:
            return write(span.value, style)
        return f"{self.reader.number(span.low, style)}–{write(span.high, style)}"

    def value(self, result: Result, text: str, figure: Figure | None, *, alarm: bool = False, mark: str = "") -> Value:
        """Return a figure with its address and the link to its line in the sources."""
        decimals = self.shown(result).style.decimals
        anchor = f"s{self.anchor(result.kpi.key)}"
        place = place_of(figure)
        return Value(text, place, anchor if place else "", alarm, mark, decimals)

    def actual(self, result: Result) -> Value:
        """Return the report month's actual as a table shows it."""
        shown = self.shown(result)
        if result.status is Status.NOT_STARTED and result.kpi.start:
            started = self.card.book.calendar.of(result.kpi.start, self.card.period.frequency)
            return Value(self.say("from", period=self.reader.period(started, short=True)))
        if shown.scored:
            return Value(MISSING)
        if shown.actual is None:
            return Value(self.say("no_data"))
        mark = "p" if self.provisional else ""
        text = self.reader.number(shown.actual, shown.style)
        return self.value(result, text, result.actual, alarm=result.status is Status.OFF, mark=mark)

    def gap(self, result: Result) -> float | None:
        """Return actual minus target in the KPI's unit, 0 where they are equal; a drivers' score has none.

        Rule: R3, R27, R40.
        """
        return self.difference(result.verdict.gap, result.actual, result.goal)

    @staticmethod
    def difference(gap: float | None, actual: Figure | None, goal: Goal | None) -> float | None:
        """Return a gap, 0 where actual and target are the same within the one tolerance. Rule: R3."""
        target = goal.value if goal is not None else None
        if gap is None or actual is None or target is None:
            return gap
        return 0.0 if same(actual.value, target) else gap

    def attained(self, ratio: float | None) -> str:
        """Write an attainment or a drivers' score so that it never denies its status. Rule: R58."""
        return self.reader.percent(ratio, edges=(self.card.book.settings.amber_from,))

    def score(self, result: Result) -> str:
        """Write the drivers' score of a goal that has no figure of its own: "drivers' score 65.0%"; "" for others."""
        if not self.shown(result).scored or result.roll is None or result.roll.score is None:
            return ""
        return self.say("drivers_score", value=self.attained(result.roll.score))

    def against(self, result: Result) -> str:
        """Write the month against target for a sentence: "86.1%, 1.9 pp under"; "not yet" forms for missing parts."""
        shown = self.shown(result)
        gap = self.gap(result)
        if shown.actual is None or gap is None:
            return self.score(result) or self.say("no_data")
        actual = self.reader.full(shown.actual, shown.style)
        return self.say("against", actual=actual, distance=self.side(result))

    def side(self, result: Result) -> str:
        """Write the distance to target with its side: "1.9 pp under", "13.9% over"; money is relative."""
        shown, gap = self.shown(result), self.gap(result)
        if gap is None:
            return self.score(result) or self.say("no_data")
        if shown.style.currency and shown.target and shown.target > 0:
            text = self.reader.signed_percent(abs(gap / shown.target)).replace("+", "")
        else:
            text = self.reader.distance(gap, shown.style)
        if gap == 0:
            return self.say("at_target")
        return self.say("over" if gap > 0 else "under", distance=text)

    def status_word(self, status: Status) -> str:
        return self.say(f"status_{self.code(status).replace('-', '_')}")

    def trend_word(self, result: Result) -> str:
        return self.say(f"trend_{result.signal.trend}")

    def marks(self, result: Result, last: int = 13) -> tuple[Mark, ...]:
        """Return the last months of a KPI for a chart, the report month last; a month without a figure is kept."""
        shown = self.shown(result)
        points = result.points[-last:]
        ranges = result.signal.ranges[-last:]
        usual = [*[None] * (len(points) - len(ranges)), *ranges]
        return tuple(self._mark(point, shown.style, u) for point, u in zip(points, usual, strict=True))

    def _mark(self, point: Point, chosen: Style, usual: tuple[float, float] | None) -> Mark:
        period = self.reader.period(point.period, short=True)
        actual = point.actual.value if point.actual else None
        verdict = point.verdict
        place = place_of(point.actual)
        tip = f"{period}: {self.reader.full(actual, chosen)}" + (f" ({place})" if place else "")
        original = point.goal.original if point.goal else None
        hollow = self.provisional and point.period == self.card.period
        return Mark(
            label=period,
            initial=self.reader.initial(point.period),
            year=str(self.card.book.calendar.start(point.period).year),
            actual=actual,
            target=target_of(point.goal),
            watch=verdict.watch_limit if verdict else None,
            off=verdict is not None and verdict.status is Status.OFF,
            forecast=point.forecast.value if point.forecast else None,
            old_target=original.value if original else None,
            tip=tip,
            usual=usual,
            hollow=hollow,
        )

    def notes(self, kind: NoteKind, kpi: str | None = None) -> tuple[Note, ...]:
        """Return the notes of a kind that speak of the report period, or of always."""
        return tuple(
            note
            for note in self.card.book.notes
            if note.kind is kind and note.kpi == kpi and note.period in (None, self.card.period)
        )

    def voice(self, kind: NoteKind, kpi: str | None = None) -> Voice | None:
        notes = self.notes(kind, kpi)
        return Voice("\n".join(note.text for note in notes), written=True) if notes else None

    def plan_for(self, key: str, *steps: object) -> tuple[PlanItem, ...]:
        return tuple(item for item in self.card.book.plan if item.kpi == key and (not steps or item.step in steps))

    def change_text(self, change: Change, chosen: Style) -> str:
        """Write a change: points for shares, percent where it means something, else the amount and the words.

        Rule: R25.
        """
        if change.delta is None:
            return MISSING
        if change.points:
            return self.reader.points(change.delta, chosen)
        if change.ratio is not None:
            return self.reader.signed_percent(change.ratio)
        text = self.reader.variance(change.delta, chosen)
        return f"{text} ({self.say(change.words)})" if change.words else text

    def delta_text(self, change: Change, chosen: Style) -> str:
        return self.reader.points(change.delta, chosen)

    def delta(self, result: Result, gap: float | None) -> str:
        """Write a distance with its sign and unit: "-1.9 pp", "+6.40"."""
        return self.reader.points(gap, self.shown(result).style)

    def money(self, amount: float, currency: str) -> str:
        """Write an amount of a plan in the book's currency: "EUR 41,000"."""
        text = self.reader.plain(amount)
        if not currency or not currency.isascii():
            return f"{text}{NBSP}{currency}" if currency else text
        code, _, scale = currency.partition(" ")
        if not self.card.book.settings.currency.startswith(code):  # the scale leads in the name: "Tsd. EUR"
            return f"{text}{NBSP}{currency.replace(' ', NBSP)}"
        return self.reader.money(text, code, scale)

    @cached_property
    def plan_money(self) -> tuple[float, str]:
        """Return the scale of the plan's money, and its currency with it: (1000, "EUR k") for millions of EUR."""
        currency = self.card.book.settings.currency
        items = self.card.book.plan
        largest = max(sum(i.budget or 0 for i in items), sum(i.spent or 0 for i in items))
        if self.card.book.settings.currency_scaled or largest < TABLE_MONEY:
            return 1.0, currency
        forms = self.reader.conventions.figures
        fitting = (step for step in forms.plan_scales if largest < step[0] * TABLE_MONEY)
        scale, mark = next(fitting, forms.plan_scales[-1])
        return scale, forms.scaled_currency.format(unit=currency, scale=mark).replace(NBSP, " ").strip()

    def month(self, period: Period | None = None, *, year: bool = True) -> str:
        return self.reader.period(period or self.card.period, year=year)

    def unit(self, result: Result) -> str:
        """Return the unit as it stands after the name."""
        shown = self.shown(result)
        return "" if shown.scored else shown.style.unit


def target_of(goal: Goal | None) -> float | None:
    """Return a target as one number: of a range its middle (for a scale and a line)."""
    if goal is None:
        return None
    span = goal.span
    if span.value is not None:
        return span.value
    if span.low is None or span.high is None:
        return span.low if span.low is not None else span.high
    return (span.low + span.high) / 2


def place_of(figure: Figure | None) -> str:
    """Return the cells of a figure, at most three: "Metrics!K7", "Metrics!B7 … K7 (10 cells)"."""
    if figure is None or not figure.cells:
        return ""
    first, last = figure.cells[0], figure.cells[-1]
    if len(figure.cells) == 1:
        return first.address
    if len(figure.cells) == 2:
        return f"{first.address}, {last.address}"
    end = last.cell if last.sheet == first.sheet else last.address
    return f"{first.address}{NBSP}…{NBSP}{end} ({len(figure.cells)})"


def opening(text: str) -> str:
    """Return a sentence with its first letter as it stands at the opening of a sentence."""
    return text[:1].upper() + text[1:]


def plain(text: str, longest: int = 600) -> str:
    """Return a person's text on one line, cut at a word with "…"."""
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def whole(text: str) -> str:
    """Return what a person wrote, all of it: lines as they were typed, each without its superfluous blanks."""
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def first_of(items: Sequence[Voice | None]) -> Voice | None:
    return next((item for item in items if item), None)
