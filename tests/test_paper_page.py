"""What a page is spared on its way to paper, and that no word of it changes its place."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from kpireport.render import paper
from kpireport.resources import sample_workbooks

CIRCLE = '<svg viewBox="0 0 9 9"><title>On target</title><circle r="4"/></svg>'
SQUARE = '<svg viewBox="0 0 9 9"><title>Off target</title><path d="M0 0H9V9H0Z"/></svg>'
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)|(<page )')


def test_a_drawing_becomes_a_picture_with_its_title() -> None:
    html, pictures = paper.as_pictures(f"<p>a{CIRCLE}b</p>")
    assert html == '<p>a<img class="drawing" src="drawing:0" alt="On target">b</p>'
    assert pictures == {
        "drawing:0": (CIRCLE.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"').encode(), "image/svg+xml")
    }


def test_like_drawings_share_one_picture() -> None:
    html, pictures = paper.as_pictures(CIRCLE + SQUARE + CIRCLE)
    assert re.findall(r'src="([^"]+)"', html) == ["drawing:0", "drawing:1", "drawing:0"]
    assert re.findall(r'alt="([^"]+)"', html) == ["On target", "Off target", "On target"]
    assert set(pictures) == {"drawing:0", "drawing:1"}


@pytest.mark.parametrize(
    ("drawing", "element"),
    [
        pytest.param(
            '<svg class="spark wide" id="s1" style="width:3pt"><title>x</title></svg>',
            '<img class="drawing spark wide" id="s1" style="width:3pt" src="drawing:0" alt="x">',
            id="its class, name and style",
        ),
        pytest.param(
            '<svg aria-label="a &amp; &quot;b&quot;"><path d="M0 0"/></svg>',
            '<img class="drawing" src="drawing:0" alt="a &amp; &#34;b&#34;">',
            id="a label for a title",
        ),
        pytest.param(
            "<svg><title>1 &lt; 2 &gt; 0</title></svg>",
            '<img class="drawing" src="drawing:0" alt="1 &lt; 2 &gt; 0">',
            id="a title that could be read as markup",
        ),
        pytest.param(
            '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>',
            '<img class="drawing" src="drawing:0" alt="x">',
            id="that names its kind",
        ),
        pytest.param(
            "<svg><title>x</title><g fill='url(#own)'/><g id='own'/></svg>",
            '<img class="drawing" src="drawing:0" alt="x">',
            id="an address in the drawing itself",
        ),
    ],
)
def test_a_picture_keeps_what_the_page_knows_of_its_drawing(drawing: str, element: str) -> None:
    assert paper.as_pictures(drawing)[0] == element


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param('<svg><title>x</title><use href="#mark"/></svg>', id="a part by its address"),
        pytest.param('<svg><title>x</title><use xlink:href="#mark"/></svg>', id="a part by its older address"),
        pytest.param('<svg><title>x</title><a href="#there"><path d="M0 0"/></a></svg>', id="a link"),
        pytest.param('<svg><title>x</title><path fill="url(own.svg#a)"/></svg>', id="a file of the theme"),
        pytest.param('<svg><title>x</title><path fill="currentColor"/></svg>', id="the colour of the text"),
        pytest.param("<svg><title>x</title><style>p{}</style></svg>", id="a style sheet"),
        pytest.param("<svg><title>x</title><script>1</script></svg>", id="a script"),
        pytest.param("<svg><title>x</title><foreignObject><p>y</p></foreignObject></svg>", id="a part of a page"),
        pytest.param("<svg><title>x</title><path d='M0 0'></svg>", id="an element without end"),
        pytest.param("<svg><title>x&nbsp;y</title></svg>", id="an entity that XML does not know"),
        pytest.param("<svg><path d='M0 0'/></svg>", id="no title"),
        pytest.param("<svg><title> </title></svg>", id="an empty title"),
        pytest.param("<svg><g><title>of a part</title></g></svg>", id="a title of a part alone"),
    ],
)
def test_a_drawing_that_is_tied_to_its_page_stays(drawing: str) -> None:
    page = f"<p>a{drawing}b</p>"
    assert paper.as_pictures(page) == (page, {})


@pytest.mark.parametrize(
    "text",
    [
        "&lt;svg&gt;&lt;title&gt;x&lt;/title&gt;&lt;/svg&gt;",
        "&lt;svg viewBox=&#34;0 0 1 1&#34;&gt; drawing:0",
        "<p title='&lt;svg&gt;'>&lt;/svg&gt;</p>",
    ],
)
def test_text_that_reads_like_a_drawing_is_left_as_it_is(text: str) -> None:
    assert paper.as_pictures(f"<p>{text}</p>{CIRCLE}<p>{text}</p>") == (
        f'<p>{text}</p><img class="drawing" src="drawing:0" alt="On target"><p>{text}</p>',
        paper.as_pictures(CIRCLE)[1],
    )


@pytest.mark.parametrize(
    ("page", "lean"),
    [
        pytest.param('<td data-label="Plan" data-x="">3</td>', "<td>3</td>", id="a label of a telephone"),
        pytest.param('<nav role="navigation" aria-label="a&#34;b" id="n">', '<nav id="n">', id="of a screen reader"),
        pytest.param('<th scope="row" class="k" aria-hidden="true">', None, id="other attributes"),
        pytest.param("<p>data-label=&#34;x&#34; role=&#34;y&#34;</p>", None, id="text that reads like one"),
        pytest.param("<tr>\n  <td>3</td>\n</tr>\n", "<tr><td>3</td></tr>\n", id="blanks before a block"),
        pytest.param("a <b>b</b> <i>c</i> <span>d</span> <a>e</a> <img> f", None, id="blanks between words"),
        pytest.param("<b>b</b> <trail>x</trail> <thing> </bold>", None, id="names that begin like a block's"),
        pytest.param("<p>x \n &lt;td&gt; y</p>", None, id="text that reads like a block"),
    ],
)
def test_a_lean_page_lacks_what_only_a_screen_reads(page: str, lean: str | None) -> None:
    assert paper.lean(page) == (page if lean is None else lean)


def words(folder: Path, *, sample: str = "minimal") -> list[tuple[str, ...]]:
    """Return each word of a report with its place in points, and where its pages begin."""
    job = Job((sample_workbooks() / f"{sample}.xlsx",), date(2026, 11, 9), formats=("pdf",), out=folder)
    assert not pipeline.build(job).failed
    command = ["pdftotext", "-bbox", str(folder / f"{sample}.pdf"), "-"]
    boxes = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8", timeout=60).stdout
    return WORD.findall(boxes)


def test_all_words_stand_where_they_stand_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = []
    lean, as_pictures = paper.lean, paper.as_pictures

    def watched(html: str) -> str:
        changed.append(lean(html) != html and as_pictures(html)[1] == {} and 'src="drawing:0"' in html)
        return lean(html)

    with monkeypatch.context() as patched:
        patched.setattr(paper, "lean", watched)
        spared = words(tmp_path / "spared")
    assert changed == [True]
    monkeypatch.setattr(paper, "as_pictures", lambda html: (html, {}))
    monkeypatch.setattr(paper, "lean", lambda html: html)
    assert spared == words(tmp_path / "whole")
    assert len(spared) > 100
