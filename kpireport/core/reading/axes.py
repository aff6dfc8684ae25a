"""Which columns hold figures, words or periods, and along which axis the periods run. Rule: L39."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.period_text import PLAIN_YEARS, Said
from kpireport.core.serials import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Table
    from kpireport.core.reading.words import Trade

NO_TITLE = re.compile(r"(?:column|spalte|colonne|columna|coluna|unnamed:?|列)\s*\d+", re.IGNORECASE)
LETTERS = {"A": "actual", "F": "forecast", "E": "forecast", "B": "target", "P": "target"}  # behind a period
MOST_LABELS = 4  # rows called target, total, average ... among the months down
SAMPLE = 60  # rows looked at for what is the same in all
DAYS_OF = range(2000, 2051)  # years whose day numbers are taken for days


def read_axes(finder: Finder, table: Table) -> None:
    """Set what each column holds and says, and the orientation of the table."""
    for column in table.columns:
        _day_numbers(finder, table, column)
        take_content(finder.trade, column)
        take_titles(finder, column)
    _together(finder, table)
    _measures_of_years(table)
    _either(finder, table)
    figures = [c for c in table.columns if c.content == "figures"]
    spoken = [c for c in figures if c.said is not None]
    dated = [c for c in table.columns if c.content == "period"]
    if len(spoken) >= 2 and _parts_of_years_down(table, spoken):
        spoken = []
    calendar = [] if len(spoken) >= 2 else [c for c in figures if c.role in ("month", "quarter")]
    calendar = calendar or ([] if len(spoken) >= 2 else calendar_columns(finder, table))
    _lengths(table, dated)
    words = [c for c in table.columns if c.content == "words"]
    lone = (
        len(spoken) == 1
        and (bool(spoken[0].series) or len(figures) <= 3)
        and not dated
        and not calendar
        and bool(words)
    )
    if len(spoken) >= 2 or lone:
        table.orientation = "across"
    elif dated or calendar:
        table.orientation = "down"
    elif words and figures:
        table.orientation = "none"


def _either(finder: Finder, table: Table) -> None:
    """A value that may be the target or what was reached is the target where an actual stands beside it. Rule: L36."""
    actual = any(c.series == "actual" and c.content == "figures" for c in table.columns)
    for c in table.columns:
        if c.content == "figures" and not c.series and finder.trade.either.is_(c.metric):
            c.series, c.metric = "target" if actual else "", ""


_OF_YEAR = re.compile(r"(.*[^\W\d_])[\s_\-–]*\(?((?:19|20)\d\d)\)?")


def _measures_of_years(table: Table) -> None:
    """Columns of one measure whose titles end in different years are its years: Sales_2024, Sales_2025. Rule: L39."""
    found: dict[str, dict[int, Column]] = {}
    for c in table.columns:
        m = _OF_YEAR.fullmatch(c.metric) if c.content in ("figures", "words", "") and c.said is None else None
        if m is not None and not c.derived:
            found.setdefault(m[1], {})[int(m[2])] = c
    for metric, years in found.items():
        if len(years) >= 2 and sum(c.content == "figures" for c in years.values()) >= 2:
            for year, c in years.items():
                c.said, c.metric = Said("Y", year), metric


def _parts_of_years_down(table: Table, spoken: list[Column]) -> bool:
    """Return whether years stand across and their months or quarters down, said or counted from 1. Rule: L39."""
    if any(c.said is None or c.said.freq != "Y" for c in spoken):
        return False
    first = min(c.column for c in spoken)
    left = [c for c in table.columns if c.column < first and c.tokens and c.said is None]
    if len(left) != 1 and any(c.content == "words" for c in left):
        return False  # a number beside a name counts names
    for c in left:
        said = [t.said for t in c.tokens if t.said is not None]
        if c.content == "period" and said and all(s.freq in "MQ" and s.year is None for s in said):
            return True
        count = [int(t.number) for t in c.figures if t.number == int(t.number)]
        counted = {4: "quarter", 12: "month"}.get(len(count), "")
        if counted and count == list(range(1, len(count) + 1)) and len(count) == len(c.figures):
            c.content, c.role = "figures", counted
            return True
    return False


def _lengths(table: Table, dated: list[Column]) -> None:
    """A column of the days between two dates of the same row is no figure: the table is a calendar. Rule: L39."""
    if len(dated) < 2:
        return
    for c in (c for c in table.columns if c.content == "figures" and not c.role):
        for one in dated:
            for other in dated:
                days = []
                for t in c.figures[:SAMPLE]:
                    a, b = table.at(t.row, one), table.at(t.row, other)
                    if a is not None and b is not None and a.said and b.said and a.said.date and b.said.date:
                        days.append(abs((b.said.date - a.said.date).days - t.number) <= 1)
                if (
                    one is not other
                    and len(days) >= 3
                    and sum(days) >= 0.9 * len(days)
                    and len(days) >= 0.5 * len(c.figures[:SAMPLE])
                ):
                    c.role = "clock"


def _day_numbers(finder: Finder, table: Table, column: Column) -> None:
    """Read whole numbers like 44562 as days, under a title that speaks of dates or in step with months beside them."""
    figures = column.figures
    if len(figures) < 3 or len(figures) < 0.8 * len(column.tokens) or any(t.number != int(t.number) for t in figures):
        return
    date1904 = finder.workbook.date1904
    days = {t.row: day for t in figures if (day := moment(t.number, date1904=date1904)) and day.year in DAYS_OF}
    field = finder.trade.field_of(column.title)
    if len(days) < len(figures) or (field not in ("date", "day", "period") and not _in_step(table, column, days)):
        return
    finder.put(figures, "calendar", Message("reading.calendar"))
    column.numbers = None
    for t in figures:
        t.value = days[t.row]
        t.kind = Kind.DATE
        t.said = finder.periods.of(t.value)


def _in_step(table: Table, column: Column, days: Mapping[int, datetime]) -> bool:
    """Return whether a column beside one of day numbers says the months of those days."""
    for other in table.columns:
        said = {row: t.said for row in days if (t := table.at(row, other)) is not None and t.said is not None}
        months = {row: s.number for row, s in said.items() if s.freq == "M"}
        agreeing = sum(days[row].month == number for row, number in months.items())
        if other is not column and len(months) >= 0.8 * len(days) and agreeing >= 0.9 * len(months):
            return True
    return False


def take_content(trade: Trade, column: Column) -> None:
    """Set what a column holds. Words for a total or a scenario among periods label rows that no period dates."""
    count = Counter(t.kind for t in column.tokens)
    periods = sum(1 for t in column.tokens if t.said is not None and t.kind in (Kind.TEXT, Kind.DATE))
    numbers, whole = count[Kind.NUMBER], len(column.tokens)
    rest = 0
    if periods >= 2 and periods < 0.8 * (whole - count[Kind.MISSING]):
        texts = [t.text for t in column.tokens if t.kind is Kind.TEXT and t.said is None]
        rest = sum(trade.total.is_(x) or trade.mean.is_(x) or bool(trade.scenario(x)) for x in texts)
    if not whole:
        column.content = ""
    elif (
        periods
        and rest <= max(periods - 1, MOST_LABELS)
        and periods >= 0.8 * (whole - rest - count[Kind.MISSING])
        and numbers <= 0.1 * whole
    ):
        column.content = "period"
    elif numbers and numbers >= 0.5 * (whole - count[Kind.MISSING] - count[Kind.ERROR] or 1):
        column.content = "figures"
    elif count[Kind.TEXT] or count[Kind.TRUTH]:
        column.content = "words"
    elif count[Kind.DATE]:
        column.content = "period"
    elif numbers or count[Kind.ERROR] or count[Kind.MISSING]:
        column.content = "figures"


def take_titles(finder: Finder, column: Column) -> None:
    """Take what the titles over a column say, the lowest first."""
    rest: list[str] = []
    for level, token in enumerate(reversed(column.titles)):
        said = token.period
        if said is not None and said.freq == "C":
            column.cumulative = True
            continue
        if said is not None:
            _period_title(column, said)
            continue
        if token.kind is Kind.NUMBER:
            rest.insert(0, token.text)
            continue
        if finder.trade.pivot.is_(token.text) or NO_TITLE.fullmatch(token.text):
            continue
        title = finder.titles.of(token.text)
        column.series = column.series or title.series
        column.unsure |= title.unsure and column.series == title.series
        column.unit = column.unit or title.unit
        column.cumulative |= title.cumulative
        column.derived |= title.derived
        column.mean |= title.mean and level == 0
        column.total |= title.total and level == 0
        if title.said is not None and title.said.freq != "C":
            if title.total and title.said.freq in "YQH" and level == 0:
                column.total = True
                continue
            _period_title(column, title.said)
        if title.rest and title.rest not in rest:
            rest.insert(0, title.rest)
    if column.said is not None and column.said.freq in "YQH" and column.titles:
        leaf = finder.titles.of(column.leaf)
        if (
            leaf.said is None
            and column.titles[-1].period is None
            and (finder.trade.total.is_(column.leaf) or finder.trade.mean.is_(column.leaf))
        ):
            column.said = None  # a total under a year that stands over its months
    column.metric = " – ".join(rest).strip()


def _period_title(column: Column, said: Said) -> None:
    mine = column.said
    if mine is None:
        column.said = said
    elif said.freq == "Y" and mine.year is None and said.year is not None:
        column.said = mine._replace(year=said.year, flags=mine.flags | (said.flags & {"fiscal", "two-years"}))
    elif mine.freq == "Y" and said.freq in "MQHW" and said.year is None:
        column.said = said._replace(year=mine.year)
    elif (
        mine.freq == "D"
        and said.freq in "QM"
        and said.year
        and (said.freq == "Q" or (said.year, said.number) == (mine.year, mine.number))
    ):
        column.said = said
    elif mine.freq == "D" and mine.year is None and said.freq == "M" and said.year:
        column.said = mine._replace(year=said.year)
    elif mine.freq == "W" and said.freq == "M":
        pass


def _together(finder: Finder, table: Table) -> None:
    """Read all titles of the axis together: languages, abbreviations of their own, days or years."""
    columns = [c for c in table.columns if c.said is not None]
    if len(columns) < 2:
        return
    _abbreviations(finder, table, columns)
    columns = [c for c in table.columns if c.said is not None]
    resolve(columns)
    _words_that_are_no_months(finder, columns)
    _common_metric(columns)
    _letters(columns)
    _misspelt(finder, table)


def _letters(columns: list[Column]) -> None:
    """Read the one letter behind each period of an axis as its scenario: ``Jan-26 A``, ``Mar-26 F``. Rule: L39."""
    spelt = {c.metric for c in columns}
    if len(spelt) < 2 or not spelt <= LETTERS.keys() or not any(LETTERS[x] == "actual" for x in spelt):
        return
    for c in columns:
        c.series, c.metric = c.series or LETTERS[c.metric], ""


def _common_metric(columns: list[Column]) -> None:
    """Let the few titles of an axis that say a little more than the others be of the others' measure."""
    common, count = Counter(c.metric for c in columns).most_common(1)[0]
    if count < 0.6 * len(columns):
        return
    for c in columns:
        if c.metric != common and c.metric.startswith(common) and len(c.metric) - len(common) <= 5:
            c.metric = common


