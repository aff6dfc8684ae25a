"""Conditions as a finance person writes them in a cell: ``red 2 months``, ``< 75``, ``连续2个月红``.

A condition is a subject, for some a comparison with a number, and for how many periods in a row it must hold.
The grammar is small on purpose; what it does not know is a problem with the cell, never a guess.
Rule: R39.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Mapping


class Subject(StrEnum):
    """What a condition looks at. How it is written stands in ``PHRASES``, how it is checked in ``triggers.CHECKS``."""

    OFF = "off"
    NOT_ON = "not on"
    VALUE = "value"
    ATTAINMENT = "attainment"
    CROSSES = "crosses"
    WORSENED = "worsened"
    NO_DATA = "no data"
    NO_ACTION = "off without action"
    LANDING = "landing below target"
    CHANCE = "chance"
    OVER_BUDGET = "over budget"
    SPENDING_AHEAD = "spending ahead"
    OVERDUE = "overdue"
    REVISED = "target revised"
    RESTATED = "restated"
    SIGNAL_WORSE = "signal worse"
    SIGNAL_BETTER = "signal better"


class Comparison(StrEnum):
    """On which side of an amount a figure must be."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was understood.

    comparison: with the amount; None where it is not compared. amount: as typed; percent says that it bore a % sign
    (0.75 then stands for 75%). periods: in a row.
    """

    subject: Subject
    comparison: Comparison | None = None
    amount: float | None = None
    percent: bool = False
    periods: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a subject is written. amount: whether a number stands behind it. compared: whether with an operator."""

    pattern: str
    amount: bool = False
    compared: bool = True


# In the order in which they are tried.
PHRASES: Mapping[Subject, Phrase] = complete(
    Subject,
    {
        Subject.NO_ACTION: Phrase(
            r"(red|off( target)?) (without|and no|with no) (action|note)s?"
            r"|(红灯?|未达标)[且而]?(无|没有)(行动|措施|说明)"
        ),
        Subject.SIGNAL_WORSE: Phrase(r"(a )?signal (is )?(worse|for the worse)|(出现)?恶化信号"),
        Subject.SIGNAL_BETTER: Phrase(r"(a )?signal (is )?(better|for the better)|(出现)?改善信号"),
        Subject.LANDING: Phrase(
            r"(landing|forecast|year.end)( is)? (below|under|short of|misses) (the )?target"
            r"|(全年)?预[测计](低于|未达)目标"
        ),
        Subject.OVER_BUDGET: Phrase(
            r"spent ?> ?budget|((spent|spend|cost)( is)? )?over budget"
            r"|(已用|花费) ?> ?预算|(已用|花费|费用)?超(出)?预算"
        ),
        Subject.SPENDING_AHEAD: Phrase(r"spending ahead( of progress)?|(费用|花费)(超前|快于进度)"),
        Subject.OVERDUE: Phrase(
            r"((a )?(milestone|action|task|plan)s? )?(is )?(overdue|late)|(里程碑|行动|任务|计划)?(逾期|延误)"
        ),
        Subject.REVISED: Phrase(r"target (was )?(revised|changed)|目标(变更|修订|调整)"),
        Subject.RESTATED: Phrase(r"restate(d|ment)|(数据|数字)?(更正|重述|追溯调整)"),
        Subject.NO_DATA: Phrase(r"no data|missing|not reported|stale|(缺|没有|无)数据|缺失|未(填)?报|过期"),
        Subject.WORSENED: Phrase(r"(status )?(worse|worsened|worsens|gets worse)|(状态)?(恶化|变差)"),
        Subject.NOT_ON: Phrase(
            r"(amber|yellow|watch|not (on target|green))( or (worse|red))?|(黄灯?|关注|非绿灯?)(或(更差|红))?"
        ),
        Subject.OFF: Phrase(r"(is )?(red|off( target)?|missed( target)?)|(红灯?|未达标|不达标)"),
        Subject.CHANCE: Phrase(
            r"(the )?(chance|probability|likelihood)( of (the )?target)?|(达标)?(可能性|概率)", amount=True
        ),
        Subject.ATTAINMENT: Phrase(r"(the )?attainment|achievement|达成率|完成率", amount=True),
        Subject.CROSSES: Phrase(r"cross(es|ing)?|穿越|越过", amount=True, compared=False),
        Subject.VALUE: Phrase(r"((the )?(value|actual|figure)( is)?|实际(值)?)?", amount=True),
    },
)
COMPARISONS: Mapping[Comparison, tuple[str, ...]] = complete(
    Comparison,
    {
        Comparison.BELOW: (
            "<", "below", "under", "less than", "falls below", "drops below", "低于", "小于", "少于", "跌破",
        ),
        Comparison.AT_MOST: ("<=", "≤", "at most", "不高于", "不超过"),
        Comparison.ABOVE: (">", "above", "over", "more than", "rises above", "高于", "大于", "超过", "多于", "突破"),
        Comparison.AT_LEAST: (">=", "≥", "at least", "不低于"),
    },
)  # fmt: skip
OPERATORS = {word: comparison for comparison, words in COMPARISONS.items() for word in words}
DIGITS = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十二": 12,
}
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
LONGEST = 200
UNIT = r"(months?|weeks?|quarters?|periods?|years?|times?)"
UNITS = r"(?:days?|hours?|minutes?|eur|usd|gbp|cny|元|天|人|小时|分钟|个|次)"
_COUNT = rf"(\d{{1,2}}|{'|'.join(WORDS)})"
_OPERATOR = "|".join(sorted(map(re.escape, OPERATORS), key=len, reverse=True))
_BEFORE = re.compile(r"^连续 ?(\d{1,2}|[一两二三四五六七八九十]{1,2}) ?(个?(月|周|季度|季|期|年)) ?(均|都|为|处于)?")
_FIRST = re.compile(rf"^{_COUNT} (?:consecutive )?{UNIT}(?: in a row| running)?,? (?:of )?")
_AFTER = re.compile(
    rf"[ ,]*(for |in )?(the last )?{_COUNT} (?:consecutive |straight )?{UNIT}( in a row| running)?$"
    r"|[ ,，]*(连续|达)?(\d{1,2}|[一两二三四五六七八九十]{1,2}) ?(个?(月|周|季度|季|期|年))$"
)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


