"""A keymap file changes keys everywhere at once; what cannot be is refused with a sentence and keeps its default."""

import pytest
from click.testing import CliRunner

from tui.cli import main
from tui.keymap import KEYS_FILE, read_keymap
from tui.keys import COMMANDS
from tui.screens.settings import Settings


@pytest.fixture
def keymap(data):
    """Write the keymap file of the data folder."""

    def write(text: str, encoding: str = "utf-8"):
        (data / KEYS_FILE).write_text(text, encoding)
        return data / KEYS_FILE

    return write


# ── reading ──


def test_without_a_file_every_key_is_as_it_was(data):
    keyboard, refusals = read_keymap(data / KEYS_FILE)
    assert (keyboard.changed, refusals) == ({}, ())
    assert keyboard.for_textual() == {}


def test_a_file_changes_what_it_names_and_nothing_else(keymap):
    keyboard, refusals = read_keymap(keymap('remark = "F11"\nfind = "ctrl+k, ctrl+w"\n'))
    assert refusals == ()
    assert keyboard.changed == {"remark": "f11", "find": "ctrl+k,ctrl+w"}
    assert keyboard.key_of("remark") == "F11"
    assert keyboard.key_of("find") == "Ctrl+K"
    assert keyboard.key_of("doubt") == "F3"


def test_two_commands_may_change_places(keymap):
    keyboard, refusals = read_keymap(keymap('remark = "f3"\ndoubt = "f2"\n'))
    assert refusals == ()
    assert keyboard.key_of("doubt") == "F2"


