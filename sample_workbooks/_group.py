"""group.xlsx: the full case. A firm that heats houses: call centre, marketing, sales, field service, finance."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from _series import course, months
from _style import empty, save, sheet

COUNT = 34
MONTHS = months((2024, 1), COUNT)
PCT = "0.0%"
ORG, DEP = "Organisation", "Department"


def share(values: list[float]) -> list[Any]:
    return [(round(v / 100, 4), PCT) for v in values]


# name, id, level, parent, department, perspective, unit, target, direction, weight, owner, definition, red line,
# aggregation, baseline, frequency note
GOALS: list[dict[str, Any]] = [
    {
        "n": "Service income",
        "id": "G1",
        "say": "Grow income that returns",
        "p": "Finance",
        "u": "EUR k",
        "t": 25200,
        "d": "higher",
        "o": "M. Castellan",
        "def": "Income from service contracts, without repairs",
        "agg": "sum",
        "why": "Contracts carry us through a warm winter",
        "strategy": "Sell the contract with every new boiler",
        "cust": "One fixed price a year, no surprise",
        "comp": "Income that can be planned",
        "team": "Steady work in summer",
        "years": [25200, 27000, 28900, 30900, 33000],
        "base": 22800,
        "data": course(1, COUNT, 1820, 2180, 22, digits=0, season=0.02, last=2214),
    },
    {
        "n": "Customers who stay",
        "id": "G2",
        "say": "Keep the customers we have",
        "p": "Customer",
        "u": "%",
        "t": (0.90, PCT),
        "d": "higher",
        "o": "I. Halvorsen",
        "def": "Contracts renewed within 12 months, of all that ended",
        "agg": "last",
        "why": "Winning a new customer costs six times as much",
        "strategy": "Answer fast, repair at once",
        "problem": "People who wait on the phone leave",
        "means": "More evening staff and a call-back within the hour",
        "cust": "Somebody picks up",
        "comp": "EUR 380 k of income a year",
        "team": "Fewer angry calls",
        "red": (0.885, PCT),
        "years": [(0.90, PCT), (0.905, PCT), (0.91, PCT), (0.915, PCT), (0.92, PCT)],
        "base": (0.897, PCT),
        "data": share(course(2, COUNT, 90.6, 90.4, 0.25, fall=(27, -0.42), last=87.6)),
    },
    {
        "n": "Days without heat",
        "id": "G3",
        "say": "Bring the heat back sooner",
        "p": "Process",
        "u": "days",
        "t": 1.8,
        "d": "lower",
        "o": "R. Okonjo",
        "def": "Days from the call to a warm house, median",
        "agg": "average",
        "why": "A cold house is why people call at all",
        "strategy": "The right part in the van",
        "cust": "Warm again the next day",
        "comp": "Fewer second visits",
        "team": "Fewer night shifts",
        "red": 2.0,
        "years": [1.8, 1.7, 1.6, 1.5, 1.4],
        "base": 2.6,
        "data": course(3, COUNT, 2.7, 1.7, 0.08, digits=2, last=1.62),
    },
    {
        "n": "Operating margin",
        "id": "G4",
        "say": "Earn what the plan needs",
        "p": "Finance",
        "u": "%",
        "t": (0.12, PCT),
        "d": "higher",
        "o": "P. Lindqvist",
        "def": "Operating profit / revenue",
        "agg": "ratio",
        "num": "Operating profit",
        "den": "Revenue",
        "why": "It pays for the new depots",
        "strategy": "Price with the index, buy together",
        "cust": "Prices that hold for a year",
        "comp": "Depots without a loan",
        "team": "The bonus",
        "red": (0.11, PCT),
        "years": [(0.12, PCT), (0.123, PCT), (0.127, PCT), (0.131, PCT), (0.135, PCT)],
        "base": (0.112, PCT),
        "data": None,
    },
]
KPIS: list[dict[str, Any]] = [
    {
        "n": "Contracts sold",
        "id": "K11",
        "g": "Service income",
        "dep": "Sales",
        "u": "contracts",
        "t": 6600,
        "d": "higher",
        "w": 40,
        "o": "D. Amsel",
        "agg": "sum",
        "data": course(11, COUNT, 480, 560, 18, digits=0, season=0.16, last=621),
    },
    {
        "n": "Offers accepted",
        "id": "K12",
        "g": "Service income",
        "dep": "Sales",
        "u": "%",
        "t": (0.34, PCT),
        "d": "higher",
        "w": 20,
        "o": "D. Amsel",
        "data": share(course(12, COUNT, 31, 35, 0.8, last=34.9)),
    },
    {
        "n": "Leads with a boiler over ten years",
        "id": "K13",
        "g": "Service income",
        "dep": "Marketing",
        "u": "leads",
        "t": 14400,
        "d": "higher",
        "w": 25,
        "o": "Y. Tanaka",
        "agg": "sum",
        "data": course(13, COUNT, 1080, 1210, 45, digits=0, last=1148),
    },
    {
        "n": "Cost of a lead",
        "id": "K14",
        "g": "Service income",
        "dep": "Marketing",
        "u": "EUR",
        "t": 38,
        "d": "lower",
        "w": 15,
        "o": "Y. Tanaka",
        "agg": "average",
        "red": 40,
        "data": course(14, COUNT, 36.5, 37.2, 0.6, digits=2, fall=(28, 1.05), last=43.6),
    },
    {
        "n": "Calls answered within 30 s",
        "id": "K21",
        "g": "Customers who stay",
        "dep": "Call centre",
        "u": "%",
        "t": (0.82, PCT),
        "d": "higher",
        "w": 40,
        "o": "S. Brandt",
        "red": (0.78, PCT),
        "trigger": "red 2 months",
        "data": share(course(21, COUNT, 82.6, 83.2, 0.7, fall=(27, -1.9), last=69.8)),
    },
    {
        "n": "Solved in the first call",
        "id": "K22",
        "g": "Customers who stay",
        "dep": "Call centre",
        "u": "%",
        "t": (0.75, PCT),
        "d": "higher",
        "w": 25,
        "o": "S. Brandt",
        "red": (0.73, PCT),
        "data": share(course(22, COUNT, 74.5, 75.4, 0.7, last=74.1)),
    },
    {
        "n": "Complaints",
        "id": "K23",
        "g": "Customers who stay",
        "dep": "Call centre",
        "u": "cases",
        "t": 1440,
        "d": "lower",
        "w": 20,
        "o": "S. Brandt",
        "agg": "sum",
        "data": None,
    },
    {
        "n": "Rating after a call",
        "id": "K24",
        "g": "Customers who stay",
        "dep": "Call centre",
        "u": "1-5",
        "t": 4.3,
        "d": "higher",
        "w": 15,
        "o": "S. Brandt",
        "agg": "average",
        "data": [*course(24, COUNT - 1, 4.25, 4.36, 0.05, digits=2), None],
    },
    {
        "n": "Repaired at the first visit",
        "id": "K31",
        "g": "Days without heat",
        "dep": "Field service",
        "u": "%",
        "t": (0.86, PCT),
        "d": "higher",
        "w": 45,
        "o": "R. Okonjo",
        "red": (0.83, PCT),
        "data": share(course(31, COUNT, 80, 88, 0.7, last=87.7)),
    },
    {
        "n": "Part was in the van",
        "id": "K32",
        "g": "Days without heat",
        "dep": "Field service",
        "u": "%",
        "t": (0.92, PCT),
        "d": "higher",
        "w": 30,
        "o": "R. Okonjo",
        "red": (0.90, PCT),
        "data": share(course(32, COUNT, 90.2, 90.6, 0.35, shift=(24, 2.6), last=93.4)),
    },
    {
        "n": "Visits per engineer and day",
        "id": "K33",
        "g": "Days without heat",
        "dep": "Field service",
        "u": "visits/day",
        "t": "4.8~5.6",
        "d": "range",
        "w": 25,
        "o": "R. Okonjo",
        "agg": "average",
        "data": course(33, COUNT, 5.1, 5.2, 0.12, digits=2, last=5.21),
    },
    {
        "n": "Cost of a visit",
        "id": "K41",
        "g": "Operating margin",
        "dep": "Finance",
        "u": "EUR",
        "t": 96,
        "d": "lower",
        "w": 40,
        "o": "P. Lindqvist",
        "agg": "average",
        "data": course(41, COUNT, 97, 95, 0.9, digits=2, last=94.8),
    },
    {
        "n": "Overtime",
        "id": "K42",
        "g": "Operating margin",
        "dep": "Finance",
        "u": "EUR k",
        "t": 1080,
        "d": "lower",
        "w": 25,
        "o": "P. Lindqvist",
        "agg": "sum",
        "data": course(42, COUNT, 88, 91, 3.2, digits=1, season=0.05, last=93.8),
    },
    {
        "n": "Engineers we lack",
        "id": "K43",
        "g": "Operating margin",
        "dep": "People",
        "u": "FTE",
        "t": 10,
        "d": "lower",
        "w": 35,
        "o": "A. Moreau",
        "agg": "last",
        "data": course(43, COUNT, 19, 8, 0.7, digits=0, last=8),
    },
]
METRICS: list[dict[str, Any]] = [
    {
        "n": "Calls offered",
        "g": "Calls answered within 30 s",
        "dep": "Call centre",
        "u": "calls",
        "data": course(51, COUNT, 31000, 36500, 600, digits=0, season=0.06, last=39120),
    },
    {
        "n": "Agents on shift",
        "g": "Calls answered within 30 s",
        "dep": "Call centre",
        "u": "FTE",
        "data": course(52, COUNT, 62, 63, 0.8, digits=1, fall=(27, -1.4), last=52.4),
    },
    {
        "n": "Length of a call",
        "g": "Calls answered within 30 s",
        "dep": "Call centre",
        "u": "s",
        "data": course(53, COUNT, 338, 352, 4, digits=0, last=369),
    },
    {
        "n": "Contracts ended",
        "g": "Customers who stay",
        "dep": "Sales",
        "u": "contracts",
        "data": course(54, COUNT, 402, 410, 9, digits=0, fall=(27, 11), last=497),
    },
    {
        "n": "Price of a search click",
        "g": "Cost of a lead",
        "dep": "Marketing",
        "u": "EUR/click",
        "data": course(55, COUNT, 1.42, 1.55, 0.03, digits=2, fall=(28, 0.06), last=1.93),
    },
    {
        "n": "Leads from neighbours",
        "g": "Cost of a lead",
        "dep": "Marketing",
        "u": "leads",
        "data": course(56, COUNT, 330, 320, 12, digits=0, fall=(28, -9), last=246),
    },
    {
        "n": "Revenue",
        "g": "Operating margin",
        "dep": "Finance",
        "u": "EUR k",
        "data": course(57, COUNT, 3900, 4700, 60, digits=0, season=0.12, last=5210),
    },
    {"n": "Operating profit", "g": "Operating margin", "dep": "Finance", "u": "EUR k", "data": None},
]
FIELDS = [
    "ID", "KPI", "Goal in words", "Type", "Level", "Parent", "Perspective", "Department", "Owner", "Unit", "Direction",
    "Target", 2026, 2027, 2028, 2029, 2030, "Weight", "Aggregation", "Numerator", "Denominator", "Red line", "Baseline",
    "Definition", "Priority", "Why", "Strategy", "Problem", "Means", "Customer benefit", "Company benefit",
    "Team benefit", "Trigger", "Review date", "Status",
]  # fmt: skip


def _margin() -> None:
    """Operating profit follows revenue, so that the margin is a real ratio of two metrics."""
    revenue = next(m for m in METRICS if m["n"] == "Revenue")["data"]
    rate = course(58, COUNT, 11.1, 12.1, 0.35, digits=2, last=12.2)
    profit = next(m for m in METRICS if m["n"] == "Operating profit")
    profit["data"] = [round(r * q / 100, 1) for r, q in zip(revenue, rate, strict=True)]


def goal_rows() -> list[list[Any]]:
    rows: list[list[Any]] = [list(FIELDS)]
    for number, g in enumerate(GOALS, start=1):
        rows.append([
            g["id"], g["n"], g["say"], "KPI", ORG, None, g["p"], None, g["o"], g["u"], g["d"], g["t"], *g["years"], None,
            g["agg"], g.get("num"), g.get("den"), g.get("red"), g["base"], g["def"], number, g["why"], g["strategy"],
            g.get("problem"), g.get("means"), g["cust"], g["comp"], g["team"], None, date(2027, 3, 31), "final",
        ])  # fmt: skip
    for k in KPIS:
        rows.append([
            k["id"], k["n"], None, "KPI", DEP, k["g"], None, k["dep"], k["o"], k["u"], k["d"], k["t"], *[None] * 5,
            (k["w"] / 100, "0%"), k.get("agg"), None, None, k.get("red"), None, k.get("def"),
            None, f"Feeds: {k['g']}", None, None, None, None, None, None, k.get("trigger"), None, "final",
        ])  # fmt: skip
    for number, m in enumerate(METRICS, start=1):
        rows.append([
            f"M{number}", m["n"], None, "Metric", DEP, m["g"], None, m["dep"], None, m["u"], None, *[None] * 24,
        ])  # fmt: skip
    return rows


def complaints() -> list[list[Any]]:
    """Return one row for each month and channel: the parts that make a month's figure."""
    rows: list[list[Any]] = [["KPI", "Period", "Breakdown", "Actual"]]
    parts = {"phone": (70, 78, 61), "e-mail": (32, 30, 62), "web form": (12, 19, 63)}
    series = {name: course(seed, COUNT, a, b, 3, digits=0) for name, (a, b, seed) in parts.items()}
    for place, month in enumerate(MONTHS):
        rows.extend(["Complaints", month, name, values[place]] for name, values in series.items())
    return rows


