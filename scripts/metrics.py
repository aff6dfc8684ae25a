"""Measure the house, and say whether it is in order.

    python metrics.py                      # figures of kpireport/ beside this file, or of the current folder
    python metrics.py --root DIR --package kpireport
    python metrics.py --check              # exit code 1 and one line for each limit that is broken
    python metrics.py --json

Only the standard library and the abstract syntax tree; nothing of the project is run or imported.

The limits of ``--check`` stand in ``[tool.house]`` of pyproject.toml; what is not named there is printed and not
judged. A limit is the most that is allowed: ``functions_over_50_lines = 0``. ``in_work`` lists folders of the package
that are being rebuilt: they are left out, but for the rules that they cite, until their step is done.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_FUNCTION = 50  # lines from ``def`` to the last one, as written
COMPLEX = 10  # McCabe: above it a function counts as complex
MANY_PARAMETERS = 6  # without self and cls; a dataclass counts with its positional fields
LANGUAGES = {"en", "zh", "de", "fr", "ja", "es", "zh-CN", "zh_Hans_CN", "en_GB"}
CHINESE = re.compile(r"[\u3400-\u9fff]")
NUMBER = r"(?:R\d{1,2}[a-d]?|[LEV]\d{1,2}|N[12]?\d|T\d{2,3})"  # R20, R11d, L5, N7, T54: what a docstring cites
RULE = re.compile(rf"(?<![\w!$]){NUMBER}(?!\w|!|:[A-Z]+\d)")  # not Metrics!E10, not E2:E5001
DEFINED = re.compile(rf"^#+\s+({NUMBER})\b|^\|\s*({NUMBER})\s*\|", re.MULTILINE)
FILLERS = frozenset(
    [
        "asked",
        "chosen",
        "each",
        "found",
        "given",
        "kept",
        "known",
        "made",
        "one",
        "ones",
        "part",
        "place",
        "said",
        "thing",
        "things",
        "told",
        "wanted",
        "way",
    ]
)
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.Assert, ast.comprehension)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file. name: dotted, without ``__init__``."""

    name: str
    path: Path
    text: str
    tree: ast.Module


@dataclass
class Report:
    """figures: name to number, what is printed and judged. places: name to where, for those who mend."""

    figures: dict[str, float] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def modules(root: Path, package: str) -> list[Module]:
    """Return every module of a package, in the order of their paths."""
    found = []
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text("utf-8")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            version = ".".join(map(str, sys.version_info[:2]))
            raise SystemExit(f"{path}:{error.lineno}: Python {version} cannot read this file") from error
        found.append(Module(name, path.relative_to(root), text, tree))
    return found


def measure(root: Path, package: str, rules: Path) -> Report:
    """Return all figures of a package. rules: the folder whose headings a citation must resolve to."""
    every = modules(root, package)
    rebuilt = [root / package / folder for folder in house(root).get("in_work", [])]
    read = [m for m in every if not any(m.path.resolve().is_relative_to(folder.resolve()) for folder in rebuilt)]
    report = Report()
    size(report, read)
    functions(report, read)
    classes(report, read)
    private_uses(report, read)
    cycles(report, read)
    words(report, read)
    citations(report, every, rules)
    languages(report, read)
    return report


def size(report: Report, read: list[Module]) -> None:
    lines = [len(m.text.splitlines()) for m in read]
    report.figures["lines"] = sum(lines)
    report.figures["code_lines"] = sum(code_lines(m) for m in read)
    report.figures["modules"] = len(read)
    report.figures["longest_module"] = max(lines, default=0)


