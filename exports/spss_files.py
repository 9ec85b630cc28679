"""SPSS system files (.sav) through pyreadstat: the interviews, and a file per roster joined to them by `interview`.

pyreadstat wants a whole data frame, so this is the one format that is held in memory: 8 bytes per number.
It cuts long labels without a word; here they are shortened knowingly, and `变量表.csv` has them whole.
"""

from __future__ import annotations

import importlib
from array import array
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from exports.code_rows import KEYS, keys_of, roster_count
from exports.columns import Column, status_of
from exports.csv_files import CsvTable
from exports.dataset import Dataset, cells_of
from exports.files import ExportError
from exports.roster_sheets import sheet_name
from exports.sights import Sight
from exports.spss_variables import Names, Value, Variable, fitting, fitting_label, fitting_value_label, variables
from surveys.answers import choices_of
from surveys.form import Item, roster_cell, specify_cell

INTERVIEWS = "答卷.sav"
_KEY_LABELS = (
    "答卷编号",
    "单位代码",
    "轮次",
    "状态（complete 完成，draft 草稿）",
    "组号（0 是省总办公室）",
    "市（地）",
    "县（市、区）",
)
_ROW_LABELS = (("row", "项目编号"), ("position", "第几项"))
_DATE_AT = 92
"""Offset of the creation date (9 bytes) and time (8 bytes) in the header of a .sav file (PSPP, "System File Format")."""
_MISSING = "写 SPSS 文件要用 {}，本机没有装。请先运行 pip install 'zoufang[spss]'；也可以改用 --format csv。"


def write_spss(dataset: Dataset, folder: Path) -> None:
    """Write all files into a folder. Raises ExportError if pyreadstat is not installed."""
    pyreadstat, polars = _library("pyreadstat"), _library("polars")
    wide = _Frame([*_keys(), *_wide_variables(dataset)])
    rosters = [(column.item, _roster_frame(dataset, column.item)) for column in dataset.columns if column.roster]
    counts = {column.address: column for column in dataset.columns if column.roster}
    for sight in dataset.sights():
        wide.add(_wide_row(sight, wide, counts))
        for item, frame in rosters:
            for position, row_id in enumerate(sight.roster_rows(item.name), 1):
                frame.add(_roster_row(sight, item, row_id, position, frame))
    with CsvTable(folder / "变量表.csv", ("file", "variable", "cell", "code", "label")) as table:
        for name, frame in [(INTERVIEWS, wide), *((f"{sheet_name(item)}.sav", frame) for item, frame in rosters)]:
            frame.write(folder / name, dataset, pyreadstat, polars)
            for variable in frame.variables:
                table.add([name, variable.name, variable.cell, variable.code, variable.label])


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ExportError(_MISSING.format(name)) from error


class _Frame:
    """The columns of one file, filled row by row."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = variables
        self._columns: list[Any] = [array("d") if variable.kind == "number" else [] for variable in variables]

    def add(self, values: Sequence[Value]) -> None:
        """A row; None is system-missing."""
        for column, value in zip(self._columns, values, strict=True):
            column.append(float("nan") if value is None and isinstance(column, array) else value)

    def write(self, path: Path, dataset: Dataset, pyreadstat: Any, polars: Any) -> None:
        """Write the file and look whether it reads back."""
        types = {"number": polars.Float64, "text": polars.String, "date": polars.Date}
        frame = polars.DataFrame(
            [
                polars.Series(variable.name, list(column), dtype=types[variable.kind])
                for variable, column in zip(self.variables, self._columns, strict=True)
            ]
        ).with_columns(polars.selectors.float().fill_nan(None))
        every = {variable.name: variable for variable in self.variables}
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=fitting(str(dataset.form.survey.title), 63),
            column_labels={name: fitting_label(variable.label) for name, variable in every.items()},
            note="deidentified" if not dataset.with_sensitive else "complete, with sensitive answers",
            variable_value_labels={
                name: {value: fitting_value_label(label) for value, label in variable.values.items()}
                for name, variable in every.items()
                if variable.values
            },
            missing_ranges={
                name: [{"lo": variable.missing[0], "hi": variable.missing[1]}]
                for name, variable in every.items()
                if variable.missing
            },
            variable_format={name: variable.format for name, variable in every.items() if variable.format},
            variable_measure={name: variable.measure for name, variable in every.items()},
        )
        _, written = pyreadstat.read_sav(str(path), metadataonly=True)
        if written.column_names != list(every) or written.number_rows != len(frame):
            raise ExportError(f"没有写成“{path.name}”：写完后检查没有通过。请换一个磁盘再导出，或改用 --format csv。")
        _stamp(path, dataset.made)


def _stamp(path: Path, made: datetime) -> None:
    """The time of the last event in place of the moment of writing, so that the same content is the same file."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    with path.open("r+b") as file:
        file.seek(_DATE_AT)
        file.write(f"{made:%d} {months[made.month - 1]} {made:%y}{made:%H:%M:%S}".encode("ascii"))


