"""The official summary on the staff's pages: written, refused, conflicts, not recorded; nothing typed is ever lost."""

from datetime import date

import pytest
from flask import g

from kiosk.actions.backup import verify
from kiosk.actions.close_day import close_day
from kiosk.actions.correct import void
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import LogUnreadable, NotRecorded
from kiosk.domain.summary import LONGEST_TEXT, LONGEST_TOGETHER, MOST_CHOSEN, QUANTITIES, TEXTS
from kiosk.web.staff import summary as pages
from kiosk.web.staff.summary_words import number_said
from tests.storage.evening import close_without_copy
from tests.web.conftest import PASSWORD, set_up
from tests.web.page import Staff, Visitor
from tests.web.summaries import OFFICE, check_in, fields, newest, of_form, text_of

HOSTILE = "<script>alert(1)</script>\"'&${7*7}\u202egnp.exe=1+1"


# Writing


def test_the_summary_is_written_saved_and_written_on(staff, kiosk):
    check_in(kiosk, 12)
    page = staff.tap(staff.get("/staff"), "活动总结")
    lacks = int(page.carries("data-lacks")[0])
    assert lacks > len(QUANTITIES) and "还没有保存过" in page.text
    first = of_form(page)["id"]
    said = {
        "text.experience": "第一段\n第二段",
        "quantity.panels": "０",
        "day": "2027-06-04",
        "activity.anniversary-exhibition": "1",
    }
    page = staff.post("/staff/summary", fields(id=first, **said))
    assert "总结已保存" in page.text
    # title (of who signs), recipient, signature, day, activities, panels, experience
    assert int(page.carries("data-lacks")[0]) == lacks - 7
    assert text_of(page, "experience") == "第一段\n第二段"
    there = of_form(page)
    assert (there["replaces"], there["signed_by"], there["day"]) == (first, "新城区科学技术协会", "2027-06-04")
    assert (there["quantity.panels"], there["quantity.leaflets"]) == ("0", "")
    assert there["activity.anniversary-exhibition"] == "1" and "activity.talent-forum" not in there
    second = there["id"]
    page = staff.post("/staff/summary", fields(id=second, replaces=first, **{"text.advice": "多办"}))
    assert [one.id for one in kiosk.log.summaries.each(kiosk.event.id, ("",))] == [second, first]
    assert page.carries("data-version") == [second, first]
    assert newest(kiosk).summary.texts == {"advice": "多办"}
    page = staff.get(f"/staff/summary/{first}")
    assert "第一段" in page.text and "2027年6月4日" in page.text and OFFICE in page.text
    assert verify(kiosk.data).faults == []


def test_what_lacks_leads_to_its_field_and_nothing_lacking_is_said_calmly(staff, kiosk, monkeypatch):
    page = staff.get("/staff/summary")
    lacking = [href for _, href in page.links() if href.startswith("#summary-")]
    assert {"#summary-recipient", "#summary-text-experience", "#summary-quantity-media"} <= set(lacking)
    assert "#summary-activities" in lacking and set(lacking) <= {f"#{one}" for one in page.carries("id")}
    said = {f"quantity.{one}": "3" for one in QUANTITIES} | {f"text.{one}": "话" for one in TEXTS}
    page = staff.post("/staff/summary", fields(day="2027-06-04", **said, **{"activity.talent-forum": "1"}))
    assert page.carries("data-lacks") == ["0"] and "都齐了" in page.text


def test_every_recipient_of_the_pack_can_be_chosen_once(staff, kiosk):
    page = staff.get("/staff/summary")
    (choices,) = page.all("datalist")
    values = [one.get("value") for one in choices.iter("option")]
    assert values == [OFFICE, "呼和浩特市科学技术局生产力促进中心"]
    assert "旗县区科协" in page.text and "市属学会、协会、研究会" in page.text


