"""Which field a column title names, in English and Chinese, and which sheet a name announces. Rule: L13."""

from __future__ import annotations

from functools import lru_cache

from kpireport.core.parse import foreign
from kpireport.core.parse.names import header_key

# One line a field: the titles as people write them, parted by |. Matching is by ``header_key``.
GOALS = {
    "id": "ID|No.|S.No|Code|Ref|KPI No|Objective Id|编号|序号|KPI序号|指标编号|指标代码|代号",
    "name": "KPI|KPI Name|KPIs|Metric|Measure|Indicator|Goal|Goal Name|Objective|Key Result|Item|Name|Metric name"
    "|Account|Line item|Measure name|Indicator name|KPI title|Performance measure|Performance indicator|Row Labels"
    "|指标|KPI指标|指标名称|指标项名称|预算项目|关键指标|关键绩效指标|考核指标|考核项目|考核内容|目标名称|项目|名称",
    "target": "Target|Quota|Plan|Target Value|Planned|Goal value|Target figure|목표"
    "|目标|目标值|目标金额|计划|计划值|指标值",
    "target_year": "Annual target|Yearly target|Year target|Full-year target|Target per year|Target for the year"
    "|年度目标|年度目标值|全年目标|年目标|总KPI",
    "target_period": "Monthly target|Target per month|Month target|Weekly target|Quarterly target|Target per period"
    "|月度目标|每月目标|月目标|周目标|季度目标|月KPI|周KPI",  # in a table of figures: see METRICS
    "target_cumulative": "Cumulative target|YTD target|Target to date|累计目标|累计目标值",
    "unit": "Unit|UoM|Units|Unit of measure|单位|计量单位",
    "direction": "Direction|Measure direction|KPI direction|Polarity|Better"
    "|Good is|Good performance|Desired direction|Desired trend|Favourable|Favorable|Optimisation|Optimization"
    "|方向|正反向|指标性质|指标方向",
    "owner": "Owner|Responsible|Responsible Officer|Lead|Accountable|PIC|KPI owner"
    "|责任人|负责人|责任领导|数据人|填报人|姓名",
    "kind": "Type|KPI type|KPI or metric|类型|指标类型",
    "level": "Level|Scope|Tier|层级|级别|指标层级",
    "parent": "Parent|Parent KPI|Rolls up to|Serves|上级指标|父指标|所属目标|归属",
    "perspective": "Perspective|Category|Theme|Strategic Direction|Pillar|BSC perspective"
    "|维度|考核维度|分类|类别|层面|阶段",
    "department": "Department|Dept|depart|Team|Facility|Region|Business unit"
    "|部门|填写部门|分解部门|责任部门|对应部门|团队",
    "weight": "Weight|Weighting|Weightage|% weight|Contributing weight|权重|目标权重|占比|分值|标准得分",
    "aggregation": "Aggregation|Aggregate|Over time|Roll-up over time|汇总方式|汇总|聚合方式",
    "numerator": "Numerator|分子",
    "denominator": "Denominator|分母",
    "formula": "Formula|Computed as|Computed from|计算公式",
    "definition": "Definition|Description|Calculation|定义|指标说明|指标定义|口径说明|计算方法|评分标准",
    "frequency": "Frequency|Period type|Cadence|Update interval|频率|周期|考核周期|评估周期|统计周期",
    "baseline": "Baseline|Base|Start value|Initial balance|Starting point|基数|基准值|基线|期初值|起始值",
    "red_line": "Red line|Red flag|Red|Tolerance|Red limit|Variance allowed|警戒值|预警值|红线|底线",
    "threshold": "Threshold|Threshold value|门槛值|阈值",
    "stretch": "Stretch|Stretch target|Best|挑战值|卓越值|冲刺目标",
    "low": "Min|Minimum|Lower|Lower limit|LB|下限|最小值",
    "high": "Max|Maximum|Upper|Upper limit|UB|上限|最大值",
    "cap": "Cap|封顶|得分上限",
    "floor": "Floor|保底|得分下限",
    "method": "Method|Attainment method|计算方式|达成方式",
    "missing": "Missing|If missing|缺失处理|缺失",
    "rollup": "Roll-up|Rollup|Roll up|Parent method|上卷方式|汇总到上级",
    "start": "Start|Start date|Starts|开始|开始日期",
    "end": "End|End date|Ends|结束|结束日期",
    "review": "Review date|Review|复核日期|复核|评审日期",
    "lifecycle": "Status|State|状态",
    "priority": "Priority|Rank|优先级",
    "phasing": "Phasing|Phasing weights|Seasonality|分解比例|月度比例|季节比例",
    "decimals": "Decimals|Decimal places|小数位",
    "benchmark": "Benchmark|标杆值|标杆",
    "trigger": "Trigger|Trigger condition|触发条件|触发",
    "why": "Why|Reason|Purpose|Rationale|意义|目的|原因",
    "strategy": "Strategy|策略",
    "problem": "Problem|问题",
    "means": "Means|Solution|手段|解决办法",
    "goal": "Goal in words|In words|Headline goal|目标描述|目标说明",
    "customer_benefit": "Customer benefit|Benefit for customers|客户收益|客户价值",
    "company_benefit": "Company benefit|公司收益|企业收益",
    "team_benefit": "Team benefit|Staff benefit|团队收益|员工收益",
    "chart": "Chart|图表",
    "notes": "Notes|Note|Remarks|Comment|Comments|备注|说明",
}
METRICS = {
    "name": GOALS["name"],
    "id": GOALS["id"],
    "period": "Period|Month|MonthYear|Date|Current Month|Reporting month|Reporting period|Report month|Week of"
    "|Week Starting|Week commencing|Week beginning|Week ending|W/C|Latest month|Latest period|Reporting date"
    "|Month ending|Month end|Data month|Week|Quarter|FY|fiscal_year|Year|Year month"
    "|期间|月份|月度|日期|年月|季度|统计日期|考核期|周|年度|统计月份|统计期间|考核月份|报告期|报告月份|所属月份|所属期间|会计期间",
    "actual": "Actual|Actual value|Actual result|Current value|Act|Actuals|Result|Achieved|Current|Value|Amount|Figure"
    "|实际|实际值|实际金额|完成|完成值|实绩|本期|本月实际|数据|数值|金额",
    "target": f"{GOALS['target']}|Budget|Bud|Bgt|Tgt|预算|周KPI|月KPI|总KPI",
    "forecast": "Forecast|FC|Outlook|Landing|Estimate|Projection|预测|预测值|预计|预计完成|滚动预测",
    "previous year": "PY|LY|Prior year|Last year|Previous year|同期|去年同期|上年同期|上年",
    "department": f"{GOALS['department']}|State|Branch|Store|Site|Office|Country|Plant|Factory|Location"
    "|Warehouse|Shop|Entity|科室|工厂|车间|分公司|门店|网点|事业部",
    "breakdown": "Breakdown|Channel|Segment|Split|Product|Region|细分|渠道|区域|产品|构成",
    "series": "Scenario|Version|Series|Series type|Table|口径|数据类型|版本",
    "unit": GOALS["unit"],
    "owner": GOALS["owner"],
    "perspective": GOALS["perspective"],
    "direction": GOALS["direction"],
    "note": "Note|Notes|Comment|Comments|Remarks|Analysis|备注|说明|原因分析|改进措施",
}
PLAN = {
    "id": GOALS["id"],
    "kpi": "KPI|Metric|Goal|KPI Name|指标|指标名称|KPI指标|目标",
    "project": "Project|Programme|Program|项目",
    "step": "Type|Kind|类型|类别",
    "action": "Action|Initiative|Milestone|Step|Task|Task Name|Measure|What|Description|Title"
    "|行动|措施|举措|里程碑|任务|步骤|关键结果|内容",
    "owner": GOALS["owner"],
    "start": GOALS["start"],
    "due": "Due|Due date|Deadline|End|Finish|By|截止|截止日期|完成时限|计划完成日|到期日",
    "done": "Done|Done on|Completed|Completed on|Finished|完成日|完成日期|实际完成日",
    "status": "Status|State|Task Complete?|Complete|状态|完成情况",
    "progress": "Progress|% complete|Percent complete|进度|完成进度|完成比例",
    "budget": "Budget|Cost|Planned cost|BU|预算|投入|预算金额",
    "spent": "Spent|Actual cost|Spend|Cost to date|已用|实际花费|已花费",
    "cost_category": "Cost category|Category|Kind of cost|Cost type|费用类别|费用类型|成本类别",
    "obstacle": "Obstacle|Risk|Issue|Blocker|障碍|风险|困难|问题",
    "mitigation": "Mitigation|Response|Countermeasure|应对|应对措施|对策",
    "likelihood": "Likelihood|Probability|可能性|概率",
    "points": "Points|Score|分值|积分",
    "benefit": "Benefit|Benefit a year|Benefit per year|Yearly benefit|收益|年收益",
    "notes": GOALS["notes"],
}
NOTES = {
    "period": METRICS["period"],
    "kpi": PLAN["kpi"],
    "kind": "Type|Kind|类型|类别",
    "text": "Text|Note|Notes|Comment|What|Content|内容|说明|文字|正文",
    "author": "Author|By|Written by|Who|作者|填写人|撰写人",
    "written": "Date|Written|Written on|日期|填写日期",
}
REVISIONS = {
    "recorded": "Date|Recorded|Decided|日期|变更日期",
    "kpi": PLAN["kpi"],
    "field": "Field|What|Changed|字段|变更项|变更内容|项目",
    "effective": "Effective from|Effective|From|Valid from|生效期间|生效|生效日期|自",
    "old": "Old|Old value|Before|Was|原值|旧值|变更前",
    "new": "New|New value|After|Is|新值|变更后",
    "reason": "Reason|Why|原因|理由",
    "approved_by": "Approved by|Approver|Approved|批准人|审批人|批准",
    "retroactive": "Retroactive|追溯|追溯调整",
}
RECIPIENTS = {
    "name": "Name|Recipient|姓名|收件人|名称",
    "address": "Email|E-mail|Mail|Address|E-mail address|邮箱|邮件|电子邮箱|邮箱地址",
    "scope": "Scope|Part|范围",
    "language": "Language|语言",
    "formats": "Format|Formats|格式",
    "condition": "When|Condition|Send when|条件|发送条件",
    "active": "Active|Enabled|启用|有效",
    "first_day": "Active from|From|Valid from|Start|起|生效日期|开始日期",
    "last_day": "Active to|Active until|Until|To|Valid until|End|止|截止|结束日期",
}
TARGETS = {
    "name": GOALS["name"],
    "id": GOALS["id"],
    "period": METRICS["period"],
    "target": f"{METRICS['target']}|Monthly target|月度目标|月目标",
    "note": METRICS["note"],
}
CALENDAR = {
    "period": "Period|Month|期间|月份",
    "start": f"{GOALS['start']}|First day|起始日",
    "end": f"{GOALS['end']}|Last day|终止日|截止",
}
TRIGGERS = {
    "id": GOALS["id"],
    "kpi": PLAN["kpi"],
    "condition": "Condition|Trigger|If|条件|触发条件",
    "periods": "For n periods|Periods|For periods|Months|持续期数|连续期数|期数",
    "action": "Action|Then|What to do|行动|措施|应对",
    "notify": "Notify|Tell|Inform|通知|通知人",
}
SETTINGS = {"setting": "Setting|Key|Name|Parameter|设置|项目|参数|键", "value": "Value|Setting value|值|内容|取值"}

