"""Signal or noise, and where the year goes, in sentences: what changed, and what may be expected. Rule: V4, V8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.landing import Reason, chance_form, likelihood, spoken_chance
from kpireport.core.model import Direction, Measure
from kpireport.core.periods import Frequency
from kpireport.core.report.context import opening, plain, target_of
from kpireport.core.signal import TrendSentence
from kpireport.core.yearahead import YearState

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpireport.core.formatting import Style
    from kpireport.core.report.context import Context
    from kpireport.core.scorecard import Result

MOST_NAMED = 6
MOST_CHANGES = 4
QUIET = (TrendSentence.NEW_LEVEL, TrendSentence.REVERSED)
ORDER = ("worse", "better", "none")
MOVED = ("better", "worse")
COMPLETE, MISSING = Reason.COMPLETE.value, Reason.MISSING.value


def join(c: Context, sentences: list[str]) -> str:
    return c.reader.sentences(sentences)


# -- signal or noise --------------------------------------------------------------------------------------------------


def changed(c: Context) -> tuple[str, str] | None:
    """Return the list of what changed: only KPIs whose report month, or one of the two before, is more than noise.

    What is new this month is named with its rule; what had changed before is counted, the matrix has the names. None
    where no KPI has values enough for a usual range.
    """
    if not any(r.signal.usual for r in c.rated):
        return None
    found = [r for r in c.rated if r.signal.news]
    new = [r for r in found if r.signal.trend != r.signal.before or r.signal.news != r.signal.news_before]
    new.sort(key=lambda r: (ORDER.index(r.signal.trend), not c.is_goal(r)))
    shown = [_change(c, r) for r in new[:MOST_CHANGES]]
    if len(new) > len(shown):
        shown.append(c.say("and_more", n=len(new) - len(shown)))
    if not found:
        return c.say("what_changed"), c.say("what_changed_nothing")
    old = c.say("what_changed_before", n=len(found) - len(new), k=c.reader.count(len(found) - len(new)))
    if not shown:
        return c.say("what_changed"), c.say("what_changed_none_new", before=old)
    if len(found) > len(new):
        shown.append(old)
    return c.say("what_changed"), c.say("what_changed_list", listed=c.say("list_separator").join(shown))


def _change(c: Context, r: Result) -> str:
    moved = r.signal.trend in MOVED
    word = c.trend_word(r) if moved else c.say("trend_moved")
    return c.say("what_changed_one", name=plain(r.kpi.name, 60), word=word, cause=cause(c, r))


def cause(c: Context, r: Result) -> str:
    """Write the rule that a signal rests on, with its month where that is not the report month."""
    text = c.say(f"cause_{r.signal.news.replace(' ', '_')}")
    if r.signal.news_at is None or r.signal.news_at == c.card.period:
        return text
    return c.say("cause_in", cause=text, period=c.reader.period(r.signal.news_at, short=True, year=False))


def signal_sentences(c: Context, r: Result) -> list[str]:
    """Say whether the report month is signal or noise, by which range, and whether a new range is due."""
    shown, usual = c.shown(r), r.signal.usual
    if usual is None or shown.actual is None:
        return []
    low, high = (c.reader.full(v, shown.style) for v in usual)
    key = "data_inside" if usual[0] <= shown.actual <= usual[1] else "data_outside"
    if key == "data_inside" and r.signal.news:
        key = "data_signal"
    if r.signal.sentence in QUIET or (r.signal.sentence == TrendSentence.DRIFTS):
        key = "data_range"
    word = c.trend_word(r) if r.signal.trend in MOVED else c.say("trend_moved")
    kind = c.say("usual_provisional") if r.signal.provisional else c.say("usual_range")
    text = c.say(key, low=low, high=high, kind=kind, word=word, cause=cause(c, r) if r.signal.news else "")
    return [text, beside(c, r), c.say("data_seasonal") if r.signal.seasonal else "", suggestion(c, r)]


def beside(c: Context, r: Result) -> str:
    """Say what a series does beside its usual range: a new level, a slow drift, a reversal; "" for others.

    Rule: R62, R63.
    """
    since = "" if r.signal.since is None else c.reader.period(r.signal.since, short=True)
    if r.signal.sentence == TrendSentence.NEW_LEVEL:
        return c.say("data_new_level", since=since)
    if r.signal.sentence == TrendSentence.DRIFTS:
        return c.say("data_drifts")
    if r.signal.sentence != TrendSentence.REVERSED:
        return ""
    period = c.reader.period(r.period, short=True)
    high = r.signal.reversed_from == "high"
    better = r.kpi.direction is not None and high == (r.kpi.direction is Direction.HIGHER)
    word = "moved" if r.kpi.direction in (None, Direction.RANGE) else "better" if better else "worse"
    return c.say("data_reversed", word=c.say(f"reversed_{word}"), until=since, period=period)


def suggestion(c: Context, r: Result) -> str:
    """Suggest a new beginning of the usual range; "" where there is no reason to. It is never made by itself."""
    if r.signal.suggest_rebase is None:
        return ""
    since = c.reader.period(r.signal.suggest_rebase, short=True)
    return c.say("suggest_rebase", k=opening(c.reader.count(r.signal.run)), n=r.signal.run, since=since)


def notes(c: Context, shown: list[Result]) -> list[str]:
    """Say below the scorecard how trends and forecasts were made where that is out of the ordinary."""
    found = []
    for key, chosen in (
        ("note_seasonal", [r for r in shown if r.signal.seasonal]),
        ("note_provisional", [r for r in shown if r.signal.usual and r.signal.provisional]),
        ("note_rebase", [r for r in shown if r.signal.suggest_rebase is not None]),
    ):
        if chosen:
            found.append(c.say(key, names=_named(c, chosen), n=len(chosen)))
    reasons: dict[str, list[Result]] = {}
    rated = {r.kpi.key for r in c.rated}  # two results are compared field by field
    for r in shown:
        if r.kpi.key in rated and (why := why_none(c, r)):
            reasons.setdefault(why, []).append(r)
    parts = [c.say("note_forecast_one", names=_named(c, rs), reason=why) for why, rs in reasons.items()]
    if parts:
        found.append(c.say("note_forecast", listed=c.say("list_separator").join(parts)))
    return found


def _named(c: Context, chosen: list[Result]) -> str:
    if len(chosen) > MOST_NAMED:
        return c.say("kpis", n=len(chosen))
    return c.reader.listed([plain(r.kpi.name, 60) for r in chosen])


# -- where the year lands ---------------------------------------------------------------------------------------------


def year_name(c: Context, r: Result) -> str:
    return c.reader.fiscal_year(c.card.book.calendar.fiscal_year(r.period))


def chance(c: Context, value: float) -> str:
    """Write a chance as "about 35 of 100": in steps of 5; under 5 and over 95 it is not said closer. Rule: R64, V11."""
    return c.say(chance_form(value), n=spoken_chance(value))


def chance_in(c: Context, value: float) -> str:
    """Write a chance as it stands in a sentence: "in about 35 of 100 cases"."""
    return c.say("chance_in", chance=chance(c, value))


def chance_word(c: Context, value: float) -> str:
    """Write a chance as a word, where there is no room for more: "likely"."""
    return c.say(f"chance_{likelihood(value)}")


def why_none(c: Context, r: Result) -> str:
    """Say why there is no forecast of the year; "" where there is one, or where none is called for."""
    reason = r.landing.reason
    if not reason or reason in (COMPLETE, MISSING) or r.landing.low80 is not None:
        return ""
    return c.say(f"reason_{reason.replace(' ', '_')}")


def landing_sentences(c: Context, r: Result) -> list[str]:
    """Say where the year lands, its range and the chance of the target; or why that cannot be said; and what people
    expect where they typed a forecast."""
    write, chosen, landing = c.reader.full, c.shown(r).style, r.landing
    year, found = year_name(c, r), []
    if landing.point is not None and landing.low80 is not None and landing.high80 is not None:
        low, high = (write(v, chosen) for v in (landing.low80, landing.high80))
        text = c.say("landing", year=year, point=write(landing.point, chosen), low=low, high=high)
        goal = r.year.goal
        if landing.chance is None or goal is None:
            found.append(c.say("landing_end", text=text))
        else:
            target = c.goal_text(goal, chosen, full=True)
            key = "landing_chance_lower" if r.kpi.direction is Direction.LOWER else "landing_chance"
            found.append(c.say(key, text=text, target=target, chance=chance_in(c, landing.chance)))
    elif landing.reason == COMPLETE and landing.point is not None:
        found.append(c.say("landing_ended", year=year, value=write(landing.point, chosen)))
    elif landing.reason == MISSING and landing.point is not None:
        found.append(_missing(c, r))
    elif why := why_none(c, r):
        pace = f"pace_{landing.method.replace(' ', '_')}" if landing.point is not None else ""
        key = "landing_pace" if pace in c.say.sentences else "landing_none"
        said = c.say(pace) if key == "landing_pace" else ""
        found.append(c.say(key, year=year, value=write(landing.point, chosen), pace=said, reason=why))
    if landing.typed is not None:
        found.append(c.say("landing_typed", year=year, value=write(landing.typed, chosen)))
    return [*found, text] if (text := beyond(c, r)) else found


def _missing(c: Context, r: Result) -> str:
    """Say of an ended year how many of its periods have no figure, and where it lands with them at plan. Rule: R47."""
    actual = r.ytd.actual
    left = 0 if actual is None else actual.expected - actual.covered
    value = c.reader.full(r.landing.point, c.shown(r).style)
    return c.say("landing_missing", n=left, many=c.rhythm(r, "many"), year=year_name(c, r), value=value)


def panel_sentence(c: Context, r: Result) -> str:
    """Say in one line where the year of a goal goes, and how likely its target is."""
    landing, year, why = r.landing, year_name(c, r), why_none(c, r)
    if landing.expected is None:
        return c.say("panel_no_landing", reason=why) if why and r.actual is not None else ""
    value = c.reader.full(landing.expected, c.shown(r).style)
    if landing.reason == COMPLETE:
        return c.say("landing_ended", year=year, value=value)
    if landing.reason == MISSING and landing.typed is None:
        return _missing(c, r)
    key = "panel_landing" if landing.typed is None else "panel_typed"
    if state := settled(c, r):
        return join(c, [c.say(key, year=year, value=value), c.say("panel_state", year=year, state=state)])
    if landing.chance is not None:
        return c.say(f"{key}_chance", year=year, value=value, chance=chance_word(c, landing.chance))
    return join(c, [c.say(key, year=year, value=value), c.say("panel_no_chance", reason=why) if why else ""])


def settled(c: Context, r: Result) -> str:
    """Say that the year's target is reached, or its limit passed: since when, and by how much; else "". Rule: R48."""
    landing = r.landing
    if landing.state not in ("reached", "limit passed") or landing.since is None:
        return ""
    period = c.reader.period(landing.since, year=False)
    if landing.over is None or same(landing.over, 0.0):
        return c.say("state_reached_exactly", period=period)
    over = c.reader.distance(landing.over, c.shown(r).style)
    return c.say(f"state_{landing.state.replace(' ', '_')}", period=period, over=over)


