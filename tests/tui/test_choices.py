"""Closed questions: one keystroke each, on disk before the next."""


async def test_a_digit_answers_a_single_choice_and_moves_on(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2")
        assert desk.value("mode") == "2"
        assert desk.at == "filler_post"


async def test_digits_in_a_burst_answer_one_question_after_another(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "主", "席", "enter", "1", "4", "2", "enter", "3", "enter")
        assert [desk.value(a) for a in ("mode", "filler_post", "chair_post", "exec_vice_chair")] == [
            "2",
            "主席",
            "1",
            "4",
        ]
        assert [desk.value(a) for a in ("vice_chair_extra.part_time", "vice_chair_extra.seconded")] == ["2", "3"]
        assert desk.at == "staff_quota"


async def test_full_width_digits_choose_too(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("２")
        assert desk.value("mode") == "2"


async def test_a_two_digit_code_waits_for_its_second_digit_and_opens_the_text_line(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("chair_post")
        await desk.press("9")
        assert desk.value("chair_post") == ""
        await desk.press("6")
        assert desk.value("chair_post") == "96"
        assert desk.at == "chair_post"
        await desk.type("援疆干部", "enter")
        assert desk.value("chair_post.96") == "援疆干部"
        assert desk.at == "exec_vice_chair"


async def test_a_specify_text_that_is_too_short_stays_with_a_sentence(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("chair_post")
        await desk.type("96短", "enter")
        assert desk.at == "chair_post"
        assert "至少填2个字" in desk.screen
        assert "短" in desk.screen


async def test_digits_toggle_in_a_multiple_choice_and_enter_goes_on(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_main_problem")
        await desk.press("4", "2", "4", "3", "enter")
        assert desk.value("sw_main_problem") == "2 3"
        assert desk.at == "palace_exists"


async def test_an_ambiguous_digit_is_settled_by_enter_or_by_the_next_digit(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_main_problem")
        await desk.press("1", "0", "1", "2")
        assert desk.value("sw_main_problem") == "1 2 10"
        await desk.press("1", "0", "1", "enter")
        assert desk.value("sw_main_problem") == "2"
        assert desk.at == "palace_exists"


async def test_an_exclusive_choice_clears_the_others_and_is_cleared_by_them(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_main_problem")
        await desk.press("2", "3", "9", "7")
        assert desk.value("sw_main_problem") == "97"
        await desk.press("3")
        assert desk.value("sw_main_problem") == "3"


async def test_one_choice_too_many_is_refused_with_a_sentence(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("sw_main_problem")
        await desk.press("2", "3", "4", "6")
        assert desk.value("sw_main_problem") == "2 3 4"
        assert "最多选3项" in desk.screen


async def test_skip_logic_is_live_in_the_index(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.go("palace_exists")
        assert " 17 – " in desk.screen
        await desk.press("1")
        assert " 17 ○ " in desk.screen
        assert desk.at == "palace_operating"
        await desk.press("pageup", "5")
        assert " 17 – " in desk.screen
        assert desk.at == "venues"


async def test_enter_takes_the_highlighted_option(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("down", "enter")
        assert desk.value("mode") == "2"


async def test_undo_restores_the_former_answer_as_a_new_event(open_app):
    async with open_app() as desk:
        await desk.open()
        await desk.press("2", "pageup", "3")
        count = len(desk.interview.events)
        await desk.press("ctrl+z")
        assert desk.value("mode") == "2"
        assert desk.at == "mode"
        assert len(desk.interview.events) == count + 1
