"""The fonts inside the HTML: small, complete for the page, lawful, and the same for the same page."""

from __future__ import annotations

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from kpireport.render import fonts, webfonts

PAGE = "<p>Łódź: 95.3 % ≥ 90 – Ω 目标未达标</p>"


def embedded(page: str) -> dict[tuple[str, int], TTFont]:
    found = {}
    for rule in webfonts.faces(page).split("\n"):
        match = re.fullmatch(
            r'@font-face\{font-family:"(.+?)";font-weight:(\d+);src:url\("data:font/\w+;base64,(.+?)"\).*', rule
        )
        assert match, rule[:80]
        found[match[1], int(match[2])] = TTFont(io.BytesIO(base64.b64decode(match[3])))
    return found


def test_every_face_has_every_character_of_the_page() -> None:
    found = embedded(PAGE)
    assert len(found) == 7
    for (family, weight), font in found.items():
        has = font.getBestCmap()
        wanted = "目标未达标" if "Noto" in family else "Łódź: 95.3 % ≥ 90 – Ω abcXYZ"
        assert [c for c in wanted if ord(c) not in has] == [], (family, weight)


def test_a_page_without_chinese_carries_no_chinese_font() -> None:
    assert sorted(embedded("<p>Sales</p>")) == sorted((f.family, f.weight) for f in fonts.LATIN)


def test_they_are_small_and_the_same_each_time() -> None:
    assert len(webfonts.faces("Sales 2026")) < 90_000
    assert webfonts.faces(PAGE) == webfonts.faces(PAGE)


def test_a_cut_font_keeps_its_licence_and_gives_up_the_reserved_name() -> None:
    for font in embedded("Sales").values():
        records = {record.nameID: str(record) for record in font["name"].names}
        assert sorted(records) == [0, 13, 14]
        assert "SIL Open Font License" in records[13]


@pytest.mark.parametrize("text", ["目", "目标未达标预测销售收入"])
def test_the_zipped_font_is_the_font(text: str) -> None:
    for whole in fonts.subsets(text).values():
        one, other = TTFont(io.BytesIO(whole)), TTFont(io.BytesIO(webfonts._zipped(whole)))
        assert other.flavor == "woff"
        assert one.keys() == other.keys()
        assert all(
            one.getTableData(tag) == other.getTableData(tag) for tag in sorted(one.keys()) if tag != "GlyphOrder"
        )