def condition(text: str, periods: int | None = None) -> Condition | None:
    """Read a condition; None where it is none we know. periods: from a column of its own, used if the text names none.

    English and Chinese; case, width and spacing do not matter.
    Rule: R39.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("−", "-").split())
    if not words or len(words) > LONGEST:
        return None
    words, counted = _without_periods(words)
    repeat = counted or periods or 1
    for subject, phrase in PHRASES.items():
        if not phrase.amount and re.fullmatch(phrase.pattern, words):
            return Condition(subject, periods=repeat)
    return _measured(words, repeat)


def _without_periods(words: str) -> tuple[str, int | None]:
    before = _BEFORE.match(words)
    if before:
        return words[before.end() :].strip(), _count(before.group(1))
    first = _FIRST.match(words)
    if first:
        return words[first.end() :].strip(), _count(first.group(1))
    after = _AFTER.search(words)
    if after and after.start() > 0:
        return words[: after.start()].strip(), _count(after.group(3) or after.group(7))
    return words, None


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else WORDS.get(text) or DIGITS.get(text)


def _measured(words: str, periods: int) -> Condition | None:
    for subject, phrase in PHRASES.items():
        operator = rf"(?P<operator>{_OPERATOR})" if phrase.compared else ""
        whole = rf"(?:{phrase.pattern}) ?{operator} ?(?P<amount>[\d+-][\d,.]*) ?(?P<unit>%|{UNITS})?"
        match = re.fullmatch(whole, words) if phrase.amount else None
        if match is None:
            continue
        number = _NUMBER.fullmatch(match["amount"])
        if number is None:
            return None
        percent = match["unit"] == "%"
        value = float(number.group().replace(",", ""))
        comparison = OPERATORS[match["operator"]] if phrase.compared else None
        return Condition(subject, comparison, value / 100 if percent else value, percent, periods)
    return None
