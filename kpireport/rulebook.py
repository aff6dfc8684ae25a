"""The rulebook: every rule by its number, as it stands in ``docs/rules``, which comes with the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kpireport.resources import rules as folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BOOKS = {
    "R": "figures.md",
    "L": "reading.md",
    "I": "invariants.md",
    "V": "trends.md",
    "E": "report.md",
    "N": "mail.md",
}
"""The file of each letter. No problem's code begins with one of them, nor with that of a case."""
CASE = "T"
CASES = "cases.csv"
NUMBER = re.compile(rf"([{''.join(BOOKS)}][1-9]\d?)([a-z]?)")
HEADING = re.compile(r"^## (\S+) (.+)$", re.MULTILINE)
NAMED = re.compile(r"^Cases: ([^.]+)\.$", re.MULTILINE)
PART = re.compile(r"^\| ([A-Z]\d{1,2})([a-z]) \|", re.MULTILINE)
FORMULA = re.compile(r"^ {4}\S", re.MULTILINE)
COMING = re.compile(r"^To come: (.+?)(?:\n\S+: |\n\n|\Z)", re.MULTILINE | re.DOTALL)
CASE_NUMBER = re.compile(rf"\b{CASE}\d{{2,3}}\b")
NOT_BUILT = re.compile(r"^Not built: \S", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """One rule. number: "R20". title: of its heading. text: what stands below it. book: the name of its file."""

    number: str
    title: str
    text: str
    book: str

    def __str__(self) -> str:
        return f"{self.number} {self.title}\n\n{self.text}\n"

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """Return the ids of the cases that it names."""
        return tuple(case for found in NAMED.finditer(self.text) for case in CASE_NUMBER.findall(found[1]))

    @cached_property
    def coming(self) -> tuple[str, ...]:
        """Return the ids of the cases that will be its own once what it says is to come is built."""
        return tuple(case for found in COMING.finditer(self.text) for case in CASE_NUMBER.findall(found[1]))

    @cached_property
    def parts(self) -> frozenset[str]:
        """Return the letters of its parts: "d" where a table in it has a row "R11d"."""
        return frozenset(part for number, part in PART.findall(self.text) if number == self.number)

    @property
    def formula(self) -> bool:
        return FORMULA.search(self.text) is not None

    @property
    def built(self) -> bool:
        return NOT_BUILT.search(self.text) is None


def read(books: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of some books, in their order. books: the text of each by the name of its file."""
    found = []
    for book, text in books.items():
        heads = list(HEADING.finditer(text))
        ends = [head.start() for head in heads[1:]] + [len(text)]
        found += [
            Rule(head[1], head[2].strip(), text[head.end() : end].strip("\n"), book)
            for head, end in zip(heads, ends, strict=True)
        ]
    return tuple(found)


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Return every rule by its number. Raises FileNotFoundError where the installation is broken."""
    return {rule.number: rule for rule in read(books(folder()))}


def books(place: Path) -> Mapping[str, str]:
    """Return the text of each book in a folder."""
    return {name: (place / name).read_text("utf-8") for name in BOOKS.values()}


def find(asked: str) -> Rule | None:
    """Return the rule of a number ("R24", "r24", and "R11d" for its part), None where there is none."""
    number = NUMBER.fullmatch(asked.strip()[:1].upper() + asked.strip()[1:].lower())
    return rules().get(number[1]) if number else None


def contents() -> str:
    """Return the numbers and titles of all rules, book by book."""
    lines: list[str] = ["# rules: what each figure, reading, sentence and letter follows"]
    book = ""
    for rule in rules().values():
        if rule.book != book:
            book = rule.book
            lines += ["", f"## {book.removesuffix('.md')}", ""]
        lines.append(f"{rule.number:<4} {rule.title}{'' if rule.built else ' (not built)'}")
    return "\n".join([*lines, "", "`kpireport help R24` shows one.", ""])