def resolve(columns: list[Column]) -> None:
    """Decide words that name several months by the languages that explain most, and numbers that are days or years."""
    said = [c.said for c in columns]
    for column, decided in zip(columns, decided_words(said), strict=True):
        column.said = decided
    both = [c for c in columns if c.said and "year-or-day" in c.said.flags]
    numbers = [c.said.year - 2000 for c in both if c.said and c.said.year]
    if (
        len(both) >= 3
        and len(set(numbers)) >= max(3, 0.6 * len(both))
        and len({c.said.number for c in both if c.said}) <= len(both) / 3 + 1
    ):
        for c in both:
            s = c.said
            c.said = Said("D", None, s.number, s.year - 2000, s.options, frozenset(), s.word)  # type: ignore[union-attr,operator]
    swapped = [c for c in columns if c.said and c.said.freq == "D"]
    day_or_month([c.said for c in swapped], lambda place, s: setattr(swapped[place], "said", s))


def day_or_month(said: list[Said | None], put: object) -> None:
    """Tell days from months in ``03/04/2026`` by the dates beside it: the part that runs past 12 is the day."""
    unsure = [(i, s) for i, s in enumerate(said) if s is not None and "day-or-month" in s.flags]
    if not unsure:
        return
    months = {(s.year, s.number) for _, s in unsure}
    days = {(s.year, s.day) for _, s in unsure}
    sure = [s for s in said if s is not None and s.freq == "D" and "day-or-month" not in s.flags]
    # the reading in which the dates of the axis fall into fewer days of the month is the regular one
    as_is = len({s.day for _, s in unsure})
    turned = len({s.number for _, s in unsure})
    other = [s._replace(number=s.day, day=s.number) for _, s in unsure]
    nearer = bool(sure) and _spread([*sure, *other]) < _spread([*sure, *(s for _, s in unsure)])
    if nearer or (turned < as_is and len(days) >= len(months) and not sure):
        for i, s in unsure:
            put(i, s._replace(number=s.day, day=s.number, flags=s.flags - {"day-or-month"}))  # type: ignore[operator]


