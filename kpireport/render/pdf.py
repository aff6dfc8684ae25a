"""A page becomes a PDF, with WeasyPrint by its documented interface alone. Nothing outside the theme is fetched."""

from __future__ import annotations

import atexit
import hashlib
import logging
import mimetypes
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from kpireport.core.catalogue import theme as problems
from kpireport.core.diagnostics import Where
from kpireport.process import collection_paused
from kpireport.render import fonts, pango, paper, pdf_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.render.themes import Theme

# An address that joins with relative ones; nothing is ever asked of a network: the fetcher answers it from files.
HOST = "theme.invalid"
BASE = f"http://{HOST}/"
LARGEST = 20_000_000  # bytes of one resource
FIRST_CHINESE = "\u2e80"  # where the blocks of Chinese characters begin
VARIANT = "pdf/a-3a"
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
FONT_FILES = frozenset({".ttf", ".otf", ".woff", ".woff2"})


class Log(logging.Handler):
    """Keeps what WeasyPrint says, to be told as problems; each sentence once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences[record.getMessage()] = None


class ThemeFiles:
    """The files that a page may ask for: those of its theme, and what was made for this page alone.

    made: address to content and MIME type. refused: the addresses that were asked for and are neither.
    """

    def __init__(self, theme: Theme, made: Mapping[str, tuple[bytes, str]] | None = None) -> None:
        self.theme = theme
        self.made = dict(made or {})
        self.refused: dict[str, None] = {}

    def content(self, url: str) -> tuple[bytes, str]:
        """Return the bytes and the MIME type of an address; raises ValueError for what is not the page's."""
        if url in self.made:
            return self.made[url]
        if url.startswith("data:"):
            with urlopen(url) as response:  # noqa: S310 - a data: address opens nothing
                return response.read(LARGEST), str(response.headers.get_content_type())
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


def fetcher(files: ThemeFiles) -> Any:
    """Return files as a ``weasyprint.urls.URLFetcher``; a missing one is told, and stops nothing."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002 - no network, no headers
            content, kind = files.content(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind} if kind else {})

    return Fetcher()


@collection_paused()
def pdf(
    html: str,
    *,
    theme: Theme,
    created: datetime,
    script: str,
    title: str,
    attachments: tuple[tuple[str, bytes, str], ...] = (),
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the PDF of a page: PDF/A-3a and PDF/UA-1, with the workbooks inside; the same bytes for the same input.

    created: the day of the report. script: "Hans" wants fonts of Simplified Chinese. attachments: names and
    contents of files that are embedded as the sources of the figures, and what a reader of the PDF is told of them.
    """
    if script == "Hans" and not fonts.han(theme):
        return b"", (problems.CHINESE_FONT_MISSING.at(Where()),)
    try:
        with pango.loading():
            import weasyprint  # noqa: F401 - its libraries are found, or not, when it is loaded
    except OSError as error:
        return b"", (problems.PANGO_MISSING.at(Where(), reason=str(error).partition("\n")[0]),)
    log = Log()
    logger = logging.getLogger("weasyprint")
    logger.handlers, before = [log], list(logger.handlers)
    files = ThemeFiles(theme)
    try:
        with pango.font_files():
            document = laid_out(html, files)
        document.metadata.created = created.isoformat()
        document.metadata.modified = created.isoformat()
        document.metadata.title = title
        content = pdf_archive.written(
            document,
            lambda: [_attachment(*attachment, created) for attachment in sorted(attachments)],
            pdf_variant=VARIANT,
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            pdf_tags=True,
            custom_metadata=False,
        )
    finally:
        logger.handlers = before
    diagnostics = (
        *(problems.RESOURCE_REFUSED.at(Where(), address=url) for url in files.refused),
        *_warnings(log, files),
    )
    if diagnostics:
        _forget()
    return content, diagnostics


def laid_out(html: str, files: ThemeFiles) -> Any:
    """Return the pages as a ``weasyprint.Document``."""
    from weasyprint import CSS, HTML

    html, pictures = paper.as_pictures(html)
    files.made |= pictures
    if files.theme.ours:
        html = paper.lean(html)
    chinese = any(c >= FIRST_CHINESE for c in html) and bool(fonts.han(files.theme))
    configuration = _font_configuration(files.theme, own=chinese)
    fetch = fetcher(files)
    sheets = []
    if chinese:
        faces = _chinese_faces(html, files)
        sheets.append(CSS(string=faces, base_url=BASE, url_fetcher=fetch, font_config=configuration))
    elif files.theme.ours and html.count("<style") == 1 and (style := STYLE.search(html)):
        html = html[: style.start()] + html[style.end() :]
        sheets.append(_shared_sheet(style[1], files.theme, configuration))
    page = HTML(string=html, base_url=BASE, url_fetcher=fetch)
    return page.render(font_config=configuration, stylesheets=sheets)


@lru_cache(maxsize=4)
def _shared_sheet(sheet: str, theme: Theme, configuration: Any) -> Any:
    """Return the style sheet of a theme of ours as a ``weasyprint.CSS``, read once for all its reports."""
    from weasyprint import CSS

    return CSS(string=sheet, base_url=BASE, url_fetcher=fetcher(ThemeFiles(theme)), font_config=configuration)


def _chinese_faces(html: str, files: ThemeFiles) -> str:
    """Return the rules that bring the Chinese fonts, cut to this page."""
    faces = []
    for (family, weight), font in fonts.subsets(html, files.theme).items():
        url = f"chinese:{family.replace(' ', '-')}-{weight}"
        files.made[url] = font, "font/otf"
        faces.append(f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{url}")}}')
    return "".join(faces)


def _font_configuration(theme: Theme, *, own: bool) -> Any:
    """Return a ``FontConfiguration`` to set a page in.

    One serves all reports of a theme: each search of the machine's fonts anew costs time, and a quarter of a megabyte
    that fontconfig never gives back. own: the page brings fonts that were cut for it alone; no other may meet them.
    """
    from weasyprint.text.fonts import FontConfiguration

    if own:
        return FontConfiguration()
    # Of two files under one address WeasyPrint would go on with the first.
    stamps = {
        (str(file), file.stat().st_mtime_ns, file.stat().st_size)
        for folder in theme.folders
        for file in folder.rglob("*")
        if file.suffix.lower() in FONT_FILES and file.is_file()
    }
    return _shared_fonts(tuple(sorted(stamps)), threading.get_ident())


@lru_cache(maxsize=4)
def _shared_fonts(_stamps: tuple[tuple[str, int, int], ...], _thread: int) -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _forget() -> None:
    """Let go of fonts and sheets: a set with a fault, that is kept, would tell nothing more to the next report."""
    _shared_sheet.cache_clear()
    _shared_fonts.cache_clear()


atexit.register(_forget)  # a font configuration removes its temporary files when it is let go


def _attachment(name: str, content: bytes, description: str, created: datetime) -> Any:
    from weasyprint import Attachment

    return Attachment(
        string=content,
        name=name,
        description=description,
        relationship="Source",
        created=created,
        modified=created,
    )


def _warnings(log: Log, files: ThemeFiles) -> Iterable[Diagnostic]:
    for sentence in log.sentences:
        if any(url in sentence for url in files.refused) or sentence.startswith(("Ignored", "Expected", "This")):
            continue
        yield problems.PAGE_WARNING.at(Where(), reason=sentence)
