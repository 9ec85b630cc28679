"""Whether a workbook may come in: is it signed, and by a laptop that this office knows?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exports import chain
from exports.believing import Believed
from exports.manifest import Manifest, Parcel, Signature
from exports.rejections import Reason, Refused
from exports.signing import fingerprint, read_key, spaced
from exports.trust import Laptop, State, former_keys, laptops, meet
from exports.version import app_version
from surveys.store import Store


class Standing(StrEnum):
    """On what ground a workbook was taken; kept with it for ever."""

    OWN = "own"
    """This very laptop exported it."""
    APPROVED = "approved"
    UNAPPROVED = "unapproved"
    """The last three only at somebody's express wish."""
    UNSIGNED = "unsigned"
    INVALID = "invalid"

    @property
    def mark(self) -> str:
        """What stands beside everything that came this way; "" where all is in order."""
        return {"unapproved": "电脑未认可", "unsigned": "未签名", "invalid": "签名无效"}.get(self, "")


@dataclass(frozen=True, slots=True)
class Admission:
    """A workbook that may come in."""

    standing: Standing
    remarks: tuple[str, ...]
    """What people should hear of it, Chinese clauses."""


class Gate:
    """Stands before one merge.

    Args:
        store: What is merged into.
        unverified: True lets in what is not signed by an approved laptop, marked for ever.
    """

    def __init__(self, store: Store, unverified: bool = False) -> None:
        self._store, self._unverified = store, unverified
        key = read_key(store)
        self._own = key.public if key else ""
        self._touched: set[tuple[str, str]] = set()

    def admit(self, parcel: Parcel) -> Admission:
        """Judge a workbook; a laptop that is seen for the first time is noted as waiting.

        Raises:
            Refused: It is not signed by an approved laptop, and nobody said to take it all the same.
            StoreError: The laptop could not be noted.
        """
        standing, changed = self._judged(parcel)
        older = "是这台电脑较早导出的一本" if chain.is_superseded(self._store, parcel.manifest) else ""
        taken = f"{standing.mark}，按要求收下并永远注明" if standing.mark else ""
        return Admission(standing, tuple(filter(None, (older, taken, changed))))

    def _judged(self, parcel: Parcel) -> tuple[Standing, str]:
        """The ground it is taken on, and a clause where the laptop has another key than before ("" else)."""
        manifest, changed = parcel.manifest, ""
        if parcel.signature is Signature.MISSING:
            standing, refusal = Standing.UNSIGNED, Refused(Reason.UNSIGNED, _UNSIGNED)
        elif parcel.signature is Signature.INVALID:
            standing, refusal = Standing.INVALID, Refused(Reason.BAD_SIGNATURE, _INVALID)
        elif manifest.key == self._own:
            return Standing.OWN, ""
        else:
            laptop = meet(self._store, manifest)
            changed = "" if self._seen_before(manifest) else self._changed(laptop)
            if laptop.state is State.APPROVED and laptop.key == manifest.key:
                return Standing.APPROVED, changed
            standing, refusal = Standing.UNAPPROVED, _stranger(laptop, manifest, changed)
        if not self._unverified:
            raise refusal
        return standing, changed

    def believed(self) -> Believed:
        """Whose projections stand for their histories: the approved laptops' and this one's."""
        keys = {known.fingerprint: known.key for known in laptops(self._store) if known.state is State.APPROVED}
        own = {fingerprint(self._own): self._own} if self._own else {}
        return Believed(app_version(), keys | own, self._store.definitions())

    def note(self, parcel: Parcel, standing: Standing) -> None:
        """Take note of a workbook that was taken; in the same transaction as its interviews. Raises StoreError."""
        manifest = parcel.manifest
        chain.record(self._store, manifest, standing, vouched=parcel.signature is Signature.VALID)
        self._touched.add((manifest.device, manifest.survey))

    def faults(self) -> tuple[str, ...]:
        """What is amiss in the chains of the laptops whose workbooks were taken, a Chinese sentence each."""
        return tuple(
            fault for device, survey in sorted(self._touched) for fault in chain.faults(self._store, device, survey)
        )

    def _changed(self, laptop: Laptop) -> str:
        former = "、".join(spaced(other.fingerprint) for other in former_keys(self._store, laptop))
        return f"这台电脑换了签名钥匙（以前的指纹 {former}，现在 {spaced(laptop.fingerprint)}）" if former else ""

    def _seen_before(self, manifest: Manifest) -> bool:
        sql = "SELECT count(*) FROM exports WHERE key = ? AND device = ?"
        return bool(self._store.conn.execute(sql, (manifest.key, manifest.device)).fetchone()[0])


def _stranger(laptop: Laptop, manifest: Manifest, changed: str) -> Refused:
    digits = spaced(laptop.fingerprint)
    if laptop.key != manifest.key:
        return Refused(
            Reason.UNKNOWN_LAPTOP,
            f"的签名钥匙与已登记的电脑（{laptop.name}，指纹 {digits}）指纹相同而内容不同，可能是伪造的",
        )
    which = "已撤销认可" if laptop.state is State.WITHDRAWN else "还没有认可"
    told = f"来自{which}的电脑：{laptop.name}，指纹 {digits}"
    return Refused(Reason.UNKNOWN_LAPTOP, f"{told}；{changed}" if changed else told)


_UNSIGNED = "未签名（旧版程序导出的，或签名被去掉了），不能确认由哪台电脑导出"
_INVALID = "签名无效（导出以后数据页被改动过），不能确认由哪台电脑导出"
