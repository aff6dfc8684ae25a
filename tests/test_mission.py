"""Each concept of the mission is looked for where a reader would look: in the report of the full sample.

The numbers are those of the founding text's concepts; each row says what the reader sees, and in which section.
"""

from __future__ import annotations

import html
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.resources import sample_workbooks
from tests.workbooks import save

TODAY = date(2026, 11, 9)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of the full sample, as page and as PDF; return where, without the ending."""
    out = tmp_path_factory.mktemp("mission")
    job = Job((sample_workbooks() / "group.xlsx",), TODAY, period="2026-10", formats=("html", "pdf"), out=out)
    assert not pipeline.build(job).failed
    return out / "group"


@pytest.fixture(scope="module")
def printed(report: Path) -> set[str]:
    """Return the words of the PDF."""
    done = subprocess.run(
        ["pdftotext", str(report.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
    )
    return set(done.stdout.decode().split())


@pytest.fixture(scope="module")
def sections(report: Path) -> dict[str, str]:
    """Return the words of each section of the page, by its id; "" is the whole page."""
    page = report.with_suffix(".html").read_text("utf-8")
    page = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", page)
    found = {"": words(page)}
    for part in re.split(r"(?=<section\b)", page):
        if match := re.match(r'<section\b[^>]*\bid="([^"]+)"', part):
            found[match.group(1)] = words(part)
    return found


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("section", "seen"),
    [
        pytest.param("scorecard", r"Customers who stay", id="1 progress is measured over time"),
        pytest.param("month", r"Grow income that returns .* Keep the customers we have", id="2 priority goals first"),
        pytest.param("off", r"Metrics behind it .* Contracts ended", id="3 the factors needed to meet a goal"),
        pytest.param("off", r"At most in each of 2 months EUR 24\.7", id="4 a quota: what is needed from now on"),
        pytest.param("off", r"Action Owner Due State Cost", id="5 the plan for each goal"),
        pytest.param("actions", r"Due .* 31 Oct 2026", id="6 a roadmap with dates"),
        pytest.param("scorecard", r"Customers who stay .* Call centre .* Calls answered", id="7 high and low KPIs"),
        pytest.param("scorecard", r"Marketing .* Call centre .* Field service", id="8 low-level departments"),
        pytest.param("sources", r"no data", id="9 whether enough data were collected"),
        pytest.param(
            "contribution",
            r"Calls answered within 30 s Call centre 40% 85\.1% – .*−7\.0",
            id="10 which area must improve",
        ),
        pytest.param("breakdowns", r"Complaints.* phone .* e-mail", id="11 complaints by channel"),
        pytest.param("month", r"9 of 18 KPIs", id="12 the whole organisation"),
        pytest.param("purpose", r"Means More evening staff", id="13 the means to solve a problem"),
        pytest.param("month", r"2026 forecast", id="14 the expected end result"),
        pytest.param(
            "pace", r"Service income .* 21,401 25,200 84\.9% 83\.3% on plan 83\.3% 3,799 1,900", id="4 filled and left"
        ),
        pytest.param("pace", r"Complaints .* 3\.0 points too fast", id="4 a quota that is used up too fast"),
        pytest.param("pace", r"Plan to date Total plan .* 101\.9% 14\.8%", id="38 the plan to date and the whole plan"),
        pytest.param("initiatives", r"Initiative, Evening desk", id="23 projects are organised"),
        pytest.param(
            "purpose", r"Service income Why .* Customers who stay Why", id="34 the key goals, by their priority"
        ),
        pytest.param(
            "contribution", r"Service income 100% .* Contracts sold Sales 40%", id="50 from a goal to what feeds it"
        ),
        pytest.param("off", r"Metrics behind it .* Price of a search click", id="48 metrics stand under their KPI"),
        pytest.param(
            "plan", r"Two of four goals are forecast to reach this year's target", id="42 yearly goals of the plan"
        ),
        pytest.param("purpose", r"18 of 18 KPIs have an owner, a target and a reason", id="47 all goals in one plan"),
        pytest.param("off", r"usual range is 89\.2", id="15 statistics over a period"),
        pytest.param("initiatives", r"Evening desk", id="16 small projects"),
        pytest.param("method", r"index of goals, weighted, is 103\.6%", id="17 organisational health"),
        pytest.param("month", r"No data for October Rating after a call", id="19 what cannot be charted is said"),
        pytest.param("staff", r"Person Due Done", id="21 staff development and tasks"),
        pytest.param("month", r"9 of 18 KPIs are on target", id="24 did you reach the goal"),
        pytest.param(
            "purpose", r"Does the strategy look good\? Three of four goals", id="25 does the strategy look good"
        ),
        pytest.param("purpose", r"Does the team understand .* 18 of 18", id="26 does the team understand and deliver"),
        pytest.param("purpose", r"If not, what stops us\?", id="27 what stops us"),
        pytest.param("purpose", r"5 of 7 tasks due are done", id="28 answers cite figures"),
        pytest.param("purpose", r"Why Contracts carry us", id="30 the reason of a goal"),
        pytest.param("month", r"Getting worse Steady Getting better", id="32 which direction"),
        pytest.param("purpose", r"Strategy Sell the contract", id="33 goals and a basic strategy"),
        pytest.param("purpose", r"Mission A warm house .* \(Home services\)", id="35 business and mission"),
        pytest.param("plan", r"the 2030 goal needs", id="38 a five-year plan"),
        pytest.param("initiatives", r"Milestone, Vans", id="39 the steps to success"),
        pytest.param("risks", r"Risk KPI Likelihood", id="40 potential obstacles"),
        pytest.param("budget", r"EUR 667 k spent of EUR 940 k", id="41 how much money goes in"),
        pytest.param("budget", r"By kind of cost.* People 229 of 420", id="43 other financial consequences"),
        pytest.param("off", r"Customers A customer who leaves pays", id="44 the customer's experience"),
        pytest.param("purpose", r"For customers .* For the company", id="45 benefits for customers and company"),
        pytest.param("purpose", r"For the team Steady work", id="46 benefits for those who work with you"),
        pytest.param("scorecard", r"Agents on shift FTE [\d.]+ – –", id="49 a metric is not rated"),
        pytest.param("revisions", r"target: 84% to 86%", id="52 neither is a fixed point"),
        pytest.param("revisions", r"owner: H\. Stone to A\. Moreau", id="55 staff may change"),
        pytest.param("notes", r"Lesson Part was in the van", id="56 learning from data"),
        pytest.param("triggers", r"Four of seven triggers have fired", id="59 triggers"),
        pytest.param(
            "triggers",
            r"year forecast to miss its target .* not fired; now EUR 25,785 k",
            id="60 triggers read metrics",
        ),
        pytest.param("quality", r"7 of 18 KPIs have no plan", id="5 a goal without a plan is told"),
        pytest.param("sources", r"Metrics AI4", id="61 evidence"),
    ],
)
def test_the_report_answers(sections: dict[str, str], printed: set[str], section: str, seen: str) -> None:
    text = sections.get(section)
    if text is None:
        pytest.fail(f"no section {section}; there are {sorted(sections)}")
    found = re.search(seen, text)
    assert found, text[:1500]
    fragments = [part.strip() for part in seen.split(".*")]
    told = {word for part in fragments for word in re.findall(rf"\S*(?:{part})\S*", text)[0].split()}
    assert told
    assert told <= printed, f"not in the PDF: {sorted(told - printed)}"


def test_the_years_and_the_decision_are_in_the_month(sections: dict[str, str]) -> None:
    assert "Decision asked" in sections["month"]


@pytest.mark.parametrize(
    ("columns", "row", "name"),
    [
        pytest.param("KPI", "Be loved by customers\nRevenue", "STILL_A_NOTE", id="62 a goal that is still a note"),
        pytest.param(
            "KPI | Target | Unit | Baseline", "Revenue | 90 | EUR | 100", "WORSE_THAN_BASELINE", id="29 a blind target"
        ),
        pytest.param("KPI | Target | Unit", "Revenue | 90 | EUR", "OWNER", id="26 a goal without an owner"),
        pytest.param(
            "KPI | Target | Why\nProfit | 9 | It pays", "Revenue | 90 | ", "NO_REASON", id="30 a goal without a reason"
        ),
        pytest.param(
            "KPI | Target | Unit | Review date",
            "Revenue | 90 | EUR | 2025-01-01",
            "REVIEW",
            id="53 a review is overdue",
        ),
    ],
)
def test_what_the_mission_warns_of_is_told(columns: str, row: str, name: str, tmp_path: Path) -> None:
    months = "KPI | 2026-01 | 2026-02 | 2026-03\nRevenue | 90 | 110 | 105"
    path = save(tmp_path / "a.xlsx", Goals=f"{columns}\n{row}", Metrics=months)
    told = {d.name for d in pipeline.check(Job((path,), date(2026, 4, 15)))}
    assert any(name in found for found in told), sorted(told)


@pytest.mark.parametrize(
    ("sample", "seen"),
    [
        pytest.param("charity", r"people", id="36 a charity counts people, not money"),
        pytest.param("group-zh", r"同比", id="18 any industry, in Chinese"),
    ],
)
def test_no_industry_is_built_in(sample: str, seen: str, tmp_path: Path) -> None:
    job = Job((sample_workbooks() / f"{sample}.xlsx",), TODAY, formats=("html",), out=tmp_path)
    assert not pipeline.build(job).failed
    assert re.search(seen, words((tmp_path / f"{sample}.html").read_text("utf-8")))
