"""Chinese takes the first font there is: the theme's own, the extra's, the computer's; and bold is bold."""

from __future__ import annotations

import io
import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

from kpireport.render import font_files, fonts, pdf, webfonts
from kpireport.render.fonts import BOLD, REGULAR, SANS, SERIF
from kpireport.render.themes import Theme
from kpireport.resources import templates

TEXT = "目标达标预测销售务这 97.6"
JAPANESE = "目標予測"
RESTRICTED, NO_SUBSET, EDITABLE = 0x0002, 0x0100, 0x0008
SLOTS = [(SANS, REGULAR), (SANS, BOLD), (SERIF, REGULAR), (SERIF, BOLD)]


def drawn(family: str, weight: int = 400, *, text: str = TEXT, licence: int = 0, variable: bool = False) -> TTFont:
    """Return a font of squares, with the names, the weight and the licence of a real one."""
    characters = sorted({ord(c) for c in text})
    names = [".notdef", *(f"u{c:04X}" for c in characters)]
    pen = TTGlyphPen(None)
    for move, point in zip((pen.moveTo, *[pen.lineTo] * 3), ((0, 0), (0, 700), (700, 700), (700, 0)), strict=True):
        move(point)
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(characters, names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": str(weight)})
    builder.setupOS2(usWeightClass=weight, fsType=licence)
    builder.setupPost()
    if variable:
        builder.setupFvar([("wght", 100, weight, 900, "Weight")], [])
        builder.setupGvar({name: [] for name in names})
    return builder.font


def saved(file: Path, *drawings: TTFont, flavor: str | None = None, at_least: int = 0) -> Path:
    """Write a font, or several as a collection; at_least: bytes that it shall have."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if at_least:
        filler = newTable("FILL")
        filler.data = bytes(at_least)
        drawings[0]["FILL"] = filler
    if len(drawings) > 1:
        collection = TTCollection()
        collection.fonts = list(drawings)
        collection.save(file)
    else:
        drawings[0].flavor = flavor
        drawings[0].save(file)
    return file


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of fonts of a computer that has no others, and no package of the extra."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(font_files, "PACKAGES", {})
    monkeypatch.setattr(font_files, "system_files", lambda: sorted(folder.iterdir()))
    for kept in (font_files.of_packages, font_files.of_system):
        kept.cache_clear()
    yield folder  # type: ignore[misc]
    for kept in (font_files.of_packages, font_files.of_system):
        kept.cache_clear()


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "theme" / "fonts").mkdir(parents=True)
    return Theme((tmp_path / "theme", templates() / "standard"))


def used(theme: Theme | None = None) -> list[str]:
    """Return family and weight behind each of the four slots."""
    chosen = fonts.han(theme)
    return [f"{chosen[slot].family} {chosen[slot].nearest(slot[1])}" if slot in chosen else "-" for slot in SLOTS]


NOTO = [("Noto Sans CJK SC", 400), ("Noto Sans CJK SC", 700), ("Noto Serif CJK SC", 400), ("Noto Serif CJK SC", 700)]
WINDOWS = [("Microsoft YaHei", 290), ("Microsoft YaHei", 400), ("Microsoft YaHei", 700), ("SimSun", 400)]
MACOS = [("PingFang SC", 400), ("PingFang SC", 600), ("Songti SC", 300), ("Songti SC", 400), ("Songti SC", 900)]


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        pytest.param(NOTO, [f"{family} {weight}" for family, weight in NOTO], id="Linux: Noto CJK"),
        pytest.param(
            WINDOWS, ["Microsoft YaHei 400", "Microsoft YaHei 700", "SimSun 400", "Microsoft YaHei 700"],
            id="Windows: SimSun has no bold, a headline in it takes the sans",
        ),
        pytest.param(
            MACOS, ["PingFang SC 400", "PingFang SC 600", "Songti SC 400", "Songti SC 900"], id="macOS: of many weights"
        ),
        pytest.param(
            [("SimHei", 400), *NOTO], [f"{family} {weight}" for family, weight in NOTO], id="the better family first"
        ),
        pytest.param(
            [("DengXian", 400), ("DengXian", 700)], ["DengXian 400", "DengXian 700"] * 2, id="no serif: the sans"
        ),
        pytest.param([("SimSun", 400)], ["SimSun 400", "-", "SimSun 400", "-"], id="no bold at all is none"),
        pytest.param([("Noto Sans CJK JP", 400), ("DejaVu Sans", 700)], ["-"] * 4, id="not for Simplified Chinese"),
    ],
)  # fmt: skip
def test_a_computers_fonts_are_known_by_their_names(
    installed: list[tuple[str, int]], expected: list[str], computer: Path
) -> None:
    for number, (family, weight) in enumerate(installed):
        saved(computer / f"{number}.ttf", drawn(family, weight))
    assert used() == expected


@pytest.mark.parametrize("order", list(itertools.permutations(["JP", "SC", "TC"])), ids="-".join)
def test_a_face_is_found_wherever_it_stands_in_its_collection(order: tuple[str, ...], computer: Path) -> None:
    saved(computer / "a.ttc", *(drawn(f"Noto Sans CJK {place}") for place in order))
    assert used()[0] == "Noto Sans CJK SC 400"
    assert fonts.han()[SANS, REGULAR].index == order.index("SC")


def test_the_order_of_the_files_decides_nothing(computer: Path) -> None:
    saved(computer / "z.ttf", drawn("Noto Sans CJK SC"))
    saved(computer / "a.ttf", drawn("WenQuanYi Zen Hei"))
    assert used()[0] == "Noto Sans CJK SC 400"


def test_the_theme_comes_first_then_the_extra_then_the_computer(
    theme: Theme, computer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(computer / "a.ttf", drawn("Noto Sans CJK SC"))
    saved(computer / "b.ttf", drawn("Noto Sans CJK SC", 700))
    assert used(theme)[:2] == ["Noto Sans CJK SC 400", "Noto Sans CJK SC 700"]

    saved(tmp_path / "path" / "fonts_of_an_extra" / "deep" / "x.otf", drawn("Source Han Sans SC", 500))
    (tmp_path / "path" / "fonts_of_an_extra" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path / "path")
    monkeypatch.setattr(font_files, "PACKAGES", {"fonts_of_an_extra": "fonts-of-an-extra"})
    font_files.of_packages.cache_clear()
    assert used(theme)[:2] == ["Source Han Sans SC 500", "Noto Sans CJK SC 700"]
    assert fonts.han()[SANS, REGULAR].origin == "fonts-of-an-extra"

    saved(theme.folders[0] / "fonts" / "acme.ttf", drawn("Acme Hei"))
    assert used(theme)[:2] == ["Acme Hei 400", "Noto Sans CJK SC 700"]
    saved(theme.folders[0] / "fonts" / "acme-bold.ttf", drawn("Acme Hei", 800))
    assert used(theme)[:2] == ["Acme Hei 400", "Acme Hei 800"]
    assert used()[0] == "Source Han Sans SC 500"


@pytest.mark.parametrize("flavor", [None, "woff", "woff2"])
def test_a_theme_may_bring_its_font_packed(flavor: str | None, theme: Theme, computer: Path) -> None:
    saved(theme.folders[0] / f"acme.{flavor or 'ttf'}", drawn("Acme Song"), flavor=flavor)
    assert used(theme) == ["Acme Song 400", "-", "Acme Song 400", "-"]
    cut = TTFont(io.BytesIO(fonts.subsets("目标", theme)[SERIF, REGULAR]))
    assert set(cut.getBestCmap()) == {ord("目"), ord("标")}


@pytest.mark.parametrize(
    ("name", "content"), [("a.woff2", b"wOF2" + bytes(90)), ("a.woff", b"wOFF"), ("a.ttf", b""), ("a.otf", b"x" * 500)]
)
def test_a_damaged_font_is_no_font(name: str, content: bytes, theme: Theme, computer: Path) -> None:
    (theme.folders[0] / name).write_bytes(content)
    (computer / name).write_bytes(content)
    assert fonts.han(theme) == {}


def test_a_theme_with_another_script_or_a_link_out_of_it_sets_no_chinese(
    theme: Theme, computer: Path, tmp_path: Path
) -> None:
    saved(theme.folders[0] / "latin.ttf", drawn("Acme Sans", text="abc"))
    saved(theme.folders[0] / "japanese.ttf", drawn("Acme Gothic", text=JAPANESE))
    (theme.folders[0] / "link.ttf").symlink_to(saved(tmp_path / "elsewhere.ttf", drawn("Acme Hei")))
    assert fonts.han(theme) == {}


@pytest.mark.parametrize("licence", [RESTRICTED, NO_SUBSET])
def test_a_font_that_may_not_be_embedded_is_left_alone(licence: int, computer: Path) -> None:
    saved(computer / "a.ttf", drawn("Microsoft YaHei", licence=licence))
    assert fonts.han() == {}


def test_a_font_for_documents_stands_in_the_pdf_and_in_no_web_page(computer: Path) -> None:
    saved(computer / "a.ttf", drawn("Microsoft YaHei", licence=EDITABLE))
    assert (SANS, REGULAR) in fonts.subsets(TEXT)
    assert SANS not in webfonts.faces(f"<p>{TEXT}</p>")
    saved(computer / "b.ttf", drawn("Noto Sans CJK SC"))
    font_files.of_system.cache_clear()
    assert SANS in webfonts.faces(f"<p>{TEXT}</p>")


def test_of_a_variable_font_each_weight_is_cut(computer: Path) -> None:
    saved(computer / "a.ttf", drawn("Noto Sans SC", variable=True))
    assert used() == ["Noto Sans SC 400", "Noto Sans SC 600"] * 2
    for (_, weight), font in fonts.subsets(TEXT).items():
        cut = TTFont(io.BytesIO(font))
        assert "fvar" not in cut
        assert cut["OS/2"].usWeightClass == weight


def test_a_borrowed_bold_is_carried_once(theme: Theme, computer: Path) -> None:
    for name, family, weight in (("a", "Noto Sans SC", 400), ("b", "Noto Sans SC", 700), ("c", "SimSun", 400)):
        saved(computer / f"{name}.ttf", drawn(family, weight))
    assert fonts.subsets(TEXT)[SERIF, BOLD] == fonts.subsets(TEXT)[SANS, BOLD]
    rules = webfonts.faces(f"<p>{TEXT}</p>", theme).split("\n")
    assert [rule.partition(";src")[0] for rule in rules if '"Noto' in rule] == [
        f'@font-face{{font-family:"{family}";font-weight:{weight}'
        for family, weight in ((SANS, REGULAR), (SANS, BOLD), (SERIF, REGULAR))
    ]


def test_a_bold_serif_comes_with_the_page_of_a_theme_of_ones_own(theme: Theme, computer: Path) -> None:
    for number, (family, weight) in enumerate(NOTO):
        saved(computer / f"{number}.ttf", drawn(family, weight))
    rule = f'@font-face{{font-family:"{SERIF}";font-weight:{BOLD}'
    assert rule in webfonts.faces(f"<p>{TEXT}</p>", theme)
    assert rule not in webfonts.faces(f"<p>{TEXT}</p>")


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        pytest.param("win32", "W/Fonts", id="Windows"),
        pytest.param("win32", "L/Microsoft/Windows/Fonts", id="Windows, of the user"),
        pytest.param("darwin", "/System/Library/Fonts", id="macOS"),
        pytest.param("darwin", "H/Library/Fonts", id="macOS, of the user"),
        pytest.param("linux", "/usr/share/fonts", id="Linux"),
        pytest.param("linux", "H/.local/share/fonts", id="Linux, of the user"),
    ],
)
def test_each_system_keeps_its_fonts_in_its_folders(platform: str, folder: str) -> None:
    known = font_files.system_folders(platform, {"WINDIR": "W", "LOCALAPPDATA": "L"}, Path("H"))
    assert Path(folder) in known


def test_without_fontconfig_the_folders_are_searched_for_large_fonts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("WINDIR", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    large = saved(tmp_path / "Fonts" / "deep" / "msyh.ttf", drawn("Microsoft YaHei"), at_least=font_files.LEAST)
    saved(tmp_path / "Fonts" / "small.ttf", drawn("Microsoft YaHei"))
    (tmp_path / "Fonts" / "notes.txt").write_bytes(bytes(font_files.LEAST))
    assert font_files.system_files() == [large]


@pytest.mark.parametrize(("answer", "expected"), [("echo /f/b.ttf; echo /f/a.ttf; echo /f/b.ttf", 2), ("exit 1", 0)])
def test_fontconfig_says_which_files_know_chinese(
    answer: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(font_files, "system_folders", lambda *_: [tmp_path / "none"])
    assert font_files.system_files() == [Path("/f/a.ttf"), Path("/f/b.ttf")][:expected]


def test_a_pdf_is_set_in_the_themes_own_chinese_where_there_is_no_other(theme: Theme, computer: Path) -> None:
    html = '<html lang="zh"><style>p { font-family: "Noto Sans SC" } b { font-weight: 600 }</style>'
    html += f"<title>目标</title><p>{TEXT} <b>{TEXT}</b></p>"
    created = datetime(2026, 11, 9, tzinfo=UTC)
    content, told = pdf.pdf(html, theme=theme, created=created, script="Hans", title="目标")
    assert (content, [each.name for each in told]) == (b"", ["CHINESE_FONT_MISSING"])
    for weight in (400, 700):
        saved(theme.folders[0] / f"{weight}.ttf", drawn("Acme Hei", weight))
    content, told = pdf.pdf(html, theme=theme, created=created, script="Hans", title="目标")
    assert told == ()
    with pikepdf.open(io.BytesIO(content)) as document:
        names = {str(each.BaseFont) for each in document.pages[0].Resources.Font.values()}
    assert len(names) == 2
    assert all("Noto-Sans-SC" in name for name in names)
