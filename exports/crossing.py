"""Any question by any question: interviews grouped by what they answer to another one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from exports.columns import NUMBERS
from exports.figures import exact, quantile
from exports.selection import ByAnswer, Queries, Selection
from surveys.answers import choices_of, grouped
from surveys.form import Cell, Form
from surveys.text import Refusal

BANDS = 4
"""Numbers are put in so many bands of about as many units each."""


def by_answer(connection: Queries, form: Form, selection: Selection, address: str) -> Selection:
    """The same interviews, grouped by their answer at an address.

    Choices make a group each (of several, an interview is in each group it chose), rankings one by what stands
    first, numbers one per quarter of the units, dates and months one per year, times one per hour; of texts, files
    and registers is told who has any. Who has no answer is in a group by the reason.

    Raises:
        Refusal: there is no such place, or it is a roster's field, of which a unit has many.
    """
    item = form.by_name.get(address)
    if item is not None and item.type == "roster":
        rows = (
            "EXISTS (SELECT 1 FROM answers AS r WHERE r.interview = ranked.id AND r.status != 'skipped'"
            " AND r.cell > :by_cell || '[' AND r.cell < :by_cell || '\\')"  # the character after [
        )
        return replace(selection, by=ByAnswer(address, "'1'", (("1", "有登记"),), given=rows))
    owners = [(item, cell) for item in form.items if item.type != "roster" for cell in item.cells]
    found = next(((item, cell) for item, cell in owners if cell.address == address), None)
    if found is None:
        raise Refusal(f"不能按“{address}”分组：没有这一题，或者它是逐项登记里的一栏，请另选一题。")
    if found[0].type == "calculate" and found[1].kind.type == "text":  # a grade, not a text of its own each time
        return replace(selection, by=ByAnswer(address, "b.value", ()))
    return replace(selection, by=_of_cell(connection, selection, found[1]))


def _of_cell(connection: Queries, selection: Selection, cell: Cell) -> ByAnswer:
    kind = cell.kind.type
    if kind in NUMBERS:
        return _bands(connection, selection, cell)
    names = Counter(choice.label for choice in choices_of(cell.kind))
    keys = tuple(
        (choice.name, choice.label if names[choice.label] == 1 else f"{choice.label}（{choice.name}）")
        for choice in choices_of(cell.kind)
    )
    match kind:
        case "select_one" | "rating":
            return ByAnswer(cell.address, "b.value", keys)
        case "select_multiple":
            return ByAnswer(cell.address, "part.value", keys, several=True)
        case "rank":
            return ByAnswer(cell.address, "SUBSTR(b.value, 1, INSTR(b.value || ' ', ' ') - 1)", keys)
        case "date" | "month":
            return ByAnswer(cell.address, "SUBSTR(b.value, 1, 4) || '年'", ())
        case "time":
            return ByAnswer(cell.address, "SUBSTR(b.value, 1, 2) || '时'", ())
        case _:
            return ByAnswer(cell.address, "'1'", (("1", "有内容"),))


def _bands(connection: Queries, selection: Selection, cell: Cell) -> ByAnswer:
    """Bands between quartiles that are answers themselves, so that no number falls between two."""
    whole = selection.whole
    rows = connection.execute(
        f"""{whole.with_chosen} SELECT a.value, COUNT(*) FROM chosen JOIN answers AS a ON a.interview = chosen.interview
            WHERE a.cell = :cell AND a.status = 'answered' AND NOT a.conflict GROUP BY 1""",
        whole.parameters | {"cell": cell.address},
    )
    histogram: Counter[Fraction] = Counter()
    texts: dict[Fraction, str] = {}
    for value, count in rows:
        if (number := exact(value)) is not None:
            histogram[number] += count
            texts[number] = value
    ordered = sorted(histogram)
    quarters = [quantile(histogram, Fraction(part, BANDS)) for part in range(1, BANDS)] if histogram else []
    tops = sorted({max(number for number in ordered if number <= quarter) for quarter in quarters} | {*ordered[-1:]})
    bottoms = [*ordered[:1], *(min(number for number in ordered if number > top) for top in tops[:-1])]
    keys = tuple(
        (str(place), _band(texts[low], texts[high]))
        for place, (low, high) in enumerate(zip(bottoms, tops, strict=True))
    )
    # Both sides are converted by SQLite, so that equal numbers are equal; an older form's texts stand for themselves.
    when = "".join(
        f" WHEN CAST(b.value AS DOUBLE) <= CAST('{texts[top]}' AS DOUBLE) THEN '{place}'"
        for place, top in enumerate(tops)
    )
    return ByAnswer(cell.address, f"CASE WHEN b.value NOT GLOB '*[0-9]*' THEN b.value{when} ELSE b.value END", keys)


def _band(low: str, high: str) -> str:
    one, two = (grouped(Decimal(number)) for number in (low, high))
    return one if one == two else f"{one}～{two}"
