"""Whether what was read as a manifest holds what a manifest may hold; JSON does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exports.manifest import Manifest


def well_typed(manifest: Manifest) -> bool:
    """True when every field is of its type, and the key is one."""
    texts = (
        manifest.app, manifest.survey, manifest.version, manifest.digest, manifest.team_name, manifest.device,
        manifest.device_name, manifest.member, manifest.made, manifest.key, manifest.previous, *manifest.definitions,
        *manifest.views, *manifest.registers,
    )  # fmt: skip
    numbers = (manifest.team, manifest.revision, manifest.format)
    return (
        all(isinstance(text, str) for text in texts)
        and (_is_key(manifest.key) if manifest.format > 1 else not manifest.key + manifest.previous)
        and all(type(number) is int for number in numbers)
        and all(
            isinstance(text, str)
            for entry in manifest.interviews
            for text in (entry.id, entry.unit, entry.round, entry.sha256, entry.projection)
        )
        and all(isinstance(text, str) for entry in manifest.cases for text in (entry.id, entry.register, entry.sha256))
        and all(type(entry.events) is int for entry in manifest.interviews)
        and all(type(entry.events) is int for entry in manifest.cases)
    )


def _is_key(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")
