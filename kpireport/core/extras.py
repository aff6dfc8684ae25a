"""What is not needed by everybody, and the packages that it needs.

Nothing tells anybody to install this program by its name from an index of packages, where others may own the name:
hints name the packages themselves. The table says what ``pyproject.toml`` says.
"""

from __future__ import annotations

EXTRAS: dict[str, tuple[str, ...]] = {
    "zh": ("manimgx-fonts-cjk>=2026.9,<2027", "pylopdf-fonts-zh-cn>=0.1.1,<0.2"),
    "keyring": ("keyring>=25.5,<26",),
    "dask": ("distributed>=2026.8,<2027",),
    "m365": ("msal>=1.31,<2",),
    "pdf-protect": ("pikepdf>=9.4,<11",),
    "other-formats": ("python-calamine>=0.4,<0.10",),
    "protected": ("msoffcrypto-tool>=5.4.2,<7",),
}


def install(*extras: str) -> str:
    """Return the command that installs what extras need; the double quotes are right in every shell."""
    return " ".join(("pip install", *(f'"{package}"' for extra in extras for package in EXTRAS[extra])))