def _keys() -> list[Variable]:
    return [
        Variable(name, label, "", kind="number" if name == "team" else "text", format="F8.0" if name == "team" else "")
        for name, label in zip(KEYS, _KEY_LABELS, strict=True)
    ]


def _wide_variables(dataset: Dataset) -> list[Variable]:
    names = _names_after_keys()
    made: list[Variable] = []
    for column in dataset.columns:
        label = " ".join(filter(None, (column.item.heading, column.label)))
        kinds = dataset.kinds(column.address) if not column.roster else [column.kind]
        made += variables(names, column.address, label, kinds)
        for address, choice in zip(cells_of(column)[1:], column.specifies, strict=True):
            made.append(_specified(names, address, f"{label}：{choice} 注明的内容"))
    return made


def _roster_frame(dataset: Dataset, item: Item) -> _Frame:
    names = _names_after_keys("row", "position")
    made = [*_keys(), *(Variable(name, label, "", kind="text", format="") for name, label in _ROW_LABELS)]
    made[-1].kind, made[-1].format = "number", "F8.0"
    for cell in item.cells:
        place = f"{item.name}[].{cell.address}"
        made += variables(names, place, cell.label, dataset.kinds(place), cell.address)
        for choice in (choice for choice in choices_of(cell.kind) if choice.specify):
            name = specify_cell(cell.address, choice.name)
            made.append(_specified(names, specify_cell(place, choice.name), f"{cell.label}：{choice.label}", name))
    return _Frame(made)


def _names_after_keys(*more: str) -> Names:
    names = Names()
    for key in (*KEYS, *more):
        names.name(key)
    return names


def _specified(names: Names, address: str, label: str, name: str = "") -> Variable:
    return Variable(names.name(f"{name or address}.text"), label, address, kind="text", format="")


def _wide_row(sight: Sight, frame: _Frame, rosters: dict[str, Column]) -> list[Value]:
    values = _key_values(sight)
    for variable in frame.variables[len(KEYS) :]:
        if (column := rosters.get(variable.cell)) is not None:
            number, status = roster_count(column, sight)
            values.append(variable.take(None, str(status)) if number is None and status else number)
        else:
            values.append(_taken(variable, variable.cell, sight))
    return values


def _roster_row(sight: Sight, item: Item, row_id: str, position: int, frame: _Frame) -> list[Value]:
    values = [*_key_values(sight), row_id, float(position)]
    for variable in frame.variables[len(values) :]:
        values.append(_taken(variable, roster_cell(item.name, row_id, variable.cell.partition("[].")[2]), sight))
    return values


def _key_values(sight: Sight) -> list[Value]:
    return [float(value) if isinstance(value, int) else str(value) for value, _ in keys_of(sight)]


def _taken(variable: Variable, address: str, sight: Sight) -> Value:
    stored = sight.answers.get(address)
    return variable.take(stored, status_of(address, sight.answers))
