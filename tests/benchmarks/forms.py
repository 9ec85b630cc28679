"""Forms of any length, for measuring how work grows with the form."""

from __future__ import annotations

from surveys.definition import Survey


def long_survey(questions: int) -> Survey:
    """A survey of `questions` choices, each shown if the one before is answered, each with a check and a flag."""
    entries: list[dict[str, object]] = []
    for number in range(questions):
        name, before = f"q{number}", f"q{number - 1}"
        entry: dict[str, object] = {
            "name": name,
            "type": "select_one",
            "label": f"第{number + 1}个问题怎样？",
            "required": True,
            "choices": [{"name": code, "label": f"选项{code}"} for code in "123"],
            "flags": [{"when": f"${{{name}}} = '3'", "category": "101", "level": "red", "message": "请核实"}],
        }
        if number:
            entry["relevant"] = f"${{{before}}} != ''"
            entry["warnings"] = [{"check": f"${{{name}}} != '2' or ${{{before}}} != '2'", "message": "连续两次"}]
        entries.append(entry)
    sections = [
        {"name": f"s{start}", "label": f"第{start // 50 + 1}部分", "questions": entries[start : start + 50]}
        for start in range(0, questions, 50)
    ]
    return Survey.model_validate(
        {"id": "long", "version": "1", "title": "长问卷", "unit": "单位", "round": "1", "sections": sections}
    )
