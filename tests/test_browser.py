"""The HTML edition in a real browser: it loads nothing, fits a phone, and serves keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from kpireport import languages, pipeline
from kpireport.pipeline import Job
from tests import samples
from tests.browsing import CLASHES, DESKTOP, FAINT, PHONE, SAMPLES, WIDE, chromium, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(chromium() is None, reason="no chromium: apt-get install chromium, or KPIREPORT_CHROMIUM"),
    pytest.mark.xdist_group("browser"),
]

Reports = Callable[[str], Path]
Shown = Callable[..., "Page"]
BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])
EVERY = pytest.mark.parametrize("sample", SAMPLES)
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Build a sample's HTML at the first call; "board:group" is in the theme of that name, "de:group" in the language.

    Of wide two goals are enough: longer than any window, and a browser takes the longer the more rows there are.
    """
    made: dict[str, Path] = {}

    def report(name: str) -> Path:
        if name not in made:
            before, _, sample = name.rpartition(":")
            language = before if before in languages.tags() else ""
            theme = "" if language else before
            folder = tmp_path_factory.mktemp("html")
            job = Job(
                (samples.wide(folder, goals=2) if sample == "wide" else samples.workbook(sample),),
                date(2026, 11, 9),
                theme=Path(theme) if theme else None,
                language=language,
                formats=("html",),
                out=folder,
            )
            (made[name],) = pipeline.build(job).written
        return made[name]

    return report


@pytest.fixture(scope="session")
def shown(browser: Browser, reports: Reports) -> Iterator[Shown]:
    """A page for tests that only look: it is loaded once, and each test has it as wide and as dark as it asks."""
    with ExitStack() as opened:
        pages: dict[str, Page] = {}

        def show(name: str, width: int = DESKTOP, scheme: Literal["light", "dark"] = "light") -> Page:
            if name not in pages:
                pages[name] = opened.enter_context(visit(browser, reports(name))).page
            pages[name].set_viewport_size({"width": width, "height": 900})
            pages[name].emulate_media(media="screen", color_scheme=scheme)
            return pages[name]

        yield show


@pytest.mark.parametrize(("sample", "width"), [*((s, DESKTOP) for s in SAMPLES), ("group", PHONE)])
def test_it_loads_nothing_but_itself_and_says_nothing(
    browser: Browser, reports: Reports, sample: str, width: int
) -> None:
    file = reports(sample)
    with visit(browser, file, width) as seen:
        seen.page.mouse.wheel(0, 5000)
        assert seen.page.locator("h1").is_visible()
        assert seen.requests == [file.as_uri()]
        assert seen.console == []
        assert seen.page.evaluate("document.fonts.size") >= 4
        assert seen.page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_the_page_itself_forbids_every_request(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("minimal")) as seen:
        seen.page.evaluate("fetch('https://example.com/').catch(() => 0)")
        seen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.com/x.png'}))")
        assert len(seen.requests) == 1
        assert [text.partition("violates")[1] for text in seen.console] == ["violates"] * len(seen.console)
        assert len(seen.console) >= 2


@pytest.mark.parametrize("sample", [*SAMPLES, "board:group", "board:group-zh", "board:minimal", "de:group"])
def test_nothing_is_wider_than_the_window(shown: Shown, sample: str) -> None:
    widths = (PHONE, DESKTOP) if sample == "wide" else (320, 360, PHONE, 640, 768, 801, 1024, DESKTOP, 1920)
    for width in widths:
        assert (width, shown(sample, width).evaluate(WIDE)) == (width, [])


@pytest.mark.parametrize("sample", [*SAMPLES, "board:group", "de:group"])
def test_no_cell_lies_upon_another(shown: Shown, sample: str) -> None:
    for width in (DESKTOP, 768, PHONE, 320):
        assert (width, shown(sample, width).evaluate(CLASHES)) == (width, [])


@EVERY
def test_all_of_it_is_there_without_javascript(browser: Browser, reports: Reports, sample: str) -> None:
    texts = []
    for on in (False, True):
        with visit(browser, reports(sample), java_script_enabled=on) as seen:
            assert seen.page.locator(".tools").is_visible() is on
            texts.append(
                seen.page.locator("main").evaluate("e => { e.querySelector('.tools').remove(); return e.innerText; }")
            )
            closed = seen.page.locator("details.fold:not([open])").count()
            assert closed == 0, "the samples have something to see under each goal"
    assert texts[0] == texts[1]
    assert len(texts[0]) > 1000


