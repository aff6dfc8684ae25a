"""Tests of the large public corpus take its files from the folder that ``--corpus`` names (see tests/conftest.py).

The folder has ``INDEX.csv`` (a row for each file, its path under ``file``), ``real/`` and ``hostile/``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

# Larger ones are compared by their values only, for time.
THOROUGH = 300_000
# Not opened by openpyxl: it does not find the formats, and ends with an IndexError.
WITHOUT_FORMATS = "calamine__minimal_package"
# openpyxl does not finish on it in its full model.
ENDLESS = "models__ASML"


@pytest.fixture(scope="session")
def corpus(pytestconfig: pytest.Config) -> Path:
    return Path(pytestconfig.getoption("corpus"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test with the argument real, comparable or small each such workbook of ``real/``."""
    real = sorted((Path(metafunc.config.getoption("corpus")) / "real").glob("*.xls[xm]"))
    comparable = [path for path in real if path.stem != WITHOUT_FORMATS]
    small = [path for path in comparable if path.stat().st_size < THOROUGH and path.stem != ENDLESS]
    for name, paths in (("real", real), ("comparable", comparable), ("small", small)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, paths, ids=[path.stem for path in paths])
