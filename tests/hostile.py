"""A workbook whose every text tries to be something else: markup, a formula, a path, a header, a terminal code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

# Excel writes a control byte as _x001B_; a reader that decodes it holds the byte itself.
MARKUP = "<img src=http://127.0.0.1:9/a.png onerror=alert(1)><script>alert(2)</script>"
LINKS = '"><svg/onload=alert(3)><link rel=stylesheet href=//127.0.0.1:9/x.css>'
TEMPLATE = "{{ 7*7 }}{% include '/etc/passwd' %}{{ ''.__class__.__mro__ }}"
FORMULA = '=HYPERLINK("http://127.0.0.1:9/","x")'
COMMAND = "+cmd|' /C calc'!A0"
TRAVERSAL = "../../../../tmp/escaped/evil"
TERMINAL = "_x001B_]0;owned_x0007__x001B_[2J_x001B_[31mred"
BIDI = "‮gnp.evil⁦⁩"
HEADER = "Sales_x000D__x000A_Bcc: everyone@example.com"
FILE = "file:///etc/passwd"
ALL = (MARKUP, LINKS, TEMPLATE, FORMULA, COMMAND, TRAVERSAL, TERMINAL, BIDI, HEADER, FILE)


def hostile(path: Path) -> Path:
    """Write it: hostile names, units, owners, departments, texts, an organisation and a period's notes."""
    goals: list[list[object]] = [["KPI", "Target", "Unit", "Direction", "Owner", "Department", "Why", "Definition"]]
    metrics: list[list[object]] = [["KPI", *(f"2026-{month:02d}" for month in range(1, 11))]]
    plan: list[list[object]] = [["ID", "KPI", "Type", "Action", "Owner", "Due", "Status", "Budget", "Obstacle"]]
    notes: list[list[object]] = [["Period", "KPI", "Type", "Text", "Author"]]
    for number, text in enumerate(ALL):
        name = f"{number} {text}"
        goals.append([name, 100, text[:30], "higher", text, text, text, text])
        metrics.append([name, *(80 + number + month for month in range(10))])
        plan.append([f"P{number}", name, "task", text, text, "2026-12-01", "open", 1000, text])
        notes.append(["2026-10", name, "comment", text, text])
    settings: list[list[object]] = [
        ["Key", "Value"],
        ["organisation", f"{MARKUP}{TERMINAL}{HEADER}"],
        ["mission", TEMPLATE],
        ["headline", BIDI + MARKUP],
    ]
    return save(path, Goals=goals, Metrics=metrics, Plan=plan, Notes=notes, Settings=settings)