def need(c: Context, r: Result, write: Callable[[float | None, Style], str]) -> str:
    """Say what each period to come must bring, or why nothing can be asked of it; "" where there is nothing to say.

    write: writes a figure, with its unit or without.
    Rule: R48.
    """
    if said := settled(c, r):
        return said
    landing, many = r.landing, c.rhythm(r, "many")
    if landing.state == YearState.WILL_REACH:
        return c.say("state_will_reach", many=many)
    if landing.state == YearState.WILL_EXCEED:
        return c.say("state_will_pass", many=many)
    if landing.needed_per_period is None or not landing.open_periods:
        return ""
    value = write(landing.needed_per_period, c.shown(r).style)
    if landing.state == YearState.BEYOND:
        return c.say("state_beyond", value=value)
    return value if _possible(r) else ""


def beyond(c: Context, r: Result) -> str:
    """Say that what is needed is more than any period brought so far, or less; else "". Rule: R48."""
    words = {YearState.MORE: "data_beyond_more", YearState.LESS: "data_beyond_less"}
    key = words.get(YearState(r.landing.state)) if r.landing.needed_per_period is not None and _possible(r) else None
    if key is None:
        return ""
    return c.say(key, value=c.reader.full(r.landing.needed_per_period, c.shown(r).style), one=c.rhythm(r, "one"))


def needed(c: Context, r: Result) -> tuple[str, str] | None:
    """Return label and figure of what each period left must bring; None where there is no such figure."""
    text, landing = need(c, r, c.reader.full), r.landing
    if not text:
        return None
    if landing.needed_per_period is None or landing.state == YearState.BEYOND:
        return c.say("fact_state", year=year_name(c, r)), text
    words = {Frequency.MONTH: "month", Frequency.WEEK: "week", Frequency.QUARTER: "quarter"}
    kind = "most" if r.kpi.direction is Direction.LOWER else "needed"
    return c.say(f"fact_{kind}_{words.get(r.period.frequency, 'period')}", n=landing.open_periods), text


def _possible(r: Result) -> bool:
    """Return whether a need means something: not below zero where no figure ever was, and nothing negative is meant."""
    amount = r.landing.needed_per_period or 0.0
    if r.kpi.unit.measure is Measure.SHARE:
        return 0.0 <= amount <= 1.0
    return (
        amount >= 0.0 or (target_of(r.year.goal) or 0.0) < 0.0 or any(p.actual and p.actual.value < 0 for p in r.points)
    )
