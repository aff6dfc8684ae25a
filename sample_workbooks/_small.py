"""minimal.xlsx, charity.xlsx and wide.xlsx."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from _series import course, months
from _style import empty, save, sheet

PCT = "0.0%"


def minimal(folder: Path) -> None:
    """Two sheets and five columns: all that is needed."""
    ten = months((2026, 1), 10)
    book = empty()
    goals: list[list[Any]] = [
        ["KPI", "Target", "Unit", "Direction", "Owner"],
        ["Revenue", 9600, "EUR k", "higher", "Ana"], ["New customers", 480, "customers", "higher", "Bo"],
        ["Orders on time", (0.95, PCT), "%", "higher", "Cy"], ["Days to pay", 30, "days", "lower", "Ana"],
        ["Returns", (0.03, PCT), "%", "lower", "Cy"], ["Staff", 24, "headcount", "higher", "Dee"],
    ]  # fmt: skip
    data: list[list[Any]] = [
        ["KPI", *ten],
        ["Revenue", *course(201, 10, 770, 850, 15, digits=0)],
        ["New customers", *course(202, 10, 41, 38, 3, digits=0)],
        ["Orders on time", *[(round(v / 100, 3), PCT) for v in course(203, 10, 95.5, 96, 0.4)]],
        ["Days to pay", *course(204, 10, 31, 34, 0.8)],
        ["Returns", *[(round(v / 100, 4), PCT) for v in course(205, 10, 2.7, 2.9, 0.1, digits=2)]],
        ["Staff", *course(206, 10, 22, 24, 0.2, digits=0, last=24)],
    ]
    sheet(book, "Goals", goals, widths={"A": 18}, freeze="A2")
    sheet(book, "Metrics", data, widths={"A": 18})
    save(book, folder / "minimal.xlsx")


def charity(folder: Path) -> None:
    """A charity: people reached, not money; the fiscal year begins in April."""
    names = months((2024, 4), 31)
    count = len(names)
    book = empty()
    head = ["KPI", "Level", "Parent", "Department", "Perspective", "Unit", "Annual target", "Monthly target", "Direction",
            "Weight", "Owner", "Why", "Customer benefit", "Aggregation", "FY2027", "FY2028", "FY2029"]  # fmt: skip
    rows: list[list[Any]] = [
        head,
        ["People reached", "organisation", None, None, "Customer", "people", 26400, None, "higher", None, "Noor",
         "It is what we exist for", "A warm meal and someone to talk to", "sum", 26400, 29000, 32000],
        ["People who say it helped", "organisation", None, None, "Customer", "%", None, (0.85, PCT), "higher", None, "Noor",
         "Reach without help is nothing", "Help that fits", "average", None, None, None],
        ["Meals served", "department", "People reached", "Kitchens", None, "meals", 108000, None, "higher", 60, "Tom",
         "Meals bring people in", None, "sum", None, None, None],
        ["New visitors", "department", "People reached", "Outreach", None, "people", 5400, None, "higher", 40, "Ines",
         "Some never come by themselves", None, "sum", None, None, None],
        ["Active volunteers", "department", "People who say it helped", "Volunteers", None, "volunteers", None, 210, "higher",
         50, "Sam", "They are the help", None, "last", None, None, None],
        ["Waiting time for a talk", "department", "People who say it helped", "Counselling", None, "days", None, 7, "lower",
         50, "Lea", "Need does not wait", None, "average", None, None, None],
    ]  # fmt: skip
    data: list[list[Any]] = [
        ["KPI", *names],
        ["People reached", *course(301, count, 1900, 2260, 60, digits=0, season=0.08)],
        ["People who say it helped", *[(round(v / 100, 3), PCT) for v in course(302, count, 84, 86, 0.6)]],
        ["Meals served", *course(303, count, 8200, 9300, 180, digits=0, season=0.07)],
        ["New visitors", *course(304, count, 400, 430, 22, digits=0)],
        ["Active volunteers", *course(305, count, 188, 204, 3, digits=0)],
        ["Waiting time for a talk", *course(306, count, 6.2, 8.4, 0.4)],
    ]
    settings: list[list[Any]] = [
        ["Setting", "Value"], ["organisation", "Open Table"], ["mission", "Nobody eats alone"], ["fiscal_year_start", 4],
        ["report_period", "2026-10"], ["business_type", "Charity"],
    ]  # fmt: skip
    sheet(book, "Goals", rows, widths={"A": 28, "C": 26, "L": 30, "M": 30})
    sheet(book, "Metrics", data, widths={"A": 28})
    sheet(book, "Settings", settings, widths={"A": 20, "B": 30}, freeze="A2")
    save(book, folder / "charity.xlsx")


def wide(folder: Path) -> None:
    """400 KPIs over 60 months: what a large organisation drops in."""
    names = months((2021, 11), 60)
    chance = random.Random(7)
    book = empty()
    goals: list[list[Any]] = [
        ["KPI", "Level", "Parent", "Department", "Unit", "Target", "Direction", "Weight", "Owner", "Aggregation"]
    ]
    data: list[list[Any]] = [["KPI", *names]]
    departments = ["North", "South", "East", "West", "Online"]
    for g in range(8):
        goal = f"Goal {g + 1}"
        goals.append([goal, "organisation", None, None, "index", 100, "higher", None, f"Director {g + 1}", "average"])
        data.append([goal, *course(1000 + g, 60, 96, chance.uniform(96, 106), 1.5)])
        for k in range(49):
            name = f"Measure {g + 1}.{k + 1:02d}"
            if k % 4 == 3:
                name += " of a long name that has to wrap in every table it stands in"
            lower = k % 3 == 2
            level = chance.choice([12.0, 85.0, 940.0, 15200.0])
            digits = 2 if level < 100 else 0
            owner = f"Owner {k % 17 + 1}"
            direction = "lower" if lower else "higher"
            goals.append([name, "department", goal, departments[k % 5], "", level, direction, 1, owner, "average"])
            values: list[Any] = course(
                2000 + 50 * g + k, 60, level, level * chance.uniform(0.86, 1.14), level * 0.03, digits=digits
            )
            if chance.random() < 0.06:
                values[-1] = None
            data.append([name, *values])
    sheet(book, "Goals", goals, widths={"A": 60})
    sheet(book, "Metrics", data, widths={"A": 60})
    sheet(book, "Settings", [["Setting", "Value"], ["organisation", "Four Winds Group"], ["report_period", "2026-10"]],
          widths={"B": 24}, freeze="A2")  # fmt: skip
    save(book, folder / "wide.xlsx")
