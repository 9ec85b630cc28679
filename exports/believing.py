"""Whose projections an office believes, so that it need not evaluate their interviews itself.

Evaluating is two thirds of the work of a merge. The same program has done it on the laptop already, for the same
history and definition; that it was this program there, the signature of a laptop that somebody approved says. Should
such a laptop be wrong all the same, `zoufang doctor` finds it: it replays every interview and compares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from exports.manifest import Manifest, Signature
from exports.signing import fingerprint


@dataclass(frozen=True)
class Believed:
    """Whom, as data that a worker process is told."""

    app: str
    """Version of this program."""
    keys: Mapping[str, str]
    """Fingerprint → public key of the approved laptops and of this one; "" where only the fingerprint is known yet."""
    definitions: Collection[str]
    """Digests of those that are in the store."""

    def vouches(self, manifest: Manifest, signature: Signature) -> bool:
        """Whether an approved laptop, or this one, signed a manifest."""
        return signature is Signature.VALID and self.keys.get(fingerprint(manifest.key)) in ("", manifest.key)

    def projections_of(self, manifest: Manifest, signature: Signature) -> bool:
        """Whether those in a parcel may stand for its histories."""
        return manifest.app == self.app and self.vouches(manifest, signature)


NOBODY = Believed("", {}, ())
