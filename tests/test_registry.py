"""A registry that lacks a member, or has one too many, does not come up."""

from __future__ import annotations

import pytest

from kpireport.core.aggregation import Speaks
from kpireport.core.formats import FORMATS, endings, mime_type
from kpireport.core.registry import complete


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        pytest.param({"sum": 1}, "median", id="a member without an entry"),
        pytest.param({"sum": 1, "median": 2, "mode": 3}, "mode", id="an entry for no member"),
    ],
)
def test_a_table_with_other_names_than_its_members_is_an_error(entries: dict[str, int], named: str) -> None:
    with pytest.raises(LookupError, match=named):
        complete(("sum", "median"), entries)


def test_a_registry_cannot_be_changed() -> None:
    entries = {"sum": 1}
    registry = complete(("sum",), entries)
    entries["median"] = 2
    assert dict(registry) == {"sum": 1}


@pytest.mark.parametrize(
    ("speaks", "periods"),
    [(Speaks.ALL, [1, 2, 3]), (Speaks.LAST, [3]), (Speaks.FIRST, [1])],
)
def test_the_periods_that_speak_for_several(speaks: Speaks, periods: list[int]) -> None:
    assert (speaks.of([1, 2, 3]), speaks.of([])) == (periods, [])


def test_each_file_of_a_format_ends_in_its_own_way() -> None:
    found = endings(FORMATS)
    assert len(set(found)) == len(found)
    assert {one for one in found if mime_type(f"report{one}") == "application/octet-stream"} == set()


@pytest.mark.parametrize("name", ["report", "report.pages", "report.pdf.zip"])
def test_a_file_of_no_format_has_a_type_that_says_nothing(name: str) -> None:
    assert mime_type(name) == "application/octet-stream"
