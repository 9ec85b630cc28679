"""`zoufang export --format …`: the same interviews in the forms that other programs read, each with a word on itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exports.csv_files import write_csv
from exports.dataset import Dataset
from exports.files import ExportError, replace_folder
from exports.json_lines import write_json_lines
from exports.spss_files import write_spss
from exports.spss_variables import STATUS_LABELS
from exports.workbook import NOTHING, safe_name, short_title
from surveys.store import Store

FORMATS = {"csv": "CSV", "sav": "SPSS", "json": "JSON"}
"""What --format takes besides xlsx → what it is called in the folder's name."""

_FILES = {
    "csv": (
        "答卷_宽.csv：一行一份答卷，一列一格，内容与工作簿“编码”表相同；有“__status”的列说明旁边为什么没有值。",
        "答卷_长.csv：一行一格，带备注、待核实、佐证。",
        "名册_….csv：一行一项，用 interview 和 row 与答卷对应。",
        "编码表.csv：每道题、每一格、每个选项的编码和文字。",
        "编码：UTF-8（带 BOM），RFC 4180。以 = + - @ 或 ' 开头的文字前面加了一个 '，去掉一个就是原文。",
    ),
    "sav": (
        "答卷.sav：一行一份答卷；名册_….sav：一行一项，用 interview 与答卷对应。",
        "变量表.csv：变量名、对应的格子和完整的标签（SPSS 里过长的标签截短了）。",
        "多选题每个选项一个变量（0 未选，1 选中）；排序题每个选项一个变量（名次，0 没有排上）。",
        "不掌握、拒答等是用户缺失值，见各变量的值标签；没有问到或还没有答的是系统缺失。",
    ),
    "json": (
        "答卷.jsonl：一行一份答卷（JSON Lines，UTF-8）。",
        "答卷.schema.json：每一行的结构（JSON Schema），也是编码表。",
    ),
}
_LEFT_OUT = (
    "已去除个人信息：保密题目的答案 {} 处（标为 withheld）和这些题目的备注、填报人和答复人姓名、电脑名；"
    "文字里的电话、证件和银行卡号码改为“［号码已略去］”。文字里的人名程序认不出来，公开以前请通读。"
)
_COMPLETE = "内容完整，含保密题目的答案和姓名，请按保密要求保管。"


@dataclass(frozen=True)
class DataExport:
    """A folder of data files that was written (or was there already)."""

    folder: Path
    interviews: int
    privacy: str
    """What of personal data is in it, in a sentence; the same stands in 说明.txt."""
    written: bool


def export_data(
    store: Store, folder: Path, file_format: str, *, with_sensitive: bool = False, history: bool = False
) -> list[DataExport]:
    """Write a folder for every installed survey that has interviews, the main one's first.

    Args:
        store: A team's store, or the office's.
        folder: Made if it is not there.
        file_format: csv, sav or json.
        with_sensitive: Names and sensitive answers too.
        history: Every change, where the format has a place for it (json).

    Raises:
        ExportError: There is nothing to export, or a folder could not be written; those before it are.
    """
    ids = [heading.id for heading in store.surveys() if store.interviews(survey_id=heading.id)]
    if not ids:
        raise ExportError(NOTHING)
    return [_export(Dataset(store, ident, with_sensitive), folder, file_format, history) for ident in ids]


def _export(dataset: Dataset, parent: Path, file_format: str, history: bool) -> DataExport:
    writers: dict[str, Callable[[Path], None]] = {
        "csv": lambda folder: write_csv(dataset, folder),
        "sav": lambda folder: write_spss(dataset, folder),
        "json": lambda folder: write_json_lines(dataset, folder, history),
    }

    def write(folder: Path) -> None:
        writers[file_format](folder)
        lines = [_heading(dataset), "", *_FILES[file_format], "", _statuses(), "", _privacy(dataset)]
        (folder / "说明.txt").write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig", newline="")

    title = short_title(dataset.form.survey.title)
    name = f"{title}_{safe_name(dataset.team)}_{dataset.made:%Y%m%d-%H%M}_{FORMATS[file_format]}"
    target, written = replace_folder(parent, name, write)
    return DataExport(target, dataset.interviews, _privacy(dataset), written)


def _heading(dataset: Dataset) -> str:
    survey = dataset.form.survey
    of_round = f"，轮次 {survey.round}" if survey.round else ""
    return f"{survey.title}（{survey.id} {survey.version}{of_round}），{dataset.team}，答卷 {dataset.interviews} 份，不含作废的。"


def _statuses() -> str:
    return f"没有值的原因：{'，'.join(f'{status} {label}' for status, label in STATUS_LABELS.items())}。都不是 0。"


def _privacy(dataset: Dataset) -> str:
    return _COMPLETE if dataset.with_sensitive else _LEFT_OUT.format(dataset.withheld)
