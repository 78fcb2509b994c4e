"""What visitors meet of what staff put on the screens: each state and mode, at the touchscreen and on a phone."""

from uuid import uuid4

import pytest

from kiosk.actions.display import change_display
from kiosk.domain.display import Change
from tests.web.conftest import set_up
from tests.web.page import Visitor, words

SCREEN = "data-screen"


@pytest.fixture
def phone(app) -> Visitor:
    return Visitor(app, "10.0.0.7")


def leads_home(visitor: Visitor, address: str) -> bool:
    answer = visitor.open(address)
    assert answer.status_code in (200, 303), address
    return answer.status_code == 303 and answer.headers["Location"].split("?")[0] == "/"


# States


@pytest.mark.parametrize(
    ("state", "heading", "door"),
    [
        ("before", "活动即将开始", "科学答一答"),
        ("closed", "今天的活动到此结束，感谢光临。", "科学答一答"),
        ("over", "本次活动已结束，感谢参与。", "官方竞赛"),
    ],
)
def test_a_closed_event_says_so_and_keeps_open_what_is_still_of_use(at_kiosk, phone, kiosk, state, heading, door):
    change_display(kiosk, state=state)
    for visitor in (at_kiosk, phone):
        page = visitor.get("/")
        assert (page.carries(SCREEN), page.heading) == (["waiting"], heading)
        assert kiosk.event.theme.text in page.text.replace(" ", ""), "the theme, word for word"
        assert not [name for name in page.ways() if "签到" in name]
        visitor.tap(page, "走近科学家")
        visitor.tap(page, door)


@pytest.mark.parametrize(
    ("state", "says"),
    [("before", "活动开始后即可签到"), ("closed", "今天的签到已结束"), ("over", "本次活动已结束")],
)
def test_nobody_checks_in_while_the_event_is_not_running(at_kiosk, kiosk, form, entries, state, says):
    way = at_kiosk.get("/check-in").link("教师")
    group = f"/check-in/group/0?id={uuid4()}&party_size=3"
    change_display(kiosk, state=state)
    for address in ("/check-in", "/check-in/group", way, group):
        assert says in at_kiosk.get(address, 403).heading
    assert says in at_kiosk.post("/check-in", form(), 403).heading
    assert [entry.kind for entry in entries(kiosk)] == ["display"]
    assert [one.what for one in kiosk.log.refusals.newest(5)] == ["not_allowed"]
    change_display(kiosk, state="running")
    at_kiosk.post("/check-in", form())


def test_a_form_sent_again_after_closing_time_gets_its_first_answer(at_kiosk, kiosk, form, entries):
    fields = form()
    at_kiosk.post("/check-in", fields)
    change_display(kiosk, state="closed")
    assert "签到成功" in at_kiosk.post("/check-in", fields).text
    at_kiosk.post("/check-in", [*fields, ("age_band", "adult")], 409)
    assert [entry.kind for entry in entries(kiosk)] == ["check_in", "display"]


def test_who_has_just_checked_in_can_take_it_back_after_closing_time(at_kiosk, kiosk, form):
    page = at_kiosk.post("/check-in", form())
    change_display(kiosk, state="closed")
    page = at_kiosk.press(page, "填错了")
    assert "再次签到" not in page.text and "/check-in" not in [href for _, href in page.links()]


def test_a_phone_may_not_check_in_after_closing_time_either(phones_app, form):
    visitor, kiosk = Visitor(phones_app, "10.0.0.7"), phones_app.extensions["kiosk"]
    change_display(kiosk, state="over")
    visitor.get("/check-in", 403)
    visitor.post("/check-in", form(), 403)
    assert not [name for name in visitor.get("/").ways() if "签到" in name]


# Modes

CONTENT = ("/programme", "/scientists", "/scientists/tu-youyou", "/quiz", "/about")


def test_rush_hour_leaves_the_touchscreen_with_check_in_alone(at_kiosk, phone, kiosk, form):
    change_display(kiosk, mode="queue")
    page = at_kiosk.get("/")
    assert page.carries(SCREEN) == ["home-queue"]
    assert [name[:4] for name in page.ways()] == ["现场签到", "团体签到"]
    assert all(leads_home(at_kiosk, address) for address in CONTENT)
    assert not any(leads_home(at_kiosk, address) for address in ("/privacy", "/check-in", "/check-in/group"))
    at_kiosk.tap(page, "现场签到")
    at_kiosk.tap(page, "团体签到")
    for address in ("/", *CONTENT):
        assert phone.get(address).carries(SCREEN) != ["home-queue"], "phones show everything"


