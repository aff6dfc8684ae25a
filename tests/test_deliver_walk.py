"""From a cell to a mailed report: what is produced, in a process of its own, and what people find in their mail."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.cli import main
from kpireport.core.diagnostics import blocks
from kpireport.core.dispatch import Audience
from tests.mailing import Box, Mailer, parsed, post, product, recipient, settings
from tests.workbooks import save

if TYPE_CHECKING:
    from click.testing import Result

TODAY = date(2026, 11, 9)
GOALS = """
KPI | Target | Unit | Direction | Department | Owner
Income | 95% | % | higher | Sales | Li
Retention | 90% | % | higher | Service | Wang
"""
METRICS = """
KPI | 2026-08 | 2026-09 | 2026-10
Income | 73.1% | 72.4% | 71.7%
Retention | 91.1% | 92.2% | 93.3%
"""
RECIPIENTS = """
Name | Email | Scope | Format | When | Active from | Active to
Boss | boss@example.com | all | both | always | |
Li | li@example.com | department=Sales | HTML | red | |
Wang | wang@example.com | department=Service | HTML | red only | |
Gone | gone@example.com | all | PDF | always | | 2026-06-30
Wrong | wrong@example.com | department=Slaes | HTML | always | |
Eve | eve@elsewhere.org | all | PDF | always | |
Changed | changed@example.com | owner=Li | HTML | when something changes | |
"""
SETTINGS = "Setting | Value\norganisation | Group"
LIGHT = RECIPIENTS.replace("both", "HTML").replace("PDF", "HTML")


def workbook(folder: Path, **more: Any) -> Path:
    rows = more.pop("Recipients", RECIPIENTS).replace("2026-06-30", "'2026-06-30")
    sheets: dict[str, Any] = {"Goals": GOALS, "Metrics": METRICS, "Recipients": rows, "Settings": SETTINGS}
    return save(folder / "group.xlsx", **(sheets | more))


def job(path: Path, **more: Any) -> pipeline.Job:
    return pipeline.Job((path,), TODAY, formats=more.pop("formats", ("html",)), **more)


def test_a_report_and_its_parts_come_from_a_process_of_their_own(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    audiences = (Audience("", "", ("html",)), Audience("owner=Li", "", ("html",)))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        made = pool.submit(pipeline.produce, job(path), audiences).result()
    assert (made.report, made.period, made.failed) == ("Group", "2026-10", False)
    assert list(made.files) == ["group.html"]
    assert [(edition.audience.scope, list(edition.files)) for edition in made.editions] == [
        ("", ["Group-2026-10.html"]),
        ("owner=Li", ["Group-Li-2026-10.html"]),
    ]
    assert made.editions[0].files["Group-2026-10.html"] == made.files["group.html"]
    assert "Retention" in made.files["group.html"].decode()
    assert pickle.loads(pickle.dumps(made)) == made
    assert not list(tmp_path.glob("*.html"))


def test_the_same_workbook_gives_the_same_report_as_a_single_build(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    pipeline.build(job(path, out=tmp_path / "out"))
    made = pipeline.produce(job(path), ())
    assert made.files["group.html"] == (tmp_path / "out" / "group.html").read_bytes()
    assert made.editions == ()


@pytest.mark.parametrize(
    ("sheet", "name"),
    [
        pytest.param(SETTINGS + "\nreport_name | Monthly", "Group, Monthly", id="its own words"),
        pytest.param("Setting | Value\nlanguage | en", "group", id="its file"),
    ],
)  # fmt: skip
def test_by_what_a_corrected_workbook_is_known_again(tmp_path: Path, sheet: str, name: str) -> None:
    path = workbook(tmp_path, Settings=sheet)
    assert pipeline.produce(job(path), ()).report == name
    assert pipeline.produce(job(path, name="Board"), ()).report == "Board"


def test_a_workbook_with_errors_produces_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, Goals=GOALS.replace("90%", "ninety"))
    made = pipeline.produce(job(path))
    assert made.failed
    assert blocks(made.diagnostics)
    assert (made.files, made.editions, made.report, len(made.sha256)) == ({}, (), "Group", 64)


def test_what_was_published_is_remembered_for_restatements(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = pipeline.produce(job(workbook(tmp_path / "a"), state=state), ())
    assert pipeline.remember(first, state) == ()
    changed = workbook(tmp_path / "b", Metrics=METRICS.replace("72.4%", "80.1%"))
    second = pipeline.produce(job(changed, state=state), ())
    assert first.sha256 != second.sha256
    words = "One figure was restated since it was last reported"
    assert words not in first.files["group.html"].decode()
    assert words in second.files["group.html"].decode()
    assert pipeline.remember(first, Path("/dev/null/none"))[0].code == "X304"


def test_recipients_of_a_workbook_as_they_are_read(tmp_path: Path) -> None:
    made = pipeline.produce(job(workbook(tmp_path)), ())
    found = {one.name: one for one in made.recipients}
    assert {name: one.condition for name, one in found.items()} == {
        "Boss": "always", "Li": "red only", "Wang": "red only", "Gone": "always", "Wrong": "always", "Eve": "always",
        "Changed": "changed",
    }  # fmt: skip
    assert found["Gone"].last_day == date(2026, 6, 30)
    assert found["Boss"].formats == ("pdf", "html")


def test_the_whole_walk(tmp_path: Path) -> None:
    box = Box()
    path = workbook(tmp_path)
    made = pipeline.produce(job(path))
    assert [d.name for d in made.diagnostics if d.code == "D201"] == ["RECIPIENT_SCOPE_UNKNOWN"]
    assert [str(d.where) for d in made.diagnostics if d.code == "D201"] == ["group.xlsx Recipients!B6"]
    with Mailer(box) as server:
        one = post(tmp_path, settings(server.port))
        queued = one.put(made, today=TODAY)
        assert sorted(d.name for d in queued.diagnostics) == ["NOT_BUILT", "OUTSIDE"]
        assert len(queued.skipped) == 1
        one.send()
        one.put(made, today=TODAY)
        one.send()
        one.close()
    assert sorted(box.to) == ["boss@example.com", "changed@example.com", "li@example.com"]
    by_person = {to: parsed(content) for _, to, content in box.got}
    files = {
        to: {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
        for to, message in by_person.items()
    }
    assert set(files["boss@example.com"]) == {"Group-2026-10.html", "Group-2026-10.pdf"}
    assert files["boss@example.com"]["Group-2026-10.pdf"].startswith(b"%PDF")
    assert set(files["li@example.com"]) == {"Group-Sales-2026-10.html"}
    for to in ("li@example.com", "changed@example.com"):
        whole = by_person[to].as_bytes() + b"".join(files[to].values())
        assert b"Retention" not in whole
        assert b"93.3" not in whole
        assert b"71.7" in b"".join(files[to].values())
    assert by_person["li@example.com"]["Subject"] == "Group, Sales, October 2026: 0 of 1 on target, 1 needs a decision"


# ---- the commands


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def written(folder: Path, **more: object) -> Path:
    chosen = {"transport": "smtp", "sender": "kpi@example.com", "owner": "boss@example.com", "host": "127.0.0.1",
              "security": "none", "allowed_domains": ["example.com"], "retry_minutes": 0} | more  # fmt: skip
    lines = "\n".join(
        f"{key} = {str(value) if not isinstance(value, str) else repr(value)}" for key, value in chosen.items()
    )
    path = folder / "kpireport.toml"
    path.write_text(f"[mail]\n{lines}\n", "utf-8")
    return path


def test_preview_writes_every_letter_and_sends_nothing(tmp_path: Path) -> None:
    path, chosen = workbook(tmp_path, Recipients=LIGHT), written(tmp_path, port=1)
    done = run("mail", "preview", path, "--settings", chosen, "--out", tmp_path / "p", "--today", "2026-11-09")
    assert done.exit_code == 3, done.output
    assert "4 letters, none sent" in done.output
    names = {found.suffix for found in (tmp_path / "p").iterdir()}
    assert names == {".eml", ".html"}
    page = next((tmp_path / "p").glob("boss*.html")).read_text("utf-8")
    assert "data:image/png;base64," in page
    assert "[[" not in page
    assert "eve@elsewhere.org" not in done.output


def test_preview_needs_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("mail", "preview", workbook(tmp_path, Recipients=LIGHT), "--out", "p", "--today", "2026-11-09")
    assert "5 letters, none sent" in done.output


def test_trying_the_way_out(tmp_path: Path) -> None:
    box = Box()
    state = ("--state", tmp_path / "state")
    with Mailer(box) as server:
        chosen = ("--settings", written(tmp_path, port=server.port))
        assert run("mail", "test", *chosen, *state).exit_code == 0
        assert box.got == []
        done = run("mail", "test", *chosen, *state, "--to", "li@example.com")
        assert (done.exit_code, box.to) == (0, ["li@example.com"])
        refused = run("mail", "test", *chosen, *state, "--to", "eve@elsewhere.org")
        assert (refused.exit_code, box.to) == (4, ["li@example.com"])
    down = run("mail", "test", *chosen, *state)
    assert down.exit_code == 4
    assert "D503" in down.output


def test_wrong_settings_end_with_78_before_anything_is_done(tmp_path: Path) -> None:
    path = written(tmp_path, password="hunter2")
    for words in (("mail", "test"), ("outbox", "send")):
        done = run(*words, "--settings", path, "--state", tmp_path / "state")
        assert done.exit_code == 78
        assert "hunter2" not in done.output
    assert run("outbox", "send", "--settings", tmp_path / "none.toml").exit_code == 78


@pytest.fixture
def queued(tmp_path: Path) -> Path:
    one = post(tmp_path, settings(1))
    names = ("boss@example.com", "li@example.com", "changed@example.com")
    one.put(product(*(recipient(name) for name in names)), today=TODAY)
    one.close()
    return tmp_path / "state"


def keys(state: Path, *words: str) -> list[list[str]]:
    lines = run("outbox", "list", "--state", state, *words).output.splitlines()
    return [line.split() for line in lines[:-1]]


def test_what_a_person_does_with_the_outbox(tmp_path: Path, queued: Path) -> None:
    box = Box(data={"li@example.com": ["554 no"]})
    shown = run("outbox", "list", "--state", queued)
    assert "l***@example.com" in shown.output
    assert "li@example.com" not in shown.output
    boss, li, changed = (row[0] for row in keys(queued))
    act = partial(run, "outbox")
    with Mailer(box) as server:
        chosen = ("--settings", written(tmp_path, port=server.port), "--state", queued)
        assert act("cancel", changed, "--state", queued, "--reason", "not wanted").exit_code == 0
        dry = act("send", *chosen, "--dry-run")
        assert (dry.exit_code, box.got) == (0, [])
        sent = act("send", *chosen)
        assert (sent.exit_code, "1 sent, 1 failed" in sent.output) == (4, True)
        assert box.to == ["boss@example.com", "boss@example.com"]
        told = parsed(box.got.pop()[2])
        assert told["Subject"] == "kpireport outbox: 1 failed, 0 held, 0 uncertain"
        assert "554 no" in told.get_content()
        assert "li@example.com" not in told.get_content()
        assert act("send", *chosen).exit_code == 0
        assert act("resend", li, "--state", queued).exit_code == 2
        assert act("resend", li, "--state", queued, "--reason", "the mailbox works again").exit_code == 0
        assert act("send", *chosen).exit_code == 0
        assert box.to == ["boss@example.com", "li@example.com"]
        again = parsed(box.got[1][2])
        assert again["Message-ID"] != again["References"]
        assert li in str(again["References"])
        assert act("resend", boss, "--state", queued, "--reason", "she lost it").exit_code == 0
        act("send", *chosen)
        assert box.to[-1] == "boss@example.com"
    detail = act("show", li, "--state", queued, "--eml", tmp_path / "one.eml")
    assert "554 no" in detail.output
    assert parsed((tmp_path / "one.eml").read_bytes())["To"].addresses[0].addr_spec == "li@example.com"
    assert '"state": "cancelled"' in act("list", "--state", queued, "--format", "json").output


def test_what_is_uncertain_waits_for_a_persons_word(tmp_path: Path, queued: Path) -> None:
    from tests.servers import Misbehaving, Script

    run("outbox", "cancel", keys(queued)[0][0], "--state", queued, "--reason", "two are enough")
    with Misbehaving(Script({"dot": ["stored, reset", "stored, reset", "250 ok"]})) as server:
        chosen = ("--settings", written(tmp_path, port=server.port), "--state", queued)
        assert run("outbox", "send", *chosen).exit_code == 4
        rows = keys(queued, "--waiting")
        assert sorted(row[1] for row in rows) == ["uncertain", "uncertain"]
        before = sum(server.stored.values())
        assert run("outbox", "send", *chosen).exit_code == 4
        assert sum(server.stored.values()) == before
        first, second = (row[0] for row in rows)
        assert run("outbox", "resolve", first, *chosen).exit_code == 3
        assert run("outbox", "resolve", first, *chosen, "--sent").exit_code == 0
        assert run("outbox", "resolve", second, *chosen, "--send").exit_code == 0
        assert run("outbox", "resolve", first, *chosen, "--send").exit_code == 3
        assert run("outbox", "send", *chosen).exit_code == 0
        assert sum(server.stored.values()) == before + 1
    assert keys(queued, "--waiting") == []


def test_what_waits_is_told_to_the_owner_once_a_day(tmp_path: Path, queued: Path) -> None:
    from tests.servers import Misbehaving, Script

    for row in keys(queued)[1:]:
        run("outbox", "cancel", row[0], "--state", queued, "--reason", "one is enough")
    with Misbehaving(Script({"dot": ["stored, reset"]})) as server:
        chosen = ("--settings", written(tmp_path, port=server.port), "--state", queued)
        assert [run("outbox", "send", *chosen).exit_code for _ in range(3)] == [4, 4, 4]
        assert sorted(row[1] for row in keys(queued)) == ["cancelled", "cancelled", "uncertain", "uncertain"]
        assert sum(server.stored.values()) == 2, "one letter, one notice of it, and none of the notice"


def test_a_mistyped_state_folder_is_told_and_not_made(tmp_path: Path) -> None:
    chosen = ("--settings", written(tmp_path, port=1), "--state", tmp_path / "stat")
    for words, code in (
        (("list",), 0), (("list", "--format", "json"), 0), (("list", "--test"), 0), (("send",), 0),
        (("show", "ab"), 3), (("resolve", "ab", "--send"), 3), (("cancel", "ab", "--reason", "x"), 3),
        (("resend", "ab", "--reason", "x"), 3),
    ):  # fmt: skip
        done = run("outbox", *words, *chosen)
        assert done.exit_code == code, done.output
        assert f"there is no outbox in {tmp_path / 'stat'}" in " ".join(done.output.split())
    assert not (tmp_path / "stat").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("show", "ffff"), "D602", id="no such key"),
        pytest.param(("show", "%"), "D602", id="a key that is a pattern"),
        pytest.param(("cancel", "zz", "--reason", "x"), "D602", id="no key at all"),
    ],
)
def test_a_key_that_names_nothing(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    done = run("outbox", *words, "--state", tmp_path)
    assert (done.exit_code, code in done.output) == (3, True)


def test_an_outbox_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert run("outbox", "list", "--state", tmp_path / "state").exit_code == 2
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "outbox.db").write_bytes(b"this is no database, whatever its name says" * 100)
    assert run("outbox", "list", "--state", broken).exit_code == 74
    chosen = written(tmp_path, port=1)
    assert run("outbox", "send", "--settings", chosen, "--state", broken).exit_code == 74
