"""What needs all tables: years from other tables, and the questions about lines as a whole. Rule: L46, L58."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpireport.core.messages import Message
from kpireport.core.reading import renamed
from kpireport.core.reading.account import Entry
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.questions import question_id
from kpireport.core.reading.words import norm, parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.reading.read import Finder
    from kpireport.core.reading.table import Column, Fact, Table


MANY_LINES = 200
CONFIRMED = frozenset({"series", "period"})  # what a person says of a figure that lies after the workbook's own day
OF_FACTS = frozenset({"year", "fiscal_label", "first_month"})
NAMED = frozenset({"name", "figure"})
MOST_PAIRS = 10_000  # names times names that are compared
NEAR = 0.85  # how much of two names agrees, by difflib


def years(finder: Finder) -> None:
    """Give tables of bare months their year: by what stands over them, by tables of the same lines, else asked."""
    seen: Counter[int] = Counter()
    for table in finder.tables:
        seen.update(_years_of(table))
    wrong = _wrong_titles(finder)
    for table in finder.tables:
        if not table.wants_year:
            table.year = table.year or finder.year_over(table)
            continue
        over = finder.year_over(table)
        answer = finder.answers.get(question_id("year", table.sheet, table.name))
        if answer and (year := _year_said(finder, answer)):
            table.year = year
            continue
        others = {y for x in finder.tables if x is not table and _share_lines(table, x) for y in _years_of(x)}
        if over is not None and others and over not in others and len(others) == 1:
            finder.ask(table, "year", [str(y) for y in sorted({over, *others}, reverse=True)], key=table.name)
        elif over in wrong and not others:
            years = [*sorted(wrong[over], reverse=True), over]
            finder.ask(table, "year", [str(y) for y in years], key=table.name)
        elif over is not None:
            table.year = over
        elif len(others) == 1:
            table.year = next(iter(others))
            finder.notes.append(Message("reading.year-from-others", {"place": table.name, "year": table.year}))
        else:
            options = [str(y) for y in sorted(seen, reverse=True)[:3]]
            finder.ask(table, "year", options or ["this", "last"], key=table.name)


def _wrong_titles(finder: Finder) -> dict[int | None, set[int]]:
    """Return years that titles say over dated rows of other years, with the years of those rows. Rule: L47."""
    wrong: dict[int | None, set[int]] = {}
    for table in finder.tables:
        years = _years_of(table)
        over = finder.year_over(table) if years and not table.wants_year else None
        if over is not None and years and over not in years and over > min(years) - 5:
            wrong.setdefault(over, set()).update(years)
    return wrong


def _year_said(finder: Finder, answer: str) -> int | None:
    """Return the year of an answer: typed, this one, or the last one before it."""
    if m := re.search(r"(?:19|20)\d\d", answer):
        return int(m[0])
    day = finder.day
    return {"this": day.year, "last": day.year - 1}.get(answer) if day is not None else None


def _years_of(table: Table) -> set[int]:
    found = {c.said.year for c in table.values if c.said is not None and c.said.year}
    return found | {s.year for s in table.period_of_row.values() if s.year}


def _lines_of(table: Table) -> set[str]:
    names = {norm(c.metric) for c in table.values if c.metric}
    if table.name_column is not None and table.orientation != "down":
        names |= {norm(t.text) for t in table.name_column.tokens if t.kind is Kind.TEXT and t.said is None}
    return names


def _share_lines(one: Table, other: Table) -> bool:
    mine, theirs = _lines_of(one), _lines_of(other)
    return bool(mine and theirs) and len(mine & theirs) >= 0.4 * min(len(mine), len(theirs))


def questions(finder: Finder) -> None:
    """Put the questions that need all facts, raise what waits, and take back what a dropped table asked."""
    _hidden(finder)
    _left_out(finder)
    _whole_titles(finder)
    _formula_zeros(finder)
    _future(finder)
    _take_back(finder)
    renamed.by_answers(finder)
    facts = [f for t in finder.tables for f in t.live()]
    ready = [f for f in facts if not f.pending]
    finder.sayings.lines(ready)
    _nothing_read(finder, facts)
    _only_targets(finder, ready)
    _directions(finder, ready)
    _adding_up(finder, ready)
    _adding_over(finder, ready)
    _pairs(finder, ready)
    _fiscal_year(finder, ready)
    _waiting(finder, facts)
    _odd_names(finder, ready)
    _many_lines(finder, ready)
    _leftovers(finder)


def _hidden(finder: Finder) -> None:
    hidden = [t for t in finder.tables if t.hidden and any(not f.said & {"kept", "figure"} for f in t.live())]
    if not hidden:
        return
    visible = any(t.live() for t in finder.tables if not t.hidden)
    answer = finder.ask(
        None,
        "hidden",
        ["no", "yes"] if visible else ["yes", "no"],
        "; ".join(t.name for t in hidden[:5]),
        grade="should" if visible else "must",
        key="hidden",
        default="no",
    )
    if answer != "yes":
        for t in hidden:
            finder.drop(t.live(), "held", Message("reading.hidden"))


def _whole_titles(finder: Finder) -> None:
    """A line that has a target alone keeps the whole of its title: nothing is paired by the word for target."""
    series: dict[str, set[str]] = defaultdict(set)
    titled = [f for table in finder.tables for f in table.live() if f.title and "name" not in f.said]
    if not titled:
        return
    for table in finder.tables:
        for f in table.live():
            series[norm(f.name)].add(f.series)
    for f in titled:
        if norm(f.name) in norm(f.title) and series[norm(f.name)] == {f.series} and f.series != "actual":
            f.name = f.title


def _left_out(finder: Finder) -> None:
    """Carry out the answer ``leave-out`` to a question on which facts wait."""
    for table in finder.tables:
        waiting = [f for f in table.live() if f.pending]
        finder.drop(
            [f for f in waiting if any(finder.answers.get(number) in ("leave-out", "no") for number in f.pending)],
            "left-out",
            Message("reading.left-out"),
        )


def _future(finder: Finder) -> None:
    """No actual lies after the workbook's own day: formula zeros there are no figures, others are asked. Rule: L46."""
    saved = finder.workbook.saved
    if saved is None:
        return
    day = saved.date().isoformat()
    limit = {10: day, 7: day[:7], 4: day[:4]}
    after = {p for p in {f.period for t in finder.tables for f in t.live()} if len(p) in limit and _after(p, limit)}
    for table in finder.tables if after else ():
        late = [f for f in table.live() if f.series == "actual" and f.period in after and not f.said & CONFIRMED]
        zeros = [f for f in late if f.value == 0 and all(t.formula for t in f.tokens)]
        finder.drop(zeros, "no-figure", Message("reading.formula-zero"))
        rest = [f for f in late if not f.dropped and f.value]
        if not rest or all(finder.is_goal(f.name) for f in rest):
            continue  # beside a list of goals the sheet of its figures says what it holds
        number = question_id("series", table.sheet, f"{table.name}:future")
        answer = finder.ask(
            table,
            "series",
            ["actual", "forecast", "target"],
            names=sorted({f.period for f in rest})[:3],
            key=f"{table.name}:future",
        )
        for f in rest:
            if answer:
                f.series = answer
            else:
                f.waits_for(number)


