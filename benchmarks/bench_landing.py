"""Measure where we say years will land against where they did land, beside what a user would pick instead.

    python benchmarks/bench_landing.py [--limit N] [--series FILE]

Series: of FILE, a JSON object with ``series``, each with ``id``, ``train`` and ``test`` (the twelve months after), else
simulated ones. With FILE it ends in 1 where a landing is worse than promised (PROMISED). OWA: errors of the
twelve months ahead against Naive2 (1 = no better). Cover: how often the 80 % ranges of the months hold. Landing: with
0, 3, 6 and 9 months of the year known, how often the 80 % range of the year holds, and the Brier score of "last year's
total plus g is reached" for g from -10 to +10 %. ms: for the points and paths of one series. Peers: what the extra
``bench`` installs; their years are added up from paths that they simulate. Last, on simulated years whose true chance
is known: how far the chances that we say are from the true ones.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kpireport.core.forecast import outcome
from kpireport.core.landing import LEAST, MOST, Year, land

PROMISED = "OWA up to 0.82, years in their range 75 to 85 %, Brier score up to 0.095"
MONTHS, KNOWN, GROWTH = 12, (0, 3, 6, 9), (-0.10, -0.05, -0.02, 0.0, 0.02, 0.05, 0.10)
Floats = NDArray[np.float64]
Forecast = Callable[[Floats], tuple[Floats, Floats, Floats]]
Paths = Callable[[Floats, int], Floats]  # the series, and how many months ahead: paths x months


@dataclass(frozen=True, slots=True)
class Monthly:
    """One series: what was known, and the twelve months that came."""

    name: str
    train: Floats
    test: Floats


@dataclass(slots=True)
class Score:
    smape: list[float] = field(default_factory=list)
    mase: list[float] = field(default_factory=list)
    cover: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def measured(file: Path) -> list[Monthly]:
    """Return the measured series of a file."""
    rows = json.loads(file.read_text(encoding="utf-8"))["series"]
    return [Monthly(r["id"], np.array(r["train"], float), np.array(r["test"], float)) for r in rows]


def simulated(count: int = 200, seed: int = 7) -> list[Monthly]:
    """Return series that wander, grow or shrink, with and without seasons, of two to five years."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(count):
        length = int(rng.choice([24, 36, 48, 60])) + MONTHS
        alpha, noise = rng.uniform(0.05, 0.6), rng.uniform(0.01, 0.15)
        shocks = rng.normal(0, noise, length) if i % 3 else rng.standard_t(4, length) * noise / np.sqrt(2)
        level = np.concatenate([[0.0], np.cumsum(alpha * shocks + rng.normal(0, 0.004))[:-1]])
        seasons = rng.normal(0, rng.choice([0.0, 0.05, 0.2]), MONTHS)
        values = 1000 * np.exp(level + shocks + seasons[np.arange(length) % MONTHS])
        made.append(Monthly(f"simulated {i}", values[:-MONTHS], values[-MONTHS:]))
    return made


def naive2(values: Floats) -> Floats:
    """Return the last value, with its seasons where a test at 10 % finds any (the M competitions' rule)."""
    n, apart = len(values), values - values.mean()
    correlation = [float(apart[k:] @ apart[:-k] / (apart @ apart)) for k in range(1, MONTHS + 1)]
    limit = 1.645 * np.sqrt((1 + 2 * sum(c * c for c in correlation[:-1])) / n)
    if n < 3 * MONTHS or abs(correlation[-1]) <= limit:
        return np.full(MONTHS, values[-1])
    window = np.r_[0.5, np.ones(MONTHS - 1), 0.5] / MONTHS
    ratios = values[6:-6] / np.convolve(values, window, "valid")
    indices = np.array([ratios[(np.arange(len(ratios)) + 6) % MONTHS == m].mean() for m in range(MONTHS)])
    indices /= indices.mean()
    ahead: Floats = values[-1] / indices[(n - 1) % MONTHS] * indices[(n + np.arange(MONTHS)) % MONTHS]
    return ahead


def ours(values: Floats) -> tuple[Floats, Floats, Floats]:
    drawn = outcome.years(
        [[float(v) for v in values]], 0, MONTHS, season=MONTHS, bounds=None, seed="benchmark", paths=1000
    ).parts[0]
    low, high = np.quantile(drawn.drawn, [0.1, 0.9], axis=0)
    return drawn.expected, low, high


