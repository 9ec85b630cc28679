"""A small frame, and small definitions: the everyday one, one with every type of question, and one of which a
unit may have many interviews.
"""

from surveys.definition import Survey
from surveys.frame import Team, Unit

UNITS = [
    Unit("230102", "哈尔滨市", "道里区", "区", 1),
    Unit("230110", "哈尔滨市", "香坊区", "区", 1),
    Unit("231002", "牡丹江市", "东安区", "区", 3),
    Unit("231081", "牡丹江市", "绥芬河市", "县级市", 3),
]
TEAMS = [Team(1, "第1组"), Team(3, "第3组")]

SMALL = {
    "id": "small", "version": "1", "title": "小小调查问卷", "unit": "单位", "round": "2022", "notice": "全部自拟。",
    "evidence": ["口头", "台账"],
    "sections": [
        {"name": "a", "label": "第一部分", "questions": [
            {"name": "kind", "type": "select_one", "label": "哪一类？", "choices": [
                {"name": "1", "label": "甲"}, {"name": "007", "label": "乙"}, {"name": "96", "label": "其他", "specify": True}]},
            {"name": "people", "type": "integer", "label": "多少人？", "unit": "人", "statuses": ["dont_know"],
             "warnings": [{"check": ". <= 100", "message": "超过100人"}]},
            {"name": "money", "type": "money", "label": "多少钱？", "relevant": "${kind} != '1'"},
            {"name": "when", "type": "date", "label": "哪一天？"},
            {"name": "grid", "type": "matrix", "label": "各多少？", "cell": {"type": "integer"},
             "rows": [{"name": "x", "label": "横"}, {"name": "y", "label": "竖"}]},
        ]},
        {"name": "b", "label": "第二部分", "questions": [
            {"name": "words", "type": "text", "label": "想说什么？", "max_length": 10000, "multiline": True},
            {"name": "things", "type": "roster", "label": "登记", "none_label": "暂无", "questions": [
                {"name": "t_name", "type": "text", "label": "名称"},
                {"name": "t_kind", "type": "select_multiple", "label": "类别",
                 "choices": [{"name": "1", "label": "红"}, {"name": "2", "label": "绿"}]}]},
            {"name": "per_head", "type": "calculate", "label": "人均", "calculation": "${money} div ${people}", "unit": "万元"},
        ]},
    ],
}  # fmt: skip

