"""What a report is written as: each format with the files it comes to. Its writer stands in ``render.writers``."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class FileType:
    """ending: what follows the name of the report. mime: RFC 2045."""

    ending: str
    mime: str


@dataclass(frozen=True, slots=True)
class Format:
    """files: what it comes to; the last ones not always. mailed: whether a recipient may ask for it.

    password: whether its file can be protected by one.
    """

    files: tuple[FileType, ...]
    mailed: bool = False
    password: bool = False


HTML = FileType(".html", "text/html")
PDF = FileType(".pdf", "application/pdf")
SCORECARD_CSV = FileType("-scorecard.csv", "text/csv")  # where the paper cannot show all rows
JSON = FileType(".json", "application/json")
RESULTS_XLSX = FileType("-results.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

FORMATS = MappingProxyType(
    {
        "html": Format((HTML,), mailed=True),
        "pdf": Format((PDF, SCORECARD_CSV), mailed=True, password=True),
        "json": Format((JSON,)),
        "xlsx": Format((RESULTS_XLSX,), mailed=True),
    }
)
DEFAULT_FORMATS = ("html", "pdf")
MAILED_FORMATS = tuple(name for name, form in FORMATS.items() if form.mailed)
MAILED_BY_DEFAULT = ("pdf",)
PROTECTED_FORMATS = tuple(name for name, form in FORMATS.items() if form.password)


def endings(names: Iterable[str]) -> tuple[str, ...]:
    """Return what the files of these formats may end in."""
    return tuple(file.ending for name in names for file in FORMATS[name].files)


def mime_type(file_name: str) -> str:
    """Return the MIME type of a file by its extension."""
    extension = _extension(file_name)
    types = {_extension(file.ending): file.mime for form in FORMATS.values() for file in form.files}
    return types.get(extension, "application/octet-stream")


def _extension(file_name: str) -> str:
    return file_name.rpartition(".")[2] if "." in file_name else ""
