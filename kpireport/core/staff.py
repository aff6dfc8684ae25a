"""Tasks by person, and initiatives by time, progress and money. Rule: R37, R38."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.model import Step
from kpireport.core.scorecard import InitiativeFlag, InitiativeLine, StaffLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpireport.core.model import PlanItem

LATE = 0.10  # progress this far behind time is late; spend this far ahead of progress is flagged. Rule: R38.


def staff(plan: Iterable[PlanItem], today: date) -> tuple[StaffLine, ...]:
    """Return one line for each person with tasks, in the order of the sheet. Points are weights, if any are given."""
    owners: dict[str, list[PlanItem]] = {}
    for item in plan:
        if item.step is Step.TASK:
            owners.setdefault(item.owner, []).append(item)
    return tuple(tasks(owner, items, today) for owner, items in owners.items())


def tasks(owner: str, items: Iterable[PlanItem], today: date) -> StaffLine:
    """Return what one person had to do, and did.

    to date: done of the due over the due; overall: done over all; on time: done by the due day over done of the due
    whose day is known. A task marked done without a day counts as done, and in neither part of the on-time rate.
    Rule: R37.
    """
    chosen = tuple(items)
    due = [i for i in chosen if i.due is not None and i.due <= today]
    done = [i for i in chosen if done_by(i, today)]
    done_of_due = [i for i in due if done_by(i, today)]
    dated = [i for i in done_of_due if i.done is not None]
    on_time = [i for i in dated if i.done is not None and i.due is not None and i.done <= i.due]
    return StaffLine(
        owner=owner,
        tasks=len(chosen),
        due=len(due),
        done=len(done),
        done_of_due=len(done_of_due),
        overdue=len(due) - len(done_of_due),
        to_date=_share(done_of_due, due),
        overall=_share(done, chosen),
        on_time=_share(on_time, dated),
        undated=len(done_of_due) - len(dated),
        items=chosen,
    )


def done_by(item: PlanItem, today: date) -> bool:
    """Return whether a task is done on the day; one that is dated later than that is not yet."""
    return item.done <= today if item.done is not None else item.finished


def _share(part: Iterable[PlanItem], whole: Iterable[PlanItem]) -> float | None:
    """Return part over whole, by points where every item has them, else by number."""
    parts, wholes = list(part), list(whole)
    if not wholes:
        return None
    if all(item.points is not None for item in wholes):
        total = sum(item.points or 0.0 for item in wholes)
        return sum(item.points or 0.0 for item in parts) / total if total > 0 else None
    return len(parts) / len(wholes)


def initiatives(plan: Iterable[PlanItem], today: date) -> tuple[InitiativeLine, ...]:
    """Return initiatives and milestones with their three ratios and flags.

    An initiative without typed progress takes the mean of its project's milestones.
    Rule: R38.
    """
    items = list(plan)
    return tuple(
        initiative(item, today, _milestones(items, item))
        for item in items
        if item.step in (Step.INITIATIVE, Step.MILESTONE)
    )


def _milestones(items: list[PlanItem], item: PlanItem) -> tuple[PlanItem, ...]:
    if item.step is not Step.INITIATIVE or not item.project:
        return ()
    return tuple(i for i in items if i.step is Step.MILESTONE and i.project == item.project)


def initiative(item: PlanItem, today: date, milestones: tuple[PlanItem, ...] = ()) -> InitiativeLine:
    """Return time, progress and spend of one initiative, and what is wrong with them."""
    time = elapsed(item.start, item.due, today)
    progress = 1.0 if done_by(item, today) else item.progress
    if progress is None and milestones:
        progress = sum(1.0 if done_by(m, today) else (m.progress or 0.0) for m in milestones) / len(milestones)
    spend = item.spent / item.budget if item.spent is not None and item.budget else None
    overdue = item.due is not None and item.due < today and not done_by(item, today)
    flags = []
    if time is not None and progress is not None and progress < time - LATE - 1e-9:
        flags.append(InitiativeFlag.LATE)
    if overdue and InitiativeFlag.LATE not in flags:
        flags.append(InitiativeFlag.OVERDUE)
    if spend is not None and progress is not None and spend > progress + LATE + 1e-9:
        flags.append(InitiativeFlag.SPENDING_AHEAD)
    if item.spent is not None and item.budget is not None and item.spent > item.budget * (1 + 1e-9):
        flags.append(InitiativeFlag.OVER_BUDGET)
    return InitiativeLine(item, time, progress, spend, tuple(flags), overdue)


def elapsed(start: date | None, due: date | None, today: date) -> float | None:
    """Return how much of the time has passed, 0 to 1; the first and the last day both count. Rule: R38."""
    if start is None or due is None or due < start:
        return None
    total = (due - start).days + 1
    return min(1.0, max(0.0, ((today - start).days + 1) / total))