CITIES = [
    {"name": "hrb", "label": "哈尔滨"},
    {"name": "mdj", "label": "牡丹江"},
]
TOWNS = [
    {"name": "dl", "label": "道里", "filter": {"city": "hrb"}},
    {"name": "xf", "label": "香坊", "filter": {"city": "hrb"}},
    {"name": "da", "label": "东安", "filter": {"city": "mdj"}},
]
WIDE = Survey.model_validate({
    "id": "wide", "version": "1", "title": "各种题型调查问卷", "unit": "单位", "round": "2022",
    "languages": {"zh": "汉语", "en": "English"}, "parameters": {"most": 50},
    "warnings": [{"check": "${share} >= ${hours.open}", "message": "整卷提醒"}],
    "sections": [
        {"name": "a", "label": {"zh": "第一部分", "en": "Part one"},
         "constraints": [{"check": "${share} < 99 or ${people} > 0", "message": "部分检查不过"}], "questions": [
            {"name": "hello", "type": "note", "label": "请先看台账，再逐题填写。"},
            {"name": "where", "type": "text", "label": "单位名称", "prefill": "unit.name", "read_only": True},
            {"name": "people", "type": "integer", "label": "多少人？", "default": "10"},
            {"name": "share", "type": "percent", "label": {"zh": "占多少？", "en": "What share?"},
             "statuses": ["dont_know"]},
            {"name": "since", "type": "month", "label": "从哪个月起？", "min": "2000-01"},
            {"name": "opens", "type": "time", "label": "几点开门？", "max": "12:00"},
            {"name": "needs", "type": "rank", "label": "最需要什么？", "max_ranked": 2, "choices": [
                {"name": "1", "label": "场地"}, {"name": "2", "label": "经费"},
                {"name": "96", "label": "其他", "specify": True}]},
            {"name": "paper", "type": "attachment", "label": "证照", "extensions": ["pdf"]},
            {"name": "funds", "type": "money", "label": "多少钱？", "likely_max": "500"},
            {"name": "city", "type": "select_one", "label": "哪个市？", "choices": CITIES},
            {"name": "towns", "type": "select_multiple", "label": "哪些区？", "choices": TOWNS, "min_selected": 1,
             "max_selected": 2, "choice_filter": "city = ${city}"},
            {"name": "hours", "type": "matrix", "label": "开放占比", "cell": {"type": "percent"},
             "rows": [{"name": "open", "label": "工作日"}, {"name": "rest", "label": "周末"}]},
        ]},
        {"name": "b", "label": "第二部分", "relevant": "${people} > 0", "questions": [
            {"name": "things", "type": "roster", "label": "登记", "none_label": "一处也没有", "questions": [
                {"name": "t_month", "type": "month", "label": "建成年月"},
                {"name": "t_paper", "type": "attachment", "label": "照片", "extensions": ["pdf"]},
                {"name": "t_order", "type": "rank", "label": "先后", "choices": [
                    {"name": "1", "label": "修"}, {"name": "2", "label": "建"}]}]},
        ]},
        {"name": "z", "label": "指标", "numbered": False, "questions": [
            {"name": "grade", "type": "calculate", "label": "等次", "result": "text",
             "calculation": "if(${share} >= 60, '好', '待改进')", "needs_all": True},
            {"name": "twice", "type": "calculate", "label": "占比的两倍", "calculation": "${share} * 2"},
        ]},
    ],
})  # fmt: skip
VISIT = Survey.model_validate({
    "id": "visit", "version": "1", "title": "走访记录", "unit": "一次走访", "round": "2022", "per_unit": "many",
    "sections": [
        {"name": "v", "label": "走访", "questions": [
            {"name": "kind", "type": "select_one", "label": "去了哪里？", "choices": [
                {"name": "1", "label": "企业"}, {"name": "2", "label": "驿站"}]},
            {"name": "people", "type": "integer", "label": "见到几人？", "unit": "人"},
            {"name": "asked", "type": "integer", "label": "问到几人？", "unit": "人"},
            {"name": "points", "type": "roster", "label": "意见", "none_label": "没有意见", "questions": [
                {"name": "point", "type": "text", "label": "意见"}]},
        ]},
        {"name": "z", "label": "指标", "numbered": False, "questions": [
            {"name": "rate", "type": "calculate", "label": "问到比例", "unit": "%",
             "calculation": "percent(${asked}, ${people})"},
            {"name": "each", "type": "calculate", "label": "每人", "calculation": "${people} div ${asked}"},
        ]},
    ],
})  # fmt: skip
RATED = Survey.model_validate({
    "id": "rated", "version": "1", "title": "权重试验问卷", "unit": "单位", "round": "2022",
    "sections": [
        {"name": "a", "label": "第一部分", "questions": [
            {"name": "kind", "type": "select_one", "label": "哪一类？", "choices": [
                {"name": "1", "label": "甲"}, {"name": "2", "label": "乙"}]},
            {"name": "members", "type": "integer", "label": "会员多少人？", "unit": "人"},
            {"name": "staff", "type": "integer", "label": "职工多少人？", "unit": "人"},
            {"name": "order", "type": "rank", "label": "先后", "choices": [
                {"name": "1", "label": "修"}, {"name": "2", "label": "建"}]},
            {"name": "since", "type": "month", "label": "哪个月起？"},
            {"name": "views", "type": "matrix", "label": "评价", "cell": {"type": "select_one", "choices": [
                {"name": "1", "label": "好"}, {"name": "2", "label": "差"}]},
             "rows": [{"name": "x", "label": "横"}, {"name": "y", "label": "竖"}]},
        ]},
        {"name": "z", "label": "指标", "numbered": False, "questions": [
            {"name": "rate", "type": "calculate", "label": "入会率", "unit": "%",
             "calculation": "percent(${members}, ${staff})"}]},
    ],
})  # fmt: skip
