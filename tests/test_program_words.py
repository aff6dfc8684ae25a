"""What the program says of itself: each sentence stands in its file, and the code asks for each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kpireport import doctor, languages
from kpireport.batch import filing, status, summary
from kpireport.core.messages import Language
from kpireport.deliver import notices
from kpireport.deliver.entry import MessageState
from kpireport.deliver.send import Delivered
from tests import pseudo

PACKAGE = Path(__file__).parents[1] / "kpireport"
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))
ROOMS = ("program", "letters")
# A key in code; where it ends in a field, as in ``program.stage.{stage}``, it asks for all that begin so.
ASKED = re.compile(rf"[\"']((?:{'|'.join(ROOMS)})\.[a-z_.]+)(\{{)?")


def keys(table: dict[str, Any], above: str) -> list[str]:
    return [
        key
        for name, value in table.items()
        for key in (keys(value, f"{above}.{name}") if isinstance(value, dict) else [f"{above}.{name}"])
    ]


def stands(room: str, tag: str) -> set[str]:
    return set(keys(tomllib.loads((languages.FOLDER / tag / f"{room}.toml").read_text("utf-8")), room))


ASKED_FOR = {(key, bool(rest)) for key, rest in ASKED.findall(SOURCES)}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("tag", languages.tags())
def test_a_language_says_what_english_says(room: str, tag: str) -> None:
    assert stands(room, tag) == stands(room, languages.ENGLISH)


@pytest.mark.parametrize(("key", "more"), sorted(ASKED_FOR))
def test_what_the_code_asks_for_stands_in_its_file(key: str, more: bool) -> None:
    there = stands(key.partition(".")[0], languages.ENGLISH)
    assert any(name.startswith(key) for name in there) if more or key.endswith(".") else key in there


def test_every_sentence_is_asked_for() -> None:
    whole = {key for key, more in ASKED_FOR if not more}
    begun = tuple(key for key, more in ASKED_FOR if more)
    there = set().union(*(stands(room, languages.ENGLISH) for room in ROOMS))
    assert len(there) > 30
    assert sorted(key for key in there if key not in whole and not key.startswith(begun)) == []


@pytest.fixture
def accented(tmp_path: Path) -> Iterator[Language]:
    languages.FOLDERS.append(pseudo.write(tmp_path))
    yield languages.load(pseudo.TAG)
    languages.FOLDERS.pop()
    languages.load.cache_clear()


def left(*texts: str) -> set[str]:
    """Return the words in plain letters, but for what is a name, or is typed."""
    return set(pseudo.plain_words(list(texts))) - {"xlsx", "NAME", "UTC"}


def test_what_is_told_of_a_run_has_no_word_of_code(accented: Language) -> None:
    done = summary.Summary("1", "2026-11-09", dry=True, mail=dict.fromkeys(summary.MAIL, 1))
    for outcome in summary.WorkbookOutcome:
        done.add(summary.Line("9.xlsx", outcome, "8", "2026-10", 2))
    assert left(done.as_text(accented)) == set()
    reasons = filing.reason("9.xlsx", (), language=accented, owner="").decode("utf-8-sig")
    assert left(reasons) == set()


@pytest.mark.parametrize("ended", ["2026-11-09", None])
def test_the_status_has_no_word_of_code(accented: Language, ended: str | None) -> None:
    due = {"report": "8", "period": "2026-10", "day": "2026-11-05", "late": 4, "stale": True}
    report = {"report": "8", "period": "2026-09", "made": "2026-10-05", "come": False}
    found = {
        "last_run": {"began": "2026-11-09", "ended": ended, "summary": {"code": 1}}, "waiting": ["9.xlsx"],
        "failed": ["7.xlsx"], "due": [due], "reports": [report] * 50, "expected": "2026-10",
        "mail": dict.fromkeys(map(str, MessageState), 2),
        "reading": [{"report": "8", "period": "2026-10", "questions": 2, "typed": "9.xlsx"}],
    }  # fmt: skip
    assert left(status.as_text(found, accented)) == set()
    assert left(status.as_text(found | {"last_run": None, "due": [], "mail": {}}, accented)) == set()


def test_the_notice_of_mail_has_no_word_of_code(accented: Language) -> None:
    told = notices.notice(Delivered(failed=("1",), held=("2",)), datetime(2026, 11, 9, tzinfo=UTC), accented)
    assert told is not None
    assert left(*told[:2]) == set()


def test_what_the_doctor_says_has_no_word_of_code(accented: Language) -> None:
    names = [key.rpartition(".")[2] for key in stands("program", "en") if re.fullmatch(r"program\.doctor\.\w+", key)]
    assert len(names) > 25
    fields = ("version", "path", "reason", "missing", "found", "family", "file", "encoding", "now", "zone", "folder")
    details = dict.fromkeys((*fields, "free", "skew", "count"), 1)
    for name in names:
        assert left(doctor.Finding(doctor.Grade.FINE, name, details).text(accented)) == set()
