"""A columnar copy of one survey's answers for large stores: the tables' own SQL runs in it, many times as fast.

DuckDB (extra `analysis`) takes over from about 10,000 interviews on; below that SQLite is faster. What a table is, is
still said by `tabulation`, `selection` and `histograms` alone: only two things are spelled otherwise here. Parameters
and lists in a query are translated (`Mirror.execute`), and numbers, of which nearly every one is different, are added
up in the engine instead of being brought back one by one (`Mirror.numbers`). Texts are not copied: they are only
counted.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from exports.figures import Numbers
from exports.files import ExportError
from exports.histograms import COUNTED_ONLY, FIELD
from exports.selection import WHOLE, Queries, Selection
from surveys.form import Form

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGE = 10_000
"""Interviews from which on the copy pays."""
MEMORY = "1GB"
"""What DuckDB may take; beyond it goes to the disk."""
CHUNK = 50_000
"""Rows that are handed over at a time."""

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_FIT = "DECIMAL(38,8)"
"""Two places more than an answer may have, so that a quarter between two answers is exact."""
_TABLES = """
    CREATE TABLE units (code VARCHAR, city VARCHAR, county VARCHAR, kind VARCHAR, team INTEGER, ord INTEGER);
    CREATE TABLE surveys (digest VARCHAR, id VARCHAR);
    CREATE TABLE settings (name VARCHAR, value VARCHAR);
    CREATE TABLE interviews (id INTEGER, unit VARCHAR, round VARCHAR, survey VARCHAR, stage VARCHAR);
    CREATE TABLE answers (interview INTEGER, cell VARCHAR, value VARCHAR, status VARCHAR, conflict BOOLEAN);
    CREATE MACRO text_each(list) AS TABLE SELECT key, value ->> '$' AS value FROM json_each(list)
"""


def connected(path: Path | None = None) -> DuckDBPyConnection:
    """The engine over a file, or in memory.

    Raises:
        ExportError: DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise ExportError("没有安装 DuckDB，请先运行 pip install 'zoufang[analysis]'。") from None
    return duckdb.connect(str(path or ":memory:"), config={"memory_limit": MEMORY, "preserve_insertion_order": "false"})


