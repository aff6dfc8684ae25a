"""A language that nobody speaks, made of the English files: a word without an accent was left in code.

Every letter of a sentence has an accent, and Greek writes the figures, dates and plural forms; so whatever is shown in
plain letters is of the workbook, or of no language file.
"""

from __future__ import annotations

import json
import re
import string
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from kpireport import languages

TAG = "qps"  # as the pseudo-languages of other programs are called
ACCENTS = str.maketrans(string.ascii_letters, "áƀćďéƒǵĥíĵķĺḿńóṕɋŕśţúṽẃẋýźÁɃĆĎÉƑǴĤÍĴĶĹḾŃÓṔɊŔŚŢÚṼẂẊÝŹ")
KEPT = ("language.locale", "language.html", "language.script", "language.mail")
SAID = ("title", "aria-label", "alt", "placeholder", "data-label", "content")
SILENT = ("style", "script", "template")


def accented(text: str) -> str:
    """Return a sentence with an accent on every letter, but for the names of its fields."""
    return "".join(
        part if part.startswith("{") else part.translate(ACCENTS) for part in re.split(r"(\{[^{}]*\})", text)
    )


def write(folder: Path) -> Path:
    """Write the language into a folder of languages; return that folder."""
    (folder / TAG).mkdir(parents=True)
    for path in (languages.FOLDER / "en").glob("*.toml"):
        if path.stem != "vocabulary":
            table = changed(tomllib.loads(path.read_text("utf-8")), path.stem)
            if path.stem == "language":
                table |= {"locale": "el_GR", "html": "el", "figures": table["figures"] | {"decimal": ","}}
            (folder / TAG / path.name).write_text(as_toml(table), "utf-8")
    return folder


def changed(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: changed(each, f"{key}.{name}") for name, each in value.items()}
    if isinstance(value, list):
        return [changed(each, key) for each in value]
    return accented(value) if isinstance(value, str) and not key.startswith(KEPT) else value


def as_toml(table: dict[str, Any]) -> str:
    """Return a table as TOML, each nested one on a line: a string of JSON is one of TOML."""
    return "".join(f"{json.dumps(key)} = {inline(value)}\n" for key, value in table.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Shown(HTMLParser):
    """What a reader of a page sees or hears: its text, and the attributes that say something."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        kind = dict(attrs).get("name") or dict(attrs).get("http-equiv")
        self.texts += [
            value for name, value in attrs if name in SAID and value and not (name == "content" and kind is not None)
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def of_page(html: str) -> list[str]:
    shown = Shown()
    shown.feed(html)
    shown.close()
    return shown.texts


def plain_words(texts: list[str]) -> dict[str, str]:
    """Return each word in plain letters, or in Chinese, with a text in which it stands; a cell is no word."""
    found: dict[str, str] = {}
    for text in texts:
        rest = re.sub(r"\b[A-Z]{1,3}\d+(:[A-Z]{1,3}\d+)?\b|\b[0-9a-f]{16}\b|\b[A-Z]\d{3}\b", " ", text)
        for word in re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+", rest):
            found.setdefault(word, " ".join(text.split())[:120])
    return found
