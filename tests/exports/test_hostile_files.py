"""Nothing in an inbox can cost much, stop the others, or be taken for what it is not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_files import cases

from exports.reading import read_workbooks
from exports.rejections import Reason

ROOT = Path(__file__).parents[2]
CPU_SECONDS, MEMORY = 5.0, 300 << 20

READER = """
import json, multiprocessing, os, resource, sys
from pathlib import Path
from exports import reading

reading.WORKERS = 1  # one after the other, so that each file's cost is its own

def cpu():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    running = [Path(f"/proc/{child.pid}/stat").read_text().split() for child in multiprocessing.active_children()]
    ticks = sum(int(fields[13]) + int(fields[14]) for fields in running)
    return sum(used.ru_utime + used.ru_stime for used in both) + ticks / os.sysconf("SC_CLK_TCK")

good, *paths = map(Path, sys.argv[1:])
(base,) = reading.read_workbooks([good])
before = cpu()
for path, result in zip(paths, reading.read_workbooks(paths)):
    line = {"name": path.stem, "cpu": cpu() - before}
    before = cpu()
    if isinstance(result, reading.Received):
        line |= {"same": result.parcel == base.parcel, "told": result.edits.remarks}
    else:
        line |= {"reason": result.reason, "message": result.message}
    print(json.dumps(line), flush=True)
# Its own ru_maxrss would be that of the program that started it.
(own,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(json.dumps({"memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, "own": int(own) << 10}))
"""


@pytest.fixture(scope="module")
def told(original, tmp_path_factory):
    """What reading says of every case, and what it cost, in a process of its own."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system does not tell what a process uses")
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "good.xlsx").write_bytes(original)
    (inbox := folder / "inbox").mkdir()
    wanted = {}
    for name, make in cases(original):
        wanted[name] = case = make()
        (inbox / f"{name}.xlsx").write_bytes(case.data)
    command = [sys.executable, "-c", READER, folder / "good.xlsx", *sorted(inbox.iterdir())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    *lines, cost = map(json.loads, done.stdout.splitlines())
    return wanted, {line["name"]: line for line in lines}, cost


def test_there_are_enough_of_them(told):
    assert len(told[0]) >= 70


def test_each_is_refused_by_its_right_name_or_read_as_if_nothing_were_wrong(told):
    wanted, lines, _ = told
    wrong = []
    for name, case in wanted.items():
        line = lines[name]
        if "reason" in line:
            right = line["reason"] in case.reasons and line["message"].endswith("。")
        else:
            remarks = "；".join(line["told"])
            allowed = not case.reasons or case.told
            right = line["same"] and allowed and re.search(case.told or "^$", remarks)
        if not right:
            wrong.append((name, line, case.reasons, case.told))
    assert wrong == []


def test_none_costs_more_than_five_seconds_or_300_megabytes(told):
    _, lines, cost = told
    assert {name: line["cpu"] for name, line in lines.items() if line["cpu"] > CPU_SECONDS} == {}
    assert cost["memory"] < MEMORY
    assert cost["own"] < MEMORY


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_what_is_no_file_is_passed_over_and_strange_names_are_harmless(original, tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "device.xlsx").symlink_to("/dev/zero")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "~$第3组.xlsx").write_bytes(original)
    (tmp_path / ".~第3组.xlsx").write_bytes(original)
    strange = ["\x1b]0;x\x07.xlsx", "两\n行.xlsx", "长" * 80 + ".xlsx", "-rf.xlsx", "a\u202excslx.exe"]
    for name in strange:
        (tmp_path / name).write_bytes(original)
    names = ["pipe.xlsx", "dangling.xlsx", "device.xlsx", "folder.xlsx", "~$第3组.xlsx", ".~第3组.xlsx"]
    results = list(read_workbooks([Path("/dev/zero"), *(tmp_path / name for name in (*names, *strange))]))
    assert [getattr(result, "reason", None) for result in results] == [
        *[Reason.NOT_A_FILE] * 5, *[Reason.LOCK_FILE] * 2, *[None] * len(strange),
    ]  # fmt: skip
    assert all(result.message.isprintable() for result in results[:7])