def code_lines(module: Module) -> int:
    """Return the lines that hold code: no blank line, comment or docstring."""
    docs: set[int] = set()
    for node in ast.walk(module.tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for each in body:
            text = each.value if isinstance(each, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                docs.update(range(each.lineno, (each.end_lineno or each.lineno) + 1))
    lines = enumerate(module.text.splitlines(), start=1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and at not in docs for at, line in lines)


def functions(report: Report, read: list[Module]) -> None:
    every = [(m, f) for m in read for f in ast.walk(m.tree) if isinstance(f, Function)]
    total = 0
    for module, each in every:
        place = f"{module.path}:{each.lineno} {each.name}"
        long = (each.end_lineno or each.lineno) - each.lineno + 1
        if long > LONG_FUNCTION:
            report.places["functions_over_50_lines"].append(f"{place} ({long})")
        complexity = mccabe(each)
        total += complexity
        if complexity > COMPLEX:
            report.places["complex_functions"].append(f"{place} ({complexity})")
        count = len([*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs])
        count -= bool(each.args.args) and each.args.args[0].arg in ("self", "cls")
        if count > MANY_PARAMETERS:
            report.places["functions_over_6_parameters"].append(f"{place} ({count})")
    positional_records(report, read)
    report.figures["functions"] = len(every)
    for name in ("functions_over_50_lines", "complex_functions", "functions_over_6_parameters"):
        report.figures[name] = len(report.places[name])
    share = report.figures["complex_functions"] / (len(every) or 1)
    report.figures["complex_functions_percent"] = round(100 * share, 2)
    report.figures["complexity_per_100_code_lines"] = round(100 * total / (report.figures["code_lines"] or 1), 1)


def positional_records(report: Report, read: list[Module]) -> None:
    """Count the calls that hand over more than six values by their place alone."""
    for module in read:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and len(node.args) > MANY_PARAMETERS:
                call = f"{module.path}:{node.lineno} {ast.unparse(node.func)} ({len(node.args)})"
                report.places["calls_over_6_positional"].append(call)
    report.figures["calls_over_6_positional"] = len(report.places["calls_over_6_positional"])


def mccabe(function: Function) -> int:
    """Return the cyclomatic complexity of a function, inner functions left to themselves."""
    count = 1
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*Function.__args__, ast.ClassDef)):
            continue
        if isinstance(node, BRANCHES):
            count += 1 + (len(node.ifs) if isinstance(node, ast.comprehension) else 0)
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.Match):
            count += len(node.cases) - 1
        waiting.extend(ast.iter_child_nodes(node))
    return count


def classes(report: Report, read: list[Module]) -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for module in read:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(module.name)
    for name, places in sorted(where.items()):
        if len(places) > 1:
            report.places["class_names_in_two_modules"].append(f"{name}: {', '.join(places)}")
    report.figures["classes"] = sum(len(places) for places in where.values())
    report.figures["class_names_in_two_modules"] = len(report.places["class_names_in_two_modules"])


def private_uses(report: Report, read: list[Module]) -> None:
    """Count where a private name of another package is taken: ``from weasyprint import _x``, ``weasyprint.a._b``."""
    for module in read:
        others = {
            alias.asname or alias.name.split(".")[0]
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } - {module.name.split(".")[0]}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr) and rooted(node) in others:
                report.places["private_names_of_others"].append(f"{module.path}:{node.lineno} {ast.unparse(node)}")
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(module.name.split(".")[0]):
                for alias in node.names:
                    if is_private(alias.name):
                        report.places["private_names_of_others"].append(f"{module.path}:{node.lineno} {alias.name}")
    report.figures["private_names_of_others"] = len(report.places["private_names_of_others"])


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def rooted(node: ast.expr) -> str:
    """Return the name that a chain of attributes hangs on: ``weasyprint`` of ``weasyprint.text._x``."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def cycles(report: Report, read: list[Module]) -> None:
    """Count import cycles, those for type checking alone included."""
    names = {m.name for m in read}
    graph = {m.name: set(imported(m, names)) - {m.name} for m in read}
    for ring in rings(graph):
        report.places["import_cycles"].append(" <-> ".join(sorted(ring)))
    report.figures["import_cycles"] = len(report.places["import_cycles"])
    report.figures["modules_in_cycles"] = sum(len(line.split(" <-> ")) for line in report.places["import_cycles"])


def imported(module: Module, names: set[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.name.split(".")
                package = module.path.name == "__init__.py"
                parts = parts[: len(parts) - node.level + package]
                base = ".".join([*parts, base] if base else parts)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                if full in names:
                    yield full
                elif base in names:
                    yield base


def rings(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the strongly connected parts of more than one module (Kosaraju)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        stack = [(start, iter(sorted(graph[start])))] if start not in seen else []
        seen.add(start)
        while stack:
            name, rest = stack[-1]
            step = next((n for n in rest if n not in seen), None)
            if step is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(step)
                stack.append((step, iter(sorted(graph[step]))))
    back: dict[str, set[str]] = defaultdict(set)
    for name, to in graph.items():
        for each in to:
            back[each].add(name)
    found, taken = [], set()
    for name in reversed(order):
        ring, waiting = set(), [name]
        while waiting:
            at = waiting.pop()
            if at not in taken:
                taken.add(at)
                ring.add(at)
                waiting.extend(back[at])
        if len(ring) > 1:
            found.append(ring)
    return found


def words(report: Report, read: list[Module]) -> None:
    """Count how often a name that is bound (a variable, an argument) is a filler that says nothing of its content."""
    bound: Counter[str] = Counter()
    for module in read:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound[node.id] += 1
            elif isinstance(node, ast.arg):
                bound[node.arg] += 1
    fillers = Counter({name: count for name, count in bound.items() if name in FILLERS})
    report.places["filler_names_percent"] = [f"{name} {count}" for name, count in fillers.most_common()]
    report.figures["bindings"] = sum(bound.values())
    report.figures["filler_names_percent"] = round(100 * sum(fillers.values()) / (sum(bound.values()) or 1), 2)


def citations(report: Report, read: list[Module], rules: Path) -> None:
    """Count citations of rules, and those whose rule no heading or table row of the rulebook names."""
    known: set[str] = set()
    for path in sorted(rules.rglob("*.md")) if rules.is_dir() else ():
        known |= {a or b for a, b in DEFINED.findall(path.read_text("utf-8"))}
    cited = 0
    for module in read:
        for at, line in enumerate(module.text.splitlines(), start=1):
            for rule in RULE.findall(line):
                cited += 1
                if rule not in known:
                    report.places["unresolved_rules"].append(f"{module.path}:{at} {rule}")
    report.figures["rules_cited"] = cited
    report.figures["rules_known"] = len(known)
    report.figures["unresolved_rules"] = len(report.places["unresolved_rules"])


def languages(report: Report, read: list[Module]) -> None:
    """Count what ties a language into code: branches on one, names that bear one, text in Chinese."""
    lines = named = 0
    for module in read:
        for node in ast.walk(module.tree):
            if (isinstance(node, ast.Compare | ast.Call) and is_language(node)) or is_chinese(node):
                at = getattr(node, "lineno", 0)
                report.places["language_branches"].append(f"{module.path}:{at} {ast.unparse(node)[:70]}")
            name = getattr(node, "id", None) or getattr(node, "arg", None) or getattr(node, "attr", None)
            named += isinstance(name, str) and bool(re.search(r"_(zh|en|de)$", name))
        found = sum(bool(CHINESE.search(line)) for line in module.text.splitlines())
        lines += found
        if found:
            report.places["modules_with_chinese"].append(f"{module.path} {found}")
    report.figures["language_branches"] = len(report.places["language_branches"])
    report.figures["names_with_a_language"] = named
    report.figures["modules_with_chinese"] = len(report.places["modules_with_chinese"])
    report.figures["lines_with_chinese"] = lines


def is_language(node: ast.Compare | ast.Call) -> bool:
    """Return whether a node compares with the name of a language: ``language == "zh"``, ``tag.startswith("zh")``."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
    else:
        sides = node.args if getattr(node.func, "attr", "") == "startswith" else []
    return any(isinstance(s, ast.Constant) and isinstance(s.value, str) and s.value in LANGUAGES for s in sides)


