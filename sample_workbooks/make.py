"""Make the sample workbooks. Run it again and nothing changes: seeds and times are fixed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from _chinese import group_zh
from _group import make as group
from _messy import messy
from _small import charity, minimal, wide


def main(folder: Path) -> None:
    for one in (minimal, group, group_zh, charity, wide, messy):
        one(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
