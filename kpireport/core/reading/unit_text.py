"""The unit that a text over a table says for its figures: ``Unit: EUR``, ``金额单位：万元``, ``in thousands of USD``.

Rule: L36.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.reading.words import norm

if TYPE_CHECKING:
    from kpireport.core.lexicon import Lexicon
    from kpireport.core.reading.words import Trade

LONGEST = 120  # letters of a text that says a unit; what is longer is a sentence
_FIELD = re.compile(r"(.{1,30}?)\s*[:：]\s*(.{1,24})")
_IN = re.compile(r"(?:^|[\s(,（])in\s+([^()（）,;:]{1,24}?)[)）.]?$", re.IGNORECASE)
_SCALES = {3: "k", 6: "M", 9: "B"}


def unit_said(text: str, lexicon: Lexicon, trade: Trade) -> str:
    """Return the unit that a text over a table says, ``EUR k`` where it spells the scale, '' where it says none."""
    if len(text) > LONGEST:
        return ""
    if (field := _FIELD.fullmatch(text)) and trade.unit_title.among(field[1]):
        return field[2].strip() if lexicon.is_unit(field[2]) else ""
    behind = lexicon.title_unit(text)
    if behind and lexicon.is_unit(behind):
        return behind
    inside = _IN.search(text)
    return _spelt(inside[1], lexicon) if inside else ""


def _spelt(text: str, lexicon: Lexicon) -> str:
    if lexicon.is_unit(text) and not text.isdigit():
        parts = lexicon.unit_parts(text)
        return _SCALES.get(parts[1], text) if parts is not None and not parts[0] else text
    words = [w for w in norm(text).split() if w not in ("of", "von", "de", "d'")]
    currency = next((w for w in words if lexicon.currency(w)), "")
    powers = [p for w in words if w != currency and (p := lexicon.power(w, money=bool(currency))) is not None]
    if len(words) != bool(currency) + len(powers) or len(powers) != 1 or powers[0] not in _SCALES:
        return ""
    return f"{currency.upper()} {_SCALES[powers[0]]}".strip()
