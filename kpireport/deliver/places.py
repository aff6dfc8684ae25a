"""Whether a folder is on this machine's own disk: on a network share SQLite cannot keep its promises."""

from __future__ import annotations

import sys
from pathlib import Path

from kpireport.resources import resolved

NETWORK = {"9p", "afs", "ceph", "cifs", "coda", "davfs", "glusterfs", "lustre", "ncpfs", "smbfs", "vboxsf"}
NETWORK |= {"nfs", "nfs3", "nfs4", "smb2", "smb3"}
NETWORK |= {f"fuse.{name}" for name in ("davfs2", "glusterfs", "gvfsd-fuse", "rclone", "s3fs", "sshfs")}
MOUNTS = Path("/proc/mounts")
REMOTE = 4  # GetDriveTypeW


def network(folder: Path, mounts: str | None = None) -> str:
    """Return the kind of network file system that a folder is on; "" for a local one. mounts: for tests."""
    if sys.platform == "win32":
        return _windows(folder)
    if mounts is None:
        if not MOUNTS.is_file():
            return ""
        mounts = MOUNTS.read_text("utf-8", "replace")
    whole = resolved(folder)
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode().decode("unicode_escape", "replace"))
        if (whole == point or point in whole.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in NETWORK else ""


def _windows(folder: Path) -> str:
    import ctypes

    path = str(folder.absolute())
    if path.startswith("\\\\") and not path.startswith("\\\\?\\"):
        return "network share"
    drive = getattr(ctypes, "windll").kernel32.GetDriveTypeW(folder.absolute().anchor)  # noqa: B009
    return "network share" if drive == REMOTE else ""