def test_the_sentences_of_the_kiosk_stand_beside_and_never_those_of_staff(staff, kiosk):
    check_in(kiosk, 7)
    page = staff.post("/staff/summary", fields(**{"text.results": "自己写的成效", "quantity.panels": "20"}))
    beside = {one.get("data-text"): [line.text for line in one.iter("p")] for one in page.all("section")}
    assert any("共有7人次参与" in line for line in beside["results"])
    assert any("展出展板20块" in line for line in beside["opening"])
    assert all("自己写的" not in line for lines in beside.values() for line in lines)
    assert beside["experience"] == []


# Numbers


def test_a_number_that_changed_since_is_told_and_no_word_is_touched(staff, kiosk):
    one = check_in(kiosk, 30, district={"saihan": 30})
    page = staff.post("/staff/summary", fields(**{"text.results": "共有30人次"}))
    assert page.carries("data-changes") == ["0"] and "与上次保存总结时相同" in page.text
    check_in(kiosk, 12, visitor_type={"teacher": 12})
    void(kiosk.log, one, reason="重复", actor="staff", source="staff")
    page = staff.get("/staff/summary")
    (table,) = page.all("table")
    rows = [page.name(row) for row in table.iter("tr")]
    assert any(row.startswith("参与人次") and "30 人次" in row and "12 人次" in row for row in rows), rows
    assert any("赛罕区" in row and "0 人次" in row for row in rows), "a number that is no more keeps its name"
    assert any("教师" in row for row in rows)
    assert text_of(page, "results") == "共有30人次"
    english = staff.get("/staff/summary?lang=en").text
    assert "Saihan" in english and "(unit)" not in english


def test_every_number_has_words_in_both_languages(app, kiosk, staff):
    keys = ["visits", "visits.day.2027-05-30", "visits.day.", "visits.stop.horinger", "answered.district"]
    keys += ["answers.district.saihan", "quiz.topic.method", "quiz.topic.", "satisfaction.satisfied"]
    keys += [
        "notes.visit",
        "suggestions.simpler",
        f"quiz.question.{kiosk.pack.questions[0].id}",
        "satisfied",
        "alien",
        "answers.gone.a-b",
    ]
    for locale in ("zh", "en"):
        with app.test_request_context("/"):
            g.locale = locale
            said = [number_said(key, kiosk.pack) for key in keys]
        assert all(name and "(unit)" not in unit for name, _, unit in said)
        ids = [
            of
            for (_, of, _), key in zip(said, keys, strict=True)
            if key.startswith("answers.district") and key.endswith(of)
        ]
        assert ids == [], "an id where there are words"


# When and of which event


@pytest.mark.parametrize(
    ("due", "words", "on_first_page"),
    [
        ("2027-06-04", "还有 5 天", True),
        ("2027-05-30", "就是今天", True),
        ("2027-05-29", "报送日期已过", False),
        ("2027-06-10", "还有 11 天", False),
    ],
)
def test_when_it_is_due_is_told_and_on_the_first_page_when_that_is_near(
    open_at, tmp_path, pack_folder, due, words, on_first_page
):
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("summary_due = 2018-06-05", f"summary_due = {due}"), encoding="utf-8")
    kiosk = open_at(tmp_path / "due", pack_folder)
    kiosk.accounts.put_secret("password", PASSWORD, made=True)
    someone = Staff(set_up(kiosk), "10.0.0.20")
    someone.sign_in(PASSWORD)
    assert words in someone.get("/staff/summary").text
    first = someone.get("/staff")
    assert bool(first.carries("data-due")) == on_first_page
    assert (words in first.text) == on_first_page
    kiosk.clock.trust = "unknown"
    assert words not in someone.get("/staff/summary").text
    assert "前报送" in someone.get("/staff/summary").text
    assert someone.get("/staff").carries("data-due") == []


