"""Tables as people lay them out, and the statements that follow from it: every figure is read as it was meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpireport.core.reading.account import Found
from kpireport.core.reading.anchors import anchored
from kpireport.core.reading.read import Finder
from kpireport.core.reading.said import parsed
from kpireport.core.reading.table import Fact
from kpireport.core.workbook import Cell, Sheet, Workbook, letters
from kpireport.languages import lexicon
from kpireport.languages.trade import trade
from tests.finding import SAVED, held


@dataclass(frozen=True)
class Words:
    """The words of one language in a sheet. groups, lines: of each table its own."""

    months: tuple[str, ...]
    heads: tuple[str, ...]
    groups: tuple[str, ...]
    lines: tuple[str, ...]
    measures: tuple[str, ...]
    titles: tuple[str, ...]
    total: str
    note: str
    dated: str = "{month} 2026"


LANGUAGES = (
    Words(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        ("Area", "Group", "KPI"),
        ("North", "South", "West"),
        ("Orders", "Visits", "Returns", "Calls", "Crates", "Pallets", "Tickets", "Trips", "Loads"),
        ("Sales", "Hours", "Stock"),
        ("Harbour report", "What the shops did", "Plant 4, weekly meeting"),
        "Total",
        "Source: the ledger of the branch.",
    ),
    Words(
        ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
        ("Gebiet", "Gruppe", "Kennzahl"),
        ("Nord", "Süd", "West"),
        ("Aufträge", "Besuche", "Rücksendungen", "Anrufe", "Kisten", "Paletten", "Fahrten", "Wege", "Lasten"),
        ("Umsatz", "Stunden", "Bestand"),
        ("Hafenbericht", "Was die Läden taten", "Werk 4, Wochenrunde"),
        "Summe",
        "Quelle: Buch der Filiale.",
    ),
    Words(
        tuple(f"{n}月" for n in range(1, 11)),
        ("区域", "组", "指标"),
        ("华北", "华南", "华西"),
        ("订单", "访问", "退货", "来电", "木箱", "托盘", "工单", "行程", "装载"),
        ("销售额", "工时", "库存"),
        ("港口报告", "门店情况", "四号厂周会"),
        "合计",
        "来源：分公司账簿。",
        "2026年{month}",
    ),
)
Grid = dict[tuple[int, int], object]


@dataclass
class Drawn:
    """One table as it was laid out. figures: by place, what is meant: name, parts, period, value. totals: their places.

    top, left, bottom, right: its bounds. said: the statements that follow, at the place where it stands.
    """

    cells: Grid = field(default_factory=dict)
    figures: dict[tuple[int, int], tuple[str, tuple[tuple[str, str], ...], str, float]] = field(default_factory=dict)
    totals: set[tuple[int, int]] = field(default_factory=set)
    said: list[dict[str, object]] = field(default_factory=list)
    top: int = 1
    left: int = 1
    bottom: int = 1
    right: int = 1

    def range(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


PLAIN = st.integers(1, 999_999).map(float)
ANY = st.one_of(PLAIN, st.sampled_from([0.0, 1.0, 2.0, 2025.0, 100.0, -5.0]))


@st.composite
def tables(draw: st.DrawFn, words: Words, number: int, top: int, left: int, values: st.SearchStrategy[float]) -> Drawn:
    """Lay one table out: titles in one to three rows, labels in one to three columns, totals, a note below it."""
    table = Drawn(top=top, left=left)
    put = table.cells.__setitem__
    lines = words.lines[number * 3 : number * 3 + 3]
    depth = draw(st.integers(1, 3))
    style = draw(st.sampled_from(["filled", "steps", "headings"])) if depth == 2 else "filled"
    groups = list(words.groups[: draw(st.integers(1, 3))]) if depth > 1 else [""]
    paths = [((group,) if depth > 1 else ()) + ((words.heads[1],) if depth > 2 else ()) + (line,)
             for group in groups for line in lines[: draw(st.integers(1, 3))]]  # fmt: skip
    first, count = draw(st.integers(1, 9)), draw(st.integers(2, 4))
    with_year = draw(st.booleans())
    months = range(first, min(first + count, 11))
    titles = [(words.dated if with_year else "{month}").format(month=words.months[m - 1]) for m in months]
    sums = draw(st.booleans())
    heading, upper, note = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    part = draw(st.booleans()) and depth == 2 and style != "headings"
    measure = words.measures[number] if draw(st.booleans()) else ""
    row, value = top, left + depth
    if heading:
        put((row, left), words.titles[number])
        row += 1
    if upper:
        put((row, value), "EUR")
        row += 1
    when = row
    for level in range(depth):
        put((row, left + level), words.heads[3 - depth + level])
    for n, title in enumerate([*titles, *([words.total] if sums else [])]):
        put((row, value + n), title)
    row += 1
    leaves = [path[-1] for path in paths]
    shown_group = None
    start = row
    for path in paths:
        if style == "headings" and path[0] != shown_group:
            put((row, left), path[0])
            row += 1
        for level, name in enumerate(path):
            if style == "filled" or level == depth - 1 or (style == "steps" and path[0] != shown_group):
                put((row, left + level), name)
        shown_group = path[0]
        name = path[-1] if leaves.count(path[-1]) == 1 else " – ".join(path)
        parts: tuple[tuple[str, str], ...] = ()
        if part:
            name, parts = path[-1], ((words.heads[1], path[0]),)
        if measure:
            title = words.heads[3 - depth + (1 if part else 0)]
            name, parts = measure, ((title, " – ".join(path[1:] if part else path)), *parts)
        line = []
        for n, month in enumerate(months):
            figure = draw(values)
            line.append(figure)
            put((row, value + n), figure)
            table.figures[row, value + n] = (name, parts, f"2026-{month:02d}", figure)
        if sums:
            put((row, value + len(line)), sum(line))
            table.totals.add((row, value + len(line)))
        row += 1
    if sums:
        put((row, left), words.total)
        for n in range(len(titles) + 1):
            column = [table.cells.get((r, value + n), 0.0) for r in range(start, row)]
            put((row, value + n), sum(x for x in column if isinstance(x, float)))
            table.totals.add((row, value + n))
        row += 1
    table.bottom, table.right = row - 1, value + len(titles) - 1 + sums
    if note:
        put((row, left), words.note)
    names = [letters(left + level) for level in range(1 if part else 0, depth)]
    place = {"sheet": "Figures", "range": table.range()}
    said: dict[str, object] = {"for": place, "is": "table", "names": names, "when": when}
    if not with_year:
        said["year"] = 2026
    if part:
        said["parts"] = {words.heads[1]: letters(left)}
    if measure:
        said["measure"] = measure
    table.said.append(said)
    return table


@st.composite
def dated(draw: st.DrawFn, words: Words, number: int, top: int, left: int, values: st.SearchStrategy[float]) -> Drawn:
    """Lay a table out whose rows are months, with the names over its columns, or in a column of their own."""
    table = Drawn(top=top, left=left)
    put = table.cells.__setitem__
    lines = words.lines[number * 3 : number * 3 + draw(st.integers(1, 3))]
    first = draw(st.integers(1, 8))
    months = range(first, min(first + draw(st.integers(2, 4)), 11))
    long, sums = draw(st.booleans()), draw(st.booleans()) and len(lines) > 1
    row = top
    if draw(st.booleans()):
        put((row, left), words.titles[number])
        row += 1
    put((row, left), "M")
    when = row
    value = left + 2 if long else left + 1
    if long:
        put((row, left + 1), words.heads[2])
        put((row, value), "X")
    else:
        for n, line in enumerate(lines):
            put((row, value + n), line)
        if sums:
            put((row, value + len(lines)), words.total)
    row += 1
    for month in months:
        title = words.dated.format(month=words.months[month - 1])
        for n, line in enumerate(lines):
            figure = draw(values)
            place = (row, value) if long else (row, value + n)
            put(place, figure)
            table.figures[place] = (line, (), f"2026-{month:02d}", figure)
            if long:
                put((row, left), title)
                put((row, left + 1), line)
                row += 1
        if not long:
            put((row, left), title)
            if sums:
                put((row, value + len(lines)), sum(table.cells[row, value + n] for n in range(len(lines))))  # type: ignore[misc]
                table.totals.add((row, value + len(lines)))
            row += 1
    table.bottom, table.right = row - 1, max(column for _, column in table.cells)
    names = letters(left + 1) if long else when
    place = {"sheet": "Figures", "range": table.range()}
    table.said.append({"for": place, "is": "table", "names": names, "when": letters(left)})
    return table


@st.composite
def sheets(draw: st.DrawFn, values: st.SearchStrategy[float]) -> tuple[Workbook, list[Drawn]]:
    """Lay up to three tables on a sheet, side by side or one below the other, close to or far from each other."""
    words = draw(st.sampled_from(LANGUAGES))
    beside = draw(st.booleans())
    made: list[Drawn] = []
    top, left = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([tables, tables, dated]))
        table = draw(kind(words, number, top, left, values))
        made.append(table)
        gap = draw(st.integers(0, 2))
        if beside:
            left = table.right + 1 + gap
        else:
            top = max(row for row, _ in table.cells) + 1 + gap
    cells: Grid = {}
    for table in made:
        cells |= table.cells
    if draw(st.booleans()):
        cells[max(row for row, _ in cells) + 3, 1] = 4711.0  # a number that nothing describes
    rows: dict[int, list[Cell]] = {}
    for (row, column), content in sorted(cells.items()):
        rows.setdefault(row, []).append(Cell(row, column, content))  # type: ignore[arg-type]
    sheet = Sheet("book.xlsx", "Figures", {row: tuple(line) for row, line in rows.items()})
    return Workbook("book.xlsx", "", (sheet,), SAVED), made


def read(workbook: Workbook, tables: list[Drawn]) -> Found:
    said = [parsed(each) for table in tables for each in table.said]
    return Finder(workbook, trade(), lexicon(), {}, None, said).run()


def check(workbook: Workbook, tables: list[Drawn]) -> None:
    """Every figure is read as it was meant, totals are totals, and every other number is accounted for."""
    reading = read(workbook, tables)
    got = {
        (f.tokens[0].row, f.tokens[0].column): (f.name, f.part, f.period, f.value)
        for f in reading.facts if not f.pending
    }  # fmt: skip
    assert got == {place: meant for table in tables for place, meant in table.figures.items()}
    assert all(f.series == "actual" for f in reading.facts)
    for table in tables:
        for row, column in table.totals:
            assert reading.account["Figures", row, column].what == "total"
    assert len(reading.account) == reading.numbers
    assert "I3" not in held(workbook, reading)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets(ANY))
def test_every_figure_of_a_stated_layout_is_read(drawn: tuple[Workbook, list[Drawn]]) -> None:
    workbook, tables = drawn
    for table in tables:
        for place, kind in [(table.figures, "figure"), (table.totals, "total")]:
            cells = [f"{letters(column)}{row}" for row, column in place]
            if cells:
                table.said.append({"for": {"sheet": "Figures", "cell": cells}, "is": kind})
    check(workbook, tables)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_one_form_is_enough_where_no_figure_looks_like_a_total(data: st.DataObject) -> None:
    seen: set[float] = set()
    telling = st.integers(0, 2**40).map(lambda n: 1000.0 + Random(n).randrange(10**7) / 100)
    new = telling.filter(lambda value: value not in seen and not seen.add(value))  # type: ignore[func-returns-value]
    check(*data.draw(sheets(new)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets(ANY))
def test_what_is_said_piece_by_piece_is_read_like_one_form(drawn: tuple[Workbook, list[Drawn]]) -> None:
    workbook, tables = drawn
    for table in tables:
        (form,) = table.said
        place = form["for"]
        table.said = [{"for": place, "is": "table"}]
        names, when = form["names"], form["when"]
        table.said.append({"for": place, "is": "names", "in": names})
        table.said.append({"for": place, "is": "when", "in": when} | {k: form[k] for k in ("year",) if k in form})
        if "parts" in form:
            ((title, column),) = form["parts"].items()  # type: ignore[attr-defined]
            table.said.append({"for": place, "is": "part", "in": column, "title": title})
        if "measure" in form:
            table.said.append({"for": place, "is": "measure", "value": form["measure"]})
        for places, kind in [(table.figures, "figure"), (table.totals, "total")]:
            cells = [f"{letters(column)}{row}" for row, column in places]
            if cells:
                table.said.append({"for": {"sheet": "Figures", "cell": cells}, "is": kind})
    check(workbook, tables)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets(PLAIN), st.integers(1, 4), st.integers(0, 2))
def test_statements_kept_by_titles_hold_after_rows_and_columns_came(
    drawn: tuple[Workbook, list[Drawn]], down: int, aside: int
) -> None:
    workbook, tables = drawn
    for table in tables:
        cells = [f"{letters(column)}{row}" for row, column in table.figures]
        table.said.append({"for": {"sheet": "Figures", "cell": cells}, "is": "figure"})
        table.said = [anchored(read(workbook, tables), each) for each in table.said[:1]]
    before = read(workbook, tables)
    moved = Sheet("book.xlsx", "Figures", {
        row + down: tuple(cell._replace(row=row + down, column=cell.column + aside) for cell in cells)
        for row, cells in workbook.sheets[0].rows.items()
    })  # fmt: skip
    after = read(Workbook("book.xlsx", "", (moved,), SAVED), tables)
    assert after.unused == before.unused == ()
    assert [contents(f, down, aside) for f in after.facts] == [contents(f, 0, 0) for f in before.facts]


def contents(fact: Fact, down: int, aside: int) -> tuple[object, ...]:
    token = fact.tokens[0]
    return fact.name, fact.part, fact.period, fact.series, fact.value, token.row - down, token.column - aside