class Mirror:
    """The copy. In place of a connection it can be given to `tabulate`, `tabulate_rounds` and `by_answer`."""

    def __init__(self, connection: sqlite3.Connection, form: Form, path: Path | None = None) -> None:
        """Copy a survey's interviews, all rounds of it.

        Args:
            connection: To the office's store.
            form: The survey's, in its current version.
            path: A file to hold the copy, which must not exist; None holds it in memory.

        Raises:
            ExportError: DuckDB is not installed.
        """
        self._duck = connected(path)
        self._duck.execute(_TABLES)
        self._copy(connection, form)

    def execute(self, sql: str, parameters: Mapping[str, Any], /) -> Any:
        """Run a query of ours; the result is fetched as from SQLite."""
        spelled = _PARAMETER.sub(r"$\1", sql).replace("json_each(", "text_each(")
        used = {*re.findall(r"\$(\w+)", spelled)}
        self._duck.execute(spelled, {name: value for name, value in parameters.items() if name in used})
        return self._duck.fetchall()

    def numbers(
        self, selection: Selection, cells: Sequence[str], fields: Sequence[str]
    ) -> Iterator[tuple[str, str, int, Numbers]]:
        """(cell, group, how many, figures) of every number cell, without weights; `fields` are those of rosters."""
        for part in (selection.whole, selection) if selection.overlapping else (selection,):
            self.execute(f"CREATE OR REPLACE TEMP TABLE chosen AS {part.chosen}", part.parameters)
            sets = "GROUPING SETS ((grp))" if part.overlapping else "GROUPING SETS ((grp), ())"
            for cell in (*cells, *fields):
                place = FIELD if cell in fields else "a.cell"
                rows = self.execute(
                    f"""SELECT COALESCE(grp, '{WHOLE}'), COUNT(*), SUM(x), MIN(x), MAX(x),
                               quantile_cont(x, [0.25, 0.5, 0.75])
                        FROM (SELECT chosen.grp, TRY_CAST(a.value AS {_FIT}) AS x
                              FROM chosen JOIN answers AS a ON a.interview = chosen.interview
                              WHERE {place} = :cell AND a.status = 'answered' AND NOT a.conflict)
                        WHERE x IS NOT NULL GROUP BY {sets} HAVING COUNT(*) > 0""",
                    {"cell": cell},
                )
                # A breakdown into the whole alone gives it twice.
                for group, n, total, low, high, quarters in {row[0]: row for row in rows}.values():
                    lower, middle, upper = map(Fraction, quarters)
                    whole = Fraction(total)
                    yield cell, group, n, Numbers(
                        whole, whole / n, middle, Fraction(low), Fraction(high), lower, upper
                    )  # fmt: skip

    def close(self) -> None:
        """Let go of the file or the memory."""
        self._duck.close()

    def _copy(self, connection: sqlite3.Connection, form: Form) -> None:
        survey = {"survey": form.survey.id}
        of_survey = "FROM interviews AS i JOIN surveys AS s ON s.digest = i.survey WHERE s.id = :survey"
        cells = [cell for item in form.items for cell in item.cells]
        valued = {cell.address for cell in cells if cell.kind.type not in COUNTED_ONLY}
        kept = valued | {cell.address for cell in cells} | {item.name for item in form.items}
        ids = {ident: place for place, (ident,) in enumerate(
            connection.execute(f"SELECT i.id {of_survey} ORDER BY i.id", survey)
        )}  # fmt: skip

        def answers() -> Iterator[tuple[Any, ...]]:
            rows = connection.execute(
                f"""SELECT a.interview, a.cell, {FIELD}, a.value, a.status, a.conflict FROM answers AS a
                    WHERE a.interview IN (SELECT i.id {of_survey}) ORDER BY a.interview, a.cell""", survey,
            )  # fmt: skip
            for interview, cell, field, value, status, conflict in rows:
                if field in kept or "[" in cell:
                    yield ids[interview], cell, value if field in valued else "", status, bool(conflict)

        self._fill("units", connection.execute("SELECT code, city, county, kind, team, ord FROM units"))
        self._fill("surveys", connection.execute("SELECT digest, id FROM surveys"))
        self._fill("settings", connection.execute("SELECT name, value FROM settings WHERE name = 'main_survey'"))
        heads = connection.execute(f"SELECT i.id, i.unit, i.round, i.survey, i.stage {of_survey}", survey)
        self._fill("interviews", ((ids[ident], *head) for ident, *head in heads))
        self._fill("answers", answers())
        # In the order of the cells a question's answers lie together, and are found without looking at the others.
        self._duck.execute("CREATE TABLE sorted AS SELECT * FROM answers ORDER BY cell, interview; DROP TABLE answers")
        self._duck.execute("ALTER TABLE sorted RENAME TO answers")

    def _fill(self, table: str, rows: Iterator[tuple[Any, ...]] | sqlite3.Cursor) -> None:
        """A chunk at a time, as one list per column: a statement per row would take a hundred times as long."""
        rows = iter(rows)
        while chunk := [*islice(rows, CHUNK)]:
            columns = [[*column] for column in zip(*chunk, strict=True)]
            marks = ", ".join("unnest(?)" for _ in columns)
            self._duck.execute(f"INSERT INTO {table} SELECT {marks}", columns)


@contextmanager
def engine(connection: sqlite3.Connection, form: Form, large: int = LARGE) -> Iterator[Queries]:
    """What to tabulate with: the store itself, or for a large one (with the extra installed) its copy on the disk.

    Args:
        connection: To the office's store.
        form: The survey's, in its current version.
        large: Interviews from which on the copy is made.
    """
    (interviews,) = connection.execute("SELECT COUNT(*) FROM interviews").fetchone()
    if interviews < large or find_spec("duckdb") is None:
        yield connection
        return
    with (
        TemporaryDirectory(prefix="zoufang-") as folder,
        closing(Mirror(connection, form, Path(folder) / "copy.duckdb")) as mirror,
    ):
        yield mirror
