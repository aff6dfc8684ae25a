"""The help pages: that of all problems is written from the catalogue and its sentences, that of rules from docs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpireport import languages, rulebook
from kpireport.core import catalogue
from kpireport.core.diagnostics import Diagnostic, Problem, Where
from kpireport.core.fields import Form, Setting, settings_of
from kpireport.core.messages import Language, Quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "help"
PROBLEMS = "problems"
MAIL = "mail"
RULES = "rules"
SUBJECTS = {
    "F": "The file and its format",
    "S": "Sheets and layout",
    "C": "Cells, numbers and periods",
    "G": "Goals",
    "M": "Metrics and targets",
    "P": "Plan, notes and triggers",
    "A": "Amendments and addressees: revisions and recipients",
    "X": "Settings and the job",
    "K": "What the figures themselves tell",
    "H": "How it looks: theme and rendering",
    "B": "The batch",
    "D": "Delivery",
}
HEAD = """# problems: every message, what it means and how to mend it

An **error** stops the report: it would mislead, so nothing is written or sent. A **warning** is printed, and listed in
the report. A **note** tells how something was understood. `kpireport help CODE` shows one, in every language.
Names in braces stand for what was found.
"""


def topics() -> dict[str, str]:
    """Return each page's name with what it is about."""
    pages = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")} | {RULES: rulebook.contents()}
    return {name: pages[name].partition("\n")[0].lstrip("# ").partition(": ")[2] for name in sorted(pages)}


def page(topic: str) -> str | None:
    """Return a page by its name, one rule by its number, or one problem by its code or name; None where there is none.

    A rule has one digit or two, a problem three, and no letter begins both.
    """
    wanted = topic.strip()
    if wanted.lower() == RULES:
        return rulebook.contents()
    if wanted.lower() in topics():
        text = (FOLDER / f"{wanted.lower()}.md").read_text("utf-8")
        return text + transports() if wanted.lower() == MAIL else text
    rule = rulebook.find(wanted)
    if rule is not None:
        return str(rule)
    for kind in catalogue.kinds():
        if wanted.upper() in (kind.code, kind.name):
            paragraphs = [f"{kind.code} {kind.name} ({kind.severity.value})"]
            paragraphs += [_told(kind, languages.load(tag)) for tag in languages.tags()]
            return "\n\n".join(paragraphs) + "\n"
    return None


def transports() -> str:
    """Return what each transport of mail is for, with its settings: their bounds, and what they are for."""
    from kpireport.deliver.transports import TRANSPORTS

    words = tomllib.loads((FOLDER / "transports.toml").read_text("utf-8"))
    parts = ["\n## The settings of each transport\n\nIn [mail], beside those that all of them have.\n"]
    for name, kind in TRANSPORTS.items():
        parts.append(f"\n`{name}`: {words[name]['about']}.\n\n")
        parts += _setting_lines(kind.settings, words[name])
    return "".join(parts)


def _setting_lines(kind: type[Any], words: Mapping[str, Any], under: str = "") -> Iterator[str]:
    for key, setting, default in settings_of(kind):
        notes = [words[key], *_allowed(setting, default)]
        yield f"- `{under}{key}`: {'; '.join(notes)}\n"
        if setting.table is not None:
            yield from _setting_lines(setting.table, words[f"{key}_settings"], f"{key}.")


def _allowed(setting: Setting, default: object) -> Iterator[str]:
    """Yield what may stand in a setting, and what it is without it."""
    if setting.form is Form.INTEGER:
        yield f"{setting.least} to {setting.most}"
    elif setting.choices and setting.form is Form.CHOICE:
        yield f"one of {', '.join(setting.choices)}"
    elif setting.form is Form.SECRET and setting.choices:
        yield setting.example
    if setting.form is Form.TEXT and setting.example:
        yield f"needed: {setting.example}"
    elif default or setting.place:
        yield f"without it {default or setting.place}"


def problems() -> str:
    """Return the page of all problems, by subject and code."""
    parts = [HEAD]
    kinds = catalogue.kinds()
    for letter in sorted({kind.code[0] for kind in kinds}, key=lambda letter: [*SUBJECTS, letter].index(letter)):
        parts.append(f"\n## {SUBJECTS.get(letter, letter)}\n")
        for kind in kinds:
            if kind.code[0] == letter:
                problem, fix = _sentences(kind, languages.spoken())
                parts.append(f"\n**{kind.code}** {kind.name}, {kind.severity.value}: {problem}\\\n")
                parts.append(f"Fix: {fix}\n")
    return "".join(parts)


def _sentences(kind: Problem, language: Language) -> tuple[str, str]:
    """Return what is wrong and how to mend it, with the names of the fields in braces."""
    shown = {name: f"{{{name}}}" for name in kind.fields}
    problem = Diagnostic(kind, Where(), shown)
    return language.text(problem.problem), language.text(problem.fix)


def _told(kind: Problem, language: Language) -> str:
    problem, fix = _sentences(kind, language)
    return f"{problem}\n  {language.say('program.problems.fix_is', fix=Quoted(fix))}"


def write() -> None:
    """Write the page of all problems anew, after the catalogue was changed."""
    (FOLDER / f"{PROBLEMS}.md").write_text(problems(), "utf-8")


if __name__ == "__main__":
    write()