def test_a_closed_event_has_its_own_summary(staff, kiosk):
    check_in(kiosk, 40)
    staff.post("/staff/summary", fields(**{"text.experience": "第一次的经验"}))
    closed = close_without_copy(kiosk)
    page = staff.get("/staff/summary")
    assert text_of(page, "experience") == "第一次的经验", "nothing came since: it is the closed one's"
    assert "2027年5月30日结束的一次" in page.text
    check_in(kiosk, 3)
    assert text_of(staff.get("/staff/summary"), "experience") == "第一次的经验", "a late visit begins no event"
    close_day(kiosk)
    assert text_of(staff.get("/staff/summary"), "experience") == "第一次的经验", "the day of the closing is its own"
    page = staff.get(f"/staff/summary?of={closed}")
    assert text_of(page, "experience") == "" and of_form(page)["begun_by"] == closed
    earlier = staff.tap(page, "2027年5月30日结束的一次")
    assert text_of(earlier, "experience") == "第一次的经验" and "共有40人次参与" in earlier.text
    staff.post("/staff/summary", fields(begun_by=closed, **{"text.experience": "第二次的经验"}))
    assert newest(kiosk).summary.texts["experience"] == "第一次的经验"
    assert staff.open("/staff/summary?of=nonsense").headers["Location"] == "/staff/summary"


def test_a_day_closed_later_is_of_the_next_event(staff, kiosk):
    check_in(kiosk, 40)
    closed = close_without_copy(kiosk)
    kiosk.clock.forward(364 * 86_400_000)
    staff.come_in("password", PASSWORD)
    check_in(kiosk, 3)
    assert of_form(staff.get("/staff/summary"))["begun_by"] == ""
    close_day(kiosk)
    page = staff.get("/staff/summary")
    assert of_form(page)["begun_by"] == closed and "共有3人次参与" in page.text


def test_an_earlier_day_that_is_closed_last_makes_no_later_one_undone(staff, kiosk):
    check_in(kiosk, 40)
    closed = close_without_copy(kiosk)
    check_in(kiosk, 2)
    kiosk.clock.forward(86_400_000)
    staff.come_in("password", PASSWORD)
    check_in(kiosk, 3)
    close_day(kiosk)
    close_day(kiosk, date(2027, 5, 30))
    assert of_form(staff.get("/staff/summary"))["begun_by"] == closed


# Refused: nothing typed is lost


def test_every_fault_is_told_beside_its_field_and_the_form_comes_back_as_it_was(staff, kiosk):
    said = {"text.advice": "长" * (LONGEST_TEXT + 1), "quantity.media": "很多", "day": "6月5日", "title": "题" * 81}
    said |= {"text.plans": "要留住的话", "activity.talent-forum": "1"}
    page = staff.post("/staff/summary", fields(**said), 400)
    assert {one.get("id") for one in page.all("span") if one.get("id")} >= {
        f"fault-summary-{one}" for one in ("text-advice", "quantity-media", "day", "title")
    }
    assert text_of(page, "plans") == "要留住的话" and text_of(page, "advice") == "长" * (LONGEST_TEXT + 1)
    there = of_form(page)
    assert (there["quantity.media"], there["day"], there["title"]) == ("很多", "6月5日", "题" * 81)
    assert there["activity.talent-forum"] == "1" and newest(kiosk) is None


def test_limits_of_all_together(staff, kiosk):
    texts = dict.fromkeys([f"text.{one}" for one in TEXTS], "字" * 900)
    page = staff.post("/staff/summary", fields(**texts), 400)
    assert str(LONGEST_TOGETHER) in page.text and text_of(page, "opening") == "字" * 900
    photos = {f"photo.{at:064x}": "1" for at in range(MOST_CHOSEN + 1)}
    assert str(MOST_CHOSEN) in staff.post("/staff/summary", fields(**photos), 400).text