def is_chinese(node: ast.AST) -> bool:
    """Return whether a node asks a reader whether she is Chinese: ``reader.chinese``."""
    return isinstance(node, ast.Attribute) and node.attr == "chinese" and isinstance(node.ctx, ast.Load)


def house(root: Path) -> dict[str, Any]:
    """Return the table ``[tool.house]``; {} without any."""
    path = root / "pyproject.toml"
    tables = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return dict(tables.get("tool", {}).get("house", {}))


def limits(root: Path) -> dict[str, float]:
    """Return the limits of ``[tool.house]``; {} without any."""
    return {name: most for name, most in house(root).items() if name != "in_work"}


def broken(report: Report, allowed: dict[str, float]) -> list[str]:
    """Return a line for each limit that is broken, and for each that names no figure."""
    lines = [f"{name}: no such figure" for name in allowed if name not in report.figures]
    for name, most in allowed.items():
        if report.figures.get(name, 0) > most:
            first = "".join(f"\n    {place}" for place in report.places.get(name, [])[:10])
            lines.append(f"{name}: {report.figures[name]:g}, at most {most:g} allowed{first}")
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path.cwd())
    parser.add_argument("--package", default="kpireport")
    parser.add_argument("--rules", type=Path, help="the folder of the rulebook; docs/rules of the root if left out")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a limit is broken")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--places", metavar="FIGURE", help="list the places of one figure")
    given = parser.parse_args(arguments)
    report = measure(given.root, given.package, given.rules or given.root / "docs" / "rules")
    if not report.figures["modules"]:
        print(f"nothing to measure in {given.root / given.package}", file=sys.stderr)
        return 2
    if given.places:
        print("\n".join(report.places.get(given.places, [])))
    elif given.json:
        print(json.dumps(report.figures, indent=1))
    else:
        print("\n".join(f"{name:32} {value:>10,g}" for name, value in report.figures.items()))
    faults = broken(report, limits(given.root)) if given.check else []
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return int(bool(faults))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader of a list has seen enough
        sys.stderr.close()
