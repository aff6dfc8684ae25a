"""What is left out when WeasyPrint is loaded comes when it is asked for, and its parser reads the same."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
import tinyhtml5

from kpireport.render import engine

LOADED = """
import sys
from kpireport.render import engine
engine.weasyprint()
assert not [name for name in sys.modules if name.startswith(("fontTools.subset", "fontTools.varLib"))]
from weasyprint.pdf import fonts
from fontTools import subset
from fontTools.varLib.instancer import instantiateVariableFont
assert subset is not fonts.subset and hasattr(subset, "load_font")
assert isinstance(fonts.subset.Options(hinting=True), subset.Options)
try:
    fonts.instantiateVariableFont()
except TypeError as error:
    assert "instantiateVariableFont() missing" in str(error)
else:
    raise AssertionError
"""
PAGE = """<!DOCTYPE html><html lang=en><head><title>a &amp; b</title><style>p > b { color: red }</style></head><body
class="x y"  id='z'><p>1 &lt; 2<b>é目\U0001f600</b>\r\n\tx</p><!-- no --><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>
<script>if (a < b && c) {}</script><table><tr><td>&nbsp;&notanentity; &#x41;</table></body></html>"""


def test_fonttools_is_loaded_when_a_font_is_cut_with_it() -> None:
    subprocess.run([sys.executable, "-c", LOADED], check=True, timeout=120)


def test_a_fonttools_that_is_there_already_is_taken() -> None:
    code = "import fontTools.subset as s\nfrom kpireport.render import engine\nengine.weasyprint()\n"
    code += "from weasyprint.pdf import fonts\nassert fonts.subset is s\n"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def parsed(page: str) -> bytes:
    return ET.tostring(tinyhtml5.parse(page, namespace_html_elements=False))


def test_a_page_is_read_the_same_with_patterns_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from tinyhtml5 import inputstream

    monkeypatch.setattr(inputstream, "characters_until_regex", {})
    before = parsed(PAGE)
    kept = engine._Patterns()
    monkeypatch.setattr(inputstream, "characters_until_regex", kept)
    assert parsed(PAGE) == before
    made = {key: pattern for key, pattern in kept.items() if not isinstance(key[0], re.Pattern)}
    assert len(made) > 5
    assert parsed(PAGE) == before
    assert {key: kept[key] for key in made} == made
