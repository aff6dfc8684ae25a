"""What a scheduler needs to run us every day; printed, never installed."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.resources import resolved

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOWS = """\
# For PowerShell, as the account that is to do the work. It runs every day; kpireport itself knows what is due.
$a = New-ScheduledTaskAction -Execute '{program}' -Argument '{arguments}' -WorkingDirectory '{folder}'
$t = New-ScheduledTaskTrigger -Daily -At {time}
$s = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew `
     -ExecutionTimeLimit (New-TimeSpan -Hours 4) -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 20)
Register-ScheduledTask -TaskName 'kpireport' -Action $a -Trigger $t -Settings $s `
     -User 'DOMAIN\\svc-kpi' -Password (Read-Host)
"""
SYSTEMD = """\
# /etc/systemd/system/kpireport.service
[Unit]
Description=KPI reports
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=kpireport
WorkingDirectory={plain_folder}
ExecStart={program} {arguments}
# A secret for  password = {{ credential = "smtp_password" }}  in kpireport.toml:
# LoadCredential=smtp_password:/etc/kpireport/smtp_password
TimeoutStartSec=4h
Restart=on-failure
RestartSec=15min
RestartPreventExitStatus=1 2 70 77 78
PrivateTmp=true
NoNewPrivileges=true

# /etc/systemd/system/kpireport.timer
[Unit]
Description=KPI reports, daily

[Timer]
OnCalendar=*-*-* {time}:00
Persistent=true
RandomizedDelaySec=120

[Install]
WantedBy=timers.target

# then:  systemctl enable --now kpireport.timer
"""
CRON = """\
# crontab -e; every day at {time}. What a sleeping machine missed, the next run makes up for.
{minute} {hour} * * * cd {folder} && {program} {arguments}
"""


def text(kind: str, settings: Path, time: str, program: str = "") -> str:
    """Return what to give to a scheduler. kind: "windows", "systemd" or "cron". time: "06:30"."""
    settings = resolved(settings)
    found = program or str(Path(sys.executable).parent / ("kpireport.exe" if sys.platform == "win32" else "kpireport"))
    template, quote, escape = KINDS[kind]
    hour, minute = (int(part) for part in time.split(":"))
    return template.format(
        program=escape(found if kind == "windows" else quote(found)),
        arguments=escape(f"run --due --non-interactive --log-format json --settings {quote(str(settings))}"),
        folder=escape(quote(str(settings.parent)) if kind == "cron" else str(settings.parent)),
        plain_folder=str(settings.parent).replace("%", "%%"),  # no $ has a meaning there, and no quotes
        time=time,
        hour=hour,
        minute=minute,
    )


def _argument(path: str) -> str:
    """Return a path as one argument of a Windows command line."""
    return f'"{path}"' if " " in path else path


def _unit(text: str) -> str:
    """Return a word of a unit file, in which % and $ stand for something, and \\ for the next letter."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[\s\"'\\;]", text) else text


# Of each kind: the text, how a path is made one word of a command, and what the text gives another meaning.
KINDS: dict[str, tuple[str, Callable[[str], str], Callable[[str], str]]] = {
    "windows": (WINDOWS, _argument, lambda text: text.replace("'", "''")),
    "systemd": (SYSTEMD, _unit, lambda text: text.replace("%", "%%").replace("$", "$$")),
    "cron": (CRON, shlex.quote, lambda text: text.replace("%", "\\%")),
}
