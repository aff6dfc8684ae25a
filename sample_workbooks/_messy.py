"""messy.xlsx: one of every kind of problem that a workbook can cause, to see what `kpireport check` says of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from _style import empty, save, sheet

PCT = "0.0%"


def messy(folder: Path) -> None:
    book = empty()
    head = ["ID", "KPI", "Target", "Unit", "Direction", "Owner", "Parent", "Weight", "Red line", "Aggregation", "Min", "Max",
            "Baseline", "Formula", "Level", "Why", "Review date", "Method", "Start", "Phasing", "Trigger", "Colour",
            "Numerator", "Denominator", "Target", 2026]  # fmt: skip
    none: list[Any] = [None] * len(head)

    def row(**given: Any) -> list[Any]:
        values = list(none)
        for name, value in given.items():
            values[head.index(name)] = value
        return values

    goals = [
        head,
        row(ID=1, KPI="Revenue", Target="约500", Unit="EUR", Direction="higher", Owner="Ana"),
        row(ID=2, KPI="Margin", Target=(0.95, PCT), Unit="%", Direction="higher", Owner="Bo", **{"Red line": (0.97, PCT)}),
        row(ID=3, KPI="Revenue", Target=700, Unit="EUR", Direction="higher", Owner="Cy"),
        row(ID=2, KPI="Wait", Target="≤30", Unit="s", Direction="higher", Owner="Cy"),
        row(ID=5, KPI="Calls", Target=1200, Unit="calls", Direction="sideways", Parent="No such KPI", Weight=-1),
        row(ID=6, KPI="Ring one", Target=10, Unit="pcs", Parent="Ring two", Weight=40, Start="soon"),
        row(ID=7, KPI="Ring two", Target=10, Unit="pcs", Parent="Ring one", Weight=45, Why="it is there"),
        row(ID=8, KPI="Quality", Unit="%", Target="98%~95%", Direction="range", Owner="Dee"),
        row(ID=9, KPI="Stock", Target="3/4", Unit="pcs", Aggregation="sometimes"),
        row(ID=10, KPI="Uptime", Target=(0.999, PCT), Unit="%", Owner="Ed", Baseline=(0.9995, PCT), Phasing="a, b"),
        row(ID=11, KPI="Profit per head", Formula="Profit / Heads", Unit="EUR", Target=10),
        row(ID=12, KPI="Round about", Formula="Round about + 1", Unit="EUR", Target=10),
        row(ID=13, KPI="Be better", Owner="Flo", Trigger="when it hurts", Colour="blue"),
        row(ID=14, KPI="Sum target", Target=1200, Unit="EUR", Owner="Gil", Method="quickly"),
        row(ID=15, KPI="Looks monthly", Target=100, Unit="EUR", Owner="Gil"),
        row(KPI=None, Target=12),
        row(ID=17, KPI="Parent", Unit="index", Target=100), row(ID=18, KPI="Child A", Parent="Parent", Weight=40, Target=5),
        row(ID=19, KPI="Child B", Parent="Parent", Weight=35, Target=5), row(ID=20, KPI="Child C", Parent="Parent", Target=5),
    ]  # fmt: skip
    data: list[list[Any]] = [
        ["KPI", "2026-01", "2026-02", "2026-02", "2026-05", "2026-04", "Total", "YTD Apr"],
        ["Revenue", "1.234,56", 90, 91, 93, 94, 999, None],
        ["Margin", (0.9, PCT), 91, (0.9, PCT), "n/a", 0.92, None, None],
        ["Wait", "20/30", "28", "=B2*2", 27, 26, None, None],
        ["Cals", 100, 101, 102, 103, 104, None, None],
        ["Ring one", datetime(2026, 3, 1), True, 3, 4, 5, None, None],
        ["Quality", "¥5", "$6", 0.96, 0.96, 0.96, None, None],
        [None, 1, 2, 3, 4, 5, None, None],
        ["Uptime", (0.99, PCT), (0.98, PCT), (0.97, PCT), (0.99, PCT), (0.95, PCT), None, None],
        ["Sum target", 90, 95, 92, 99, 100, None, None],
        ["Looks monthly", 98, 101, 99, 102, 100, None, None],
        ["Total", 1, 2, 3, 4, 5, None, None],
        ["Child A", 5, 5, 5, 5, 5, None, None], ["Child B", 4, 4, 4, 4, 4, None, None], ["Child C", 4, 4, 4, 4, 4, None, None],
        ["Stock", 12, 11, 10, 9, 9, None, None],
    ]  # fmt: skip
    plan: list[list[Any]] = [
        ["KPI", "Type", "Action", "Owner", "Start", "Due", "Progress", "Budget"],
        ["Revenu", "action", "Something for a KPI with a typo", "Ana", date(2026, 5, 1), date(2026, 4, 1), 1.4, "much"],
        ["Wait", "wish", "No such type", "Bo", "31.02.2026", "03/04/2026", None, None],
    ]
    revisions: list[list[Any]] = [
        ["KPI", "Field", "Effective from", "New"], ["Wait", "target", None, 25], ["Nobody", "target", "2026-03", 3],
    ]  # fmt: skip
    recipients = [["Name", "Email"], ["Ana", "ana at example.com"], ["Bo", "bo@example.com\nbcc: eve@example.com"]]
    settings: list[list[Any]] = [
        ["Setting", "Value"], ["organisation", "Muddle & Sons"], ["fiscal_year_start", 13], ["amber limit", 0.9],
        ["calendar", "lunar"], ["report_period", "2026-04"],
    ]  # fmt: skip
    sheet(book, "Goals", goals, widths={"B": 18})
    sheet(book, "Metrics", data, widths={"A": 18})
    sheet(book, "Targets", [["KPI", "2026-01", "2026-02", "2026-03"], ["Sum target", 50, 60, 70]], widths={"A": 18})
    sheet(book, "Plan", plan, widths={"C": 34})
    sheet(book, "Revisions", revisions)
    sheet(book, "Recipients", recipients, widths={"B": 30})
    sheet(book, "Settings", settings, widths={"A": 20, "B": 20})
    sheet(book, "Scratch", [["nothing", "to see"], ["here", 1]])
    book["Scratch"].sheet_state = "hidden"
    save(book, folder / "messy.xlsx")
