"""When the disk, a label or the program itself is bad."""

import sqlite3

import pytest

from surveys.store import StoreError

NASTY = ["[/foo]", "[red]红[/red]", "[$x]", "[@click=app.quit]点我[/]", "\\[x"]


async def test_a_full_disk_is_said_and_the_answer_stays_on_the_screen(open_app, monkeypatch):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_total")
        store = desk.app.store

        def full(*_: object) -> None:
            raise StoreError("磁盘已满，刚才这一步没有保存；以前的答案都在。")

        monkeypatch.setattr(store, "append", full)
        await desk.type("12", "enter")
        assert desk.at == "sw_total"
        assert "! 磁盘已满" in desk.screen
        assert desk.room.pane.editor.line.text == "12"
        assert desk.value("sw_total") == ""
        monkeypatch.undo()
        await desk.press("enter")
        assert desk.value("sw_total") == "12"


async def test_what_the_screen_calls_saved_is_on_disk(open_app, data):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2")
        copy = sqlite3.connect(":memory:")
        desk.app.store.conn.backup(copy)
        assert copy.execute("SELECT value FROM answers WHERE cell = 'mode'").fetchone() == ("2",)


@pytest.mark.parametrize("nasty", NASTY)
async def test_hostile_labels_and_answers_show_literally_in_every_editor(open_app, small_form, nasty):
    """Markup in a label kills a Textual app (MarkupError) or vanishes from the screen."""
    quoted = "'" + nasty + "'"
    questions = f"""
- {{name: one, type: select_one, label: {quoted}, hint: {quoted}, choices: [{{name: "1", label: {quoted}}}, {{name: "2", label: 乙}}]}}
- {{name: many, type: select_multiple, label: {quoted}, choices: [{{name: "1", label: {quoted}}}]}}
- {{name: line, type: text, label: {quoted}, hint: {quoted}}}
- {{name: box, type: text, multiline: true, label: {quoted}}}
- {{name: grid, type: matrix, label: {quoted}, cell: {{type: text}}, rows: [{{name: r, label: {quoted}}}], columns: [{{name: c, label: {quoted}}}]}}
- {{name: rows, type: roster, label: {quoted}, item_label: "${{f}}", none_label: {quoted}, questions: [{{name: f, type: text, label: {quoted}}}]}}
"""
    async with open_app(definition=small_form(questions, title=nasty.replace("\\", "\\\\"))) as desk:
        await desk.open()
        assert desk.screen.count(nasty) >= 4
        await desk.press("2", "1", "enter", *nasty, "enter", *nasty, "enter", *nasty, "enter")
        assert desk.at == "rows"
        await desk.press("enter", *nasty, "enter")
        assert f"✓ {nasty}" in desk.screen
        assert desk.value("line") == desk.value("box") == desk.value("grid.r.c") == nasty
        await desk.press("f2", *nasty, "enter", "f9")
        await desk.press("escape", "ctrl+f", *nasty, "escape", "ctrl+p", *nasty, "escape", "escape")


async def press_the_broken_key(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("f3")


async def test_a_crash_shows_and_logs_no_answer(open_app, data, monkeypatch, capsys):
    """Textual's own crash screen prints the local variables of every frame."""

    def broken(self) -> None:
        secret = self.item.name + "的秘密答案"
        raise RuntimeError(secret)

    monkeypatch.setattr("tui.screens.interview.InterviewScreen.action_doubt", broken)
    with pytest.raises(RuntimeError):
        await press_the_broken_key(open_app)
    log = (data / "zoufang.log").read_text("utf-8")
    assert "RuntimeError" in log
    assert "秘密" not in log
    said = capsys.readouterr().err
    assert "程序出错，已经停止" in said
    assert "秘密" not in said


async def test_ascii_consoles_get_ascii_marks_and_borders(open_app, monkeypatch):
    monkeypatch.setenv("ZOUFANG_ASCII", "1")
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", *"主席", "enter", "f3", "f9", "escape", "f1", "escape", "ctrl+f", "escape")
        for question in ("sw_main_problem", "new_form", "venues", "good_practice"):
            await desk.go(question)
            odd = {c for c in desk.screen if not (c.isascii() or "\u3000" <= c <= "\u9fff" or c >= "\uff00")}
            assert odd <= set("·—“”…"), odd


async def test_direction_overrides_in_labels_show_as_symbols_everywhere(open_app, small_form):
    bad = '"甲\\u202e乙"'
    questions = f"""
- {{name: one, type: select_one, label: {bad}, hint: {bad}, required: true, choices: [{{name: "1", label: {bad}}}, {{name: "2", label: 乙}}]}}
- {{name: grid, type: matrix, label: {bad}, cell: {{type: text}}, rows: [{{name: r, label: {bad}}}], columns: [{{name: c, label: {bad}}}]}}
- {{name: rows, type: roster, label: {bad}, none_label: {bad}, questions: [{{name: f, type: text, label: {bad}}}]}}
"""
    async with open_app(definition=small_form(questions, title="甲\\u202e乙")) as desk:
        await desk.open()
        for key in ("pagedown", "pagedown", "enter", "escape", "f9", "escape", "ctrl+f"):
            assert "甲�乙" in desk.screen
            assert "\u202e" not in desk.screen
            await desk.press(key)