def test_hostile_words_come_out_as_words_everywhere(staff, kiosk):
    said = {f"text.{one}": HOSTILE for one in TEXTS} | {"title": HOSTILE, "recipient": HOSTILE, "signed_by": HOSTILE}
    tidy = HOSTILE.replace("\u202e", "")
    page = staff.post("/staff/summary", fields(**said))
    version = newest(kiosk).id
    assert newest(kiosk).summary.title == tidy
    other = staff.post("/staff/summary", fields(**{"text.plans": HOSTILE * 2, "title": HOSTILE}), 409)
    for shown in (page, other, staff.get(f"/staff/summary/{version}"), staff.get("/staff/summary/print")):
        assert "<script>alert" not in shown.html
        assert "alert(1)" in shown.text + "".join(one.text or "" for one in shown.all("textarea"))
    refused = staff.post("/staff/summary", fields(day=HOSTILE, begun_by=HOSTILE, replaces=HOSTILE, event=HOSTILE), 409)
    assert "<script>alert" not in refused.html


def test_a_form_without_its_number_gets_one(staff, kiosk):
    page = staff.post("/staff/summary", fields(id="7", **{"text.plans": "话"}), 400)
    there = of_form(page)
    staff.post("/staff/summary", [*there.items(), ("text.plans", text_of(page, "plans"))])
    assert newest(kiosk).summary.texts == {"plans": "话"}


def test_a_note_written_after_the_closing_is_of_the_event_whose_day_it_tells_of(staff, kiosk, clock):
    check_in(kiosk, 40)
    closed = close_without_copy(kiosk)
    clock.forward(2 * 86_400_000)
    staff.sign_in(PASSWORD)
    words = {"about": "visit", "people": "3"}
    for day, title in (("2027-05-30", "走访老专家"), ("2027-06-01", "为下一次开会")):
        staff.post("/staff/notes", [("id", mint_id()), ("day", day), ("title", title), *words.items()])
    assert "走访老专家" in staff.get("/staff/summary").text and "为下一次开会" not in staff.get("/staff/summary").text
    over, running = staff.get("/staff/notes"), staff.get(f"/staff/notes?of={closed}")
    assert ("走访老专家" in over.text, "为下一次开会" in over.text) == (True, False)
    assert ("走访老专家" in running.text, "为下一次开会" in running.text) == (False, True)
    staff.get(f"/staff/notes?of={mint_id()}")  # of a closing that is none: the page as it is


# Somebody else saved


def test_of_two_who_write_the_second_sees_both_and_saves_on_top(staff, kiosk):
    staff.post("/staff/summary", fields(**{"text.plans": "甲的打算", "text.advice": "一样", "quantity.media": "3"}))
    first = newest(kiosk).id
    said = {"text.plans": "乙的打算", "text.advice": "一样", "text.problems": "乙的问题", "activity.talent-forum": "1"}
    page = staff.post("/staff/summary", fields(**said), 409)
    assert "刚才已有人保存了总结" in page.text
    assert page.carries("data-other") == ["text.problems", "text.plans", "quantity.media", "activity.talent-forum"]
    assert "未勾选" in page.text
    assert "甲的打算" in page.text and text_of(page, "plans") == "乙的打算" and text_of(page, "problems") == "乙的问题"
    there = of_form(page)
    assert there["replaces"] == first and there["activity.talent-forum"] == "1"
    address, _ = page.form("保存我写的")
    texts = [(name, value) for name, value in said.items() if name.startswith("text.")]
    staff.post(address, [*there.items(), *texts])
    assert newest(kiosk).summary.texts == {"plans": "乙的打算", "advice": "一样", "problems": "乙的问题"}
    assert len(kiosk.log.summaries.each(kiosk.event.id, ("",))) == 2


def test_what_somebody_else_ticked_is_told_too(staff, kiosk):
    staff.post("/staff/summary", fields(**{"activity.talent-forum": "1", "activity.gone": "1", "text.advice": "甲"}))
    page = staff.post("/staff/summary", fields(**{"text.advice": "甲"}), 409)
    assert page.carries("data-other") == ["activity.talent-forum"] and "已勾选" in page.text
    assert "gone（活动包中已撤销）" in page.text
    assert {"#summary-activity-talent-forum"} < {href for _, href in page.links()}


