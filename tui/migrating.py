"""The command `migrate`: what a newer version of a form does to every draft, shown before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from surveys.acts import Actor
from surveys.answers import Answer
from surveys.campaign import open_campaign
from surveys.form import Form
from surveys.loading import load_form
from surveys.moving import Move, Moves, carry_out, plan_moves
from surveys.store import Store
from surveys.text import show_text
from tui.in_words import answer_in_words


def migrate(data: Path, definition: Path | None, yes: bool) -> None:
    """Show, ask, move. Without a definition file: to the current version of every installed survey."""
    form = load_form(definition) if definition else None
    with open_campaign(data) as store:
        forms = [form] if form else [store.form(heading.digest) for heading in store.surveys()]
        plans = [plan_moves(store, target) for target in forms]
        for moves in plans:
            for line in told(store, moves):
                click.echo(line)
        drafts = sum(len(moves.moving) for moves in plans)
        if not drafts and all(store.survey_digest(moves.form.definition.id) == moves.form.digest for moves in plans):
            return
        if not yes and not _agreed(drafts):
            click.echo("没有迁移，什么都没有改变。")
            return
        actor = Actor(store.setting("member"), int(store.setting("team") or 0), store.setting("device_id"))
        with store.transaction():
            for moves in plans:
                carry_out(store, moves, actor)
        click.echo(f"已迁移 {drafts} 份草稿。原来的答案和问卷都留在历史里。")


def _agreed(drafts: int) -> bool:
    question = f"迁移这 {drafts} 份草稿，并启用新版吗？" if drafts else "启用新版吗？"
    try:
        return click.confirm(question, default=False)
    except click.Abort:  # the end of the input, or Ctrl+C
        click.echo()
        return False


def told(store: Store, moves: Moves) -> Iterator[str]:
    """What would happen, line by line."""
    survey = moves.form.definition
    yield f"{survey.title}（{survey.id} {survey.version}）：可迁移的草稿 {len(moves.moving)} 份，不动的 {len(moves.staying)} 份"
    names = {unit.code: unit.name for unit in store.units()}
    for move in moves.moving:
        yield f"{names.get(move.row.unit, move.row.unit)}（{move.row.id[-4:]}，{move.form.definition.version} 版）"
        yield from (f"  {line}" for line in _changes(move))
    for stay in moves.staying:
        yield f"{names.get(stay.row.unit, stay.row.unit)}（{stay.row.id[-4:]}）不动：{stay.reason}"


def _changes(move: Move) -> Iterator[str]:
    old, plan = move.form, move.plan
    yield f"保留 {len(plan.kept)} 格"
    for before, after, answer in plan.renamed:
        where = f"{before} → {after}" if before != after else f"{before} 写法"
        yield f"改名 {where}：{_named(plan.form, after)}＝{_words(plan.form, after, answer)}"
    for drop in plan.dropped:
        words = _words(old, drop.address, drop.answer)
        yield f"放下 {drop.address}：{_named(old, drop.address)}＝{words}（{drop.reason}）"
    if plan.added:
        yield f"新增 {len(plan.added)} 题：{'、'.join(plan.added)}"


def _named(form: Form, address: str) -> str:
    """The question in its own words; the address for what an earlier version had."""
    try:
        return show_text(form.question_of(address).label, line=True)
    except KeyError:
        return address


def _words(form: Form, address: str, answer: Answer) -> str:
    return show_text(answer_in_words(form, address, answer), line=True)
