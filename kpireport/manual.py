"""The help pages: that of all problems is written from the catalogue and its sentences, that of rules from docs."""

from __future__ import annotations

from pathlib import Path

from kpireport import languages, rulebook
from kpireport.core import catalogue
from kpireport.core.diagnostics import Diagnostic, Problem, Where
from kpireport.core.messages import Language, Quoted

FOLDER = Path(__file__).parent / "help"
PROBLEMS = "problems"
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
        return (FOLDER / f"{wanted.lower()}.md").read_text("utf-8")
    rule = rulebook.find(wanted)
    if rule is not None:
        return str(rule)
    for kind in catalogue.kinds():
        if wanted.upper() in (kind.code, kind.name):
            paragraphs = [f"{kind.code} {kind.name} ({kind.severity.value})"]
            paragraphs += [_told(kind, languages.load(tag)) for tag in languages.tags()]
            return "\n\n".join(paragraphs) + "\n"
    return None


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
