"""Reading workbooks that came from anywhere: each gives a `Parcel` or a `Rejection`, never an exception.

Every file is looked at (`preflight`) and hashed here; what passes is read by a small pool of worker
processes. A worker that dies or hangs costs its one workbook and is replaced. Results come in the
order of the paths, and only a few workbooks are held at any time.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import stat
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from exports.bare_sheets import BareSheets
from exports.believing import NOBODY, Believed
from exports.files import ExportError
from exports.hand_edits import HandEdits
from exports.manifest import Parcel
from exports.preflight import LOCKED, MAX_FILE, Locked, preflight
from exports.rejections import Reason, Refused, Rejection
from exports.sealing import TAIL, may_be_sealed
from exports.worker import READY, Order, Reading, Tables, Task, allowance, serve
from surveys.arriving import Arrival

WORKERS = 2
PATIENCE = 6.0
"""Time for one workbook by the clock, as a multiple of the CPU time it is allowed: machines are busy."""
STARTING = 60.0
"""Seconds by the clock until a new worker can begin."""
FEW = 4
"""Workbooks that are stored sooner without being made ready: a worker needs a second to learn the form."""
RECYCLE = 1_000
"""Workbooks per worker before it is replaced, so that no slow leak can add up."""


@dataclass(frozen=True)
class Received:
    """A workbook that was read."""

    path: Path
    sha256: str
    parcel: Parcel
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    """Interview id → the interview made ready to be stored, as far as that was asked for (`Task.TAKE_IN`)."""
    edits: HandEdits = field(default_factory=HandEdits)
    """What was changed by hand on its sheets."""


@dataclass(frozen=True)
class Known:
    """A workbook whose very bytes were taken before; not read again."""

    path: Path
    sha256: str


Passwords = Callable[[Path], Iterable[str]]
"""The passwords to try on a workbook, one after the other as far as it takes; a person may be asked for each."""


def no_passwords(_: Path) -> Iterable[str]:
    """Encrypted workbooks are refused."""
    return ()


SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})

Result = Received | Known | Rejection


TEMPORARY = ("~$", ".~")
"""How the names of files begin that Excel, WPS and LibreOffice keep while a workbook is open."""


def read_workbooks(
    paths: Iterable[Path | Rejection],
    known: Callable[[str], bool] = lambda _: False,
    patience: float = PATIENCE,
    task: Task = Task.CHECK,
    passwords: Passwords = no_passwords,
    whom: Believed = NOBODY,
) -> Generator[Result, None, None]:
    """Read workbooks, in the given order.

    Args:
        paths: Files; anything may be among them. What was refused before comes back in its place.
        known: Tells by its SHA-256 whether a file was taken before.
        patience: See PATIENCE.
        task: What is wanted of each; of the first FEW none is evaluated.
        passwords: What to try on an encrypted workbook.
        whom: Whose projections stand for their histories.

    Raises:
        ExportError: No worker can be started at all; no file is to blame.
    """
    pool = _Pool(patience, passwords, whom)
    at_first = Task.TAKE_BELIEVED if task is Task.TAKE_IN else task
    waiting: deque[Result | _Job] = deque()
    try:
        for number, path in enumerate(paths):
            waiting.append(_looked_at(path, known, task if number >= FEW else at_first, whom))
            if isinstance(waiting[-1], _Job):
                pool.give(waiting[-1])
            while waiting and (len(waiting) > 2 * WORKERS or not isinstance(waiting[0], _Job)):
                yield pool.result(waiting.popleft())
        while waiting:
            yield pool.result(waiting.popleft())
    finally:
        pool.close()


def read_workbook(path: Path, password: str = "", task: Task = Task.CHECK) -> Result:
    """Read one workbook, e.g. the one just written."""
    return next(read_workbooks([path], task=task, passwords=lambda _: [password] if password else []))


def read_sheets(path: Path, names: Sequence[str], patience: float = PATIENCE) -> Tables | Rejection:
    """Read those sheets of any workbook that are there, with the same care; without names its first one.

    Raises:
        ExportError: No worker can be started.
    """
    pool = _Pool(patience)
    job = _looked_at(path, lambda _: False, tuple(names))
    try:
        if isinstance(job, _Job):
            pool.give(job)
        sheets: Tables | Rejection = pool.result(job)
        return sheets
    finally:
        pool.close()


@dataclass(frozen=True)
class Bare:
    """The answer sheets of a workbook, read without its parcel."""

    sha256: str
    content: BareSheets


def read_bare(path: Path) -> Bare | Received | Rejection:
    """Read the answer sheets of a workbook whose parcel is lost, or the parcel if it is not, with the same care.

    Raises:
        ExportError: No worker can be started.
    """
    pool = _Pool(PATIENCE)
    job = _looked_at(path, lambda _: False, Task.RECOVER)
    try:
        if isinstance(job, _Job):
            pool.give(job)
        content: BareSheets | Received | Rejection = pool.result(job)
    finally:
        pool.close()
    if not isinstance(content, BareSheets):
        return content
    assert isinstance(job, _Job)
    return Bare(job.sha256, content)


@dataclass(eq=False)
class _Job:
    path: Path
    sha256: str
    size: int
    task: Task | tuple[str, ...]
    """What is wanted of one of our own workbooks, or the sheets that are wanted of any."""
    suspects: frozenset[str] | None
    """The parts that may hold formulas; None where the preflight is left to the worker."""
    locked: bool = False
    """True for an encrypted workbook."""
    password: str = ""
    result: Result | Tables | None = None


def _looked_at(
    path: Path | Rejection, known: Callable[[str], bool], task: Task | tuple[str, ...], whom: Believed = NOBODY
) -> Result | _Job:
    """The preflight: everything that can be said without parsing."""
    if isinstance(path, Rejection):
        return path
    try:
        return _examined(path, known, task, whom)
    except Refused as refused:
        return Rejection(path, refused.reason, refused.what)
    except FileNotFoundError:
        return Rejection(path, Reason.UNREADABLE, "找不到")
    except PermissionError:
        return Rejection(path, Reason.UNREADABLE, "不允许读取")
    except OSError as error:
        return Rejection(path, Reason.UNREADABLE, f"打不开（{error.strerror or type(error).__name__}）")


def _examined(path: Path, known: Callable[[str], bool], task: Task | tuple[str, ...], whom: Believed) -> Known | _Job:
    """Raises Refused, OSError."""
    if path.name.startswith(TEMPORARY):
        raise Refused(Reason.LOCK_FILE, "是打开工作簿时的临时文件")
    if path.name in SYSTEM_FILES:
        raise Refused(Reason.LOCK_FILE, "是操作系统自己的文件")
    if path.is_symlink():
        raise Refused(Reason.NOT_A_FILE, "是链接，不是文件")
    # Opening a FIFO would wait for ever; O_NONBLOCK also covers one put there after the look.
    if not stat.S_ISREG(path.stat().st_mode):
        raise Refused(Reason.NOT_A_FILE, "不是普通文件")
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused(Reason.NOT_A_FILE, "不是普通文件")
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if known(digest):
            return Known(path, digest)
        size = os.fstat(handle).st_size
        if whom.keys and size <= MAX_FILE and _may_be_sealed(file, size):
            return _Job(path, digest, size, task, None)
        try:
            suspects = preflight(file, size)
        except Locked:
            return _Job(path, digest, size, task, None, locked=True)
    return _Job(path, digest, size, task, suspects)


def _may_be_sealed(file: IO[bytes], size: int) -> bool:
    file.seek(max(0, size - TAIL))
    return may_be_sealed(file.read())


class _Worker:
    """One process and the job it is at."""

    def __init__(self, whom: Believed) -> None:
        context = multiprocessing.get_context("spawn")  # the same everywhere, and safe beside threads
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, whom), daemon=True)
        with _without_main(), _deaf():
            self.process.start()
        theirs.close()
        self.ready = False
        self.job: _Job | None = None
        self.done = 0
        self.deadline = 0.0

    def start(self, job: _Job, patience: float) -> None:
        self.job, self.patience = job, patience
        self.pipe.send(Order(job.path, job.sha256, job.task, job.suspects, job.password))
        self.set_deadline()

    def set_deadline(self) -> None:
        assert self.job is not None
        seconds = self.patience * allowance(self.job.size) if self.ready else STARTING
        self.deadline = time.monotonic() + seconds

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


@contextmanager
def _without_main() -> Iterator[None]:
    """A spawned process runs its parent's main script again first; ours needs nothing of it, and it may not be there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl+C goes to all processes of a terminal; what is started in here does not hear it. Only this one decides."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


