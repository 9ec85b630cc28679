"""Matrices and rosters, filled in like a spreadsheet."""


async def test_numbers_and_enter_fill_a_column_and_the_sum_follows(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("staff_quota")
        await desk.press("1", "2", "enter", "3", "enter")
        assert "15 名" in next(line for line in desk.screen.splitlines() if "合计" in line)
        await desk.press("0", "enter")
        assert desk.value("staff_quota.admin") == "12"
        assert desk.at == "staff_on_post"


async def test_arrows_and_tab_move_like_in_a_spreadsheet(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("new_form")
        await desk.press("5", "0", "tab", "2", "0", "down", "9", "up", "up")
        assert desk.room.pane.editor.here() == "new_form.truck.joined"
        await desk.press("left", "left")
        assert desk.room.pane.editor.here() == "new_form.truck.joined"
        await desk.press("left")
        assert desk.room.pane.editor.here() == "new_form.truck.est"
        assert desk.value("new_form.truck.est") == "50"
        assert desk.value("new_form.truck.joined") == "20"
        assert desk.value("new_form.ride.joined") == "9"


async def test_a_rating_is_one_digit_per_row(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("service_capacity")
        await desk.press(*"12345912")
        assert [desk.value(cell.address) for cell in desk.interview.form.by_name["service_capacity"].cells] == list(
            "12345912"
        )
        assert desk.at == "service_gaps"


async def test_a_row_with_its_own_type_takes_amounts(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("small_payers")
        await desk.press("5", "enter", "5", "enter", *"3500元", "enter")
        assert desk.value("small_payers.amount") == "0.35"


async def test_a_refused_cell_keeps_its_text_and_the_cursor(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("staff_quota")
        await desk.type("十二个", "enter")
        assert desk.room.pane.editor.here() == "staff_quota.admin"
        assert desk.room.pane.editor.line.text == "十二个"
        assert "不是数字" in desk.screen


async def test_a_cell_can_be_unknown(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("appeals")
        await desk.press("f7", "7", "enter")
        assert desk.interview.answer("appeals.received").status == "dont_know"
        assert desk.value("appeals.replied") == "7"
        assert "不掌握" in desk.screen


async def test_a_sum_that_does_not_fit_is_said_under_the_grid_and_in_the_index(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("staff_on_post")
        await desk.press("4", "enter", "1", "enter", "0", "enter")
        await desk.go("staff_age")
        await desk.press("1", "enter", "1", "enter", "1", "enter", "1", "enter")
        assert desk.at == "staff_age"
        assert "各年龄段合计应等于" in desk.screen
        assert "▶  7 !" in desk.screen
        await desk.press("enter", "enter", "enter", "enter")
        assert desk.at != "staff_age"


VENUE = [
    "文",
    "化",
    "宫",
    "enter",
    "1",
    "安",
    "埠",
    "enter",
    *"1200.5",
    "enter",
    "1",
    *"2015-6-1",
    "enter",
    "6",
    "enter",
]


async def test_roster_rows_are_added_field_by_field(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("venues")
        await desk.press("enter", *VENUE, *"3000", "enter", "1")
        (row_id,) = desk.interview.rows("venues")
        assert desk.value(f"venues[{row_id}].v_name") == "文化宫"
        assert desk.value(f"venues[{row_id}].v_own") == "1"
        assert desk.value(f"venues[{row_id}].v_open_date") == "2015-06-01"
        assert desk.value(f"venues[{row_id}].v_status") == "1"
        assert " 1 ✓ 文化宫" in desk.screen
        await desk.press("pagedown")
        assert desk.at == "service_center"


async def test_an_unfinished_row_is_reopened_and_a_row_nobody_filled_is_taken_off(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("venues")
        await desk.press("enter", "甲", "宫", "enter", "escape")
        assert " 1 ◐ 甲宫" in desk.screen
        await desk.press("+", "escape")
        assert len(desk.interview.rows("venues")) == 1
        await desk.press("up", "enter")
        assert desk.room.pane.editor.here().endswith(".v_kind")


async def test_a_chosen_other_kind_adds_the_line_for_its_text(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("venues")
        await desk.press("enter", "甲", "宫", "enter", "9", "6")
        assert desk.room.pane.editor.here().endswith(".v_kind.96")
        await desk.press("驿", "站", "enter")
        (row_id,) = desk.interview.rows("venues")
        assert desk.value(f"venues[{row_id}].v_kind.96") == "驿站"


async def test_removing_a_row_asks_first(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("venues")
        await desk.press("enter", "甲", "宫", "enter", "escape", "up", "delete")
        assert "删除“甲宫”" in desk.screen
        await desk.press("escape")
        assert len(desk.interview.rows("venues")) == 1
        await desk.press("delete", "enter")
        assert desk.interview.rows("venues") == ()


async def test_nothing_to_register_is_stated_by_a_line_of_its_own(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("difficulties")
        await desk.press("down", "enter")
        assert desk.interview.nothing("difficulties")
        assert desk.at == "good_practice"
