"""Whether all figures of a table are targets, forecasts or last year's, by the sheet's name or the title above it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.lexicon import standard
from kpireport.core.model import Series
from kpireport.core.parse import series as voices
from kpireport.core.parse.columns import unspaced
from kpireport.core.parse.names import header_key
from kpireport.core.spelling import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.lexicon import Lexicon
    from kpireport.core.parse.tables import Table
    from kpireport.core.workbook import Sheet

SHORT = 4  # letters that a word must have: a sheet called PL is a profit and loss account and no plan
TITLE_ROWS = 4  # above a table, in which its title is looked for


@lru_cache(maxsize=4)
def _beside(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what may stand beside a series in a title: years, empty words, marks."""
    return re.compile(rf"\b(fy\s?)?'?(19|20)?\d\d(/\d\d)?\b|{lexicon.pattern('beside_series')}|[\W\d_]+", re.IGNORECASE)


def of_title(text: str) -> Series | None:
    """Return the series that a title names and nothing else beside years and empty words: "2026 PLAN"."""
    shown = unspaced(clean(text))
    if len(shown) > 60:
        return None
    rest = " ".join(_beside(standard()).sub(" ", shown).split())
    return next((voice for word in (shown, rest) if (voice := _named(word)) is not None), None)


def _named(word: str) -> Series | None:
    return None if word.isascii() and len(header_key(word)) < SHORT else voices.named(word)


def of_sheets(sheets: Iterable[Sheet]) -> Mapping[str, tuple[str, Series]]:
    """Return for each sheet's name what it is about and its series: "North Plan" beside "North Actual"."""
    return voices.assign([unspaced(sheet.name) for sheet in sheets], lambda _: False)


def of_table(table: Table, named: Mapping[str, tuple[str, Series]]) -> Series | None:
    """Return the series of all figures of a table; None where nothing says it. A title above wins over the sheet.

    named: see ``of_sheets``.
    """
    if any(figure.series is not None for figure in table.figures) or "series" in table.columns:
        return None
    above = range(table.top - 1, max(0, table.top - 1 - TITLE_ROWS), -1)
    for row in above:
        cells = [c for c in table.sheet.rows.get(row, ()) if c.value is not None]
        if len(cells) > 2 and any(isinstance(c.value, float) for c in cells):
            break  # the table above
        found = {voice for c in cells if isinstance(c.value, str) and (voice := of_title(c.value)) is not None}
        if len(found) == 1:
            return found.pop()
    name = unspaced(table.sheet.name)
    voice = of_title(name)
    if voice is not None:
        return voice
    stem, voice = named.get(name, ("", Series.ACTUAL))
    return voice if stem and header_key(stem) != header_key(name) else None
