"""Question types that the 56 do not use but a definition may."""

QUESTIONS = """
- {name: intro, type: note, label: 请先读这一段}
- {name: city, type: select_one, label: 哪个市, choices: [{name: "1", label: 甲市}, {name: "2", label: 乙市}]}
- name: county
  type: select_one
  label: 哪个县
  choices:
    - {name: "1", label: 甲东县, filter: {city: "1"}}
    - {name: "2", label: 乙西县, filter: {city: "2"}}
  choice_filter: city = ${city}
- {name: month, type: month, label: 哪个月}
- {name: share, type: percent, label: 比例}
- {name: order, type: rank, label: 排序, choices: [{name: "1", label: 甲事}, {name: "2", label: 乙事}]}
- {name: photo, type: attachment, label: 照片}
"""


async def test_a_note_is_read_and_a_filter_narrows_the_options(open_app, small_form):
    async with open_app(definition=small_form(QUESTIONS)) as desk:
        await desk.open()
        assert "请先读这一段" in desk.screen
        await desk.press("enter", "2")
        assert desk.at == "county"
        assert "乙西县" in desk.screen
        assert "甲东县" not in desk.screen


async def test_months_shares_ranks_and_files_are_typed_in_a_line(open_app, small_form, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"picture")
    async with open_app(definition=small_form(QUESTIONS)) as desk:
        await desk.open()
        await desk.go("month")
        await desk.press(*"2022年11月", "enter", *"12.5", "enter")
        assert desk.value("month") == "2022-11"
        assert desk.value("share") == "12.5"
        assert "1\u00a0甲事" in desk.screen
        await desk.press(*"2 1", "enter")
        assert desk.value("order") == "2 1"
        await desk.press(*str(tmp_path / "nothing.jpg"), "enter")
        assert desk.at == "photo"
        await desk.press("ctrl+u", *str(photo), "enter")
        assert desk.value("photo")
