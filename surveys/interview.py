"""One interview being filled in: what is relevant, what is wrong, how far it is. Pure, no I/O.

The state is what the history adds up to (`history.replay`) seen through the form. `apply` takes one
more event and looks again only at what depends on the changed question, so the work of a
keystroke does not grow with the form.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable

from surveys.answers import EMPTY, Answer, Status, display
from surveys.choosing import offered_choices
from surveys.completeness import empty_cells, open_items
from surveys.evaluation import evaluate_rules, figure
from surveys.form import Form, Item, parse_address, roster_cell, specify_cell
from surveys.history import Event, Kind
from surveys.record import Record
from surveys.scope import CellNode, Scope
from surveys.standing import Finding, FlagHit, Mark, Open, Progress
from surveys.text import Refusal
from surveys.typed import read_typed
from surveys.value_types import Choice


def local_now() -> dt.datetime:
    """The time of the moment, with its zone."""
    return dt.datetime.now().astimezone()


class Interview(Record):
    """The state of one interview.

    Args:
        form: The form it is filled in with.
        events: Its whole history, in any order. Must begin with an `opened` event.
        clock: What `today()` and `now()` in expressions see.
    """

    def __init__(self, form: Form, events: Iterable[Event], clock: Callable[[], dt.datetime] = local_now) -> None:
        super().__init__(form, events)
        self.clock = clock
        self._relevant: dict[str, bool] = {}
        self._figures: dict[str, str] = {}
        self._hidden: dict[str, set[tuple[str, str]]] = {}  # roster → (row id, field) not asked there
        self._findings: dict[str, tuple[Finding, ...]] = {}
        self._flags: dict[str, tuple[FlagHit, ...]] = {}
        self.touched: frozenset[str] = frozenset()
        """Questions looked at again by the last `apply`: their mark, answers or findings may differ."""
        self.nodes: dict[str, dict[tuple[str, ...], tuple[CellNode, ...]]] = {}
        """Question → part of it → what expressions see there; `Scope` fills it, every change empties its question's."""
        self.error_count = 0
        self._counted: dict[str, tuple[int, int]] = {}  # question → done, asked (0 or 1 each)
        self._tally = {section.name: (0, 0) for section in form.sections()}
        self._refresh({item.name for item in form.items})

    # ── what it holds ─────────────────────────────────────────────────────────────────

    def answer(self, address: str) -> Answer:
        """The answer as it counts: skipped when hidden, the computed number for a calculated figure."""
        parsed = parse_address(address)
        if not self._relevant[parsed.question]:
            return Answer("", Status.SKIPPED)
        if (computed := self._figures.get(address)) is not None:
            return Answer(computed, Status.ANSWERED) if computed else EMPTY
        if parsed.row_id:
            if not self._rows.get(parsed.question, {}).get(parsed.row_id):
                return EMPTY  # the row was taken off; what was answered in it is kept aside
            if not self.field_relevant(parsed.question, parsed.row_id, parsed.rest.partition(".")[0]):
                return Answer("", Status.SKIPPED)
        if (parsed.rest if parsed.row_id else address) in self.form.specifies:
            base, _, code = address.rpartition(".")
            if code not in self.answer(base).value.split():
                return Answer("", Status.SKIPPED)
        return self.stored.get(address, EMPTY)

    def relevant(self, item: str) -> bool:
        """True while the question is asked of this unit."""
        return self._relevant[item]

    def field_relevant(self, roster: str, row_id: str, field: str) -> bool:
        """True while a field is asked in one row."""
        return (row_id, field) not in self._hidden.get(roster, ())

    def row_label(self, roster: str, row_id: str) -> str:
        """How a row is named in lists: its item label with the answers put in."""
        item = self.form.by_name[roster]
        label = str(getattr(item.question, "item_label", ""))
        for cell in item.cells:
            if (place := f"${{{cell.address}}}") in label:
                value = self.answer(roster_cell(roster, row_id, cell.address)).value
                label = label.replace(place, display(cell.kind, value))
        return label.strip() or f"第{self.rows(roster).index(row_id) + 1}项"

    def addresses(self, item_name: str) -> tuple[str, ...]:
        """Every answerable address of a question now: roster rows' cells and chosen specify texts too."""
        if (fixed := self.form.fixed_addresses.get(item_name)) is not None:
            return fixed
        item = self.form.by_name[item_name]
        if not item.asked:
            return ()
        if item.type == "roster":
            plain = [
                roster_cell(item_name, row_id, cell.address) for row_id in self.rows(item_name) for cell in item.cells
            ]
        else:
            plain = [cell.address for cell in item.cells]
        return tuple(full for address in plain for full in (address, *self.specify_addresses(address)))

    def specify_addresses(self, address: str) -> tuple[str, ...]:
        """The addresses of the texts that the chosen options of a cell ask for."""
        if not (codes := self.form.specify_codes(address)):
            return ()
        chosen = self.stored.get(address, EMPTY).value.split()
        return tuple(specify_cell(address, code) for code in codes if code in chosen)

    # ── what is wrong with it ─────────────────────────────────────────────────────────

    def findings(self, item: str | None = None) -> list[Finding]:
        """Errors and warnings of one question or of all; passed warnings carry their note."""
        names = [item] if item else [entry.name for entry in self.form.items]
        return [finding for name in names for finding in self._findings[name]]

    def flags(self, item: str | None = None) -> list[FlagHit]:
        """Candidate problems, one per rule (and row) that holds; people confirm or dismiss them."""
        names = [item] if item else [entry.name for entry in self.form.items]
        return [hit for name in names for hit in self._flags[name]]

    def mark(self, item: str) -> Mark:
        """The state of a question for the index."""
        if not self._relevant[item]:
            return Mark.SKIPPED
        findings = self._findings[item]
        if any(finding.level == "error" for finding in findings):
            return Mark.ERROR
        if findings:
            return Mark.WARNING
        if self.form.by_name[item].type == "note":
            return Mark.NOTE
        if self._counted.get(item, (0, 0))[0] or self._figures.get(item):
            return Mark.ANSWERED
        given = any(self.answer(address).status.given for address in self.addresses(item))
        return Mark.PARTIAL if given else Mark.EMPTY

    def progress(self, section: str | None = None) -> Progress:
        """How far a section is, or the whole form: its numbered questions, or all where none is numbered."""
        if section:
            return Progress(*self._tally[section])
        numbered = [part for part in self.form.sections() if part.numbered]
        tallies = [self._tally[part.name] for part in numbered or self.form.sections()]
        return Progress(sum(tally[0] for tally in tallies), sum(tally[1] for tally in tallies))

    def open_items(self) -> list[Open]:
        """What blocks completion, in the order of the form."""
        return open_items(self)

    # ── moving ────────────────────────────────────────────────────────────────────────

    def following(self, item: str) -> str | None:
        """The next relevant question that a person answers; None at the end."""
        return self._step(item, 1)

    def preceding(self, item: str) -> str | None:
        """The one before; None at the beginning."""
        return self._step(item, -1)

    def _step(self, item: str, step: int) -> str | None:
        place = self.form.position[item] + step
        while 0 <= place < len(self.form.items):
            candidate = self.form.items[place]
            if candidate.type != "calculate" and self._relevant[candidate.name]:
                return candidate.name
            place += step
        return None

    # ── changing ──────────────────────────────────────────────────────────────────────

    def choices(self, address: str) -> tuple[Choice, ...]:
        """The choices offered at an address now, after the question's `choice_filter`."""
        return offered_choices(self, address)

    def check_typed(self, address: str, typed: str) -> Answer:
        """The answer that this typing would be. Raises Refusal with a sentence for the person."""
        item = self.form.question_of(address)
        if not item.asked:
            raise Refusal("这里不用填写。" if item.type == "note" else "这是自动计算的指标，不能填写。")
        cell = self.form.cell(address)
        self.refuse_gone_row(address)
        if cell.read_only and self.kept(address).status.given:
            raise Refusal("这里由任务分派带入，不能修改。")
        kind = cell.kind
        if self.form.has_filter(address):
            kind = kind.model_copy(update={"choices": self.choices(address)})
        value = read_typed(kind, typed)
        return Answer(value, Status.ANSWERED) if value else EMPTY

    def apply(self, event: Event) -> frozenset[str]:
        """Take one more event, made on the present heads.

        Returns:
            The addresses whose effective answer changed or is no longer disputed.
        """
        decided = self._take(event)
        self.touched = frozenset()
        if event.kind is Kind.WARNING_PASSED:
            owner = parse_address(event.cell.partition("@")[0]).question
            name = self.form.fields.get(owner, owner)
            self._judge(self.form.by_name[name])
            self.touched = frozenset({name})
            return frozenset()
        if event.kind not in (Kind.ANSWERED, Kind.ROW_ADDED, Kind.ROW_REMOVED):
            return frozenset()
        parsed = parse_address(event.cell)
        before = self.effective(parsed.question)
        self._put(event, len(self.events) - 1)
        self.nodes.pop(parsed.question, None)
        touched = self._refresh({parsed.question}, before)
        after: dict[str, Answer] = {}
        for name in touched:
            after |= self.effective(name)
        return frozenset(
            address
            for address in before.keys() | after.keys() | decided
            if before.get(address) != after.get(address) or address in decided
        )

    def effective(self, item: str) -> dict[str, Answer]:
        """Every address of a question that is not plainly empty → its effective answer."""
        addresses = (item,) if self.form.by_name[item].type == "calculate" else self.addresses(item)
        if self.form.by_name[item].type == "roster" and (self.nothing(item) or not self._relevant[item]):
            addresses += (item,)  # so that 暂无 and a skipped roster without rows are seen too
        answers = {address: self.answer(address) for address in addresses}
        return {address: answer for address, answer in answers.items() if answer.status is not Status.EMPTY}

    def _refresh(self, changed: set[str], before: dict[str, Answer] | None = None) -> set[str]:
        """Look again at the changed questions and at everything that depends on them.

        Adds the former answers of whatever gets hidden, shown or computed anew to `before`.
        Returns the questions whose answers may have changed.
        """
        rules = self.form.rules
        touched = set(changed)
        queue = [(rules.rank[name], name) for name in changed]
        heapq.heapify(queue)
        queued = set(changed)
        while queue:
            _, name = heapq.heappop(queue)
            # What the changed question held before, the caller noted: by now it holds the new answer.
            if self._settle(name, None if name in changed else before) or name in changed:
                touched.add(name)
                for reader in rules.fed_by[name]:
                    if reader not in queued:
                        queued.add(reader)
                        heapq.heappush(queue, (rules.rank[reader], reader))
        judged = touched | {checked for name in touched for checked in rules.checked_with[name]}
        self.touched = frozenset(judged)
        for name in judged:
            self._judge(self.form.by_name[name])
        return touched

    def _settle(self, name: str, before: dict[str, Answer] | None) -> bool:
        """Work out relevance and figure of one question; True if its answers may have changed."""
        item, rules = self.form.by_name[name], self.form.rules
        former = self.effective(name) if before is not None else {}
        conditions = (rules.section_relevant.get(name), rules.relevant.get(name))
        relevant = all(condition is None or condition.boolean(Scope(self, item)) for condition in conditions)
        changed = self._relevant.get(name) is not relevant
        if changed:
            self.nodes.pop(name, None)
        self._relevant[name] = relevant
        if (calculation := rules.calculations.get(name)) is not None:
            value = figure(calculation, Scope(self, item), item) if relevant else ""
            if self._figures.get(name) != value:
                changed = True
                self.nodes.pop(name, None)
            self._figures[name] = value
        changed = self._hide_fields(item) or changed
        if changed and before is not None:
            for address, answer in former.items():
                before.setdefault(address, answer)
        return changed

    def _hide_fields(self, item: Item) -> bool:
        """Work out which fields are asked in which row of a roster; True if that changed."""
        rules, former = self.form.rules, self._hidden.get(item.name, set())
        if not (fields := rules.fields_with_condition.get(item.name)):
            return False
        hidden = self._hidden[item.name] = set()
        for row_id in self.rows(item.name):
            for field in fields:  # in the order of the form: a condition may read the fields before
                if not rules.relevant[field].boolean(Scope(self, item, row_id, field)):
                    hidden.add((row_id, field))
        return hidden != former

    def _judge(self, item: Item) -> None:
        """Run the checks and flags of one question and count it anew."""
        self.error_count -= _errors(self._findings.get(item.name, ()))
        self._findings[item.name], self._flags[item.name] = evaluate_rules(self, item)
        self.error_count += _errors(self._findings[item.name])
        if not item.asked:
            return
        asked = self._relevant[item.name]
        now = (int(asked and self._is_done(item)), int(asked))
        was = self._counted.get(item.name, (0, 0))
        done, total = self._tally[item.section.name]
        self._tally[item.section.name] = (done + now[0] - was[0], total + now[1] - was[1])
        self._counted[item.name] = now

    def _is_done(self, item: Item) -> bool:
        if next(empty_cells(self, item), None):
            return False
        if item.question.required:
            return True
        if item.type == "roster":
            return bool(self.rows(item.name)) or self.nothing(item.name)
        return all(self.answer(cell.address).status.given for cell in item.cells)


def _errors(findings: Iterable[Finding]) -> int:
    return sum(finding.level == "error" for finding in findings)
