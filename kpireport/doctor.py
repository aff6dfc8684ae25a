"""The use case behind `kpireport doctor`: is everything on this computer ready, and what to do where it is not.

Nothing is sent and nothing is left behind. Every finding is a sentence of ``program.toml`` in each language; what is to
be done is said for Windows, macOS and Linux.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import __version__, languages
from kpireport.core.diagnostics import Diagnostic, Severity, quoted
from kpireport.core.extras import install
from kpireport.core.messages import Message
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kpireport.core.batching import BatchSettings
    from kpireport.core.mailing import MailSettings
    from kpireport.core.messages import Language

SYSTEMS = ("windows", "macos", "linux")
SAME_FIX = {"pango_old": "pango_missing", "chinese_thin": "chinese_missing"}
SAME_EVERYWHERE = ("packages_missing", "fonts_missing")  # what is to be done does not depend on the system
LEAST_PYTHON = (3, 11)
DISTRIBUTION = "kpireport-xlsx"  # our own name among the installed packages; "kpireport" is another project's
LEAST_PANGO = 14400  # 1.44.0, as Pango counts
LEAST_FREE = 1_000_000_000  # bytes
MOST_SKEW = 120  # seconds between this computer and the one that keeps a folder
LONGEST, LONGEST_LINE = 200, 4000  # characters of a detail that are shown, and of a command to type


class Grade(Enum):
    """FINE: as it should be. ADVICE: works, could be better. MEND: something will fail."""

    FINE = "fine"
    ADVICE = "advice"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. name: which sentence says it, with details. told: a problem with its own words."""

    grade: Grade
    name: str
    details: Mapping[str, object] = field(default_factory=dict)
    told: Diagnostic | None = None

    def text(self, language: Language) -> str:
        if self.told is not None:
            where = quoted(str(self.told.where))
            problem = language.text(self.told.problem)
            return f"{where}: {problem}" if where else problem
        shown = {key: quoted(value, LONGEST) for key, value in self.details.items()}
        return language.text(Message(f"program.doctor.{self.name}", shown))

    def fix(self, language: Language, system: str) -> str:
        """Return what to do on ``system`` (windows, macos, linux); "" where nothing is to be done."""
        if self.grade is Grade.FINE:
            return ""
        if self.told is not None:
            return language.text(self.told.fix)
        name = SAME_FIX.get(self.name, self.name)
        key = f"program.doctor.fix.{name}" if name in SAME_EVERYWHERE else f"program.doctor.fix.{name}.{system}"
        return language.text(Message(key, {name: quoted(value, LONGEST_LINE) for name, value in self.details.items()}))


def this_system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def examine(settings: Path | None, language: Language) -> Iterator[Finding]:
    """Look at everything, one after the other.

    settings: the settings file, None where there is none. language: in which reports are to be written.
    """
    yield python()
    yield from packages()
    yield from pango()
    yield from fonts(language)
    yield encoding()
    yield from clock()
    yield from settings_file(settings)
    for folder in folders(settings):
        yield from place(folder)
    yield from memory(settings)
    yield from mail(settings)


def python() -> Finding:
    details = {"version": sys.version.split()[0], "path": sys.executable}
    good = sys.version_info[:2] >= LEAST_PYTHON and sys.maxsize > 2**32
    return Finding(Grade.FINE if good else Grade.MEND, "python", details)


def packages() -> Iterator[Finding]:
    """Tell the versions of what the program needs, and what of it is missing."""
    found, missing = [f"kpireport {__version__}"], []
    for name, requirement in sorted(_requirements().items()):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(requirement)
    yield Finding(Grade.FINE, "packages", {"found": ", ".join(found)})
    if missing:
        typed = " ".join(("pip install", *(f'"{requirement}"' for requirement in missing)))
        yield Finding(Grade.MEND, "packages_missing", {"missing": " ".join(missing), "pip": typed})


def _requirements(*, everywhere: bool = False) -> dict[str, str]:
    """Return what the program always needs: name to requirement with its bounds; of this system, or of ``everywhere``.

    Empty where the program was never installed, but runs from its folder.
    """
    try:
        lines = [line for line in metadata.requires(DISTRIBUTION) or () if "extra ==" not in line]
    except metadata.PackageNotFoundError:
        return {}
    needed = [
        bounds.replace(" ", "")
        for bounds, _, marker in (line.partition(";") for line in lines)
        if everywhere or _is_for_this_system(marker)
    ]
    return {re.split(r"[^\w.-]", bounds, maxsplit=1)[0]: bounds for bounds in needed}


