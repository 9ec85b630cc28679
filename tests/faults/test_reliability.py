"""The document of the figures."""

from __future__ import annotations

from pathlib import Path

from tests.faults.reliability import Figures, update


def test_a_run_renews_the_rows_of_its_suites_and_keeps_the_others(tmp_path: Path) -> None:
    document, first, second = tmp_path / "reliability.md", Figures(lambda: "by killing"), Figures()
    first.add("kill", 50, 0, "a | b --> c")
    first.add("power", 1_000, 2)
    first.add_control("kill, faulty", 3, 1)
    first.add_latency("answer", 400, 1.25, 2.5)
    update(document, first.by_suite.values())
    assert "| kill | 50 | 0 | a / b --> c |" in document.read_text("utf-8")
    second.add("power", 10_000, 0)
    update(document, second.by_suite.values())
    text = document.read_text("utf-8")
    assert "| kill | 50 | 0 |" in text
    assert "| power | 10,000 | 0 |" in text
    assert "| power | 1,000 |" not in text
    assert "| answer | 400 | 1.25 × | 2.50 × |" in text
    assert "- **kill**: by killing" in text
    measured, _, controls = text.partition("## Negative controls")
    assert "| kill, faulty | 3 | 1 |" in controls
    assert "faulty" not in measured


def test_a_run_without_new_figures_changes_nothing(tmp_path: Path) -> None:
    document, figures = tmp_path / "reliability.md", Figures()
    figures.add("kill", 50, 0, "a | b --> c")
    update(document, figures.by_suite.values())
    before = document.read_bytes()
    update(document, [])
    assert document.read_bytes() == before


def test_reports_of_one_suite_in_one_run_add_up() -> None:
    figures = Figures()
    figures.add("kill", 50, 1, "first")
    figures.add("kill", 25, 2)
    figure = figures.by_suite["kill"]
    assert (figure.runs, figure.losses, figure.note) == (75, 3, "first")


def test_the_document_names_no_person_and_no_path(tmp_path: Path) -> None:
    document, figures = tmp_path / "reliability.md", Figures()
    figures.add("kill", 50, 0)
    update(document, figures.by_suite.values())
    text = document.read_text("utf-8")
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text
