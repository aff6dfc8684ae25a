"""A page becomes a PDF, with WeasyPrint. Nothing outside the theme is fetched."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from kpireport import collector
from kpireport.core.catalogue import theme as problems
from kpireport.core.diagnostics import Where
from kpireport.render import archive, constants, engine, fonts, page_numbers, sheets
from kpireport.render.source import source
from kpireport.render.typefaces import forget, typefaces

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.render.themes import Theme

# An address that joins with relative ones; nothing is ever asked of a network: the fetcher answers it from files.
HOST = "theme.invalid"
BASE = f"http://{HOST}/"
LARGEST = 20_000_000  # bytes of one resource
FIRST_CHINESE = "\u2e80"  # where the blocks of Chinese characters begin
VARIANT = "pdf/a-3a"


class Log(logging.Handler):
    """Keeps what WeasyPrint says, to be told as problems; each sentence once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.said[record.getMessage()] = None


class Fetcher:
    """Gives WeasyPrint the files of a theme, and refuses everything else."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.refused: dict[str, None] = {}
        self.made: dict[str, bytes] = {}
        self._fail_on_errors = False  # WeasyPrint asks for it: a missing picture is told, and stops nothing

    def __call__(self, url: str, *_: object, **__: object) -> Any:
        from weasyprint.urls import URLFetcherResponse

        content, kind = self.content(url)
        return URLFetcherResponse(url, content, {"Content-Type": kind} if kind else {})

    def content(self, url: str) -> tuple[bytes, str]:
        """Return the bytes and the type of an address; raises ValueError for what is not the theme's."""
        if url.startswith("data:"):
            with urlopen(url) as found:  # noqa: S310 - a data: address opens nothing
                return found.read(LARGEST), str(found.headers.get_content_type())
        if url in self.made:
            return self.made[url], "font/otf"
        parts = urlsplit(url)
        path = None
        if parts.scheme == "http" and parts.netloc == HOST:
            path = self.theme.path(unquote(parts.path).lstrip("/"))
        if path is None or path.stat().st_size > LARGEST:
            self.refused[url] = None
            raise ValueError(f"not in the theme: {url}")
        if path.suffix == ".woff2":
            return fonts.unpacked(path), "font/ttf"
        return path.read_bytes(), mimetypes.guess_type(path.name)[0] or ""


@collector.paused()
def pdf(
    html: str,
    *,
    theme: Theme,
    created: datetime,
    language: str,
    title: str,
    attachments: tuple[tuple[str, bytes], ...] = (),
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the PDF of a page: PDF/A-3a and PDF/UA-1, with the workbooks inside; the same bytes for the same input.

    created: the day of the report. attachments: file name to content, embedded as the sources of the figures.
    """
    told: list[Diagnostic] = []
    if language.startswith("zh") and not fonts.chinese():
        return b"", (problems.CHINESE_FONT_MISSING.at(Where()),)
    try:
        engine.weasyprint()
    except OSError as error:
        return b"", (problems.PANGO_MISSING.at(Where(), reason=str(error).partition("\n")[0]),)
    log = Log()
    logger = logging.getLogger("weasyprint")
    logger.handlers, before = [log], list(logger.handlers)
    fetcher = Fetcher(theme)
    chinese = bool(fonts.chinese()) and any(c >= FIRST_CHINESE for c in html)
    config = typefaces(theme, own=chinese)
    try:
        document = laid_out(html, fetcher, log, config, [_chinese(html, fetcher, config)] if chinese else [])
        document.metadata.created = created.isoformat()
        document.metadata.modified = created.isoformat()
        document.metadata.title = title
        identifier = hashlib.sha256(html.encode()).digest()[:16]
        made = archive.written(
            document,
            lambda: [_attachment(name, content, created) for name, content in sorted(attachments)],
            pdf_variant=VARIANT,
            pdf_identifier=identifier,
            pdf_tags=True,
            custom_metadata=False,
        )
    finally:
        logger.handlers = before
    if not _is_silent(log, fetcher):
        forget()
    told.extend(problems.RESOURCE_REFUSED.at(Where(), address=url) for url in fetcher.refused)
    told.extend(_warnings(log, fetcher))
    return made, tuple(told)


def laid_out(html: str, fetcher: Fetcher, log: Log, config: Any, beside: list[Any]) -> Any:
    """Return the pages as a WeasyPrint document. beside: style sheets beside that of the page."""
    html = constants.put_in(html)
    kept = page_numbers.kept_places(html)
    if kept is not None:
        document = _rendered(kept, fetcher, log, config, beside)
        if page_numbers.written_in(document):
            return document
    return _rendered(html, fetcher, log, config, beside)


def _rendered(html: str, fetcher: Fetcher, log: Log, config: Any, beside: list[Any]) -> Any:
    page, sheet = sheets.apart(html) if fetcher.theme.ours else (html, "")
    if sheet:
        silent = partial(_is_silent, log, fetcher)
        beside = [*beside, sheets.read(sheet, base=BASE, fetcher=fetcher, fonts=config, silent=silent)]
    return source(page, sheet, base_url=BASE, url_fetcher=fetcher).render(font_config=config, stylesheets=beside)


def _is_silent(log: Log, fetcher: Fetcher) -> bool:
    return not fetcher.refused and not any(_warnings(log, fetcher))


def _chinese(html: str, fetcher: Fetcher, config: Any) -> Any:
    """Return the style sheet that brings the Chinese fonts, cut to this page."""
    from weasyprint import CSS

    faces = []
    for (family, weight), font in fonts.subsets(html).items():
        url = f"chinese:{family.replace(' ', '-')}-{weight}"
        fetcher.made[url] = font
        faces.append(f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{url}")}}')
    return CSS(string="".join(faces), base_url=BASE, url_fetcher=fetcher, font_config=config)


def _attachment(name: str, content: bytes, created: datetime) -> Any:
    from weasyprint import Attachment

    return Attachment(
        string=content,
        name=name,
        description="Source of the figures",
        relationship="Source",
        created=created,
        modified=created,
    )


def _warnings(log: Log, fetcher: Fetcher) -> Iterable[Diagnostic]:
    for sentence in log.said:
        if any(url in sentence for url in fetcher.refused) or sentence.startswith(("Ignored", "Expected", "This")):
            continue
        yield problems.PAGE_WARNING.at(Where(), reason=sentence)
