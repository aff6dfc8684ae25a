"""The rulebook and those who cite it: each citation has its rule, each rule its citation, each formula its case.

The checks are functions of texts, so that each is shown to fail on a small invented rulebook before it is asked about
ours.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import languages, manual, rulebook
from kpireport.cli import main
from kpireport.core import catalogue
from kpireport.rulebook import Rule
from tests import cases

ROOT = Path(__file__).parents[1]
CITED = re.compile(r"\bRule: (\w+(?:, \w+)*)\.(?:\s|$)")
LOOSE = re.compile(rf"(?<![\w!:`\"~-])[{''.join(rulebook.BOOKS)}][1-9]\d?[a-d]?(?![\w%-]|:\w)")
IN_HELP = re.compile(r"`([A-Z]\d\w*)`|\bkpireport help ([A-Z]\d\w*)")
IN_WORDS = re.compile(r"\b([A-Z]\d\w*)\b")


def texts(source: str) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            if (
                isinstance(each, ast.Expr)
                and isinstance(each.value, ast.Constant)
                and isinstance(each.value.value, str)
            ):
                yield each.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def cited(source: str) -> set[str]:
    """Return the numbers that a module cites."""
    return {number for text in texts(source) for found in CITED.finditer(text) for number in found[1].split(", ")}


def loose(source: str) -> set[str]:
    """Return what looks like a rule's number in docstrings and comments, and is not cited as one."""
    return {number for text in texts(source) for number in LOOSE.findall(CITED.sub("", text))}


def unwritten(citations: Iterable[str], rules: Mapping[str, Rule]) -> set[str]:
    """Return the citations without a rule, or without the part of one."""
    wrong = set()
    for number in citations:
        found = rulebook.NUMBER.fullmatch(number)
        rule = rules.get(found[1]) if found else None
        if found is None or rule is None or (found[2] and found[2] not in rule.parts):
            wrong.add(number)
    return wrong


def uncited(citations: Iterable[str], rules: Mapping[str, Rule]) -> set[str]:
    """Return the rules that are built, as they say, and that nobody cites."""
    known = {number.rstrip("abcd") for number in citations}
    return {rule.number for rule in rules.values() if rule.built and rule.number not in known}


def cited_too_soon(citations: Iterable[str], rules: Mapping[str, Rule]) -> set[str]:
    """Return the rules that say they are not built, and that code follows."""
    known = {number.rstrip("abcd") for number in citations}
    return {rule.number for rule in rules.values() if not rule.built and rule.number in known}


def misnumbered(found: Iterable[Rule]) -> list[str]:
    """Return rules whose number is none, stands twice, is in another book, or leaves one out before it."""
    wrong, last = [], dict.fromkeys(rulebook.BOOKS, 0)
    for rule in found:
        number = rulebook.NUMBER.fullmatch(rule.number)
        letter = rule.number[:1]
        if (
            number is None
            or number[2]
            or rulebook.BOOKS[letter] != rule.book
            or int(rule.number[1:]) != last[letter] + 1
        ):
            wrong.append(rule.number)
            continue
        last[letter] += 1
    return wrong


def without_case(rules: Mapping[str, Rule]) -> set[str]:
    return {rule.number for rule in rules.values() if rule.formula and rule.built and not rule.cases}


def mismatched(rules: Mapping[str, Rule], of_case: Mapping[str, str]) -> set[str]:
    """Return cases that a rule names and nobody has written, or that are written and no rule names.

    of_case: the rules of each case, as ``cases.csv`` has them: "R15, R17".
    """
    named = {(case, rule.number) for rule in rules.values() for case in (*rule.cases, *rule.coming)}
    written = {(case, number) for case, numbers in of_case.items() for number in numbers.split(", ")}
    open_ = {rule.number for rule in rules.values() if not rule.built}
    return {case for case, number in named ^ written if number not in open_}


def unbuilt(rules: Mapping[str, Rule], of_case: Mapping[str, str]) -> set[str]:
    """Return the cases that nothing can run yet: of rules that are not built, or of what is to come of one."""
    return {
        case
        for case, numbers in of_case.items()
        if all(not rules[number].built or case in rules[number].coming for number in numbers.split(", "))
    }


def alike(codes: Iterable[str]) -> set[str]:
    """Return the codes of problems that might be taken for a rule or a case: by their letter, or their digits."""
    taken = {*rulebook.BOOKS, rulebook.CASE}
    return {code for code in codes if code[0] in taken or re.fullmatch(r"[A-Z]\d{3}", code) is None}


