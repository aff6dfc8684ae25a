"""The worked cases of the rulebook, each run through the program: ``docs/rules/cases.csv``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases import CASES, KINDS, Case, differences

RUN = [case for case in CASES if case.kind in KINDS]


@pytest.mark.parametrize("case", RUN, ids=lambda case: f"{case.id} {case.says}")
def test_case(case: Case) -> None:
    assert differences(case.expected, KINDS[case.kind](case.inputs), case.id) == []


def test_a_case_stands_once_and_says_what_it_is() -> None:
    assert len({case.id for case in CASES}) == len(CASES) > 100
    assert [case.id for case in CASES if not (case.says and case.source and case.expected)] == []


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param({"a": 1.0}, {"a": 1.00001}, id="a number that is off"),
        pytest.param({"a": 1}, {"b": 1}, id="a result that is not there"),
        pytest.param({"a": None}, {"a": 0.0}, id="zero is not missing"),
        pytest.param({"a": [1, 2]}, {"a": [1, 2, 3]}, id="one more"),
        pytest.param({"a": "on"}, {"a": "off"}, id="another word"),
        pytest.param({"a": True}, {"a": 1}, id="a number is no truth"),
        pytest.param({"a": {"b": 1}}, {"a": 1}, id="a number is no mapping"),
    ],
)
def test_a_result_that_is_not_as_expected_is_seen(expected: Any, found: Any) -> None:
    assert len(differences(expected, found)) == 1


def test_results_that_nobody_asked_for_do_no_harm() -> None:
    assert differences({"a": 0.1 + 0.2, "b": [1, None]}, {"a": 0.3, "b": (1, None), "c": "x"}) == []
