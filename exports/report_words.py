"""The sentences of a report: counts in words. What they mean is for the office to say."""

from __future__ import annotations

from exports.blocks import Style
from exports.coverage import Coverage, CoverageLine, Progress
from exports.exploring import in_words
from exports.problems import Profile
from exports.summary_front import Heading
from exports.summary_texts import Text, Texts
from exports.times import in_words as time_in_words

QUOTED = 5
"""Texts of one place that are quoted; the others are in the summary."""
_LONGEST = 300
"""Characters of a quote."""
_DIGITS = "一二三四五六七八九"


def ordinal(number: int) -> str:
    """一, 二, … 十一, … 九十九: chapters are numbered so."""
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones - 1] if ones else "")


def front_lines(heading: Heading) -> list[str]:
    """What stands under the title."""
    last = time_in_words(heading.last_event) if heading.last_event else "还没有记录"
    lines = [f"轮次：{heading.round}" if heading.round else "", f"数据截至：{last}"]
    lines.append(f"标“加权”的数字按文件“{heading.weights}”里的权重计算" if heading.weights else "")
    return [line for line in lines if line]


def coverage_sentences(coverage: Coverage) -> list[str]:
    """How far the field work is."""
    whole = coverage.whole
    if coverage.many:
        told = [
            f"全省{len(whole.units)}个单位中，{whole.reached}个有记录，占{rate(whole.reach)}；"
            f"完成的记录{whole.records}份，草稿{whole.drafts}份。"
        ]
    else:
        states = "，".join(f"{state}{whole.count(state)}个" for state in (Progress.DRAFT, Progress.NOT_STARTED))
        told = [
            f"应调查{len(whole.units)}个单位，已完成{whole.count(Progress.COMPLETE)}个，完成率{rate(whole.rate)}；{states}。"
        ]
    if whole.conflicts:
        told.append(f"{whole.conflicts}个单位有答案待裁定，这些答案不计入统计。")
    if whole.duplicates:
        told.append(f"{whole.duplicates}个单位有几份答卷，按最先开始的那份已完成答卷统计。")
    if coverage.strays:
        told.append(f"{len(coverage.strays)}份的单位不在名录里，不计入统计。")
    return told


def state_words(line: CoverageLine, many: bool) -> list[str]:
    """The cells of one line of the table of coverage."""
    if many:
        counts = (len(line.units), line.reached, line.records, line.drafts)
        return [line.label, *map(str, counts), rate(line.reach)]
    states = (line.count(state) for state in (Progress.COMPLETE, Progress.DRAFT, Progress.NOT_STARTED))
    return [line.label, str(len(line.units)), *map(str, states), rate(line.rate)]


STATES = ("单位数", "完成", "草稿", "未开始", "完成率")
RECORDS = ("单位数", "有记录", "完成的记录", "草稿", "有记录的占比")
"""What `state_words` gives after the name; of a survey with many records per unit."""


def rate(share: object) -> str:
    """A fraction of one in words."""
    return in_words(share, Style.SHARE) or "–"  # type: ignore[arg-type]  # a fraction or None


def quoted(text: Text) -> str:
    """One text, word for word, and who wrote it."""
    words = " ".join(text.text.split())
    words = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}……"
    units = list(dict.fromkeys(f"{city}{county}" for city, county in text.units))
    who = units[0] if len(units) == 1 else f"{units[0]}等{len(units)}个单位"
    return f"“{words}”（{who}）"


def texts_sentence(texts: Texts) -> str:
    """What the quotes after it are."""
    of = f"“{texts.cell.label}”一栏" if texts.cell.label != texts.item.label else ""
    what = f"选“{texts.specify}”时注明的文字" if texts.specify else "文字答案"
    times = sum(len(text.units) for text in texts.texts)
    rest = f"，按出现次数和名录顺序列前{QUOTED}种，其余见汇总工作簿" if len(texts.texts) > QUOTED else ""
    return f"{of}{what}共{times}条，{len(texts.texts)}种{rest}："


def profile_sentence(found: Profile) -> str:
    """How many candidate problems there are."""
    flags = [flag for category in found.categories for flag in category.flags]
    count = sum(len(flag.units) for flag in flags)
    red = sum(flag.red for flag in flags)
    return (
        f"统计的{found.counted}个单位中，由答案按问卷的规则推出问题线索{count}条，其中红色{red}条，"
        f"分属{len(found.categories)}类。线索核实以后才算问题。"
    )
