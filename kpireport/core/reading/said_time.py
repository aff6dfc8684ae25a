"""Periods of titles as a statement says to read them: counted from a first, spelt by an example, of one year.

Rule: L63.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.core.reading import axes
from kpireport.core.reading.grid import Kind
from kpireport.core.reading.period_text import YEARS, Said
from kpireport.core.reading.when import key, key_of_day
from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.reading.grid import Token
    from kpireport.core.reading.period_text import PeriodReader
    from kpireport.core.reading.said import Timing

Titles = Sequence[tuple[int, "Token | None"]]
"""The titles of an axis with their places, in order; None where figures stand under no title."""
_KEY = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|([QHW])(\d{1,2})))?")
_DIGITS = re.compile(r"\d+")
FINEST = "DWMQHY"
MONTHS = 12  # of a year
MOST_COUNTED = 600  # periods that are counted from a first one


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one title says. said: of time, None if nothing. exact: the key of its period, where a statement fixes it."""

    said: Said | None
    exact: str = ""


def of_key(period: str) -> Said | None:
    """Return what the key of a period says; None where it is no key."""
    m = _KEY.fullmatch(period.strip())
    if m is None:
        return None
    year = int(m[1])
    if m[4]:
        return Said(m[4], year, int(m[5]))
    if m[3]:
        return Said("D", year, int(m[2]), int(m[3]))
    return Said("M", year, int(m[2])) if m[2] else Said("Y", year)