RULES = rulebook.rules()
SOURCES = {path: path.read_text("utf-8") for path in sorted((ROOT / "kpireport").rglob("*.py"))}
CITATIONS = {number for source in SOURCES.values() for number in cited(source)}

# --- each check can fail ----------------------------------------------------------------------------------------------

BOOK = """\
# Figures

## R1 A rule with parts

| R1a | one |
| R1b | other |
| R2c | of another rule |

## R2 A rule with a formula

    a = b

Cases: T01, T02.

## R3 A rule for later

Not built: later.
"""


def drawn(text: str = BOOK, book: str = "figures.md") -> dict[str, Rule]:
    return {rule.number: rule for rule in rulebook.read({book: text})}


def test_a_citation_stands_in_docstrings_and_comments_alone() -> None:
    lines = (
        '"""M. Rule: R1."""',
        "A = 1  # why. Rule: R2, R11d.",
        'B = "Rule: R3."',
        "def f():",
        '    """F.',
        "",
        "    Rule: R4.",
    )
    source = "\n".join((*lines, '    """'))
    assert cited(source) == {"R1", "R2", "R11d", "R4"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param('"""Compare (R3)."""', {"R3"}, id="in brackets"),
        pytest.param('"""R11b: the status."""', {"R11b"}, id="in front"),
        pytest.param("A = 1  # by R28\n", {"R28"}, id="in a comment"),
        pytest.param('"""A cell such as `E10`, ``E2:F9``, Goals!R7. Rule: R3."""', set(), id="an address of a cell"),
    ],
)
def test_a_number_that_is_no_citation_is_seen(source: str, found: set[str]) -> None:
    assert loose(source) == found


@pytest.mark.parametrize(
    ("citations", "wrong"),
    [
        pytest.param({"R1", "R1a", "R1b", "R2"}, set(), id="rules and parts that are there"),
        pytest.param({"R9"}, {"R9"}, id="no such rule"),
        pytest.param({"R1c"}, {"R1c"}, id="no such part"),
        pytest.param({"R101", "X1", "T01"}, {"R101", "X1", "T01"}, id="no number of a rule"),
    ],
)
def test_a_citation_without_a_rule_is_seen(citations: set[str], wrong: set[str]) -> None:
    assert unwritten(citations, drawn()) == wrong


def test_a_rule_without_a_citation_is_seen() -> None:
    assert uncited({"R1a"}, drawn()) == {"R2"}
    assert uncited({"R1", "R2"}, drawn()) == set()
    assert cited_too_soon({"R1", "R3"}, drawn()) == {"R3"}


def test_a_formula_without_a_case_is_seen() -> None:
    assert without_case(drawn()) == set()
    assert without_case(drawn(BOOK.replace("Cases: T01, T02.", ""))) == {"R2"}
    assert without_case(drawn(BOOK.replace("Cases: T01, T02.", "Not built: later."))) == set()


def test_a_case_on_one_side_alone_is_seen() -> None:
    assert mismatched(drawn(), {"T01": "R2", "T02": "R2", "T91": "R3"}) == set()
    assert mismatched(drawn(), {"T01": "R2"}) == {"T02"}
    assert mismatched(drawn(), {"T01": "R2", "T02": "R2", "T03": "R1"}) == {"T03"}
    assert mismatched(drawn(), {"T01": "R2", "T02": "R1, R2"}) == {"T02"}


def test_a_case_of_a_rule_to_come_waits() -> None:
    later = drawn(BOOK.replace("Cases: T01, T02.", "Cases: T01.\nTo come: something else (T02)."))
    assert mismatched(later, {"T01": "R2", "T02": "R2"}) == set()
    assert unbuilt(later, {"T01": "R2", "T02": "R2", "T03": "R3", "T04": "R1, R3"}) == {"T02", "T03"}


def test_a_number_out_of_place_is_seen() -> None:
    assert misnumbered(drawn().values()) == []
    assert misnumbered(drawn(book="mail.md").values()) == ["R1", "R2", "R3"]
    assert misnumbered(drawn(BOOK.replace("## R2", "## R5")).values()) == ["R5", "R3"]
    assert misnumbered(drawn(BOOK.replace("## R3", "## R3a")).values()) == ["R3a"]
    assert misnumbered(rulebook.read({"figures.md": BOOK + "\n## R1 Again\n"})) == ["R1"]


