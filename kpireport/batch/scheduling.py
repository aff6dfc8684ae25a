"""What a scheduler needs to run us every day; printed, never installed."""

from __future__ import annotations

import html
import re
import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpireport.command_line import script
from kpireport.resources import resolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WINDOWS = """\
<?xml version="1.0"?>
<!--
  A task for the Task Scheduler of Windows. Save it as kpireport.xml, and as an administrator:

    schtasks /Create /TN kpireport /XML kpireport.xml /RU DOMAIN\\svc-kpi /RP *

  It asks for the password of the account, and Windows alone keeps it; nothing secret stands in this file. The task
  runs whether anybody is signed in or not. The account needs the right "Log on as a batch job" (secpol.msc, Local
  Policies, User Rights Assignment; schtasks says so where it lacks it), may read and run the program named below, and
  may write into the folder named below. Shares are named as \\\\server\\share: a task has no drive letters.

  A password of the mail server belongs into the credential store of that account. Keep it there once, as that account:

    runas /user:DOMAIN\\svc-kpi cmd
    {keeper}

  and name it in kpireport.toml: password = {{ keyring = "kpireport/smtp" }}

  Try it: schtasks /Run /TN kpireport, then kpireport status.
-->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>kpireport</Author>
    <Description>Makes the KPI reports that are due, and mails them</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{time}:00</StartBoundary>
      <Enabled>true</Enabled>
      {days}
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>Password</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT4H</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT20M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
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
OnCalendar={days}*-*-* {time}:00
Persistent=true
RandomizedDelaySec=120

[Install]
WantedBy=timers.target

# then:  systemctl enable --now kpireport.timer
"""
CRON = """\
# crontab -e; at {time}. What a sleeping machine missed, the next run makes up for.
{minute} {hour} * * {days} cd {folder} && {program} {arguments}
"""


def text(kind: str, settings: Path, time: str, program: str = "", *, weekdays: bool = False) -> str:
    """Return what to give to a scheduler. kind: "windows", "systemd" or "cron". time: "06:30".

    weekdays: from Monday to Friday, not every day.
    """
    settings = resolved(settings)
    command = program or script()[0]
    scheduler = KINDS[kind]
    quote, escape = scheduler.quote, scheduler.escape
    before = "" if command == program or len(script()) == 1 else "-m kpireport "
    hour, minute = (int(part) for part in time.split(":"))
    return scheduler.template.format(
        program=escape(command if kind == "windows" else quote(command)),
        arguments=escape(f"{before}run --due --non-interactive --log-format json --settings {quote(str(settings))}"),
        folder=escape(quote(str(settings.parent)) if kind == "cron" else str(settings.parent)),
        plain_folder=str(settings.parent).replace("%", "%%"),  # no $ has a meaning there, and no quotes
        # Two hyphens would end the comment that this stands in.
        keeper=escape(f"{_argument(sys.executable)} -m keyring set kpireport smtp").replace("--", "-&#45;"),
        time=time,
        days=scheduler.days[weekdays],
        hour=hour,
        minute=minute,
    )


def _argument(path: str) -> str:
    """Return a path as one argument of a Windows command line."""
    return f'"{path}"' if " " in path else path


def _xml(text: str) -> str:
    """Return a text for XML, all of it ASCII: then it matters to nobody in which encoding the file is saved."""
    return html.escape(text, quote=False).encode("ascii", "xmlcharrefreplace").decode()


def _unit(text: str) -> str:
    """Return a word of a unit file, in which % and $ stand for something, and \\ for the next letter."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[\s\"'\\;]", text) else text


@dataclass(frozen=True, slots=True)
class Scheduler:
    """How one is told. template: with fields in braces. quote: makes a path one word of a command. escape: keeps what
    the text gives another meaning. days: how every day is said, and Monday to Friday.
    """

    template: str
    quote: Callable[[str], str]
    escape: Callable[[str], str]
    days: tuple[str, str]


EVERY_DAY = "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
WEEKDAYS = """\
<ScheduleByWeek>
        <DaysOfWeek><Monday /><Tuesday /><Wednesday /><Thursday /><Friday /></DaysOfWeek>
        <WeeksInterval>1</WeeksInterval>
      </ScheduleByWeek>"""
KINDS: dict[str, Scheduler] = {
    "windows": Scheduler(WINDOWS, _argument, _xml, (EVERY_DAY, WEEKDAYS)),
    "systemd": Scheduler(SYSTEMD, _unit, lambda text: text.replace("%", "%%").replace("$", "$$"), ("", "Mon..Fri ")),
    "cron": Scheduler(CRON, shlex.quote, lambda text: text.replace("%", "\\%"), ("*", "1-5")),
}
