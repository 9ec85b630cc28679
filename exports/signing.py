"""The laptop's own key, by which an office knows whose workbook it reads.

An Ed25519 key, made silently when it is first needed, in a file beside the store and bound to the store's device
id: a database that was copied, restored or rescued is another laptop. A signature proves which installation exported
a workbook, not that an interview took place.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.durable import sync_file, sync_folder
from surveys.seals import checksum

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from surveys.store import Store

FINGERPRINT_DIGITS = 12
"""About 40 bits: enough to compare over the phone; what an office keeps is the whole key."""

_PURPOSE = b"zoufang manifest\0"
"""Stands before what is signed, so that a signature is never good for anything else."""


@dataclass(frozen=True)
class LaptopKey:
    """A key pair."""

    device: str
    """Id of the store it belongs to."""
    public: str
    """32 bytes in hex; workbooks name it."""
    private: str = field(repr=False)
    """32 bytes in hex; never leaves the laptop."""

    @property
    def fingerprint(self) -> str:
        """`1234 5678 9012`: the public key as people compare it."""
        return spaced(fingerprint(self.public))

    def sign(self, text: str) -> bytes:
        """The signature (64 bytes) over a text."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.private)).sign(_PURPOSE + text.encode())


def fingerprint(public: str) -> str:
    """Twelve digits that stand for a public key (hex)."""
    number = int(hashlib.sha256(bytes.fromhex(public)).hexdigest(), 16)
    return f"{number % 10**FINGERPRINT_DIGITS:0{FINGERPRINT_DIGITS}}"


def spaced(digits: str) -> str:
    """123456789012 → 1234 5678 9012."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def verify(public: str, text: str, signature: bytes) -> bool:
    """True when the holder of the key signed exactly this text."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, _PURPOSE + text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def key_path(store: Path) -> Path:
    """Where the key of a store file is."""
    return store.with_suffix(".key")


def read_key(store: Store) -> LaptopKey | None:
    """The laptop's key; None where there is none, it is damaged or belongs to another store. Needs no cryptography."""
    key = _read(key_path(store.path))
    return key if key and key.device == store.setting("device_id") else None


def laptop_key(store: Store) -> tuple[LaptopKey, str]:
    """The laptop's key, made if there is none that is good.

    Returns:
        The key, and a Chinese sentence where it is a new one ("" otherwise): an office must approve it first.
    """
    if key := read_key(store):
        return key, ""
    key, former = make_key(store.setting("device_id")), _former(store)
    if not _kept(store, key):  # a hand-over must also be possible from a full or read-only disk
        return (
            key,
            f"数据文件夹不能写入，签名钥匙没有存下来：这次的指纹 {key.fingerprint} 只用这一回，请报给省总办公室认可。",
        )
    if former:
        return key, f"{former}，已换新的：请把新指纹 {key.fingerprint} 报给省总办公室，重新认可这台电脑。"
    return key, f"已为本机新建签名钥匙：请把指纹 {key.fingerprint} 报给省总办公室，认可一次即可。"


def make_key(device: str) -> LaptopKey:
    """A new key, kept nowhere yet."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private: Ed25519PrivateKey = Ed25519PrivateKey.generate()
    return LaptopKey(device, private.public_key().public_bytes_raw().hex(), private.private_bytes_raw().hex())


def _former(store: Store) -> str:
    """What became of the key there was; "" where there never was one."""
    path = key_path(store.path)
    if _read(path):
        return "签名钥匙属于另一份数据（数据文件是恢复、救回或拷来的）"
    if path.exists():
        return "签名钥匙文件损坏了"
    own = "SELECT count(*) FROM exports WHERE standing = 'own' AND device = ?"
    exported = store.conn.execute(own, (store.setting("device_id"),)).fetchone()[0]
    return "签名钥匙文件不见了" if exported else ""


def _read(path: Path) -> LaptopKey | None:
    try:
        data = json.loads(path.read_text(encoding="ascii"))
        seal = data.pop("crc")
        key = LaptopKey(**data)
        sound = seal == _seal(key) and len(bytes.fromhex(key.public)) == len(bytes.fromhex(key.private)) == 32
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return key if sound else None


def _seal(key: LaptopKey) -> int:
    return checksum((key.device, key.public, key.private))


def _kept(store: Store, key: LaptopKey) -> bool:
    try:
        if not store.read_only:
            keep_key(store, key)
    except OSError:
        return False
    return not store.read_only


def keep_key(store: Store, key: LaptopKey) -> None:
    """Write the store's key for this user's eyes only; whole on the disk when it returns. Raises OSError."""
    path = key_path(store.path)
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(asdict(key) | {"crc": _seal(key)}, file)
        sync_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