ROLES = {
    "goals": GOALS, "metrics": METRICS, "plan": PLAN, "notes": NOTES, "revisions": REVISIONS, "recipients": RECIPIENTS,
    "targets": TARGETS, "calendar": CALENDAR, "triggers": TRIGGERS, "settings": SETTINGS,
}  # fmt: skip
NEEDED = {
    "goals": ("name",), "metrics": ("name",), "plan": ("action",), "notes": ("text",), "revisions": ("kpi", "new"),
    "recipients": ("address",), "targets": ("name",), "calendar": ("start",), "triggers": ("kpi", "condition"),
    "settings": (),
}  # fmt: skip
SHEETS = {
    "goals": "Goals|Goal|KPIs|KPI|KPI list|KPI goals|Objectives|目标|指标|KPI目标|目标表|指标体系|考核指标",
    "metrics": "Metrics|Metric|Data|Actuals|Actual|Figures|KPI data|指标数据|数据|实际|实绩|月度数据|实际数据|指标",
    "plan": "Plan|Action plan|Actions|Roadmap|Initiatives|行动计划|计划|行动|措施",
    "notes": "Notes|Comments|Commentary|说明|评论|备注",
    "revisions": "Revisions|Revision log|Changes|Change log|变更|变更记录|修订",
    "recipients": "Recipients|Distribution|Mailing list|收件人|分发|发送名单",
    "settings": "Settings|Options|设置|参数",
    "targets": "Targets|Monthly targets|Target phasing|目标分解|月度目标",
    "calendar": "Calendar|Fiscal calendar|日历|财务日历",
    "triggers": "Triggers|Alerts|触发器|触发|预警",
}
IGNORED_SHEETS = (
    "blank|template|setup|lists|list|readme|read me|instructions|legend|help|模板|填写说明|使用说明|下拉列表|图例"
    "|kpireport check|kpireport 检查"  # the first sheet of a marked copy
)
IGNORED = frozenset(header_key(name) for name in IGNORED_SHEETS.split("|"))
DERIVED = (
    "Variance|Var.|Var|Difference|Gap|Var. %|Percent Difference|% of target|Attainment|Achievement|Completion|YoY|MoM"
    "|Growth|Delta|Score|Rating|Total|YTD|Average|Avg|Rank|Trend|RAG|Sum|Mean|Year to date"
    "|差异|差额|偏差|达成率|完成率|完成比例|年度完成率|时间进度完成率|累计完成率|同比|环比|同比增长率|环比增长率|增幅|净增值"
    "|得分|考核得分|评分|自评得分|领导评分|合计|累计|全年|平均|总计|排名|红绿灯|趋势|均值"
)
DERIVED_KEYS = frozenset(header_key(title) for title in f"{DERIVED}|{foreign.DERIVED}".split("|"))
TOTALS = {"sum": "Total|Sum|合计|总计|全年", "mean": "Average|Avg|Mean|平均|均值", "last": "Latest|Closing|期末"}
TOTAL_KEYS = {header_key(title): way for way, titles in TOTALS.items() for title in titles.split("|")}


