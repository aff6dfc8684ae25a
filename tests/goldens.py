"""What is compared with the accepted texts: each file of a report as text, in lines that a difference shows well."""

from __future__ import annotations

import difflib
import email
import email.policy
import hashlib
import io
import json
import re
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import openpyxl

from kpireport.deliver.message import as_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage
    from pathlib import Path

SILENT = {"style", "script", "head", "template"}
BLOCKS = {
    "p", "div", "section", "table", "thead", "tbody", "tr", "h1", "h2", "h3", "h4", "li", "ul", "ol", "dl", "dt", "dd",
    "header", "footer", "main", "nav", "figure", "figcaption", "caption", "svg", "details", "summary", "body", "form",
}  # fmt: skip
WIDEST = 150  # characters of a JSON list or object that stands in one line
MOST_LINES = 200  # of differences that are shown
DIGITS = 10  # of a figure: libraries of other machines add up in another order
OURS = re.compile(r"\b[0-9a-f]{12,64}\b")  # keys and digests in the headers of a message


class _Page(HTMLParser):
    """The words of a page, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words: list[str] = []
        self._silent = 0
        self._svg = 0
        self._title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self._end()
        if tag in ("td", "th") and self._words:
            self._words.append("|")
        self._svg += tag == "svg"
        self._title = tag == "title" and self._svg > 0

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self._svg -= tag == "svg"
        self._title = False
        if tag in BLOCKS - {"svg"}:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._silent or (self._svg and not self._title):
            return
        words = data.split()
        if self._title and words:
            self.lines.append("[chart] " + " ".join(words))
        elif words:
            self._words.append(" ".join(words))

    def _end(self) -> None:
        line = " ".join(self._words).strip("| ")
        if line:
            self.lines.append(line)
        self._words = []


def page(content: bytes) -> str:
    """Return the words of an HTML page: a block a line, cells parted by ``|``, charts as a screen reader says them."""
    parser = _Page()
    parser.feed(content.decode())
    parser.close()
    return "\n".join(parser.lines) + "\n"


def paper(content: bytes) -> str:
    """Return the words of a PDF by pages, in the order in which they are painted."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    done = subprocess.run(command, input=content, check=True, capture_output=True, timeout=60)
    pages = done.stdout.decode().split("\f")[:-1]
    shown = (f"== page {number} of {len(pages)}\n{text.strip()}\n" for number, text in enumerate(pages, start=1))
    return "\n".join(shown)


def figures(data: Mapping[str, Any], *, whole: int | None = None) -> str:
    """Return the JSON of a report with what is short in one line. whole: KPIs shown in full; of the others a digest."""
    rounded: dict[str, Any] = {key: _rounded(value) for key, value in data.items()}
    rounded["kpireport"] = "the version"
    if whole is not None:
        digests = {kpi["name"]: hashlib.sha256(json.dumps(kpi).encode()).hexdigest()[:16] for kpi in rounded["kpis"]}
        rounded |= {"kpis": rounded["kpis"][:whole], "digests": digests}
    return _json(rounded) + "\n"


def _json(value: object, indent: int = 0) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDEST or not isinstance(value, dict | list) or not value:
        return line
    within, blank = " " * (indent + 1), " " * indent
    if isinstance(value, dict):
        inner = [f"{within}{json.dumps(key, ensure_ascii=False)}: {_json(v, indent + 1)}" for key, v in value.items()]
        return "{\n" + ",\n".join(inner) + f"\n{blank}}}"
    return "[\n" + ",\n".join(within + _json(v, indent + 1) for v in value) + f"\n{blank}]"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(held) for key, held in value.items()}
    return [_rounded(held) for held in value] if isinstance(value, list) else value


def results(content: bytes) -> str:
    """Return the cells of a results workbook: a row a line, with the number format of each that has one."""
    lines: list[str] = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        rules = [f"{rule.sqref} {len(rule.rules)}" for rule in sheet.conditional_formatting]
        lines += [f"== {sheet.title}, {sheet.dimensions}, frozen at {sheet.freeze_panes}, rules {rules}"]
        for row in sheet.iter_rows():
            shown = [_cell(cell) for cell in row]
            links = [cell.coordinate for cell in row if cell.hyperlink]
            lines.append(f"{row[0].row}: {' | '.join(shown)}{'  -> ' + ' '.join(links) if links else ''}")
    return "\n".join(lines) + "\n"


def _cell(cell: Any) -> str:
    if cell.value is None:
        return ""
    value = json.dumps(_rounded(cell.value), ensure_ascii=False)
    return value if cell.number_format == "General" else f"{value} [{cell.number_format}]"


def letter(content: bytes) -> str:
    """Return a message as text: headers and parts; keys, which depend on the bytes of files, are masked."""
    message: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[assignment]
    lines = [f"{name}: {OURS.sub('KEY', str(value))}" for name, value in message.items() if name != "Content-Type"]
    for part in message.walk():
        names = (part.get_content_type(), part.get_filename(), part["Content-ID"])
        lines += ["", "== " + ", ".join(name for name in names if name)]
        if part.get_content_type() == "text/plain":
            lines += str(part.get_content()).splitlines()
        elif part.get_content_type() == "text/html" and not part.get_filename():
            lines += page(as_page(content)).splitlines()
    return "\n".join(lines) + "\n"


def differences(folder: Path, texts: Mapping[str, str]) -> str:
    """Return how texts differ from the accepted ones, "" where they do not. texts: by the name of their file."""
    shown: list[str] = []
    for name, text in texts.items():
        accepted = (folder / name).read_text("utf-8") if (folder / name).is_file() else ""
        shown += difflib.unified_diff(
            accepted.splitlines(), text.splitlines(), f"{folder.name}/{name}", "now", lineterm="", n=1
        )
    return "\n".join(shown[:MOST_LINES])


def accept(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the texts down as the accepted ones."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
