"""YAML → Register; everything wrong is reported at once as FILE:LINE:COLUMN."""

from __future__ import annotations

import functools
from pathlib import Path

from surveys.loading import library, placed, read_yaml, shaped
from surveys.register.definition import Register
from surveys.register.faults import faults


def load_register(path: Path) -> Register:
    """Read a register's definition and check it. Raises `surveys.loading.LoadErrors`."""
    root, data = read_yaml(path)
    register = shaped(Register, path, root, data)
    if found := tuple(faults(register)):
        raise placed(path, root, found)
    return register


def write_register(register: Register, path: Path) -> None:
    """Write a definition as YAML that `load_register` reads back to the same one."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.allow_unicode, yaml.width = True, 200
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(register.model_dump(mode="json", exclude_defaults=True), file)


@functools.cache
def shipped(name: str) -> Register:
    """A register that comes with the program: `problems`, `wishes`. Read once per process."""
    return load_register(library(name))


@functools.cache
def shipped_digest(name: str) -> str:
    """The digest of a register that comes with the program. Made once per process."""
    return shipped(name).digest()


@functools.lru_cache(maxsize=16)
def register_from_json(text: str) -> Register:
    """A stored definition; made once per process."""
    return Register.from_json(text)