def test_sent_again_it_is_the_same_version_and_changed_it_is_asked_about(staff, kiosk):
    said = fields(**{"text.plans": "话"})
    staff.post("/staff/summary", said)
    check_in(kiosk, 5)
    staff.post("/staff/summary", said)
    assert len(kiosk.log.summaries.each(kiosk.event.id, ("",))) == 1
    page = staff.post("/staff/summary", [*said, ("text.advice", "后来加的")], 409)
    there = of_form(page)
    assert "先前已经保存过" in page.text and there["id"] != dict(said)["id"]
    staff.post("/staff/summary", [*there.items(), ("text.plans", "话"), ("text.advice", "后来加的")])
    assert newest(kiosk).summary.texts == {"plans": "话", "advice": "后来加的"}


def test_words_for_another_pack_are_not_saved_with_this_one(staff, kiosk):
    staff.post("/staff/summary", fields())
    page = staff.post("/staff/summary", fields(event="another-2027", **{"text.plans": "话"}), 409)
    assert "另一个活动包" in page.text and text_of(page, "plans") == "话" and not newest(kiosk).summary.texts
    assert "代替那个版本" not in page.html
    assert of_form(page)["event"] == "another-2027", "it is refused again, not saved at the second tap"


# Not recorded


def test_what_cannot_be_recorded_is_told_and_comes_back(staff, kiosk, monkeypatch):
    said = fields(**{"text.plans": "要留住的话"})

    def fails(*_):
        raise NotRecorded("FullError: database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(kiosk.log, "append_with", fails)
        page = staff.post("/staff/summary", said, 503)
    assert "没有记上" in page.text and "disk is full" in page.text
    assert text_of(page, "plans") == "要留住的话" and of_form(page)["id"] == dict(said)["id"]
    staff.post("/staff/summary", said)
    assert newest(kiosk).summary.texts == {"plans": "要留住的话"}


def test_a_log_that_cannot_be_read_loses_no_word(staff, kiosk, monkeypatch):
    digest = "ab" * 32
    said = fields(**{"text.plans": "要留住的话", f"photo.{digest}": "1"})

    def fails(*_, **__):
        raise LogUnreadable("IOError")

    monkeypatch.setattr(pages, "write_summary", fails)
    monkeypatch.setattr(pages, "summary_now", fails)
    page = staff.post("/staff/summary", said, 503)
    assert text_of(page, "plans") == "要留住的话" and of_form(page)[f"photo.{digest}"] == "1"
    staff.get("/staff/summary", 503)


# For whom


def test_only_the_password_opens_it(desk, laptop, kiosk):
    for path in ("/staff/summary", "/staff/summary/print", f"/staff/summary/{mint_id()}", "/staff/summary/docx"):
        desk.get(path, 403)
        assert "/staff/sign-in" in laptop.open(path).headers["Location"]
        assert Visitor(desk.app).open(path).status_code == 303
    desk.post("/staff/summary", fields(), 403)
    desk.post("/staff/summary/file", [("format", "zip")], 403)
    assert "活动总结" not in [name for name, _ in desk.get("/staff").links()]
    assert newest(kiosk) is None


def test_at_the_touchscreen_it_says_where_it_is_written(app, secrets_set, kiosk):
    someone = Staff(app)
    someone.sign_in(PASSWORD)
    page = someone.get("/staff/summary")
    assert "电脑或手机" in page.text and page.all("textarea") == []
    assert int(page.carries("data-lacks")[0]) > 0


# Versions


def test_old_versions_are_shown_twenty_at_a_time(staff, kiosk, monkeypatch):
    monkeypatch.setattr(pages, "VERSIONS_SHOWN", 2)
    before = ""
    for at in range(3):
        staff.post("/staff/summary", fields(replaces=before, **{"text.plans": str(at)}))
        before = newest(kiosk).id
    page = staff.get("/staff/summary")
    assert len(page.carries("data-version")) == 2
    assert len(staff.tap(page, "查看全部").carries("data-version")) == 3
    staff.get(f"/staff/summary/{mint_id()}", 404)
