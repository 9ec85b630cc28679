"""Whatever lies in the inbox: read rightly, or refused by its right name, and the rest go on."""

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from exports.files import ExportError
from exports.manifest import SHEET
from exports.reading import Known, Received, read_workbook, read_workbooks
from exports.rejections import Reason, Refused, Rejection
from exports.worker import READY

ROOT = Path(__file__).parents[2]
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def payload_part(data: bytes) -> str:
    """The name of the part that holds the hidden sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
        return next(name for name in sheets if b">zoufang<" in archive.read(name))


def sheet(rows: bytes, dimension: bytes = b"") -> bytes:
    head = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return head + dimension + b"<sheetData>" + rows + b"</sheetData></worksheet>"


def with_payload_sheet(rezipped, data: bytes, xml: bytes) -> bytes:
    part = payload_part(data)
    return rezipped(data, lambda name, content: xml if name == part else content)


def test_a_right_workbook_is_read(original, put):
    result = read_workbook(put("a.xlsx", original))
    assert isinstance(result, Received)
    assert result.parcel.manifest.interviews[0].unit == "231002"
    assert [event.value for event in result.parcel.events(result.parcel.manifest.interviews[0].id)][-1] == "12"


def test_a_workbook_by_any_other_name_is_read(original, put):
    assert isinstance(read_workbook(put("县级 (1).xls", original)), Received)


def test_without_the_preflight_a_flipped_bit_would_pass(original, put):
    # The negative control: calamine alone does not check what it does not need.
    part = "xl/theme/theme1.xml"
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        info = archive.getinfo(part)
        data = bytearray(original)
        data[info.header_offset + 30 + len(part) + info.compress_size // 2] ^= 0x10
    read = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1])",
            put("b.xlsx", bytes(data)),
        ],
        check=False,
        capture_output=True,
    )
    assert read.returncode == 0
    result = read_workbook(put("b.xlsx", bytes(data)))
    assert isinstance(result, Rejection)
    assert result.reason is Reason.DAMAGED


HOSTILE_SHEETS = {
    "a cell in the last corner": sheet(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "row 99,999,999": sheet(b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>'),
    "a column beyond the last": sheet(b'<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
    "no xml at all": b"\0\1\2",
    "half an element": sheet(b'<row r="1"><c r="A1"><v>1')[:-30],
    "shared string 4 billion": sheet(b'<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>'),
}


@pytest.mark.parametrize("what", HOSTILE_SHEETS)
def test_a_sheet_that_kills_its_reader_costs_one_workbook(original, put, what, rezipped):
    bad = put("bad.xlsx", with_payload_sheet(rezipped, original, HOSTILE_SHEETS[what]))
    good = [put(f"good{number}.xlsx", original) for number in range(3)]
    started = time.perf_counter()
    results = list(read_workbooks([good[0], bad, *good[1:]]))
    assert time.perf_counter() - started < 20
    assert [type(result) for result in results] == [Received, Rejection, Received, Received]
    assert results[1].reason in (Reason.HOSTILE, Reason.DAMAGED, Reason.PAYLOAD_DAMAGED), results[1].message


def test_the_reader_alone_dies_of_such_a_sheet(original, put, rezipped):
    # The negative control: in our own process this would have been the end of the whole merge.
    bad = put("bad.xlsx", with_payload_sheet(rezipped, original, HOSTILE_SHEETS["a cell in the last corner"]))
    program = f"import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_name('{SHEET}').to_python()"
    done = subprocess.run([sys.executable, "-c", program, bad], check=False, capture_output=True, timeout=60)
    assert done.returncode != 0


def test_a_hanging_worker_is_given_up_and_the_rest_go_on(original, put, monkeypatch):
    paths = [put(f"{number}.xlsx", original) for number in range(4)]
    monkeypatch.setattr("exports.reading.serve", hang)
    started = time.perf_counter()
    results = list(read_workbooks(paths, patience=0.1))
    assert time.perf_counter() - started < 40
    assert [isinstance(result, Rejection) and "太长" in result.message for result in results] == [
        True,
        True,
        True,
        True,
    ]


def hang(pipe, whom) -> None:
    pipe.send(READY)
    pipe.recv()
    time.sleep(600)


def test_a_reader_that_cannot_start_is_not_blamed_on_the_file(original, put, monkeypatch):
    monkeypatch.setattr("exports.reading.serve", stillborn)
    with pytest.raises(ExportError, match="启动不了"):
        read_workbook(put("a.xlsx", original))


def stillborn(pipe, whom) -> None:
    os._exit(3)


def test_it_reads_from_a_program_that_cannot_be_run_again(original, put):
    path = put("a.xlsx", original)
    program = f"from pathlib import Path\nfrom exports.reading import read_workbook\nprint(type(read_workbook(Path({str(path)!r}))).__name__)"
    done = subprocess.run(
        [sys.executable, "-"],
        input=program,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "Received", done.stderr


def test_dimensions_that_lie_lose_no_row(original, put, rezipped):
    part = payload_part(original)
    for claim in (b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>', b""):

        def lie(name: str, content: bytes, claim: bytes = claim) -> bytes:
            return content.replace(b"<sheetData>", claim + b"<sheetData>", 1) if name == part else content

        assert isinstance(read_workbook(put("x.xlsx", rezipped(original, lie))), Received)


def test_a_changed_letter_in_the_payload_is_refused(original, put, rezipped):
    part = payload_part(original)

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        place = content.index(b"</t>", content.index(b"history</t>") + 200) - 12
        letter = b"A" if content[place : place + 1] != b"A" else b"B"
        return content[:place] + letter + content[place + 1 :]

    result = read_workbook(put("x.xlsx", rezipped(original, change)))
    assert isinstance(result, Rejection)
    assert result.reason is Reason.PAYLOAD_DAMAGED
    assert "重新导出" in result.message


def test_a_workbook_without_its_payload_is_told_from_a_foreign_one(original, put, tmp_path):
    from openpyxl import Workbook, load_workbook

    book = load_workbook(io.BytesIO(original))
    del book[SHEET]
    book.save(tmp_path / "cut.xlsx")
    Workbook().save(tmp_path / "foreign.xlsx")
    cut, foreign = read_workbooks([tmp_path / "cut.xlsx", tmp_path / "foreign.xlsx"])
    assert cut.reason is Reason.PAYLOAD_MISSING
    assert foreign.reason is Reason.OTHER_WORKBOOK


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_what_is_no_regular_file_is_passed_over_without_waiting(original, put, tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "link.xlsx").symlink_to(put("a.xlsx", original))
    put("~$a.xlsx", b"lock")
    put(".~a.xlsx", b"lock")
    names = ["pipe.xlsx", "folder.xlsx", "link.xlsx", "~$a.xlsx", ".~a.xlsx", "gone.xlsx", "a.xlsx"]
    results = list(read_workbooks([tmp_path / name for name in names]))
    assert [getattr(result, "reason", None) for result in results] == [
        Reason.NOT_A_FILE, Reason.NOT_A_FILE, Reason.NOT_A_FILE, Reason.LOCK_FILE, Reason.LOCK_FILE, Reason.UNREADABLE, None,
    ]  # fmt: skip
    assert [getattr(result, "harmless", None) for result in results] == [True] * 5 + [False, None]


def test_a_name_cannot_write_to_the_terminal(put):
    result = read_workbook(put("\x1b]0;x\x07\n\u202eslx.txt", b"a,b"))
    assert isinstance(result, Rejection)
    assert result.message.isprintable()
    assert "␛" in result.message


def test_a_known_file_is_not_read_again(original, put):
    seen: list[str] = []

    def known(digest: str) -> bool:
        seen.append(digest)
        return True

    result = next(read_workbooks([put("a.xlsx", original)], known=known))
    assert isinstance(result, Known)
    assert seen == [result.sha256]


def test_results_come_in_the_given_order_and_few_are_held(original, put):
    paths = [put(f"{number}.xlsx", original if number % 3 else b"x") for number in range(40)]
    given: list[Path] = []

    def giving():
        for path in paths:
            given.append(path)
            yield path

    ahead = 0
    for place, result in enumerate(read_workbooks(giving())):
        assert result.path == paths[place]
        ahead = max(ahead, len(given) - place)
    assert ahead < 10


def test_leaving_early_leaves_no_worker_behind(original, put):
    import multiprocessing

    results = read_workbooks([put(f"{number}.xlsx", original) for number in range(9)])
    next(results)
    results.close()
    assert not multiprocessing.active_children()


def test_calamine_is_never_imported_outside_a_worker():
    program = "import exports.merging, exports.workbook, sys; print('python_calamine' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_refusals_survive_the_way_between_processes():
    import pickle

    refused = pickle.loads(pickle.dumps(Refused(Reason.EMPTY, "是空文件")))
    assert (refused.reason, refused.what) == (Reason.EMPTY, "是空文件")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="on Windows no signal reaches them")
def test_ctrl_c_is_not_for_the_workers(original, put):
    """The terminal sends it to every process; whether to stop is for the first one to say."""
    results = read_workbooks([put(f"{number}.xlsx", original) for number in range(7)])
    assert isinstance(next(results), Received)
    for worker in multiprocessing.active_children():
        assert worker.pid
        os.kill(worker.pid, signal.SIGINT)
    assert [type(result) for result in results] == [Received] * 6
