"""Where the scale of a KPI ends: a share of something cannot be more than all of it. Rule: R55."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kpireport.core.compare import same
from kpireport.core.lexicon import standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.model import Kpi

WHOLE = (0.0, 1.0)


def declared(kpi: Kpi) -> bool:
    """Return whether a share says of itself that it ends at 100 %: by its Max, or by a word of its name or unit."""
    if not kpi.unit.share:
        return False
    if kpi.maximum is not None:
        return same(kpi.maximum, 1.0)
    return bool(_says_share().search(f"{kpi.name} {kpi.unit.text}"))


@lru_cache(maxsize=1)
def _says_share() -> re.Pattern[str]:
    return re.compile(standard().either("scale_ends", "share"), re.IGNORECASE)


def bounds(kpi: Kpi, values: Iterable[float | None]) -> tuple[float, float] | None:
    """Return lowest and highest possible value of a period; None where the scale has no end.

    values: actuals, targets and limits: where nothing is declared, a share stays inside that none of them has left.
    """
    if not kpi.unit.share:
        return None
    inside = all(v is None or WHOLE[0] <= v <= WHOLE[1] for v in values)
    return WHOLE if inside or declared(kpi) else None


def above(kpi: Kpi, value: float) -> bool:
    """Return whether a value is one that a declared end does not allow."""
    return declared(kpi) and value > WHOLE[1] and not same(value, WHOLE[1])
