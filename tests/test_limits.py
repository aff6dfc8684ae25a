"""What costs the square of its length, or the depth of a tree, is bounded; asserted by counts, for no test is timed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpireport import pipeline
from kpireport.core import resolve
from kpireport.core.lexicon import standard
from kpireport.core.scorecard import Result
from kpireport.core.suggest import ENOUGH, LONGEST_NAME, Suggestions
from kpireport.pipeline import Job
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 4, 10)


@pytest.mark.parametrize("length", [32_000, 200_000])
def test_a_unit_of_many_letters_is_none_and_is_not_cut_at_each(length: int) -> None:
    """unit_cell_32000_chars_quadratic: 14.7 s, of 200,000 characters 55 s."""
    assert standard().unit_parts("EUR " * (length // 4)) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [("EUR k", ("EUR", 3)), ("k      EUR", ("EUR", 3)), ("million euros", ("EUR", 6)), ("k", ("", 3))],
)
def test_units_are_read_as_before(text: str, parts: tuple[str, int]) -> None:
    assert standard().unit_parts(text) == parts


def test_suggestions_end_where_enough_was_compared() -> None:
    """near_miss_suggestions_quadratic: 1,600 unknown names against 1,600 known ones took 21.7 s."""
    names = {f"overdue revenue per quality, south {n}": n for n in range(1600)}
    suggestions, asked = Suggestions(), 0

    def known() -> dict[str, int]:
        nonlocal asked
        asked += 1
        return names

    near = [suggestions.nearest(f"overdue revenue per quality, sout {n}", known) for n in range(1600)]
    assert near[0] == "overdue revenue per quality, south 0"
    assert near[-1] is None
    assert asked * 34 * sum(map(len, names)) < 2 * ENOUGH


def test_a_long_name_is_compared_by_its_beginning() -> None:
    suggestions = Suggestions()
    long = "a" * 5000
    assert suggestions.nearest(f"{long}b", lambda: [long, "b"]) == long
    assert ENOUGH - suggestions.left < 6000 * LONGEST_NAME


def test_names_that_nobody_knows_are_all_told_in_a_large_workbook(tmp_path: Path) -> None:
    goals = "KPI | Target | Unit\n" + "\n".join(f"Overdue revenue, south {n} | 10 | EUR" for n in range(300))
    metrics = "KPI | 2026-01\n" + "\n".join(f"Overdue revenue, sout {n} (actual) | 9" for n in range(300))
    told = pipeline.check(Job((save(tmp_path / "a.xlsx", Goals=goals, Metrics=metrics),), TODAY))
    unknown = [one for one in told if one.name == "KPI_UNKNOWN"]
    assert len(unknown) == 300
    assert unknown[0].details["near"]


def test_no_two_results_are_compared_field_by_field_to_compose_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kpi4000_html_quadratic_48s: each of n results was looked for in a list of all, by its value."""
    goals = "KPI | Target | Unit\n" + "\n".join(f"K{n} | 10 | EUR" for n in range(60))
    metrics = "KPI | 2026-01 | 2026-02 | 2026-03\n" + "\n".join(f"K{n} | 9 | 8 | {n}" for n in range(60))
    job = Job((save(tmp_path / "a.xlsx", Goals=goals, Metrics=metrics),), TODAY, formats=("html",), out=tmp_path)
    compared = 0
    alike = Result.__eq__

    def counted(self: Result, other: object) -> bool:
        nonlocal compared
        compared += 1
        return alike(self, other)

    monkeypatch.setattr(Result, "__eq__", counted)
    assert not pipeline.build(job).failed
    assert compared <= 10 * 60


# ---- trees


def chain(folder: Path, depth: int) -> Path:
    goals = ["KPI | Target | Unit | Parent", *(f"K{n} | 10 | EUR | {f'K{n - 1}' if n else ''}" for n in range(depth))]
    metrics = ["KPI | 2026-01", *(f"K{n} | 9" for n in range(depth))]
    return save(folder / "chain.xlsx", Goals="\n".join(goals), Metrics="\n".join(metrics))


def test_a_tree_may_be_deeper_than_the_stack(tmp_path: Path) -> None:
    """parent_chain_1000_recursionerror_exit70."""
    done = pipeline.build(Job((chain(tmp_path, 1200),), TODAY, formats=("html",), out=tmp_path))
    assert not done.failed
    assert "K1199" in (tmp_path / "chain.html").read_text("utf-8")


class Counted(dict[str, str | None]):
    """Parents, and how often one was asked for."""

    asked = 0

    def __getitem__(self, key: str) -> str | None:
        self.asked += 1
        return super().__getitem__(key)


def test_each_parent_is_walked_over_once() -> None:
    parents = Counted({f"k{n}": f"k{n - 1}" if n else None for n in range(3000)})
    assert resolve._rings(parents) == []
    assert parents.asked <= 2 * len(parents)


@pytest.mark.parametrize(
    ("parents", "rings"),
    [
        pytest.param({"a": "b", "b": "a"}, [["a", "b"]], id="two"),
        pytest.param({"a": "a"}, [["a"]], id="itself"),
        pytest.param({"x": "b", "a": "b", "b": "c", "c": "a"}, [["a", "b", "c"]], id="entered from outside"),
        pytest.param(
            {"z": "c", "a": "b", "b": "a", "c": "d", "d": "c"}, [["a", "b"], ["c", "d"]], id="two rings, in order"
        ),
        pytest.param({"a": None, "b": "a", "c": "a"}, [], id="a tree"),
    ],
)
def test_rings_among_parents(parents: dict[str, str | None], rings: list[list[str]]) -> None:
    assert resolve._rings(parents) == rings
