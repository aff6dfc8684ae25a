"""Problems of the batch: the drop folder, the calendar, the workers."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity
from kpireport.core.extras import install

NO_INBOX = Kind(
    "B101", "NO_INBOX", Severity.ERROR,
    "the drop folder {folder} cannot be read: {reason}",
    "make the folder, or correct path in [inbox] of kpireport.toml",
    "无法读取投递文件夹 {folder}：{reason}",
    "请建立该文件夹，或更正 kpireport.toml 中 [inbox] 的 path",
)  # fmt: skip
FOLDERS_MIXED = Kind(
    "B102", "FOLDERS_MIXED", Severity.ERROR,
    "{first} lies inside {second}, so that our own files would be taken for dropped ones",
    "give the drop folder, the reports and the state a folder each",
    "{first} 位于 {second} 之内，程序自己的文件会被当作投递的文件",
    "请为投递文件夹、报告和状态各设一个文件夹",
)  # fmt: skip
STATE_REMOTE = Kind(
    "B103", "STATE_REMOTE", Severity.ERROR,
    "the state folder {folder} is on a network file system ({kind}), where a database can lose what it promised",
    "put the state on a disk of this machine: state in [batch] of kpireport.toml",
    "状态文件夹 {folder} 位于网络文件系统（{kind}），数据库在那里可能丢失记录",
    "请把状态放在本机磁盘：kpireport.toml 的 [batch] state",
)  # fmt: skip
STATE_FAILED = Kind(
    "B104", "STATE_FAILED", Severity.ERROR,
    "the state folder {folder} cannot be used: {reason}",
    "check that it may be written to, and that the disk is not full",
    "无法使用状态文件夹 {folder}：{reason}",
    "请检查是否可写、磁盘是否已满",
)  # fmt: skip
LOCKED = Kind(
    "B105", "RUN_LOCKED", Severity.ERROR,
    "another run is at work with this state folder",
    "wait until it has ended; nothing was done",
    "另一次运行正在使用此状态文件夹",
    "请等它结束；本次未做任何操作",
)  # fmt: skip
STILL_OPEN = Kind(
    "B201", "STILL_OPEN", Severity.WARNING,
    "someone has the workbook open, so it waits",
    "save it and close it in Excel; the next run takes it",
    "有人正打开此工作簿，因此暂不处理",
    "请在 Excel 中保存并关闭；下次运行会处理",
)  # fmt: skip
STILL_COPYING = Kind(
    "B202", "STILL_COPYING", Severity.WARNING,
    "the file is not complete yet, or still being copied, so it waits",
    "let the copy end; the next run takes it",
    "文件尚不完整或仍在复制，因此暂不处理",
    "请等复制完成；下次运行会处理",
)  # fmt: skip
NEVER_COMPLETE = Kind(
    "B203", "NEVER_COMPLETE", Severity.ERROR,
    "the file has not changed for {minutes} minutes and is still not complete: {reason}",
    "copy it again, whole, from where it came",
    "文件已有 {minutes} 分钟没有变化，仍不完整：{reason}",
    "请从原处重新完整复制",
)  # fmt: skip
IN_THE_CLOUD = Kind(
    "B204", "IN_THE_CLOUD", Severity.WARNING,
    "the file is only in the cloud and not on this machine, so it waits",
    "mark it 'always keep on this device' in OneDrive",
    "文件只在云端，本机没有内容，因此暂不处理",
    "请在 OneDrive 中选择“始终保留在此设备上”",
)  # fmt: skip
NAMES_CLASH = Kind(
    "B205", "NAMES_CLASH", Severity.WARNING,
    "there is another file whose name differs in upper and lower case only: {other}",
    "rename one of the two; both were processed",
    "另有一个仅大小写不同的同名文件：{other}",
    "请改名其中之一；两者都已处理",
)  # fmt: skip
CANNOT_CLAIM = Kind(
    "B206", "CANNOT_CLAIM", Severity.WARNING,
    "the file cannot be moved out of the drop folder: {reason}",
    "close it, or allow this program to write in the drop folder; for a folder that is read only use --leave",
    "无法把文件移出投递文件夹：{reason}",
    "请关闭该文件，或允许本程序写入投递文件夹；只读文件夹请用 --leave",
)  # fmt: skip
DUPLICATE = Kind(
    "B207", "DUPLICATE", Severity.NOTE,
    "the very same workbook was processed before, on {when}; nothing was built or sent again",
    "nothing needs to be done; to send again use  kpireport outbox resend",
    "完全相同的工作簿已于 {when} 处理，未再次生成或发送",
    "无需处理；如需重发请用 kpireport outbox resend",
)  # fmt: skip
CANNOT_READ = Kind(
    "B208", "CANNOT_READ", Severity.WARNING,
    "the file cannot be read: {reason}",
    "allow the account of this program to read it; the next run tries again",
    "无法读取该文件：{reason}",
    "请允许本程序的账户读取；下次运行会重试",
)  # fmt: skip
CLAIM_LOST = Kind(
    "B209", "CLAIM_LOST", Severity.WARNING,
    "another machine has taken the workbook over, because this one was silent for more than 15 minutes",
    "nothing needs to be done; the other machine makes the report",
    "本机超过 15 分钟没有响应，此工作簿已由另一台机器接手",
    "无需处理；另一台机器会生成报告",
)  # fmt: skip
OWNER_LEFT = Kind(
    "B210", "OWNER_LEFT", Severity.WARNING,
    "the mark of an open workbook lies beside it ({name}) and is older than {hours} hours, as after a crash; "
    "the workbook was taken all the same",
    "look whether what was typed last is in it; then delete the mark",
    "旁边有“正在打开”的标记文件（{name}），已超过 {hours} 小时，可能是 Excel 崩溃后遗留；工作簿已照常处理",
    "请确认最后输入的内容已保存；然后删除该标记文件",
)  # fmt: skip
WORKER_CRASHED = Kind(
    "B301", "WORKER_CRASHED", Severity.ERROR,
    "the workbook could not be read safely: the program that read it ended twice without a word",
    "save it anew in Excel under another name; if that does not help, send it to whoever looks after kpireport",
    "无法安全读取此工作簿：读取程序两次意外中止",
    "请在 Excel 中另存为新文件；若无效，请交给 kpireport 的维护者",
)  # fmt: skip
WORKER_STUCK = Kind(
    "B302", "WORKER_STUCK", Severity.ERROR,
    "the workbook was not done within {minutes} minutes and was given up",
    "make it smaller, or raise workbook_minutes in [batch] of kpireport.toml",
    "工作簿在 {minutes} 分钟内未完成，已放弃",
    "请缩小工作簿，或调高 kpireport.toml 中 [batch] workbook_minutes",
)  # fmt: skip
OUR_BUG = Kind(
    "B303", "OUR_BUG", Severity.ERROR,
    "a bug in kpireport stopped this workbook: {reason}",
    "please report it, with the file errors.log of the run",
    "kpireport 的程序错误中断了此工作簿：{reason}",
    "请连同本次运行的 errors.log 一起报告",
)  # fmt: skip
NOT_PUBLISHED = Kind(
    "B304", "NOT_PUBLISHED", Severity.ERROR,
    "the report could not be written into {folder}: {reason}",
    "check the rights and the free space; the workbook went back into the drop folder, the next run tries again",
    "无法把报告写入 {folder}：{reason}",
    "请检查权限和剩余空间；工作簿已放回投递文件夹，下次运行会重试",
)  # fmt: skip
OPEN_ELSEWHERE = Kind(
    "B305", "OPEN_ELSEWHERE", Severity.WARNING,
    "someone has the older report open, so the new one was written beside it as {name}",
    "close the older one; the next run does not need it any more",
    "有人正打开旧报告，新报告另存为 {name}",
    "请关闭旧报告",
)  # fmt: skip
SAME_REPORT = Kind(
    "B306", "SAME_REPORT", Severity.ERROR,
    "in the same run '{other}' made the same report: {report}; which of the two counts is not known",
    "drop the one that counts alone; or name the reports apart: report_name on the Settings sheet, or a [[report]]",
    "同一次运行中“{other}”已生成同一报告：{report}；无法判断以哪一个为准",
    "请只投递有效的一个；或用“设置”表的 report_name 或 [[report]] 区分两份报告",
)  # fmt: skip
NOT_FILLED = Kind(
    "B307", "NOT_FILLED", Severity.WARNING,
    "the report {report} of {period} is due, but its workbook has no figure for that period yet",
    "fill in the figures; the next run makes the report",
    "报告 {report}（{period}）已到期，但工作簿中还没有该期数据",
    "请填写数据；下次运行会生成报告",
)  # fmt: skip
NOT_FILED = Kind(
    "B308", "NOT_FILED", Severity.ERROR,
    "the workbook is done, but could not be filed away in {folder}: {reason}",
    "check the rights and the free space; the next run files it away, and makes and sends nothing twice",
    "工作簿已处理完毕，但无法归档到 {folder}：{reason}",
    "请检查权限和剩余空间；下次运行会归档，不会重复生成或发送",
)  # fmt: skip
STALE = Kind(
    "B401", "SKIPPED_STALE", Severity.WARNING,
    "the report {report} of {period} was due on {due} and is too late now; it was not made",
    "make it by hand: kpireport run --period {period}",
    "报告 {report}（{period}）应于 {due} 生成，现已过期，未生成",
    "如需要请手动运行：kpireport run --period {period}",
)  # fmt: skip
NOT_DROPPED = Kind(
    "B402", "NOT_DROPPED", Severity.WARNING,
    "the report {report} of {period} is due since {due}, but no workbook for it has come",
    "ask for the workbook, and drop it into the inbox",
    "报告 {report}（{period}）已于 {due} 到期，但尚未收到工作簿",
    "请催交工作簿并放入投递文件夹",
)  # fmt: skip
CLOCK_BACK = Kind(
    "B403", "CLOCK_BACK", Severity.WARNING,
    "the clock of this machine is {hours} hours behind the last run",
    "check date and time zone of this machine",
    "本机时钟比上次运行落后 {hours} 小时",
    "请检查本机日期和时区",
)  # fmt: skip
ZONE_UNKNOWN = Kind(
    "B404", "ZONE_UNKNOWN", Severity.ERROR,
    "'{found}' is no time zone",
    "write a name of the tz database, for example Europe/Zurich or Asia/Shanghai",
    "“{found}”不是时区",
    "请使用 tz 数据库中的名称，例如 Europe/Zurich 或 Asia/Shanghai",
)  # fmt: skip
CALENDAR_UNCLEAR = Kind(
    "B405", "CALENDAR_UNCLEAR", Severity.ERROR,
    "a calendar needs either day or working_day",
    "write day = 3, or working_day = 2",
    "日历需要 day 或 working_day 之一",
    "请写 day = 3 或 working_day = 2",
)  # fmt: skip
EXECUTOR_UNKNOWN = Kind(
    "B406", "EXECUTOR_UNKNOWN", Severity.ERROR,
    "there is no executor '{found}'",
    "use serial, processes, processes:4 or dask:tcp://host:8786",
    "没有名为“{found}”的执行器",
    "请使用 serial、processes、processes:4 或 dask:tcp://host:8786",
)  # fmt: skip
EXECUTOR_FAILED = Kind(
    "B407", "EXECUTOR_FAILED", Severity.ERROR,
    "the executor {found} cannot be used: {reason}",
    f"check that its scheduler runs and that dask is installed: {install('dask')}",
    "无法使用执行器 {found}：{reason}",
    f"请检查调度器是否在运行、dask 是否已安装：{install('dask')}",
)  # fmt: skip
