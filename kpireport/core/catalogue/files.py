"""Problems with a file as a whole: what it is, and whether it may be opened (F101 to F139)."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity
from kpireport.core.extras import install

_SAVE_AS = "open it in Excel and save it with 'Save as' as an Excel workbook (.xlsx)"
_SAVE_AS_ZH = "请用 Excel 打开，再用“另存为”存成 Excel 工作簿（.xlsx）"
_SAVE_AGAIN = "open it in Excel, save it again as .xlsx, and use the new file"
_SAVE_AGAIN_ZH = "请用 Excel 打开，重新另存为 .xlsx，并使用新文件"
_FRESH_COPY = "get a fresh copy of the file from its owner, or open it in Excel, let Excel repair it, and save it"
_FRESH_COPY_ZH = "请向文件的所有者重新索取一份，或用 Excel 打开并让其修复后保存"

FILE_MISSING = Kind(
    "F101",
    "FILE_MISSING",
    Severity.ERROR,
    "there is no such file, or it is a link that leads nowhere",
    "check the name and the folder",
    "文件不存在，或是一个失效的链接",
    "请检查文件名和文件夹",
)
NOT_A_FILE = Kind(
    "F102",
    "NOT_A_FILE",
    Severity.ERROR,
    "this is no ordinary file, but a folder, a pipe or a device",
    "name the workbook itself",
    "这不是普通文件，而是文件夹，管道或设备",
    "请指定工作簿文件本身",
)
LINK_OUTSIDE = Kind(
    "F103",
    "LINK_OUTSIDE",
    Severity.ERROR,
    "this is a link that leads out of its folder",
    "put the workbook itself into the folder, or name it where it lies",
    "这是一个指向其他文件夹的链接",
    "请把工作簿本身放进该文件夹，或直接指定其所在位置",
)
FILE_UNREADABLE = Kind(
    "F104",
    "FILE_UNREADABLE",
    Severity.ERROR,
    "the file cannot be opened: {reason}",
    "check that it may be read, and that no other program holds it",
    "文件无法打开：{reason}",
    "请检查读取权限，并确认没有被其他程序占用",
)
OWNER_FILE = Kind(
    "F105",
    "OWNER_FILE",
    Severity.WARNING,
    "this is the mark that a program leaves while someone has the workbook open, no workbook",
    "name the workbook without '~$'; if nobody has it open, the mark can be deleted",
    "这是有人打开工作簿时留下的标记文件，不是工作簿",
    "请指定不带“~$”的文件；如果没有人打开该工作簿，可以删除此标记文件",
)
APPLE_DOUBLE = Kind(
    "F106",
    "APPLE_DOUBLE",
    Severity.WARNING,
    "this is a note that a Mac leaves beside a workbook, no workbook",
    "name the workbook without '._'; the note can be deleted",
    "这是 Mac 电脑在工作簿旁留下的附属文件，不是工作簿",
    "请指定不带“._”的文件；附属文件可以删除",
)
FILE_TOO_LARGE = Kind(
    "F107",
    "FILE_TOO_LARGE",
    Severity.ERROR,
    "the file is larger than {limit} MB",
    "take pictures and raw data out of the workbook, or divide it into several",
    "文件大于 {limit} MB",
    "请去掉图片和原始数据，或拆成几个工作簿",
)
FILE_EMPTY = Kind(
    "F108",
    "FILE_EMPTY",
    Severity.ERROR,
    "the file is empty",
    "check that it was copied or downloaded completely; get a fresh copy",
    "文件是空的",
    "请检查是否已完整复制或下载，并重新获取一份",
)
FILE_CHANGING = Kind(
    "F109",
    "FILE_CHANGING",
    Severity.ERROR,
    "the file was changed while it was read",
    "wait until it is copied or saved, and run again",
    "文件在读取时发生了变化",
    "请等复制或保存完成后再运行",
)
PASSWORD_PROTECTED = Kind(
    "F111",
    "PASSWORD_PROTECTED",
    Severity.ERROR,
    "the workbook is protected with a password",
    "put the password into an environment variable and name that with --password-env; or clear it in Excel: File, "
    "Info, Protect Workbook, Encrypt with Password",
    "工作簿设有打开密码",
    "请把密码存入环境变量，并用 --password-env 指定其名称；或在 Excel 中清除：文件，信息，保护工作簿，用密码进行加密",
)
OLD_EXCEL = Kind(
    "F112",
    "OLD_EXCEL",
    Severity.ERROR,
    "this is a workbook in the old format of Excel 97 to 2003 (.xls)",
    _SAVE_AS,
    "这是 Excel 97-2003 旧格式的工作簿（.xls）",
    _SAVE_AS_ZH,
)
BINARY_WORKBOOK = Kind(
    "F113",
    "BINARY_WORKBOOK",
    Severity.ERROR,
    "this is a binary workbook (.xlsb)",
    _SAVE_AS,
    "这是二进制工作簿（.xlsb）",
    _SAVE_AS_ZH,
)
OPEN_DOCUMENT = Kind(
    "F114",
    "OPEN_DOCUMENT",
    Severity.ERROR,
    "this is an OpenDocument file (.ods), as LibreOffice writes it",
    "open it in LibreOffice or Excel and save it as an Excel workbook (.xlsx)",
    "这是 OpenDocument 文件（.ods），由 LibreOffice 等程序生成",
    "请用 LibreOffice 或 Excel 打开，另存为 Excel 工作簿（.xlsx）",
)
WEB_PAGE = Kind(
    "F115",
    "WEB_PAGE",
    Severity.ERROR,
    "this is a web page that bears the name of a workbook, as some systems export it",
    _SAVE_AS,
    "这是一个网页，只是用了工作簿的文件名（某些系统会这样导出）",
    _SAVE_AS_ZH,
)
XML_SPREADSHEET = Kind(
    "F116",
    "XML_SPREADSHEET",
    Severity.ERROR,
    "this is an XML spreadsheet of Excel 2003, as some systems export it",
    _SAVE_AS,
    "这是 Excel 2003 的 XML 电子表格（某些系统会这样导出）",
    _SAVE_AS_ZH,
)
OTHER_XML = Kind(
    "F117",
    "OTHER_XML",
    Severity.ERROR,
    "this is an XML file, no workbook",
    "export the data as an Excel workbook (.xlsx)",
    "这是 XML 文件，不是工作簿",
    "请把数据导出为 Excel 工作簿（.xlsx）",
)
TEXT_FILE = Kind(
    "F118",
    "TEXT_FILE",
    Severity.ERROR,
    "this is plain text (such as CSV), no workbook",
    "open it in Excel, check that numbers and dates came out right, and save it as .xlsx",
    "这是纯文本（例如 CSV），不是工作簿",
    "请用 Excel 打开，检查数字和日期是否正确，再另存为 .xlsx",
)
PDF = Kind(
    "F119",
    "PDF",
    Severity.ERROR,
    "this is a PDF, no workbook",
    "use the workbook from which the PDF was made",
    "这是 PDF，不是工作簿",
    "请使用生成该 PDF 的工作簿",
)
OTHER_OFFICE = Kind(
    "F120",
    "OTHER_OFFICE",
    Severity.ERROR,
    "this is a text document or a presentation, no workbook",
    "put the figures into an Excel workbook (.xlsx)",
    "这是文字文档或演示文稿，不是工作簿",
    "请把数据放进 Excel 工作簿（.xlsx）",
)
LFS_POINTER = Kind(
    "F121",
    "LFS_POINTER",
    Severity.ERROR,
    "this is a Git LFS pointer: the workbook itself was not downloaded",
    "run 'git lfs pull', or download the file itself",
    "这是 Git LFS 指针，工作簿本身没有下载",
    "请运行 git lfs pull，或下载文件本身",
)
NOT_A_WORKBOOK = Kind(
    "F122",
    "NOT_A_WORKBOOK",
    Severity.ERROR,
    "this is no Excel workbook, whatever its name says",
    "check that it is the right file; " + _SAVE_AS,
    "无论文件名如何，这都不是 Excel 工作簿",
    "请检查是否选对了文件；" + _SAVE_AS_ZH,
)
PASSWORD_WRONG = Kind(
    "F123",
    "PASSWORD_WRONG",
    Severity.ERROR,
    "the password does not open this workbook",
    "check the environment variable that --password-env names; large and small letters differ",
    "密码不能打开此工作簿",
    "请检查 --password-env 所指的环境变量；密码区分大小写",
)
PASSWORD_TOOL = Kind(
    "F124",
    "PASSWORD_TOOL",
    Severity.ERROR,
    "the workbook is protected with a password, and what opens such workbooks is not installed",
    f"{install('protected')}, or clear the password in Excel",
    "工作簿设有打开密码，但未安装打开此类工作簿的组件",
    f"请运行 {install('protected')}，或在 Excel 中清除密码",
)
PASSWORD_DAMAGED = Kind(
    "F125",
    "PASSWORD_DAMAGED",
    Severity.ERROR,
    "the protected workbook cannot be opened: it is damaged, or protected in a way that is not known here",
    "open it in Excel with its password, save it again as .xlsx, and use the new file",
    "无法打开受保护的工作簿：文件已损坏，或其保护方式不受支持",
    "请用密码在 Excel 中打开，重新另存为 .xlsx，并使用新文件",
)
PASSWORD_ROUNDS = Kind(
    "F126",
    "PASSWORD_ROUNDS",
    Severity.ERROR,
    "the protection asks for more than {limit} rounds of computing, as in files made to overload a computer",
    "if you do not know the file, delete it; else save it again in Excel with its password",
    "该保护要求超过 {limit} 轮计算，与恶意文件类似",
    "如果不认识该文件，请删除；否则用 Excel 带密码重新保存",
)
OTHER_FORMAT = Kind(
    "F127",
    "OTHER_FORMAT",
    Severity.WARNING,
    "this is no .xlsx workbook ({format}): formulas, number formats, hidden rows and columns, merged cells and cells "
    "with an error cannot be seen in it",
    "check every figure against the workbook, or save it as .xlsx, where all of that is seen",
    "这不是 .xlsx 工作簿（{format}）：看不到其中的公式、数字格式、隐藏行列、合并单元格和错误值",
    "请逐一核对数据，或另存为 .xlsx，以便完整读取",
)
OTHER_FORMAT_FAILED = Kind(
    "F128",
    "OTHER_FORMAT_FAILED",
    Severity.ERROR,
    "this workbook in another format ({format}) could not be read safely: it is damaged, or too much for this computer",
    _SAVE_AS,
    "无法安全读取此其他格式的工作簿（{format}）：文件已损坏，或超出本机能力",
    _SAVE_AS_ZH,
)
ZIP_DAMAGED = Kind(
    "F131",
    "ZIP_DAMAGED",
    Severity.ERROR,
    "the file is damaged or incomplete",
    _FRESH_COPY,
    "文件已损坏或不完整",
    _FRESH_COPY_ZH,
)
TOO_MANY_ENTRIES = Kind(
    "F132",
    "TOO_MANY_ENTRIES",
    Severity.ERROR,
    "the workbook consists of more than {limit} parts",
    _SAVE_AGAIN,
    "工作簿内部的部件多于 {limit} 个",
    _SAVE_AGAIN_ZH,
)
UNPACKED_TOO_LARGE = Kind(
    "F133",
    "UNPACKED_TOO_LARGE",
    Severity.ERROR,
    "the workbook is larger than {limit} MB when unpacked",
    "take raw data out of the workbook, or divide it into several",
    "工作簿解压后大于 {limit} MB",
    "请去掉原始数据，或拆成几个工作簿",
)
PART_TOO_LARGE = Kind(
    "F134",
    "PART_TOO_LARGE",
    Severity.ERROR,
    "a part of the workbook ({part}) is larger than {limit} MB when unpacked",
    "take raw data out of the workbook, or divide it into several",
    "工作簿的一个部件（{part}） 解压后大于 {limit} MB",
    "请去掉原始数据，或拆成几个工作簿",
)
PART_TOO_DENSE = Kind(
    "F135",
    "PART_TOO_DENSE",
    Severity.ERROR,
    "a part of the workbook ({part}) is packed more than {limit} to 1, as in files made to overload a computer",
    "delete empty formatted rows and columns in Excel and save again; if you do not know the file, delete it",
    "工作簿的一个部件（{part}） 压缩比超过 {limit}:1，与恶意文件类似",
    "请在 Excel 中删除带格式的空行和空列后重新保存；如果不认识该文件，请删除",
)
ZIP_ENCRYPTED = Kind(
    "F136",
    "ZIP_ENCRYPTED",
    Severity.ERROR,
    "the file is encrypted by a packing program",
    "unpack it with its password, and use the workbook inside",
    "文件被压缩软件加密",
    "请用密码解压，并使用其中的工作簿",
)
ZIP_METHOD = Kind(
    "F137",
    "ZIP_METHOD",
    Severity.ERROR,
    "the file is packed in a way that Excel does not use",
    _SAVE_AGAIN,
    "文件使用了 Excel 不采用的压缩方式",
    _SAVE_AGAIN_ZH,
)
ENTRIES_OVERLAP = Kind(
    "F138",
    "ENTRIES_OVERLAP",
    Severity.ERROR,
    "parts of the file lie over each other, as in files made to overload a computer",
    "if you do not know where the file comes from, delete it; else: " + _SAVE_AGAIN,
    "文件的部件互相重叠，与恶意文件类似",
    "如果不清楚文件来源，请删除；否则：" + _SAVE_AGAIN_ZH,
)
