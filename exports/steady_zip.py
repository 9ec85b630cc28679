"""Members of zip files without the moment and the system they were written on, so that like content gives like bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def steady_member(name: str) -> ZipInfo:
    """A member that is compressed, with a fixed date and fixed rights."""
    member = ZipInfo(name, _FIXED_DATE)
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # the same on every system
    member.external_attr = 0o600 << 16
    return member


def steady_copy(source: IO[bytes], target: Path, replaced: Mapping[str, bytes]) -> None:
    """Write a zip again with steady members, some of them with other contents."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(steady_member(name), replaced.get(name) or old.read(name))
