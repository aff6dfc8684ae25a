"""Find a theme and fill its templates. A theme is a folder that the user names, over the built-in one.

Templates are sandboxed, escape everything, and stop at a misspelt name. They read files of their own folder and of
the built-in theme, nothing else.
"""

from __future__ import annotations

import base64
import mimetypes
import re
import tomllib
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateError
from markupsafe import Markup

from kpireport.core.catalogue import theme as problems
from kpireport.core.diagnostics import Where
from kpireport.core.messages import Message
from kpireport.core.monospaced import wrapped
from kpireport.render import fonts, patience
from kpireport.render.patience import Sandbox
from kpireport.render.template_cache import template_cache
from kpireport.resources import resolved, templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Environment

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.core.report.model import ReportModel

STANDARD = "standard"
BUILT_IN = "builtin:"
FALLBACK = "en"  # of a theme's own words
WORDS = ("report.sentences", "report.labels", "report.table", "mail.mail", "mail.phrases")
EXTENDS = re.compile(r"""\{%-?\s*extends\s+["']builtin:([\w-]+)/""")
LARGEST = 2_000_000  # bytes of a template, style or script
FONTS_HERE = "/*<fonts>*/"  # text of a workbook is escaped, and can never read like this
FONT_TYPES = {".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".otf": "font/otf"}


@dataclass(frozen=True, slots=True)
class Theme:
    """Where templates are looked for: the user's folder first, then the built-in standard theme."""

    folders: tuple[Path, ...]

    @property
    def ours(self) -> bool:
        """Whether all of it comes with the program."""
        return all(folder.is_relative_to(templates()) for folder in self.folders)

    def path(self, name: str) -> Path | None:
        """Return the file of a template, or None; ``builtin:standard/report.html`` names a built-in one."""
        if name.startswith(BUILT_IN):
            return _inside(templates(), name.removeprefix(BUILT_IN))
        for folder in self.folders:
            found = _inside(folder, name)
            if found is not None:
                return found
        return None


def _inside(folder: Path, name: str) -> Path | None:
    """Return a file inside a folder; None for what is not there, and for what leads out of it."""
    root = resolved(folder)
    path = resolved(root / name)
    return path if path.is_relative_to(root) and path.is_file() else None


def built_in() -> tuple[str, ...]:
    """Return the names of the themes that come with the program."""
    return tuple(sorted(path.parent.name for path in templates().glob("*/report.html")))


def about(name: str, language: Language) -> str:
    """Return what a built-in theme is for, in one line."""
    return str(language.sentences[f"themes.{name}.about"])


def find(folder: Path | None = None) -> tuple[Theme | None, tuple[Diagnostic, ...]]:
    """Return the theme in ``folder``, or the built-in one of that name, or the standard one."""
    standard = templates() / STANDARD
    if folder is None or str(folder) == STANDARD:
        return Theme((standard,)), ()
    if str(folder) in built_in():
        return Theme((templates() / folder, standard)), ()
    own = folder / "report.html"
    if not own.is_file():
        return None, (problems.THEME_MISSING.at(Where(), folder=str(folder)),)
    unread = _unread(folder)
    return (None, (unread,)) if unread else (Theme((folder, *_extended(own), standard)), ())


def _unread(folder: Path) -> Diagnostic | None:
    """Return what is wrong with the first words file of a folder that is no TOML."""
    for path in sorted((folder / "words").glob("*.toml")):
        try:
            tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            return problems.WORDS_WRONG.at(Where(), file=path.name, reason=str(error))
    return None


def _extended(template: Path) -> tuple[Path, ...]:
    """Return the built-in theme that a template extends, where it is not the standard one: its words come with it."""
    named = EXTENDS.search(template.read_bytes()[:LARGEST].decode("utf-8", "replace"))
    name = named.group(1) if named else STANDARD
    return (templates() / name,) if name != STANDARD and name in built_in() else ()


def picture(theme: Theme, name: str) -> str:
    """Return a picture of the theme as an address that carries it, so that the page stays one file.

    Raises UndefinedError, which is told with the template's line, for what is not there or is no picture.
    """
    path = theme.path(name)
    kind = mimetypes.guess_type(name)[0] or ""
    if path is None or not kind.startswith("image/"):
        raise UndefinedError(f"the theme has no picture {name!r}")
    if path.stat().st_size > LARGEST:
        raise UndefinedError(f"the picture {name!r} is larger than 2 MB")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def font(theme: Theme, edition: str, name: str) -> str:
    """Return the address of a font of the theme: as data on the screen, so that the page stays one file.

    Raises UndefinedError, which is told with the template's line, for what is not there or is no font.
    """
    path = theme.path(name)
    kind = FONT_TYPES.get(Path(name).suffix.lower())
    if path is None or kind is None:
        raise UndefinedError(f"the theme has no font {name!r}")
    if path.stat().st_size > LARGEST:
        raise UndefinedError(f"the font {name!r} is larger than 2 MB")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}" if edition == "screen" else name


class WordsError(Exception):
    """A words file that is no TOML."""


