"""The house rules which no single module can keep: layers, types, start-up imports, locks."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SLOW_OR_OFFICE = {"cryptography", "exports", "lark", "openpyxl", "pandas", "pypinyin", "python_calamine"}
"""Top-level modules that opening the app must not load: they cost start-up time and memory on old laptops."""


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter of this environment in the project's folder."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def modules_after(statement: str) -> set[str]:
    """Top-level names in `sys.modules` of a fresh interpreter after one statement."""
    done = run_python("-c", f"{statement}; import sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def locked_names(lock: Path) -> set[str]:
    """Names of the distributions that a requirements lock pins."""
    return set(re.findall(r"^([a-z0-9.-]+)==", lock.read_text("utf-8"), re.MULTILINE))


def requirement_names(requirements: list[str]) -> set[str]:
    """`ruamel.yaml>=0.19` → `ruamel-yaml`: normalised names, as locks write them."""
    return {re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", text)[0]).lower() for text in requirements}


def test_imports_go_from_tui_to_exports_to_surveys_only():
    done = run_python("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* kept, 0 broken", done.stdout), done.stdout


def test_types_hold():
    done = run_python("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_opening_the_app_loads_no_office_module():
    assert not modules_after("import tui.app") & SLOW_OR_OFFICE


def test_the_import_check_sees_a_forbidden_module():
    assert {"exports", "openpyxl"} <= modules_after("import tui.app, exports.workbook")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_has_hashes_and_names_no_address_and_no_machine(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|--(?!hash=)|index|file:|/(home|root|tmp|opt|work)/", text)
    pins = re.split(r"\n(?=\S)", "\n" + text)
    unhashed = [pin for pin in pins if "==" in pin and "--hash=sha256:" not in pin]
    assert not unhashed


def test_the_locks_cover_every_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = requirement_names(project["dependencies"])
    dev = requirement_names(project["optional-dependencies"]["dev"])
    locked = {re.sub(r"[-_.]+", "-", name) for name in locked_names(ROOT / "requirements.txt")}
    locked_dev = {re.sub(r"[-_.]+", "-", name) for name in locked_names(ROOT / "requirements-dev.txt")}
    assert runtime <= locked
    assert runtime | dev | locked <= locked_dev
