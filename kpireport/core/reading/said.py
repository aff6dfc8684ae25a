"""What a person says about the cells of a workbook: statements, as TOML and JSON have them. Rule: L63."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from kpireport.core.a1 import column_number, place
from kpireport.core.messages import Message
from kpireport.core.reading.spots import Axis, Span, Spot
from kpireport.core.registry import nearest


class What(StrEnum):
    """What a statement says of its place."""

    TABLE = "table"
    NAMES = "names"
    WHEN = "when"
    SERIES = "series"
    MEASURE = "measure"
    PART = "part"
    FIGURE = "figure"
    TOTAL = "total"
    LEAVE_OUT = "leave-out"
    RUNNING = "running"
    EACH = "each"
    BALANCE = "balance"
    UNIT = "unit"
    SCALE = "scale"
    TEXT = "text-figures"
    LOWER = "lower"
    HIGHER = "higher"
    MONTHS = "months"
    PARTS = "parts"


SCENARIOS = ("actual", "target", "forecast", "previous")
ADDING = ("sum", "average", "last", "apart")
KEYS: Mapping[What, frozenset[str]] = MappingProxyType(
    {
        What.TABLE: frozenset(
            {
                "names",
                "indents",
                "parts",
                "when",
                "each",
                "from",
                "example",
                "year",
                "last",
                "series",
                "measure",
                "unit",
            }
        ),
        What.NAMES: frozenset({"value", "in", "levels", "indents"}),
        What.WHEN: frozenset({"value", "in", "each", "from", "example", "year", "last"}),
        What.SERIES: frozenset({"value", "in", "until", "after", "words"}),
        What.MEASURE: frozenset({"value", "in"}),
        What.PART: frozenset({"value", "in", "title", "whole"}),
        What.LEAVE_OUT: frozenset({"why"}),
        What.UNIT: frozenset({"value", "in"}),
        What.SCALE: frozenset({"value"}),
        What.MONTHS: frozenset({"value"}),
        What.PARTS: frozenset({"value"}),
    }
)
COMMON = frozenset({"for", "is", "but", "by", "on"})
EACH = MappingProxyType({"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"})
OWN = ("title", "corner", "sheet", "file", "section")
"""Words for what stands nowhere else: the table's own title or corner, the name of its sheet or file, a heading."""
PLACE_KEYS = frozenset(
    {
        "sheet", "workbook", "alike", "column", "row", "cell", "range", "table", "title", "heading", "at", "open",
        "line", "nth",
    }
)  # fmt: skip