def _formula_zeros(finder: Finder) -> None:
    """Formulas that give 0 in every line after the last period with a figure are filled in later. Rule: L46."""
    for table in finder.tables:
        if table.orientation != "across":
            continue
        actual = [f for f in table.live() if f.series == "actual" and f.period and not f.pending]
        lengths = {len(f.period) for f in actual}
        if len(lengths) != 1:
            continue
        known = [f.period for f in actual if f.value or not all(t.formula for t in f.tokens)]
        last = max(known, default="")
        if not last or len({f.period for f in actual if f.period > last}) < 2:
            continue
        late = [f for f in table.live() if f.period > last and len(f.period) == len(last)]
        filled = {(f.name, f.part, f.series) for f in late if f.value or not all(t.formula for t in f.tokens)}
        empty = [f for f in late if (f.name, f.part, f.series) not in filled]
        finder.drop(empty, "no-figure", Message("reading.formula-zero"))


def _after(period: str, limit: dict[int, str]) -> bool:
    if len(period) == 7 and period[5] in "QH":
        last = int(period[6]) * (3 if period[5] == "Q" else 6)
        return (
            f"{period[:4]}-{last:02d}" > limit[7]
            and f"{period[:4]}-{last - (2 if period[5] == 'Q' else 5):02d}" > limit[7]
        )
    return period > limit[len(period)]


def _take_back(finder: Finder) -> None:
    """What a table asked that turned out to be a repetition or a summary is not asked."""
    gone = {t.index for t in finder.tables if t.summary or (t.facts and not t.live())}
    for number, indexes in finder.asked_for.items():
        if number in finder.questions and indexes <= gone:
            del finder.questions[number]


def _waiting(finder: Finder, facts: Iterable[Fact]) -> None:
    """A question on which facts wait is must. Rule: L46."""
    waiting: set[str] = set()
    entries: dict[frozenset[str], Entry] = {}
    for f in facts:
        if f.pending:
            waiting |= f.pending
            entry = entries.get(f.pending)
            if entry is None:
                entry = entries[f.pending] = _pending_entry(f)
            for t in f.tokens:
                t.entry = entry
    for number in waiting:
        if number in finder.questions:
            finder.questions[number].grade = "must"
    for number, question in list(finder.questions.items()):
        if question.kind in OF_FACTS and number not in waiting:
            del finder.questions[number]  # no figure waits for it: its answer would change nothing