def test_pictures_are_sent_in_every_mode(at_kiosk, kiosk):
    portraits = [one for one in at_kiosk.get("/scientists/tu-youyou").carries("src") if one.startswith("/pictures/")]
    for mode in ("queue", "photo"):
        change_display(kiosk, mode=mode)
        assert at_kiosk.open(portraits[0]).status_code == 200
        assert at_kiosk.open("/display").status_code == 200


def test_after_a_check_in_in_rush_hour_the_next_one_is_asked_for(at_kiosk, kiosk, form):
    assert at_kiosk.post("/check-in", form()).carries("data-home-after") == ["8"]
    change_display(kiosk, mode="queue")
    page = at_kiosk.post("/check-in", form())
    assert "请下一位" in page.text
    assert page.carries("data-home-after") == ["4"]
    assert not [name for name in page.ways() if "科学" in name], "no way elsewhere"
    assert [form.action.endswith("/undo") for form in page.forms()] == [True]


def test_on_a_phone_a_check_in_in_rush_hour_is_as_always(phones_app, form):
    change_display(phones_app.extensions["kiosk"], mode="queue")
    page = Visitor(phones_app, "10.0.0.7").post("/check-in", form())
    assert "下一位" not in page.text
    assert page.carries("data-home-after") == []
    assert page.link("走近科学家")


def test_rush_hour_after_closing_time_is_an_ordinary_closed_screen(at_kiosk, kiosk):
    change_display(kiosk, mode="queue", state="closed")
    assert at_kiosk.get("/").carries(SCREEN) == ["waiting"]
    assert not any(leads_home(at_kiosk, address) for address in CONTENT)


def test_the_backdrop_has_nothing_to_tap_and_is_the_only_page(at_kiosk, phone, kiosk):
    change_display(kiosk, mode="photo", notice={"zh": "讲座改到 14:30"})
    page = at_kiosk.get("/")
    assert page.carries(SCREEN) == ["photo"]
    assert page.ways() == []
    assert kiosk.event.theme.text in page.text.replace(" ", "")
    assert "讲座" not in page.text, "a notice would be on every photo"
    assert all(leads_home(at_kiosk, address) for address in (*CONTENT, "/privacy", "/check-in", "/check-in/group"))
    assert phone.get("/programme").carries(SCREEN) == ["programme"]


def test_whoever_was_under_way_when_the_mode_changed_is_recorded_and_thanked(at_kiosk, kiosk, form, entries):
    change_display(kiosk, mode="photo")
    assert "签到成功" in at_kiosk.post("/check-in", form()).text
    assert [entry.kind for entry in entries(kiosk)] == ["display", "check_in"]


def test_the_way_back_keeps_the_language(at_kiosk, kiosk):
    change_display(kiosk, mode="queue")
    assert at_kiosk.open("/programme?lang=en").headers["Location"] == "/?lang=en"


# Notice and changes


def notices(page) -> list[tuple[str, str]]:
    found = [one for one in page.tree.iter() if one.get("class") == "notice"]
    return [(part.get("lang"), words(part)) for one in found for part in one if part.get("lang")]


@pytest.mark.parametrize("change", [{}, {"mode": "queue"}, {"state": "before"}])
def test_a_notice_stands_on_every_start_screen_in_both_languages(at_kiosk, kiosk, change):
    change_display(kiosk, notice={"zh": "讲座改到 14:30", "en": "The talk is at 14:30"}, **change)
    assert notices(at_kiosk.get("/")) == [("zh-CN", "讲座改到 14:30")]
    assert notices(at_kiosk.get("/?lang=en")) == [("en", "The talk is at 14:30")]


def test_a_notice_without_translation_is_shown_in_the_first_language_and_marked_so(at_kiosk, kiosk):
    change_display(kiosk, notice={"zh": "讲座改到 14:30"})
    assert notices(at_kiosk.get("/?lang=en")) == [("zh-CN", "讲座改到 14:30")]


MARKUP = "<script>alert(1)</script>\"'&amp;<b>%s"


