"""One title parted into what it says: when, what figures, of what, in which unit, and whether it is computed.

Rule: L36.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kpireport.core.reading.words import MARKS, SERIES, norm, parts

if TYPE_CHECKING:
    from kpireport.core.reading.period_text import PeriodReader, Said
    from kpireport.core.reading.words import Trade

_BRACKET = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]{1,16})[)\]）】]\s*$")
_TRAILING = re.compile(r"^(.*\S)[\s,]+(?:in\s+)?(\S{1,6}(?:\s[kKmM]|\sbn)?)$")
_PIVOT = re.compile(
    r"^(?:sum|count|average|avg|min|max|somme|suma|summe|soma|somma|сумма|mean)\s*(?:of|de|von|di|по полю)\s+"
    r"|^(?:求和项|计数项|平均值项|合計 / |합계 : )\s*[:：]?\s*",
    re.IGNORECASE,
)
_NOTATION = {"AC": "actual", "PL": "target", "BU": "target", "FC": "forecast", "PY": "previous"}  # of business charts
_COLUMN_OF_TABLE = re.compile(r"[\w ]{2,60}\[([^\[\]]+)\]")  # a column of a data model: Table[Column]
_SPLIT = re.compile(r"(\s+|[_/\-–—−,;:()\[\]]+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AGAINST = re.compile(
    r"\b(?:vs\.?|versus|gegen|contre|contra)\b|达成|完成率|达标率|달성률|達成率|[+\-]?\s*%\s*(?:of|von|de|du)\b|∆|Δ",
    re.IGNORECASE,
)
_COMPOUND = ("planung", "budget", "plan", "prognose", "begroting", "budsjett")


def _balanced(text: str) -> str:
    """Return a text with its one bracket closed: what was stripped at its end was not the sentence's."""
    for opening, closing in ("()", "[]"):
        if text.count(opening) == text.count(closing) + 1:
            text = f"{text}{closing}"
    return text


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says. series: scenario or ''; unsure: the scenario must be asked; rest: the words that are left."""

    rest: str = ""
    said: Said | None = None
    series: str = ""
    unsure: bool = False
    unit: str = ""
    cumulative: bool = False
    derived: bool = False
    total: bool = False
    mean: bool = False
    previous: bool = False


class TitleReader:
    """Parts titles with the words of the trade; each text is parted once."""

    def __init__(self, trade: Trade, periods: PeriodReader) -> None:
        self.trade, self.periods = trade, periods
        self._cache: dict[str, Title] = {}
        terms = [trade.unsure, *trade.series.values()]
        self._first = frozenset(_SPLIT.split(term)[0].strip(MARKS) for words in terms for term in words)

    def of(self, text: str) -> Title:
        """Return what a title says."""
        made = self._cache.get(text)
        if made is None:
            bare = _PIVOT.sub("", text.strip())
            if m := _COLUMN_OF_TABLE.fullmatch(bare):
                bare = m[1]
            made = self._cache[text] = self._part(bare)
        return made

    def _part(self, text: str) -> Title:
        said = self.periods.of(text)
        if said is not None:
            return Title(said=None, cumulative=True) if said.freq == "C" else Title(said=said)
        text, unit = self._unit(text)
        if unit and (said := self.periods.of(text)) is not None:
            return Title(said=said, unit=unit)
        series, rest, unsure = self.scenario(text)
        made = Title(rest, None, series, unsure, unit)
        trade = self.trade
        flags: dict[str, Any] = {
            "cumulative": trade.cumulative.among(text),
            "derived": bool(_AGAINST.search(text)) or trade.derived.among(rest if series else text),
            "mean": trade.mean.among(text),
            "total": trade.total.among(text),
        }
        made = replace(made, **flags)
        if rest:
            found = self.periods.of(rest)
            if found is None and (within := self.periods.within(rest.replace("_", " "))) is not None:
                found, rest = within
            elif found is not None:
                rest = ""
            if found is not None and found.freq != "C":
                made = replace(made, said=found, rest=self._bare_rest(rest, made))
                if made.rest in _NOTATION and not made.series:
                    made = replace(made, series=_NOTATION[made.rest], rest="")
        if made.cumulative and made.rest:
            made = replace(made, rest=self._without(made.rest, trade.cumulative))
        if made.series and trade.rhythm.is_(made.rest):
            made = replace(made, rest="")
        if made.rest and trade.generic.is_(made.rest):
            made = replace(made, rest="" if made.series or made.said else made.rest)
        return made

    def _bare_rest(self, rest: str, title: Title) -> str:
        rest = rest.strip(" -–|:,()")
        if title.total and self.trade.total.is_(rest):
            return ""
        return rest

    def _without(self, text: str, lexicon: object) -> str:
        kept = [w for w in text.split() if norm(w).strip(".:()") not in lexicon]  # type: ignore[operator]
        return " ".join(kept).strip(" -–|:,()")

    def _unit(self, text: str) -> tuple[str, str]:
        """Return a title without the unit at its end, and the unit."""
        if (m := _BRACKET.search(text)) and m.start() > 0:
            inner = m[1].strip()
            if self.trade.is_unit(inner) or re.fullmatch(
                r"[^\w\s]{1,3}\s?[kKmMLl]?n?|[A-Z]{3}\s?['’]?0{0,3}[kKmM]?", inner
            ):
                return text[: m.start()].strip(), inner
        if (
            (m := _TRAILING.match(text))
            and norm(m[2]).strip(".") in self.trade.money
            and norm(m[2]) not in ("all", "try", "cop")
        ):
            return m[1], m[2]
        return text, ""

    def scenario(self, text: str) -> tuple[str, str, bool]:
        """Return the scenario of a title, what is left of it, and whether the scenario must be asked."""
        trade = self.trade
        whole = trade.scenario(text) or _NOTATION.get(text.strip(), "")
        if whole:
            return whole, "", False
        if trade.unsure.is_(text):
            return "target", "", True
        pieces = [p for p in _SPLIT.split(_CAMEL.sub(" ", text)) if p]
        found: list[str] = []
        kept: list[str] = []
        unsure = False
        place = 0
        if not any(norm(p).strip(MARKS) in self._first for p in pieces):
            kept, place = pieces, len(pieces)  # no word begins a term that names a scenario
        while place < len(pieces):
            size, series = self._term(pieces, place)
            if series:
                found.append(series)
            elif norm(pieces[place]).strip(".") in trade.unsure:
                unsure = True
            else:
                kept.append(pieces[place])
                size = 1
            place += size or 1
        if not found and not unsure:
            found, kept, unsure = self._inside(text, kept)
        if not found and unsure:
            found = ["target"]
        if not found and not unsure:
            return "", text, False
        rest = " ".join("".join(kept).split()).strip(" _-–—/:,()[]")
        rest = re.sub(r"[\s_]*[-–—/:]+[\s_]*(?=$)|(?<=^)[\s_]*[-–—/:]+", "", rest).replace("_", " ").strip()
        best = min(found, key=SERIES.index) if found else ""
        return best, _balanced(rest), unsure and len(found) <= 1

    def _term(self, pieces: list[str], place: int) -> tuple[int, str]:
        """Return how many pieces from a place name a scenario together, and which."""
        for size in (5, 3, 1):
            if place + size > len(pieces):
                continue
            term = norm("".join(pieces[place : place + size])).strip(".")
            if term and (series := self.trade.scenario(term)):
                return size, series
        return 0, ""

    def _inside(self, text: str, kept: list[str]) -> tuple[list[str], list[str], bool]:
        """Find a scenario inside a word: of a script without blanks, or at the end of a compound."""
        key = norm(text)
        for series in SERIES if not key.isascii() else ():
            for word in self.trade.series[series].sealed:
                if word in key:
                    return [series], [text.replace(word, "", 1)], False
        for word in parts(text):
            if len(word) > 7 and word.endswith(_COMPOUND):
                return (["forecast"] if word.endswith("prognose") else ["target"]), kept, True
        return [], kept, False
