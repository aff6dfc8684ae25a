"""A theme of somebody else's ends, whatever is in it, and says where it was stopped."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from jinja2.exceptions import SecurityError

from kpireport.render import patience, themes
from kpireport.render.patience import OverlongError, Sandbox, bounded

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = {
    "nested ranges": "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "a text that doubles": "{% set n = namespace(s='0123456789') %}{% for a in range(99999) %}"
    "{% set n.s = n.s ~ n.s %}{% endfor %}",
    "a macro without end": "{% for a in range(99999) %}{% for b in range(99999) %}{{ a ~ b }}{% endfor %}{% endfor %}",
}


@pytest.mark.parametrize("template", ENDLESS.values(), ids=ENDLESS)
def test_a_template_without_end_is_stopped(template: str) -> None:
    with pytest.raises(OverlongError), bounded(0.3, 300):
        Sandbox().from_string(template).render()


@pytest.mark.parametrize(
    "template",
    ["{{ 'x' * 99999999999 }}", "{{ 9 ** 9 ** 9 ** 9 }}", "{{ [1, 2] * 99999999 }}", "{{ 99999999 * 'ab' }}"],
)
def test_a_single_step_without_end_is_refused(template: str) -> None:
    with pytest.raises(SecurityError):
        Sandbox().from_string(template).render()


@pytest.mark.parametrize(
    ("template", "text"), [("{{ 'ab' * 3 }}", "ababab"), ("{{ 2 ** 10 }}", "1024"), ("{{ 2 * 3 }}", "6")]
)
def test_ordinary_sums_are_done(template: str, text: str) -> None:
    assert Sandbox().from_string(template).render() == text


def test_what_ends_in_time_is_left_alone_and_so_is_what_comes_after() -> None:
    for _ in range(50):
        with bounded(60, 1000):
            pass
    assert not [thread for thread in threading.enumerate() if thread.name == "kpireport-patience"]
    until = time.process_time() + 0.2
    while time.process_time() < until:  # nothing that was sent late breaks in here
        sum(range(100))


def test_a_theme_without_end_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    (tmp_path / "report.html").write_text(f"<p>\n{ENDLESS['nested ranges']}\n</p>", "utf-8")
    theme, told = themes.find(tmp_path)
    assert theme is not None, told
    page, problems = themes.filled(theme, "report.html", {})
    assert page == ""
    (told_of,) = problems
    assert (told_of.name, told_of.details["file"], told_of.details["line"]) == ("TEMPLATE_WRONG", "report.html", 2)
