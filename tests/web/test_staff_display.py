"""The staff's page for what is on the screens: at the touchscreen by taps alone, in words of one's own elsewhere."""

import csv
import io
import json

from kiosk.actions.display import change_display
from kiosk.domain.display import LONGEST_NOTICE, Change, Display
from kiosk.domain.errors import NotRecorded
from kiosk.domain.text import LOCALES
from kiosk.web.staff import display as view
from tests.web.page import Page, Staff, words

PAGE = "/staff/display"


def told(page: Page) -> str:
    return " ".join(words(one) for one in page.tree.iter() if one.get("role") in ("status", "alert"))


def on_now(page: Page) -> str:
    (found,) = [one for one in page.tree.iter() if one.get("class") == "on-now-words"]
    return words(found)


def pressed(page: Page) -> list[str]:
    return [one.get("value") for one in page.all("button") if one.get("aria-pressed") == "true"]


# At the touchscreen


def test_with_the_pin_everything_is_a_tap(desk, at_kiosk, kiosk):
    page = desk.tap(desk.get("/staff"), "屏幕")
    page = desk.press(page, "请排队，依次参观")
    assert "已更改" in told(page)
    assert on_now(page) == "进行中 · 通知：请排队，依次参观"
    assert "请排队，依次参观" in at_kiosk.get("/").text
    assert "Please line up" in at_kiosk.get("/?lang=en").text
    page = desk.press(page, "高峰模式")
    page = desk.press(page, "室外强光")
    page = desk.press(page, "今日已结束")
    assert pressed(page) == ["closed", "queue", "outdoor"]
    assert on_now(page) == "今日已结束 · 高峰模式 · 室外强光"
    assert kiosk.display == Display("closed", "queue", "outdoor")


def test_nothing_there_needs_a_keyboard(desk, staff):
    def fields(page: Page) -> list[str]:
        return [one.get("name") for one in page.all("input") if one.get("type") != "hidden"] + page.all("textarea")

    assert fields(desk.get(PAGE)) == []
    typed = [f"{name}.{locale}" for name in ("text", "when", "place") for locale in ("zh", "en")]
    assert fields(staff.get(PAGE)) == typed


def test_a_notice_goes_down_with_one_tap(desk, kiosk):
    page = desk.press(desk.get(PAGE), "活动马上开始")
    page = desk.press(page, "撤下通知")
    assert kiosk.display.notice == {}
    assert "撤下通知" not in page.text


def test_a_notice_with_a_time_takes_it_from_what_was_chosen(desk, kiosk):
    page = desk.get(PAGE)
    chosen = [one.get("value") for one in page.all("option") if one.get("selected") is not None]
    assert chosen[:2] == ["08", "30"], "at eight, half past eight is the next to come"
    action, fields = page.form("讲座改到 …")
    desk.post(action, [*fields, ("hour", "14"), ("minute", "30")])
    assert kiosk.display.notice == {"zh": "讲座改到 14:30", "en": "The talk has been moved to 14:30"}


def test_every_ready_notice_and_word_fits_in_every_language(app, kiosk):
    with app.test_request_context():
        for sentence in view.AT_ONCE.values():
            change_display(kiosk, notice=view._in_every_language(sentence))
        for sentence in view.AT_A_TIME.values():
            change_display(kiosk, notice=view._in_every_language(sentence, time="14:30"))
        for sentence in view.INSTEAD.values():
            change_display(kiosk, changes={"symposium": Change(view._in_every_language(sentence))})
    assert set(kiosk.display.notice) == set(LOCALES)
    assert len(view.AT_ONCE) + len(view.AT_A_TIME) >= 6


def test_an_activity_gets_another_time_and_place_by_taps_and_its_own_back(desk, at_kiosk, kiosk):
    fields = {"activity": "symposium", "hour": "14", "minute": "30", "instead": "", "place": "stop.saihan"}
    page = desk.post(PAGE + "/activity", fields.items())
    assert kiosk.display.changes == {
        "symposium": Change({"zh": "14:30", "en": "14:30"}, {"zh": "赛罕区", "en": "Saihan District"})
    }
    assert "科技工作者座谈会 14:30 赛罕区" in on_now(page)
    assert "现场变更 14:30 赛罕区" in at_kiosk.get("/programme").text
    page = desk.post(PAGE + "/activity", {**fields, "activity": "visits", "instead": "cancelled", "place": ""}.items())
    assert kiosk.display.changes["visits"] == Change({"zh": "取消", "en": "Cancelled"})
    desk.press(page, "恢复原安排：科技工作者座谈会")
    assert list(kiosk.display.changes) == ["visits"]


