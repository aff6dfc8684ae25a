"""Put the folder of kpireport on the search path of programs, or take it away; run by the installer and by its undoing.

    python search_path.py add|remove FOLDER [--machine]

Of the account that runs it, or of the machine. NSIS could do it itself, but cuts a path of more than 1,023 characters.
"""

import ctypes
import sys
import winreg

ACCOUNT = (winreg.HKEY_CURRENT_USER, "Environment")
MACHINE = (winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment")
BROADCAST, SETTING_CHANGE, ABORT_IF_HUNG, PATIENCE = 0xFFFF, 0x1A, 2, 2000


def changed(path: str, word: str, folder: str) -> str:
    """Return the path with the folder at its end, or without it; the rest of it as it was."""
    same = folder.rstrip("\\").casefold()
    parts = [part for part in path.split(";") if part and part.strip().rstrip("\\").casefold() != same]
    return ";".join([*parts, *([folder] if word == "add" else [])])


def main(word: str, folder: str, *options: str) -> None:
    root, name = MACHINE if "--machine" in options else ACCOUNT
    with winreg.CreateKeyEx(root, name, 0, winreg.KEY_READ | winreg.KEY_WRITE) as key:
        try:
            path, kind = winreg.QueryValueEx(key, "Path")
        except FileNotFoundError:
            path, kind = "", winreg.REG_EXPAND_SZ
        wanted = changed(path, word, folder)
        if wanted != path:
            winreg.SetValueEx(key, "Path", 0, kind, wanted)
    # Windows that are opened from now on know it.
    ctypes.windll.user32.SendMessageTimeoutW(
        BROADCAST, SETTING_CHANGE, 0, ctypes.c_wchar_p("Environment"), ABORT_IF_HUNG, PATIENCE, None
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
