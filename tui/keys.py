"""Every command of the app, once: bindings, key line, palette and help are all made from this table.

A command belongs to places. A place is a room (`home`, `interview`, …) or an editor in the interview
room (`interview.grid`). Commands without an action are what an editor does with a key by itself; they
are listed so that the key line and the help can say so. Letters are never keys: they belong to the IME.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Command:
    """One thing a person can do with a key."""

    id: str
    keys: str
    """Textual's names, comma-separated; the first is the one that is shown."""
    label: str
    """Two to four characters, for the key line."""
    tooltip: str
    """A sentence, for help and palette."""
    places: tuple[str, ...]
    action: str = ""
    """Name of the screen's `action_…`; "" when the focused widget itself answers to the key."""
    line: bool = True
    """Shown in the key line; False for what everybody tries anyway or what the line has no room for."""
    priority: bool = True
    """Comes before the focused widget; False where an editor needs the key first."""


_KEY_NAMES = {
    "enter": "Enter", "escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "slash": "/", "delete": "Delete",
    "space": "空格", "digits": "数字", "arrows": "方向键", "tab": "Tab", "plus": "+", "insert": "Insert",
    "up": "↑", "down": "↓",
}  # fmt: skip

ROOMS = {
    "home": "首页",
    "interview": "填写",
    "review": "检查",
    "settings": "设置",
    "about": "关于",
    "figures": "指标",
    "second_review": "检查第二遍",
    "comparison": "双录对照",
    "newer": "新版问卷",
    "reference": "清单",
    "entry": "清单条目",
    "office": "汇总",
    "inbox": "收件夹",
    "conflicts": "冲突",
    "duplicates": "重复",
    "combining": "逐题合并",
    "corrections": "更正",
    "rejected": "未并入",
    "laptops": "电脑",
    "coverage": "覆盖",
    "rounds": "轮次对照",
    "explorer": "统计表",
    "quality": "质量检查",
    "cases": "登记簿",
    "case": "一件",
    "case_form": "填表",
    "similar": "相似",
    "register_figures": "统计",
    "help": "帮助",
    "dialog": "对话框",
}

_DOUBLE = ("second_review", "comparison")
_OFFICE = (
    "office", "inbox", "conflicts", "duplicates", "combining", "corrections", "rejected", "laptops", "coverage", "rounds",
    "explorer", "quality",
)  # fmt: skip
_REGISTER = ("cases", "case", "case_form", "similar", "register_figures")
_INSIDE = (
    "interview", "review", *_DOUBLE, "settings", "about", "figures", "newer", "reference", "entry", *_OFFICE, *_REGISTER,
)  # fmt: skip
_EVERYWHERE = ("home", *_INSIDE)
_EDITORS = ("interview.choice", "interview.choices", "interview.value", "interview.text", "interview.grid")

