"""The exports of a laptop as a chain: each names the different one before it.

So an office sees that a hand-over is missing, or that a data folder was copied and went on in two places. Nothing
is refused for it: a workbook holds everything its laptop knows, so the one that came says all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from exports.check_codes import check_code
from exports.manifest import UNLINKED, Manifest, sha256
from exports.times import in_words
from surveys.frame import team_name
from surveys.text import show_text

if TYPE_CHECKING:
    from surveys.store import Store

OWN = "own"
"""The standing of what this store exported itself; of what it took in see `exports.trust`."""


def linked(store: Store, manifest: Manifest) -> Manifest:
    """The manifest with its place in this laptop's chain; the same content gets the same place."""
    sql = """SELECT digest, previous, content FROM exports
             WHERE standing = ? AND device = ? AND survey = ? ORDER BY rowid DESC LIMIT 1"""
    last = store.conn.execute(sql, (OWN, manifest.device, manifest.survey)).fetchone()
    if last is None:
        return manifest
    digest, previous, content = last
    return replace(manifest, previous=previous if content == _content(manifest) else digest)


def unlinked(store: Store, manifest: Manifest) -> Manifest:
    """The manifest of a workbook that the store cannot take note of, unless it is the one it knows last."""
    placed = linked(store, manifest)
    return placed if is_recorded(store, placed) else replace(manifest, previous=UNLINKED)


def is_recorded(store: Store, manifest: Manifest) -> bool:
    """True when this very export is known."""
    sql = "SELECT count(*) FROM exports WHERE digest = ?"
    return bool(store.conn.execute(sql, (manifest.sha256,)).fetchone()[0])


def record(store: Store, manifest: Manifest, standing: str, vouched: bool = True) -> None:
    """Take note of an export; one that is known stays as it was noted first.

    Args:
        store: The laptop's that exported it, or the office's that took it.
        manifest: Of the workbook.
        standing: OWN, or on what ground it was taken (`exports.gate`).
        vouched: False where nobody signed what it says of its place in the chain.

    Raises:
        StoreError: It could not be written.
    """
    if is_recorded(store, manifest):
        return
    row = (
        manifest.sha256, manifest.survey, manifest.device, manifest.device_name, manifest.team, manifest.key,
        manifest.revision, manifest.made, manifest.previous if vouched else UNLINKED, _content(manifest), standing,
    )  # fmt: skip
    with store.transaction():
        store.put("exports", row)


def is_superseded(store: Store, manifest: Manifest) -> bool:
    """True when a later export of the same laptop and survey is known."""
    sql = "SELECT count(*) FROM exports WHERE device = ? AND survey = ? AND revision > ?"
    values = (manifest.device, manifest.survey, manifest.revision)
    return bool(store.conn.execute(sql, values).fetchone()[0])


def faults(store: Store, device: str, survey: str) -> Iterator[str]:
    """What is amiss in the chain of one laptop and survey as far as it is known, a Chinese sentence each."""
    sql = """SELECT digest, previous, team, device_name, made FROM exports
             WHERE device = ? AND survey = ? ORDER BY revision, digest"""
    found = store.conn.execute(sql, (device, survey)).fetchall()
    known = {digest for digest, *_ in found}
    after: dict[str, list[str]] = {}
    for digest, previous, team, device_name, made in found:
        if previous == UNLINKED:
            continue
        whose = show_text(f"{team_name(team)} {device_name}", line=True)
        if previous and previous not in known and previous not in after:
            yield (
                f"{whose}：{in_words(made)}的工作簿之前缺少一次交接（校验码 {check_code(previous)} 的那一本没有收到）；"
                "每一本都包含以前的全部答卷，缺的一本不影响汇总，请问一下是否漏送。"
            )
        after.setdefault(previous, []).append(digest)
    for digests in after.values():
        if len(digests) > 1:
            codes = "、".join(map(check_code, digests))
            yield (
                f"{whose}：同一台电脑有两条交接（校验码 {codes}）接在同一本之后，数据文件夹可能被复制、在两处分别填写；"
                "内容都已收下，请与该组核实。"
            )


def _content(manifest: Manifest) -> str:
    return sha256(replace(manifest, previous="").to_json())