def test_markup_in_a_notice_or_a_change_is_shown_as_it_stands(at_kiosk, kiosk):
    change_display(kiosk, notice={"zh": MARKUP}, changes={"symposium": Change({"zh": MARKUP[:40]})})
    assert MARKUP in at_kiosk.get("/").text
    assert MARKUP[:40] in at_kiosk.get("/programme").text


def test_a_changed_time_or_place_is_marked_in_the_programme(at_kiosk, phone, kiosk):
    change_display(kiosk, changes={"symposium": Change({"zh": "14:30"}, {"zh": "东区", "en": "East Wing"})})
    for visitor in (at_kiosk, phone):
        page = visitor.get("/programme")
        (changed,) = [one for one in page.tree.iter() if one.get("data-changed") is not None]
        assert words(changed) == "现场变更 14:30 东区"
    assert "East Wing" in at_kiosk.get("/programme?lang=en").text
    change_display(kiosk, changes={"symposium": Change()})
    assert "现场变更" not in at_kiosk.get("/programme").text


def test_before_the_start_what_has_a_time_stands_on_the_start_screen(at_kiosk, kiosk):
    change_display(kiosk, state="before", changes={"symposium": Change({"zh": "14:30"}, {"zh": "东区"})})
    assert "科技工作者座谈会" in at_kiosk.get("/").text
    change_display(kiosk, state="over")
    assert "座谈会" not in at_kiosk.get("/").text


# Pages that are kept, and screens at rest


def test_a_change_shows_at_once_on_pages_that_are_kept(at_kiosk, kiosk):
    for notice in ({"zh": "一"}, {"zh": "二"}, {}, {"zh": "一"}):
        change_display(kiosk, notice=notice)
        assert [text for _, text in notices(at_kiosk.get("/"))] == list(notice.values())
    change_display(kiosk, theme="outdoor")
    assert at_kiosk.get("/").carries("data-theme") == ["outdoor"]


def test_a_start_screen_is_rendered_once_for_what_is_on_it(at_kiosk, kiosk, monkeypatch):
    for change in ({}, {"state": "before"}):
        change_display(kiosk, **change)
        first = at_kiosk.get("/").html
        with monkeypatch.context() as patched:
            patched.setattr("kiosk.web.screen.content.render_template", lambda *_, **__: pytest.fail("rendered again"))
            assert at_kiosk.get("/").html == first


@pytest.mark.parametrize("change", [{}, {"mode": "queue"}, {"mode": "photo"}, {"state": "over"}])
def test_a_start_screen_carries_the_version_that_is_told_when_asked(at_kiosk, phone, kiosk, change):
    change_display(kiosk, **change)
    for visitor in (at_kiosk, phone):
        version = visitor.open("/display").json["version"]
        assert visitor.get("/").carries("data-display-version") == [version]


def test_the_version_changes_with_what_is_shown_and_only_then(at_kiosk, kiosk, open_at, pack_folder, tmp_path):
    def version(visitor=at_kiosk) -> str:
        return visitor.open("/display").json["version"]

    first = version()
    assert version() == first
    change_display(kiosk, notice={"zh": "请排队"})
    second = version()
    change_display(kiosk, notice={"zh": "请排队"})
    assert version() == second != first
    change_display(kiosk, notice={})
    assert version() == first, "the very same screens again"
    file = pack_folder / "event.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# another pack\n", encoding="utf-8")
    assert version(Visitor(set_up(open_at(tmp_path / "other", pack_folder)))) != first


def test_asking_reads_no_log_and_records_nothing(at_kiosk, kiosk, monkeypatch):
    monkeypatch.setattr(kiosk.database, "read", lambda: pytest.fail("read the log"))
    monkeypatch.setattr(kiosk.database, "write", lambda: pytest.fail("wrote to the log"))
    assert at_kiosk.open("/display").json["dark"] is False


def test_the_touchscreen_alone_is_dark_and_only_by_a_clock_that_is_known(at_kiosk, phone, kiosk, clock):
    change_display(kiosk, hours=("09:00", "18:00"))  # it is eight
    told = [at_kiosk.open("/display").json["dark"], phone.open("/display").json["dark"]]
    clock.trust = "restored"
    told.append(at_kiosk.open("/display").json["dark"])
    clock.trust = "ntp"
    clock.forward(3_600_000)
    told.append(at_kiosk.open("/display").json["dark"])
    change_display(kiosk, mode="dark")
    told.append(at_kiosk.open("/display").json["dark"])
    assert told == [True, False, False, False, True]
