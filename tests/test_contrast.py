"""The colours of the standard theme, read from its style sheets: readable in light and dark, and told apart in grey."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from kpireport.render import themes
from kpireport.resources import templates

STANDARD = templates() / "standard"
TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11
GROUNDS = ("paper", "panel", "bad-tint")
LIGHT_OF_CHARTS = {"#fff", "#DDE0E3", "#F3F4F5"}  # white, the grid, and the band of the current year: no meaning alone
STATUSES = ("on", "watch", "off", "none")


def sheet(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (STANDARD / name).read_text("utf-8"), flags=re.DOTALL)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})\b", block))


LIGHT = tokens(sheet("style.css").partition("}")[0])
DARK = LIGHT | tokens(sheet("screen.css").partition("prefers-color-scheme: dark")[2].partition("}")[0])
SCHEMES = pytest.mark.parametrize("scheme", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
RULES = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet("style.css") + sheet("screen.css"))


def luminance(colour: str) -> float:
    """Return the relative luminance of "#RRGGBB", 0 to 1. Source: WCAG 2.2, definitions."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def used(prop: str) -> set[str]:
    """Return the tokens that a property takes anywhere, where no rule gives it a ground of its own."""
    found = set()
    for _, body in RULES:
        if prop != "color" or "background: var(" not in body:
            found |= set(re.findall(rf"(?:^|[\s;]){prop}: var\(--([\w-]+)\)", body))
    return found - {"paper"}


def pairs() -> set[tuple[str, str]]:
    """Return (colour, ground) of the rules that set both."""
    found = set()
    for _, body in RULES:
        colour = re.search(r"(?:^|[\s;])color: var\(--([\w-]+)\)", body)
        ground = re.search(r"background: var\(--([\w-]+)\)", body)
        if colour and ground:
            found.add((colour[1], ground[1]))
    return found


def test_the_sheets_were_read() -> None:
    assert len(RULES) > 200
    assert used("color") >= {"ink", "ink-2", "ink-3", "bad", "accent"}
    assert used("fill") | used("stroke") >= {"ink", "bad", "good", "py"}
    assert ("paper", "ink") in pairs()
    assert all(DARK[name] != LIGHT[name] for name in ("ink", "paper", "bad", "accent", "band-off"))


@SCHEMES
def test_text_can_be_read_on_every_ground(scheme: dict[str, str]) -> None:
    found = {(text, ground): contrast(scheme[text], scheme[ground]) for text in used("color") for ground in GROUNDS}
    found |= {pair: contrast(scheme[pair[0]], scheme[pair[1]]) for pair in pairs()}
    # Words of a chart stand on the paper or on the lightest band, the usual range.
    found |= {(text, "band-on"): contrast(scheme[text], scheme["band-on"]) for text in ("ink", "ink-2", "ink-3", "bad")}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < TEXT} == {}


@SCHEMES
def test_marks_stand_out_from_the_paper(scheme: dict[str, str]) -> None:
    marks = (used("fill") | used("stroke") | {"accent"}) - {"rule", "band-off", "band-watch", "band-on"}
    assert {m: r for m in marks if (r := round(contrast(scheme[m], scheme["paper"]), 2)) < GRAPHICS} == {}
    on_bands = {(m, b): contrast(scheme[m], scheme[b]) for m in ("ink", "bad") for b in ("band-off", "band-on")}
    assert {pair: round(ratio, 2) for pair, ratio in on_bands.items() if ratio < GRAPHICS} == {}


@SCHEMES
def test_in_grey_bad_and_good_and_the_bands_differ(scheme: dict[str, str]) -> None:
    assert contrast(scheme["bad"], scheme["good"]) > 1.3
    bands = [luminance(scheme[f"band-{name}"]) for name in ("off", "watch", "on")]
    assert bands in (sorted(bands), sorted(bands, reverse=True))
    assert all(
        contrast(scheme[f"band-{a}"], scheme[f"band-{b}"]) > 1.1 for a, b in itertools.pairwise(("off", "watch", "on"))
    )


def test_on_paper_the_bad_is_the_heavier() -> None:
    assert luminance(LIGHT["bad"]) < luminance(LIGHT["good"])
    assert contrast(LIGHT["bad"], LIGHT["good"]) > 1.4


def glyph(status: str, word: str) -> str:
    theme, _ = themes.find(None)
    assert theme is not None
    return str(themes.environment(theme).get_template("marks.html").module.sig(status, word))


def test_a_status_is_a_shape_and_a_word_beside_its_colour() -> None:
    glyphs = {status: glyph(status, f"word of {status}") for status in STATUSES}
    assert all(f"<title>word of {status}</title>" in text for status, text in glyphs.items())
    shapes = {re.sub(r'word of \w+|#\w{6}|class="[sf]-\w+"', "", text) for text in glyphs.values()}
    assert len(shapes) == len(STATUSES)


@pytest.mark.parametrize("file", sorted(STANDARD.rglob("*.html")), ids=lambda path: path.stem)
def test_charts_on_paper_use_the_tokens_colours(file: Path) -> None:
    literal = set(re.findall(r'["\'](#[0-9A-Fa-f]{3,6})["\']', file.read_text("utf-8")))
    assert literal - set(LIGHT.values()) - LIGHT_OF_CHARTS == set()
