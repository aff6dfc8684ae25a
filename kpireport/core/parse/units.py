"""The words that may stand beside a number: currencies, scales (k, 万) and what is counted."""

from __future__ import annotations

from functools import lru_cache

CURRENCIES = {
    "¥": "CNY", "元": "CNY", "人民币": "CNY", "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "人民币元": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "欧元": "EUR",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP", "pounds": "GBP",
    "jpy": "JPY", "日元": "JPY", "円": "JPY", "jp¥": "JPY", "yen": "JPY",
    "hkd": "HKD", "hk$": "HKD", "港元": "HKD", "港币": "HKD",
    "twd": "TWD", "nt$": "TWD", "新台币": "TWD", "krw": "KRW", "₩": "KRW", "韩元": "KRW",
    "chf": "CHF", "瑞士法郎": "CHF", "sgd": "SGD", "s$": "SGD", "aud": "AUD", "a$": "AUD", "cad": "CAD", "c$": "CAD",
    "nzd": "NZD", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "zł": "PLN", "czk": "CZK", "huf": "HUF",
    "inr": "INR", "₹": "INR", "thb": "THB", "฿": "THB", "vnd": "VND", "₫": "VND", "myr": "MYR", "idr": "IDR",
    "php": "PHP", "brl": "BRL", "r$": "BRL", "zar": "ZAR", "aed": "AED", "sar": "SAR", "mxn": "MXN", "try": "TRY",
    "₺": "TRY", "rub": "RUB", "₽": "RUB", "ils": "ILS", "₪": "ILS",
}  # fmt: skip
"""Symbols and words, in lower case, to ISO codes. The yen sign is the yuan's too and is taken for it."""

SCALES = {
    "百": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "w": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8, "十亿": 9,
    "百亿": 10, "千亿": 11, "万亿": 12,
    "k": 3, "thousand": 3, "M": 6, "mn": 6, "mio": 6, "million": 6, "millions": 6, "B": 9, "bn": 9, "billion": 9,
    "trillion": 12, "'000": 3, "000": 3, "000s": 3, "thousands": 3,
}  # fmt: skip
"""To powers of ten. Letters whose size matters are in capitals: a small m may be metres, and counts only with money."""
MONEY_SCALES = {"m": 6, "b": 9, "mm": 6, "mrd": 9, "tn": 12, "K": 3}


def words(listed: str) -> frozenset[str]:
    """Return the words of a list that is parted by spaces; an underscore stands for a space within a word."""
    return frozenset(word.replace("_", " ") for word in listed.split())


COUNTED = words(
    "天 小时 分钟 分 秒 个月 人 人次 个 次 件 台 家 户 单 笔 项 吨 千克 公斤 克 千米 公里 米 平方米 "
    "平米 立方米 升 套 份 条 篇 名 位 辆 座 只 箱 包 批 张 页 票 起 例 场 期 门 课 课时 工时 人天 人月 度 千瓦时 倍 点 "
    "个百分点 百分点 万人 "
    "day days d hour hours hr hrs h minute minutes min mins second seconds sec secs s weeks months "
    "years working_days business_days person people persons fte ftes staff headcount customer customers order orders "
    "unit units pc pcs piece pieces item items case cases ticket tickets incident incidents accident accidents call "
    "calls visit visits error errors complaint complaints claim claims kg g t ton tons tonne tonnes km m² m2 m³ m3 l "
    "kwh mwh gwh pp pts points point x times nps score stars"
)
SHARES = frozenset(("%", "percent", "per cent", "pct", "百分比", "‰"))


@lru_cache(maxsize=1024)
def currency(word: str) -> str:
    """Return the ISO code of a currency's symbol or word, or ""."""
    return CURRENCIES.get(word.strip().lower(), "")


@lru_cache(maxsize=1024)
def power(word: str, *, money: bool) -> int | None:
    """Return the power of ten of a scale (``k`` is 3), or None. money: a currency stands beside it."""
    found = SCALES.get(word, SCALES.get(word.lower()) if word.lower() not in ("m", "b") else None)
    if found is None and money:
        return MONEY_SCALES.get(word, MONEY_SCALES.get(word.lower()))
    return found


@lru_cache(maxsize=1024)
def is_counted(word: str) -> bool:
    """Return whether a word names what is counted: ``天``, ``hours``."""
    return word.strip().lower() in COUNTED


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Return whether a text is a unit: ``%``, ``EUR k``, ``万元``, ``hours``, ``元/人``."""
    text = text.strip()
    if not text or len(text) > 24:
        return False
    if text.lower() in SHARES or is_counted(text) or currency(text) or power(text, money=False) is not None:
        return True
    if "/" in text:
        return all(is_unit(part) for part in text.split("/", 1))
    return unit_parts(text) is not None


@lru_cache(maxsize=4096)
def unit_parts(text: str) -> tuple[str, int] | None:
    """Return the currency's ISO code ("" for a count) and the power of ten of a unit: ``万元`` is (``CNY``, 4).

    None where the text is no unit of money or count with a scale.
    """
    text = text.strip()
    for at in range(len(text) + 1):
        head, tail = text[:at].strip(), text[at:].strip()
        for noun, scale in ((head, tail), (tail, head)):
            code = currency(noun)
            if not code and noun and not is_counted(noun):
                continue
            size = power(scale, money=bool(code)) if scale else 0
            if size is not None and (noun or scale):
                return code, size
    return None


def is_scaled(unit: str) -> bool:
    """Return whether a unit names a scale: ``万元``, ``EUR k``."""
    return any(sign in unit for sign in "万亿千百") or unit.lower().split()[-1:] in (["k"], ["m"], ["bn"])


def factor(unit: str) -> float:
    """Return what one of a unit stands for: ``万元`` is 10000 (yuan), ``EUR k`` 1000, ``%`` and ``hours`` 1."""
    found = unit_parts(unit.split("/", 1)[0])
    return float(10 ** found[1]) if found else 1.0
