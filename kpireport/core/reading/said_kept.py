"""Statements as they are kept, each usable one as what it says; the others told with their number. Rule: L63."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.catalogue import job as problems
from kpireport.core.diagnostics import Where
from kpireport.core.reading.said import SayingError, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.reading.said import Statement


def statements(
    said: Iterable[Mapping[str, object]], file: str
) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:  # fmt: skip
    """Return statements as they were written in a file; those that cannot be used are told with their number."""
    good: list[Statement] = []
    told: list[Diagnostic] = []
    for number, values in enumerate(said, start=1):
        try:
            good.append(parsed(values))
        except SayingError as error:
            where = Where(file, "", f"said[{number}].{error.key}")
            told.append(problems.STATEMENT_UNUSABLE.at(where, number=number, reason=error.message))
    return tuple(good), tuple(told)