def test_a_place_that_would_be_refused_is_not_offered(kiosk, shipped_pack):
    long = shipped_pack.event.stops[0].model_copy(update={"id": "far", "name": {"zh": "远" * 41}})
    event = shipped_pack.event.model_copy(update={"stops": (*shipped_pack.event.stops, long)})
    assert set(view.places(event)) == set(view.places(shipped_pack.event)) != set()


def test_hours_are_chosen_and_given_up_again(desk, kiosk, clock):
    page = desk.get(PAGE)
    chosen = [("from_hour", "09"), ("from_minute", "00"), ("to_hour", "17"), ("to_minute", "30")]
    page = desk.post(PAGE + "/hours", chosen)
    assert kiosk.display.hours == ("09:00", "17:30")
    assert "09:00 至 17:30 亮屏" in on_now(page)
    assert "不知道现在几点" not in page.text
    clock.trust = "unknown"
    page = desk.get(PAGE)
    assert "不知道现在几点，所以屏幕全天亮着" in page.text
    desk.press(page, "全天亮屏")
    assert kiosk.display.hours is None


# With a keyboard


def test_words_of_ones_own_are_put_up_in_the_languages_they_were_written_in(staff, kiosk):
    staff.post(PAGE + "/notice", [("text.zh", " 请到东门领取纪念品 "), ("text.en", "")])
    assert kiosk.display.notice == {"zh": "请到东门领取纪念品"}
    staff.post(PAGE + "/notice", [("text.zh", "请到东门"), ("text.en", "Please go to the East Gate")])
    assert kiosk.display.notice == {"zh": "请到东门", "en": "Please go to the East Gate"}
    chosen = [("activity", "symposium"), ("hour", ""), ("minute", "00"), ("place", "stop.saihan")]
    staff.post(PAGE + "/activity", [*chosen, ("when.zh", "下午三点"), ("when.en", ""), ("place.zh", "二楼")])
    assert kiosk.display.changes == {"symposium": Change({"zh": "下午三点"}, {"zh": "二楼"})}


def test_what_was_typed_is_still_there_when_it_was_refused(staff):
    page = staff.post(PAGE + "/notice", [("text.zh", "字" * 61), ("text.en", "Hello")], 400)
    assert {"字" * 61, "Hello"} <= set(page.carries("value"))
    page = staff.post(PAGE + "/activity", [("activity", "visits"), ("when.en", "at three")], 400)
    assert "at three" in page.carries("value")
    (chosen,) = [one for one in page.all("option") if one.get("value") == "visits"]
    assert chosen.get("selected") is not None


REFUSED = [
    ("notice", {"text.zh": "", "text.en": "Hello"}, "请务必填写中文"),
    ("notice", {"text.zh": "字" * (LONGEST_NOTICE + 1)}, "共 61 个字"),
    ("notice", {"text.zh": "一\n二"}, "写成一行"),
    ("notice", {"text.zh": "看\u200b不见"}, "U+200B"),
    ("notice", {"text.zh": "  ", "text.en": ""}, "请选一条通知"),
    ("notice", {"ready": "nonsense"}, "请选一条通知"),
    ("notice", {"ready": "talk", "hour": "25", "minute": "00"}, "没有这个选项"),
    ("notice", {"ready": "talk"}, "没有这个选项"),
    ("state", {"state": "soon"}, "没有这个选项"),
    ("state", {}, "没有这个选项"),
    ("mode", {"mode": ""}, "没有这个选项"),
    ("theme", {"theme": "contrast"}, "没有这个选项"),
    ("activity", {"activity": "symposium", "hour": ""}, "请选择新的时间或地点"),
    ("activity", {"activity": "atlantis", "hour": "14", "minute": "30"}, "没有这项活动"),
    ("activity", {"activity": "symposium", "place": "stop.atlantis"}, "请选择新的时间或地点"),
    ("activity", {"take_back": "atlantis"}, "没有这项活动"),
    ("hours", {"from_hour": "18", "from_minute": "00", "to_hour": "09", "to_minute": "00"}, "必须早于"),
    ("hours", {}, "没有这个选项"),
]