def test_a_code_like_a_rule_or_a_case_is_seen() -> None:
    assert alike(["C101", "A203", "H103"]) == set()
    assert alike(["R203", "T103", "C20", "C1011"]) == {"R203", "T103", "C20", "C1011"}


# --- the rulebook and the program -------------------------------------------------------------------------------------


def test_the_rules_are_there() -> None:
    assert {rule.book for rule in RULES.values()} == set(rulebook.BOOKS.values())
    assert misnumbered(rulebook.read(rulebook.books(rulebook.folder()))) == []
    assert [rule.number for rule in RULES.values() if not (rule.title and rule.text)] == []


def test_each_citation_has_its_rule() -> None:
    assert unwritten(CITATIONS, RULES) == set()


def test_each_rule_has_its_citation() -> None:
    assert uncited(CITATIONS, RULES) == set()
    assert cited_too_soon(CITATIONS, RULES) == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_rules_are_cited_in_one_form_alone(path: Path) -> None:
    assert loose(SOURCES[path]) - ADDRESSES.get(path.name, set()) == set()


ADDRESSES = {"score.py": {"R3"}}
"""What looks like a rule and is something else: the mark of a third revision in the scorecard."""


def test_no_document_is_cited() -> None:
    """What stands in no rulebook of ours cannot be looked up."""
    assert [
        path.name for path, source in SOURCES.items() for text in texts(source) if re.search(r"\w\.md \d", text)
    ] == []


def test_what_the_help_pages_cite_is_there() -> None:
    named = {
        number
        for path in (ROOT / "kpireport" / "help").glob("*.md")
        for found in IN_HELP.finditer(path.read_text("utf-8"))
        for number in found.groups()
        if number and number[0] in rulebook.BOOKS
    }
    assert len(named) > 20
    assert unwritten(named, RULES) == set()


@pytest.mark.parametrize("language", languages.tags())
def test_what_explain_cites_is_there(language: str) -> None:
    numbers = {
        n
        for sentence in languages.load(language).sentences["explain"].values()
        for n in IN_WORDS.findall(str(sentence))
    }
    assert {"R4", "R11d", "R24"} <= numbers
    assert unwritten(numbers, RULES) == set()


def test_each_formula_has_a_case() -> None:
    assert without_case(RULES) == set()


def test_the_cases_are_those_that_the_rules_name() -> None:
    assert mismatched(RULES, {case.number: case.rule for case in cases.CASES}) == set()


def test_each_case_is_run_or_waits_for_its_rule() -> None:
    """``test_cases`` runs every case of a kind that it knows; an unknown kind may be that of a rule to come alone."""
    waiting = {case.id for case in cases.CASES if case.kind not in cases.KINDS}
    assert waiting == unbuilt(RULES, {case.id: case.rule for case in cases.CASES})


def test_no_code_can_be_taken_for_a_rule() -> None:
    assert alike(kind.code for kind in catalogue.kinds()) == set()


# --- the help ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        pytest.param("R24", "R24 From a year's target to its periods", id="a rule"),
        pytest.param("r24", "R24 From a year's target to its periods", id="in small letters"),
        pytest.param("R11d", "R11 Status", id="a part of a rule"),
        pytest.param("R84", "R84 Group figure\n\nNot built: ", id="a rule to come"),
        pytest.param("N4", "N4 The mark before the last byte", id="a rule of mail"),
        pytest.param("A203", "A203 PART_COLUMN_UNKNOWN", id="a problem"),
    ],
)
def test_help_shows_a_rule_and_a_problem_by_what_they_are_called(asked: str, begins: str) -> None:
    result = CliRunner().invoke(main, ["help", asked])
    assert (result.exit_code, result.output[: len(begins)]) == (0, begins)


@pytest.mark.parametrize("asked", ["R0", "R100", "R203", "R24e9", "T45", "R"])
def test_help_knows_no_other_numbers(asked: str) -> None:
    assert CliRunner().invoke(main, ["help", asked]).exit_code == 2


def test_help_lists_the_rules() -> None:
    assert "rules" in manual.topics()
    listed = CliRunner().invoke(main, ["help", "rules"]).output
    assert [line.split()[0] for line in listed.splitlines() if rulebook.NUMBER.match(line)] == list(RULES)
    assert "help R24" in CliRunner().invoke(main, ["help"]).output