def words(theme: Theme, language: Language) -> dict[str, dict[str, Any]]:
    """Return the words of a report and of its letter, by table: those of the language, overlaid by the theme's.

    A theme that has none of this language lends its English ones, for what the language itself has no word for.
    Raises WordsError.
    """
    merged = {table.rpartition(".")[2]: dict(language.sentences[table]) for table in WORDS}
    for folder in reversed(theme.folders):
        if folder.parent == templates():
            for table, entries in _tables(language.sentences[f"themes.{folder.name}"]):
                merged.setdefault(table, {}).update(entries)
        elif own := _words_of(folder, language.tag):
            for table, entries in own:
                merged.setdefault(table, {}).update(entries)
        else:
            for table, entries in _words_of(folder, FALLBACK):
                merged[table] = entries | merged.get(table, {})
    return merged


def _words_of(folder: Path, tag: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the tables of a theme's words files of one language. Raises WordsError."""
    found = []
    for path in sorted((folder / "words").glob(f"{tag}*.toml")):
        try:
            found += _tables(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WordsError(f"{path.name}: {error}") from error
    return found


def _tables(read: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(table, entries) for table, entries in read.items() if isinstance(entries, dict)]


class _Loader(BaseLoader):
    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def get_source(self, _: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self.theme.path(template)
        if path is None or path.stat().st_size > LARGEST:
            raise TemplateNotFound(template)
        return path.read_text("utf-8"), str(path), lambda: True


class Labels(dict[str, str]):
    """Words by name; a missing one stops the report and is named."""

    def __missing__(self, key: str) -> str:
        raise UndefinedError(f"the words file has no label {key!r}")

    def __getattr__(self, key: str) -> str:
        return self[key]


def _escapes(template: str | None) -> bool:
    """Return whether values are escaped: everywhere but in plain text."""
    return template is None or not template.endswith(".txt")


@lru_cache(maxsize=8)
def environment(theme: Theme) -> Sandbox:
    """Return the templates of a theme, ready to be filled; kept, so that a batch reads them once."""
    made = Sandbox(
        loader=_Loader(theme),
        autoescape=_escapes,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=template_cache(),
    )
    made.filters["wrapped"] = wrapped
    return made


def fill(report: ReportModel, theme: Theme, edition: str, language: Language) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the page of a report, and a fault in a template with its line.

    edition: "paper" or "screen". language: that in which the report is written.
    """
    try:
        labels = Labels(words(theme, language)["labels"])
    except WordsError as error:
        return "", (problems.WORDS_WRONG.at(Where(), file="words", reason=str(error)),)
    values = {
        "report": report,
        "edition": edition,
        "labels": labels,
        "picture": partial(picture, theme),
        "font": partial(font, theme, edition),
        "style": _style(theme, edition),
        "script": Markup(_text(theme, "script.js")) if edition == "screen" else "",  # noqa: S704 - our own file
    }
    return filled(theme, "report.html", values)


def filled(theme: Theme, template: str, values: Mapping[str, Any]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return a template of a theme with its values; "" and the fault with its line where it cannot be filled."""
    try:
        with nullcontext() if theme.ours else patience.bounded(patience.SECONDS, patience.MEGABYTES):
            page = environment(theme).get_template(template).render(values)
    except patience.OverlongError as error:
        file, line = _place(error, theme)
        return "", (_wrong(file or template, line, Message("problems.why.no_end")),)
    except TemplateSyntaxError as error:
        return "", (_wrong(error.filename or error.name or "", error.lineno, error.message or "syntax"),)
    except TemplateNotFound as error:
        file, line = _place(error, theme)
        return "", (_wrong(file or template, line, Message("problems.why.no_template", {"name": error.name or ""})),)
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        file, line = _place(error, theme)
        if not file:
            raise
        return "", (_wrong(file, line, str(error)),)
    if FONTS_HERE in page:
        from kpireport.render import webfonts

        page = page.replace(FONTS_HERE, webfonts.faces(page, theme), 1)
    return page, ()


def _wrong(file: str, line: int, reason: str | Message) -> Diagnostic:
    return problems.TEMPLATE_WRONG.at(Where(), file=Path(file).name, line=line, reason=reason)


def _place(error: Exception, theme: Theme) -> tuple[str, int]:
    """Return the template and the line that an error came from: Jinja rewrites tracebacks to show them."""
    file, line = "", 0
    trace = error.__traceback__
    roots = [str(resolved(folder)) for folder in (*theme.folders, templates())]
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if any(name.startswith(root) for root in roots):
            file, line = name, trace.tb_lineno
        trace = trace.tb_next
    return file, line


def _text(theme: Theme, name: str) -> str:
    path = theme.path(name)
    return path.read_text("utf-8") if path else ""


def _style(theme: Theme, edition: str) -> Markup:
    """Return the style sheet, with its fonts by address on paper; on the screen a mark stands where they will come."""
    faces = FONTS_HERE if edition == "screen" else "\n".join(_face(face) for face in fonts.LATIN)
    names = ("style.css", "screen.css") if edition == "screen" else ("style.css",)
    # The sheets are a theme's files, not a cell's text.
    return Markup("\n".join([faces, *(_text(theme, name) for name in names)]))  # noqa: S704


def _face(face: fonts.Face) -> str:
    source = f'src:url("fonts/{face.file}") format("truetype")'
    return f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};{source}}}'
