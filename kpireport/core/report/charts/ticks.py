"""Round numbers for an axis, and the width of text that no browser is there to measure."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

# Advance widths of Source Sans 3 Regular in em; those of letters to a fiftieth.
ALIKE = {
    0.2: " \N{NO-BREAK SPACE}", 0.249: ",.:;", 0.25: "'ijl|", 0.26: "I", 0.29: "!()[]f{}", 0.31: "-",
    0.34: "rt", 0.36: "/", 0.42: '"*?sz', 0.46: "cvxy", 0.48: "JLY",
    0.497: "0123456789+<=>±\N{MINUS SIGN}\N{EN DASH}", 0.5: "Faegk_#$", 0.53: "ESTVXZ", 0.55: "Abdhnopqu",
    0.58: "PRBCK&", 0.63: "DGNU", 0.67: "HOQ", 0.74: "Mw", 0.79: "W", 0.83: "%m@",
}  # fmt: skip
WIDTHS = {c: wide for wide, alike in ALIKE.items() for c in alike}
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Return four to seven round numbers that span ``low`` to ``high``."""
    if not (isfinite(low) and isfinite(high)) or high <= low:
        return (low,) if isfinite(low) else ()
    raw = (high - low) / max(1, about - 1)
    size = 10.0 ** floor(log10(raw)) if raw > 0 else 1.0
    step = next((s * size for s in STEPS if s * size >= raw), 10 * size)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(step * n for n in range(int(first), int(last) + 1))


def within(marked: tuple[float, ...], limits: tuple[float, float] | None) -> tuple[float, ...]:
    """Return the ticks of a scale that ends, with its end where that is the next; all of them where it does not end.

    Rule: R55.
    """
    if limits is None or len(marked) < 2:
        return marked
    step, slack = marked[1] - marked[0], 1e-9 * (limits[1] - limits[0])
    inside = tuple(t for t in marked if limits[0] - slack <= t <= limits[1] + slack)
    if not inside:
        return marked
    next_to_end = slack < limits[1] - inside[-1] <= step + slack
    return (*inside, limits[1]) if next_to_end else inside


def width(text: str, size: float) -> float:
    """Return about how wide a text is, in the unit of ``size``."""
    total = 0.0
    for c in text:
        if ord(c) > 0x2E7F:
            total += 1.0
        else:
            total += WIDTHS.get(c, 0.52)
    return total * size


def fit(text: str, size: float, room: float) -> str:
    """Return a text that takes no more than ``room``, the lines of it laid end to end; cut with "…" where it is longer.

    A word that a line has no room for leaves its end empty, so that a cut text is held to nine tenths of the room.
    """
    if width(text, size) <= room:
        return text
    kept, taken = "", width("…", size)
    for c in text:
        taken += width(c, size)
        if taken > room * 0.9:
            break
        kept += c
    head, space, _ = kept.rpartition(" ")
    return f"{head if space and len(head) > len(kept) / 2 else kept}…"


def apart(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions near the wanted ones, at least ``gap`` apart and within bounds; order is kept."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [min(max(wanted[i], low), high) for i in order]
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    overflow = placed[-1] - high if placed else 0.0
    if overflow > 0:
        placed[-1] = high
        for i in range(len(placed) - 2, -1, -1):
            placed[i] = min(placed[i], placed[i + 1] - gap)
    result = [0.0] * len(wanted)
    for place, i in zip(placed, order, strict=True):
        result[i] = place
    return result


def usable(value: float | None) -> bool:
    return value is not None and isfinite(value)


def short(number: float) -> str:
    """Return a coordinate with two decimals at most, as SVG wants it."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