def _is_for_this_system(marker: str) -> bool:
    """Return whether a requirement of ours, with this marker ("" for none), is one on this computer."""
    if "sys_platform" in marker and sys.platform not in marker:
        return False
    return "platform_machine" not in marker or sysconfig.get_platform().rpartition("-")[2] in marker.lower()


def pango() -> Iterator[Finding]:
    """Make a page of one word with WeasyPrint, and ask it which Pango it uses; on Windows, from which folder too."""
    from kpireport.render import pango as libraries

    pip = {"pip": f'pip install "{_requirements(everywhere=True).get("gstreamer-libs", "gstreamer-libs")}"'}
    try:
        with libraries.loading():
            import weasyprint
        with libraries.font_files():
            page = weasyprint.HTML(string="<p>KPI").write_pdf()
    except (OSError, ImportError) as error:
        yield Finding(Grade.MEND, "pango_missing", {"reason": str(error).partition("\n")[0], **pip})
        return
    version = _pango_version(libraries.libraries())
    good = bool(page) and (version is None or version >= LEAST_PANGO)
    number = "" if version is None else f"{version // 10000}.{version // 100 % 100}.{version % 100}"
    details = {"version": number, **pip}
    yield Finding(Grade.FINE if good else Grade.MEND, "pango" if good else "pango_old", details)
    if (file := libraries.loaded()) is not None:
        yield Finding(Grade.FINE, "pango_file", {"file": file})


def _pango_version(folder: Path | None) -> int | None:
    """Return the version of Pango, 15012 for 1.50.12, as WeasyPrint tells it; None where it does not.

    folder: of the libraries to load; None for those of the system.
    """
    from kpireport.render.pango import loading_environment

    command = [sys.executable, "-m", "weasyprint", "--info"]
    known = {**os.environ, **(loading_environment(folder) if folder is not None else {})}
    info = subprocess.run(  # noqa: S603 - ourselves, and no text of anybody's
        command, env=known, capture_output=True, encoding="ascii", errors="replace", check=False, timeout=60
    ).stdout
    number = re.search(r"^Pango version: *(\d+)$", info, re.MULTILINE)
    return int(number[1]) if number else None


def fonts(language: Language) -> Iterator[Finding]:
    """Look for our own fonts, and for Chinese ones, without which a language that is written in them gets no PDF."""
    from kpireport.render import fonts as known
    from kpireport.resources import templates

    folder = templates() / "standard" / "fonts"
    missing = [face.file for face in known.LATIN if not (folder / face.file).is_file()]
    grade = Grade.MEND if missing else Grade.FINE
    yield Finding(grade, "fonts_missing" if missing else "fonts", {"missing": ", ".join(missing)})
    faces = known.han() if importlib.util.find_spec("uharfbuzz") else {}
    if not faces:
        wanted = language.conventions.script == "Hans"
        yield Finding(Grade.MEND if wanted else Grade.ADVICE, "chinese_missing", {"pip": install("zh")})
        return
    for family, file in dict.fromkeys((face.family, face.file) for face in faces.values()):
        yield Finding(Grade.FINE, "chinese", {"family": family, "file": file})
    if (known.SANS, known.BOLD) not in faces:
        yield Finding(Grade.ADVICE, "chinese_thin", {"pip": install("zh")})


def encoding() -> Finding:
    """Look whether the console can show the names of all languages, and an accent."""
    name = getattr(sys.stdout, "encoding", None) or "ascii"
    sample = "é – " + "".join(languages.load(tag).conventions.name for tag in languages.tags())
    try:
        sample.encode(name)
    except (UnicodeError, LookupError):
        return Finding(Grade.ADVICE, "encoding_narrow", {"encoding": name})
    return Finding(Grade.FINE, "encoding", {"encoding": name})


