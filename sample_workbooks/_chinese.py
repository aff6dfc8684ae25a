"""group-zh.xlsx: the same kind of firm, wholly in Chinese, with money in 万元."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from _series import course, months
from _style import empty, save, sheet

COUNT = 34
NAMES = [f"{m[:4]}年{int(m[5:])}月" for m in months((2024, 1), COUNT)]
PCT = "0.0%"


def share(values: list[float]) -> list[Any]:
    return [(round(v / 100, 4), PCT) for v in values]


HEAD = [
    "编号", "指标名称", "目标描述", "类型", "层级", "上级指标", "维度", "部门", "责任人", "单位", "方向", "目标值",
    "2026年目标", "2027年目标", "2028年目标", "权重", "汇总方式", "警戒值", "优先级", "意义", "策略", "客户收益", "触发条件",
]  # fmt: skip
GOALS: list[list[Any]] = [
    ["G1", "服务收入", "增加稳定的服务收入", "KPI", "公司", None, "财务", None, "陈思远", "万元", "越高越好", 25200, 25200,
     27000, 28900, None, "累计", None, 1, "服务合同让我们度过暖冬", "每台新锅炉都附带服务合同", "一年一价，没有意外", None],
    ["G2", "客户续约率", "留住客户", "KPI", "公司", None, "客户", None, "何静", "%", "越高越好", (0.90, PCT), (0.90, PCT),
     (0.905, PCT), (0.91, PCT), None, "期末", (0.885, PCT), 2, "获得新客户的成本是留住老客户的六倍", "接听要快，修得要快",
     "电话有人接", None],
    ["G3", "恢复供暖天数", "更快恢复供暖", "KPI", "公司", None, "流程", None, "罗强", "天", "越低越好", "≤1.8", 1.8, 1.7, 1.6,
     None, "平均", 2.0, 3, "家里冷是客户来电的原因", "车上备好合适的配件", "第二天就能暖和", None],
    ["K1", "合同签约数", None, "KPI", "部门", "服务收入", None, "销售部", "刘洋", "份", "越高越好", 6600, None, None, None,
     (0.6, "0%"), "累计", None, None, "带来服务收入", None, None, None],
    ["K2", "线索成本", None, "KPI", "部门", "服务收入", None, "市场部", "赵敏", "元/条", "越低越好", 380, None, None, None,
     (0.4, "0%"), "平均", 400, None, "带来服务收入", None, None, None],
    ["K3", "30秒内接听率", None, "KPI", "部门", "客户续约率", None, "呼叫中心", "孙丽", "%", "越高越好", (0.82, PCT), None,
     None, None, (0.5, "0%"), "平均", (0.78, PCT), None, "等待太久的客户会离开", None, None, "连续2个月红"],
    ["K4", "首次解决率", None, "KPI", "部门", "客户续约率", None, "呼叫中心", "孙丽", "%", "越高越好", (0.75, PCT), None, None,
     None, (0.3, "0%"), "平均", (0.73, PCT), None, "一次说清", None, None, None],
    ["K5", "通话后满意度", None, "KPI", "部门", "客户续约率", None, "呼叫中心", "孙丽", "分", "越高越好", 4.3, None, None, None,
     (0.2, "0%"), "平均", None, None, "客户的感受", None, None, None],
    ["K6", "首次上门修复率", None, "KPI", "部门", "恢复供暖天数", None, "现场服务部", "罗强", "%", "越高越好", (0.86, PCT),
     None, None, None, (0.6, "0%"), "平均", (0.83, PCT), None, "少跑一趟", None, None, None],
    ["K7", "车上备件率", None, "KPI", "部门", "恢复供暖天数", None, "现场服务部", "罗强", "%", "越高越好", (0.92, PCT), None,
     None, None, (0.4, "0%"), "平均", (0.90, PCT), None, "配件在手", None, None, None],
    ["M1", "来电量", None, "关键指标", "部门", "30秒内接听率", None, "呼叫中心", None, "次", None, *[None] * 12],
    ["M2", "在岗坐席", None, "关键指标", "部门", "30秒内接听率", None, "呼叫中心", None, "人数", None, *[None] * 12],
]  # fmt: skip
DATA: dict[str, list[Any]] = {
    "服务收入": course(1, COUNT, 1820, 2180, 22, digits=0, season=0.02, last=2214),
    "客户续约率": share(course(2, COUNT, 90.6, 90.4, 0.25, fall=(27, -0.42), last=87.6)),
    "恢复供暖天数": course(3, COUNT, 2.7, 1.7, 0.08, digits=2, last=1.62),
    "合同签约数": course(11, COUNT, 480, 560, 18, digits=0, season=0.16, last=621),
    "线索成本": course(14, COUNT, 365, 372, 6, digits=0, fall=(28, 10.5), last=436),
    "30秒内接听率": share(course(21, COUNT, 82.6, 83.2, 0.7, fall=(27, -1.9), last=69.8)),
    "首次解决率": share(course(22, COUNT, 74.5, 75.4, 0.7, last=74.1)),
    "通话后满意度": [*course(24, COUNT - 1, 4.25, 4.36, 0.05, digits=2), None],
    "首次上门修复率": share(course(31, COUNT, 80, 88, 0.7, last=87.7)),
    "车上备件率": share(course(32, COUNT, 90.2, 90.6, 0.35, shift=(24, 2.6), last=93.4)),
    "来电量": course(51, COUNT, 31000, 36500, 600, digits=0, season=0.06, last=39120),
    "在岗坐席": course(52, COUNT, 62, 63, 0.8, digits=0, fall=(27, -1.4), last=52),
}
PLAN: list[list[Any]] = [
    ["编号", "指标", "项目", "类型", "行动", "责任人", "开始", "截止", "完成日", "状态", "进度", "预算", "已用", "费用类别",
     "障碍", "应对", "可能性", "分值"],
    ["P1", "客户续约率", "晚班", "举措", "一小时内回拨所有挂断的来电", "何静", date(2026, 6, 1), date(2026, 12, 15), None,
     "进行中", (0.45, "0%"), 120, 88, "人员", "6月排班调整后有九名坐席离职，10月前冻结招聘", None, None, None],
    ["P2", "30秒内接听率", "晚班", "举措", "为晚班招聘并培训十名坐席", "孙丽", date(2026, 8, 1), date(2026, 11, 30), None,
     "进行中", (0.4, "0%"), 165, 71, "人员", "咨询新账单的来电时间长了一倍", None, None, None],
    ["P3", "30秒内接听率", "晚班", "行动", "账单问题转到网页自助办理", "王磊", date(2026, 9, 1), date(2026, 10, 31), None,
     "进行中", (0.7, "0%"), 40, 52, "线上", None, None, None, None],
    ["P4", "线索成本", "邻里推荐", "举措", "每月将25万元从搜索广告转到邻里推荐", "赵敏", date(2026, 7, 1), date(2026, 12, 1),
     None, "进行中", (0.5, "0%"), 150, 84, "线上", "7月起竞争对手买下了搜索首位", None, None, None],
    ["P5", "车上备件率", "车辆", "里程碑", "第二配件仓启用", "罗强", date(2025, 9, 1), date(2026, 1, 15), date(2026, 1, 12),
     "完成", (1, "0%"), 210, 204, "场地", None, None, None, None],
    ["R1", "客户续约率", None, "风险", "严冬", "何静", None, None, None, None, None, None, None, None,
     "严冬会使来电翻倍，而晚班尚未满员", "向现场服务部借调调度员", "30%", None],
    ["T1", "30秒内接听率", "日常", "任务", "编写晚班排班表", "周杰", None, date(2026, 9, 15), date(2026, 9, 14), "完成", None,
     None, None, None, None, None, None, 3],
    ["T2", "首次解决率", "日常", "任务", "新账单问答", "周杰", None, date(2026, 10, 20), None, "进行中", None, None, None, None,
     None, None, None, 3],
    ["T3", "线索成本", "日常", "任务", "停用五个最贵的关键词", "钱芳", None, date(2026, 10, 5), date(2026, 10, 5), "完成", None,
     None, None, None, None, None, None, 1],
]  # fmt: skip
NOTES: list[list[Any]] = [
    ["期间", "指标", "类型", "内容", "作者", "日期"],
    ["2026年10月", None, "标题", "恢复供暖快于计划，但电话无人接听正在流失客户", "陈思远", date(2026, 11, 5)],
    ["2026年10月", None, "决定", "从预备费中拨付45万元，使晚班在年底前满员；否则续约率将降至约86%，2027年收入减少约380万元。",
     "陈思远", date(2026, 11, 5)],
    ["2026年10月", "客户续约率", "原因", "等待超过三分钟的客户，终止合同的可能性是其他客户的两倍。8月以来排队一直超过三分钟。",
     "何静", date(2026, 11, 4)],
    ["2026年10月", "30秒内接听率", "障碍", "6月排班调整后有九名坐席离职，招聘冻结到10月1日。", "孙丽", date(2026, 11, 3)],
    ["2026年10月", "车上备件率", "经验", "第二配件仓的作用超过三年培训：让库存靠近现场。", "罗强", date(2026, 11, 2)],
]  # fmt: skip
REVISIONS: list[list[Any]] = [
    ["日期", "指标", "变更项", "生效期间", "原值", "新值", "原因", "批准人", "追溯"],
    [date(2026, 3, 12), "首次上门修复率", "目标", "2026年4月", (0.84, PCT), (0.86, PCT), "配件仓使更高目标成为可能", "董事会",
     "否"],
    [date(2026, 7, 2), "线索成本", "目标", "2026年7月", 360, 380, "点击价格上涨", None, "否"],
]  # fmt: skip
SETTINGS: list[list[Any]] = [
    ["设置", "值"], ["组织", "暖居供热服务公司"], ["报告名称", "KPI 月报"], ["使命", "让我们服务的每一户全年都暖和"],
    ["币种", "万元"], ["财年起始月", 1], ["报告期", "2026年10月"], ["截止日", date(2026, 11, 6)], ["语言", "中文"],
]  # fmt: skip


def group_zh(folder: Path) -> None:
    book = empty()
    sheet(book, "目标", [list(HEAD), *GOALS], title="暖居供热服务公司 2026–2028 年目标", freeze="C4",
          widths={"B": 20, "C": 20, "F": 18, "T": 28, "U": 26, "V": 22})  # fmt: skip
    rows = [["指标名称", *NAMES], *[[name, *values] for name, values in DATA.items()]]
    sheet(book, "指标数据", rows, widths={"A": 20}, title="各月数据")
    sheet(book, "行动计划", PLAN, widths={"B": 18, "E": 36, "O": 36, "P": 26}, freeze="F2")
    sheet(book, "说明", NOTES, widths={"A": 14, "B": 18, "D": 80}, freeze="A2")
    sheet(book, "变更", REVISIONS, widths={"B": 20, "G": 30}, freeze="A2")
    sheet(book, "设置", SETTINGS, widths={"A": 16, "B": 40}, freeze="A2")
    save(book, folder / "group-zh.xlsx")
