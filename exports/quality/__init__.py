"""Quality checks over all interviews of a round, after the sixteen of IPA's high-frequency checks (ipacheck).

What lives here: the checks, one room per family, each pure over the interviews that `sheets` reads once and the norms
that `norms` brings back set-wise; `examining` runs them, `thresholds` says from where on something is odd. What may
not: anything that changes a store. A new check is a subclass of `Check`, listed in `examining.CHECKS`.
"""

from exports.quality.examining import CHECKS, Quality, counts, examine
from exports.quality.findings import Check, Finding, Severity
from exports.quality.listing import lines, write_findings
from exports.quality.people import Work
from exports.quality.thresholds import Thresholds

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Quality",
    "Severity",
    "Thresholds",
    "Work",
    "counts",
    "examine",
    "lines",
    "write_findings",
]
