"""Where the material is that is beside the checkout and not in it: public workbooks and reference figures."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = Path(__file__).parents[1]
SHARED = next((p / "shared" for p in _CHECKOUT.parents if (p / "shared").is_dir()), _CHECKOUT.parent / "shared")