def test_what_cannot_be_shown_is_refused_with_the_reason(staff, kiosk):
    for path, fields, says in REFUSED:
        assert says in staff.post(f"{PAGE}/{path}", fields.items(), 400).text, (path, fields)
    assert kiosk.log.count() == 0
    assert kiosk.display == Display()


def test_markup_comes_back_as_it_was_typed(staff, kiosk):
    hostile = '"><script>alert(1)</script>'
    page = staff.post(PAGE + "/notice", [("text.zh", hostile)])
    assert hostile in on_now(page)
    assert hostile in staff.get("/staff").text
    assert hostile in staff.get("/staff/entries").text


def test_the_same_again_is_told_and_not_recorded(desk, kiosk):
    page = desk.press(desk.get(PAGE), "进行中")
    assert "本来就是这样" in told(page)
    assert kiosk.log.count() == 0


def test_what_cannot_be_recorded_is_told_and_nothing_is_changed(desk, kiosk, monkeypatch):
    page = desk.get(PAGE)

    def fail(_draft):
        raise NotRecorded("FullError: database or disk is full")

    monkeypatch.setattr(kiosk.log, "append", fail)
    page = desk.press(page, "高峰模式", 503)
    assert "没有改动" in told(page) and "disk is full" in told(page)
    assert pressed(page)[1] == "all"
    assert kiosk.display == Display()


# What is told elsewhere


def test_todays_page_tells_what_is_on_the_screens(desk, kiosk):
    page = desk.get("/staff")
    assert "屏幕现在显示：进行中 更改屏幕" in page.text
    change_display(kiosk, mode="queue", notice={"zh": "讲座改到 14:30"})
    page = desk.get("/staff")
    assert "进行中 · 高峰模式 · 通知：讲座改到 14:30" in page.text
    assert desk.tap(page, "更改屏幕").carries("data-screen") == ["staff-display"]


def test_an_entry_says_what_it_changed(desk, kiosk):
    change_display(kiosk, mode="photo", notice={"zh": "请排队"}, hours=("08:30", "18:00"))
    change_display(kiosk, state="over", changes={"symposium": Change(place={"zh": "东区"})})
    change_display(kiosk, changes={"symposium": Change()}, hours=None)
    rows = [words(one) for one in desk.get("/staff/entries").tree.iter() if one.get("class") == "e-said"]
    assert rows == [
        "活动按原安排 · 全天亮屏",
        "活动已结束 · 没有通知 · 现场变更：科技工作者座谈会 东区",
        "合影屏 · 通知：请排队 · 08:30 至 18:00 亮屏",
    ]
    first = kiosk.log.lookup.newest(9).lines[-1].entry
    page = desk.get(f"/staff/entries/{first.id}")
    assert "合影屏 · 通知：请排队" in page.text
    assert [form.action for form in page.forms()] == ["/staff/sign-out"], "a display is changed back, not voided"
    desk.post(f"/staff/entries/{first.id}/void", [("own", "no")], 403)


def test_the_files_tell_it_word_for_word(staff: Staff, kiosk):
    change_display(kiosk, notice={"zh": "=1+1，请排队"})
    answers = {format: staff.log_as(format).get_data() for format in ("csv", "ndjson", "xlsx")}
    (row,) = csv.DictReader(io.StringIO(answers["csv"].decode("utf-8-sig")))
    details = kiosk.log.last("display", kiosk.event.id).details
    assert (row["kind"], json.loads(row["details"])) == ("display", details)
    assert json.loads(answers["ndjson"])["details"] == details
    assert answers["xlsx"]


def test_a_stranger_and_a_visitor_change_nothing(laptop, at_kiosk, kiosk):
    for someone in (laptop, at_kiosk):
        answer = someone.open(PAGE + "/mode", "POST", data={"mode": "dark"})
        assert answer.status_code == 303
        assert "/staff/" in answer.headers["Location"]
    assert kiosk.display == Display()