def _spread(said: list[Said]) -> int:
    """Return over how many days dates go; those of an axis that are written in one order lie near to each other."""
    days = [s.date for s in said if s.date is not None]
    return (max(days) - min(days)).days if days else 0


def decided_words(said: list[Said | None]) -> list[Said | None]:
    """Return the same titles with the months that the languages of the axis give to words of several months."""
    score: Counter[str] = Counter()
    for s in said:
        if s is not None:
            for _, languages in s.options:
                score.update(languages)
    if not score or not any(s is not None and len(s.options) > 1 for s in said):
        return said
    best = max(score.values())
    spoken = {language for language, count in score.items() if count == best}
    made = []
    for s in said:
        if s is not None and len(s.options) > 1:
            numbers = {n for n, languages in s.options if languages & spoken}
            if len(numbers) == 1:
                s = s._replace(number=numbers.pop(), options=())
        made.append(s)
    return made


def _abbreviations(finder: Finder, table: Table, columns: list[Column]) -> None:
    """Read a short word over figures that begins one month only, in the languages of the axis. Rule: L40."""
    languages: frozenset[str] | None = None
    for c in columns:
        if c.said is not None and len(c.said.options) == 1:
            languages = c.said.options[0][1] if languages is None else languages & c.said.options[0][1] or languages
    if not languages:
        return
    years = {c.said.year for c in columns if c.said}
    for c in table.columns:
        key = c.metric.casefold().strip(" .")
        if c.said is not None or c.content != "figures" or len(key) < 3 or not key.isalpha():
            continue
        months = {
            n
            for word, each in finder.trade.months.items()
            if word.startswith(key)
            for n, spoken in each.items()
            if spoken & languages
        }
        if len(months) == 1:
            c.said = Said("M", years.copy().pop() if len(years) == 1 else None, months.pop())
            c.metric = ""