REFUSED = [
    (
        '# 第一行\nremrk = "f4"',
        "keys.toml 第2行 remrk：没有这个代号的命令，是不是“remark”？（zoufang keys 列出全部代号）。",
    ),
    ('remark = "a"', "keys.toml 第1行 remark：不能用“a”：字母、数字和标点留给输入法，仍用 F2。"),
    ('remark = "shift+a"', "字母、数字和标点留给输入法"),
    ('remark = "备"', "字母、数字和标点留给输入法"),
    ('remark = "enter"', "只能用 f1 到 f24"),
    ('remark = "ctrl+m"', "只能用 f1 到 f24"),
    ('remark = "f4,x"', "不能用“x”"),
    ("remark = 4", '键名要写在引号里，如 "f11"，仍用 F2'),
    ('remark = " "', "键名要写在引号里"),
    ("remark = [1]", "键名要写在引号里"),
    ('choose = "f4"', "第1行 choose：这是输入框自己的键，不能改。"),
    ('remark = "f9"', "keys.toml 第1行 remark：F9 在“填写”里已经是“检查”（review），仍用 F2。"),
    ('remark = "ctrl+j"', "只能用 f1 到 f24"),
    ('help = "f8"', "在“首页”里已经是“关于”（about），仍用 F1。"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_its_line_and_keeps_its_default(keymap, text, sentence):
    keyboard, refusals = read_keymap(keymap(text))
    assert keyboard.changed == {}
    assert len(refusals) == 1
    assert sentence in refusals[0]


def test_the_rest_of_the_file_holds_all_the_same(keymap):
    keyboard, refusals = read_keymap(keymap('remark = "f9"\nundo = "f24"\nexport = "x"\n'))
    assert keyboard.changed == {"undo": "f24"}
    assert len(refusals) == 2


def test_of_two_that_want_one_key_the_later_gives_way(keymap):
    keyboard, refusals = read_keymap(keymap('doubt = "f24"\nremark = "f24"\n'))
    assert keyboard.changed == {"doubt": "f24"}
    assert "第2行 remark：F24 在“填写”里已经是“待核实”（doubt），仍用 F2。" in refusals[0]


def test_a_default_that_comes_back_takes_its_key_back(keymap):
    """`remark` moves to the key of `doubt`, which may not move away: then neither moves."""
    keyboard, refusals = read_keymap(keymap('remark = "f3"\ndoubt = "q"\n'))
    assert keyboard.changed == {}
    assert len(refusals) == 2


def test_one_key_may_mean_different_things_in_different_rooms(keymap):
    keyboard, refusals = read_keymap(keymap('remark = "f24"\nexport = "f24"\n'))
    assert set(keyboard.changed) == {"remark", "export"}
    assert refusals == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("remark = f4", "keys.toml 第1行写法不对"),
        ('\nremark = "f4"\nremark = "f5"', "keys.toml 第3行写法不对"),
        ('remark = "f4', "keys.toml"),
        ("按键", "keys.toml 第1行写法不对"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_whole_with_its_line(keymap, text, sentence):
    keyboard, refusals = read_keymap(keymap(text))
    assert keyboard.changed == {}
    assert sentence in refusals[0]


def test_other_encodings_and_folders_are_refused_with_a_sentence(keymap, data):
    keyboard, refusals = read_keymap(keymap('# 按键\nremark = "f11"', "gb18030"))
    assert keyboard.changed == {}
    assert "不是 UTF-8 编码" in refusals[0]
    assert read_keymap(keymap('remark = "f11"', "utf-8-sig"))[0].changed == {"remark": "f11"}
    (data / KEYS_FILE).unlink()
    (data / KEYS_FILE).mkdir()
    assert "读不出来" in read_keymap(data / KEYS_FILE)[1][0]


# ── in the app ──


async def test_key_line_help_palette_and_binding_all_have_the_changed_key(open_app, keymap):
    keymap('settings = "f11"\n')
    async with open_app(size=(120, 40)) as desk:
        assert "F11 设置" in desk.screen
        assert "F6 设置" not in desk.screen
        await desk.press("f6")
        assert not isinstance(desk.app.screen, Settings)
        await desk.press("f1")
        assert "F11      设置" in desk.screen
        await desk.press("escape", "ctrl+p", *"shezhi")
        assert "设置　F11　" in desk.screen
        await desk.press("escape", "f11")
        assert isinstance(desk.app.screen, Settings)


async def test_sentences_name_the_changed_key(open_app, keymap):
    keymap('complete = "f11"\nreopen = "ctrl+k"\nundo = "ctrl+w"\nadvance = "ctrl+a"\n')
    async with open_app() as desk:
        await desk.press("f6")
        assert "（Ctrl+A 换）" in desk.screen
        await desk.press("escape")
        await desk.open()
        await desk.press("2", "ctrl+w")
        assert "已撤销上一个答案" in desk.screen
        await desk.press("f9", "f12", *"开错了", "enter")
        assert "按 Ctrl+K 可以重开" in desk.screen


async def test_commands_that_share_a_key_keep_it_when_one_of_them_gets_another(open_app, keymap):
    """Textual by itself drops a key from everything that shares it as soon as one of them is changed."""
    sharing = [c.id for c in COMMANDS if "review" in c.places and c.keys == "f10" and c.action]
    if len(sharing) < 2:
        pytest.skip("no two commands share a key")
    keymap('complete = "f11"\n')
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "f9", "f12", *"开错了", "enter", "f10")
        assert "为什么要重开" in desk.screen


async def test_refusals_show_on_the_home_screen_and_the_default_works(open_app, keymap):
    keymap('settings = "s"\nexprt = "f11"\n')
    async with open_app() as desk:
        said = "".join(line.strip() for line in desk.screen.splitlines())
        assert "! keys.toml 第1行 settings：不能用“s”" in said
        assert "第2行 exprt：没有这个代号的命令，是不是“export”？" in said
        await desk.press("f6")
        assert isinstance(desk.app.screen, Settings)


# ── zoufang keys ──


def run_keys(data):
    return CliRunner().invoke(main, ["--data", str(data), "keys"])


def test_the_table_is_a_keymap_file_that_changes_nothing_and_names_every_command(data, keymap):
    printed = run_keys(data).stdout
    for command in COMMANDS:
        assert (f'# {command.id} = "{command.keys}"' in printed) == bool(command.action), command
    keyboard, refusals = read_keymap(keymap(printed))
    assert (keyboard.changed, refusals) == ({}, ())


def test_a_line_of_the_table_holds_when_its_sign_is_taken_away_and_the_key_changed(data, keymap):
    line = next(line for line in run_keys(data).stdout.splitlines() if line.startswith("# remark ="))
    keyboard, refusals = read_keymap(keymap(line.removeprefix("# ").replace('"f2"', '"f24"')))
    assert (keyboard.changed, refusals) == ({"remark": "f24"}, ())


def test_every_default_could_be_written_down(data, keymap):
    """The whole table with the signs taken away: nothing is refused that the program does by itself."""
    lines = [line.removeprefix("# ") for line in run_keys(data).stdout.splitlines() if ' = "' in line[:40]]
    assert len(lines) > 20
    assert read_keymap(keymap("\n".join(lines)))[1] == ()


def test_the_command_checks_the_file_that_is_there(data, keymap):
    assert run_keys(data).stderr == ""
    keymap('remark = "a"')
    assert "keys.toml 第1行 remark" in run_keys(data).stderr