PLAN: list[list[Any]] = [
    ["ID", "KPI", "Project", "Type", "Action", "Owner", "Start", "Due", "Done", "Status", "Progress", "Budget", "Spent",
     "Cost category", "Obstacle", "Mitigation", "Likelihood", "Points", "Benefit"],
    ["P1", "Customers who stay", "Evening desk", "initiative", "Call back everyone who hung up, within the hour",
     "I. Halvorsen", date(2026, 6, 1), date(2026, 12, 15), None, "in progress", (0.45, "0%"), 120, 88, "People",
     "Nine agents left after the new shift plan; hiring was frozen until October", None, None, None, 310],
    ["P2", "Calls answered within 30 s", "Evening desk", "initiative", "Hire and train ten agents for the evening",
     "S. Brandt", date(2026, 8, 1), date(2026, 11, 30), None, "in progress", (0.4, "0%"), 165, 71, "People",
     "Callers with the new bill need twice as long", None, None, None, 190],
    ["P3", "Calls answered within 30 s", "Evening desk", "action", "Move questions about the bill to the web form",
     "T. Weiss", date(2026, 9, 1), date(2026, 10, 31), None, "in progress", (0.7, "0%"), 40, 52, "Online", None, None,
     None, None, 60],
    ["P4", "Cost of a lead", "Neighbours", "initiative", "Move EUR 25 k a month from search to neighbours' tips",
     "Y. Tanaka", date(2026, 7, 1), date(2026, 12, 1), None, "in progress", (0.5, "0%"), 150, 84, "Online",
     "A rival has bought the first places in the search since July", None, None, None, 240],
    ["P5", "Part was in the van", "Vans", "milestone", "Second parts depot open", "R. Okonjo", date(2025, 9, 1),
     date(2026, 1, 15), date(2026, 1, 12), "done", (1, "0%"), 210, 204, "Premises", None, None, None, None, 160],
    ["P6", "Part was in the van", "Vans", "milestone", "Stock list renewed in every van", "R. Okonjo", date(2026, 2, 1),
     date(2026, 10, 20), date(2026, 10, 16), "done", (1, "0%"), 90, 86, "Stock", None, None, None, None, 75],
    ["P7", "Service income", "Contract with every boiler", "initiative", "Train all fitters to offer the contract",
     "D. Amsel", date(2026, 3, 1), date(2027, 2, 28), None, "in progress", (0.7, "0%"), 75, 48, "People", None, None, None,
     None, 280],
    ["P8", "Operating margin", "Buying together", "initiative", "Joint purchase of pumps with two neighbours",
     "P. Lindqvist", date(2026, 4, 1), date(2027, 3, 31), None, "in progress", (0.6, "0%"), 30, 12, "Other", None, None,
     None, None, 120],
    ["P9", "Days without heat", "Vans", "action", "Weekend shift for the cold months", "R. Okonjo", date(2026, 10, 1),
     date(2026, 11, 15), None, "in progress", (0.6, "0%"), 60, 22, "People", None, None, None, None, 40],
    ["R1", "Customers who stay", None, "risk", "A hard winter", "I. Halvorsen", None, None, None, None, None, None, None,
     None, "A hard winter doubles the calls before the evening desk is full", "Borrow planners from field service", "30%",
     None, None],
    ["R2", "Operating margin", None, "risk", "Copper", "P. Lindqvist", None, None, None, None, None, None, None, None,
     "The price of copper rises by a fifth", "Half of the need bought ahead until June", "medium", None, None],
    *[
        [f"T{i}", kpi, "Desk work", "task", what, who, None, due, done, "done" if done else "open", None, None, None, None,
         None, None, None, points, None]
        for i, (kpi, what, who, due, done, points) in enumerate(
            [
                ("Calls answered within 30 s", "Write the evening shift plan", "J. Adeyemi", date(2026, 9, 15),
                 date(2026, 9, 14), 3),
                ("Calls answered within 30 s", "Test the call-back line", "J. Adeyemi", date(2026, 10, 1),
                 date(2026, 9, 30), 2),
                ("Solved in the first call", "Answers for the new bill", "J. Adeyemi", date(2026, 10, 20), None, 3),
                ("Complaints", "Call twenty who complained", "C. Rossi", date(2026, 10, 10), date(2026, 10, 13), 2),
                ("Complaints", "Report of causes by channel", "C. Rossi", date(2026, 10, 25), date(2026, 10, 23), 2),
                ("Cost of a lead", "Stop the five costliest words", "K. Nowak", date(2026, 10, 5), date(2026, 10, 5), 1),
                ("Cost of a lead", "Cards for the neighbours", "K. Nowak", date(2026, 10, 30), None, 2),
                ("Repaired at the first visit", "Check the stock of ten vans", "C. Rossi", date(2026, 11, 20), None, 2),
                ("Contracts sold", "Price list for 2027", "K. Nowak", date(2026, 12, 10), None, 3),
            ],
            start=1,
        )
    ],
]  # fmt: skip
NOTES: list[list[Any]] = [
    ["Period", "KPI", "Type", "Text", "Author", "Date"],
    [
        "2026-10",
        None,
        "headline",
        "Houses are warm again sooner than planned, but nobody answers the phone",
        "M. Castellan",
        date(2026, 11, 5),
    ],
    [
        "2026-10",
        None,
        "decision",
        "Release EUR 45 k from the reserve, so that the evening desk is full before Christmas. "
        "Without it the renewal rate falls to about 86 % and income in 2027 by about EUR 380 k.",
        "M. Castellan",
        date(2026, 11, 5),
    ],
    [
        "2026-10",
        "Customers who stay",
        "cause",
        "People who wait more than three minutes end their contract twice as often "
        "as others. The queue has been over three minutes since August.",
        "I. Halvorsen",
        date(2026, 11, 4),
    ],
    [
        "2026-10",
        "Customers who stay",
        "customers",
        "A customer who leaves pays about EUR 70 more a year elsewhere for the same service.",
        "I. Halvorsen",
        date(2026, 11, 4),
    ],
    [
        "2026-10",
        "Customers who stay",
        "money",
        "Each point of renewals is worth about EUR 190 k of income a year.",
        "P. Lindqvist",
        date(2026, 11, 4),
    ],
    [
        "2026-10",
        "Calls answered within 30 s",
        "obstacle",
        "Nine agents left after the shift plan of June. Hiring was frozen until 1 October.",
        "S. Brandt",
        date(2026, 11, 3),
    ],
    [
        "2026-10",
        "Cost of a lead",
        "obstacle",
        "A rival buys the first places in the search; the price of a click rose every month since May.",
        "Y. Tanaka",
        date(2026, 11, 3),
    ],
    [
        "2026-10",
        "Part was in the van",
        "lesson",
        "The second depot did more than three years of training: keep stock near the work.",
        "R. Okonjo",
        date(2026, 11, 2),
    ],
    [
        "2026-10",
        "Leads with a boiler over ten years",
        "comment",
        "The autumn fair moved to November.",
        "Y. Tanaka",
        date(2026, 11, 2),
    ],
    [
        "2026-01",
        "Part was in the van",
        "rebase",
        "Second parts depot opened in January 2026.",
        "R. Okonjo",
        date(2026, 1, 20),
    ],
]
REVISIONS: list[list[Any]] = [
    ["Date", "KPI", "Field", "Effective from", "Old", "New", "Reason", "Approved by", "Retroactive"],
    [
        date(2026, 3, 12),
        "Repaired at the first visit",
        "target",
        "2026-04",
        (0.84, PCT),
        (0.86, PCT),
        "The depot made more possible",
        "Board",
        "no",
    ],
    [date(2026, 7, 2), "Cost of a lead", "target", "2026-07", 36, 38, "Clicks became dearer", None, "no"],
    [
        date(2026, 9, 1),
        "Engineers we lack",
        "owner",
        "2026-09",
        "H. Stone",
        "A. Moreau",
        "New head of people",
        "Board",
        "no",
    ],
]
SETTINGS: list[list[Any]] = [
    ["Setting", "Value"], ["organisation", "Brightwell Heat & Water"], ["report_name", "Monthly KPI report"],
    ["mission", "A warm house for everyone we serve, every day of the year"], ["business_type", "Home services"],
    ["currency", "EUR k"], ["fiscal_year_start", 1], ["report_period", "2026-10"], ["as_of", date(2026, 11, 6)],
    ["language", "en"], ["strategy_review", date(2027, 6, 30)],
]  # fmt: skip
RECIPIENTS: list[list[Any]] = [
    ["Name", "Email", "Scope", "Language", "Format", "When", "Active"],
    ["M. Castellan", "m.castellan@example.com", "all", "en", "both", "always", "yes"],
    ["S. Brandt", "s.brandt@example.com", "department=Call centre", "en", "PDF", "always", "yes"],
    ["D. Amsel", "d.amsel@example.com", "department=Sales", "en", "PDF", "red only", "yes"],
    ["R. Okonjo", "r.okonjo@example.com", "owner=R. Okonjo", "en", "HTML", "always", "yes"],
    ["王琳", "wang.lin@example.org", "all", "zh", "PDF", "always", "no"],
]
TRIGGERS: list[list[Any]] = [
    ["ID", "KPI", "Condition", "For n periods", "Action", "Notify"],
    ["T1", "Customers who stay", "< 88.5", 2, "The board looks at renewals every week", "M. Castellan"],
    [
        "T2",
        "Calls answered within 30 s",
        "< 78",
        3,
        "The managing director takes over the staffing plan",
        "M. Castellan",
    ],
    ["T3", "Service income", "landing below target", None, "Sales brings a plan for the last quarter", "D. Amsel"],
    ["T4", "Calls answered within 30 s", "spent > budget", None, "Finance asks for a new estimate", "P. Lindqvist"],
    ["T5", "Operating margin", "连续2个月红", None, "Hiring stops outside the call centre", "P. Lindqvist"],
    ["T6", "Days without heat", "signal worse", None, "Field service reports the cause", "R. Okonjo"],
]