def peers() -> dict[str, tuple[Forecast, Paths]]:
    """Return the forecasts and the simulated paths of what is installed beside us."""
    found: dict[str, tuple[Forecast, Paths]] = {}
    try:
        models = importlib.import_module("statsforecast.models")
    except ImportError:
        print("statsforecast is not installed (extra bench): not compared")
    else:
        for name in ("AutoETS", "AutoCES", "AutoTheta", "AutoARIMA"):
            found[f"statsforecast {name}"] = _statsforecast(getattr(models, name))
    try:
        found["statsmodels Holt-Winters, damped"] = _statsmodels(importlib.import_module("statsmodels.tsa.api"))
    except ImportError:
        print("statsmodels is not installed (extra bench): not compared")
    return found


def _statsforecast(kind: Callable[..., object]) -> tuple[Forecast, Paths]:
    def forecast(values: Floats) -> tuple[Floats, Floats, Floats]:
        said = kind(season_length=MONTHS).forecast(values, MONTHS, level=[80])  # type: ignore[attr-defined]
        return said["mean"], said["lo-80"], said["hi-80"]

    def paths(values: Floats, ahead: int) -> Floats:
        drawn = kind(season_length=MONTHS).simulate(ahead, 1000, y=values, seed=1)  # type: ignore[attr-defined]
        return np.asarray(drawn, float).reshape(1000, ahead)

    return forecast, paths


def _statsmodels(api: object) -> tuple[Forecast, Paths]:
    def fitted(values: Floats) -> object:
        seasonal = "add" if len(values) >= 2 * MONTHS else None
        return api.ExponentialSmoothing(  # type: ignore[attr-defined]
            values, trend="add", damped_trend=True, seasonal=seasonal, seasonal_periods=MONTHS
        ).fit()

    def simulate(model: object, ahead: int) -> Floats:
        made = model.simulate(ahead, repetitions=1000, error="add", rng=np.random.default_rng(1))  # type: ignore[attr-defined]
        return np.asarray(made, float).reshape(ahead, 1000).T

    def forecast(values: Floats) -> tuple[Floats, Floats, Floats]:
        model = fitted(values)
        low, high = np.quantile(simulate(model, MONTHS), [0.1, 0.9], axis=0)
        return np.asarray(model.forecast(MONTHS)), low, high  # type: ignore[attr-defined]

    return forecast, lambda values, ahead: simulate(fitted(values), ahead)


def months(series: list[Monthly], forecast: Forecast) -> Score:
    """Return the errors, coverage and time of twelve months ahead."""
    score = Score()
    for s in series:
        start = time.perf_counter()
        point, low, high = forecast(s.train)
        score.milliseconds.append(1000 * (time.perf_counter() - start))
        missed = np.abs(s.test - point)
        usual = float(np.abs(s.train[MONTHS:] - s.train[:-MONTHS]).mean())
        score.smape.append(float(np.mean(200 * missed / np.maximum(np.abs(s.test) + np.abs(point), 1e-300))))
        score.mase.append(float(missed.mean()) / usual)
        score.cover.append(float(np.mean((low <= s.test) & (s.test <= high))))
    return score


def landings(series: list[Monthly], paths: Paths | None = None) -> tuple[float, float]:
    """Return how often the year's 80 % range holds, and the Brier score of its chances; paths: of a peer, else ours."""
    held, squares = [], []
    for s in series:
        total, before = float(s.test.sum()), float(s.train[-MONTHS:].sum())
        for known in KNOWN:
            history = np.concatenate([s.train, s.test[:known]])[-60:]
            found = _ours(history, known, s.name) if paths is None else _theirs(history, known, paths)
            if found is None:
                continue
            low, high, years = found
            held.append(low <= total <= high)
            for growth in GROWTH:
                target = before * (1 + growth)
                chance = min(MOST, max(LEAST, float(np.mean(years >= target))))
                squares.append((chance - (total >= target)) ** 2)
    return float(np.mean(held)), float(np.mean(squares))


def _ours(history: Floats, known: int, seed: str) -> tuple[float, float, Floats] | None:
    found = land([float(v) for v in history], Year(known, MONTHS - known), seed=seed)
    if found.years is None or found.low80 is None or found.high80 is None:
        return None
    return found.low80, found.high80, found.years


def _theirs(history: Floats, known: int, paths: Paths) -> tuple[float, float, Floats]:
    years = history[len(history) - known :].sum() + paths(history, MONTHS - known).sum(axis=1)
    low, high = np.quantile(years, [0.1, 0.9])
    return float(low), float(high), years


