"""What an expression reads, found out while it is compiled, for the loader's checks and for incremental evaluation."""

from dataclasses import dataclass, field, replace

ChoiceUse = tuple[str, tuple[str, ...], str, int]
"""(name, parts, literal, offset of the literal): an answer compared with a choice code. `.` is named `.`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `${name.part.part}`, or a location path that comes down to one."""

    name: str
    parts: tuple[str, ...]
    offset: int
    """0-based offset of the `$` (or of the path) in the source."""
    fields: frozenset[str] = frozenset()
    """Row fields that predicates and path steps read of it: `v_kind` in `${venues}[v_kind = '1']`."""
    only_missing: bool = False
    """Whether the name occurs nowhere but as the argument of `is-missing()`."""


@dataclass(slots=True)
class _Draft:
    reference: Reference
    in_missing: bool
    fields: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """Collects while compiling; `references()` gives the finished tuple."""

    drafts: list[_Draft] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)
    reads_current: bool = False
    row_fields: set[str] = field(default_factory=set)
    choice_uses: list[ChoiceUse] = field(default_factory=list)

    def refer(self, name: str, parts: tuple[str, ...], offset: int, *, in_missing: bool = False) -> set[str]:
        """Record a reference and return the set that its row fields are to be added to."""
        draft = _Draft(Reference(name, parts, offset), in_missing)
        self.drafts.append(draft)
        return draft.fields

    def references(self) -> tuple[Reference, ...]:
        """Every reference, in the order of the source."""
        read = {(draft.reference.name, draft.reference.parts) for draft in self.drafts if not draft.in_missing}
        ordered = sorted(self.drafts, key=lambda draft: draft.reference.offset)
        return tuple(
            replace(
                draft.reference,
                fields=frozenset(draft.fields),
                only_missing=(draft.reference.name, draft.reference.parts) not in read,
            )
            for draft in ordered
        )
