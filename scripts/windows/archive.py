"""Pack a folder as a zip file in which all lies in one folder: python scripts/windows/archive.py FOLDER FILE.zip"""

import sys
import zipfile
from pathlib import Path


def main(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path("kpireport") / path.relative_to(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
