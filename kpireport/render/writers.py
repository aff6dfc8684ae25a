"""One writer for each format: from what a report is written from to the bytes of its files."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kpireport.core import formats
from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.report.model import ReportModel
    from kpireport.render.themes import Theme


class Written(NamedTuple):
    """files: bytes by the ending of their names; None where the report cannot be written."""

    files: Mapping[str, bytes] | None
    diagnostics: Sequence[Diagnostic] = ()


class Page(NamedTuple):
    """What a reader sees, and its theme; both None where the theme has an error."""

    theme: Theme | None
    report: ReportModel | None
    diagnostics: Sequence[Diagnostic]


class ReportSource(Protocol):
    """What a report is written from. What takes long is made when it is first asked for, and kept."""

    @property
    def created(self) -> date:
        """The day the report is made."""

    @property
    def language(self) -> Language: ...

    @property
    def data(self) -> dict[str, Any]:
        """All figures, as JSON has them."""

    @property
    def page(self) -> Page: ...

    @property
    def table_words(self) -> Mapping[str, Any]:
        """The titles of the table of results."""

    @property
    def long(self) -> bool:
        """Whether there are more KPIs than the paper shows."""

    @property
    def attachments(self) -> tuple[tuple[str, bytes], ...]:
        """The workbooks that the PDF carries inside it."""

    def say(self, phase: str) -> None:
        """Note what is being done."""


def _json(source: ReportSource) -> Written:
    from kpireport.render import json

    return Written({formats.JSON.ending: json.write(source.data)})


def _xlsx(source: ReportSource) -> Written:
    from kpireport.render import xlsx

    workbook = xlsx.workbook(source.data, source.table_words, created=source.created)
    return Written({formats.RESULTS_XLSX.ending: workbook})


def _html(source: ReportSource) -> Written:
    from kpireport.render import themes

    theme, report, told = source.page
    if theme is None or report is None:
        return Written(None, told)
    source.say("html")
    page, problems = themes.fill(report, theme, "screen", source.language)
    return Written({formats.HTML.ending: page.encode()}, (*told, *problems))


def _pdf(source: ReportSource) -> Written:
    from kpireport.render import pdf, table, themes

    files: dict[str, bytes] = {}
    if source.long:
        files[formats.SCORECARD_CSV.ending] = table.as_csv(source.data, source.table_words)
    theme, report, told = source.page
    if theme is None or report is None:
        return Written(None, told)
    source.say("pdf")
    page, problems = themes.fill(report, theme, "paper", source.language)
    told = (*told, *problems)
    if not page:
        return Written(None, told)
    said = str(source.language.sentences["report.sentences.attachment"])
    files[formats.PDF.ending], problems = pdf.pdf(
        page,
        theme=theme,
        created=datetime.combine(source.created, time(), UTC),
        script=source.language.conventions.script,
        title=report.title,
        attachments=tuple((name, content, said) for name, content in source.attachments),
    )
    return Written(files, (*told, *problems))


WRITERS: Mapping[str, Callable[[ReportSource], Written]] = complete(
    formats.FORMATS, {"json": _json, "xlsx": _xlsx, "html": _html, "pdf": _pdf}
)