def truth(count: int = 300, seed: int = 3) -> tuple[float, float, list[tuple[float, float, int]]]:
    """Return how far our chances are from the true ones of simulated years, and how often those targets are reached.

    Each year is made a thousand times more from where it stands, by the process that made the series; so the chance of
    every target is known. First and second: root mean square distance and mean distance of our chance. Then, for
    chances said between 0 and .1, .1 and .2 ...: what was said, what is true, and how many.
    """
    rng = np.random.default_rng(seed)
    said, true = [], []
    for i in range(count):
        known, length = int(rng.choice(KNOWN)), int(rng.choice([36, 48, 60]))
        alpha, noise, growth = rng.uniform(0.05, 0.6), rng.uniform(0.01, 0.15), rng.normal(0, 0.004)
        seasons = rng.normal(0, rng.choice([0.0, 0.05, 0.2]), MONTHS)
        past = _walk(rng.normal(0, noise, (1, length + known)), np.zeros(1), alpha, growth)
        begun = past[1] + seasons[(np.arange(length + known)) % MONTHS]
        values = 1000 * np.exp(begun[0])
        ahead = MONTHS - known
        futures = _walk(rng.normal(0, noise, (1000, ahead)), past[0], alpha, growth)[1]
        steps = seasons[(np.arange(length + known, length + MONTHS)) % MONTHS]
        years = values[length:].sum() + 1000 * np.exp(futures + steps).sum(axis=1)
        found = land([float(v) for v in values], Year(known, ahead), seed=f"truth {i}")
        if found.years is None:
            continue
        for target in values[length - MONTHS : length].sum() * (1 + np.array(GROWTH)):
            said.append(min(MOST, max(LEAST, float(np.mean(found.years >= target)))))
            true.append(float(np.mean(years >= target)))
    ours_, theirs = np.array(said), np.array(true)
    bins = [(ours_ >= low) & (ours_ < low + 0.1) for low in np.arange(10) / 10]
    table = [(float(ours_[b].mean()), float(theirs[b].mean()), int(b.sum())) for b in bins if b.any()]
    return float(np.sqrt(np.mean((ours_ - theirs) ** 2))), float(np.mean(ours_ - theirs)), table


def _walk(shocks: Floats, level: Floats, alpha: float, growth: float) -> tuple[Floats, Floats]:
    """Return where levels stand after the shocks, and the logarithms of the months: level and shock of each."""
    made = np.empty_like(shocks)
    level = np.broadcast_to(level, len(shocks)).copy()
    for month in range(shocks.shape[1]):
        made[:, month] = level + shocks[:, month]
        level = level + alpha * shocks[:, month] + growth
    return level, made


def main() -> None:
    from bench import table  # here, since tests take what is above from other folders

    asked = argparse.ArgumentParser(description="Measure the landing forecast.")
    asked.add_argument("--limit", type=int, default=None, help="only so many series")
    asked.add_argument("--series", type=Path, default=None, help="a JSON file with measured series")
    options = asked.parse_args()
    series = (measured(options.series) if options.series else simulated())[: options.limit]
    warnings.simplefilter("ignore")  # peers warn about single series; what counts here is what they return
    forecasts: dict[str, tuple[Forecast, Paths | None]] = {"kpireport": (ours, None), **peers()}
    plain = months(series, lambda values: (naive2(values),) * 3)
    rows = []
    for name, (forecast, paths) in forecasts.items():
        print(f"{name} ...", file=sys.stderr, flush=True)  # some peers take many minutes
        score = months(series, forecast)
        owa = (np.mean(score.smape) / np.mean(plain.smape) + np.mean(score.mase) / np.mean(plain.mase)) / 2
        held, brier = landings(series, paths)
        took = float(np.median(score.milliseconds))
        if name == "kpireport":
            kept = owa <= 0.82 and 0.75 <= held <= 0.85 and brier <= 0.095
        rows.append((name, f"{owa:.3f}", f"{np.mean(score.cover):.1%}", f"{held:.1%}", f"{brier:.4f}", f"{took:.1f}"))
    whence = "measured" if options.series else "simulated"
    heads = ("", "OWA", "months in their 80 % range", "years in theirs", "Brier score of the chances", "ms a series")
    table(f"{len(series)} {whence} monthly series, twelve months ahead", heads, rows)
    distance, shift, bins = truth()
    table(
        f"Chances of simulated years: {distance:.3f} from the true ones (root mean square), {shift:+.3f} on average",
        ("chances said", "said on average", "true on average", "how many"),
        [(f"{said // 0.1 / 10:.1f} to {said // 0.1 / 10 + 0.1:.1f}", f"{said:.2f}", f"{true:.2f}", str(count))
         for said, true, count in bins],
    )  # fmt: skip
    if options.series and not kept:
        sys.exit(f"worse than promised: {PROMISED}")


if __name__ == "__main__":
    main()
