"""The JSON Schema of a definition, for editors: completion, hover help in Chinese, wrong keys underlined.

It describes the shape only. Whether names, expressions and codes fit together is said by `zoufang check`.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from surveys.definition import Survey
from surveys.value_types import NAME_PATTERN

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PORTABLE_NAME = r"^[^\s\x00-\x40\x5B-\x5E\x60\x7B-\x7F][^\s\x00-\x2C\x2E\x2F\x3A-\x40\x5B-\x5E\x60\x7B-\x7F]*$"
"""`NAME_PATTERN` for editors written in JavaScript, whose `\\w` knows no Chinese."""

_MODELS = {
    "Survey": "问卷定义",
    "Section": "部分（维度）",
    "Choice": "选项",
    "Check": "检查：check 不成立时提示 message",
    "Flag": "问题标记：when 成立时进入问题清单待核实",
    "Row": "表格的一行",
    "Column": "表格的一列",
}

_TYPES = {
    "select_one": "单选",
    "select_multiple": "多选",
    "integer": "整数",
    "decimal": "小数",
    "money": "金额（万元）",
    "percent": "百分比",
    "text": "文字",
    "date": "日期",
    "month": "年月",
    "time": "时间",
    "rating": "评价",
    "rank": "排序",
    "attachment": "附件",
    "matrix": "表格：行，或行×列",
    "roster": "名册：逐项登记，每项填相同的栏目",
    "calculate": "自动计算的指标，不编题号",
    "note": "只读的说明，不编题号",
}

_KEYS = {
    "Survey.id": "问卷代号，各版本不变，如 county_union",
    "Survey.version": "版本，改题目、选项或规则后要改",
    "Survey.title": "问卷名称",
    "Survey.unit": "一份答卷说的是什么单位，如 县级工会",
    "Survey.choices": "共用的选项表：名称 → 选项，题目里写名称即可",
    "Survey.statuses": "各题默认可以填的缺失原因",
    "Choice.name": "选项编号，如 \"1\"，要加引号",
    "Section.name": "部分的名称（代号）",
    "Section.relevant": "显示条件：不成立时整个部分跳过",
    "Section.questions": "这部分的题目，按次序",
    "Roster.questions": "每一项要填的栏目",
    "Row.cell": "这一行的格子填什么（不写则同 cell）",
    "per_unit": "每个单位一轮填几份：one 一份，many 多份（如走访记录）",
    "languages": "语言代号 → 语言名称，第一种是原文",
    "round": "默认轮次，如 \"2022\"",
    "notice": "出处说明，显示在“关于”和题目表里",
    "parameters": "可以改的界限，规则里用 param('名称') 读取",
    "evidence": "佐证方式，如 口头、台账",
    "reasons": "重开和修改定稿答案时可选的原因，如 录入错误",
    "sections": "各部分（维度），按次序",
    "name": "名称（代号），规则里用 ${名称} 引用",
    "was": "上一版的名称；迁移时答案跟着改名",
    "label": "题目或名称，填写人看到的文字",
    "hint": "填写说明",
    "required": "必填：不填不能定稿",
    "relevant": "显示条件：成立时才问，只能用前面的题目",
    "constraint": "硬检查：不成立不能定稿，. 代表本题答案",
    "constraint_message": "constraint 不成立时的提示",
    "constraints": "多条硬检查，不成立不能定稿",
    "warnings": "软检查，不成立须写说明",
    "flags": "问题标记，成立时进入问题清单待核实",
    "statuses": "可以填的缺失原因：dont_know 不掌握，refused 拒答，not_applicable 不适用",
    "quoted": "题目照录的原文件名；不是照录的不写",
    "source": "出处或依据，印在题目表里",
    "default": "开始时就填好的答案",
    "prefill": "由任务分派或当时情况带入的答案",
    "read_only": "只显示，不能改",
    "sensitive": "保密：填好以后屏幕上不再显示，按键才看得到",
    "type": "题型",
    "choices": "选项，或共用选项表的名称",
    "choice_filter": "选项筛选：对每个选项成立才列出，如 city = ${city}",
    "min_selected": "至少选几项",
    "max_selected": "最多选几项",
    "max_ranked": "排出前几项；不写则全部排",
    "specify": "选它时要注明（其他，请注明）",
    "exclusive": "排他：不能和其他选项同选",
    "filter": "供 choice_filter 读取的属性，如 {city: hrb}",
    "min": "最小值（日期、年月、时间为最早）",
    "max": "最大值（日期、年月、时间为最晚）",
    "unit": "单位，如 人、万元、%",
    "decimals": "最多几位小数",
    "likely_max": "超过时提示：可能把元填成了万元",
    "min_length": "最少几个字",
    "max_length": "最多几个字",
    "multiline": "可以换行",
    "extensions": "可以登记的文件类型",
    "cell": "格子里填什么：题型和范围",
    "rows": "各行",
    "columns": "各列；不写则只有一列",
    "item_label": "列表里怎样称呼一项，如 ${v_name}",
    "min_items": "至少登记几项",
    "max_items": "最多登记几项",
    "none_label": "“暂无”的说法；写了才能填暂无",
    "calculation": "计算式",
    "result": "结果是 number 数字还是 text 文字",
    "needs_all": "用到的答案齐了才算",
    "check": "应当成立的条件",
    "message": "提示的话",
    "when": "标记的条件",
    "category": "问题类别的编号；by_row 表示每行一条",
    "level": "red 红，yellow 黄",
    "numbered": "是否编题号；封面和指标写 false",
}  # fmt: skip
"""Key, or `Model.key` where a model means something of its own by it → what the hover says."""

_CHOICE_FILE = {
    "type": "object",
    "description": "从问卷定义旁边的CSV文件读选项",
    "additionalProperties": False,
    "required": ["csv", "name", "label"],
    "properties": {
        "csv": {"type": "string", "description": "文件名，UTF-8编码"},
        "name": {"type": "string", "description": "编号所在的列"},
        "label": {"type": "string", "description": "名称所在的列"},
        "filter": {"type": "array", "items": {"type": "string"}, "description": "供 choice_filter 读取的列"},
    },
}
"""What `choice_files` takes in the place of a list of choices, before the models see it."""


def editor_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a definition file."""
    _, schema = models_json_schema([(Survey, "validation")])
    definitions = {name: _told(name, model) for name, model in schema["$defs"].items()}
    survey = definitions.pop("Survey")
    lists = survey["properties"]["choices"]
    lists["additionalProperties"] = {"anyOf": [lists["additionalProperties"], _CHOICE_FILE]}
    return {"$schema": DIALECT, **survey, "$defs": definitions}