def clock() -> Iterator[Finding]:
    """Look at clock and time zone: no clock is asked, but none may be before the program was installed."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    now = datetime.now(tz=UTC).astimezone()
    installed = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*.py"))
    early = now.timestamp() < installed - MOST_SKEW
    details = {"now": now.strftime("%Y-%m-%d %H:%M:%S"), "zone": now.strftime("%Z, %z").strip()}
    yield Finding(Grade.MEND if early else Grade.FINE, "clock_wrong" if early else "clock", details)
    try:
        ZoneInfo("Europe/Zurich")
    except ZoneInfoNotFoundError:
        bounds = _requirements(everywhere=True).get("tzdata", "tzdata")
        yield Finding(Grade.MEND, "zones_missing", {"pip": f'pip install "{bounds}"'})


def settings_file(path: Path | None) -> Iterator[Finding]:
    if path is None:
        yield Finding(Grade.FINE, "settings_none")
        return
    from kpireport.deliver.transports import TRANSPORTS
    from kpireport.settings import batch, layout, mail

    parts = (layout.layouts(path), mail.mail(path, TRANSPORTS), batch.batch(path))
    told: list[Diagnostic] = []
    for _, problems in parts:
        told.extend(each for each in problems if each not in told)
    for each in told:
        yield Finding(Grade.MEND if each.severity is Severity.ERROR else Grade.ADVICE, "settings", told=each)
    if not told:
        yield Finding(Grade.FINE, "settings", {"path": path})


def folders(settings: Path | None) -> tuple[Path, ...]:
    """Return the folders that the program writes into: drop folder, reports, what is remembered, mail."""
    from kpireport import readiness

    chosen, mail_chosen = _batch_settings(settings), _mail_settings(settings)
    inner = (chosen.inbox.folder, chosen.reports, chosen.state) if chosen is not None else ()
    written = readiness.mail_folders(mail_chosen) if mail_chosen is not None else ()
    return tuple(dict.fromkeys((*inner, *written, _usual_state())))


def place(folder: Path) -> Iterator[Finding]:
    """Look whether a folder can be written to, how much space it has, and whether its computer has our time."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            before = time.time()
            file.write(b"kpireport doctor")
            file.flush()
            skew = abs(_changed(file.fileno()) - before)
        free = shutil.disk_usage(there).free
    except OSError as error:
        yield Finding(Grade.MEND, "folder_closed", {"folder": folder, "reason": os_reason(error)})
        return
    details = {"folder": folder, "free": f"{free / 1e9:.1f}", "skew": f"{skew:.0f}"}
    yield Finding(Grade.FINE, "folder" if folder.exists() else "folder_new", details)
    if free < LEAST_FREE:
        yield Finding(Grade.MEND, "disk_full", details)
    if skew > MOST_SKEW:
        yield Finding(Grade.MEND, "folder_time", details)


def _changed(descriptor: int) -> float:
    return os.fstat(descriptor).st_mtime


def mail(settings: Path | None) -> Iterator[Finding]:
    """Ask the mail server whether it would take a letter: connect, TLS, log in; nothing is sent."""
    from kpireport import readiness

    chosen = _mail_settings(settings)
    if chosen is None:
        from kpireport.settings import open_table

        top = open_table(settings)[0] if settings is not None else None
        if top is None or "mail" not in top:  # what is wrong with it is told with the settings
            yield Finding(Grade.FINE, "mail_none")
        return
    troubles = tuple(readiness.server(chosen))
    for trouble in troubles:
        yield Finding(Grade.MEND, "mail", told=trouble)
    if not troubles:
        yield Finding(Grade.FINE, "mail")


def memory(settings: Path | None) -> Iterator[Finding]:
    """Look whether what is remembered is whole, and whether somebody calls for what is due."""
    from datetime import UTC, datetime

    from kpireport import readiness

    chosen = _batch_settings(settings)
    state = chosen.state if chosen is not None else _usual_state()
    for trouble in readiness.stores(state):
        yield Finding(Grade.MEND, "store", told=trouble)
    if chosen is not None:
        for trouble in readiness.schedule(chosen, datetime.now(tz=UTC).astimezone()):
            yield Finding(Grade.MEND, "schedule", told=trouble)


def _mail_settings(settings: Path | None) -> MailSettings | None:
    """Return how mail leaves; None where that is not set up, or said wrong, which is told with the settings."""
    from kpireport.deliver.transports import TRANSPORTS
    from kpireport.settings import mail as reader

    return reader.mail(settings, TRANSPORTS)[0] if settings is not None else None


def _batch_settings(settings: Path | None) -> BatchSettings | None:
    """Return how the batch works; None where there are no settings, or they are wrong, which is told with them."""
    from kpireport.settings import batch as reader

    return reader.batch(settings)[0] if settings is not None else None


def _usual_state() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("kpireport", appauthor=False))