def test_the_matrix_names_all_on_a_screen_which_has_room(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group")) as seen:
        assert seen.page.locator(".matrix tbody a").count() == 17
    with visit(browser, reports("wide")) as seen:
        assert seen.page.locator(".matrix td.alarm a").count() > 0


@pytest.mark.parametrize("part", [".score td.zone", ".matrix td.alarm", ".mast .blk"])
def test_grounds_that_mean_something_are_printed(shown: Shown, part: str) -> None:
    page = shown("group")
    page.emulate_media(media="print")
    kept = "e => getComputedStyle(e).printColorAdjust || getComputedStyle(e).webkitPrintColorAdjust"
    assert page.locator(part).first.evaluate(kept) == "exact"


def names(page: Page) -> list[str]:
    return page.locator(".score tr.k:not(.goal):visible").evaluate_all("rows => rows.map(r => r.dataset.name)")


@pytest.mark.parametrize("way", ["click", "Enter", "Space"])
def test_a_column_head_sorts_by_click_and_by_key(browser: Browser, reports: Reports, way: str) -> None:
    with visit(browser, reports("minimal")) as seen:
        head = seen.page.locator("th[data-sort=name]")
        button = head.get_by_role("button")
        planned = names(seen.page)
        states = []
        for _ in range(3):
            button.click() if way == "click" else button.press(way)
            states.append((head.get_attribute("aria-sort"), names(seen.page)))
        assert states == [
            ("ascending", sorted(planned, key=str.lower)),
            ("descending", sorted(planned, key=str.lower, reverse=True)),
            (None, planned),
        ]


def test_the_worst_stand_first_under_each_goal(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group")) as seen:
        seen.page.locator("#order").select_option("bands")
        bodies = seen.page.locator(".score tbody").evaluate_all(
            "all => all.map(b => [...b.querySelectorAll('tr.k:not(.goal)')].map(r => parseFloat(r.dataset.bands)))"
        )
        assert len(bodies) == 4
        assert all(found == sorted(found) for found in bodies)
        assert seen.page.locator("th[aria-sort=ascending]").count() == 1
        assert seen.page.locator("tr.dep:visible").count() == 0
        assert seen.page.locator(".score tbody tr:first-child").evaluate_all("all => all.map(r => r.className)") == [
            "k goal on d0", "k goal off d0", "k goal on d0", "k goal on d0"
        ]  # fmt: skip


@pytest.mark.parametrize(("sample", "width"), [("group", PHONE), ("group", DESKTOP), ("wide", DESKTOP)])
def test_the_filter_says_how_many_it_shows(browser: Browser, reports: Reports, sample: str, width: int) -> None:
    with visit(browser, reports(sample), width) as seen:
        page = seen.page
        rows = page.locator(".score tr.k")
        everything = rows.count()
        page.locator("#only").select_option("off")
        off = page.locator(".score tr.k.off")
        assert page.locator("output").inner_text() == f"{off.count()} of {everything} KPIs shown"
        assert page.locator(".score tr.k:visible").count() == off.count() > 0
        page.get_by_role("searchbox").fill("no such name")
        assert page.locator("output").inner_text() == f"0 of {everything} KPIs shown"
        assert page.locator(".score tr.dep:visible").count() == 0
        page.get_by_role("searchbox").fill("")
        page.locator("#only").select_option("")
        assert page.locator("output").inner_text() == ""
        assert page.locator(".score tr.k:visible").count() == everything


@BOTH
def test_from_a_goal_down_to_what_feeds_it(browser: Browser, reports: Reports, width: int) -> None:
    with visit(browser, reports("group"), width) as seen:
        page = seen.page
        page.get_by_role("button", name="Goals only").click()
        assert page.locator(".score tr:not(.goal):visible").count() == 2
        drill = page.get_by_role("button", name="KPIs that serve Customers who stay")
        assert drill.get_attribute("aria-expanded") == "false"
        drill.press("Enter")
        assert drill.get_attribute("aria-expanded") == "true"
        assert page.locator(".score tr.k:visible", has_text="Calls answered within 30 s").count() == 1
        assert page.locator(".score tr.k:visible", has_text="Agents on shift").count() == 1
        assert page.locator(".score tr.k:visible", has_text="Contracts sold").count() == 0


def test_a_link_opens_what_is_folded_or_filtered(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group")) as seen:
        page = seen.page
        page.get_by_role("button", name="Goals only").click()
        page.locator(".matrix a", has_text="Contracts sold").click()
        row = page.locator(page.evaluate("location.hash"))
        assert "Contracts sold" in row.inner_text()
        assert in_sight(row)
    with visit(browser, reports("wide")) as seen:
        page = seen.page
        page.get_by_role("button", name="Goals only").click()
        assert page.locator("details[open]").count() == 0
        page.locator(".panel h2 a").last.click()
        assert in_sight(page.locator(page.evaluate("location.hash")))


def in_sight(found: Any) -> bool:
    """Whether an element lies in the window, and not under what sticks to its top."""
    return bool(
        found.evaluate(
            """e => { const b = e.getBoundingClientRect();
            const top = document.elementFromPoint(b.left + Math.min(b.width, innerWidth) / 2, b.top + 3);
            return b.top >= 0 && b.bottom <= innerHeight && (e === top || e.contains(top)); }"""
        )
    )


@pytest.mark.parametrize("place", [".panel svg.kc-line", ".score svg.kc-line", ".exc svg.kc-trend"])
@BOTH
def test_a_point_tells_value_period_and_cell(browser: Browser, reports: Reports, place: str, width: int) -> None:
    with visit(browser, reports("group"), width, has_touch=width == PHONE) as seen:
        page = seen.page
        chart = page.locator(f"{place}[data-tips]").first
        told = [line.split(" ", 2)[2] for line in str(chart.get_attribute("data-tips")).split("\n")]
        assert "(Metrics!" in told[0]
        tip = page.locator("#tip")
        assert not tip.is_visible()
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        left = {"x": 2, "y": box["height"] / 2}
        chart.tap(position=left) if width == PHONE else chart.hover(position=left)
        assert tip.inner_text() == told[0]
        chart.press("End")
        assert tip.inner_text() == told[-1]
        chart.press("ArrowLeft")
        assert tip.inner_text() == told[-2]
        assert page.evaluate(WIDE) == []
        chart.press("Escape")
        assert not tip.is_visible()


def test_focus_on_a_chart_tells_its_last_point(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("minimal")) as seen:
        chart = seen.page.locator("svg[data-tips]").first
        chart.focus()
        assert seen.page.locator("#tip").inner_text().startswith("Oct\N{NO-BREAK SPACE}2026: ")
        assert seen.page.locator("#tip").get_attribute("role") == "status"
        assert chart.get_attribute("tabindex") == "0"


@EVERY
def test_every_link_has_its_end(shown: Shown, sample: str) -> None:
    page = shown(sample)
    found = page.evaluate(
        """() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
        .filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"""
    )
    assert found == []
    twice = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
    assert page.evaluate(twice) == 0


@EVERY
def test_every_number_of_the_scorecard_leads_to_its_source(browser: Browser, reports: Reports, sample: str) -> None:
    with visit(browser, reports(sample)) as seen:
        page = seen.page
        wrong = page.evaluate(
            """() => [...document.querySelectorAll('.score tr.k')].map(row => {
              const name = row.querySelector('th.nm').firstChild.textContent.trim();
              const links = [...row.querySelectorAll('td:nth-child(3) a.val, td:nth-child(4) a.val')];
              const ends = links.map(a => document.getElementById(a.hash.slice(1)).cells[0].textContent);
              return [name, ends, row.cells[2].textContent.trim()];
            }).filter(([name, ends, ac]) =>
              (ends.length === 0 && /[0-9]/.test(ac)) || ends.some(e => !e.startsWith(name)))"""
        )
        assert wrong == []
        lost = page.evaluate(
            """() => [...document.querySelectorAll('.score tr.k')].flatMap(row =>
              [...row.querySelectorAll('td:nth-child(5), td:nth-child(9), td:nth-child(10)')]
                .filter(cell => /[0-9]/.test(cell.textContent))
                .map(cell => [cell.textContent, (cell.querySelector('a.val') || {}).hash,
                              row.querySelector('a.val').hash]))
            .filter(([, one, other]) => one !== other)"""
        )
        assert lost == [], "a computed figure leads to the same line as the figure it comes from"
        link = page.locator(".score a.val").last
        assert "!" in str(page.locator(".score td:nth-child(3) a.val").last.get_attribute("title"))
        link.click()
        row = page.locator(page.evaluate("location.hash"))
        assert in_sight(row)
        assert row.evaluate("e => e.closest('section').id") == "sources"


@BOTH
def test_the_keyboard_goes_through_in_reading_order_and_is_seen(browser: Browser, reports: Reports, width: int) -> None:
    with visit(browser, reports("group"), width) as seen:
        page, places, hidden = seen.page, [], []
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
                return [[...document.querySelectorAll('*')].indexOf(e),
                  s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                  b.top >= -1 && b.bottom <= innerHeight + 1 && b.left >= -1 && b.right <= innerWidth + 1,
                  e.outerHTML.slice(0, 80)]; }"""
            )
            places.append(at[0])
            if not (at[1] and at[2]):
                hidden.append(at[3])
        assert places == sorted(places)
        assert len(set(places)) == 60
        assert hidden == []


def test_the_skip_link_leads_past_the_sections(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group")) as seen:
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "main"


@SCHEMES
@BOTH
@pytest.mark.parametrize("sample", ["group", "group-zh", "charity"])
def test_texts_stand_out_from_their_ground(shown: Shown, sample: str, width: int, scheme: str) -> None:
    result = shown(sample, width, scheme).evaluate(FAINT)
    assert result["found"] == []
    assert result["seen"] > 200


FEW = """for (const table of document.querySelectorAll('table'))
  [...table.querySelectorAll('tr')].slice(40).forEach((row) => row.remove());
document.querySelectorAll('details:nth-of-type(n+3), .exc:nth-of-type(n+4)').forEach((e) => e.remove());"""
COLOURS = {"runOnly": ["color-contrast"]}  # all that another scheme of a page changes


@pytest.mark.parametrize(
    ("sample", "width", "scheme", "rules"),
    [
        ("group", PHONE, "light", {}),
        ("group", DESKTOP, "light", {}),
        ("group", PHONE, "dark", COLOURS),
        ("group", DESKTOP, "dark", COLOURS),
        ("group-zh", PHONE, "dark", {}),
        ("group-zh", DESKTOP, "light", COLOURS),
        ("minimal", PHONE, "light", {}),
        ("charity", DESKTOP, "dark", {}),
        ("wide", PHONE, "dark", COLOURS),
        ("wide", DESKTOP, "light", {}),
        ("board:group", PHONE, "dark", {}),
        ("board:group", DESKTOP, "light", {}),
    ],
)
def test_axe_finds_nothing(
    browser: Browser, reports: Reports, sample: str, width: int, scheme: str, rules: dict[str, list[str]]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright is not installed")
    with visit(browser, reports(sample), width, color_scheme=scheme) as seen:
        if sample == "wide":  # every rule on a hundred rows alike would take long
            seen.page.evaluate(FEW)
        found = axe.Axe().run(seen.page, options=rules)
        told = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert told == []
        assert len(found.response["passes"]) > (0 if rules else 15)


def test_forced_colours_keep_every_mark(browser: Browser, reports: Reports) -> None:
    for scheme in ("light", "dark"):
        with visit(browser, reports("group"), color_scheme=scheme, forced_colors="active") as seen:
            ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
            drawn = seen.page.evaluate(
                """() => [
                  ...[...document.querySelectorAll('svg .f-ink, svg .f-bad, svg .f-good')]
                    .map(e => getComputedStyle(e).fill),
                  ...[...document.querySelectorAll('svg .s-ink, svg .s-ink3, svg .s-bad')]
                    .map(e => getComputedStyle(e).stroke)]"""
            )
            assert len(drawn) > 100
            assert ground not in drawn
            assert seen.console == []


def test_nothing_moves_by_itself(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group"), reduced_motion="reduce") as seen:
        moving = seen.page.evaluate(
            """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e))
            .filter(s => s.animationName !== 'none' || s.scrollBehavior === 'smooth'
              || parseFloat(s.transitionDuration) > 0).length"""
        )
        assert moving == 0


@pytest.mark.parametrize("sample", ["group", "wide"])
def test_it_prints_black_on_white_with_all_rows(browser: Browser, reports: Reports, sample: str) -> None:
    with visit(browser, reports(sample), color_scheme="dark") as seen:
        page = seen.page
        if sample == "wide":
            page.get_by_role("button", name="Goals only").click()
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 29, 33)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert [page.locator(part).is_visible() for part in (".tools", ".toc", ".skip")] == [False, False, False]
        unseen = "rows => rows.filter(r => r.getBoundingClientRect().height < 5).length"
        assert page.locator(".score tr.k").evaluate_all(unseen) == 0
        assert page.evaluate(CLASHES) == []


TARGETS = ".toc a, .tools input, .tools select, .tools button, summary, .drill, .att th a, .panel h2 a"
LINES = ".matrix a"  # lines of a list, one under the other: 28 px, as designed


@pytest.mark.parametrize("sample", ["group", "group-zh", "wide"])
def test_a_finger_hits_what_it_points_at(browser: Browser, reports: Reports, sample: str) -> None:
    with visit(browser, reports(sample), PHONE) as seen:
        for targets, least in ((TARGETS, 43.5), (LINES, 27.5)):
            small = seen.page.locator(targets).evaluate_all(
                """(all, least) => all.map(e => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 90)])
                .filter(([h]) => h > 0 && h < least)""",
                least,
            )
            assert small == []


def test_the_heads_of_the_scorecard_stay_in_sight(browser: Browser, reports: Reports) -> None:
    with visit(browser, reports("group")) as seen:
        page = seen.page
        page.locator(".score tr.k", has_text="Overtime").scroll_into_view_if_needed()
        box = page.locator(".score thead").bounding_box()
        links = page.locator(".toc").bounding_box()
        assert box is not None
        assert links is not None
        assert links["y"] == 0
        assert box["y"] == pytest.approx(links["height"], abs=1.5)
