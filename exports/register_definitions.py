"""The definitions of registers that come with the cases of a parcel.

A team's explains what the definition of here does not know, and changes nothing else. The office's is the one to work
with: a laptop goes over to it, unless it knows a later workbook of that office.
"""

from __future__ import annotations

from collections.abc import Iterator

from exports.chain import is_superseded
from exports.manifest import Parcel
from exports.rejections import Reason, Refused
from surveys.frame import OFFICE
from surveys.register.definition import Register
from surveys.register.faults import faults
from surveys.register.keeping import current_digest, install_register, keep_register, register_of
from surveys.store import Store
from surveys.text import show_text


def take_definitions(store: Store, parcel: Parcel, trusted: bool) -> Iterator[str]:
    """Take in the definitions of a parcel, before its cases; within its transaction.

    Args:
        store: What is merged into.
        parcel: Verified.
        trusted: Whether it comes from an approved laptop.

    Yields:
        What people should hear of it, Chinese clauses.

    Raises:
        Refused: One is damaged, or this program cannot read it.
        StoreError: It could not be stored.
    """
    leads = trusted and parcel.manifest.team == OFFICE and store.setting("team") not in ("", str(OFFICE))
    for digest, text in parcel.registers.items():
        theirs = _read(digest, text)
        ours = current_digest(store, theirs.id)
        if digest == ours:
            continue
        title = show_text(theirs.title, line=True)
        if leads and not is_superseded(store, parcel.manifest):
            install_register(store, theirs)
            yield f"“{title}”的类别、编码和流程已换用办公室的（版本 {theirs.version}）"
            continue
        keep_register(store, theirs)
        if ours:
            versions = f"版本 {show_text(theirs.version, line=True)}，本机 {register_of(store, theirs.id).version}"
            yield f"“{title}”的定义与本机的不同（{versions}），本机没有的编码照原样列出"
        else:
            yield f"带来了本机没有的登记簿“{title}”"


def _read(digest: str, text: str) -> Register:
    try:
        register = Register.from_json(text)
        wrong = next(faults(register), None)
    except (ValueError, RecursionError):
        register, wrong = None, None
    if register is None or wrong:
        raise Refused(Reason.NEWER_FORMAT, "所用的登记簿定义本机的程序读不懂，请先升级本机的程序")
    if register.digest() != digest:
        raise Refused(Reason.PAYLOAD_DAMAGED, "的数据已损坏：登记簿的定义与它的校验值不符")
    return register
