"""What a scheduler needs to run us every day; printed, never installed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

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
WorkingDirectory={folder}
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
{minute} {hour} * * * cd {quoted_folder} && {quoted_program} {arguments}
"""


def text(kind: str, settings: Path, time: str, program: str = "") -> str:
    """Return what to give to a scheduler. kind: "windows", "systemd" or "cron". time: "06:30"."""
    settings = settings.resolve()
    found = program or str(Path(sys.executable).parent / ("kpireport.exe" if sys.platform == "win32" else "kpireport"))
    quote = _windows_quoted if kind == "windows" else shlex.quote
    arguments = f"run --due --non-interactive --log-format json --settings {quote(str(settings))}"
    hour, minute = (int(part) for part in time.split(":"))
    template = {"windows": WINDOWS, "systemd": SYSTEMD, "cron": CRON}[kind]
    return template.format(
        program=found.replace("'", "''") if kind == "windows" else shlex.quote(found),
        arguments=arguments.replace("'", "''") if kind == "windows" else arguments,
        folder=str(settings.parent).replace("'", "''") if kind == "windows" else settings.parent,
        time=time,
        hour=hour,
        minute=minute,
        quoted_program=shlex.quote(found),
        quoted_folder=shlex.quote(str(settings.parent)),
    )


def _windows_quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
