"""The words of the trade and of the calendar, from their files. They are read once."""

from __future__ import annotations

import functools
import json
import tomllib
from pathlib import Path
from typing import Any

from kpireport.core.reading.words import Terms, Trade, bare, norm

FOLDER = Path(__file__).parent


@functools.cache
def trade() -> Trade:
    """Return the words in all languages that the finder knows."""
    tables = tomllib.loads((FOLDER / "trade.toml").read_text("utf-8"))
    calendar = json.loads((FOLDER / "periods.json").read_text("utf-8"))
    made: dict[str, Any] = {}
    for name, table in tables.items():
        if name in ("series", "field"):
            made[name] = {key: _lexicon(each) for key, each in table.items()}
        else:
            made[name] = _lexicon(table)
    months: dict[str, dict[int, frozenset[str]]] = {}
    for word, each in calendar["months"].items():
        for spelling in {word, word.replace(".", ""), bare(word)}:
            of = months.setdefault(spelling, {})
            for n, tags in each.items():
                of[int(n)] = of.get(int(n), frozenset()) | frozenset(tags.split())
    quarters = {word: int(next(iter(each))) for word, each in calendar["quarters"].items() if len(each) == 1}
    return Trade(**made, months=months, quarters=quarters)


def _lexicon(table: dict[str, str]) -> Terms:
    return Terms(norm(word) for words in table.values() for word in words.split(",") if word.strip())