@lru_cache(maxsize=32)
def fields(role: str) -> dict[str, str]:
    """Return title key to field, of a kind of sheet."""
    own = {header_key(title): name for name, titles in ROLES[role].items() for title in titles.split("|")}
    if role not in ("goals", "metrics", "targets"):
        return own
    more = {header_key(t): name for name in ROLES[role] for t in foreign.words(name).split("|") if t}
    return more | own


@lru_cache(maxsize=4096)
def field(role: str, title: str) -> str | None:
    """Return the field that a column title names on a kind of sheet, or None."""
    known = fields(role)
    found = known.get(header_key(title))
    if found is None and not title.isascii() and any(c.isascii() and c.isalpha() for c in title):
        # "KPI 指标名称": both languages in one heading
        latin = "".join(c if c.isascii() else " " for c in title)
        chinese = "".join(c for c in title if not c.isascii())
        found = known.get(header_key(chinese)) or known.get(header_key(latin))
    return found


@lru_cache(maxsize=256)
def role_of(sheet_name: str) -> str | None:
    """Return the kind of sheet that a name announces, or None."""
    return _sheet_names().get(header_key(sheet_name))


@lru_cache(maxsize=1)
def _sheet_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for role, names in SHEETS.items():
        for name in names.split("|"):
            found.setdefault(header_key(name), role)
    return found
