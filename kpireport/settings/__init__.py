"""kpireport.toml becomes Settings, with every problem of the file told in one run."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from kpireport.core.catalogue import settings_file as problems
from kpireport.core.diagnostics import Where
from kpireport.resources import os_reason
from kpireport.settings.table import SettingsTable

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic

LARGEST = 1_000_000  # bytes; a settings file is some kilobytes


def open_table(path: Path) -> tuple[SettingsTable | None, tuple[Diagnostic, ...]]:
    """Return the top table of a settings file; None and the reason where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = os_reason(error)
        return None, (problems.FILE_UNREADABLE.at(Where(path.name), reason=reason),)
    if len(data) > LARGEST:
        return None, (problems.FILE_UNREADABLE.at(Where(path.name), reason="it is larger than 1 MB"),)
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, (problems.NOT_TOML.at(Where(path.name), reason="save it as UTF-8"),)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, (problems.NOT_TOML.at(Where(path.name), reason=str(error)),)
    return SettingsTable(values, file=path.name, folder=path.parent), ()