def _words_that_are_no_months(finder: Finder, columns: list[Column]) -> None:
    """Drop the period of a word that means something else too (``Avg``, ``Set``) and follows no month before it."""
    if len(columns) < 3:
        return
    trade = finder.trade
    for c in columns:
        s = c.said
        if (
            s is None
            or not s.word
            or not (trade.mean.is_(s.word) or trade.total.is_(s.word) or trade.derived.is_(s.word))
        ):
            continue
        before = any(
            x.said
            and x.column < c.column
            and x.said.freq == "M"
            and x.said.number
            and x.said.number % 12 + 1 == s.number
            for x in columns
        )
        if not before:
            c.said = None
            c.metric = c.metric or c.title
            c.mean = trade.mean.is_(s.word)


def _misspelt(finder: Finder, table: Table) -> None:
    """Ask about a title over figures that stands among months and says none. Rule: L41."""
    from difflib import get_close_matches

    figures = [c for c in table.columns if c.content == "figures"]
    months = [c for c in figures if c.said is not None and c.said.freq in "MQ"]
    if len(months) < 2:
        return
    low, high = months[0].column, months[-1].column
    steps = Counter(b.column - a.column for a, b in itertools.pairwise(months))
    step = min(gap for gap, count in steps.items() if count == max(steps.values()))
    trade = finder.trade
    for c in figures:
        if c.said or c.series or c.derived or c.total or c.mean or c.cumulative or not c.metric or c.role:
            continue
        if trade.total.among(c.metric) or trade.mean.among(c.metric):
            continue
        key = c.metric.casefold().replace(".", "").strip()
        near = get_close_matches(key, list(trade.months), 1, 0.75) if 4 <= len(key) <= 14 and key.isalpha() else []
        inside = low < c.column < high and step == 1
        beside = bool(near) and (0 < c.column - high <= step or 0 < low - c.column <= step)
        if not inside and not beside:
            continue
        before = max((x for x in months if x.column < c.column), key=lambda x: x.column, default=None)
        after = min((x for x in months if x.column > c.column), key=lambda x: x.column, default=None)
        expected = (before.said.number or 0) + 1 if before and before.said else (after.said.number or 2) - 1  # type: ignore[union-attr]
        taken = {x.said.number for x in months if x.said}
        options = [
            str(n)
            for n in dict.fromkeys([*(list(trade.months[near[0]]) if near else []), expected])
            if 1 <= n <= 12 and n not in taken
        ]
        if not near and not options:
            continue
        answer = finder.ask(
            table,
            "title",
            [*options, "leave-out"],
            f"{table.sheet}!{c.titles[-1].address}",
            names=[c.title],
            key=c.title,
        )
        if answer and answer.isdigit():
            model = (before or after).said  # type: ignore[union-attr]
            c.said = model._replace(number=int(answer), options=(), word="")  # type: ignore[union-attr]
            c.metric = ""
        else:
            c.role = "unread"


