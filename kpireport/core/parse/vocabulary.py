"""Words for what can be chosen in a cell: directions, levels, types, ways of adding up, in both languages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kpireport.core.model import (
    Aggregation,
    Direction,
    Kind,
    Level,
    Lifecycle,
    Method,
    Missing,
    NoteKind,
    Rollup,
    Series,
    Step,
)
from kpireport.core.parse import foreign
from kpireport.core.parse.names import header_key
from kpireport.core.periods import Frequency

WORDS: dict[str, dict[Any, str]] = {
    "direction": {
        Direction.HIGHER: "higher|high|up|increase|increasing|maximise|maximize|more|higher is better|higher better"
        "|positive|越高越好|正向|高|越大越好|上升|增加|正",
        Direction.LOWER: "lower|low|down|decrease|decreasing|minimise|minimize|less|lower is better|lower better"
        "|negative|越低越好|反向|逆向|负向|低|越小越好|下降|减少|反|逆",
        Direction.RANGE: "range|within|between|target|on target|within range|in range|区间|范围内|区间内|适中",
    },
    "kind": {
        Kind.KPI: "kpi|goal|objective|指标|目标|关键绩效指标|绩效指标",
        Kind.METRIC: "metric|measure|data|statistic|indicator|关键指标|度量|数据|统计指标|监测指标",
    },
    "level": {
        Level.ORGANISATION: "organisation|organization|org|company|corporate|group|enterprise|top|high|goal"
        "|公司|公司级|组织|集团|企业|总部|高层",
        Level.DEPARTMENT: "department|dept|division|function|low|部门|部门级|科室",
        Level.TEAM: "team|unit|squad|团队|班组|小组|团队级",
        Level.STAFF: "staff|person|individual|employee|员工|个人|员工级",
    },
    "aggregation": {
        Aggregation.SUM: "sum|total|cumulative|flow|add|累计|合计|求和|加总",
        Aggregation.AVERAGE: "average|mean|avg|平均|均值|平均值",
        Aggregation.LAST: "last|latest|closing|balance|end|end of period|期末|时点|最新|最后|余额",
        Aggregation.FIRST: "first|opening|期初|最初",
        Aggregation.MAX: "max|maximum|highest|最大|最大值|最高",
        Aggregation.MIN: "min|minimum|lowest|最小|最小值|最低",
        Aggregation.RATIO: "ratio|rate|quotient|比率|比值|率",
        Aggregation.WEIGHTED: "weighted|day-weighted|weighted average|按天加权|加权|加权平均",
        Aggregation.MEDIAN: "median|middle|中位数|中位|中间值",
    },
    "method": {
        Method.LINEAR: "linear|standard|线性",
        Method.RATIO: "ratio|quotient|比值",
        Method.PROGRESS: "progress|baseline|进度",
    },
    "phasing": {
        True: "prior year|prior-year share|previous year|last year|py|as last year|same as last year|seasonal"
        "|上年|去年|上年占比|去年占比|按上年|按去年|上年同期|去年同期"
    },
    "missing": {Missing.SKIP: "skip|ignore|leave out|跳过|忽略", Missing.ZERO: "zero|0|as zero|零|按零|视为零"},
    "rollup": {
        Rollup.WEIGHTED: "weighted|score|weighted score|加权|得分",
        Rollup.WORST: "worst|最差",
        Rollup.SUM: "sum|total|合计|求和|累计",
        Rollup.AVERAGE: "average|mean|平均|平均值|均值",
        Rollup.MIN: "min|minimum|最小|最小值",
        Rollup.MAX: "max|maximum|最大|最大值",
        Rollup.RATIO: "ratio|比率",
        Rollup.OWN: "own|own value|自身|自有",
    },
    "lifecycle": {
        Lifecycle.DRAFT: "draft|proposed|planned|草稿|拟定|草案",
        Lifecycle.FINAL: "final|active|agreed|approved|live|in progress|ongoing|open|on track|at risk|off track|behind"
        "|delayed|not started|started|done|completed|achieved|green|yellow|amber|red|g|y|a|r|met|not met|exceeded"
        "|on target|off target|红|黄|绿|达成|未达成|定稿|启用|有效|正式|进行中|正常|延期|未开始|已完成|完成",
        Lifecycle.RETIRED: "retired|inactive|closed|dropped|old|cancelled|canceled|停用|作废|已停用|取消|已取消",
    },
    "frequency": {
        Frequency.DAY: "day|daily|日|每日|每天",
        Frequency.WEEK: "week|weekly|周|每周|周度",
        Frequency.MONTH: "month|monthly|月|每月|月度",
        Frequency.QUARTER: "quarter|quarterly|季|季度|每季|每季度",
        Frequency.HALF: "half|half-year|half-yearly|semi-annual|半年|半年度",
        Frequency.YEAR: "year|yearly|annual|annually|年|年度|每年",
    },
    "step": {
        Step.MILESTONE: "milestone|里程碑",
        Step.INITIATIVE: "initiative|project|measure|举措|项目|措施",
        Step.TASK: "task|to-do|todo|任务|工作任务",
        Step.RISK: "risk|obstacle|issue|风险|障碍|问题|风险/障碍",
        Step.ACTION: "action|step|行动|步骤",
    },
    "note": {
        NoteKind.COMMENT: "comment|note|remark|评论|备注|说明",
        NoteKind.CAUSE: "cause|reason|why|原因|原因分析",
        NoteKind.LESSON: "lesson|lesson learned|lesson learnt|经验|教训|经验教训",
        NoteKind.DECISION: "decision|decision asked|决定|决策|请决策",
        NoteKind.HEADLINE: "headline|title|标题|摘要",
        NoteKind.CUSTOMERS: "customers|customer|client|客户",
        NoteKind.MONEY: "money|money and risk|finance|financial|资金|财务|资金与风险",
        NoteKind.OBSTACLE: "obstacle|problem|障碍|困难|问题",
        NoteKind.REBASE: "rebase|new process|process change|流程变更|新流程|重新计算",
    },
    "series": {
        Series.ACTUAL: "actual|act|actuals|ac|result|实际|实际值|实际金额|实绩|完成|完成值|完成数|实际数",
        Series.TARGET: "target|plan|budget|bud|bgt|tgt|pl|bu|goal|目标|目标值|目标金额|计划|预算|计划值|目标数",
        Series.FORECAST: "forecast|fc|outlook|projection|预测|预计|滚动预测",
        Series.PREVIOUS_YEAR: "py|ly|prior year|previous year|last year|同期|去年同期|上年同期|上年",
    },
    "yes": {True: "yes|y|true|1|on|active|是|√|✓|启用|有效|有", False: "no|n|false|0|off|inactive|否|×|停用|无|不"},
    "done": {
        True: "done|complete|completed|closed|finished|yes|y|true|√|✓|完成|已完成|是|关闭|已关闭",
        False: "open|in progress|not started|planned|started|ongoing|on time|late|no|n|false|×|on track|delayed|on hold"
        "|paused|未完成|未开始|进行中|否|延期|逾期|暂停",
    },
    "priority": {
        1.0: "high|top|critical|urgent|must|高|紧急|重要",
        2.0: "medium|mid|normal|middle|should|中|一般",
        3.0: "low|minor|could|低",
    },
    "field": {
        "target": "target|target value|goal|目标|目标值|年度目标|月度目标|annual target|monthly target",
        "weight": "weight|权重",
        "owner": "owner|responsible|责任人|负责人",
        "definition": "definition|description|定义|口径|指标定义",
        "red_line": "red line|red|threshold|警戒值|红线",
        "baseline": "baseline|基准值|基线",
        "unit": "unit|单位",
        "direction": "direction|方向",
        "name": "name|名称",
        "aggregation": "aggregation|汇总方式",
        "lifecycle": "status|状态",
        "rebase": "rebase|process|new process|process change|流程|流程变更|新流程|重新计算",
        "stretch": "stretch|挑战值",
        "department": "department|部门",
        "parent": "parent|上级指标",
    },
}
_DERIVED = "variance|var|difference|gap|%|attainment|total|ytd|差异|差额|达成率|完成率|偏差|同比|环比|累计|合计"
DERIVED_SERIES = frozenset(header_key(word) for word in _DERIVED.split("|"))


@lru_cache(maxsize=32)
def _lookup(topic: str) -> dict[str, Any]:
    own = {header_key(word): meaning for meaning, words in WORDS[topic].items() for word in words.split("|")}
    more = foreign.SERIES if topic == "series" else {}
    return {header_key(word): Series(name) for name, words in more.items() for word in words.split("|")} | own


@lru_cache(maxsize=4096)
def meaning(topic: str, text: str) -> Any:
    """Return what a word means on a topic (an enum member, a bool or a field's name), or None."""
    return _lookup(topic).get(header_key(text))


def choices(topic: str, language: str = "en") -> str:
    """Return the words that may be typed on a topic, for a message: the first of each language's."""
    shown = []
    for words in WORDS[topic].values():
        each = words.split("|")
        chinese = [w for w in each if not w.isascii()]
        shown.append(chinese[0] if language == "zh" and chinese else each[0])
    return ", ".join(shown)
