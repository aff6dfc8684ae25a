"""What the owner is told of mail that was sent by hand: how it went, and what waits for a decision."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kpireport.command_line import as_typed

if TYPE_CHECKING:
    from datetime import datetime

    from kpireport.deliver.send import Delivered

COUNTED = ("sent", "failed", "held", "uncertain", "deferred")
MOST_TOLD = 20
WORDS = {
    "en": {
        "subject": "kpireport outbox: {failed} failed, {held} held, {uncertain} uncertain",
        "head": "kpireport outbox send of {at}",
        "counts": "{sent} sent, {failed} failed, {held} held, {uncertain} uncertain, {deferred} to be tried again",
        "more": "and {n} more",
        "see": "What waits for a decision:  kpireport outbox list --waiting",
    },
    "zh": {
        "subject": "kpireport 发件箱：失败 {failed}，暂停 {held}，结果未知 {uncertain}",
        "head": "kpireport outbox send 运行于 {at}",
        "counts": "已发送 {sent}，失败 {failed}，暂停 {held}，结果未知 {uncertain}，待重试 {deferred}",
        "more": "另有 {n} 项",
        "see": "等待处理的邮件：  kpireport outbox list --waiting",
    },
}


def notice(delivered: Delivered, at: datetime, language: str) -> tuple[str, str, str] | None:
    """Return subject, text, and by what the notice is known; None where there is nothing that the owner must know.

    What is only as it was (held, uncertain) is told once a day, however often mail is sent.
    """
    if not (delivered.failed or delivered.held or delivered.uncertain):
        return None
    words = WORDS.get(language, WORDS["en"])
    counts = {name: len(getattr(delivered, name)) for name in COUNTED}
    body = "\n".join([words["counts"].format(**counts), "", *_told(delivered, language), as_typed(words["see"])])
    waiting = "\n".join(sorted((*delivered.held, *delivered.uncertain)))
    day = f"{at:%Y-%m-%d} {hashlib.sha256(waiting.encode()).hexdigest()[:16]}"
    known = f"{at.isoformat()} {delivered.failed[0][:16]}" if delivered.failed else day
    text = f"{words['head'].format(at=at.isoformat(sep=' ', timespec='seconds'))}\n{body}\n"
    return words["subject"].format(**counts), text, f"outbox send {known}"


def _told(delivered: Delivered, language: str) -> list[str]:
    from kpireport.console import lines, ordered

    found = ordered(delivered.diagnostics)
    told = [line for problem in found[:MOST_TOLD] for line in lines(problem, language)]
    if len(found) > MOST_TOLD:
        told.append(WORDS.get(language, WORDS["en"])["more"].format(n=len(found) - MOST_TOLD))
    return [*told, ""] if told else []