COMMANDS = (
    # ── what the editors do with keys themselves ──
    Command(
        "choose",
        "digits",
        "选择",
        "按选项的编号选择；两位编号等第二个数字或 Enter",
        ("interview.choice", "case_form.choice"),
    ),
    Command(
        "toggle", "digits", "勾选", "按选项的编号勾选或取消，Enter 下一题", ("interview.choices", "case_form.choices")
    ),
    Command("accept", "enter", "下一题", "保存这一题，到下一题", (*_EDITORS[:4], "interview.note")),
    Command("newline", "ctrl+j", "换行", "在文字里换行", ("interview.text", "case_form.text")),
    Command("cell", "enter,tab", "下一格", "保存这一格，到下一格；最后一格之后到下一题", ("interview.grid",)),
    Command("cells", "arrows", "换格", "保存这一格，到上、下、左、右的格子", ("interview.grid",)),
    Command("row", "enter", "登记", "登记一项，或打开所在的一项", ("interview.roster",)),
    Command("drop", "delete", "删除", "删除所在的一项（会先问一次）", ("interview.roster",)),
    # ── interview ──
    Command("next", "pagedown", "下一题", "到下一题", ("interview",), "next", line=False),
    Command("previous", "pageup", "上一题", "到上一题", ("interview",), "previous"),
    Command("remark", "f2", "备注", "给这一题写备注", ("interview",), "remark"),
    Command("doubt", "f3", "待核实", "标记或取消待核实", ("interview",), "doubt"),
    Command(
        "problems", "f4", "问题", "问题登记：本单位的，这一题的在前；在那里再按一次就记一件", ("interview",), "problems"
    ),
    Command("evidence", "f5", "依据", "这一题的答案依据什么：口头、台账……", ("interview",), "evidence"),
    Command("reference", "f6", "清单", "参考清单：这一题的条目在前，输入即可查找", ("interview",), "reference"),
    Command("status", "f7", "不掌握", "没有答案的原因：不掌握、拒答、不适用（按题目允许）", ("interview",), "status"),
    Command("note", "f8", "说明", "说明答案为什么属实，通过核对提示", ("interview",), "note"),
    Command("review", "f9", "检查", "列出没答的、有错的、要说明的，并可定稿", ("interview",), "review"),
    Command(
        "unanswered", "ctrl+n", "未答", "到后面第一道没答或没答完的题；到底以后从头找", ("interview",), "unanswered"
    ),
    Command("wrong", "ctrl+r", "有错", "到后面第一道有错或要说明的题；到底以后从头找", ("interview",), "wrong"),
    Command("find", "ctrl+f,ctrl+g", "找题", "按题号、文字或拼音首字母找题", ("interview", "explorer"), "find"),
    Command(
        "slash", "slash", "找题", "同 Ctrl+F（光标不在文字框时）", ("interview",), "find", line=False, priority=False
    ),
    Command("undo", "ctrl+z", "撤销", "撤销正在输入的内容，或撤销上一个答案", ("interview",), "undo"),
    Command("respondent", "ctrl+t", "答复人", "谁在答复：以后的答案都记为他的，直到换人", ("interview",), "respondent"),
    Command(
        "reveal",
        "f12",
        "显示",
        "显示保密的答案，离开这一题又遮住",
        ("interview", "comparison", "conflicts", "combining", "case", "case_form"),
        "reveal",
    ),
    Command(
        "reopen",
        "f10",
        "重开",
        "重开已定稿或作废的问卷；重开和以后的修改都要写原因",
        ("interview", "review", "comparison"),
        "reopen",
    ),
    Command("language", "ctrl+l", "语言", "换一种语言显示问卷；答案不变", ("interview", "settings"), "language"),
    Command("hand_over", "ctrl+o", "换人", "换一个人接着录入这份问卷", ("interview",), "hand_over", line=False),
    # ── review ──
    Command("jump", "enter", "到该题", "到所在行的题目", ("review", "second_review")),
    Command(
        "whole",
        "f7",
        "全部题目",
        "在待处理的和全部题目（答案、备注、依据）之间切换",
        ("review", "second_review"),
        "whole",
    ),
    Command("figures", "f8", "指标", "自动计算的指标，和待核实的问题线索", ("review", "second_review"), "figures"),
    Command("complete", "f10", "定稿", "全部处理完后定稿", ("review",), "complete"),
    Command("void", "f12", "作废", "这份问卷开错了：作废，要写原因；内容留存，不会删除", ("review",), "void"),
    # ── double entry ──
    Command("compare", "f10", "对照", "把两遍并排对照，逐处裁定；从这里起看得到第一遍", ("second_review",), "compare"),
    Command(
        "take_first",
        "1,１",
        "取甲",
        "以甲的为准（双录时甲是第一遍）",
        ("comparison", "conflicts", "combining"),
        "take_first",
    ),
    Command(
        "take_second",
        "2,２",
        "取乙",
        "以乙的为准（双录时乙是第二遍）",
        ("comparison", "conflicts", "combining"),
        "take_second",
    ),
    Command("take_other", "3,３", "另填", "都不对，另填一个答案", ("comparison", "conflicts"), "take_other"),
    Command(
        "onward",
        "enter",
        "下一处",
        "到后面第一处没有裁定的；到底以后从头找",
        ("comparison", "conflicts", "combining", "corrections"),
        "onward",
    ),
    # ── the office ──
    Command("desk", "enter", "打开", "打开所在的一项；也可以按它的编号", ("office",), "desk"),
    Command(
        "write_summary",
        "f4",
        "写汇总",
        "写全省的汇总工作簿，或者 Word 报告（要先装 zoufang[report]）",
        ("office",),
        "write_summary",
    ),
    Command("take_third", "4,４", "取丙", "以丙的为准", ("conflicts",), "take_third"),
    Command("take_fourth", "5,５", "取丁", "以丁的为准", ("conflicts",), "take_fourth"),
    Command(
        "rule",
        "f7",
        "按规则",
        "一次裁定许多处：较新的、按组的先后、以本机为准；先看有多少处再定",
        ("conflicts",),
        "rule",
    ),
    Command("merge", "f10", "并入", "把收件夹里的工作簿逐个并入；每并完一个就作数", ("inbox",), "merge"),
    Command("stop", "f9", "停下", "并完手上这一个就停；再并入一次就接着做", ("inbox",), "stop"),
    Command("folder", "f4", "换文件夹", "收件夹换到另一个文件夹，例如U盘上的", ("inbox",), "folder"),
    Command("passwords", "f7", "密码", "设了打开密码的工作簿：写密码，只记到离开这一屏", ("inbox",), "passwords"),
    Command("receipts", "f6", "写回执", "给刚才送交的每台电脑写一本回执，放进“回执”文件夹", ("inbox",), "receipts"),
    Command("refresh", "f5", "刷新", "重新看收件夹里有什么", ("inbox",), "refresh"),
    Command(
        "unverified",
        "f8",
        "也收未认可",
        "没有签名的、电脑未认可的工作簿也收，永远注明；再按一次不收",
        ("inbox",),
        "unverified",
    ),
    Command(
        "accept_edit",
        "1,１",
        "采用",
        "采用这处手工改动，要写原因；经过和录入同样的检查",
        ("corrections",),
        "accept_edit",
    ),
    Command("leave_edit", "2,２", "不采用", "不采用这处手工改动，要写原因", ("corrections",), "leave_edit"),
    Command("many_edits", "f7", "一起", "这本工作簿或这一题的改动一起采用或不采用", ("corrections",), "many_edits"),
    Command("copy_reason", "f4", "复制", "复制没有并入的原因，好发给送交的人", ("rejected",), "copy_reason"),
    Command("approve", "f10", "认可", "打入对方在电话里念的12位指纹，对上了就认可这台电脑", ("laptops",), "approve"),
    Command(
        "approve_ahead", "f7", "预先认可", "工作簿还没有交来的电脑：打入指纹预先认可", ("laptops",), "approve_ahead"
    ),
    Command("withdraw", "f9", "撤销", "不再收这台电脑的工作簿；收过的不变", ("laptops",), "withdraw"),
    Command("settle", "enter", "决定", "只留一份、都保留，或逐题合并成一份", ("duplicates",), "settle"),
    Command("take_both", "3,３", "都要", "登记题：两份登记的都要", ("combining",), "take_both"),
    Command("combine", "f10", "合并", "按所选的合并成一份，另一份作废；内容都留着", ("combining",), "combine"),
    Command("places", "arrows", "换格", "到上、下、左、右的格子，看那里的数字和名字", ("coverage", "explorer")),
    Command(
        "figure", "f7", "换数字", "格子里换一种数字：完成和应查、未开始、草稿、有冲突或重复", ("coverage",), "figure"
    ),
    Command(
        "chase", "f4", "催办名单", "把所在格子里没有交齐的单位按组列成文字：复制，并存成文件", ("coverage",), "chase"
    ),
    Command("write_rounds", "f4", "写成表", "把每个单位每一格的两轮答案写成 CSV", ("rounds",), "write_rounds"),
    Command("other_round", "f7", "换轮次", "和另一个以前的轮次对照", ("rounds",), "other_round"),
    Command("breakdown", "f3", "分组", "按市、县区类别、调查组，或按另一题的答案分组", ("explorer",), "breakdown"),
    Command("write_table", "f4", "导出", "把这张表写成工作簿（带图）和 CSV", ("explorer",), "write_table"),
    Command("next_part", "f5", "换栏目", "登记题：看下一个栏目的表", ("explorer",), "next_part"),
    Command("chart", "f7", "换图", "图里比较所在组的各项，或所在一项的各组", ("explorer",), "chart"),
    Command("drafts", "f8", "含草稿", "草稿的答案也算，或只算已完成的答卷", ("explorer", "quality"), "drafts"),
    Command("next_question", "pagedown", "下一题", "看下一题", ("explorer",), "next_question", line=False),
    Command("previous_question", "pageup", "上一题", "看上一题", ("explorer",), "previous_question", line=False),
    Command("go_there", "enter", "到该题", "打开所在一处的答卷，到那一题", ("quality",), "go_there"),
    Command("write_findings", "f4", "写成表", "把全部发现写成 CSV，一处一行", ("quality",), "write_findings"),
    Command("quality_view", "f7", "换检查", "只看须处理和要核实的、某一项检查的，或全部", ("quality",), "quality_view"),
    # ── home ──
    Command("open", "enter", "打开", "开始或继续所在单位的问卷", ("home",), "open"),
    Command("filter", "digits", "查找单位", "直接输入代码、名称或拼音", ("home",), line=False),
    Command(
        "survey", "f2", "换问卷", "换到下一种问卷", ("home", "coverage", "rounds", "explorer", "quality"), "survey"
    ),
    Command("member", "f3", "换人", "换一个人录入：按编号选用过这台电脑的人，或写新名字", ("home",), "member"),
    Command("export", "f4", "导出", "把本组填过的每种问卷各导出成一个工作簿", ("home",), "export"),
    Command("order", "f5", "排序", "换一种排法：名册顺序、进度少的在前、最近保存、名称拼音", ("home",), "order"),
    Command("settings", "f6", "设置", "组别、设备名、录入人、颜色、符号、自动前进、语言", ("home",), "settings"),
    Command("narrow", "f7", "筛选", "只列出：未开始、草稿、完成、有错或冲突的单位", ("home",), "narrow"),
    Command("about", "f8", "关于", "版本、数据位置、问卷来源", ("home",), "about"),
    Command("double", "f9", "双录", "由另一个人把所在的答卷再录一遍，录时看不到第一遍；录完对照", ("home",), "double"),
    Command("lists", "f10", "清单", "参考清单：制度机制清单和工作任务清单，输入即可查找", ("home",), "lists"),
    Command("office", "f12", "汇总", "省总办公室的各项工作；调研组看本组的统计和质量检查", ("home",), "office"),
    Command("round", "ctrl+y", "轮次", "看另一轮的答卷；以前轮次的只能看，不能改", ("home",), "round"),
    Command("register", "ctrl+b", "问题", "问题登记簿：登记、答复、回访、销号", ("home",), "register"),
    # ── the register of problems ──
    Command("seek", "digits", "查找", "直接输入编号、文字、单位或类别（拼音首字母也行）", ("cases",), line=False),
    Command("case", "enter", "打开", "看所在的一件，办下一步", ("cases",), "case"),
    Command("raise", "f4", "记一件", "登记一件新的", ("cases",), "raise"),
    Command("kind", "f2", "换清单", "换到问题件、合并清单项、措施、经验清单、微心愿", ("cases",), "kind"),
    Command("case_order", "f5", "排序", "换一种排法：期限近的在前、编号、单位、类别", ("cases",), "order"),
    Command("case_view", "f7", "筛选", "只列出：在办的、待核实的、逾期的、临期的、我办的……", ("cases",), "view"),
    Command(
        "case_figures", "f8", "统计", "件数、办结率、按时办结率、回访率、满意率，反映比较多的", ("cases",), "figures"
    ),
    Command("similar", "f9", "相似", "说的可能是同一件事的问题，由人归到合并清单项", ("cases",), "similar"),
    Command("group", "enter", "归并", "勾选说的是同一件事的，归到一项", ("similar",), "group"),
    Command("deed", "digits", "办理", "按编号办下一步", ("case",)),
    Command("case_remark", "f2", "备注", "在这一件的历史里写一句备注", ("case",), "remark"),
    Command("tried", "f7", "联系", "记一次联系提出人：什么时候、怎么联系的", ("case",), "tried"),
    Command("amend", "f8", "修改", "补充或修改这一件的内容，不改状态", ("case",), "amend"),
    Command("item", "enter", "下一项", "保存这一项，到下一项；最后一项之后办理", ("case_form",)),
    Command("next_field", "pagedown", "下一项", "到下一项", ("case_form",), "next", line=False),
    Command("previous_field", "pageup", "上一项", "到上一项", ("case_form",), "previous"),
    Command("pick", "f6", "选取", "从参考清单或登记簿里选", ("case_form",), "pick"),
    Command("discard", "ctrl+z", "丢掉", "丢掉这张表里没有保存的输入", ("case_form",), "discard"),
    Command("cite", "f10", "引用", "把所在的条目写作答复的依据", ("reference", "entry"), "cite"),
    # ── reference lists ──
    Command("look_up", "digits", "查找", "直接输入词语、拼音首字母、题号或编码", ("reference",), line=False),
    Command("entry", "enter", "查看", "看所在条目的全文、来源和能否当场答复", ("reference",), "entry"),
    # ── a newer version ──
    Command(
        "keep_version", "enter", "先用旧版继续", "这份问卷仍用开始时的版本填，下次打开再问", ("newer",), "keep_version"
    ),
    Command("migrate", "f10", "换用新版", "按所列的变化换用新版；原来的答案都留在历史里", ("newer",), "migrate"),
    # ── settings and dialogs ──
    Command("save", "f10", "保存", "保存并返回", ("settings", "case_form"), "save"),
    Command("advance", "f7", "自动前进", "选好一项就自动到下一题，或等按了 Enter 再走", ("settings",), "advance"),
    Command("colours", "f5", "颜色", "换一种颜色：深色、浅色、高对比", ("settings",), "colours"),
    Command("marks", "f8", "符号", "边框和符号用图形，或只用键盘上有的字符", ("settings",), "marks"),
    Command("field", "enter,tab", "下一项", "到下一项；最后一项之后保存", ("settings",)),
    Command("confirm", "enter", "确定", "确定", ("dialog",)),
    Command("forget", "delete", "移走", "把所在的名字移出名单；答案上的名字不变", ("dialog.members",)),
    Command("cancel", "escape", "取消", "不作改变，返回", ("dialog",), "cancel"),
    # ── everywhere ──
    Command("help", "f1", "帮助", "这一屏的全部按键", _EVERYWHERE, "help"),
    Command("palette", "ctrl+p", "命令", "按名称找命令并执行", _EVERYWHERE, "palette", line=False),
    Command(
        "back",
        "escape",
        "返回",
        "回到上一屏；答案都已保存",
        (*_INSIDE, "help"),
        "back",
    ),
    Command("quit", "ctrl+q", "退出", "退出程序；答案都已保存", _EVERYWHERE, "quit_app", line=False),
    Command("leave", "escape", "退出", "清空查找；没有查找时退出程序", ("home",), "leave"),
)


def commands_of(room: str, editor: str = "") -> Iterator[Command]:
    """The commands of a room, those of the editor in it first."""
    place = f"{room}.{editor}" if editor else ""
    yield from (command for command in COMMANDS if place in command.places)
    yield from (command for command in COMMANDS if room in command.places)


def bindings_of(room: str) -> list[BindingType]:
    """What Textual has to know about a room's keys."""
    return [
        Binding(command.keys, command.action, command.label, show=False, priority=command.priority, id=command.id)
        for command in commands_of(room)
        if command.action
    ]


def key_name(command: Command) -> str:
    """The command's first key as it is printed on a keyboard."""
    key = command.keys.split(",")[0]
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    return "+".join(part.upper() if len(part) == 1 else part.capitalize() for part in key.split("+"))