class SayingError(Exception):
    """A statement that cannot be used. message: why, and what to write. key: of the field."""

    def __init__(self, key: str, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.key = key
        self.message = Message(f"problems.said.{sentence}", fields)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a property of a figure is read: in a place, or as one of :data:`OWN`; else it is the text.

    title: what a part is of, where the source does not say it itself. indents: blanks before a name are levels.
    """

    spot: Spot | None = None
    own: str = ""
    text: str = ""
    title: str = ""
    indents: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """How the cells of an axis of time are read.

    each: what one period is (D, W, M, Q, Y), '' as its cells say. first: the period from which they are counted.
    example: text of a title, and its period, which spells all others. year: of titles without one. last: no period
    after it is read.
    """

    each: str = ""
    first: str = ""
    example: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    last: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. of: the places it is about. but: places that it is not about. raw: as it was written.

    sources: where names, parts, periods, scenario, measure and unit stand, by property. value: what was said itself.
    """

    what: What
    of: tuple[Spot, ...]
    but: tuple[Spot, ...] = ()
    value: str = ""
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    until: str = ""
    after: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""
    title: str = ""
    indents: bool = False
    scale: float = 1.0
    raw: Mapping[str, object] = field(default_factory=dict)


def parsed(values: Mapping[str, object]) -> Statement:
    """Return a statement. Raises SayingError where it cannot be used."""
    what, value = _what(values)
    known = KEYS.get(what, frozenset()) | COMMON
    for key in values:
        if key not in known:
            raise SayingError(key, "unknown-key", found=key, known=", ".join(sorted(known)), what=str(what))
    if "for" not in values:
        raise SayingError("for", "no-place")
    of = _spots(values["for"], "for")
    if what is What.TABLE and not all(spot.axis in (Axis.RANGE, Axis.TABLE) for spot in of):
        raise SayingError("for", "no-rectangle")
    value = value or _value(values, what, of)
    sources, indents = _sources(values, what, value)
    return Statement(
        what,
        of,
        _spots(values["but"], "but") if "but" in values else (),
        value,
        sources,
        _timing(values, what),
        _period(values, "until"),
        _text(values, "after"),
        _pairs(values, "words"),
        _text(values, "whole"),
        _text(values, "title"),
        indents,
        _scale(values) if what is What.SCALE else 1.0,
        values,
    )


def _what(values: Mapping[str, object]) -> tuple[What, str]:
    said = values.get("is")
    if not isinstance(said, str) or not said:
        raise SayingError("is", "no-kind", known=", ".join(What))
    if said in SCENARIOS:
        return What.SERIES, said
    try:
        return What(said), ""
    except ValueError:
        known = (*What, *SCENARIOS)
        near = nearest(said, known) or ""
        raise SayingError("is", "unknown-kind", found=said, near=near, known=", ".join(known)) from None


def _value(values: Mapping[str, object], what: What, of: tuple[Spot, ...]) -> str:
    value = values.get("value", "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SayingError("value", "wrong-value", found=str(value), known="…")
    text = str(value).strip()
    if what in (What.MONTHS, What.PARTS) and text not in ADDING:
        raise SayingError("value", "wrong-value", found=text, known=", ".join(ADDING))
    speaks = any(spot.axis in (Axis.ROW, Axis.COLUMN, Axis.TITLED) for spot in of)  # the place says it itself
    needed = what in (What.UNIT, What.MEASURE, What.SERIES) and not {"in", "words", "until"} & values.keys()
    needed &= not (speaks and what is not What.MEASURE)
    if needed and not text:
        example = {What.UNIT: '"EUR k"', What.MEASURE: '"Sales"', What.SERIES: '"target"'}[what]
        raise SayingError("value", "no-value", example=example)
    return text


def _scale(values: Mapping[str, object]) -> float:
    value = values.get("value")
    try:
        scale = float(str(value))
    except ValueError:
        scale = 0.0
    if not 0 < scale < float("inf"):
        raise SayingError("value", "no-value", example="1000")
    return scale


def _text(values: Mapping[str, object], key: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise SayingError(key, "wrong-value", found=str(value), known='"…"')
    return value


def _pairs(values: Mapping[str, object], key: str) -> dict[str, str]:
    value = values.get(key, {})
    if not isinstance(value, Mapping):
        raise SayingError(key, "wrong-value", found=str(value), known='{ "…" = "…" }')
    return {str(word): str(meaning) for word, meaning in value.items()}


PERIOD = re.compile(r"\d{4}(?:-(?:\d\d(?:-\d\d)?|Q[1-4]|H[12]|W\d\d))?")


def _period(values: Mapping[str, object], key: str) -> str:
    value = str(values.get(key, ""))
    if value and not PERIOD.fullmatch(value):
        raise SayingError(key, "no-period", found=value)
    return value


def _timing(values: Mapping[str, object], what: What) -> Timing:
    if what not in (What.TABLE, What.WHEN):
        return Timing()
    each = _text(values, "each")
    if each and each not in EACH:
        raise SayingError("each", "wrong-value", found=each, known=", ".join(EACH))
    example = _pairs(values, "example")
    for period in example.values():
        _period({"example": period}, "example")
    year = values.get("year")
    if year is not None and (isinstance(year, bool) or not re.fullmatch(r"(?:19|20)\d\d", str(year))):
        raise SayingError("year", "wrong-value", found=str(year), known="2026")
    return Timing(
        EACH.get(each, ""),
        _period(values, "from"),
        tuple(example.items()),
        int(str(year)) if year is not None else None,
        _period(values, "last"),
    )


def _sources(values: Mapping[str, object], what: What, value: str) -> tuple[dict[str, tuple[Source, ...]], bool]:
    """Return where each property of a figure is read, and whether the names are indented."""
    sources: dict[str, tuple[Source, ...]] = {}
    if what is What.TABLE:
        for key in ("names", "parts", "when", "series", "measure", "unit"):
            if key in values:
                sources[key] = _source(values[key], key, of_places=key in ("names", "parts", "when"))
    elif what is What.NAMES and "levels" in values:
        sources["names"] = _source(values["levels"], "levels", of_places=True)
    elif "in" in values:
        sources[PROPERTY[what]] = _source(values["in"], "in", of_places=True)
    elif what in PROPERTY and value:
        own = what in (What.MEASURE, What.PART, What.NAMES, What.WHEN) and value in OWN
        sources[PROPERTY[what]] = (Source(own=value) if own else Source(text=value),)
    indents = values.get("indents") is True
    if indents and "names" in sources:
        sources["names"] = tuple(replace(source, indents=True) for source in sources["names"])
    return sources, indents


PROPERTY: Mapping[What, str] = MappingProxyType(
    {
        What.NAMES: "names",
        What.WHEN: "when",
        What.SERIES: "series",
        What.MEASURE: "measure",
        What.PART: "parts",
        What.UNIT: "unit",
    }
)


def _source(value: object, key: str, *, of_places: bool) -> tuple[Source, ...]:
    """Return sources of one property. of_places: a bare text may be an address; else it is the text itself."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return (_bare(value, of_places=of_places),)
    if isinstance(value, Mapping):
        if not PLACE_KEYS & value.keys() and not {"text", "own", "of"} & value.keys():
            # { Region = "B" }: what a part is called, and where it stands
            return tuple(
                Source(s.spot, s.own, s.text, str(title))
                for title, each in value.items()
                for s in _source(each, key, of_places=True)
            )
        if "text" in value or "own" in value:
            return (Source(None, _text(value, "own"), _text(value, "text"), _text(value, "of")),)
        places = {name: each for name, each in value.items() if name != "of"}
        return (Source(spot(places, key), title=_text(value, "of")),)
    if isinstance(value, Sequence):
        return tuple(source for each in value for source in _source(each, key, of_places=of_places))
    raise SayingError(key, "wrong-value", found=str(value), known='"B", 4, "B2", "…"')


def _bare(value: str | int, *, of_places: bool) -> Source:
    if isinstance(value, str) and value in OWN:
        return Source(own=value)
    if not of_places:
        return Source(text=str(value))
    if isinstance(value, int):
        return Source(Spot(Axis.ROW, rows=Span(value, value)))
    if (columns := _columns(value)) is not None:
        return Source(Spot(Axis.COLUMN, columns=columns))
    if (at := place(value)) is not None:
        return Source(Spot(Axis.CELL, rows=Span(at[0], at[0]), columns=Span(at[1], at[1])))
    return Source(text=value)


# -- places ----------------------------------------------------------------------------------------------------------

_LETTERS = re.compile(r"([A-Z]{1,3})(?::([A-Z]{1,3}))?")
_NUMBERS = re.compile(r"(\d{1,7})(?::(\d{1,7}))?")


def _columns(text: str) -> Span | None:
    if (m := _LETTERS.fullmatch(text)) is None:
        return None
    first, last = column_number(m[1]), column_number(m[2] or m[1])
    return Span(min(first, last), max(first, last))


def _spots(value: object, key: str) -> tuple[Spot, ...]:
    if isinstance(value, Mapping):
        return _several(value, key)
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return tuple(spot for each in value for spot in _spots(each, key))
    raise SayingError(key, "no-place")


def _several(values: Mapping[str, object], key: str) -> tuple[Spot, ...]:
    """Return the places of one mapping; a list of columns, rows, cells or lines is a place each."""
    for name in ("column", "row", "cell", "range", "line"):
        value = values.get(name)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return tuple(spot for each in value for spot in _several({**values, name: each}, key))
    return (spot(values, key),)


def spot(values: Mapping[str, object], key: str) -> Spot:
    """Return one place. Raises SayingError."""
    for name in values:
        if name not in PLACE_KEYS:
            raise SayingError(f"{key}.{name}", "unknown-key", found=name, known=", ".join(sorted(PLACE_KEYS)), what=key)
    sheets = values.get("sheet", ())
    sheets = (sheets,) if isinstance(sheets, str) else sheets
    if not isinstance(sheets, Sequence) or not all(isinstance(sheet, str) for sheet in sheets):
        raise SayingError(f"{key}.sheet", "wrong-value", found=str(sheets), known='"…"')
    axis, rows, columns, title = _where(values, key)
    nth = values.get("nth", 0)
    at = _corner(values.get("at"), f"{key}.at")
    return Spot(
        axis,
        tuple(str(sheet) for sheet in sheets),
        values.get("alike") is True,
        rows,
        columns,
        _text(values, "title") or title,
        _text(values, "heading"),
        at,
        _text(values, "line"),
        _text(values, "open"),
        nth if isinstance(nth, int) and nth > 0 else 0,
    )


def _where(values: Mapping[str, object], key: str) -> tuple[Axis, Span | None, Span | None, str]:
    """Return the kind of a place, its rows and columns, and the title that stands in their stead."""
    if "line" in values:
        return Axis.LINE, None, None, ""
    for name in ("range", "table", "cell"):
        if name in values:
            return _rectangle(values, name, key)
    rows, columns, titles = None, None, []
    axis = Axis.SHEET if "sheet" in values or values.get("workbook") is True else Axis.NOWHERE
    if "row" in values:
        axis, text = Axis.ROW, str(values["row"]).strip()
        if m := _NUMBERS.fullmatch(text):
            rows = Span(int(m[1]), int(m[2] or m[1]))
        elif text != "*":
            titles.append(text)
    if "column" in values:
        axis, text = Axis.COLUMN if axis is not Axis.ROW else Axis.RANGE, str(values["column"]).strip()
        columns = _columns(text)
        if columns is None and text != "*":
            titles.append(text)
    if axis is Axis.NOWHERE:
        if values.get("title"):
            return Axis.TITLED, None, None, ""
        raise SayingError(key, "no-place")
    if axis in (Axis.ROW, Axis.COLUMN) and rows is None and columns is None and not titles and "title" not in values:
        raise SayingError(key, "no-place")
    return axis, rows, columns, titles[0] if titles else ""


def _rectangle(values: Mapping[str, object], name: str, key: str) -> tuple[Axis, Span | None, Span | None, str]:
    text = str(values[name]).replace("$", "").strip()
    corners = [_corner(each, f"{key}.{name}") if place(each) else None for each in text.split(":")]
    kind = {"range": Axis.RANGE, "table": Axis.TABLE, "cell": Axis.CELL}[name]
    if not corners or None in corners or len(corners) > 2:
        if name == "table":
            return kind, None, None, text
        raise SayingError(f"{key}.{name}", "no-address", found=text)
    rows = sorted(corner[0] for corner in corners if corner)
    columns = sorted(corner[1] for corner in corners if corner)
    return kind, Span(rows[0], rows[-1]), Span(columns[0], columns[-1]), ""


def _corner(value: object, key: str) -> tuple[int, int] | None:
    if value is None:
        return None
    found = place(str(value))
    if found is None:
        raise SayingError(key, "no-address", found=str(value))
    return found
