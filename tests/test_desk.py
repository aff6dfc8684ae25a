"""The desk in a real browser: from a dropped workbook to letters at a mail server, by mouse, keys and without eyes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kpireport import languages
from kpireport.desk.folder import Folder
from kpireport.desk.serving import DeskServer
from kpireport.desk.web import DeskPage
from kpireport.desk.work import Work
from kpireport.excel import protected
from tests.browsing import DESKTOP, PHONE, WIDE
from tests.mailing import Box, Mailer
from tests.workbooks import save

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

MESSY = """
Falk Tools: costs and sales
KPI      | Unit  | Gen | Feb | Mar | Apr | Mag | Giu
Sales    | EUR k | 401      | 398      | 417      | 409      | 415      | 420
Material | EUR k | 512      | 488      | 530      | 501      | 511      | 700
Total    | EUR k | 913      | 886      | 947      | 910      | 926      | 1120
Staff    | n     | 12       | 12       | 13       | 13       | 13       | 13
"""
OWN = """
KPI     | Target | Unit | Direction
Revenue | 1200   | EUR  | higher
"""
FIGURES = "KPI | 2026-08 | 2026-09 | 2026-10\nRevenue | 100 | 110 | 105"
PEOPLE = "Name | Email\nAnna | anna@example.com\nBo | bo@example.com"
TOML = """
[inbox]
settle_seconds = 0
[batch]
formats = ["html"]
"""
MAIL = """
[mail]
transport = "smtp"
sender = "KPI <kpi@example.com>"
owner = "boss@example.com"
allowed_domains = ["example.com"]
host = "127.0.0.1"
port = {port}
security = "none"
"""
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class Seat:
    """A desk with a browser before it. console: what the page told that it should not have."""

    desk: DeskServer
    home: Path
    tab: Tab
    console: list[str] = field(default_factory=list)

    def go(self, where: str) -> None:
        self.tab.goto(f"{self.desk.gate.origin}/#{where}")

    def settled(self) -> None:
        """Wait until every workbook is read, and nothing is being made."""
        busy = (
            "async () => { const a = await (await fetch('/api/home')).json();"
            " return a.running || a.workbooks.some((w) => w.state === 'reading' || w.computing); }"
        )
        while self.tab.evaluate(busy):
            self.tab.wait_for_timeout(100)

    def ids(self) -> dict[str, str]:
        self.settled()
        listed = self.tab.evaluate("async () => (await (await fetch('/api/home')).json()).workbooks")
        return {each["file"]: each["id"] for each in listed}

    def drop(self, *paths: Path) -> None:
        self.tab.set_input_files("input[type=file]", [str(path) for path in paths])


Sit = Callable[..., Any]


@pytest.fixture
def sit(browser: Browser, tmp_path: Path) -> Iterator[Sit]:
    with ExitStack() as stack:

        @contextmanager
        def sitting(
            home: Path | None = None, *, toml: str | None = TOML, language: str = "en", width: int = DESKTOP
        ) -> Iterator[Seat]:
            folder = home or tmp_path / "kpi"
            (folder / "inbox").mkdir(parents=True, exist_ok=True)
            if toml is not None:
                (folder / "kpireport.toml").write_text(toml, "utf-8")
            work = Work(Folder(folder / "kpireport.toml"), languages.load(language))
            desk = DeskServer(lambda gate, running: DeskPage(gate, running, work))
            context = browser.new_context(viewport={"width": width, "height": 800}, accept_downloads=True)
            context.set_default_timeout(60_000)
            try:
                seat = Seat(desk, folder, context.new_page())
                seat.tab.on("console", lambda message: seat.console.append(f"{message.type}: {message.text}"))
                seat.tab.on("pageerror", lambda error: seat.console.append(str(error)))
                seat.tab.goto(desk.address)
                seat.tab.wait_for_selector("#top nav")
                yield seat
            finally:
                context.close()
                desk.close()

        yield lambda *given, **named: stack.enter_context(sitting(*given, **named))


def answer_all(seat: Seat) -> int:
    """Answer every question as it is assumed, or by the first answer, and return how many there were."""
    count = 0
    while seat.tab.locator(".qbody fieldset").count():
        title = seat.tab.inner_text(".qbody h2")
        if not seat.tab.locator("input[name=answer]:checked").count():
            seat.tab.locator("input[name=answer]").first.check()
        seat.tab.click(".qact .pri")
        seat.tab.wait_for_function("(t) => document.querySelector('.qbody h2').innerText !== t", arg=title)
        count += 1
        assert count < 30
    return count


def test_from_a_dropped_workbook_to_letters_at_a_mail_server(sit: Sit, tmp_path: Path) -> None:
    messy = save(tmp_path / "costs.xlsx", Costs=MESSY, Recipients=PEOPLE)
    box = Box()
    with Mailer(box) as server:
        seat = sit(toml=TOML + MAIL.format(port=server.port))
        tab = seat.tab
        seat.drop(messy)
        tab.wait_for_selector("tr[data-id]")
        seat.settled()
        assert (seat.home / "inbox" / "costs.xlsx").read_bytes() == messy.read_bytes()
        tab.click("tr[data-id] .btn.pri")
        tab.wait_for_selector(".gr .c.k-kpi")
        assert re.fullmatch(r"(\d+) of \1 figures accounted for", tab.inner_text(".acc b"))
        asked = answer_all(seat)
        assert tab.inner_text(".qbody h2") == "Is this how you read it?"
        assert "Sales" in tab.inner_text(".tbs")
        tab.click(".qact .pri")
        tab.wait_for_selector("text=Every reading is confirmed")
        store = (seat.home / "readings" / "costs.toml").read_text("utf-8")
        assert store.count("[[answers]]") == asked >= 2
        assert "[seen]" in store

        tab.click(".qact .pri")
        frame = tab.frame_locator(".rp iframe")
        frame.locator("text=Material").first.wait_for()
        tab.click(".rpbar .pri")
        tab.wait_for_selector("text=The reports are made.", timeout=60_000)
        assert box.got == []  # made, queued, and nothing has left
        assert (seat.home / "reports").is_dir()

        seat.go("letters")
        tab.wait_for_selector("text=2 letters are ready")
        tab.frame_locator(".mailbox iframe").locator("text=Material").first.wait_for()
        tab.click("text=Hold it")
        tab.wait_for_selector("text=held by you")
        tab.click("text=Release it")
        tab.wait_for_selector("text=2 letters are ready")
        tab.click("text=Send all 2")
        tab.click("dialog .pri")
        tab.wait_for_selector("text=2 letters are sent.")
        assert sorted(to for _, to, _ in box.got if to != "boss@example.com") == ["anna@example.com", "bo@example.com"]
        assert seat.console == []


def test_a_reading_by_keys_alone(sit: Sit, tmp_path: Path) -> None:
    seat = sit()
    save(seat.home / "inbox" / "costs.xlsx", Costs=MESSY)
    tab = seat.tab
    seat.go(f"reading/{seat.ids()['costs.xlsx']}")
    tab.wait_for_selector(".gr .c.k-kpi")
    tab.focus(".qbody h2")
    for _ in range(20):
        title = tab.inner_text(".qbody h2")
        if not tab.locator(".qbody fieldset").count():
            break
        tab.keyboard.press("1")
        tab.keyboard.press("Enter")
        tab.wait_for_function("(t) => document.querySelector('.qbody h2').innerText !== t", arg=title)
    assert tab.inner_text(".qbody h2") == "Is this how you read it?"
    tab.keyboard.press("F6")
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
    tab.wait_for_selector(".fx .ad:has-text('C3')")
    assert "401" in tab.inner_text(".fx")
    tab.wait_for_function("document.querySelector('.grid').getAttribute('aria-activedescendant') === 'g3_3'")
    tab.keyboard.press("F6")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("text=Every reading is confirmed")
    assert "[seen]" in (seat.home / "readings" / "costs.toml").read_text("utf-8")
    tab.keyboard.press("Control+z")
    tab.wait_for_selector(".qbody fieldset")


def test_what_is_wrong_is_kept_and_nothing_is_confirmed(sit: Sit) -> None:
    seat = sit()
    save(seat.home / "inbox" / "costs.xlsx", Costs=MESSY)
    tab = seat.tab
    seat.go(f"reading/{seat.ids()['costs.xlsx']}")
    tab.wait_for_selector(".qbody h2")
    answer_all(seat)
    tab.click("text=Not this")
    tab.fill("#wrong", "Staff is no KPI")
    tab.click("text=Keep this")
    tab.wait_for_selector("text=You said what is wrong: Staff is no KPI")
    store = (seat.home / "readings" / "costs.toml").read_text("utf-8")
    assert 'wrong = "Staff is no KPI"' in store
    assert "\non = " not in store.partition("[seen]")[2]


def test_a_workbook_that_changed_meanwhile_takes_no_answer(sit: Sit) -> None:
    seat = sit()
    place = save(seat.home / "inbox" / "costs.xlsx", Costs=MESSY)
    seat.go(f"reading/{seat.ids()['costs.xlsx']}")
    seat.tab.wait_for_selector(".qbody fieldset")
    save(place, Costs=MESSY.replace("700", "710"))
    seat.tab.click(".qact .pri")
    seat.tab.wait_for_selector("text=It has changed since it was shown")
    assert not (seat.home / "readings").exists()


def test_cells_names_and_sheets_are_never_markup(sit: Sit) -> None:
    seat = sit()
    table = f"{HOSTILE} | 2026-08 | 2026-09 | 2026-10\n{HOSTILE} | 1 | 2 | 3\nSales | 4 | 5 | 6"
    save(seat.home / "inbox" / "hostile.xlsx", **{"<b>x": table})
    tab = seat.tab
    seat.go(f"reading/{seat.ids()['hostile.xlsx']}")
    tab.wait_for_selector(f".gr .c:has-text('{HOSTILE}')")
    assert tab.locator("#main img, #main b:has-text('<b>')").count() == 0
    seat.go("report/x")
    tab.frame_locator(".rp iframe").locator("text=Sales").first.wait_for()
    assert tab.frame_locator(".rp iframe").locator("img[src=x]").count() == 0
    assert seat.console == []


def test_a_report_in_its_frame_reads_nothing_of_the_desk(sit: Sit) -> None:
    seat = sit()
    save(seat.home / "inbox" / "own.xlsx", Goals=OWN, Metrics=FIGURES)
    seat.go(f"report/{seat.ids()['own.xlsx']}")
    seat.tab.frame_locator(".rp iframe").locator("text=Revenue").first.wait_for()
    frame = next(each for each in seat.tab.frames if "report.html" in each.url)
    assert frame.evaluate("self.origin") == "null"
    reached = "async () => { try { await fetch('/api/home'); return 'read'; } catch { return 'refused'; } }"
    assert frame.evaluate(reached) == "refused"


def test_a_page_from_elsewhere_changes_and_reads_nothing(sit: Sit, browser: Browser) -> None:
    seat = sit()
    context = seat.tab.context
    context.route("http://evil.example/**", lambda route: route.fulfill(body="<h1>evil</h1>", content_type="text/html"))
    other = context.new_page()
    other.goto("http://evil.example/")
    attack = """async (origin) => {
      const tried = [];
      for (const [path, more] of [['/api/home', {}], ['/api/start', {method: 'POST', body: '{"with": "own"}'}],
          ['/api/close', {method: 'POST', mode: 'no-cors', body: '{}'}]]) {
        try { const r = await fetch(origin + path, {credentials: 'include', ...more}); tried.push(r.type + r.status); }
        catch { tried.push('refused'); }
      }
      return tried;
    }"""
    tried = other.evaluate(attack, seat.desk.gate.origin)
    assert set(tried) <= {"refused", "opaque0"}
    frame = other.evaluate(
        "(origin) => new Promise((done) => { const f = document.createElement('iframe'); f.src = origin + '/';"
        " f.onload = () => done('loaded'); document.body.append(f); setTimeout(() => done('loaded'), 2000); })",
        seat.desk.gate.origin,
    )
    assert frame == "loaded"
    assert all("Workbooks" not in each.content() for each in other.frames)
    assert seat.tab.evaluate("async () => (await fetch('/api/home')).status") == 200  # it was not closed


@pytest.mark.parametrize("way", ["own", "starter", "sample"])
def test_a_first_run_makes_a_folder_that_works(sit: Sit, tmp_path: Path, way: str) -> None:
    home = tmp_path / "new"
    home.mkdir()
    seat = sit(home, toml=None)
    tab = seat.tab
    tab.wait_for_selector(".three")
    assert tab.locator("#top nav .off").count() == 3
    if way == "own":
        seat.drop(save(tmp_path / "costs.xlsx", Costs=MESSY))
    else:
        tab.click(f".three > div:nth-child({2 if way == 'starter' else 3}) .btn")
    tab.wait_for_selector("tr[data-id]")
    assert (home / "kpireport.toml").is_file()
    assert len(seat.ids()) == 1
    assert seat.console == []


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(sit: Sit, language: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright is not installed")
    seat = sit(toml=TOML + MAIL.format(port=9), language=language, width=width)
    save(seat.home / "inbox" / "costs.xlsx", Costs=MESSY, Recipients=PEOPLE, Scratch="5 | 7")
    save(seat.home / "inbox" / "own.xlsx", Goals=OWN, Metrics=FIGURES, Recipients=PEOPLE)
    (seat.home / "inbox" / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    ids, tab = seat.ids(), seat.tab

    def look(where: str, shown: str) -> None:
        seat.go(where)
        tab.wait_for_selector(shown)
        found = axe.Axe().run(tab)
        told = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert (where, told) == (where, [])
        assert (where, [each for each in tab.evaluate(WIDE) if ".row" not in each]) == (where, [])
        assert tab.locator(":text-matches('^(views|next|first|letters|effect|report)\\\\.')").count() == 0

    look("home", "tr[data-id] .btn")
    look(f"reading/{ids['costs.xlsx']}", ".gr .c.k-kpi")
    tab.click(".acc .link")
    look(f"reading/{ids['own.xlsx']}", ".gr .c.k-ours")
    look(f"report/{ids['own.xlsx']}", ".rp aside")
    tab.evaluate("async (id) => makeAll(id)", ids["own.xlsx"])
    seat.settled()
    look("letters", ".mailbox iframe")
    tab.keyboard.press("?")
    tab.wait_for_selector("dialog.keys")
    assert [each for each in seat.console if "postMessage" not in each] == []  # that is axe, which asks frames too


def test_a_large_sheet_draws_what_is_seen_alone(sit: Sit) -> None:
    months = [f"20{year:02d}-{month:02d}" for year in range(22, 27) for month in range(1, 13)][:59]
    rows = [
        f"Line {row} | " + " | ".join(str((row * 37 + column * column * 13) % 89 + 10) for column in range(59))
        for row in range(300)
    ]
    seat = sit()
    save(seat.home / "inbox" / "large.xlsx", Costs="\n".join(["KPI | " + " | ".join(months), *rows]))
    tab = seat.tab
    ids = seat.ids()
    seat.go(f"reading/{ids['large.xlsx']}")
    tab.wait_for_selector(".gr .c.k-actual")
    assert tab.locator(".gr .c").count() < 1500
    tab.focus(".grid")
    tab.keyboard.press("Control+End")
    tab.wait_for_selector("#g301_60.k-actual")
    assert tab.locator(".gr .c").count() < 1500
    assert tab.get_attribute(".grid", "aria-rowcount") == "302"


def test_a_workbook_with_a_password_is_read_when_it_is_typed(sit: Sit, tmp_path: Path) -> None:
    plain = save(tmp_path / "secret.xlsx", Goals=OWN, Metrics=FIGURES)
    seat = sit()
    content = protected.closed(plain.read_bytes(), "geheim")
    assert content is not None
    (seat.home / "inbox" / "secret.xlsx").write_bytes(content)
    seat.settled()
    seat.go("home")
    tab = seat.tab
    tab.fill(".unlock input", "wrong")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#over .told.bad")
    tab.fill(".unlock input", "geheim")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("text=4 of 4 figures")
    assert b"geheim" not in b"".join(path.read_bytes() for path in seat.home.rglob("*") if path.is_file())
