"""What was reported when: kept once, compared with the report before, never with itself (R36)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpireport.core.identity import ReportIdentity
from kpireport.core.restate import Reported
from kpireport.snapshots import NAME, Snapshots


def report(period: str = "2026-03", sources: str = "a", organisation: str = "Firm", scope: str = "") -> ReportIdentity:
    return ReportIdentity(organisation, scope, period, sources)


def revenue(value: float | None, period: str = "2026-03") -> Reported:
    return Reported("revenue", period, "actual", value, "Metrics!D2")


KEY = ("revenue", "2026-03", "actual")


def test_the_first_report_has_nothing_before_it(tmp_path: Path) -> None:
    assert Snapshots(tmp_path / "new" / "state").before(report()) == {}


def test_the_next_report_sees_what_was_shown(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(report(), [revenue(120.0)], made="2026-04-03")
    assert kept.before(report("2026-04", "b"))[KEY] == revenue(120.0)


def test_a_rebuild_of_the_same_workbooks_is_compared_with_the_report_before_it(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(report(), [revenue(120.0)], made="2026-04-03")
    kept.keep(report(sources="b"), [revenue(118.0)], made="2026-04-05")

    again = kept.before(report(sources="b"))

    assert again[KEY].value == 120.0


def test_the_same_report_is_kept_once(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(report(), [revenue(120.0)], made="2026-04-03")
    kept.keep(report(), [revenue(999.0)], made="2026-04-04")
    assert kept.before(report("2026-04", "b"))[KEY].value == 120.0


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(report(sources="b", organisation="Other"), id="of another organisation"),
        pytest.param(report(sources="b", scope="department=Sales"), id="of another scope"),
    ],
)
def test_reports_of_others_are_not_seen(tmp_path: Path, other: ReportIdentity) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(report(), [revenue(120.0)], made="2026-04-03")
    assert kept.before(other) == {}


def test_no_data_is_kept_as_no_data(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.keep(report(), [revenue(None)], made="2026-04-03")
    assert kept.before(report("2026-04", "b"))[KEY].value is None


IDENTITIES = st.builds(
    ReportIdentity,
    st.sampled_from(["Firm", "Other"]),
    st.sampled_from(["", "department=Sales"]),
    st.sampled_from(["2026-03", "2026-04"]),
    st.sampled_from(["a", "b", "c"]),
)


@settings(max_examples=40)  # each writes to a disk
@given(reports=st.lists(IDENTITIES, max_size=9), asked=IDENTITIES)
def test_an_extract_answers_for_its_organisation_as_the_whole_does(
    reports: list[ReportIdentity], asked: ReportIdentity
) -> None:
    with tempfile.TemporaryDirectory() as name:
        whole = Snapshots(Path(name) / "whole")
        for number, one in enumerate(reports):
            series = ("actual", "target", "year", "forecast", "last", "landing")
            figures = [Reported("k", one.period, s, number + n / 10, f"{s}!A1") for n, s in enumerate(series)]
            whole.keep(one, figures, made=f"2026-05-{number + 1:02}")
        (Path(name) / "part").mkdir()
        (Path(name) / "part" / NAME).write_bytes(whole.extract(asked.organisation, asked.sources))
        part = Snapshots(Path(name) / "part")
        for one in (asked, ReportIdentity(asked.organisation, asked.scope, "", asked.sources)):
            assert part.before(one) == whole.before(one)
            assert part.forecasts(one) == whole.forecasts(one)
        assert {kept.organisation for kept in part.history()} <= {asked.organisation}