def later(period: str, steps: int) -> str:
    """Return the key of the period so many steps after another; '' where it has none."""
    said = of_key(period)
    if said is None or said.year is None:
        return ""
    if said.freq == "D":
        from datetime import timedelta

        return (said.date + timedelta(days=steps)).isoformat() if said.date else ""
    if said.freq == "W":
        from datetime import date, timedelta

        day = date.fromisocalendar(said.year, said.number or 1, 1) + timedelta(weeks=steps)
        iso = day.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    size = {"M": 12, "Q": 4, "H": 2}.get(said.freq, 1)
    place = said.year * size + (said.number or 1) - 1 + steps
    return key(said.freq, place // size, place % size + 1)


def read(reader: PeriodReader, titles: Titles, timing: Timing) -> dict[int, Spoken]:
    """Return what each title of an axis says, by its place; titles that say nothing are left out."""
    if timing.first:
        return _counted(titles, timing.first)
    titles = [(place, t) for place, t in titles if t is not None]
    if timing.example:
        return _by_example(titles, timing)
    said = [reader.of(t.value) if t.kind is Kind.NUMBER else _of_text(reader, t) for _, t in titles if t is not None]
    numbered = [int(t.number) for _, t in titles if t is not None and t.kind is Kind.NUMBER]
    if numbered and all(n in YEARS for n in numbered):
        said = [
            Said("Y", int(t.number)) if t and t.kind is Kind.NUMBER else s
            for (_, t), s in zip(titles, said, strict=True)
        ]
    elif len(numbered) == len(titles) and not any(said):
        said = [Said(_counting(numbered, timing.each), None, n) for n in numbered]
    decided: list[Said | None] = list(axes.decided_words(said))
    axes.day_or_month(decided, decided.__setitem__)
    spoken = {}
    for (place, _), s in zip(titles, decided, strict=True):
        if s is None or s.freq == "C":
            continue
        if timing.year is not None and (s.year is None or s.freq == "N"):
            s = s._replace(year=timing.year)
        spoken[place] = Spoken(s, _coarser(s, timing.each) if timing.each else "")
    return spoken


def _counting(numbers: Sequence[int], each: str) -> str:
    """Return what bare numbers of a stated axis count in their year: what was said, else months, else weeks."""
    return each or ("M" if max(numbers, default=0) <= MONTHS else "W")


def _of_text(reader: PeriodReader, token: Token) -> Said | None:
    if token.said is not None:
        return token.said
    within = reader.within(token.text) if len(token.text) < 120 else None
    return within[0] if within is not None else None


def exact(said: Said, each: str) -> str:
    """Return the key of the one period that a title says, of a given length where one is wanted; '' if unknown."""
    if each:
        return _coarser(said, each)
    if said.date is not None:
        return key_of_day(said.date, "D")
    return key(said.freq, said.year, said.number) if said.year is not None and said.freq in "WMQHY" else ""


def _coarser(said: Said, each: str) -> str:
    """Return the period of a given length that a title stands for; '' where the title does not say it."""
    if said.date is not None:
        return key_of_day(said.date, each)
    if said.year is None:
        return ""
    if said.freq == each:
        return key(each, said.year, said.number)
    if said.freq == "M" and said.number and each in "QHY":
        size = {"Q": 3, "H": 6, "Y": 12}[each]
        return key(each, said.year, (said.number - 1) // size + 1)
    return ""


def _counted(titles: Titles, first: str) -> dict[int, Spoken]:
    """Count periods from the first: by the numbers that the titles hold, else one a title in their order."""
    titles = [(place, t) for place, t in titles if t is not None] or titles
    numbers = [_number(t) for _, t in titles]
    by_number = bool(numbers) and all(n is not None and 0 <= n <= MOST_COUNTED for n in numbers)
    start = 0 if by_number and 0 in numbers else 1
    spoken = {}
    for order, ((place, _), n) in enumerate(zip(titles, numbers, strict=True)):
        period = later(first, n - start if by_number and n is not None else order)
        spoken[place] = Spoken(of_key(period), period)
    return spoken


def _number(token: Token | None) -> int | None:
    if token is None:
        return None
    if token.kind is Kind.NUMBER:
        return int(token.number) if token.number == int(token.number) else None
    found = _DIGITS.findall(token.text)
    return int(found[-1]) if len(found) == 1 and len(found[0]) <= 3 else None


def _by_example(titles: Titles, timing: Timing) -> dict[int, Spoken]:
    spoken: dict[int, Spoken] = {}
    for text, period in timing.example:
        model = of_key(period)
        if model is None:
            continue
        pattern = _pattern(text, model)
        for place, t in titles:
            if t is None:
                continue
            if norm(t.text) == norm(text):
                spoken[place] = Spoken(model, period)
            elif pattern is not None and (m := pattern.fullmatch(norm(t.text))) and place not in spoken:
                said = _filled(m.groupdict(), model)
                if said is not None:
                    spoken[place] = Spoken(said, _coarser(said, model.freq))
    _years_around(titles, spoken)
    return spoken


def _pattern(text: str, model: Said) -> re.Pattern[str] | None:
    """Return what titles spelt like the example look like, None where the example's digits do not say its period."""
    wanted = {"year": model.year, "number": model.number, "day": model.day}
    parts, last = [], 0
    plain = norm(text)
    for m in _DIGITS.finditer(plain):
        parts.append(re.escape(plain[last : m.start()]))
        last = m.end()
        digits = int(m[0])
        name = next(
            (n for n, v in wanted.items() if v is not None and (digits == v or (n == "year" and digits == v % 100))), ""
        )
        if name:
            del wanted[name]
            parts.append(rf"(?P<{name}>\d+)")
        else:
            parts.append(r"\d+")
    parts.append(re.escape(plain[last:]))
    return (
        re.compile("".join(parts)) if "number" not in wanted or (model.freq == "Y" and "year" not in wanted) else None
    )


def _filled(groups: Mapping[str, str], model: Said) -> Said | None:
    """Return what a title spelt like the example says; a year that it lacks is the example's."""
    year = int(groups["year"]) if "year" in groups else model.year
    if year is None:
        return None
    if year < 100:
        year += (model.year or 2000) // 100 * 100
    number = int(groups["number"]) if "number" in groups else model.number
    return model._replace(year=year, number=number, day=int(groups["day"]) if "day" in groups else model.day)


def _years_around(titles: Titles, spoken: dict[int, Spoken]) -> None:
    """Give months without a year theirs from the example among them: it grows where the months begin anew."""
    known = [(order, spoken[place].said) for order, (place, _) in enumerate(titles) if place in spoken]
    if not known:
        return
    said = axes.decided_words([None if t is None or t.kind is Kind.NUMBER else t.said for _, t in titles])
    for order, (place, _) in enumerate(titles):
        s = said[order]
        if place in spoken or s is None or s.freq == "C":
            continue
        if s.year is not None:
            spoken[place] = Spoken(s)
            continue
        at, model = min(known, key=lambda pair: (abs(pair[0] - order), pair[0]))
        if model is None or model.year is None or s.number is None:
            continue
        way = 1 if order > at else -1
        year, before = model.year, model.number or 1
        for step in range(at + way, order + way, way):
            number = said[step].number if said[step] is not None else None  # type: ignore[union-attr]
            if number is None:
                continue
            year += way if (number < before if way > 0 else number > before) else 0
            before = number
        spoken[place] = Spoken(s._replace(year=year))


def merged(spoken: Sequence[Spoken]) -> Spoken | None:
    """Return what several titles of one figure say together: the finest of them, with the year of any."""
    if not spoken:
        return None
    with_said = [s for s in spoken if s.said is not None]
    if not with_said:
        return None
    best = min(with_said, key=lambda s: FINEST.find(s.said.freq) if s.said and s.said.freq in FINEST else 9)
    said = best.said
    if said is not None and said.year is None:
        year = next((s.said.year for s in with_said if s.said and s.said.year), None)
        return Spoken(said._replace(year=year))
    return best