def _pending_entry(fact: Fact) -> Entry:
    return Entry("pending", Message("reading.waits", {"question": min(fact.pending)}))


def _nothing_read(finder: Finder, facts: list[Fact]) -> None:
    """Say the one thing that is missing where tables with figures gave none. Rule: L59."""
    unread = [
        t
        for t in finder.tables
        if not t.facts and not t.summary and not t.contract and not t.hidden and any(_unaccounted(t))
    ]
    if not unread:
        return
    undated = [t for t in unread if t.orientation == "none" and t.name_column is not None]
    sheets_read = {t.sheet for t in finder.tables if t.facts or t.summary or t.contract}
    must = not facts
    for t in undated:
        if must or (t.sheet not in sheets_read and sum(1 for _ in _unaccounted(t)) >= 4):
            finder.ask(t, "period", ["leave-out"], default="leave-out", key=t.name)
    if must and not finder.questions:
        finder.ask(
            None, "layout", ["leave-out"], "; ".join(t.name for t in unread[:5]), key="layout", default="leave-out"
        )
    elif facts:
        for t in unread:
            whole = t.sheet not in sheets_read and sum(1 for _ in _unaccounted(t)) >= 12
            finder.ask(t, "tables", ["leave-out"], grade="must" if whole else "may", default="leave-out", key=t.name)


def _unaccounted(table: Table) -> Iterable[object]:
    return (t for t in table.region.numbers() if t.entry is None)


def _only_targets(finder: Finder, facts: list[Fact]) -> None:
    if any("series" not in f.said for f in facts) and not any(f.series == "actual" for f in facts):
        answer = finder.ask(None, "only_targets", ["elsewhere", "actual"], key="workbook", default="elsewhere")
        if answer == "actual":
            for f in facts:
                f.series = f.series if "series" in f.said else "actual"


def _targeted(finder: Finder, facts: list[Fact]) -> set[str]:
    """Return the lines whose target is a number beside them, of no period, with no word for its direction."""
    columns: dict[int, list[Column]] = {}
    for t in finder.tables:
        fields = [finder.lexicon.field("goals", c.title) if c.title else None for c in t.columns]
        if "direction" not in fields:
            columns[t.index] = [c for c in t.columns if c.role == "goals" and c.series == "target"]
    found = set()
    for f in facts:
        if f.name in found or not (columns.get(f.table.index) or f.table.target_row):
            continue
        token, of_row = f.tokens[0], f.table.target_row
        cells = [f.table.at(token.row, c) for c in columns.get(f.table.index, ())]
        if of_row and f.table.name_column is None:
            cells.append(f.table.region.get(of_row, token.column))
        if any(c is not None and c.kind is Kind.NUMBER for c in cells):
            found.add(f.name)
    return found


def _directions(finder: Finder, facts: list[Fact]) -> None:
    series: dict[str, set[str]] = defaultdict(set)
    for f in facts:
        series[f.name].add(f.series)
    beside = _targeted(finder, facts)
    both = (n for n, s in series.items() if "actual" in s and ("target" in s or n in beside))
    names = finder.sayings.unsaid("direction", both)
    if names:
        trade = finder.trade
        ticks = {n: "lower" if trade.lower.among(n) else "higher" for n in names}
        _ticked(finder, "direction", names, ticks)


def _ticked(finder: Finder, kind: str, names: list[str], ticks: dict[str, str]) -> None:
    finder.ticks[kind] = ticks
    finder.ask(
        None,
        kind,
        ["marked", *dict.fromkeys(ticks.values())],
        "; ".join(names[:5]),
        grade="should",
        names=names,
        key="workbook",
        default="marked",
    )
    question = finder.questions.get(question_id(kind, "", "workbook"))
    if question is not None:
        question.ticks = ticks


def tick_over_time(finder: Finder, name: str, *, share: bool) -> str:
    """Return how the months of a line make its year, as far as its words and format tell."""
    trade = finder.trade
    if share or trade.rate.among(name):
        return "average"
    if trade.stock.among(name) and not trade.flow.among(name):
        return "last"
    return "sum"


def _adding_up(finder: Finder, facts: list[Fact]) -> None:
    periods: dict[str, set[str]] = defaultdict(set)
    shares: set[str] = set()
    for f in facts:
        periods[f.name].add(f.period)
        if f.share:
            shares.add(f.name)
    verified = {norm(label) for t in finder.tables for label in t.adds_up}
    labels = {f.name: f.label for f in facts if f.label}
    names = [n for n, p in periods.items() if len(p) > 1 and not {norm(n), norm(labels.get(n, n))} & verified]
    names = finder.sayings.unsaid("add_up", names)
    if names:
        _ticked(finder, "add_up", names, {n: tick_over_time(finder, n, share=n in shares) for n in names})


