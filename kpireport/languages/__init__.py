"""Languages, one folder each: those in which the program speaks have sentences, those that it reads a vocabulary."""

from __future__ import annotations

import functools
import json
import tomllib
from contextvars import ContextVar, Token
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport.core.lexicon import Lexicon
from kpireport.core.messages import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent
FOLDERS = [FOLDER]  # in which a language is looked for; each has one folder a language
ENGLISH = "en"  # spoken where no language was chosen, and where the chosen one is not there
TALKING: ContextVar[tuple[str, str]] = ContextVar("TALKING", default=("", ""))  # see ``talk``
FIRST = "en"  # the language of the titles that the help pages show


def tags() -> tuple[str, ...]:
    """Return the tags of the languages in which a report can be written: English, then the others, sorted."""
    there = {path.parent.name for folder in FOLDERS for path in folder.glob("*/report.toml")}
    return (ENGLISH, *sorted(there - {ENGLISH}))


def home(tag: str) -> Path:
    """Return the folder of a language. Raises LookupError where there is none."""
    for folder in FOLDERS:
        if (folder / tag).is_dir():
            return folder / tag
    raise LookupError(tag)


@functools.cache
def load(tag: str) -> Language:
    """Return a language. Its files are opened when the first sentence of theirs is asked for."""
    return Language(tag, _Sentences(home(tag)))


def spoken(*wanted: str | None) -> Language:
    """Return the first of the wanted languages that is there, or English. wanted: tags; "" and None want none."""
    there = tags()
    return load(next((tag for tag in wanted if tag in there), ENGLISH))


def talk(asked: str, system: str) -> Token[tuple[str, str]]:
    """Say in which language commands talk. asked: by the person, before any other; system: where none is said."""
    return TALKING.set((asked, system))


def talking(*wanted: str | None) -> Language:
    """Return the language in which a command talks: as the person asked, else the first wanted, else the system's."""
    asked, system = TALKING.get()
    return spoken(asked, *wanted, system)


@functools.cache
def lexicon() -> Lexicon:
    """Return what is understood in workbooks: FIRST wins, then the languages that are spoken, then the others."""
    spoken = tags()
    read = {path.parent.name for folder in FOLDERS for path in folder.glob("*/vocabulary.toml")}
    order = sorted(read, key=lambda tag: (tag != FIRST, tag not in spoken, tag))
    periods = json.loads((FOLDER / "periods.json").read_text("utf-8"))
    vocabularies = {tag: _vocabulary(home(tag) / "vocabulary.toml") for tag in order}
    for tables in vocabularies.values():  # no language is chosen in which nothing can be said
        chosen = tables.get("choices.language", {})
        tables["choices.language"] = {tag: words for tag, words in chosen.items() if tag in spoken}
    for tag in spoken:  # a language that is there can be chosen by its tag, without a word about it anywhere
        named = vocabularies.setdefault(tag, {}).setdefault("choices.language", {})
        named[tag] = tuple(dict.fromkeys((*named.get(tag, ()), tag)))
    return Lexicon(vocabularies, periods)


def _vocabulary(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the words of a file by table and meaning; tables within tables have names with a dot."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    waiting = list(tomllib.loads(path.read_text("utf-8")).items())
    for name, table in waiting:
        waiting += [(f"{name}.{inner}", words) for inner, words in table.items() if isinstance(words, dict)]
        listed = {meaning: words for meaning, words in table.items() if isinstance(words, str)}
        # a regular expression has bars of its own
        bar = "\0" if name == "patterns" else "|"
        found[name] = {meaning: tuple(map(str.strip, words.split(bar))) for meaning, words in listed.items()}
    return found


class _Sentences(dict[str, Any]):
    """Sentences by key; what stands before the first dot of a key is the name of its file."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, key: str) -> Any:
        room = key.partition(".")[0]
        if room in self:
            raise KeyError(key)
        self[room] = tomllib.loads((self.folder / f"{room}.toml").read_text("utf-8"))
        self.update(_flat(self[room], room))
        return self[key]


def _flat(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """Yield each sentence by its key, and each table of sentences by its own."""
    for key, value in table.items():
        yield f"{name}.{key}", value
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.{key}")
