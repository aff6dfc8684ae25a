"""A real browser for the tests, and what they ask of a page in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SAMPLES = ("group", "group-zh", "minimal", "charity", "wide")
PHONE, DESKTOP = 390, 1280


def chromium() -> str | None:
    """Return the program of the browser: from KPIREPORT_CHROMIUM, or the first there is under the names it has."""
    named = os.environ.get("KPIREPORT_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Visit:
    """A page that is open, and what it did beside showing itself."""

    page: Page
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@contextmanager
def visit(browser: Browser, file: Path, width: int = DESKTOP, *, height: int = 900, **options: Any) -> Iterator[Visit]:
    """Open a file in a window of its own; every request and every error is written down."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    try:
        page = context.new_page()
        seen = Visit(page)

        def note(route: Route) -> None:
            seen.requests.append(route.request.url)
            route.continue_()

        page.route("**/*", note)
        page.on("console", lambda message: seen.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.goto(file.as_uri())
        yield seen
    finally:
        context.close()


WIDE = """() => {
  const held = (e) => e.closest('.scroll, .toc, .grid, .sr, .skip, thead');
  const wide = document.documentElement.clientWidth;
  const found = [...document.querySelectorAll('body *')].filter((e) => {
    if (held(e)) return false;
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 1 || box.left < -1);
  }).map((e) => `${e.tagName}.${e.getAttribute('class')}: ${e.textContent.slice(0, 40)}`);
  const page = document.documentElement.scrollWidth;
  if (page > wide) found.push(`the page is ${page} wide`);
  return found;
}"""

# Cells of one row whose texts lie upon each other, and texts that are cut by their own box.
CLASHES = """() => {
  const found = [];
  const range = document.createRange();
  const boxes = (cell) => {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
      if (!texts.currentNode.textContent.trim() || texts.currentNode.parentElement.closest('.sr, title')) continue;
      range.selectNodeContents(texts.currentNode);
      found.push(...range.getClientRects());
    }
    return found;
  };
  for (const row of document.querySelectorAll('tr')) {
    if (row.closest('.grid') || row.getClientRects().length === 0) continue;
    const cells = [...row.children].filter((c) => getComputedStyle(c).display !== 'none');
    const all = cells.map(boxes);
    for (let i = 0; i < all.length; i++)
      for (const a of all[i]) for (const [j, others] of all.entries()) for (const b of j > i ? others : []) {
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (x > 1.5 && y > 4) found.push(`${cells[i].textContent.trim()} / ${cells[j].textContent.trim()}`);
      }
  }
  return [...new Set(found)];
}"""

# Contrast of every visible text with what lies under it: colours of boxes, and bands of a chart.
FAINT = """() => {
  const parse = (c) => { const m = c.match(/[\\d.]+/g); return m ? m.map(Number) : null; };
  const lum = ([r, g, b]) => {
    const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = (e) => {
    for (let n = e; n; n = n.parentElement) {
      const c = parse(getComputedStyle(n).backgroundColor);
      if (c && (c.length < 4 || c[3] > 0)) return c;
    }
    return [255, 255, 255];
  };
  const under = (e) => {
    const svg = e.closest('svg');
    const box = e.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    let found = ground(svg ? svg.parentElement : e);
    if (svg) for (const band of svg.querySelectorAll('.b-off, .b-watch, .b-on')) {
      const b = band.getBoundingClientRect();
      if (b.left <= x && x <= b.right && b.top <= y && y <= b.bottom) found = parse(getComputedStyle(band).fill);
    }
    return found;
  };
  const found = [];
  let seen = 0;
  for (const e of document.querySelectorAll('td, th, p, span, a, h1, h2, h3, h4, text, button, label, summary')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const style = getComputedStyle(e);
    if (!own || e.getClientRects().length === 0 || e.closest('.sr, .skip')) continue;
    seen++;
    const colour = parse(e.tagName === 'text' ? style.fill : style.color);
    const r = ratio(colour, under(e));
    const what = `${e.tagName}.${e.getAttribute('class')} "${e.textContent.trim().slice(0, 30)}"`;
    if (r < 4.5) found.push(`${r.toFixed(2)} ${what}`);
  }
  return { seen, found };
}"""