def calendar_columns(finder: Finder, table: Table) -> list[Column]:
    """Return the columns of figures that are years, months or ``202601`` by their content, with their role set."""
    found: list[Column] = []
    figures = [c for c in table.columns if c.content == "figures"]
    for c in figures:
        numbers = [t.number for t in c.figures]
        if not numbers or any(n != int(n) for n in numbers):
            continue
        field = finder.trade.field_of(c.title) if c.titles else ""
        role = _calendar_role(
            c, numbers, field, first=c is figures[0], leftmost=c.column == table.region.left, found=found
        )
        if role:
            c.role = role
            if role in ("year", "yyyymm", "month", "quarter", "week", "yyyymmdd", "nth-year"):
                found.append(c)
    if any(c.role in ("year", "yyyymm", "yyyymmdd", "nth-year") for c in found):
        return found
    return found if any(c.role in ("month", "quarter", "week") for c in found) else []


def _calendar_role(
    column: Column, numbers: list[float], field: str, *, first: bool, leftmost: bool, found: list[Column]
) -> str:  # fmt: skip
    whole = [int(n) for n in numbers]
    stepping = len(whole) >= 3 and all(b - a == 1 for a, b in itertools.pairwise(whole))
    if column.series and field != "year":
        return ""
    if all(n in PLAIN_YEARS or (n in range(1900, 1980) and (field == "year" or stepping)) for n in whole):
        untitled = not column.titles and first
        if (
            field == "year"
            or ((field in ("period", "date") or untitled) and len(set(whole)) <= 60)
            or (leftmost and stepping)
        ):
            return "year"
    if all(n // 100 in PLAIN_YEARS and 1 <= n % 100 <= 12 for n in whole) and (field or first):
        return "yyyymm"
    if all(n // 10000 in PLAIN_YEARS and 1 <= n // 100 % 100 <= 12 and 1 <= n % 100 <= 31 for n in whole):
        return "yyyymmdd"
    years = [c for c in found if c.role == "year"]
    if all(1 <= n <= 12 for n in whole) and (
        field == "month" or (len(set(whole)) == 12 and any(abs(c.column - column.column) == 1 for c in years))
    ):
        return "month"
    if all(1 <= n <= 4 for n in whole) and field == "quarter":
        return "quarter"
    if all(1 <= n <= 53 for n in whole) and field == "week":
        return "week"
    if field == "year" and leftmost and stepping and whole[0] == 1:
        return "nth-year"
    if (field == "hour" and all(0 <= n <= 60 for n in whole)) or (field == "day" and all(1 <= n <= 31 for n in whole)):
        return "clock"
    return ""
