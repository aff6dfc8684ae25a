"""How things stand: the last run, what is due, what waits, what is held, who has not dropped a workbook."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kpireport.batch import calendars, inbox
from kpireport.batch.filing import FAILED
from kpireport.batch.ledger import NAME, Ledger
from kpireport.core.diagnostics import quoted
from kpireport.core.file_names import REASON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kpireport.batch.ledger import Made
    from kpireport.core.batching import BatchSettings, Planned

MONTH = re.compile(r"^\d{4}-\d{2}$")
ASLEEP = 366  # days after which a report that nobody has dropped is taken to have ended
MOST = 40
WORDS = {
    "en": {
        "never": "no run yet", "last": "last run     {began}, {how}",
        "died": "did not end: the next run puts things right",
        "ended": "ended {ended}, code {code}", "inbox": "drop folder  {waiting} workbook(s) waiting",
        "failed": "failed       {name}", "due": "due          {report}, {period}, since {day}{late}",
        "stale": " (too late now; make it by hand)", "mail": "mail         {counts}",
        "none": "nothing queued, held or uncertain", "nothing": "due          nothing",
        "reports": "reports      {here} of {all} have come for {period}",
        "behind": "not come     {report}: the newest is {period}, of {day}", "more": "             and {n} more",
    },
    "zh": {
        "never": "尚未运行", "last": "上次运行  {began}，{how}", "died": "未正常结束：下次运行会自动恢复",
        "ended": "结束于 {ended}，代码 {code}", "inbox": "投递文件夹  {waiting} 个工作簿等待处理",
        "failed": "失败  {name}", "due": "到期  {report}，{period}，自 {day}{late}",
        "stale": "（已过期，需手动生成）", "mail": "邮件  {counts}", "none": "没有排队、暂停或结果未知的邮件",
        "nothing": "到期  无", "reports": "报告  {period} 已收到 {here} 份，共 {all} 份",
        "behind": "未收到  {report}：最新一期为 {period}，{day} 生成", "more": "  另有 {n} 份",
    },
}  # fmt: skip


def status(settings: BatchSettings, now: datetime, mail: Mapping[str, int]) -> dict[str, Any]:
    """Return how things stand, as plain data. mail: how many messages are in each state. Raises OSError."""
    ledger = Ledger(settings.state) if (settings.state / NAME).is_file() else None
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
    }


def _report(made: Made, expected: str, now: datetime) -> dict[str, Any]:
    """Return the newest edition of a report. come: whether that is of last month; None for what is not monthly."""
    alive = made.made[:10] > (now - timedelta(days=ASLEEP)).date().isoformat()
    come = made.period >= expected if MONTH.match(made.period) and alive else None
    return {"report": made.report, "period": made.period, "revision": made.revision, "made": made.made, "come": come}


def _due(planned: Planned, ledger: Ledger | None, now: datetime) -> list[dict[str, Any]]:
    if planned.calendar is None:
        return []
    settled = ledger.due(planned.name) if ledger else {}
    today = (now.astimezone(ZoneInfo(planned.calendar.zone)) if planned.calendar.zone else now).date()
    return [
        {"report": planned.name, "period": d.period, "day": d.day.isoformat(), "late": d.late, "stale": d.stale}
        for d in calendars.due(planned.calendar, today, settled, first=not settled)
    ]


def as_text(found: Mapping[str, Any], language: str = "en") -> str:
    """Return the status for people; it is what the owner can get by mail."""
    say = WORDS[language]
    lines = [_last(found["last_run"], say), say["inbox"].format(waiting=len(found["waiting"]))]
    lines += [f"             {quoted(name)}" for name in found["waiting"][:MOST]]
    lines += [say["failed"].format(name=quoted(name)) for name in found["failed"][:MOST]]
    for one in found["due"]:
        late = say["stale"] if one["stale"] else ""
        lines.append(say["due"].format(report=quoted(one["report"]), period=one["period"], day=one["day"], late=late))
    if not found["due"]:
        lines.append(say["nothing"])
    monthly = [one for one in found["reports"] if one["come"] is not None]
    behind = [one for one in monthly if not one["come"]]
    if monthly:
        here = len(monthly) - len(behind)
        lines.append(say["reports"].format(here=here, all=len(monthly), period=found["expected"]))
    lines += [
        say["behind"].format(report=quoted(one["report"]), period=one["period"], day=one["made"][:10])
        for one in behind[:MOST]
    ]
    if len(behind) > MOST:
        lines.append(say["more"].format(n=len(behind) - MOST))
    shown = ", ".join(f"{name} {count}" for name, count in found["mail"].items() if count and name != "sent")
    lines.append(say["mail"].format(counts=shown or say["none"]))
    return "\n".join(lines) + "\n"


def _last(last: Mapping[str, Any] | None, say: Mapping[str, str]) -> str:
    if last is None:
        return say["never"]
    code = (last["summary"] or {}).get("code", "")
    how = say["ended"].format(ended=last["ended"], code=code) if last["ended"] else say["died"]
    return say["last"].format(began=last["began"], how=how)
