"""What a unit counts: money, a share, hours that add up, days a case, people at a time. Rule: R20."""

from __future__ import annotations

import re
from functools import lru_cache

from kpireport.core.model import Measure, Unit
from kpireport.core.parse.units import SHARES, currency, unit_parts
from kpireport.core.spelling import clean

WORDS = {
    Measure.TIME: "hours|hour|h|hrs|小时|工时|人天|人月|人时|working hours|man-days|person-days",
    Measure.DURATION: "days|day|d|天|日|minutes|minute|min|mins|分钟|seconds|second|sec|s|秒|weeks|周|months|个月|月|年"
    "|years|ms|business days|working days|工作日",
    Measure.SCORE: "score|points|point|pts|rating|stars|nps|index|grade|1-5|1–5|1-10|0-10|x|times"
    "|分|评分|得分|星|指数|级|倍",
    Measure.STOCK: "headcount|fte|ftes|people|persons|staff|employees|members|balance|inventory|backlog|stock|open"
    "|vacancies|subscribers|人|人数|名|余额|存量|库存|在册|在职|户|家",
    Measure.YES_NO: "yes/no|y/n|yes-no|是/否|是否|√/×|done/not done",
    Measure.COUNT: "number|count|#|no.|pcs|pieces|units|items|orders|calls|tickets|leads|customers|visits|cases"
    "|complaints|contracts|errors|incidents|个|件|次|单|笔|台|项|套|份|条|人次|起|例|批|吨|kg|t|km|l|公斤|米",
}
_LOOKUP = {clean(word).casefold(): measure for measure, words in WORDS.items() for word in words.split("|")}
_STOCK_NAME = re.compile(
    r"\b(headcount|balance|inventory|backlog|stock|vacanc|open (tickets|positions|orders|cases)|employees|on hand)"
    r"|余额|存量|库存|人数|在册|在职|结余|保有量|应收|积压",
    re.IGNORECASE,
)
_SHARE_NAME = re.compile(r"^%\s|\S\s*%$|\(%\)$")
_SERVED = re.compile(
    r"reach|serv|train|help|visit|attend|new |recruit|hired|受益|服务|覆盖|培训|帮助|新增|参加|到访", re.IGNORECASE
)
_PEOPLE = frozenset(("people", "persons", "人", "members", "户", "家", "名", "subscribers", "open"))


@lru_cache(maxsize=4096)
def unit_of(text: str, name: str = "") -> Unit:
    """Return the unit of a KPI from what is typed, and its name where the unit says too little.

    The scale (k, 万) stays part of the text and is never multiplied in. People who are reached or served add up;
    people who are employed do not: "people" counts as a stock only if the name says so.
    """
    shown = clean(text)
    low = shown.casefold()
    if not shown and _SHARE_NAME.search(clean(name)):
        return Unit("%", Measure.SHARE)
    if low in SHARES or low.startswith(("%", "percent")) or low.endswith("%"):
        return Unit("%" if low in SHARES else shown, Measure.SHARE)
    measure = _LOOKUP.get(low)
    if measure is Measure.STOCK and low in _PEOPLE and not _STOCK_NAME.search(name):
        return Unit(shown, Measure.COUNT if low not in ("人", "people", "persons") else _people(name))
    if measure is not None:
        return Unit(shown, Measure.STOCK if measure is Measure.COUNT and _STOCK_NAME.search(name) else measure)
    head = low.split("/", 1)[0].strip()
    parts = unit_parts(head) if head else None
    if parts and parts[0]:
        code = _code(shown)
        if "/" in low or " per " in f" {low} ":
            return Unit(shown, Measure.DURATION, code)  # money per case is averaged, never added up
        return Unit(shown, Measure.STOCK if _STOCK_NAME.search(name) else Measure.MONEY, code)
    if "/" in low and _LOOKUP.get(head) is not None:
        return Unit(shown, Measure.DURATION)
    if parts is not None:
        return Unit(shown, Measure.COUNT)
    if _STOCK_NAME.search(name):
        return Unit(shown, Measure.STOCK)
    return Unit(shown, Measure.OTHER)


def _people(name: str) -> Measure:
    served = re.search(
        r"reach|serv|train|help|visit|attend|new |recruit|hired|受益|服务|覆盖|培训|帮助|新增|参加|到访",
        name,
        re.IGNORECASE,
    )
    return Measure.COUNT if served else Measure.STOCK


def _code(text: str) -> str:
    """Return the currency as it is typed ("EUR", "元"), which is how the reader knows it."""
    for word in (*text.split(), text):
        for size in range(len(word), 0, -1):
            if currency(word[:size]):
                return word[:size]
            if currency(word[-size:]):
                return word[-size:]
    return ""