class _Pool:
    def __init__(self, patience: float, passwords: Passwords = no_passwords, whom: Believed = NOBODY) -> None:
        self._patience, self._passwords, self._whom = patience, passwords, whom
        self._workers: list[_Worker] = []
        self._queue: deque[_Job] = deque()

    def give(self, job: _Job) -> None:
        if not job.locked:  # a locked one waits until somebody can be asked about it
            self._queue.append(job)
            self._hand_out()

    def result(self, job: Result | _Job) -> Any:
        """The result of a job, waiting for it: a Rejection, or what was asked for."""
        if not isinstance(job, _Job):
            return job
        return self._unlocked(job) if job.locked else self._awaited(job)

    def _unlocked(self, job: _Job) -> Any:
        for password in self._passwords(job.path):
            self.give(trial := replace(job, locked=False, password=password))
            result = self._awaited(trial)
            if not (isinstance(result, Rejection) and result.reason is Reason.ENCRYPTED):
                return result
        return Rejection(job.path, Reason.ENCRYPTED, LOCKED, job.sha256)

    def _awaited(self, job: _Job) -> Any:
        while job.result is None:
            self._step()
        return job.result

    def close(self) -> None:
        while self._workers:
            self._workers.pop().stop()

    def _hand_out(self) -> None:
        while self._queue:
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= WORKERS:
                    return
                worker = _Worker(self._whom)
                self._workers.append(worker)
            worker.start(self._queue.popleft(), self._patience)

    def _step(self) -> None:
        """Wait until a worker answers, dies or is late."""
        busy = [worker for worker in self._workers if worker.job is not None]
        left = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.pipe for worker in busy], max(left, 0.0))
        for worker in busy:
            if worker.pipe in ready:
                self._collect(worker)
            elif time.monotonic() >= worker.deadline:
                self._give_up(worker, "读取用时太长")
        self._hand_out()  # who asked will be busy with the answer

    def _collect(self, worker: _Worker) -> None:
        assert worker.job is not None
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            self._give_up(worker, "内容不正常，读取程序无法处理")
            return
        if answer == READY:
            worker.ready = True
            worker.set_deadline()
            return
        job, worker.job = worker.job, None
        worker.done += 1
        if isinstance(answer, Refused):
            job.result = Rejection(job.path, answer.reason, answer.what, job.sha256)
        elif isinstance(answer, Reading):
            job.result = Received(job.path, job.sha256, answer.parcel, answer.arrivals, answer.edits)
        else:
            job.result = answer
        if worker.done >= RECYCLE:
            self._workers.remove(worker)
            worker.stop()

    def _give_up(self, worker: _Worker, what: str) -> None:
        assert worker.job is not None
        if not worker.ready:  # not this file's fault
            raise ExportError("读取工作簿的程序启动不了，没有读入；请关掉一些程序或重启电脑后再试，已读入的不受影响。")
        worker.job.result = Rejection(worker.job.path, Reason.HOSTILE, what, worker.job.sha256)
        self._workers.remove(worker)
        worker.stop()
