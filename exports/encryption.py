"""Workbooks with an opening password: real OOXML encryption, which WPS, Excel and LibreOffice open too.

AES-256 under a key from the password (100,000 rounds of SHA-512), with a checksum over all. A forgotten password
is not to be had back; the answers are still on the laptop.
"""

from __future__ import annotations

import io
from pathlib import Path

from exports.rejections import Reason, Refused


def encrypt(plain: Path, target: Path, password: str) -> None:
    """Write an encrypted copy of a workbook. Its bytes differ each time: salts are random. Raises OSError."""
    from msoffcrypto.format.ooxml import OOXMLFile  # brings cryptography with it

    with plain.open("rb") as source, target.open("wb") as file:
        OOXMLFile(source).encrypt(password, file)


def decrypted(data: bytes, password: str) -> bytes:
    """The workbook inside an encrypted one. Call in a worker only: the file says how much work it is.

    Raises:
        Refused: The password is another, or the file was changed since.
    """
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    locked, plain = OOXMLFile(io.BytesIO(data)), io.BytesIO()
    try:
        locked.load_key(password=password, verify_password=True)
    except InvalidKeyError:
        raise Refused(Reason.ENCRYPTED, "设了打开密码，给出的密码不对") from None
    try:
        # Only the newer of the two kinds of encryption has a checksum over all; the zip inside has its own.
        locked.decrypt(plain, verify_integrity=locked.type == "agile")
    except InvalidKeyError:
        raise Refused(Reason.DAMAGED, "加密的内容损坏了，多半没有传完") from None
    return plain.getvalue()
