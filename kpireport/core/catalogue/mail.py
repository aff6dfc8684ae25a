"""Problems with mail (D): settings, recipients, the outbox, and what servers answer."""

from __future__ import annotations

from kpireport.core.diagnostics import Kind, Severity

SECRET_LITERAL = Kind(
    "D101",
    "SECRET_LITERAL",
    Severity.ERROR,
    "a secret must not stand in the settings file",
    "say where it is kept, for example {example}",
    "密码等机密不能直接写在设置文件中",
    "请写明存放位置，例如 {example}",
)
PASSWORD_IN_THE_CLEAR = Kind(
    "D102",
    "PASSWORD_IN_THE_CLEAR",
    Severity.ERROR,
    "a password would cross the network unencrypted",
    "set security to starttls or tls",
    "密码将以明文在网络上传输",
    "请将 security 设为 starttls 或 tls",
)
SCOPE_UNKNOWN = Kind(
    "D201",
    "RECIPIENT_SCOPE_UNKNOWN",
    Severity.ERROR,
    "this recipient's part names '{found}', which is not in the workbook; nothing is sent to this person",
    "write it like department=Sales, owner=Li or kpi=Revenue; Margin, with names from the Goals sheet",
    "此收件人的范围“{found}”在工作簿中不存在；不会向其发送",
    "请写成 department=销售、owner=李 或 kpi=收入；利润率，名称取自目标表",
)
ADDRESS_WRONG = Kind(
    "D202",
    "ADDRESS_WRONG",
    Severity.ERROR,
    "'{found}' cannot be written to: {reason}",
    "type one plain address, for example name@example.com",
    "无法发送到“{found}”：{reason_zh}",
    "请填写一个普通地址，例如 name@example.com",
)
OUTSIDE = Kind(
    "D203",
    "OUTSIDE",
    Severity.ERROR,
    "the domain {domain} is not allowed; nothing is sent there",
    "correct the address, or add the domain to allowed_domains in the settings; {allowed} may be written to",
    "域名 {domain} 未获允许；不会发送",
    "请改正地址，或在设置的 allowed_domains 中加入该域名；目前允许：{allowed}",
)
OVERRULED = Kind(
    "D204",
    "OVERRULED",
    Severity.NOTE,
    "the settings say what {address} gets; this row is not used",
    "change the recipient in kpireport.toml",
    "{address} 收到什么由设置文件决定；此行不使用",
    "如需更改，请修改 kpireport.toml 中的收件人",
)
NOT_TAKEN = Kind(
    "D205",
    "NOT_TAKEN",
    Severity.NOTE,
    "recipients are taken from the settings alone; this sheet is not used",
    "set workbook_recipients to true, or add them to kpireport.toml",
    "收件人只取自设置文件；不使用此表",
    "请将 workbook_recipients 设为 true，或把收件人写入 kpireport.toml",
)
NOBODY = Kind(
    "D206",
    "NOBODY",
    Severity.WARNING,
    "the report {report} has no recipient, so nothing is sent",
    "add a Recipients sheet, or [[recipient]] to kpireport.toml",
    "报告 {report} 没有收件人，因此不发送",
    "请添加“收件人”工作表，或在 kpireport.toml 中写 [[recipient]]",
)
TWICE = Kind(
    "D207",
    "TWICE",
    Severity.NOTE,
    "{address} is listed twice for the same part; one mail is sent",
    "remove one of the rows",
    "{address} 对同一范围列出了两次；只发送一封",
    "请删去其中一行",
)
UNPROTECTED = Kind(
    "D208",
    "UNPROTECTED",
    Severity.WARNING,
    "only a PDF can carry a password; {address} gets the PDF alone",
    "leave formats at pdf where a password is set",
    "只有 PDF 可以加密；只向 {address} 发送 PDF",
    "设置了密码的收件人，请将 formats 保持为 pdf",
)
NOT_FIRST = Kind(
    "D209",
    "NOT_FIRST",
    Severity.WARNING,
    "of several workbooks only the first, {first}, says who gets the report; the recipients of {file} are not used",
    "keep the recipients in {first} or in kpireport.toml, or name {file} first",
    "多个工作簿合成一份报告时，只有第一个 {first} 决定收件人；{file} 中的收件人不使用",
    "请把收件人写在 {first} 或 kpireport.toml 中，或把 {file} 放在第一位",
)
NOT_BUILT = Kind(
    "D301",
    "NOT_BUILT",
    Severity.ERROR,
    "no edition was built for {address} ({scope}), so nothing is sent to this person",
    "mend what is said above about this part, then run again",
    "没有为 {address}（{scope}）生成报告，因此不发送",
    "请先处理上面关于此范围的问题，再重新运行",
)
SEAL_BROKEN = Kind(
    "D302",
    "SEAL_BROKEN",
    Severity.ERROR,
    "{name} was not built for the part '{scope}'; the mail to {address} was not sent",
    "this must not happen: keep the outbox and tell whoever looks after kpireport",
    "{name} 不是为范围“{scope}”生成的；没有发送给 {address}",
    "这不应发生：请保留发件箱并通知 kpireport 的维护人",
)
TOO_LARGE = Kind(
    "D303",
    "TOO_LARGE",
    Severity.WARNING,
    "the mail to {address} would be {size} MB, more than {most} MB; it is held",
    "set link_folder, or raise max_message_mb",
    "发给 {address} 的邮件有 {size} MB，超过 {most} MB；已暂停",
    "请设置 link_folder，或提高 max_message_mb",
)
NOT_PROTECTED = Kind(
    "D304",
    "NOT_PROTECTED",
    Severity.ERROR,
    "the PDF for {address} could not be given its password ({reason}), so nothing is sent to this person",
    "mend the password's place in the settings",
    "无法为 {address} 的 PDF 加密（{reason}），因此不发送",
    "请检查设置中密码的存放位置",
)
LINK_UNWRITABLE = Kind(
    "D305",
    "LINK_UNWRITABLE",
    Severity.ERROR,
    "the folder for large files, {folder}, cannot be written: {reason}",
    "check that the folder is there and may be written to",
    "无法写入大文件文件夹 {folder}：{reason}",
    "请检查该文件夹是否存在、是否可写",
)
HELD_CORRECTION = Kind(
    "D306",
    "HELD_CORRECTION",
    Severity.WARNING,
    "{count} corrected mails are held, because these people have had the report before",
    "look at them with 'kpireport outbox list', then 'outbox resolve KEY --send' or 'outbox cancel KEY'",
    "有 {count} 封更正邮件暂停发送，因为收件人已收到过该报告",
    "请用 kpireport outbox list 查看，再用 outbox resolve KEY --send 或 outbox cancel KEY 处理",
)
STORE_REFUSED = Kind(
    "D401",
    "STORE_REFUSED",
    Severity.ERROR,
    "the outbox cannot be kept in {folder}: {reason}",
    "name a state folder on this computer's own disk",
    "发件箱不能放在 {folder}：{reason}",
    "请把状态文件夹放在本机磁盘上",
)
STORE_FAILED = Kind(
    "D402",
    "STORE_FAILED",
    Severity.ERROR,
    "the outbox could not be read or written ({reason}), so nothing more is queued or sent",
    "free some disk space or mend the folder, then run 'kpireport outbox send'",
    "无法读写发件箱（{reason}），因此不再排队或发送",
    "请腾出磁盘空间或修复文件夹，再运行 kpireport outbox send",
)
LOCKED = Kind(
    "D403",
    "OUTBOX_LOCKED",
    Severity.WARNING,
    "another run is sending at this moment",
    "wait until it has ended, then run 'kpireport outbox send'",
    "另一个进程正在发送",
    "请等它结束后再运行 kpireport outbox send",
)
TOO_MANY = Kind(
    "D404",
    "TOO_MANY",
    Severity.ERROR,
    "{count} mails wait, more than max_messages_per_run ({most}); none was sent",
    "if this is right, raise max_messages_per_run; if not, 'kpireport outbox cancel'",
    "有 {count} 封邮件待发，超过 max_messages_per_run（{most}）；一封也没有发送",
    "如果数量正确，请提高 max_messages_per_run；否则请用 kpireport outbox cancel 取消",
)
SIGN_IN_REFUSED = Kind(
    "D501",
    "SIGN_IN_REFUSED",
    Severity.ERROR,
    "the mail server {host} refused to sign in: {reply}",
    "check user and password with 'kpireport mail test'; Microsoft 365 needs graph or xoauth2",
    "邮件服务器 {host} 拒绝登录：{reply}",
    "请用 kpireport mail test 检查用户和密码；Microsoft 365 需使用 graph 或 xoauth2",
)
NOT_SECURE = Kind(
    "D502",
    "NOT_SECURE",
    Severity.ERROR,
    "no safe connection to the mail server {host}: {reply}",
    "check host, port and security; the server's certificate must be valid for this name",
    "无法与邮件服务器 {host} 建立安全连接：{reply}",
    "请检查 host、port 和 security；服务器证书必须对该名称有效",
)
SERVER_DOWN = Kind(
    "D503",
    "SERVER_DOWN",
    Severity.WARNING,
    "the mail server {host} cannot be reached now: {reply}",
    "nothing is lost: the next run, or 'kpireport outbox send', tries again",
    "目前无法连接邮件服务器 {host}：{reply}",
    "邮件没有丢失：下次运行或 kpireport outbox send 会重试",
)
SERVER_REFUSES = Kind(
    "D504",
    "SERVER_REFUSES",
    Severity.ERROR,
    "the mail server {host} takes nothing from us: {reply}",
    "ask whoever runs the server; the mails stay in the outbox",
    "邮件服务器 {host} 拒绝接收：{reply}",
    "请联系服务器管理员；邮件仍在发件箱中",
)
REFUSED = Kind(
    "D505",
    "REFUSED",
    Severity.ERROR,
    "the mail to {address} was refused: {reply}",
    "correct the address or ask the server's owner, then 'kpireport outbox resend KEY --reason ...'",
    "发给 {address} 的邮件被拒绝：{reply}",
    "请改正地址或询问服务器管理员，再运行 kpireport outbox resend KEY --reason ...",
)
GIVEN_UP = Kind(
    "D506",
    "GIVEN_UP",
    Severity.ERROR,
    "the mail to {address} could not be delivered in {attempts} attempts: {reply}",
    "when the server works again: 'kpireport outbox resend KEY --reason ...'",
    "发给 {address} 的邮件尝试 {attempts} 次仍未送出：{reply}",
    "服务器恢复后运行 kpireport outbox resend KEY --reason ...",
)
UNCERTAIN = Kind(
    "D507",
    "UNCERTAIN",
    Severity.ERROR,
    "nobody can know whether the mail to {address} arrived: {reply}",
    "ask the recipient, or look into the Sent folder, then 'kpireport outbox resolve KEY --sent' or '--send'",
    "无法确定发给 {address} 的邮件是否送达：{reply}",
    "请询问收件人或查看已发送文件夹，再运行 kpireport outbox resolve KEY --sent 或 --send",
)
DEFERRED = Kind(
    "D508",
    "DEFERRED",
    Severity.WARNING,
    "{count} mails could not be sent yet: {reply}",
    "nothing is lost: the next run, or 'kpireport outbox send', tries again",
    "有 {count} 封邮件暂时未能发送：{reply}",
    "邮件没有丢失：下次运行或 kpireport outbox send 会重试",
)
TOKEN_REFUSED = Kind(
    "D509",
    "TOKEN_REFUSED",
    Severity.ERROR,
    "no token for Microsoft 365: {reply}",
    "check tenant, client and secret, and that the secret has not expired",
    "无法取得 Microsoft 365 的令牌：{reply}",
    "请检查 tenant、client 和 secret，以及机密是否已过期",
)
NO_MAIL_SETTINGS = Kind(
    "D601",
    "NO_MAIL_SETTINGS",
    Severity.ERROR,
    "there is no [mail] in the settings",
    "add it to kpireport.toml; 'kpireport help mail' shows how",
    "设置中没有 [mail]",
    "请在 kpireport.toml 中添加；见 kpireport help mail",
)
NO_SUCH_KEY = Kind(
    "D602",
    "NO_SUCH_KEY",
    Severity.ERROR,
    "there is no mail '{found}' in the outbox",
    "take a key from 'kpireport outbox list'; its first characters are enough",
    "发件箱中没有邮件“{found}”",
    "请使用 kpireport outbox list 中的编号；前几个字符即可",
)
SEVERAL_KEYS = Kind(
    "D603",
    "SEVERAL_KEYS",
    Severity.ERROR,
    "'{found}' stands for {count} mails",
    "type more characters of the key",
    "“{found}”对应 {count} 封邮件",
    "请多输入几个字符",
)
NOT_NOW = Kind(
    "D604",
    "NOT_NOW",
    Severity.ERROR,
    "this mail is {state}, so this cannot be done with it",
    "look at it with 'kpireport outbox show KEY'",
    "此邮件的状态为 {state}，不能这样处理",
    "请用 kpireport outbox show KEY 查看",
)
LETTER_WRONG = Kind(
    "D701",
    "LETTER_WRONG",
    Severity.ERROR,
    "the letter cannot be made: {reason}",
    "mend mail.html or mail.txt of the theme, or use the standard theme",
    "无法生成邮件正文：{reason}",
    "请修正主题的 mail.html 或 mail.txt，或使用标准主题",
)
