"""The one catalogue of problems: each kind is written once, in the module of its subject.

Codes: F file and format, S sheet and layout, C cell, number and period, G goals, M metrics and targets,
P plan, notes and triggers, R revisions and recipients, X settings, K what the figures themselves tell,
T theme and rendering, D delivery by mail.
"""

from __future__ import annotations

import importlib
import pkgutil

from kpireport.core.diagnostics import Problem


def kinds() -> tuple[Problem, ...]:
    """Return every kind of problem, ordered by code."""
    found = [
        value
        for module in pkgutil.iter_modules(__path__)
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        if isinstance(value, Problem)
    ]
    return tuple(sorted(found, key=lambda kind: kind.code))
