"""How things stand: the last run, what is due, what waits, what is held, who has not dropped a workbook."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kpireport.batch import calendars, inbox
from kpireport.batch.filing import FAILED
from kpireport.batch.ledger import NAME, RunLedger
from kpireport.command_line import as_typed
from kpireport.core.file_names import REASON
from kpireport.core.messages import Message, Quoted, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kpireport.batch.ledger import Made, WaitingReport
    from kpireport.core.batching import BatchSettings, Planned
    from kpireport.core.messages import Language

MONTH = re.compile(r"^\d{4}-\d{2}$")
ASLEEP = 366  # days after which a report that nobody has dropped is taken to have ended
MOST = 40


def status(settings: BatchSettings, now: datetime, mail: Mapping[str, int]) -> dict[str, Any]:
    """Return how things stand, as plain data. mail: how many messages are in each state. Raises OSError."""
    ledger = RunLedger(settings.state) if (settings.state / NAME).is_file() else None
    folder = settings.inbox.folder
    failed = folder / FAILED
    expected = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return {
        "now": now.isoformat(timespec="seconds"),
        "last_run": ledger.last_run() if ledger else None,
        "waiting": [e.name for e in inbox.listed(folder, settings.inbox.patterns)] if folder.is_dir() else [],
        "failed": sorted(p.name.removesuffix(REASON) for p in failed.glob(f"*{REASON}")) if failed.is_dir() else [],
        "due": [one for planned in settings.planned for one in _due(planned, ledger, now)],
        "expected": expected,
        "reports": [_report(made, expected, now) for made in (ledger.newest_of_all() if ledger else ())],
        "mail": dict(mail),
        "reading": [_waiting(each) for each in (ledger.waiting() if ledger else ())],
    }


def _waiting(each: WaitingReport) -> dict[str, Any]:
    """Return a report whose letters wait for a person to look at a reading."""
    return {"report": each.report, "period": each.period, "questions": each.questions, "typed": each.typed}


def _report(made: Made, expected: str, now: datetime) -> dict[str, Any]:
    """Return the newest edition of a report. come: whether that is of last month; None for what is not monthly."""
    alive = made.made[:10] > (now - timedelta(days=ASLEEP)).date().isoformat()
    come = made.period >= expected if MONTH.match(made.period) and alive else None
    return {"report": made.report, "period": made.period, "revision": made.revision, "made": made.made, "come": come}


def _due(planned: Planned, ledger: RunLedger | None, now: datetime) -> list[dict[str, Any]]:
    if planned.calendar is None:
        return []
    settled = ledger.due(planned.name) if ledger else {}
    today = (now.astimezone(ZoneInfo(planned.calendar.zone)) if planned.calendar.zone else now).date()
    return [
        {"report": planned.name, "period": d.period, "day": d.day.isoformat(), "late": d.late, "stale": d.stale}
        for d in calendars.due(planned.calendar, today, settled, first=not settled)
    ]


def as_text(found: Mapping[str, Any], language: Language) -> str:
    """Return the status for people; it is what the owner can get by mail."""

    def say(key: str, **fields: object) -> str:
        return language.say(f"letters.status.{key}", **fields)

    lines = [language.text(_last(found["last_run"])), say("inbox", waiting=len(found["waiting"]))]
    lines += [f"             {quoted(name)}" for name in found["waiting"][:MOST]]
    lines += [say("failed", name=name) for name in found["failed"][:MOST]]
    for one in found["due"]:
        late = Message("letters.status.stale") if one["stale"] else ""
        lines.append(say("due", report=one["report"], period=one["period"], day=one["day"], late=late))
    if not found["due"]:
        lines.append(say("nothing"))
    monthly = [one for one in found["reports"] if one["come"] is not None]
    behind = [one for one in monthly if not one["come"]]
    if monthly:
        here = len(monthly) - len(behind)
        lines.append(say("reports", here=here, all=len(monthly), period=found["expected"]))
    lines += [say("behind", report=one["report"], period=one["period"], day=one["made"][:10]) for one in behind[:MOST]]
    if len(behind) > MOST:
        lines.append(say("more", n=len(behind) - MOST))
    for one in found["reading"][:MOST]:
        typed, questions = Quoted(one["typed"]), one["questions"]
        held = say("reading", report=one["report"], period=one["period"], questions=questions, typed=typed)
        lines.append(as_typed(held))
    unsettled = [(name, count) for name, count in found["mail"].items() if count and name != "sent"]
    counts = language.conventions.text.comma.join(say(f"state.{name}", n=count) for name, count in unsettled)
    lines.append(say("mail", counts=Quoted(counts) if counts else Message("letters.status.none")))
    return "\n".join(lines) + "\n"


def _last(last: Mapping[str, Any] | None) -> Message:
    if last is None:
        return Message("letters.status.never")
    code = (last["summary"] or {}).get("code", "")
    ended = Message("letters.status.ended", {"ended": last["ended"], "code": code})
    how = ended if last["ended"] else Message("letters.status.died")
    return Message("letters.status.last", {"began": last["began"], "how": how})
