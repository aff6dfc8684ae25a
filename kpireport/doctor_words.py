"""What `kpireport doctor` says: each sentence in English and Chinese, each remedy for Windows, macOS and Linux."""

from __future__ import annotations

SYSTEMS = ("windows", "macos", "linux")
Fix = str | tuple[str, str, str]

SENTENCES: dict[str, tuple[str, str]] = {
    "python": ("Python {version}, {path}", "Python {version}，{path}"),
    "packages": ("packages: {found}", "程序包：{found}"),
    "packages_missing": ("packages are missing: {missing}", "缺少程序包：{missing}"),
    "pango": ("Pango {version}: PDFs can be made", "Pango {version}：可以生成 PDF"),
    "pango_old": ("Pango {version} is too old to make PDFs", "Pango {version} 版本过旧，无法生成 PDF"),
    "pango_missing": ("Pango is missing, so no PDF can be made ({reason})", "缺少 Pango，无法生成 PDF（{reason}）"),
    "fonts": ("the fonts of the report are there", "报告字体齐全"),
    "fonts_missing": ("fonts of the report are missing: {missing}", "缺少报告字体：{missing}"),
    "chinese": ("Chinese is set in {family}: {file}", "中文使用的字体：{family}，{file}"),
    "chinese_thin": (
        "no bold Chinese font was found: headlines in Chinese are not bold",
        "没有中文粗体：中文标题不加粗",
    ),
    "chinese_missing": (
        "no Chinese font was found: a Chinese report gets no PDF, and Chinese letters in others may come out as boxes",
        "没有找到中文字体：中文报告无法生成 PDF，其他报告中的汉字可能显示为方框",
    ),
    "encoding": ("the console shows {encoding}", "控制台编码为 {encoding}"),
    "encoding_narrow": (
        "the console shows only {encoding}: other letters are printed as question marks (reports are not affected)",
        "控制台编码仅为 {encoding}：其他文字显示为问号（不影响报告）",
    ),
    "clock": ("the clock says {now} ({zone})", "时钟为 {now}（{zone}）"),
    "clock_wrong": (
        "the clock says {now}, which is before this program was installed",
        "时钟为 {now}，早于本程序的安装时间",
    ),
    "zones_missing": ("the list of time zones is missing", "缺少时区数据"),
    "settings": ("the settings are valid: {path}", "设置有效：{path}"),
    "settings_none": (
        "no settings file; kpireport.toml of the folder you are in would be used",
        "没有设置文件；当前文件夹中的 kpireport.toml 会被使用",
    ),
    "folder": ("{folder} can be written to; {free} GB are free", "{folder} 可写；剩余 {free} GB"),
    "folder_new": (
        "{folder} can be made when it is needed; {free} GB are free",
        "{folder} 可在需要时创建；剩余 {free} GB",
    ),
    "folder_closed": ("{folder} cannot be written to: {reason}", "{folder} 不可写：{reason}"),
    "disk_full": ("only {free} GB are free for {folder}", "{folder} 仅剩 {free} GB"),
    "folder_time": (
        "the clock of {folder} is {skew} seconds away from the one of this computer",
        "{folder} 的时钟与本机相差 {skew} 秒",
    ),
    "mail": (
        "the mail server took the connection and the login; nothing was sent",
        "邮件服务器连接和登录成功；没有发送邮件",
    ),
    "mail_none": ("no mail set up; nothing is sent", "未设置邮件；不会发送任何邮件"),
}
FIXES: dict[str, tuple[Fix, Fix]] = {
    "python": (
        (
            "install 64-bit Python 3.11 or newer from python.org, then kpireport again",
            "brew install python, then kpireport again",
            "install python3.11 or newer with your package manager, then kpireport again",
        ),
        (
            "请从 python.org 安装 64 位 Python 3.11 或更新版本，再重新安装 kpireport",
            "请运行 brew install python，再重新安装 kpireport",
            "请用系统的软件包管理器安装 python3.11 或更新版本，再重新安装 kpireport",
        ),
    ),
    "packages_missing": (
        "{pip}",
        "{pip}",
    ),
    "pango_missing": (
        (
            (
                "install MSYS2 from msys2.org, run 'pacman -S mingw-w64-ucrt-x86_64-pango' in it, and set "
                r"WEASYPRINT_DLL_DIRECTORIES=C:\msys64\ucrt64\bin; or do without: --format html"
            ),
            "brew install pango; or do without: --format html",
            "apt install libpango-1.0-0 libpangoft2-1.0-0 (dnf install pango); or do without: --format html",
        ),
        (
            (
                "请从 msys2.org 安装 MSYS2，在其中运行 pacman -S mingw-w64-ucrt-x86_64-pango，并设置 "
                r"WEASYPRINT_DLL_DIRECTORIES=C:\msys64\ucrt64\bin；也可以不用：--format html"
            ),
            "请运行 brew install pango；也可以不用：--format html",
            "请运行 apt install libpango-1.0-0 libpangoft2-1.0-0（或 dnf install pango）；也可以不用：--format html",
        ),
    ),
    "fonts_missing": ("install kpireport again as its README says", "请按 README 重新安装 kpireport"),
    "chinese_missing": (
        (
            "Settings, Optional features: add 'Chinese (Simplified) Supplemental Fonts'; or {pip}",
            "Font Book: download PingFang SC and Songti SC; or {pip}",
            "apt install fonts-noto-cjk (dnf install google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts); or {pip}",
        ),
        (
            "设置，可选功能：添加“简体中文补充字体”；或运行 {pip}",
            "请在“字体册”中下载苹方-简和宋体-简；或运行 {pip}",
            (
                "请运行 apt install fonts-noto-cjk（或 dnf install google-noto-sans-cjk-fonts "
                "google-noto-serif-cjk-fonts）；或运行 {pip}"
            ),
        ),
    ),
    "encoding_narrow": (
        (
            "use Windows Terminal, or set PYTHONUTF8=1 and run 'chcp 65001' first, as run.bat does",
            "export PYTHONUTF8=1; export LANG=en_US.UTF-8",
            "export PYTHONUTF8=1; export LANG=C.UTF-8",
        ),
        (
            "请使用 Windows Terminal，或像 run.bat 那样先设置 PYTHONUTF8=1 并运行 chcp 65001",
            "export PYTHONUTF8=1; export LANG=zh_CN.UTF-8",
            "export PYTHONUTF8=1; export LANG=C.UTF-8",
        ),
    ),
    "clock_wrong": (
        (
            "Settings, Time & language, Date & time: set the time automatically",
            "System Settings, General, Date & Time: set time and date automatically",
            "timedatectl set-ntp true",
        ),
        (
            "设置，时间和语言，日期和时间：自动设置时间",
            "系统设置，通用，日期与时间：自动设置时间与日期",
            "timedatectl set-ntp true",
        ),
    ),
    "zones_missing": (
        ("{pip}", "{pip}", "apt install tzdata (dnf install tzdata)"),
        ("{pip}", "{pip}", "apt install tzdata（或 dnf install tzdata）"),
    ),
    "folder_closed": (
        (
            (
                "in the Explorer: Properties, Security: the account that runs kpireport needs Modify; name a share as "
                r"'\\server\share', as a task has no drive letters"
            ),
            "chmod u+rwx FOLDER, or choose another folder; System Settings, Privacy may forbid it too",
            "chown or chmod u+rwx FOLDER for the account that runs kpireport, or choose another folder",
        ),
        (
            (
                r"在资源管理器中：属性，安全：运行 kpireport 的账户需要“修改”权限；网络共享请写成 '\\server\share'，"
                "计划任务没有盘符"
            ),
            "请运行 chmod u+rwx 文件夹，或选择其他文件夹；系统设置，隐私，文件和文件夹也可能禁止访问",
            "请为运行 kpireport 的账户 chown 或 chmod u+rwx 文件夹，或选择其他文件夹",
        ),
    ),
    "disk_full": (
        (
            "Settings, System, Storage: free space, or name a folder on another drive",
            "System Settings, General, Storage: free space, or name a folder on another disk",
            "free space (df -h shows the disks), or name a folder on another disk",
        ),
        (
            "设置，系统，存储：清理空间，或使用其他盘上的文件夹",
            "系统设置，通用，储存空间：清理空间，或使用其他磁盘上的文件夹",
            "请清理空间（df -h 显示各磁盘），或使用其他磁盘上的文件夹",
        ),
    ),
    "folder_time": (
        (
            "w32tm /resync on both computers, or ask whoever looks after the server",
            "sntp -sS time.apple.com, or ask whoever looks after the server",
            "timedatectl set-ntp true on both computers, or ask whoever looks after the server",
        ),
        (
            "请在两台电脑上运行 w32tm /resync，或联系服务器管理员",
            "请运行 sntp -sS time.apple.com，或联系服务器管理员",
            "请在两台电脑上运行 timedatectl set-ntp true，或联系服务器管理员",
        ),
    ),
}
FIXES["pango_old"] = FIXES["pango_missing"]
FIXES["chinese_thin"] = FIXES["chinese_missing"]
