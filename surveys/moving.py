"""Moving the drafts of a data folder to a newer version of their survey, all or none."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.acts import Actor
from surveys.form import Form
from surveys.migration import Plan, plan_migration
from surveys.recording import Recorder
from surveys.standing import Stage
from surveys.store import InterviewRow, Store
from surveys.text import Refusal


@dataclass(frozen=True, slots=True)
class Move:
    """A draft, the form it is filled in with, and what moving it would do."""

    row: InterviewRow
    form: Form
    plan: Plan


@dataclass(frozen=True, slots=True)
class Stay:
    """An interview that is left as it is, and why."""

    row: InterviewRow
    reason: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What making a version current would do to the interviews of other versions."""

    form: Form
    moving: tuple[Move, ...]
    staying: tuple[Stay, ...]


def plan_moves(store: Store, form: Form) -> Moves:
    """Look at every interview of the survey that another version was used for; changes nothing.

    Raises:
        Refusal: when the survey is not installed at all.
    """
    installed = [heading.id for heading in store.surveys()]
    if form.definition.id not in installed:
        raise Refusal(f"这里没有“{form.definition.id}”这份问卷（已有：{'、'.join(installed)}），没有答卷可以迁移。")
    moving, staying = [], []
    for row in store.interviews(survey_id=form.definition.id):
        if row.survey == form.digest:
            continue
        if reason := _reason_to_stay(row, form.definition.round):
            staying.append(Stay(row, reason))
        else:
            interview = store.interview(row.id)
            moving.append(Move(row, interview.form, plan_migration(interview, form)))
    return Moves(form, tuple(moving), tuple(staying))


def carry_out(store: Store, moves: Moves, actor: Actor) -> None:
    """Move the drafts and make the version the survey's current one, in one transaction."""
    with store.transaction():
        for move in moves.moving:
            Recorder.resume(store, move.row.id, actor).migrate(moves.form)
        store.install(moves.form.definition, store.units(), store.teams())


def _reason_to_stay(row: InterviewRow, round: str) -> str:
    if row.stage == Stage.COMPLETE:
        return "已完成，仍按原来的问卷保存；要换用新版请先退回草稿"
    if row.stage == Stage.VOID:
        return "已作废"
    if row.round != round:
        return f"属于另一轮（{row.round or '未写轮次'}），仍按原来的问卷保存"
    return f"有{row.conflicts}处冲突没有裁定，请先裁定" if row.conflicts else ""