def _adding_over(finder: Finder, facts: list[Fact]) -> None:
    """Several rows of one period, or several parts, make one figure of a line: by adding, or not."""
    parts: dict[str, set[object]] = defaultdict(set)
    rows: set[str] = set()
    shares: set[str] = set()
    small: dict[str, list[float]] = defaultdict(list)
    for f in facts:
        parts[f.name].add(f.part)
        if len(f.tokens) > 1:
            rows.add(f.name)
            small[f.name].extend(t.number for t in f.tokens[:50])
        if f.share:
            shares.add(f.name)
    names = finder.sayings.unsaid("add_over", (n for n in parts if len(parts[n]) > 1 or n in rows))
    if names:
        ticks = {}
        for n in names:
            rate = (
                n in shares
                or finder.trade.rate.among(n)
                or (bool(small[n]) and all(abs(v) <= 1.5 for v in small[n]) and any(v != int(v) for v in small[n]))
            )
            ticks[n] = "average" if rate else "sum"
        _ticked(finder, "add_over", names, ticks)


def _pairs(finder: Finder, facts: list[Fact]) -> None:
    """Lines with targets alone beside lines with actuals alone, whose names are alike, are asked about as pairs."""
    series: dict[str, set[str]] = defaultdict(set)
    for f in facts:
        series[f.name].add(f.series)
    targets = [n for n, s in series.items() if s == {"target"}]
    actuals = [n for n, s in series.items() if s == {"actual"}]
    if not targets or not actuals or len(targets) * len(actuals) > MOST_PAIRS:
        return
    pairs = {t: best for t in targets if (best := _alike(t, actuals)) is not None}
    if not pairs:
        return
    answer = finder.ask(None, "pairs", ["yes", "no"], key="workbook", names=[f"{t} = {a}" for t, a in pairs.items()])
    for f in facts:
        if f.name in pairs and f.series == "target":
            if answer == "yes":
                f.name = pairs[f.name]
            elif answer is None:
                f.waits_for(question_id("pairs", "", "workbook"))


def _alike(name: str, others: list[str]) -> str | None:
    """Return the one name that shares all words of another, or is nearly spelt like it."""
    words = set(parts(name))
    sharing = [o for o in others if words and (words <= set(parts(o)) or set(parts(o)) <= words)]
    if len(sharing) == 1:
        return sharing[0]
    near = get_close_matches(norm(name), [norm(o) for o in others], 1, NEAR)
    return next((o for o in others if norm(o) == near[0]), None) if near else None


def _fiscal_year(finder: Finder, facts: list[Fact]) -> None:
    months = sorted({f.period for f in facts if len(f.period) == 7 and f.period[5:].isdigit()})
    if len(months) == 12 and months[0][5:] != "01" and int(months[-1][:4]) - int(months[0][:4]) == 1:
        first = str(int(months[0][5:]))
        finder.ask(None, "fiscal", [first, "1"], months[0], grade="should", key="workbook", default=first)


def _odd_names(finder: Finder, facts: list[Fact]) -> None:
    """No line is called by a unit, a total word, a number, a date or a column's number. Rule: L46."""
    odd = renamed.odd_names(finder, (f for f in facts if not f.said & NAMED))
    for index, wrong_names in odd.items():
        table = finder.tables[index]
        options = [c.title for c in (*table.part_columns, *table.note_columns) if c.title]
        whole = len(wrong_names) >= len(table.live())
        finder.ask(
            table,
            "name_column",
            [*(wrong_names if whole else []), *options, "sheet"][:6],
            names=list(dict.fromkeys(wrong_names))[:20],
            key=f"{table.name}:odd",
        )


def _many_lines(finder: Finder, facts: Iterable[Fact]) -> None:
    """Hundreds of lines in one table are parts of something; what they are figures of is asked. Rule: L46."""
    names: dict[int, set[str]] = defaultdict(set)
    for f in facts:
        if "name" not in f.said:
            names[f.table.index].add(f.name)
    for index, every in names.items():
        table = finder.tables[index]
        column = table.name_column
        known = sum(norm(name) in finder.goals for name in every)
        if len(every) - known > MANY_LINES and column is not None:
            finder.ask(table, "name_column", [column.title or "lines", "sheet"], key=f"{table.name}:many")


def _leftovers(finder: Finder) -> None:
    why = Message("reading.not-understood")
    for table in finder.tables:
        finder.put(table.region.numbers(), "unread", table.unread or why)
    for grid in finder.grids:
        finder.put((t for row in grid.rows.values() for t in row), "title", Message("reading.title"))