def schema_text() -> str:
    """The schema as `zoufang schema` prints it."""
    return json.dumps(editor_schema(), ensure_ascii=False, indent=2)


def _told(name: str, model: dict[str, Any]) -> dict[str, Any]:
    """A model's schema with Chinese help at the model and at its keys."""
    properties = {key: _plain(value) for key, value in model["properties"].items()}
    type_name = properties.get("type", {}).get("const", "")
    told: dict[str, Any] = {"description": _MODELS.get(name) or _TYPES[type_name]}
    for key, value in properties.items():
        value["description"] = _KEYS.get(f"{name}.{key}") or _KEYS[key]
    if "constraint" in properties:
        told["dependentRequired"] = {"constraint": ["constraint_message"]}
    return {
        **_plain({key: value for key, value in model.items() if key != "properties"}),
        **told,
        "properties": properties,
    }


def _plain(schema: Any) -> Any:
    """Without what pydantic adds for programs: English titles, OpenAPI's discriminator, Python's own patterns."""
    if isinstance(schema, list):
        return [_plain(entry) for entry in schema]
    if not isinstance(schema, dict):
        return _PORTABLE_NAME if schema == NAME_PATTERN else schema
    plain = {key: _plain(value) for key, value in schema.items() if key not in ("title", "discriminator")}
    if "patternProperties" in plain:
        plain["additionalProperties"] = False
    return plain
