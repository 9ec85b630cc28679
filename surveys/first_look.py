"""What happens to a store file before it is opened for writing: it is looked at, and copied before a migration.

The search for damage reads a private copy, because merely opening a file and closing it again makes SQLite
write in it (it plays in the log, and deletes it).
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from surveys.copies import FOLDER, copy_store
from surveys.durable import make_folder, sync_file, sync_folder
from surveys.soundness import Damage, find_damage
from surveys.store_format import APPLICATION_ID, VERSION
from surveys.troubles import DamagedError
from surveys.witness import Testimony, read_witness


def look_first(path: Path) -> None:
    """Raise DamagedError if the file is not what was saved in it. Another program's, or a newer file, is not judged."""
    testimony = read_witness(path)  # before the copy is made: a commit in between must not look like a loss
    if not path.exists():
        refuse_if_known(testimony, "不见了")
        return
    with ExitStack() as stack:
        try:
            place = copy_store(path, Path(stack.enter_context(TemporaryDirectory(prefix="zoufang-"))))
        except OSError:  # such as a full disk: better to look at the file itself than not to open it
            place = path
        connection = stack.enter_context(closing(sqlite3.connect(place)))
        connection.execute("PRAGMA locking_mode = exclusive").close()  # otherwise SQLite needs room for a -shm file
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            refuse_if_known(testimony, "是空的")
        elif _ours(connection) and (damage := find_damage(connection, testimony)):
            raise DamagedError(damage)


def _ours(connection: sqlite3.Connection) -> bool:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(application == APPLICATION_ID and version <= VERSION)


def refuse_if_known(testimony: Testimony | None, state: str) -> None:
    """Raise DamagedError for a file in such a state, if the witness beside it knows it in a better one."""
    if testimony and testimony.last:
        raise DamagedError([Damage("", "", f"数据文件{state}，但上次已保存到第{testimony.last}条记录。")])


def keep_before_migration(connection: sqlite3.Connection, folder: Path, version: int) -> Path:
    """A copy of the file as the older program left it; never let go of. Raises sqlite3.Error and OSError.

    Args:
        connection: To the file, outside any transaction.
        folder: The data folder.
        version: The file's schema version.
    """
    copies = folder / FOLDER
    make_folder(copies)
    at = dt.datetime.now().astimezone()
    path = copies / f"升级前-结构{version}-{at:%Y%m%d-%H%M%S-%f}.db"
    connection.execute("VACUUM INTO ?", (str(path),)).close()
    sync_file(path)
    sync_folder(copies)
    return path
