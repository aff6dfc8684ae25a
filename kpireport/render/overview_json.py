"""A reading that waits for a person as JSON: what is shown of it, what is asked, what changed.

The schema is told in the help page ``confirm``. Rule: L29.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport import __version__
from kpireport.render import facts_json

if TYPE_CHECKING:
    from kpireport.core.messages import Language
    from kpireport.core.reading.overview import LeftOut, Overview, ShownFigure, ShownLine, ShownScenario, ShownTable
    from kpireport.core.reading.state import ReadingState


def document(
    file: str, sha256: str, shown: Overview, state: ReadingState, *, ours: bool, language: Language
) -> dict[str, Any]:
    """Return a reading as plain data. ours: the workbook is wholly in our own layout, and has nothing to confirm."""
    return {
        "kpireport": __version__,
        "workbook": file,
        "sha256": sha256,
        "ours": ours,
        "holds": state.holds,
        "needs_confirming": state.needs_confirming,
        "confirmed_by": state.confirmed_by or None,
        "confirmed_on": state.confirmed_on.isoformat() if state.confirmed_on else None,
        "changed": [language.text(message) for message in state.changed],
        "questions": [facts_json.question(question, language=language) for question in state.open],
        "numbers": shown.numbers,
        "accounted": shown.accounted,
        "read": shown.read,
        "tables": [_table(table, language) for table in shown.tables],
        "more_tables": shown.more_tables,
        "left_out": [_left_out(omission, language) for omission in shown.left],
        "more_left_out": shown.more_left,
        "folded": dict(shown.folded),
    }


def _table(table: ShownTable, language: Language) -> dict[str, Any]:
    return {
        "place": table.place,
        "titles": list(table.titles),
        "scenarios": [_scenario(scenario, language) for scenario in table.scenarios],
        "lines": [_line(line, language) for line in table.lines],
        "more": table.more,
        "parts": {title: list(members) for title, members in table.parts},
        "hidden": list(table.hidden),
        "sheet_hidden": table.sheet_hidden,
        "alike": list(table.alike),
    }


def _scenario(scenario: ShownScenario, language: Language) -> dict[str, Any]:
    return {
        "series": scenario.series,
        "figures": scenario.figures,
        "lines": scenario.lines,
        "periods": scenario.periods,
        "first": scenario.first or None,
        "last": scenario.last or None,
        "waiting": scenario.waiting,
        "missing": scenario.missing,
        "gaps": [{"line": line, "period": period} for line, period in scenario.gaps],
        "marks": [language.text(mark) for mark in scenario.marks],
    }


def _line(line: ShownLine, language: Language) -> dict[str, Any]:
    return {
        "name": line.name,
        "titled": line.titled or None,
        "unit": line.unit,
        "first": _figure(line.first),
        "last": _figure(line.last),
        "odd": [language.text(odd) for odd in line.odd],
    }


def _figure(figure: ShownFigure) -> dict[str, Any]:
    return {
        "period": figure.period or None,
        "value": figure.value,
        "cell": figure.cell,
        "cells": figure.cells,
        "part": figure.part,
    }


def _left_out(omission: LeftOut, language: Language) -> dict[str, Any]:
    return {
        "place": omission.place,
        "name": omission.name,
        "value": omission.value,
        "cell": omission.cell,
        "numbers": omission.numbers,
        "more": omission.more,
        "why": language.text(omission.why),
    }