def metric_rows(chosen: list[dict[str, Any]]) -> list[list[Any]]:
    rows: list[list[Any]] = [["KPI", *MONTHS]]
    rows.extend([k["n"], *k["data"]] for k in chosen if k["data"] is not None)
    return rows


def targets() -> list[list[Any]]:
    """Month targets of a seasonal KPI: the year's 6,600 contracts, by the season of the years before."""
    weights = [94, 84, 78, 74, 76, 82, 90, 98, 106, 110, 108, 100]
    parts = [round(6600 * w / sum(weights)) for w in weights]
    parts[-1] += 6600 - sum(parts)
    return [["KPI", *months((2026, 1), 12)], ["Contracts sold", *parts]]


def make(folder: Path) -> None:
    _margin()
    book = empty()
    everything = [*GOALS, *KPIS, *METRICS]
    centre = [k for k in everything if k.get("dep") == "Call centre"]
    others = [k for k in everything if k.get("dep") != "Call centre"]
    wide = {
        "B": 32,
        "C": 28,
        "F": 26,
        "I": 15,
        "X": 36,
        "Z": 36,
        "AA": 32,
        "AB": 30,
        "AC": 32,
        "AD": 28,
        "AE": 28,
        "AF": 24,
    }
    sheet(book, "Goals", goal_rows(), title="Brightwell Heat & Water: goals 2026 to 2030", freeze="C4", widths=wide)
    sheet(book, "Metrics", metric_rows(others), widths={"A": 34}, title="Figures by month")
    sheet(book, "Call centre", metric_rows(centre), widths={"A": 34}, title="Call centre, figures by month")
    sheet(book, "Complaints", complaints(), widths={"A": 16, "C": 14}, freeze="A2")
    sheet(book, "Targets", targets(), widths={"A": 20})
    sheet(book, "Plan", PLAN, widths={"B": 28, "E": 44, "F": 15, "O": 44, "P": 34}, freeze="F2")
    sheet(book, "Notes", NOTES, widths={"B": 28, "D": 90, "E": 15}, freeze="A2")
    sheet(book, "Revisions", REVISIONS, widths={"A": 12, "B": 28, "G": 30}, freeze="A2")
    sheet(book, "Triggers", TRIGGERS, widths={"B": 28, "C": 24, "E": 46, "F": 16}, freeze="A2")
    sheet(book, "Recipients", RECIPIENTS, widths={"A": 16, "B": 28, "C": 26}, freeze="A2")
    sheet(book, "Settings", SETTINGS, widths={"A": 20, "B": 56}, freeze="A2")
    save(book, folder / "group.xlsx")
